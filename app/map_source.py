"""What the map page is fed with: tiles and pins of the workspace that is open, and which of them a change touches."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.map.encoder import Encoder
from app.session import EVERYTHING, Session, touches
from layers import basemaps, tiles
from layers.domain.changes import Changes
from layers.domain.things import Bounds, TaskFilter
from layers.tile_cache import TileCache

EMPTY = b'{"type":"FeatureCollection","features":[]}'


class Source(QObject):
    """The open workspace as the map asks for it, on the map's own threads.

    ``filter`` is what the task table shows; the pins are the same tasks. ``base`` hands out base maps' tiles.
    Vector tiles are made by a process of their own as soon as it is ready, by the asking thread before, and kept until
    a change touches them: ``renewed(number)`` asks for all of them anew, ``touched(bounds)`` for those within bounds,
    None for all that are in sight.
    """

    renewed = Signal(int)
    touched = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.filter = TaskFilter(open_only=True)
        self.base: Callable[[str, int, int, int], tuple[str, bytes]] = lambda *_: basemaps.NOTHING
        self.encoder = Encoder()
        self.cache = TileCache()
        self._seen = 0  # the change of what is drawn that the tiles are made of
        session.began.connect(self.encoder.start)  # while the file is looked at, so that the first tiles find it ready
        session.opened.connect(self._opened)
        session.closing.connect(self.encoder.let_go)
        session.changed.connect(self._changed)

    def tile(self, revision: int, system: str, z: int, x: int, y: int) -> bytes:
        """Return the vector tile of a grid system, b"" for an empty one."""
        ws = self._session.ws
        if ws is None:
            return b""
        name, made = (system, z, x, y), self.cache.revision(z, x, y)
        found = self.cache.get(name, made)
        if found is None:
            if self.encoder.ready:
                found = self.encoder.tile(ws.path, system, z, x, y)
            else:
                found = tiles.tile(ws, system, z, x, y)
            if ws is self._session.ws:
                self.cache.put(name, made, found)
        return found

    def pins(self, query: dict[str, str]) -> bytes:
        """Return the task pins within the picture as GeoJSON."""
        ws = self._session.ws
        return tiles.pins(ws, self.filter, _bounds(query.get("bounds", ""))) if ws is not None else EMPTY

    def _opened(self) -> None:
        number = self.cache.touch(None)
        if self._session.ws is not None:
            self.encoder.start()
            self._session.look(tiles.revision, key="revision", done=partial(self._begin, number))

    def _begin(self, number: int, seen: int) -> None:
        self._seen = seen
        self.renewed.emit(number)

    def _changed(self, changes: Changes) -> None:
        if not touches(changes, *tiles.DRAWN):
            return
        if changes is not EVERYTHING and changes.bounds is not None:
            self._touch(changes.bounds)
            return
        # Somebody else's change, or one without a place: the feed says which rows it was.
        self._session.look(tiles.touched, self._seen, key="touched", done=self._follow)

    def _follow(self, found: tuple[int, tuple[Bounds, ...] | None]) -> None:
        self._seen, boxes = found
        for box in boxes if boxes is not None else (None,):
            self._touch(box)

    def _touch(self, bounds: Bounds | None) -> None:
        self.cache.touch(bounds)
        self.touched.emit(bounds)


def _bounds(said: str) -> Bounds | None:
    parts: list[Any] = said.split(",")
    if len(parts) != 4:
        return None
    west, south, east, north = (float(part) for part in parts)
    return west, south, east, north
