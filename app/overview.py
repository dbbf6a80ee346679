"""The overview in the map's corner: the whole area small, with the place of the picture; it folds."""

from PySide6.QtCore import QEvent, QObject, QTimer

from app.map.view import MapView
from app.session import Session, touches
from app.settings import Settings
from app.sight import OverviewFolded
from layers import overview
from layers.domain.changes import Changes
from layers.overview import Outline
from layers.words import t

SETTING = "overview-folded"
SOON = 600  # ms


class Overview(QObject):
    """Keeps the page's overview true, and remembers whether it is open."""

    def __init__(self, session: Session, view: MapView, settings: Settings) -> None:
        super().__init__(view)
        self._session, self._view, self._settings = session, view, settings
        self._outline: Outline | None = None
        self._system = ""
        self._room = True
        # Opening says the workspace and then its system: one question, behind the tiles of the first picture.
        self._soon = QTimer(self, interval=SOON, singleShot=True)
        self._soon.timeout.connect(self._look)
        self.open = "yes" not in settings.names(SETTING, ())
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        view.heard.connect(self._heard)
        view.installEventFilter(self)
        self._say()

    def show_system(self, code: str) -> None:
        """Draw the grids of another system."""
        self._system = code
        self._ask()

    def give_room(self, room: bool) -> None:
        """Draw the overview only while nothing else stands where it stands."""
        if room != self._room:
            self._room = room
            self._say()

    def toggle(self) -> None:
        """Fold the overview, or open it."""
        self._fold(not self.open)
        self._say()

    def _opened(self) -> None:
        self._outline = None
        self._say()
        self._ask()

    def _changed(self, changes: Changes) -> None:
        if touches(changes, "grid", "road_section", "grid_system", "grid_tier"):
            self._ask()

    def _ask(self) -> None:
        self._soon.start()

    def _look(self) -> None:
        self._session.look(overview.outline, self._system, key="overview", aside=True, done=self._got)

    def _got(self, outline: Outline | None) -> None:
        self._outline = outline
        self._say()

    def _heard(self, message: object) -> None:
        if isinstance(message, OverviewFolded):
            self._fold(message.open)
            self._say()

    def _fold(self, open_: bool) -> None:
        self.open = open_
        self._settings.set_names(SETTING, () if open_ else ("yes",))

    def _say(self) -> None:
        made = self._outline
        self._view.keep(
            "overview",
            bounds=made.bounds if made else None,
            areas=made.areas if made else (),
            lines=made.lines if made else (),
            open=self.open,
            room=self._room,
            words={
                "north": t("cartography.north_letter"), "up": t("cartography.north"),
                "fold": t("cartography.overview_fold"), "open": t("cartography.overview_open"),
            },
        )  # fmt: skip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        return super().eventFilter(watched, event)
