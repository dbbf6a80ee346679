"""The small widgets that every panel of the window is put together from."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import text, theme
from layers.domain import plain

Item = QWidget | QLayout | int | None
L = TypeVar("L", bound=QBoxLayout)


def label(part: str = "", words: str = "", wrap: bool = False) -> QLabel:
    """Return a label in one of the sheet's roles; its text is never read as markup."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("part", part)
    made.setWordWrap(wrap)
    return made


def button(part: str = "", pressed: Callable[[], Any] | None = None) -> QPushButton:
    """Return a push button in one of the sheet's roles."""
    made = QPushButton()
    made.setProperty("part", part)
    made.setAutoDefault(False)
    if pressed:
        made.clicked.connect(lambda: pressed())
    return made


def tool(part: str = "icon", pressed: Callable[[], Any] | None = None) -> QToolButton:
    """Return a flat tool button in one of the sheet's roles."""
    made = QToolButton()
    made.setProperty("part", part)
    made.setIconSize(QSize(16, 16))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if pressed:
        made.clicked.connect(lambda: pressed())
    return made


def rule(vertical: bool = False) -> QFrame:
    """Return a hairline."""
    made = QFrame()
    made.setProperty("part", "rule")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    if vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def box(part: str, layout: QLayout | None = None) -> QFrame:
    """Return a frame in one of the sheet's roles, filled with a layout."""
    made = QFrame()
    made.setProperty("part", part)
    if layout is not None:
        made.setLayout(layout)
    return made


def row(*items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Return the items side by side; a number is a space in px, None takes what is left."""
    return _fill(QHBoxLayout(), items, gap, margins)


def column(*items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Return the items one below the other; a number is a space in px, None takes what is left."""
    return _fill(QVBoxLayout(), items, gap, margins)


def _fill(layout: L, items: Iterable[Item], gap: int, margins: tuple[int, int, int, int]) -> L:
    layout.setContentsMargins(*margins)
    layout.setSpacing(gap)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def touched(form: QWidget) -> bool:
    """Say whether somebody has typed into a form and not emptied it again."""
    lines = any(one.isModified() and one.text().strip() for one in form.findChildren(QLineEdit))
    return lines or any(
        one.document().isModified() and one.toPlainText().strip() for one in form.findChildren(QPlainTextEdit)
    )


def set_tone(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet looks at, and let it look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def chevron(painter: QPainter, centre: QPointF, colour: QColor, opened: bool, size: float = 3.5) -> None:
    """Paint a small chevron: downwards when opened, to the right when closed."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    points = [QPointF(-size, -size / 2), QPointF(0, size / 2), QPointF(size, -size / 2)]
    if not opened:
        points = [QPointF(point.y(), point.x()) for point in points]
    painter.drawPolyline(QPolygonF([point + centre for point in points]))
    painter.restore()


class Elided(QLabel):
    """A label that shortens a long text in its middle and tells the whole of it as its tooltip."""

    def __init__(self, part: str = "", words: str = "") -> None:
        super().__init__()
        self.setProperty("part", part)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""
        self.say(words)

    def say(self, words: str) -> None:
        """Show a text."""
        self._whole = words
        self.setAccessibleName(words)
        self._fit()

    @property
    def whole(self) -> str:
        """The text before it was shortened."""
        return self._whole

    def _fit(self) -> None:
        shown = text.fitted(self._whole, self.fontMetrics(), self.width() - 1)
        self.setText(shown)
        self.setToolTip(text.tip(self._whole) if shown != self._whole else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, hint.height())


class Link(QLabel):
    """A text that goes somewhere when pressed, by mouse or keys; long ones go on in the next line."""

    pressed = Signal()

    def __init__(self, words: str, room: int = 0) -> None:
        super().__init__()
        shown = text.fitted(words, self.fontMetrics(), room) if room else plain.shortened(words, 80)
        self.setText(shown)
        self.setToolTip(text.tip(words) if shown != words else "")
        self.setProperty("part", "link")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(words)

    def _underline(self, on: bool) -> None:
        font = self.font()
        font.setUnderline(on)
        self.setFont(font)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._underline(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._underline(self.hasFocus())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._underline(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._underline(False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


class Choice(QToolButton):
    """A flat button that shows what is chosen, with a chevron, and opens a menu to choose from."""

    chosen = Signal(object)

    def __init__(self, part: str = "quiet") -> None:
        super().__init__()
        self.setProperty("part", part)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(QMenu(self))
        self._value: object = None

    def offer(self, choices: Iterable[tuple[object, str]], value: object = None) -> None:
        """Offer (value, text) pairs and show the one that is chosen."""
        menu = self.menu()
        menu.clear()
        for one, words in choices:
            action = menu.addAction(words.replace("&", "&&"))  # a name's own sign, not the mark of a key
            action.setData(one)
            action.setCheckable(True)
            action.setChecked(one == value)
            action.triggered.connect(lambda _on=False, one=one: self._choose(one))
            if one == value:
                self.setText(words)
        self._value = value

    @property
    def value(self) -> object:
        """What is chosen."""
        return self._value

    def _choose(self, value: object) -> None:
        for action in self.menu().actions():
            action.setChecked(action.data() == value)
        self._value = value
        self.chosen.emit(value)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(words + 34, max(super().sizeHint().height(), 28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tk = theme.tokens()
        painter = QPainter(self)
        part = self.property("part")
        lit = self.isEnabled() and (self.underMouse() or self.menu().isVisible())
        if lit or self.hasFocus() or part == "field":
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor(tk.over if lit else tk.panel))
            edge = tk.accent if self.hasFocus() else tk.line
            painter.setPen(QColor(edge) if self.hasFocus() or part == "field" else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        colour = QColor(tk.quiet if part == "quiet" or not self.isEnabled() else tk.text)
        painter.setPen(colour)
        painter.setFont(self.font())
        words = text.fitted(self.text(), self.fontMetrics(), self.width() - 30)
        area = QRect(8, 0, self.width() - 28, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        right = self.width() - 12 if part == "field" else 8 + self.fontMetrics().horizontalAdvance(words) + 10
        chevron(painter, QPointF(right, self.height() / 2 + 1), QColor(tk.quiet), True)
        painter.end()


class Pressed(QFrame):
    """A frame that can be pressed like a button, by mouse and by Space or Enter."""

    pressed = Signal()

    def __init__(self, part: str = "") -> None:
        super().__init__()
        self.setProperty("part", part)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)
