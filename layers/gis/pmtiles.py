"""Reads raster tiles of PMTiles archives, version 3: header, directories, tiles; every length is distrusted.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

import json
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.domain.base_maps import DEEPEST, TILE_BYTES
from layers.domain.foreign import shown_name
from layers.errors import SourceError

HEADER = 127
ROOT_BYTES = 1 << 14  # header and root lie in the first 16 KiB
DIRECTORY_BYTES = 8 << 20  # unpacked; writers keep leaves near 4,096 entries
METADATA_BYTES = 1 << 20
DEPTH = 4
KEPT = 32  # leaf directories
NONE, GZIP = 1, 2
MVT, PNG, JPEG, WEBP = 1, 2, 3, 4
Ints = NDArray[np.uint64]


@dataclass(frozen=True)
class Header:
    """What the first 127 bytes say; offsets and lengths in bytes, bounds in degrees west, south, east, north."""

    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    data: tuple[int, int]
    inner: int
    packing: int
    type: int
    levels: tuple[int, int]
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class Directory:
    """Entries of a directory as columns, sorted by tile id; a run of 0 points to a leaf directory."""

    ids: Ints
    runs: Ints
    lengths: Ints
    offsets: Ints


def tile_id(z: int, x: int, y: int) -> int:
    """Return the number of a tile: all tiles of smaller zooms, then its place on the zoom's Hilbert curve."""
    number: int = (4**z - 1) // 3
    side = 1 << z
    step = side >> 1
    while step:
        right, low = int(x & step > 0), int(y & step > 0)
        number += step * step * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = step - 1 - (x & (step - 1)), step - 1 - (y & (step - 1))
            x, y = y, x
        step >>= 1
    return number


