"""A page that a tool puts where the inspector shows its card, as long as it is wanted."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from app import parts
from app.panel import Panel
from app.session import Session


class Guest(Panel):
    """The page: what scrolls, and a foot with its buttons. ``left`` says that it is no longer wanted."""

    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.title = parts.label("title", wrap=True)
        self.sub = parts.label("small", wrap=True)
        self.sub.hide()
        self.body = parts.column(gap=4)
        inner = QWidget()
        inner.setProperty("part", "panel")
        inner.setLayout(
            parts.column(parts.column(self.title, self.sub, gap=2), self.body, None, gap=12, margins=(16, 2, 16, 12))
        )
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(inner)
        self.buttons = parts.row(gap=8, margins=(16, 10, 16, 10))
        self.foot = parts.box("foot", self.buttons)

    def fit(self, *below: QWidget) -> None:
        """Lay the page out: what scrolls gives way to what stands below it."""
        self.scroller.setMinimumHeight(40)
        self.scroller.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.setLayout(parts.column(self.scroller, *below, self.foot, gap=0))
        self.layout().setStretchFactor(self.scroller, 1)  # type: ignore[union-attr]

    def primary(self) -> None:
        """Do what the accent button does (Ctrl+Return)."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
