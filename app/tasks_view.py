"""The task table itself: chips with the status' shape, lamps, hairlines, and rows copied for a spreadsheet."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from app import signs, text, theme
from app.sheet import put_table
from app.tasks_head import PAD, ROW, Head
from app.tasks_model import COLUMNS, KEYS, LINE, TaskModel
from layers import tasks
from layers.domain import flow
from layers.domain.things import TaskLine
from layers.words import t

PLACE = 240  # px: what the place of a task needs at least
Index = QModelIndex | QPersistentModelIndex
STATUS, LEFT, NUMBER, DUE, WHERE = (KEYS.index(key) for key in ("status", "left", "number", "due", "where"))


class RowPainter(QStyledItemDelegate):
    """Paints one cell: its text shortened in the middle, a status with its shape, a limit with its lamp."""

    lit = -1  # the row whose pin the pointer rests on

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE)
        if not isinstance(line, TaskLine):
            return
        tk = theme.tokens()
        rect: QRect = option.rect
        state = option.state
        picked = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver) or index.row() == self.lit
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


class TaskView(QTableView):
    """The rows of the task table. The first columns may be frozen: they stay when the others are scrolled aside.

    Frozen columns are painted over what has been scrolled below them; there is one table, one selection and one focus.
    """

    filter_wanted = Signal(int)
    hover_ended = Signal()
    frozen = 0  # how many of the shown columns stay; Qt asks before the constructor is through
    _fitting = True

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
        self.cold = Head(self)
        self.cold.setModel(model)
        self.cold.setSectionsMovable(False)
        for head in (self.head, self.cold):
            head.sectionClicked.connect(self._order)
            head.filter_wanted.connect(self.filter_wanted)
        self.cold.customContextMenuRequested.connect(self.head.customContextMenuRequested)
        self.cold.sectionResized.connect(lambda section, _old, width: self.setColumnWidth(section, width))
        self.head.sectionResized.connect(lambda *_: self.fit())
        self.head.sectionMoved.connect(lambda *_: self.fit())
        model.dataChanged.connect(lambda *_: self.viewport().update())
        self._fitting = False
        self._mark_order()

    def width_of(self, column: int) -> int:
        """Return how wide a column is at first: its own width, more if the language has longer words in it."""
        one, metrics = COLUMNS[column], self.fontMetrics()
        words = [t(f"window.column_{one.key}")]
        if one.key == "status":
            words += [tasks.status_label(status, kind) for kind in flow.KINDS for status in flow.STATUSES]
        elif one.key == "kind":
            words += [t(f"tasks.kind_{kind}") for kind in flow.KINDS]
        need = max(metrics.horizontalAdvance(word) for word in words) + PAD + 36  # room for the chevron and the funnel
        return max(one.width, need + (22 if one.key == "status" else 0))

    def _order(self, section: int) -> None:
        same = COLUMNS[section].key == self.lines.sort_key
        down = same and not self.lines.descending
        self.lines.sort(section, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        self._mark_order()

    def _mark_order(self) -> None:
        for head in (self.head, self.cold):
            head.show_order(KEYS.index(self.lines.sort_key), self.lines.descending)

    def show_narrowed(self, sections: frozenset[int]) -> None:
        """Mark the columns that are narrowed."""
        for head in (self.head, self.cold):
            head.show_narrowed(sections)

    # -- frozen columns ----------------------------------------------------------------------------------

    def freeze(self, count: int) -> None:
        """Keep the first shown columns where they are while the others are scrolled."""
        self.frozen = count
        self.fit()

    def fit(self) -> None:
        """Share out the width: the place takes what the others leave, but not too little; the frozen ones stay."""
        if self._fitting:
            return
        self._fitting = True
        others = sum(self.columnWidth(one) for one in self.visible_columns() if one != WHERE)
        tight = self.viewport().width() - others < PLACE
        mode = QHeaderView.ResizeMode.Interactive if tight else QHeaderView.ResizeMode.Stretch
        if self.head.sectionResizeMode(WHERE) != mode:
            self.head.setSectionResizeMode(WHERE, mode)
            if tight:
                self.setColumnWidth(WHERE, PLACE)
        self._lay_cold()
        self._fitting = False

    def _lay_cold(self) -> None:
        frozen = self.frozen_columns()
        self.cold.blockSignals(True)
        for at, column in enumerate(frozen):
            self.cold.moveSection(self.cold.visualIndex(column), at)
        for column in range(len(COLUMNS)):
            self.cold.setSectionHidden(column, column not in frozen)
            if column in frozen:
                self.cold.resizeSection(column, self.columnWidth(column))
        self.cold.blockSignals(False)
        self.cold.setGeometry(self.viewport().x(), 0, self._cold_width(), ROW)
        self.cold.setVisible(bool(frozen) and self.horizontalScrollBar().value() > 0)
        self.cold.raise_()
        self.viewport().update()

    def frozen_columns(self) -> list[int]:
        """Return the columns that stay, from left to right; never all of them."""
        shown = self.visible_columns() if self.frozen else []
        return shown[: min(self.frozen, len(shown) - 1)]

    def _cold_width(self) -> int:
        return sum(self.columnWidth(column) for column in self.frozen_columns())

    def _is_cold(self, x: int) -> bool:
        return self.horizontalScrollBar().value() > 0 and x < self._cold_width()

    def indexAt(self, at: QPoint) -> QModelIndex:
        if not self._is_cold(at.x()):
            return super().indexAt(at)
        x = 0
        for column in self.frozen_columns():
            x += self.columnWidth(column)
            if at.x() < x:
                return self.lines.index(self.rowAt(at.y()), column)
        return QModelIndex()

    def visualRect(self, index: Index) -> QRect:
        rect = super().visualRect(index)
        frozen = self.frozen_columns()
        if index.column() not in frozen or not self.horizontalScrollBar().value():
            return rect
        before = frozen[: frozen.index(index.column())]
        return QRect(sum(map(self.columnWidth, before)), rect.y(), self.columnWidth(index.column()), rect.height())

    def scrollTo(self, index: Index, hint: QTableView.ScrollHint = QTableView.ScrollHint.EnsureVisible) -> None:
        if index.column() in self.frozen_columns():  # is in sight already: only its row matters
            index = index.sibling(index.row(), self.columnAt(self._cold_width() + 1))
        super().scrollTo(index, hint)
        hidden = self._cold_width() - super().visualRect(index).x()
        if hidden > 0 and self._is_cold(0):
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - hidden)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dx and self.frozen:
            self._lay_cold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_cold(0) or not self.lines.lines:
            return
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        over = self.indexAt(self.viewport().mapFromGlobal(QCursor.pos())) if self.viewport().underMouse() else None
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        for row in range(first, (last if last >= 0 else len(self.lines.lines) - 1) + 1):
            for column in self.frozen_columns():
                index = self.lines.index(row, column)
                option.rect, option.state = self.visualRect(index), plain
                if self.selectionModel().isSelected(index):
                    option.state |= QStyle.StateFlag.State_Selected
                if index == over:
                    option.state |= QStyle.StateFlag.State_MouseOver
                self.itemDelegate().paint(painter, option, index)
        painter.fillRect(QRect(self._cold_width() - 1, 0, 1, self.viewport().height()), QColor(theme.tokens().line))
        painter.end()

    def light(self, row: int) -> None:
        """Show a row as if the pointer were on it, because it is on its pin; -1 for none."""
        painter = self.itemDelegate()
        if isinstance(painter, RowPainter) and painter.lit != row:
            painter.lit = row
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hover_ended.emit()

    # -- rows --------------------------------------------------------------------------------------------

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
        put_table(table, {i for i, c in enumerate(columns) if KEYS[c] in ("due", "reported")})
        return len(rows)


def with_due(columns: list[int]) -> list[int]:
    """Return columns with the limit's instant after what is left of it, if that is shown and the other is not."""
    if LEFT not in columns or DUE in columns:
        return columns
    at = columns.index(LEFT) + 1
    return [*columns[:at], DUE, *columns[at:]]
