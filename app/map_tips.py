"""Hovering joins map and table: the tip beside the pointer, the row of a pin, the pin of a row."""

from PySide6.QtCore import QModelIndex, QObject

from app import text
from app.map_desk import MapDesk
from app.tasks_view import TaskView
from layers import here
from layers.domain.found import Tip
from layers.words import t


class MapTips(QObject):
    """Says what the pointer rests on, on the map and in the table, and marks it in the other."""

    def __init__(self, desk: MapDesk, table: TaskView) -> None:
        super().__init__(desk)
        self._desk, self._table = desk, table
        desk.view.hovered.connect(self._hovered)
        desk.view.left.connect(lambda: self._got(None))
        table.entered.connect(self._entered)
        table.viewportEntered.connect(self._left_rows)
        table.hover_ended.connect(self._left_rows)

    def _hovered(self, lon: float, lat: float, zoom: float) -> None:
        desk = self._desk
        desk.session.look(
            here.tip, lon, lat, zoom, desk.system, desk.tables(), desk.source.filter, desk.kinds,
            key="hover", aside=True, done=self._got,
        )  # fmt: skip

    def _got(self, tip: Tip | None) -> None:
        task = tip.hit.uuid if tip is not None and tip.hit.table == "task" else ""
        self._table.light(self._table.lines.row_of(task) if task else -1)
        if tip is None:
            self._desk.view.show_tip(None)
            return
        self._desk.view.tell(
            "tip_card",
            title=tip.hit.title,
            lines=list(tip.lines[:-1] if tip.status else tip.lines),
            status=tip.status,
            state=tip.lines[-1] if tip.status else "",
            lamp=tip.lamp,
            left=text.left(tip.minutes),
        )

    def _entered(self, index: QModelIndex) -> None:
        lines = self._table.lines.lines
        line = lines[index.row()] if 0 <= index.row() < len(lines) else None
        placed = line is not None and line.lon is not None and line.lat is not None
        self._desk.view.tell("light", place=[line.lon, line.lat] if line is not None and placed else None)

    def _left_rows(self) -> None:
        self._desk.view.tell("light", place=None)


def words() -> dict[str, str]:
    """Return the words of the finding tools on the map's page."""
    names = ("lasso", "ruler", "hint_lasso", "hint_measure", "copy_result", "done")
    kinds = ("task", "facility", "road_section", "place", "grid")
    return {name: t(f"finding.{name}") for name in names} | {
        f"kind_{kind}": t(f"finding.kind_{kind}") for kind in kinds
    }
