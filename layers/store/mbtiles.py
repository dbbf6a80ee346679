"""Reads raster tiles of foreign MBTiles files without running anything of theirs, and keeps our own cut images.

MBTiles 1.3 (https://github.com/mapbox/mbtiles-spec): a table ``tiles``, or two tables that a view of that name
joins. The view itself is never asked: what it would join is asked for here, from real tables only.
"""

import re
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.domain.base_maps import DEEPEST, TILE_BYTES
from layers.domain.foreign import shown_name
from layers.errors import SourceError
from layers.store.connection import connect, plainly

MOST_ENTRIES = 2_000
SECONDS = 5.0  # the longest that one question may take; with an index it takes a millisecond
STEPS = 20_000  # of SQLite's machine between two looks at the clock
# The ways in which the tiles are known to be kept: (tables that must be real, what is selected from).
_LAYOUTS = (
    (("tiles",), '"tiles" AS m', "m.tile_data"),
    (("map", "images"), '"map" AS m JOIN "images" AS i ON i.tile_id = m.tile_id', "i.tile_data"),
    (
        ("tiles_shallow", "tiles_data"),
        '"tiles_shallow" AS m JOIN "tiles_data" AS i ON i.tile_data_id = m.tile_data_id',
        "i.tile_data",
    ),
)


class Tiles:
    """An open MBTiles file; lives until `close`; may be asked from several threads.

    ``levels`` is (shallowest, deepest) zoom, ``about`` its metadata. Raises ``SourceError`` for what is no
    MBTiles, damaged, empty, or would have to run something of its own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._until = 0.0
        with self._plainly():
            # Immutable: no side file is made beside it, no lock taken; it is a file that nobody writes.
            self._db = connect(path, read_only=True, trusted=False, immutable=True)
        try:
            self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, TILE_BYTES)
            self._db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            self._db.set_progress_handler(lambda: int(time.monotonic() > self._until), STEPS)
            with self._asking():
                self._from, self._data = self._layout()
                self.about = self._metadata()
                self.levels = self._levels()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the tile (row counted from the north, as maps do), None where there is none."""
        with self._asking():
            sql = f"SELECT {self._data} FROM {self._from} WHERE m.zoom_level=? AND m.tile_column=? AND m.tile_row=?"
            found = self._db.execute(sql, (z, x, 2**z - 1 - y)).fetchone()
        return found[0] if found is not None and isinstance(found[0], bytes) else None

    def some_tiles(self, most: int) -> list[bytes]:
        """Return some of the deepest tiles: enough to see what they are."""
        with self._asking():
            sql = f"SELECT {self._data} FROM {self._from} WHERE m.zoom_level=? LIMIT ?"
            found = self._db.execute(sql, (self.levels[1], most)).fetchall()
        return [data for (data,) in found if isinstance(data, bytes)]

    def box(self) -> tuple[int, int, int, int]:
        """Return (west, north, east, south) of the tiles of the deepest zoom, in whole tiles."""
        z = self.levels[1]
        with self._asking():
            sql = (
                "SELECT min(m.tile_column), max(m.tile_column), min(m.tile_row), max(m.tile_row) "
                f"FROM {self._from} WHERE m.zoom_level=?"
            )
            found = tuple(self._db.execute(sql, (z,)).fetchone())
        if not all(isinstance(one, int) and 0 <= one < 2**z for one in found):
            raise SourceError("source_damaged", path=shown_name(str(self.path)))
        west, east, low, high = found
        return west, 2**z - 1 - high, east, 2**z - 1 - low

    def _layout(self) -> tuple[str, str]:
        rows = self._db.execute("SELECT type, name, sql FROM sqlite_master LIMIT ?", (MOST_ENTRIES + 1,)).fetchall()
        if len(rows) > MOST_ENTRIES:
            raise SourceError("source_damaged", path=shown_name(str(self.path)))
        real = {str(name) for kind, name, sql in rows if kind == "table" and _plain(sql)}
        odd = [name for kind, name, sql in rows if kind == "index" and sql and sql.count("(") > 1]
        for names, source, data in _LAYOUTS:
            if all(name in real for name in names) and not odd:
                return source, data
        named = {str(name) for _, name, _ in rows}
        if "tiles" in named:
            raise SourceError("base_runs_code", path=shown_name(str(self.path)))
        raise SourceError("base_no_tiles", path=shown_name(str(self.path)))

    def _metadata(self) -> dict[str, str]:
        real = self._db.execute("SELECT sql FROM sqlite_master WHERE type='table' AND name='metadata'").fetchone()
        if real is None or not _plain(real[0]):
            return {}
        rows = self._db.execute("SELECT name, value FROM metadata LIMIT 100").fetchall()
        return {str(name): shown(value) for name, value in rows}

    def _levels(self) -> tuple[int, int]:
        low, high = self._db.execute(f"SELECT min(m.zoom_level), max(m.zoom_level) FROM {self._from}").fetchone()
        if low is None:
            raise SourceError("base_no_tiles", path=shown_name(str(self.path)))
        if not (isinstance(low, int) and isinstance(high, int) and 0 <= low <= high <= DEEPEST + 8):
            raise SourceError("source_damaged", path=shown_name(str(self.path)))
        if low > DEEPEST:  # finer than the map ever goes
            raise SourceError("base_no_tiles", path=shown_name(str(self.path)))
        return low, high

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with self._lock, self._plainly():
            self._until = time.monotonic() + SECONDS
            yield

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn whatever SQLite says of a foreign file into one sentence."""
        shown_path = shown_name(str(self.path))
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_INTERRUPT:
                raise SourceError("base_no_index", path=shown_path) from error
            if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY):
                raise SourceError("source_unreadable", path=shown_path) from error
            raise SourceError("source_damaged", path=shown_path) from error


def shown(value: object) -> str:
    """Return a metadata value fit to be shown or parsed: plain, short text."""
    return "".join(c for c in str(value)[:2_000] if c.isprintable())


def _plain(sql: object) -> bool:
    """Say whether this makes a real table of stored columns: no module, nothing that computes."""
    text = " ".join(str(sql or "").split())
    return text.startswith("CREATE TABLE") and not re.search(r"\bas\b", text, re.IGNORECASE)


def write(path: Path, tiles: Iterable[tuple[int, int, int, bytes]], about: dict[str, str]) -> None:
    """Keep tiles (level, column, row, bytes) in a file of the same form, whole or not at all.

    ``tiles`` may raise ``Cancelled``; then nothing is left behind. Rows are kept as they are given to `Tiles.tile`.
    """
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        try:
            with plainly(path):
                _write(partial, tiles, about)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError("base_cache", path=shown_name(str(path.parent))) from error


def _write(path: Path, tiles: Iterable[tuple[int, int, int, bytes]], about: dict[str, str]) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = OFF")  # a file that is not finished is thrown away
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        db.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB, "
            "PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID"
        )
        db.execute("BEGIN")
        db.executemany("INSERT INTO metadata VALUES (?,?)", about.items())
        rows = ((z, x, 2**z - 1 - y, data) for z, x, y, data in tiles)
        db.executemany("INSERT INTO tiles VALUES (?,?,?,?)", rows)
        db.execute("COMMIT")
    finally:
        db.close()
