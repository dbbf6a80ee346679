"""Moment 4 in the real window: draw round 40 pins, give 38 of them to a team, take all 38 back.

``python -m tests.bench.fourth_moment FOLDER PICTURE.png`` prints seconds as JSON. The picture is the frame after
the giving, to be looked at; the journey test walks the same way and asserts what is seen, not how long it took.
"""

import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layers import demo, people, tasks, workspace
from layers.workspace import Workspace

TEAM = "府城二组"
SAID = "38 件派给府城二组，2 件不能：已结案"
MIDDLE = (121.2304, 31.0195)  # far from any other task of the demonstration
ACROSS, DOWN, APART = 8, 5, 0.00012  # the pins stand in rows, some 12 m from each other


def prepare(ws: Workspace) -> list[str]:
    """Put 40 tasks round `MIDDLE`, the last two of them closed; return their uuids."""
    made: list[str] = []
    for i in range(ACROSS * DOWN):
        lon = MIDDLE[0] + (i % ACROSS - ACROSS / 2) * APART
        lat = MIDDLE[1] + (i // ACROSS - DOWN / 2) * APART
        title = f"夜查 {i + 1}"
        made += tasks.draw(ws, kind="case", title=title, actor="dispatcher", lon=lon, lat=lat).uuids("task")
    tasks.advance(ws, made, "file", actor="dispatcher")
    team = next(one for one in people.parties(ws) if one.name == TEAM)
    for step in ("dispatch", "start", "submit", "pass", "close"):
        tasks.advance(ws, made[-2:], step, actor="dispatcher", assignee=team)
    return made


def statuses(hand: Any, uuids: list[str]) -> list[str]:
    """Return the statuses that the pins of some tasks are drawn in, in their order."""
    found = hand.ask(f"(ids => ids.map(id => (gewu.pins.all.find(p => p.id === id) || {{}}).status))({uuids})")
    return list(found)


def walk(hand: Any, made: list[str], frame: Callable[[], None] = lambda: None) -> dict[str, float]:
    """Draw, give, take back with real mouse and keys; return the seconds of each. ``frame`` is called in between.

    Raises ``TookTooLong`` when something does not come to pass.
    """
    from PySide6.QtCore import QPoint, Qt

    window, many = hand.window, hand.window.finding.many
    control = Qt.KeyboardModifier.ControlModifier
    hand.click(window.tasks.views["all"])
    reach = APART * ACROSS
    window.map.view.fit((MIDDLE[0] - reach, MIDDLE[1] - reach, MIDDLE[0] + reach, MIDDLE[1] + reach), maxzoom=18)
    hand.until(lambda: all(statuses(hand, made)), "pins")
    hand.map_still()
    corner = hand.pixel(MIDDLE[0] + APART * (ACROSS / 2 + 1.5), MIDDLE[1])
    centre = hand.pixel(*MIDDLE)
    radius = corner.x() - centre.x()
    turn = [2 * math.pi * i / 24 for i in range(25)]
    hand.key(Qt.Key.Key_L, at=window)
    hand.until(lambda: hand.ask("gewu.sweep.on"), "lasso")
    hand.map_drag(
        [QPoint(round(centre.x() + radius * math.cos(a)), round(centre.y() + radius * math.sin(a))) for a in turn]
    )
    started = time.perf_counter()
    hand.until(lambda: many.isVisible() and many.offers and len(window.tasks.table.picked()) == len(made), "chosen")
    lasso = time.perf_counter() - started

    hand.press("many-dispatch")
    hand.until(lambda: many.form.isVisible() and many.form.who.hasFocus(), "form")
    hand.write(many.form.who, TEAM)
    hand.until(lambda: many.form.who.popup.isVisible(), "offers")
    hand.key(Qt.Key.Key_Return, at=many.form.who)
    hand.until(lambda: many.dry.text() == SAID, "forecast")
    started = time.perf_counter()
    hand.key(Qt.Key.Key_Return, at=many.form.who)
    hand.until(lambda: statuses(hand, made) == ["dispatched"] * 38 + ["closed"] * 2, "given")
    give = time.perf_counter() - started
    hand.map_still()
    frame()

    hand.until(lambda: window.actions_["undo"].isEnabled(), "undo")
    started = time.perf_counter()
    hand.key(Qt.Key.Key_Z, control, window)
    hand.until(lambda: statuses(hand, made) == ["filed"] * 38 + ["closed"] * 2, "taken back")
    back = time.perf_counter() - started
    return {"lasso": lasso, "give": give, "back": back}


def main(folder: Path, picture: Path) -> dict[str, float]:
    """Write the demonstration with 40 tasks more, open it, walk; return the times in seconds."""
    from PySide6.QtCore import QSettings, QSize

    from app import launch
    from app.hand import Hand
    from app.settings import Settings

    street = folder / "moment-4.gpkg"
    street.unlink(missing_ok=True)
    demo.write(street)
    ws = workspace.open(street)
    made = prepare(ws)
    ws.close()
    launch.application()
    with tempfile.TemporaryDirectory() as own:
        settings = Settings(QSettings(str(Path(own) / "bench.ini"), QSettings.Format.IniFormat))
        settings.theme, settings.language, settings.post = "light", "zh", "dispatcher"
        window = launch.window(settings)
        window.resize(QSize(1366, 768))
        window.show()
        hand = Hand(window)
        hand.map_ready()
        window.files.open(street)
        hand.until(lambda: window.session.ws is not None and window.tasks.model.lines, "street")
        hand.map_still()
        times = walk(hand, made, lambda: window.grab().save(str(picture)))
        window.close()
    return times


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the page's own processes are of no interest to a measurement