class Archive:
    """An open PMTiles file; lives until `close`; may be asked from several threads.

    ``levels`` is (shallowest, deepest) zoom, ``about`` its metadata. Raises ``SourceError`` for what is
    damaged, holds vector tiles, or is packed in a way that is not read (only none and gzip are).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shown = shown_name(str(path))
        self._lock = threading.Lock()
        self._leaves: OrderedDict[int, Directory] = OrderedDict()
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise SourceError("source_unreadable", path=self._shown) from error
        try:
            self.size = path.stat().st_size
            self.header = self._header(self._read(0, HEADER))
            self._root = self._directory(*self.header.root)
            self.about = self._about()
            self.about["bounds"] = ",".join(str(one) for one in self.header.bounds)
        except BaseException:
            self._file.close()
            raise
        self.levels = self.header.levels

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the bytes of a tile, None where there is none."""
        wanted, found = tile_id(z, x, y), self._root
        for _ in range(DEPTH):
            at = int(np.searchsorted(found.ids, wanted, side="right")) - 1
            if at < 0:
                return None
            first, run = int(found.ids[at]), int(found.runs[at])
            offset, length = int(found.offsets[at]), int(found.lengths[at])
            if run:
                return self._tile(offset, length) if wanted < first + run else None
            found = self._leaf(offset, length)
        raise self._damaged()

    def some_tiles(self, most: int) -> list[bytes]:
        """Return the first tiles of the archive: enough to see what they are."""
        found = self._root
        for _ in range(DEPTH):
            if not len(found.ids):
                return []
            if found.runs[0]:
                first = [i for i in range(min(most, len(found.ids))) if found.runs[i]]
                return [self._tile(int(found.offsets[i]), int(found.lengths[i])) for i in first]
            found = self._leaf(int(found.offsets[0]), int(found.lengths[0]))
        raise self._damaged()

    def box(self) -> tuple[int, int, int, int]:
        """Return (west, north, east, south) of the whole world in tiles: the header said nothing better."""
        last = 2 ** self.levels[1] - 1
        return 0, 0, last, last

    def _damaged(self) -> SourceError:
        return SourceError("source_damaged", path=self._shown)

    def _read(self, offset: int, length: int) -> bytes:
        if offset < 0 or length <= 0 or offset + length > self.size:
            raise self._damaged()
        try:
            with self._lock:
                self._file.seek(offset)
                found = self._file.read(length)
        except (OSError, ValueError) as error:
            raise SourceError("source_unreadable", path=self._shown) from error
        if len(found) != length:
            raise self._damaged()
        return found

    def _header(self, head: bytes) -> Header:
        if head[:8] != b"PMTiles\x03":
            raise self._damaged()
        numbers = [int.from_bytes(head[at : at + 8], "little") for at in range(8, 96, 8)]
        inner, packing, kind, low, high = head[97], head[98], head[99], head[100], head[101]
        west, south, east, north = (
            int.from_bytes(head[at : at + 4], "little", signed=True) / 1e7 for at in (102, 106, 110, 114)
        )
        if kind == MVT:
            raise SourceError("base_vector", path=self._shown)
        if inner not in (NONE, GZIP) or packing not in (0, NONE, GZIP):
            raise SourceError("base_packing", path=self._shown)
        if not (low <= high <= DEEPEST + 8 and west <= east and south <= north):
            raise self._damaged()
        return Header(
            root=(numbers[0], numbers[1]),
            metadata=(numbers[2], numbers[3]),
            leaves=(numbers[4], numbers[5]),
            data=(numbers[6], numbers[7]),
            inner=inner,
            packing=packing,
            type=kind,
            levels=(low, high),
            bounds=(west, south, east, north),
        )

    def _unpacked(self, raw: bytes, packing: int, most: int) -> bytes:
        if packing != GZIP:
            return raw
        opener = zlib.decompressobj(wbits=31)
        try:
            found = opener.decompress(raw, most)
        except zlib.error as error:
            raise self._damaged() from error
        if not opener.eof:  # cut short, or longer than anything sound
            raise self._damaged()
        return found

    def _directory(self, offset: int, length: int) -> Directory:
        if length > DIRECTORY_BYTES:
            raise self._damaged()
        body = self._unpacked(self._read(offset, length), self.header.inner, DIRECTORY_BYTES)
        try:
            return _columns(_varints(body))
        except ValueError as error:
            raise self._damaged() from error

    def _leaf(self, offset: int, length: int) -> Directory:
        start, whole = self.header.leaves
        if offset + length > whole:
            raise self._damaged()
        with self._lock:
            kept = self._leaves.get(offset)
            if kept is not None:
                self._leaves.move_to_end(offset)
                return kept
        made = self._directory(start + offset, length)
        with self._lock:
            self._leaves[offset] = made
            while len(self._leaves) > KEPT:
                self._leaves.popitem(last=False)
        return made

    def _tile(self, offset: int, length: int) -> bytes:
        start, whole = self.header.data
        if length > TILE_BYTES or offset + length > whole:
            raise self._damaged()
        return self._unpacked(self._read(start + offset, length), self.header.packing, TILE_BYTES)

    def _about(self) -> dict[str, str]:
        offset, length = self.header.metadata
        if not length:
            return {}
        if length > METADATA_BYTES:
            raise self._damaged()
        body = self._unpacked(self._read(offset, length), self.header.inner, METADATA_BYTES)
        try:
            found: Any = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._damaged() from error
        if not isinstance(found, dict):
            return {}
        return {
            str(name): "".join(c for c in value[:2_000] if c.isprintable())
            for name, value in list(found.items())[:100]
            if isinstance(value, str)
        }


def _varints(body: bytes) -> Ints:
    """Return all the variable-length numbers of a directory (LEB128); raises ``ValueError`` for a cut one."""
    raw = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero(raw < 0x80)
    if not len(raw) or not len(ends) or ends[-1] != len(raw) - 1:
        raise ValueError("a number is cut short")
    starts = np.concatenate(([0], ends[:-1] + 1))
    sizes = ends - starts + 1
    if sizes.max() > 10:
        raise ValueError("a number is too long")
    shifts = (np.arange(len(raw)) - np.repeat(starts, sizes)).astype(np.uint64) * np.uint64(7)
    parts = (raw & 0x7F).astype(np.uint64) << shifts
    return np.asarray(np.add.reduceat(parts, starts), np.uint64)


def _columns(numbers: Ints) -> Directory:
    count = int(numbers[0])
    if len(numbers) != 1 + 4 * count:
        raise ValueError("a directory of another length than it says")
    deltas, runs, lengths, places = (numbers[1 + i * count : 1 + (i + 1) * count] for i in range(4))
    ids = np.cumsum(deltas, dtype=np.uint64)
    if count > 1 and (ids[1:] <= ids[:-1]).any():
        raise ValueError("a directory out of order")
    offsets = places.copy()
    for i in range(count):
        if places[i]:
            offsets[i] = places[i] - np.uint64(1)
        elif i == 0:
            raise ValueError("a first entry that follows another")
        else:
            offsets[i] = offsets[i - 1] + lengths[i - 1]
    if count and int(max(offsets.max(), lengths.max())) >= 1 << 62:
        raise ValueError("an offset beyond any file")
    return Directory(ids, runs, lengths, offsets)
