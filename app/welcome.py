"""The empty state: what this program is for, and how to begin."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from app import parts, theme
from app.actions import Actions
from app.follows import Follows
from app.settings import Settings
from layers.words import t

SHOWN = ("demo", "open", "new")


class Welcome(Follows, QFrame):
    """The page; ``chosen(path)`` opens a recent workspace."""

    chosen = Signal(object)

    def __init__(self, actions: Actions, settings: Settings) -> None:
        super().__init__()
        self.setProperty("part", "page")
        self._actions, self._settings = actions, settings
        self.name = parts.label("hero")
        self.claim = parts.label("quiet", wrap=True)
        self.buttons: dict[str, QPushButton] = {}
        for id_ in SHOWN:
            button = parts.button("primary" if id_ == "demo" else "", actions[id_].trigger)
            button.setObjectName(f"welcome-{id_}")
            self.buttons[id_] = button
        self.head = parts.label("head")
        self.recents: QVBoxLayout = parts.column(gap=0)
        self.drop = parts.label("drop")
        self.drop.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.drop.setFixedHeight(72)
        inner = QFrame()
        inner.setFixedWidth(560)
        inner.setLayout(
            parts.column(
                self.name, self.claim, 12, parts.row(*self.buttons.values(), None), 12, self.drop, 12,
                self.head, self.recents, gap=8,
            )
        )  # fmt: skip
        self.setLayout(parts.column(None, parts.row(None, inner, None), None, None))
        self.dressed()

    def refresh(self) -> None:
        """Show the recent workspaces that are still there."""
        parts.clear(self.recents)
        paths = self._settings.recents
        self.head.setVisible(bool(paths))
        for path in paths[:5]:
            self.recents.addWidget(self._recent(path))

    def _recent(self, path: Path) -> QFrame:
        line = parts.Pressed()
        line.setLayout(
            parts.row(
                parts.Elided("", path.stem), parts.Elided("small", str(path.parent)), gap=12, margins=(0, 4, 0, 4)
            )
        )
        line.setToolTip(str(path))
        line.setAccessibleName(str(path))
        line.pressed.connect(partial(self.chosen.emit, path))
        return line

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.name.setText(t("window.name"))
        self.claim.setText(t("window.claim"))
        for id_, button in self.buttons.items():
            action: QAction = self._actions[id_]
            button.setText(t(f"window.welcome_{id_}"))
            button.setToolTip(action.toolTip())
        self.drop.setText(t("window.welcome_drop"))
        self.head.setText(t("window.recent"))
        self.refresh()

    def tint(self) -> None:
        """Set every icon in the colours in use."""
        self.buttons["open"].setIcon(theme.icon("folder-open"))
        self.buttons["new"].setIcon(theme.icon("file-plus"))
