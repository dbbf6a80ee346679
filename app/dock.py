"""A dock with a slim title of its own: it closes, moves, floats and comes back."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QLabel, QWidget

from app import parts, theme
from app.follows import Follows
from layers.words import t

HEIGHT = 36  # px


class _Title(QFrame):
    """The title; a dock asks for its size hint and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "panel")

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)


class Dock(Follows, QDockWidget):
    """A dock; ``name`` is its key in the translations (``window.dock_<name>``) and in the saved layout.

    ``head`` stands in the title instead of the name (None takes what is left), ``edge`` px from its left side.
    """

    def __init__(self, name: str, inner: QWidget, head: Iterable[QWidget | None] = (), edge: int = 12) -> None:
        super().__init__()
        self.setObjectName(name)
        self.name = name
        self.setWidget(inner)
        self._caption: QLabel | None = None
        items: list[QWidget | None] = list(head)
        if not items:
            self._caption = parts.label("head")
            items = [self._caption, None]
        elif None not in items:
            items.append(None)
        self.shut = parts.tool("icon", self.close)
        self.shut.setFixedSize(22, 22)
        self.shut.setIconSize(QSize(14, 14))
        bar = _Title()
        bar.setLayout(parts.row(*items, self.shut, gap=4, margins=(edge, 0, 6, 0)))
        self.setTitleBarWidget(bar)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.dressed()

    def retranslate(self) -> None:
        """Set the texts of the title."""
        title = t(f"window.dock_{self.name}")
        self.setWindowTitle(title)
        self.shut.setToolTip(t("window.dock_close", name=title))
        self.shut.setAccessibleName(self.shut.toolTip())
        if self._caption is not None:
            self._caption.setText(title)

    def tint(self) -> None:
        """Set the icon of the title."""
        self.shut.setIcon(theme.icon("x", "quiet"))
