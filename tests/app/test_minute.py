"""As time passes tasks become overdue: list, tabs, tree, pins and shades say so together, with nobody touching them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.hand import Hand
from layers import grids, indicators, tasks
from layers.domain import clock
from layers.domain.things import TaskFilter
from layers.indicators import Wish

pytestmark = pytest.mark.window
LATER = timedelta(hours=30)


class Later(datetime):
    """The clock of the domain, some hours on."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + LATER


def test_a_minute_later_everything_says_what_is_overdue(desk: Hand, monkeypatch: pytest.MonkeyPatch):
    window = desk.window
    ws = window.session.ws
    assert ws is not None
    window.shades.use(Wish("overdue"), remember=False)
    desk.until(lambda: window.shades.shading is not None, "shaded")
    before = tasks.counts(ws, TaskFilter())["overdue"]
    left = {line.uuid: line.minutes_left for line in window.tasks.model.lines}
    with monkeypatch.context() as patch:
        for module in (clock, tasks, indicators):
            patch.setattr(module, "datetime", Later)
        now = tasks.counts(ws, TaskFilter())["overdue"]
        assert now > before
        window.session.minute.emit()
        desk.until(lambda: str(now) in window.tasks.views["overdue"].text(), "tab")
        sooner = LATER.total_seconds() // 60 - 5
        desk.until(
            lambda: any(
                (left.get(line.uuid) or 0) - (line.minutes_left or 0) > sooner for line in window.tasks.model.lines
            ),
            "what is left",
        )
        wanted = sum(node.overdue for node in grids.tree(ws, window.map.system) if node.tier == 1)
        tree = window.left.tree.model
        desk.until(lambda: sum(one.overdue for one in tree.whole if one.tier == 1) == wanted, "tree")
        shading = window.shades
        desk.until(lambda: shading.shading is not None and shading.shading.total == wanted, "shades")
        desk.until(lambda: desk.ask("gewu.pins.all.filter((p) => p.red).length") >= wanted, "pins")
