"""The left side: the grid tree, and below it the map layers and the legend, which fold away."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from app import parts, theme
from app.legend import LayersPanel
from app.panel import Panel
from app.selection import Selection
from app.session import Session
from app.settings import Settings
from app.tree import TreePanel
from layers.words import t

SETTING = "layers-open"


class LeftPanel(Panel):
    """Tree above, layers and legend below."""

    def __init__(self, session: Session, selection: Selection, settings: Settings) -> None:
        super().__init__(session)
        self._settings = settings
        self.tree = TreePanel(session, selection)
        self.layers = LayersPanel(settings)
        self.fold: QToolButton = parts.tool("quiet", self._toggle)
        self.fold.setObjectName("layers-fold")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._open = "yes" in settings.names(SETTING, ())
        self.layers.setVisible(self._open)
        self.layers.setMinimumHeight(180)
        foot = parts.row(self.fold, None, margins=(4, 4, 4, 4))
        self.setLayout(parts.column(self.tree, parts.rule(), foot, self.layers, gap=0))
        layout = self.layout()
        assert layout is not None
        self.tree.setMinimumHeight(120)
        self.dressed()

    def _toggle(self) -> None:
        self._open = not self._open
        self.layers.setVisible(self._open)
        self._settings.set_names(SETTING, ("yes",) if self._open else ())
        self.tint()

    def retranslate(self) -> None:
        self.fold.setText(" " + t("window.layers_and_legend"))
        self.layers.retranslate()

    def tint(self) -> None:
        self.fold.setIcon(theme.icon("chevron-down" if self._open else "chevron-right", "quiet"))
