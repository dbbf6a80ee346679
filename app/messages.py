"""What the window says above its content: one message at a time, and the banner of a workspace only looked at."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app import parts, theme
from app.furniture import free_place
from layers.words import t

SHOWN = 6000  # ms: a quiet message goes by itself, a bad one stays until it is closed


class MessageBar(QFrame):
    """One sentence with an optional button that does something about it; it floats over the content, which stays."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over.parentWidget())
        self.setProperty("part", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._over = over
        self.taken: Callable[[], Sequence[QRect]] = tuple  # what it keeps clear of, in px of what it floats over
        self.sign = parts.label()
        self.words = parts.label("", wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.offers: QHBoxLayout = parts.row(gap=8)
        self.shut = parts.tool("icon", self.hide)
        self.setLayout(parts.row(self.sign, self.words, self.offers, self.shut, gap=8, margins=(12, 6, 6, 6)))
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setStretch(1, 1)
        self._going = QTimer(self, singleShot=True, interval=SHOWN)
        self._going.timeout.connect(self.hide)
        self.tone = ""
        self.hide()
        over.installEventFilter(self)

    def say(
        self, words: str, tone: str, offers: tuple[tuple[str, Callable[[], None]], ...] = (), stays: bool = False
    ) -> None:
        """Show a sentence; ``tone`` is ``info`` or ``bad``; ``offers`` are (text, what to do) buttons.

        A bad one stays until it is closed, and so does one that says so: what it offers is nowhere else.
        """
        self.tone = tone
        parts.set_tone(self, "tone", tone)
        self.words.setText(words)
        self.setAccessibleName(words)
        name, colour = ("circle-alert", "red") if tone == "bad" else ("circle-check", "green")
        self.sign.setPixmap(theme.pixmap(name, 16, self.devicePixelRatioF(), colour))
        self.shut.setIcon(theme.icon("x", "quiet"))
        self.shut.setToolTip(t("window.close"))
        self.shut.setAccessibleName(t("window.close"))
        parts.clear(self.offers)
        for said, do in offers:
            button = parts.button("")
            button.setText(said)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _on=False, do=do: do())
            self.offers.addWidget(button)
            button.show()  # Qt would do so only later, and until then a layout leaves it no room
        self.place()
        self.show()
        self.raise_()
        if tone == "info" and not stays:
            self._going.start()
        else:
            self._going.stop()

    def place(self) -> None:
        """Stand at the top of what it floats over, clear of what stands there."""
        layout = self.layout()
        assert layout is not None
        for widget in (self, *self.findChildren(QWidget)):
            widget.ensurePolished()  # a button has its size only with its style
        layout.invalidate()
        layout.activate()
        rest = layout.sizeHint().width() - self.words.sizeHint().width()
        line = self.words.fontMetrics().horizontalAdvance(self.words.text()) + 8
        room = self._over.geometry()
        taken = [box.translated(room.topLeft()) for box in self.taken()]
        self.setGeometry(free_place(room, taken, rest + line, self.heightForWidth))

    def keep_clear(self) -> None:
        """Go elsewhere if something has come to stand where it is."""
        mine = self.geometry().translated(-self._over.geometry().topLeft())
        if self.isVisible() and any(mine.intersects(box) for box in self.taken()):
            self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def move_on(self) -> None:
        """Take a failure away: something else was done since."""
        if self.tone == "bad":
            self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


class Banner(QFrame):
    """Says that the workspace is only looked at here, who has it since when, and offers to take over."""

    def __init__(self, take_over: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("part", "notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sign = parts.label()
        self.words = parts.label("", wrap=True)
        self.take = parts.button("", take_over)
        self.setLayout(parts.row(self.sign, self.words, self.take, gap=8, margins=(12, 6, 12, 6)))
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setStretch(1, 1)
        self.hide()

    def say(self, words: str, offer: str, free: bool) -> None:
        """Show who holds the workspace; it can be taken over once it is free."""
        self.words.setText(words)
        self.take.setText(offer)
        self.take.setVisible(free)
        self.sign.setPixmap(theme.pixmap("lock", 16, self.devicePixelRatioF(), "text"))
        self.show()
