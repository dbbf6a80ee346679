"""The whole day once through the real window, with real mouse and keys: what `gewu demo-run` does off screen."""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QSettings, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.hand import Hand
from layers.domain.things import TaskLine

SIZE = QSize(1366, 768)
PLACE = (121.2304, 31.0195)  # in 府城, the western district: in a micro grid, by a road, far from any other task
CONTROL = Qt.KeyboardModifier.ControlModifier
log = logging.getLogger("gewu")


def run(out: Path) -> None:
    """Open ``out/demo.gpkg``, draw a task, take it to its end and export; leave gewu.png and export.gpkg there.

    Raises ``TookTooLong`` when the window does not do what is expected of it.
    """
    from app import launch, report
    from app.settings import Settings

    report.hear_qt()
    app = launch.application()
    failures: list[str] = []
    report.board.crashed.connect(failures.append)
    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "journey.ini"), QSettings.Format.IniFormat)
        settings = Settings(store)
        settings.theme, settings.language, settings.post = "light", "zh", "dispatcher"
        window = launch.window(settings)
        window.resize(SIZE)
        window.show()
        hand = Hand(window)
        try:
            hand.map_ready()
            hand.drop(window, [out / "demo.gpkg"])
            walk(hand, Path(folder))
            hand.map_still()
            window.grab().save(str(out / "gewu.png"))
            hand.export(out / "export.gpkg")
        finally:
            window.close()
            app.processEvents()
    if failures:
        raise RuntimeError(failures[0])


def walk(hand: Hand, folder: Path, told: Callable[[str], None] = lambda _what: None) -> str:
    """Take a new task from its drawing to its closing; return its uuid. ``told`` hears of every stage."""
    open_district(hand)
    told("opened")
    uuid = draw(hand)
    told("drawn")
    for step in ("file", "dispatch", "start"):
        take(hand, step)
        told(step)
    attach(hand, folder)
    told("photo")
    for step in ("submit", "rework", "submit", "pass", "close"):
        take(hand, step)
        told(step)
    back_and_forth(hand)
    told("undone and redone")
    return uuid


def open_district(hand: Hand) -> None:
    """Wait for the street and click its first district in the tree."""
    window = hand.window
    tree, model = window.left.tree.view, window.left.tree.model
    hand.until(lambda: window.session.ws is not None, "open")
    hand.until(lambda: model.rowCount() > 0 and window.tasks.model.lines, "tree and table")
    hand.map_still()
    hand.item(tree, model.index(0, 0, model.index(0, 0)))
    hand.until(lambda: window.inspector.card is not None and window.tasks.scope is not None, "district")
    hand.map_still()


def draw(hand: Hand) -> str:
    """Press N, click the map, fill the form, save; return the new task's uuid."""
    window, form = hand.window, hand.window.inspector.task_form
    window.map.view.fit((PLACE[0] - 0.004, PLACE[1] - 0.003, PLACE[0] + 0.004, PLACE[1] + 0.003))
    hand.map_still()
    hand.key(Qt.Key.Key_N, at=window)
    hand.until(lambda: hand.ask("gewu.drawing") == "point", "drawing")
    hand.map_click(*PLACE)
    hand.until(lambda: form.isVisible() and form.facts.count() > 0, "form")
    hand.write(form.category, "暴露垃圾")
    hand.until(lambda: form.category.popup.isVisible(), "categories")
    hand.key(Qt.Key.Key_Return, at=form.category)
    hand.write(form.description, "沿街垃圾桶旁堆放，占道约 2 平方米。")
    hand.press("task-save")

    def shown() -> bool:
        card, uuid = window.inspector.card, window.selection.uuid("task")
        return card is not None and card.uuid == uuid != ""

    hand.until(shown, "saved")
    hand.until(lambda: current(hand).status == "reported", "reported")
    return window.selection.uuid("task")


def current(hand: Hand) -> TaskLine:
    """Return the selected task as the table shows it."""
    window, uuid = hand.window, hand.window.selection.uuid("task")
    hand.until(lambda: window.tasks.model.row_of(uuid) >= 0, "row")
    return window.tasks.model.lines[window.tasks.model.row_of(uuid)]


def take(hand: Hand, step: str) -> None:
    """Press the button of a step, fill what it asks for, and wait until the card shows the new status."""
    window = hand.window
    card = window.inspector.card
    assert card is not None
    before = len(card.lines)
    hand.press(f"step-{step}")
    form = window.inspector.step_form
    if step == "dispatch":
        hand.until(lambda: form.isVisible() and form.who.party is not None, "suggestion")
    elif step == "rework":
        hand.until(form.isVisible, "reason")
        hand.write(form.reason, "现场仍有残留，请清理干净。")
    if step in ("dispatch", "rework"):
        hand.press("step-save")

    def recorded() -> bool:
        now = window.inspector.card
        return now is not None and len(now.lines) > before and not form.isVisible()

    hand.until(recorded, step)


def attach(hand: Hand, folder: Path) -> None:
    """Drop a photo on the strip of the task's photos."""
    window = hand.window
    path = folder / "现场 照片.jpg"
    picture(path)
    hand.drop(window.inspector.page.strip, [path])
    hand.until(lambda: window.inspector.card is not None and len(window.inspector.card.photos) == 1, "photo")


def picture(path: Path) -> None:
    """Write a picture that stands for a photo."""
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("#C9D3C4"))
    painter = QPainter(image)
    painter.fillRect(QRect(0, 380, 800, 220), QColor("#8F9AA6"))
    painter.fillRect(QRect(300, 300, 160, 120), QColor("#5B6B58"))
    painter.end()
    image.save(str(path))


def back_and_forth(hand: Hand) -> None:
    """Undo the last step with Ctrl+Z and do it again with Ctrl+Y."""
    window = hand.window

    def status() -> str:
        card = window.inspector.card
        return str(card.values["status"]) if card else ""

    last = status()
    hand.until(lambda: window.actions_["undo"].isEnabled(), "undo")
    hand.key(Qt.Key.Key_Z, CONTROL, window)
    hand.until(lambda: status() != last, "undone")
    hand.until(lambda: window.actions_["redo"].isEnabled(), "redo")
    hand.key(Qt.Key.Key_Y, CONTROL, window)
    hand.until(lambda: status() == last, "redone")
