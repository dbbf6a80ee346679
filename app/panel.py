"""What every panel shares: it follows the session, the language and the theme, and works only when seen."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.follows import Follows
from app.session import Session, touches
from layers.domain.changes import Changes


class Panel(Follows, QWidget):
    """A view of the workspace.

    ``shows`` names the tables whose changes matter. ``refresh`` asks the session anew; while the panel is
    hidden it is only marked stale.
    """

    shows: tuple[str, ...] = ()

    def __init__(self, session: Session, part: str = "panel") -> None:
        super().__init__()
        self.session = session
        self.setProperty("part", part)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stale = True
        session.opened.connect(self.renew)
        session.changed.connect(self._touched)
        if "task" in self.shows:
            session.minute.connect(self.renew)

    def refresh(self) -> None:
        """Ask for what is shown; the panel is seen and something is open."""

    def emptied(self) -> None:
        """Show nothing: the workspace was closed."""

    def renew(self) -> None:
        """Refresh now if seen, else when seen next."""
        self._stale = True
        if self.session.ws is None:
            self.emptied()
        elif self.isVisible():
            self._stale = False
            self.refresh()

    def _touched(self, changes: Changes) -> None:
        if touches(changes, *self.shows):
            self.renew()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self.session.ws is not None:
            self._stale = False
            self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._dressed and event.type() == QEvent.Type.LanguageChange:
            self.renew()
