"""The grids in classes by an indicator: what is wished, and the map and legends that show it."""

import json
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.map_desk import MapDesk
from app.session import EVERYTHING, Session, touches
from layers import indicators, workspace
from layers.domain.changes import Changes
from layers.domain.things import TaskFilter
from layers.indicators import Shading, Wish

KEY = "choropleth"  # of the workspace's own settings
WATCHED = ("task", "grid", "grid_system", "grid_tier", "facility", "road_section", "duty", "placement")


class Shades(QObject):
    """One wish at a time. ``changed`` says that there is another `shading` (or none), ``wished`` another `wish`."""

    changed = Signal()
    wished = Signal()

    def __init__(self, session: Session, desk: MapDesk) -> None:
        super().__init__(desk)
        self._session, self._desk = session, desk
        self.wish = Wish()
        self.shading: Shading | None = None
        self.without_grids = False  # whether something is wished and there is nothing to shade
        self._zoom = 0.0
        self._wanted = TaskFilter()  # what the task list shows
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        desk.view.moved.connect(self._moved)
        session.minute.connect(self.ask)

    def use(self, wish: Wish, *, remember: bool = True) -> None:
        """Shade as wished from now on; ``remember`` keeps it in the workspace for the next time."""
        if wish == self.wish:
            return
        self.wish = wish
        self.wished.emit()
        self.ask()
        if remember and self._session.writable:
            kept = json.dumps([wish.indicator, wish.method, wish.count, wish.tier])
            self._session.work(workspace.set_setting, KEY, kept, label="choropleth")

    def next_indicator(self) -> None:
        """Go on to the next indicator, and from the last to none."""
        order = ("", *indicators.INDICATORS)
        after = order[(order.index(self.wish.indicator) + 1) % len(order)]
        self.use(Wish(after, self.wish.method, self.wish.count, self.wish.tier))

    def show_system(self, _code: str) -> None:
        """Shade the grids of the system that is shown now."""
        self.ask()

    def show_filter(self, wanted: TaskFilter) -> None:
        """Count the tasks that the list and the pins show now."""
        before, self._wanted = self._only, wanted
        if self._only != before:
            self.ask()

    @property
    def _only(self) -> TaskFilter:
        return indicators.counted(self.wish.indicator, self._wanted)

    def ask(self) -> None:
        """Ask for the values as they are now."""
        if self._session.ws is None or not self.wish.indicator:
            self._got(None)
            return
        self._session.look(
            indicators.shade, self._desk.system, self._desk.view.zoom, self.wish, wanted=self._wanted,
            key="shade", aside=True, done=self._answered,
        )  # fmt: skip

    def _opened(self) -> None:
        self.wish = Wish()
        self._got(None)
        self.wished.emit()
        self._session.look(workspace.settings, key="shade-wish", done=self._recall)

    def _recall(self, kept: dict[str, str]) -> None:
        self.use(_wish(kept.get(KEY)), remember=False)

    def _changed(self, changes: Changes) -> None:
        if self.wish.indicator and (changes is EVERYTHING or touches(changes, *WATCHED)):
            self.ask()

    def _moved(self, _bounds: Any, zoom: float) -> None:
        if zoom != self._zoom and self.wish.indicator:
            self.ask()
        self._zoom = zoom

    def _answered(self, shading: Shading | None) -> None:
        if shading is None or (shading.wish, shading.only) == (self.wish, self._only):
            self._got(shading)

    def _got(self, shading: Shading | None) -> None:
        without = shading is None and bool(self.wish.indicator) and self._session.ws is not None
        if shading == self.shading and without == self.without_grids:
            return
        self.shading, self.without_grids = shading, without
        self._desk.view.keep(
            "choropleth",
            tier=shading.tier if shading else 0,
            grids=[" ".join(uuids) for uuids in shading.grids] if shading else [],
            numbers=[" ".join(texts) for texts in shading.numbers] if shading else [],
            zero=" ".join(shading.zeros) if shading else "",
        )
        self.changed.emit()


def _wish(kept: str | None) -> Wish:
    """Read what a workspace remembers; nothing of it if it makes no sense."""
    try:
        return Wish(*json.loads(kept or "[]"))
    except (ValueError, TypeError):
        return Wish()
