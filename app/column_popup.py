"""What opens below a heading of the task table: the values of the column to choose from, words, or a span of days."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app import parts, text, theme
from app.session import Session
from layers import task_columns
from layers.domain.things import ColumnFilter, TaskFilter
from layers.task_columns import Value
from layers.words import t

WIDTH, ROW, SHOWN = 264, 28, 9
VALUE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
# The spans of days that are asked for most; days from today of the first and the last, both counted in.
SPANS: dict[str, Callable[[date], tuple[date, date]]] = {
    "today": lambda day: (day, day),
    "yesterday": lambda day: (day - timedelta(days=1), day - timedelta(days=1)),
    "tomorrow": lambda day: (day + timedelta(days=1), day + timedelta(days=1)),
    "last_7": lambda day: (day - timedelta(days=6), day),
    "next_7": lambda day: (day, day + timedelta(days=6)),
    "this_month": lambda day: (day.replace(day=1), _month_end(day)),
    "last_month": lambda day: ((day.replace(day=1) - timedelta(days=1)).replace(day=1), _month_end(day, -1)),
}
OFFERED = {
    "reported": ("today", "yesterday", "last_7", "this_month", "last_month"),
    "due": ("today", "tomorrow", "next_7", "this_month"),
}


def _month_end(day: date, months: int = 0) -> date:
    first = day.replace(day=1)
    return first - timedelta(days=1) if months else (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class _ValuePainter(QStyledItemDelegate):
    """A box, the words of a value, and at the right how many tasks have it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        value: Value = index.data(VALUE)
        tk = theme.tokens()
        count = text.number(value.count)
        room = painter.fontMetrics().horizontalAdvance(count) + 16
        option.rect.adjust(4, 0, -4, 0)
        words = QStyleOptionViewItem(option)
        words.rect = option.rect.adjusted(4, 0, -room, 0)
        super().paint(painter, words, index)
        painter.save()
        painter.setPen(QColor(tk.quiet))
        painter.drawText(
            option.rect.adjusted(0, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count
        )
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(WIDTH - 16, ROW)


class _Values(QListWidget):
    """The values with their boxes. ``toggled(item)`` comes from a click on the row, Space or Enter."""

    toggled = Signal(QListWidgetItem)

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_ValuePainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setMouseTracking(True)
        self.itemClicked.connect(self.toggled)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentItem() is not None:
            self.toggled.emit(self.currentItem())
        else:
            super().keyPressEvent(event)


class ColumnPopup(QFrame):
    """The popup. ``changed(column, ColumnFilter | None)`` comes with every choice; the table narrows at once."""

    changed = Signal(str, object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("part", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.session = session
        self.column = ""
        self._rest = TaskFilter()
        self._chosen: tuple[str, ...] = ()
        self.title = parts.label("head")
        self.clear_all = parts.button("link", self.drop)
        self.clear_all.setObjectName("column-clear")
        self.field = QLineEdit()
        self.field.setObjectName("column-text")
        self.field.setClearButtonEnabled(True)
        self.values = _Values()
        self.values.setObjectName("column-values")
        self.values.toggled.connect(self._toggle)
        self.nothing = parts.label("small")
        self.nothing.setContentsMargins(12, 4, 12, 8)
        self.since, self.until = QLineEdit(), QLineEdit()
        self.spans = parts.column(gap=0)
        days = parts.column(
            self.spans, parts.row(self.since, parts.label("quiet", "–"), self.until, margins=(12, 4, 12, 4)), gap=0
        )
        self.days = QWidget()
        self.days.setLayout(days)
        self.setLayout(
            parts.column(
                parts.row(self.title, None, self.clear_all, margins=(12, 4, 12, 0)),
                parts.row(self.field, margins=(12, 4, 12, 4)),
                self.values,
                self.nothing,
                self.days,
                gap=0,
                margins=(1, 5, 1, 7),
            )
        )
        self._typing = QTimer(self, singleShot=True, interval=150)
        self._typing.timeout.connect(self._typed)
        self.field.textChanged.connect(lambda _text: self._typing.start())
        for end in (self.since, self.until):
            end.textEdited.connect(self._dated)

    # -- opening -----------------------------------------------------------------------------------------

    def open_for(self, column: str, rest: TaskFilter, now: ColumnFilter | None, below: QRect) -> None:
        """Open below a heading (global px) for a column, with what narrows it now; ``rest`` is the whole filter."""
        way = task_columns.WAYS[column]
        self.column, self._rest = column, rest
        self._chosen = now.values if now else ()
        self.title.setText(t(f"window.column_{column}"))
        self.clear_all.setText(t("window.column_clear"))
        self.clear_all.setEnabled(now is not None)
        self.field.blockSignals(True)
        self.field.setText(now.text if now else "")
        self.field.blockSignals(False)
        self.field.setPlaceholderText(t("window.column_find" if way == "values" else "window.column_holds"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.setVisible(way != "days")
        self.values.setVisible(way == "values")
        self.nothing.hide()
        self.days.setVisible(way == "days")
        self._place(below)
        if way == "values":
            self.values.clear()
            self._ask()
        if way == "days":
            self._offer_days(now)
        self.adjustSize()
        self.show()
        (self.field if way != "days" else self.since).setFocus()

    def _place(self, below: QRect) -> None:
        screen = self.screen().availableGeometry()
        height = ROW * SHOWN + 120
        top = (
            below.bottom() + 1 if below.bottom() + height < screen.bottom() else max(below.top() - height, screen.top())
        )
        self._lifted = top < below.top()
        self._below = below
        self.move(QPoint(max(min(below.left(), screen.right() - WIDTH), screen.left()), top))

    def _settle(self) -> None:
        """Take the height that the content needs; above the heading the lower edge stays on it."""
        self.adjustSize()
        if self._lifted:
            self.move(self.x(), self._below.top() - self.height())

    # -- values ------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self.session.look(
            task_columns.values, self._rest, self.column, self.field.text(), keep=self._chosen,
            key="column-values", done=partial(self._got, self.column),
        )  # fmt: skip

    def _got(self, column: str, found: list[Value]) -> None:
        if column != self.column:
            return  # asked for a heading that is closed again
        self.values.clear()
        for value in found:
            item = QListWidgetItem(value.words)
            item.setData(VALUE, value)
            item.setToolTip(text.tip(value.words))
            # Toggled by a click anywhere on the row, so not by the box itself.
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(self._state(value.value))
            self.values.addItem(item)
        self.nothing.setText(t("window.column_nothing"))
        self.nothing.setVisible(not found)
        self.values.setVisible(bool(found))
        self.values.setFixedHeight(min(len(found), SHOWN) * ROW)
        self._settle()

    def _state(self, value: str) -> Qt.CheckState:
        return Qt.CheckState.Checked if value in self._chosen else Qt.CheckState.Unchecked

    def _toggle(self, item: QListWidgetItem) -> None:
        value: Value = item.data(VALUE)
        rest = tuple(one for one in self._chosen if one != value.value)
        self._chosen = rest if value.value in self._chosen else (*rest, value.value)
        item.setCheckState(self._state(value.value))
        self._say(ColumnFilter(self.column, values=self._chosen) if self._chosen else None)

    # -- words and days ----------------------------------------------------------------------------------

    def _typed(self) -> None:
        if task_columns.WAYS[self.column] == "values":
            self._ask()
        else:
            words = self.field.text().strip()
            self._say(ColumnFilter(self.column, text=words) if words else None)

    def _offer_days(self, now: ColumnFilter | None) -> None:
        parts.clear(self.spans)
        for name in OFFERED[self.column]:
            button = parts.button("row", partial(self._take_span, name))
            button.setText(t(f"window.span_{name}"))
            self.spans.addWidget(button)
        zone = self._zone
        first, last = task_columns.days(now, zone) if now else (None, None)
        for end, day, key in ((self.since, first, "since"), (self.until, last, "until")):
            end.setText(day.isoformat() if day else "")
            end.setPlaceholderText(t(f"window.column_{key}"))
            end.setAccessibleName(end.placeholderText())
            parts.set_tone(end, "wrong", False)

    @property
    def _zone(self) -> str:
        return self.session.ws.zone if self.session.ws else "Asia/Shanghai"

    def _take_span(self, name: str) -> None:
        first, last = SPANS[name](text.day(self._zone))
        self.since.setText(first.isoformat())
        self.until.setText(last.isoformat())
        self._dated()

    def _dated(self) -> None:
        """Narrow to the days that are typed, once each end is a day or empty."""
        found: list[date | None] = []
        for end in (self.since, self.until):
            day = text.as_day(end.text())
            parts.set_tone(end, "wrong", bool(end.text().strip()) and day is None)
            found.append(day)
        if found[0] and found[1] and found[0] > found[1]:
            parts.set_tone(self.until, "wrong", True)
        if not self.since.property("wrong") and not self.until.property("wrong"):
            self._say(task_columns.between(self.column, found[0], found[1], self._zone))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._typing.isActive():  # closed before the last word was taken
            self._typing.stop()
            self._typed()

    # -- leaving -----------------------------------------------------------------------------------------

    def drop(self) -> None:
        """Let everything through again."""
        self._chosen = ()
        self._say(None)
        self.close()

    def _say(self, wanted: ColumnFilter | None) -> None:
        self.clear_all.setEnabled(wanted is not None)
        self.changed.emit(self.column, wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        elif key == Qt.Key.Key_Down and self.field.hasFocus() and self.values.count():
            self.values.setFocus()
            self.values.setCurrentRow(0)
        else:
            super().keyPressEvent(event)
