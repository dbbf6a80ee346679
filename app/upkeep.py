"""What goes on by itself while a workspace is open: following other desks, and keeping searches quick."""

from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.session import EVERYTHING, Session, touches
from layers import places, search, workspace
from layers.domain.changes import Changes

WARM_AFTER = 3000  # ms: the first picture comes first, and the first moves on it
POLL = 2000  # ms: how often we ask whether another desk or program changed the file


def warm(ws: workspace.Workspace) -> None:
    """Read what the first search and the first drawing need, so that they need not wait for it."""
    box = workspace.extent(ws)
    if box is not None:
        places.locate(ws, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    search.find(ws, "zz")


class Upkeep(QObject):
    """Asks on behalf of nobody: all of it is read aside and behind what people wait for."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._poll = QTimer(self, interval=POLL)
        self._poll.timeout.connect(self._ask_moved)
        session.opened.connect(self._opened)
        session.closing.connect(self._poll.stop)
        session.changed.connect(self._prepare)

    def _opened(self) -> None:
        if self._session.ws is not None:
            self._poll.start()
            QTimer.singleShot(WARM_AFTER, self, partial(self._warm, self._session.ws))

    def _warm(self, ws: workspace.Workspace) -> None:
        if ws is self._session.ws:
            self._session.look(warm, key="warm", done=lambda _nothing: self._prepare(), aside=True)

    def _prepare(self, changes: Changes = EVERYTHING) -> None:
        """Keep what a search for words in tasks goes through near the tasks, part by part, behind everything else."""
        if touches(changes, "task") and not changes.rows:  # single rows it can do without
            again = lambda more: self._prepare() if more else None  # noqa: E731
            self._session.look(search.prepare, key="prepare", done=again, aside=True)

    def _ask_moved(self) -> None:
        session = self._session

        def moved(yes: bool) -> None:
            if yes:
                session.changed.emit(EVERYTHING)

        session.look(workspace.moved_on, key="moved", done=moved)
        if session.ws is not None and session.ws.read_only:
            session.look(workspace.still_held, key="held", done=lambda _held: session.desk_asked.emit())
