"""The tiles made so far, each kept until something within its reach changes; knows boxes and numbers, no workspace."""

import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from layers.domain.things import Bounds
from layers.gis import picture

ROOM = 48 << 20  # bytes of tiles that are kept: some two hundred screens of a street, a dozen of a whole city
_MOST = 512  # changes remembered one by one; before them, everything counts as changed

Name = tuple[str, int, int, int]
"""Grid system, z, x, y."""


class TileCache:
    """Tiles by system, revision and place; safe from any thread. The one used longest ago goes first.

    A tile's revision is the number of the last change within its reach, so that a change leaves all others valid.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._tiles: OrderedDict[tuple[Name, int], bytes] = OrderedDict()
        self._size = 0
        self._now = 0
        self._floor = 0  # the revision of a tile that no remembered change touches
        self._boxes: NDArray[np.float64] = np.empty((0, 4))
        self._numbers: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def touch(self, bounds: Bounds | None) -> int:
        """Note a change within bounds (west, south, east, north in degrees), None for everywhere; return its number."""
        with self._lock:
            self._now += 1
            if bounds is None:
                self._floor = self._now
                self._boxes, self._numbers = self._boxes[:0], self._numbers[:0]
                self._tiles.clear()
                self._size = 0
            else:
                if len(self._boxes) >= _MOST:
                    half = _MOST // 2
                    self._floor = int(self._numbers[half - 1])
                    self._boxes, self._numbers = self._boxes[half:], self._numbers[half:]
                self._boxes = np.vstack([self._boxes, [bounds]])
                self._numbers = np.append(self._numbers, self._now)
            return self._now

    def revision(self, z: int, x: int, y: int) -> int:
        """Return the number of the last change within reach of a tile."""
        west, south, east, north = picture.reach(z, x, y)
        with self._lock:
            b = self._boxes
            near = (b[:, 0] <= east) & (b[:, 2] >= west) & (b[:, 1] <= north) & (b[:, 3] >= south)
            return int(max(self._floor, self._numbers[near].max(initial=0)))

    def get(self, name: Name, revision: int) -> bytes | None:
        """Return the tile as it was made at this revision, None if it is not here."""
        with self._lock:
            found = self._tiles.get((name, revision))
            if found is not None:
                self._tiles.move_to_end((name, revision))
            return found

    def put(self, name: Name, revision: int, tile: bytes) -> None:
        """Keep a tile; ``revision`` is what `revision` said before it was begun."""
        with self._lock:
            key = (name, revision)
            self._size += len(tile) - len(self._tiles.pop(key, b""))
            self._tiles[key] = tile
            while self._size > self._room and self._tiles:
                self._size -= len(self._tiles.popitem(last=False)[1])
