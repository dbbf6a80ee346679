"""The table of a scan's points: where each lies on the map, and how far it is off; places can be typed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app import theme
from layers import coordinates
from layers.basemaps import ControlPoint, Fitted
from layers.domain.measures import length
from layers.words import t

NUMBER, LON, LAT, OFF = range(4)
SUSPECT = 2.0  # times the mean error: such a point was probably clicked wrong
LEAST = 1.0  # m: below this nobody needs to look


class PointsTable(QTableWidget):
    """``placed(row, lon, lat)`` tells of a place that was typed; the row after the last is the one still wanted.

    ``refused`` says that what was typed is no place, ``chosen(row)`` that a row was pressed.
    """

    placed = Signal(int, float, float)
    refused = Signal()
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(0, 4)
        self.setObjectName("scan-points")
        self.setProperty("part", "list")
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFixedHeight(28 * 5 + 8)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setShowGrid(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(NUMBER, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(NUMBER, 56)
        self.verticalHeader().setDefaultSectionSize(28)
        self.itemSelectionChanged.connect(self._selected)
        self.itemChanged.connect(self._typed)

    def show_points(self, points: Sequence[ControlPoint], picked: int, waiting: bool, fitted: Fitted | None) -> None:
        """Show the points, the one that still waits for its place, and what the fit says of them."""
        tk = theme.tokens()
        off, mean = (fitted.residuals, fitted.mean) if fitted is not None else ((), 0.0)
        self.blockSignals(True)
        self.setRowCount(len(points) + waiting)
        for i, one in enumerate(points):
            # As many points as are needed always fit: nothing is known of their errors.
            known = i < len(off) and fitted is not None and fitted.known
            metres = length(off[i], finer=True) if known else "—"
            suspect = fitted is not None and fitted.wrong == i
            self._fill(
                i,
                (str(i + 1), f"{one.lon:.6f}", f"{one.lat:.6f}", t("base3.suspect", off=metres) if suspect else metres),
            )
            wrong = suspect or (i < len(off) and off[i] > max(SUSPECT * mean, LEAST))
            self._cell(i, OFF).setForeground(QColor(tk.red if wrong else tk.text))
        if waiting:
            self._fill(len(points), (str(len(points) + 1), "", "", "—"))
            self._cell(len(points), OFF).setForeground(QColor(tk.text))
            self.scrollToBottom()
        if picked >= 0:
            self.selectRow(picked)
        else:
            self.clearSelection()
        self.blockSignals(False)

    def retranslate(self) -> None:
        """Set the headings in the language in use."""
        self.setHorizontalHeaderLabels([t(f"basemaps.column_{name}") for name in ("number", "lon", "lat", "off")])

    def _fill(self, row: int, texts: Sequence[str]) -> None:
        for column, words in enumerate(texts):
            self._cell(row, column).setText(words)

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column not in (LON, LAT):
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.setItem(row, column, item)
        return item

    def _selected(self) -> None:
        rows = {item.row() for item in self.selectedItems()}
        if rows:
            self.chosen.emit(next(iter(rows)))

    def _typed(self, item: QTableWidgetItem) -> None:
        lon, lat = self._cell(item.row(), LON).text(), self._cell(item.row(), LAT).text()
        if not (lon and lat):
            return  # the other half is still to come
        place = coordinates.halves(lon, lat)
        if place is None:
            self.refused.emit()
        else:
            self.placed.emit(item.row(), *place)
