"""What the map says about its own limits: the line of what it leaves out, and the words beside a badge with a count."""

from PySide6.QtCore import QObject

from app.map.view import MapView
from app.session import EVERYTHING, Session, touches
from app.text import number
from layers import tiles
from layers.domain.changes import Changes
from layers.words import t


class MapNotes(QObject):
    """Asks, when a workspace opens and after changes to what is drawn, what of it has no place on the map."""

    def __init__(self, session: Session, view: MapView) -> None:
        super().__init__(view)
        self._session, self._view = session, view
        self._found = tiles.LeftOut()
        session.opened.connect(self._ask)
        session.changed.connect(self._changed)

    def _changed(self, changes: Changes) -> None:
        if changes is EVERYTHING or (touches(changes, *tiles.DRAWN) and not changes.rows):
            self._ask()  # an import, or somebody else: one row more or less of ours is not worth counting them all

    def _ask(self) -> None:
        self._show(tiles.LeftOut())
        self._session.look(tiles.left_out, key="left_out", done=self._show, aside=True)

    def _show(self, found: tiles.LeftOut) -> None:
        self._found = found
        self.say()

    def say(self) -> None:
        """Say it in the language in use."""
        said = [("placeless", self._found.placeless), ("outside", self._found.outside)]
        whole = " · ".join(t(f"mapscale.{key}", count=number(count)) for key, count in said if count)
        self._view.keep("left_out", whole=whole, here=t("mapscale.here", count="{count}"))
        self._view.keep(
            "badge_words", words={kind: t(f"mapscale.many_{kind}", count="{count}") for kind in ("facility", "task")}
        )
