"""A dock with a slim title of its own: it closes, moves, floats and comes back."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QLabel, QWidget

from app import parts, theme
from app.follows import Follows

from layers.words import t


class Dock(Follows, QDockWidget):
    """A dock; ``name`` is its key in the translations (``window.dock_<name>``) and in the saved layout."""

    def __init__(
        self, name: str, inner: QWidget, head: Iterable[QWidget | None] = (), height: int = 36
    ) -> None:
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
        bar = QFrame()
        bar.setProperty("part", "panel")
        bar.setLayout(parts.row(*items, self.shut, gap=4, margins=(12, 0, 6, 0)))
        bar.setFixedHeight(height)
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

