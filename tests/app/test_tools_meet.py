"""Every tool of the map begun while another is in use: the newer works as if alone, nothing is left of the older."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.hand import Hand
from app.scan_dialog import ScanDialog
from layers import places
from tests.app.drafting import LEFT, NONE, SHIFT, Drafter, drag, estate, offers, pick, type_in
from tests.layers import base_files as made

pytestmark = [pytest.mark.window, pytest.mark.slow]
ACTIONS = {
    "draw_point": "", "draw_line": "", "draw_polygon": "", "draw_rectangle": "", "edit_shape": "place",
    "split": "place", "merge": "place", "reshape": "place", "cut": "place", "move_shape": "place", "move": "task",
    "lasso": "", "measure": "",
}  # fmt: skip
NEWER = (*ACTIONS, "scan")
# How far an older tool has come: nothing done yet, or in the middle of something.
OLDER = (
    *NEWER,
    "line of two",
    "area of two",
    "split of two",
    "field open",
    "corner held",
    "box drawn",
    "path measured",
)
ALONE: dict[str, dict[str, Any]] = {}  # what is seen of a tool that nothing came before
# Everything of the page that a tool may leave behind.
SEEN = """(() => {
  const on = (name) => gewu.map.getContainer().classList.contains("gewu-" + name);
  const hint = gewu.hint.classList.contains("gewu-on") ? gewu.hint.textContent : "";
  const s = gewu.sketching;
  const note = document.querySelector(".gewu-met").classList.contains("gewu-on");
  return {
    drawing: gewu.drawing, hint, classes: ["drawing", "choosing", "measuring", "picking"].filter(on),
    handles: s.sketch ? s.sketch.paths.map((p) => p.length) : null, ghosts: s.sketch ? s.sketch.ghosts.length : null,
    held: Boolean(s.held), active: Boolean(s.active), cross: Boolean(s.cross), note: note && !gewu.drawing,
    lasso: gewu.sweep.on, path: Boolean(gewu.sweep.path), measuring: gewu.measuring, measured: gewu.measure.path.length,
    typing: gewu.typing(), drags: gewu.map.dragging.enabled(),
    pressed: [...document.querySelectorAll(".gewu-pressed")].map((b) => b.dataset.name),
  };
})()"""


class Bench:
    """A window, a place and a task to use the tools on, and an image to be placed."""

    def __init__(self, hand: Hand, sheet: Path) -> None:
        self.hand, self.window, self.sheet = hand, hand.window, sheet
        self.drafter = Drafter(hand)
        pick(self.drafter, "place", estate)
        self.place = self.drafter.uuid
        ws = self.window.session.ws
        west, south, east, north = self.drafter.shape().bounds
        near = [
            (abs(line.lon - west) + abs(line.lat - south), line)
            for line in self.window.tasks.model.lines
            if line.lon is not None and places.card(ws, "task", line.uuid).geometry["type"] == "Point"
        ]
        line = min(near, key=lambda one: one[0])[1]
        self.task = line.uuid
        # Both are seen, so that nothing flies when one of them is selected.
        box = min(west, line.lon), min(south, line.lat), max(east, line.lon), max(north, line.lat)
        self.window.map.view.fit((box[0] - 2e-4, box[1] - 2e-4, box[2] + 2e-4, box[3] + 2e-4))
        hand.map_still()
        self.middle = hand.ask("(s => [s.x / 2, s.y / 2])(gewu.map.getSize())")

    def select(self, table: str) -> None:
        uuid = self.place if table == "place" else self.task
        self.window.selection.set(table, uuid, fly=False)
        card = lambda: self.window.inspector.card  # noqa: E731
        self.hand.until(lambda: card() is not None and card().uuid == uuid, "card")

    def seen(self) -> dict[str, Any]:
        found = self.hand.ask(SEEN)
        assert isinstance(found, dict)
        sketch = self.drafter.sketcher.sketch
        found["tool"] = sketch.tool if sketch else ""
        found["moving"] = bool(self.window.map._moving)
        bar = self.window.editing.bar
        found["bar"] = bar.done.isVisible(), bar.isVisible()
        scans = [one for one in self.window.findChildren(ScanDialog) if one.isVisible()]
        found["spot waits"] = any(one.pending is not None or one.picked >= 0 for one in scans)
        return found

    def in_use(self, tool: str) -> bool:
        ask = self.hand.ask
        if tool == "scan":
            return bool(ask("gewu.map.getContainer().classList.contains('gewu-picking')"))
        if tool in ("lasso", "measure"):
            return bool(ask("gewu.sweep.on" if tool == "lasso" else "gewu.measuring"))
        if tool == "move":
            return ask("gewu.drawing") == "point" and bool(self.window.map._moving)
        wanted = tool.removeprefix("draw_")
        turn = ask("gewu.sketching.sketch && gewu.sketching.sketch.turn")
        return ask("gewu.drawing") == wanted and turn == self.drafter.sketcher.turn

    def begin(self, tool: str) -> None:
        if tool == "scan":
            self.window.bases.place(self.sheet)
            self.hand.until(lambda: any(one.isVisible() for one in self.window.findChildren(ScanDialog)), "dialog")
            (dialog,) = [one for one in self.window.findChildren(ScanDialog) if one.isVisible()]
            self.hand.until(lambda: dialog.image.drawn, "image")
        else:
            if ACTIONS[tool]:
                self.select(ACTIONS[tool])
            action = self.window.actions_[tool]
            self.hand.until(action.isEnabled, "allowed")
            # From the window beside the map back to the map's, as by a press on its title.
            self.window.activateWindow()
            self.hand.until(self.window.isActiveWindow, "active")
            combo = action.shortcut()[0]
            if self.hand.ask("gewu.typing()"):
                action.trigger()  # letters belong to the open field; a menu does not
            else:
                self.hand.key(combo.key(), combo.keyboardModifiers(), self.window)
        self.hand.until(lambda: self.in_use(tool), f"{tool} in use")

    def spot(self, dx: int = 0, dy: int = 0) -> QPoint:
        return QPoint(round(self.middle[0]) + dx, round(self.middle[1]) + dy)

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = SHIFT) -> None:
        self.hand.map_move(at)
        QTest.mouseClick(self.hand.page, LEFT, modifiers, at)

    def corners(self, count: int) -> None:
        for number in range(count):
            self.click(self.spot(60 * number, 30 * number))
            self.hand.until(lambda number=number: self.drafter.corners() == number + 1, "corner")

    def half_way(self, older: str) -> bool:
        """Bring a tool into the middle of something; says whether the mouse button is still down."""
        hand = self.hand
        match older:
            case "line of two" | "area of two" | "split of two":
                self.begin({"line": "draw_line", "area": "draw_polygon", "split": "split"}[older.split()[0]])
                self.corners(2)
            case "field open":
                self.begin("draw_line")
                self.corners(1)
                hand.map_key(Qt.Key.Key_5)
                hand.until(lambda: hand.ask("gewu.typing()"), "field")
            case "corner held":
                self.begin("edit_shape")
                start = hand.pixel(*self.drafter.sketcher.sketch.now.paths[0][0])
                drag(hand, start, start + QPoint(30, 20))
                return True
            case "box drawn":
                hand.map_move(self.spot(-80, -60))
                QTest.mousePress(hand.page, LEFT, SHIFT, self.spot(-80, -60))
                QTest.mouseMove(hand.page, self.spot(40, 40))
                hand.until(lambda: hand.ask("Boolean(gewu.sweep.path)"), "box")
                return True
            case "path measured":
                self.begin("measure")
                self.click(self.spot(), NONE)
                hand.until(lambda: hand.ask("gewu.measure.path.length") == 1, "measured")
            case _:
                self.begin(older)
        return False

    def end(self) -> None:
        """Leave whatever is in use, as a person does, and forget what was kept."""
        for dialog in self.window.findChildren(ScanDialog):
            dialog.reject()
        if self.hand.ask("Boolean(gewu.drawing || gewu.sweep.on || gewu.measuring)"):
            self.hand.map_key(Qt.Key.Key_Escape)
        self.hand.until(lambda: self.drafter.sketcher.sketch is None, "ended")
        self.hand.until(lambda: not self.hand.ask("Boolean(gewu.drawing || gewu.sweep.on || gewu.measuring)"), "idle")
        for file, _ in self.left():
            file.unlink()
        self.window.message.hide()

    def left(self) -> list[Any]:
        return self.window.editing.unfinished.left(self.window.session.ws.path)


@pytest.fixture
def bench(desk: Hand, tmp_path: Path) -> Iterator[Bench]:
    sheet = tmp_path / "规划 图.jpg"
    made.quarters(1200, 900).save(sheet, quality=80)
    bench = Bench(desk, sheet)
    yield bench
    bench.end()


def settled(bench: Bench, wanted: dict[str, Any]) -> None:
    """Wait for what is wanted; if it does not come, say in what it differs."""
    last: list[dict[str, Any]] = []

    def there() -> bool:
        last[:] = [bench.seen()]
        return last[0] == wanted

    try:
        bench.hand.until(there, "as if alone")
    finally:
        if last and last[0] != wanted:
            assert last[0] == wanted


@pytest.mark.parametrize("older", OLDER)
def test_the_newer_tool_works_as_if_alone_and_what_was_drawn_is_kept(bench: Bench, older: str):
    idle = bench.seen()
    for newer in NEWER:
        if (older, newer) in (("lasso", "lasso"), ("measure", "measure"), ("path measured", "measure")):
            continue  # pressed again these two are put down
        if newer not in ALONE:
            bench.begin(newer)
            bench.hand.map_move(bench.spot(5, 5))
            ALONE[newer] = bench.seen()
            bench.end()
            settled(bench, idle)
        down = bench.half_way(older)
        sketch = bench.drafter.sketcher.sketch
        begun = sketch.now if sketch is not None and sketch.changed else None
        bench.begin(newer)
        if down:
            QTest.mouseRelease(bench.hand.page, LEFT, SHIFT, bench.spot(40, 40))
        bench.hand.map_move(bench.spot(5, 5))
        settled(bench, ALONE[newer])
        if begun is not None:
            (_, kept) = bench.left()[0]
            assert kept.now == begun
            assert "已保留" in bench.window.message.words.text()
            assert [button.text() for button in offers(bench.window.message)] == ["恢复"]
        else:
            assert bench.left() == []
        bench.end()
        settled(bench, idle)


def test_a_click_belongs_to_the_tool_in_whose_time_the_button_went_down(bench: Bench):
    hand = bench.hand
    for newer, count in (
        ("draw_line", "gewu.sketching.sketch.paths[0].length"),
        ("measure", "gewu.measure.path.length"),
    ):
        hand.map_move(bench.spot())
        QTest.mousePress(hand.page, LEFT, SHIFT, bench.spot())
        bench.begin(newer)
        QTest.mouseRelease(hand.page, LEFT, SHIFT, bench.spot())
        bench.click(bench.spot(30, 0), NONE)
        hand.until(lambda count=count: hand.ask(count) == 1, "one corner, the new one")
        hand.map_still()
        assert hand.ask(count) == 1
        bench.end()


def test_what_was_put_aside_is_taken_up_and_what_drove_it_away_is_put_aside_itself(bench: Bench):
    hand, window = bench.hand, bench.window
    bench.begin("split")
    bench.corners(2)
    bench.begin("draw_line")
    bench.corners(3)
    hand.until(window.message.isVisible, "offered")
    hand.click(offers(window.message)[0])
    hand.until(lambda: bench.in_use("split") and bench.drafter.corners() == 2, "the older again")
    assert [len(sketch.path) for _, sketch in bench.left()] == [3]
    hand.click(offers(window.message)[0])
    hand.until(lambda: bench.in_use("draw_line") and bench.drafter.corners() == 3, "the newer again")
    assert [len(sketch.path) for _, sketch in bench.left()] == [2]


def test_a_spot_in_the_scan_takes_the_map_back_from_a_drawing(bench: Bench):
    hand = bench.hand
    bench.begin("scan")
    (dialog,) = [one for one in bench.window.findChildren(ScanDialog) if one.isVisible()]
    hand.click(dialog.image, dialog.image.on_screen(600, 450).toPoint())
    hand.until(lambda: dialog.pending is not None, "spot")
    bench.begin("draw_line")
    assert dialog.pending is None
    bench.corners(2)
    assert dialog.points == []
    hand.click(dialog.image, dialog.image.on_screen(600, 450).toPoint())
    hand.until(lambda: bench.in_use("scan") and hand.ask("gewu.drawing") is None, "the scan again")
    assert [len(sketch.path) for _, sketch in bench.left()] == [2]
    bench.click(bench.spot(), NONE)
    hand.until(lambda: len(dialog.points) == 1, "placed")


def test_the_newest_drawing_wins_when_two_are_asked_for_at_once(bench: Bench, monkeypatch: Any):
    hand, window = bench.hand, bench.window
    bench.select("place")
    waiting: list[Callable[[], None]] = []
    look = window.session.look

    def later(fn: Any, *args: Any, done: Any, **more: Any) -> None:
        if more.get("key") == "edit-target":
            waiting.append(lambda: look(fn, *args, done=done, **more))
        else:
            look(fn, *args, done=done, **more)

    monkeypatch.setattr(window.session, "look", later)
    window.actions_["split"].trigger()
    hand.until(lambda: bool(waiting), "asked")
    bench.begin("draw_line")
    bench.corners(1)
    waiting.pop()()
    monkeypatch.undo()
    hand.rest()
    type_in(hand, "25<90")
    hand.until(lambda: bench.drafter.corners() == 2, "still drawing")
    assert bench.in_use("draw_line")
