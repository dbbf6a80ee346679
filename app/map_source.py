"""What the map page is fed with: tiles and pins of the workspace that is open."""

from collections.abc import Callable
from typing import Any

from app.session import Session
from layers import basemaps, tiles
from layers.domain.things import Bounds, TaskFilter

EMPTY = b'{"type":"FeatureCollection","features":[]}'


class Source:
    """The open workspace as the map asks for it, on the map's own threads.

    ``filter`` is what the task table shows; the pins are the same tasks. ``base`` hands out base maps' tiles.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.filter = TaskFilter(open_only=True)
        self.base: Callable[[str, int, int, int], tuple[str, bytes]] = lambda *_: basemaps.NOTHING

    def tile(self, revision: int, system: str, z: int, x: int, y: int) -> bytes:
        """Return the vector tile of a grid system, b"" for an empty one."""
        ws = self._session.ws
        return tiles.tile(ws, system, z, x, y) if ws is not None else b""

    def pins(self, query: dict[str, str]) -> bytes:
        """Return the task pins within the picture as GeoJSON."""
        ws = self._session.ws
        return tiles.pins(ws, self.filter, _bounds(query.get("bounds", ""))) if ws is not None else EMPTY


def _bounds(said: str) -> Bounds | None:
    parts: list[Any] = said.split(",")
    if len(parts) != 4:
        return None
    west, south, east, north = (float(part) for part in parts)
    return west, south, east, north
