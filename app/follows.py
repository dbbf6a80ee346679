"""What every lasting widget shares: it sets its words and colours anew when language or theme change."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    Base = QWidget
else:
    Base = object


class Follows(Base):
    """Mixed into a widget class before its Qt class; the constructor ends with ``self.dressed()``.

    Qt sends change events while a widget is still being made; they are heeded only after that.
    """

    _dressed = False

    def dressed(self) -> None:
        """Set every word and icon for the first time; from now on changes are followed."""
        self._dressed = True
        self.retranslate()
        self.tint()

    def retranslate(self) -> None:
        """Set every text in the language in use."""

    def tint(self) -> None:
        """Set every icon in the colours in use."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if not self._dressed:
            return
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.tint()
