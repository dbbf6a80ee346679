"""The reports workplace: how many tasks every grid has in every status; each figure opens its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app import parts, report, saving, text, theme
from app.panel import Panel
from app.session import Session
from app.sheet import as_csv, write_csv
from app.tree_model import short_name
from layers import grids, tasks
from layers.domain import flow
from layers.domain.things import GridNode, System, TaskFilter
from layers.errors import Known
from layers.words import t
from layers.workspace import Workspace

GRID_WIDTH = 144  # px: enough for the name of a small grid
CELL = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
# What stands in the columns after the grid: the key of a count, and the statuses or view it opens.
FIGURES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    *((status, (status,), "all") for status in flow.STATUSES),
    ("open", (), "open"),
    ("overdue", (), "overdue"),
    ("all", (), "all"),
)


@dataclass(frozen=True)
class Row:
    """One grid and its counts; without a grid ``role`` is ``tray`` (no place yet), ``outside`` (a place in no
    grid of the tier) or ``sum``.
    """

    grid: GridNode | None
    counts: dict[str, int]
    role: str = ""


def figures(ws: Workspace, system: str, tier: int) -> list[Row]:
    """Return the counts of every grid of a tier, of what lies in none, and of the whole workspace last.

    The last row is the sum of those above it.
    """
    nodes = [node for node in grids.tree(ws, system) if node.tier == tier]
    rows = [Row(node, tasks.counts(ws, TaskFilter(grid=node.uuid))) for node in nodes]
    tray, whole = tasks.counts(ws, TaskFilter(tray=True)), tasks.counts(ws, TaskFilter())
    keys = [name for name, _statuses, _view in FIGURES]
    rest = {key: whole[key] - tray[key] - sum(row.counts[key] for row in rows) for key in keys}
    if any(tray[key] for key in keys):
        rows.append(Row(None, tray, "tray"))
    if any(rest.values()):
        rows.append(Row(None, rest, "outside"))
    return [*rows, Row(None, whole, "sum")]


NAMES = {"tray": "not_placed", "outside": "outside_grids", "sum": "sum"}


class FigureModel(QAbstractTableModel):
    """The figures as a table for Qt; the sum stays at the end however it is ordered."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.order = (0, False)

    def show(self, rows: list[Row]) -> None:
        """Show other figures in the present order."""
        self.beginResetModel()
        self.rows = rows
        self._sort()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column."""
        self.beginResetModel()
        self.order = (column, order == Qt.SortOrder.DescendingOrder)
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        column, down = self.order
        grids_, sums = [r for r in self.rows if r.grid], [r for r in self.rows if not r.grid]

        def key(row: Row) -> Any:
            assert row.grid is not None
            return row.grid.code if column == 0 else row.counts[FIGURES[column - 1][0]]

        self.rows = sorted(grids_, key=key, reverse=down) + sums

    def texts(self) -> list[list[str]]:
        """Return the whole table with its headings as plain texts."""
        head = [str(self.headerData(i, Qt.Orientation.Horizontal)) for i in range(self.columnCount())]
        body = [[self._plain(row, i) for i in range(self.columnCount())] for row in self.rows]
        return [head, *body]

    def _plain(self, row: Row, column: int) -> str:
        if column:
            return str(row.counts[FIGURES[column - 1][0]])
        return short_name(row.grid) if row.grid else t(f"window.{NAMES[row.role]}")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(FIGURES) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == CELL:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._plain(row, index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            if section == 0:
                return t("window.column_grid")
            name = FIGURES[section - 1][0]
            return tasks.status_label(name) if name in flow.STATUSES else t(f"window.figure_{name}")
        return None


class _CellPainter(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tk = theme.tokens()
        rect: QRect = option.rect
        row = index.data(CELL)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.fillRect(rect, QColor(tk.ground if row.role == "sum" else tk.panel))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), QColor(tk.line))
        said = str(index.data())
        name = FIGURES[index.column() - 1][0] if index.column() else ""
        colour = tk.text
        if index.column():
            colour = tk.accent if over and said != "0" else tk.quiet if said == "0" else tk.text
            colour = tk.red if name == "overdue" and said != "0" else colour
        font = option.font
        font.setBold(row.role == "sum")
        font.setUnderline(over and bool(index.column()) and said != "0")
        painter.setFont(font)
        painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
        inner = rect.adjusted(12 if not index.column() else 4, 0, -12, -1)
        words = text.fitted(text.number(int(said)) if index.column() else said, painter.fontMetrics(), inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | side, words)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(64, 28)


class FigureView(QTableView):
    """The table; a click on a figure is told with its row and column."""

    figure = Signal(int, int)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        hand = index.isValid() and index.column() > 0 and index.data() != "0"
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: Any) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.figure.emit(index.row(), index.column())
        else:
            super().keyPressEvent(event)


class ReportsPage(Panel):
    """The page. ``rows_wanted(grid, statuses, view, tray)`` asks for the tasks behind a figure."""

    shows = ("task", "grid", "grid_tier", "grid_system")
    rows_wanted = Signal(object, tuple, str, bool)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "page")
        self.model = FigureModel()
        self.table = FigureView()
        self.table.setModel(self.model)
        self.table.setItemDelegate(_CellPainter(self.table))
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setMouseTracking(True)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(28)
        head = self.table.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        head.setMinimumSectionSize(48)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head.sectionClicked.connect(self._order)
        self.table.clicked.connect(lambda index: self._open(index.row(), index.column()))
        self.table.figure.connect(self._open)
        self.title = parts.label("title")
        self.hint = parts.label("small")
        self.tiers = QButtonGroup(self)
        self.segments: QHBoxLayout = parts.row(gap=2, margins=(2, 2, 2, 2))
        self.copy = parts.tool("outlined", self.copy_csv)
        self.save = parts.tool("outlined", self.save_csv)
        bar = parts.row(
            parts.column(self.title, self.hint, gap=2), None, parts.box("ground", self.segments), self.copy, self.save,
            margins=(12, 12, 12, 8),
        )  # fmt: skip
        self.setLayout(parts.column(bar, self.table, gap=0))
        self.system: System | None = None
        self.tier = 0
        self.dressed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give every column room for its whole heading and share what is left; scroll if it does not suffice."""
        words = [str(self.model.headerData(i, Qt.Orientation.Horizontal)) for i in range(self.model.columnCount())]
        metrics = self.table.horizontalHeader().fontMetrics()
        need = [metrics.horizontalAdvance(one) + 28 for one in words]
        need[0] = max(need[0], GRID_WIDTH)
        spare = max(self.table.viewport().width() - sum(need), 0) // (len(need) - 1)
        for i, width in enumerate(need):
            self.table.setColumnWidth(i, width + (spare if i else 0))

    def retranslate(self) -> None:
        self.title.setText(t("window.reports_title"))
        self.hint.setText(t("window.reports_hint"))
        self.copy.setText(t("window.copy_csv"))
        self.save.setText(t("window.save_csv"))
        self.table.setAccessibleName(t("window.reports_title"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(FIGURES))
        self._share_width()

    def tint(self) -> None:
        self.copy.setIcon(theme.icon("copy", "quiet"))

    def emptied(self) -> None:
        self.model.show([])

    def refresh(self) -> None:
        self.session.look(grids.systems, key="report-systems", done=self._got_systems)

    def _got_systems(self, systems: list[System]) -> None:
        self.system = next(iter(systems), None)
        parts.clear(self.segments)
        if self.system is None:
            self.model.show([])
            return
        tiers = [tier for tier in self.system.tiers if tier.count > 1] or list(self.system.tiers)
        if self.tier not in [tier.tier for tier in tiers]:
            self.tier = tiers[0].tier
        for tier in tiers:
            button = parts.tool("segment", partial(self._choose, tier.tier))
            button.setText(f"{tier.name} {tier.count}")
            button.setCheckable(True)
            button.setChecked(tier.tier == self.tier)
            self.tiers.addButton(button)
            self.segments.addWidget(button)
        self._ask()

    def _choose(self, tier: int) -> None:
        self.tier = tier
        self._ask()

    def _ask(self) -> None:
        if self.system is not None:
            self.session.look(figures, self.system.code, self.tier, key="figures", done=self.model.show)

    def _order(self, section: int) -> None:
        column, down = self.model.order
        turn = (not down) if column == section else section > 0  # figures begin with the largest
        self.model.sort(section, Qt.SortOrder.DescendingOrder if turn else Qt.SortOrder.AscendingOrder)

    def _open(self, row: int, column: int) -> None:
        one = self.model.rows[row]
        grid = (one.grid.uuid, short_name(one.grid)) if one.grid else None
        tray = one.role == "tray"
        if one.role == "outside":
            return  # there is no list of what lies in no grid
        if column == 0:
            self.rows_wanted.emit(grid, (), "all", tray)
        elif one.counts[FIGURES[column - 1][0]]:
            _name, statuses, view = FIGURES[column - 1]
            self.rows_wanted.emit(grid, statuses, view, tray)

    def rows(self) -> Sequence[Sequence[str]]:
        """Return what is shown, headings first."""
        return self.model.texts()

    def copy_csv(self) -> None:
        """Put the table on the clipboard as CSV."""
        QApplication.clipboard().setText(as_csv(self.rows()))
        report.say(t("window.copied", count=len(self.model.rows)))

    def save_csv(self) -> None:
        """Save the table as a CSV file."""
        name = Path(f"{t('window.reports_title')}.csv")
        path = saving.ask(self.window(), t("window.save_csv"), name, "CSV (*.csv)", ".csv")
        if path is None:
            return
        try:
            write_csv(path, self.rows())
        except Known as error:
            report.show(error)
        else:
            report.say(t("window.saved_to", path=path))
