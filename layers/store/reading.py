"""The connection that everybody reads through: safe to close under a reader, and its failures in plain words."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from layers.errors import WorkspaceError
from layers.store.connection import connect, translate

_AT_ONCE = 500  # rows fetched under the lock at a time


class Reader(sqlite3.Connection):
    """A read-only connection of one thread; lives until `end`, which any thread may call.

    Python's `sqlite3` crashes when a connection is closed while another thread is inside one of its statements,
    so every call holds the reader's lock, and `end` interrupts the statement and waits for it.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.path = Path()
        self.lock = threading.RLock()
        self.ended = False
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def cursor(self, factory: Any = None) -> Any:
        """Return a cursor whose failures are ours."""
        with self.plainly():
            made = super().cursor(factory or _Cursor)
            self._cursors.add(made)
        return made

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement on a cursor of ours (left alone, Python would make a plain one)."""
        found: sqlite3.Cursor = self.cursor().execute(sql, parameters)
        return found

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Hold the lock, and turn SQLite's failures that lie in the world into ours."""
        with self.lock:
            if self.ended:
                raise WorkspaceError("closed", path=self.path)
            try:
                yield
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                    raise WorkspaceError("closed", path=self.path) from error
                known = translate(error, self.path)
                if known is None:
                    raise
                raise known from error

    def end(self) -> None:
        """Close the connection, whatever its thread is doing."""
        self.ended = True
        self.interrupt()
        with self.lock:
            # An unfinished statement would keep the file open, and so its write-ahead log in being.
            for cursor in list(self._cursors):
                cursor.close()
            self.close()


class _Cursor(sqlite3.Cursor):
    @property
    def _reader(self) -> Reader:
        reader = self.connection
        assert isinstance(reader, Reader)
        return reader

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        with self._reader.plainly():
            return super().execute(sql, parameters)

    def fetchone(self) -> Any:
        with self._reader.plainly():
            return super().fetchone()

    def fetchmany(self, size: int | None = None) -> list[Any]:
        with self._reader.plainly():
            return super().fetchmany(size or _AT_ONCE)

    def fetchall(self) -> list[Any]:
        with self._reader.plainly():
            return super().fetchall()

    def __iter__(self) -> Any:
        while rows := self.fetchmany():
            yield from rows


def reader(path: Path) -> Reader:
    """Open a file for reading; where no side file can be made, only one that nobody is writing."""
    db = _opened(path)
    try:
        db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except WorkspaceError as error:
        db.end()
        # WAL in a folder where no -shm can be made.
        if error.key != "cannot_open" or path.with_name(path.name + "-wal").exists():
            raise
        return _opened(path, immutable=True)
    return db


def _opened(path: Path, *, immutable: bool = False) -> Reader:
    db = connect(path, read_only=True, immutable=immutable, factory=Reader)
    assert isinstance(db, Reader)
    db.path = path
    return db
