"""The task table itself: chips with the status' shape, lamps, hairlines, and rows copied for a spreadsheet."""

from collections.abc import Collection
from html import escape

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from app import parts, signs, text, theme
from app.tasks_model import COLUMNS, KEYS, LINE, TaskModel
from layers import tasks
from layers.domain import flow
from layers.domain.things import TaskLine
from layers.words import t

ROW = 28
PAD = 12
Index = QModelIndex | QPersistentModelIndex
STATUS, LEFT, NUMBER, DUE = (KEYS.index(key) for key in ("status", "left", "number", "due"))


class RowPainter(QStyledItemDelegate):
    """Paints one cell: its text shortened in the middle, a status with its shape, a limit with its lamp."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE)
        if not isinstance(line, TaskLine):
            return
        tk = theme.tokens()
        rect: QRect = option.rect
        state = option.state
        picked = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.fillRect(rect, QColor(tk.picked if picked else tk.over if over else tk.panel))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), QColor(tk.line))
        inner = rect.adjusted(PAD, 0, -8, -1)
        ended = line.status in ("closed", "refused", "void")
        colour = tk.quiet if ended and index.column() not in (STATUS, NUMBER) else tk.text
        if index.column() == STATUS:
            signs.status(painter, _box(inner), line.status)
            inner = inner.adjusted(22, 0, 0, 0)
        elif index.column() == LEFT and line.lamp != "none":
            signs.lamp(painter, _box(inner, 12), line.lamp)
            inner = inner.adjusted(18, 0, 0, 0)
            colour = tk.red if line.lamp == "red" else tk.text
        painter.setPen(QColor(colour))
        words = text.fitted(str(index.data() or ""), painter.fontMetrics(), inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics: QFontMetrics = option.fontMetrics
        extra = 22 if index.column() in (STATUS, LEFT) else 0
        return QSize(metrics.horizontalAdvance(str(index.data() or "")) + PAD + 12 + extra, ROW)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Tell the whole text where it had to be shortened."""
        rect: QRect = option.rect
        if index.isValid() and self.sizeHint(option, index).width() > rect.width():
            QToolTip.showText(event.globalPos(), str(index.data()), view)
        else:
            QToolTip.hideText()
        return True


def _box(rect: QRect, size: int = 14) -> QRectF:
    return QRectF(rect.x(), rect.y() + (rect.height() - size) / 2, size, size)


class Head(QHeaderView):
    """The headings: quiet, movable, with a small chevron on the one that orders the rows."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.setMinimumSectionSize(64)
        self.setFixedHeight(ROW)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.ordered_by = -1
        self.descending = False

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        painter.save()
        super().paintSection(painter, rect, index)
        painter.restore()
        if index == self.ordered_by:
            words = str(self.model().headerData(index, Qt.Orientation.Horizontal))
            x = rect.x() + PAD + self.fontMetrics().horizontalAdvance(words) + 12
            painter.save()
            painter.translate(x, rect.center().y() + 1)
            if self.descending:
                painter.rotate(180)
            parts.chevron(painter, QPointF(0, 0), QColor(theme.tokens().quiet), True)
            painter.restore()


class TaskView(QTableView):
    """The rows of the task table."""

    def __init__(self, model: TaskModel) -> None:
        super().__init__()
        self.setObjectName("task-table")
        self.setFont(theme.face(12))
        self.head = Head()
        self.setHorizontalHeader(self.head)
        self.setModel(model)
        self.lines = model
        self.setItemDelegate(RowPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for i, column in enumerate(COLUMNS):
            self.setColumnWidth(i, self.width_of(i))
            self.setColumnHidden(i, not column.shown)
        # The place takes what the others leave, so that the rows always fill the width.
        self.head.setSectionResizeMode(KEYS.index("where"), QHeaderView.ResizeMode.Stretch)
        self.head.sectionClicked.connect(self._order)
        self._mark_order()

    def width_of(self, column: int) -> int:
        """Return how wide a column is at first: its own width, more if the language has longer words in it."""
        one, metrics = COLUMNS[column], self.fontMetrics()
        words = [t(f"window.column_{one.key}")]
        if one.key == "status":
            words += [tasks.status_label(status, kind) for kind in flow.KINDS for status in flow.STATUSES]
        elif one.key == "kind":
            words += [t(f"tasks.kind_{kind}") for kind in flow.KINDS]
        need = max(metrics.horizontalAdvance(word) for word in words) + PAD + 16
        return max(one.width, need + (22 if one.key == "status" else 0))

    def _order(self, section: int) -> None:
        same = COLUMNS[section].key == self.lines.sort_key
        down = same and not self.lines.descending
        self.lines.sort(section, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        self._mark_order()

    def _mark_order(self) -> None:
        self.head.ordered_by = KEYS.index(self.lines.sort_key)
        self.head.descending = self.lines.descending
        self.head.viewport().update()

    def picked(self) -> list[TaskLine]:
        """Return the selected lines from the top down."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.lines.lines[row] for row in rows if row < len(self.lines.lines)]

    def visible_columns(self) -> list[int]:
        """Return the shown columns from left to right."""
        order = [self.head.logicalIndex(i) for i in range(self.head.count())]
        return [column for column in order if not self.isColumnHidden(column)]

    def copy_rows(self) -> int:
        """Put the selected rows on the clipboard as a table with headings; return how many.

        The limit stands there as a date and time beside what is left of it, which is old as soon as it is pasted.

        Spreadsheets take the HTML, where every cell is marked as text: long numbers keep all their digits
        and nothing is taken for a formula. Plain text has tabs.
        """
        columns = with_due(self.visible_columns())
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if not rows:
            return 0
        model = self.lines
        table = [[str(model.headerData(c, Qt.Orientation.Horizontal)) for c in columns]]
        table += [[str(model.index(r, c).data() or "") for c in columns] for r in rows]
        dates = {i for i, c in enumerate(columns) if KEYS[c] in ("due", "reported")}
        data = QMimeData()
        data.setText("\n".join("\t".join(_plain(cell) for cell in cells) for cells in table))
        data.setHtml(as_html(table, dates))
        QApplication.clipboard().setMimeData(data)
        return len(rows)


def _plain(cell: str) -> str:
    return " ".join(cell.split())


def with_due(columns: list[int]) -> list[int]:
    """Return columns with the limit's instant after what is left of it, if that is shown and the other is not."""
    if LEFT not in columns or DUE in columns:
        return columns
    at = columns.index(LEFT) + 1
    return [*columns[:at], DUE, *columns[at:]]


def as_html(table: list[list[str]], dates: Collection[int] = ()) -> str:
    """Return rows as an HTML table whose cells spreadsheets read as text, but in some columns as instants."""
    body = "".join(
        "<tr>" + "".join(_cell(cell, i in dates and n > 0) for i, cell in enumerate(cells)) + "</tr>"
        for n, cells in enumerate(table)
    )
    return f'<html><head><meta charset="utf-8"></head><body><table>{body}</table></body></html>'


def _cell(words: str, instant: bool) -> str:
    kind = "yyyy\\-mm\\-dd\\ hh\\:mm" if instant else "\\@"
    return f"<td style=\"mso-number-format:'{kind}'\">{escape(words)}</td>"
