"""The open workspace file: one writer, many readers, WAL while open, one plain file again at close.

Every write goes through `Store.step`, one transaction each; every read through `Store.read`, a read-only
connection of the calling thread. Both are safe from any thread.
"""

import sqlite3
import threading
import uuid as uuids
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.domain.clock import stamp
from layers.errors import ForeignContent, WorkspaceError
from layers.store import ddl, guard, migrations
from layers.store.connection import atomic, connect, plainly
from layers.store.desk import Desk, Holder
from layers.store.journal import Writing
from layers.store.schema import VERSION
from layers.store.where import is_remote


def create(path: Path, settings: dict[str, str]) -> None:
    """Write an empty workspace at ``path``; ``settings`` go into `gewu_meta` beside our own.

    It is made in full under another name and then takes its place, so that a crash leaves nothing half made.
    Raises ``WorkspaceError`` when a file is there already or the folder cannot be written.
    """
    if path.exists():
        raise WorkspaceError("exists", path=path)
    if not path.parent.is_dir():
        raise WorkspaceError("no_folder", path=path.parent)
    partial = path.with_name(path.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        with plainly(path):
            sqlite3.connect(partial).close()
            db = connect(partial)
            try:
                with atomic(db):
                    ddl.create_workspace(db)
                    meta = {
                        "schema_version": str(VERSION),
                        "workspace": str(uuids.uuid4()),
                        "desk": "A",
                        "time_zone": "Asia/Shanghai",
                        "created": stamp(),
                        "tx": "0",
                        "actor": None,
                        **settings,
                    }
                    db.executemany("INSERT INTO gewu_meta VALUES (?,?)", list(meta.items()))
            finally:
                db.close()
        partial.replace(path)
    except OSError as error:
        raise WorkspaceError("read_only", path=path) from error
    finally:
        partial.unlink(missing_ok=True)


class Store:
    """An open workspace; lives from `Store(path)` to `close()`."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        seen = guard.look(path)
        if seen.version is None:
            raise WorkspaceError("not_a_workspace", path=path)
        if seen.foreign:
            raise ForeignContent("foreign", path=path, names=", ".join(seen.foreign[:3]))
        self._lock = threading.RLock()
        self._readers = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._writer: sqlite3.Connection | None = None
        self._watch: sqlite3.Connection | None = None
        self._desk = Desk(path)
        self.holder: Holder | None = None
        if not read_only:
            self.holder = self._desk.take()
        self.read_only = read_only or self.holder is not None
        try:
            with plainly(path):
                if not self.read_only:
                    self._become_writer(seen.version)
                guard.verify_flow(self.read(), path)
                self._data_version = self._version()
        except BaseException:
            self.close()
            raise

    def _become_writer(self, version: int) -> None:
        db = connect(self.path)
        self._writer = db
        try:
            # Asked for at every opening: QGIS may have changed the mode since.
            db.execute(f"PRAGMA journal_mode = {'DELETE' if is_remote(self.path) else 'WAL'}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
            # A read-only folder or medium: the file can still be looked at.
            db.close()
            self._writer = None
            self._desk.leave()
            self.read_only = True
            return
        if version < VERSION:
            self.backup(self.path.with_name(f"{self.path.stem}-v{version}.bak.gpkg"))
            migrations.migrate(db, version)

    def read(self) -> sqlite3.Connection:
        """Return this thread's read-only connection."""
        db: sqlite3.Connection | None = getattr(self._readers, "db", None)
        if db is None:
            with plainly(self.path):
                db = connect(self.path, read_only=True)
                try:
                    db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CANTOPEN:
                        raise
                    # WAL in a folder where no -shm can be made: only a file nobody writes can be read so.
                    db.close()
                    db = _immutable(self.path)
            self._readers.db = db
            with self._lock:
                self._open.append(db)
        return db

    @contextmanager
    def step(self, label: str, actor: str, *, journal: bool = True) -> Iterator[Writing]:
        """Run one change as one transaction; it is acknowledged when this block ends without an error.

        Raises ``Refused`` for a rule of the field, ``WorkspaceError`` for a read-only, full or busy file.
        """
        if self._writer is None:
            raise WorkspaceError("held" if self.holder else "read_only", path=self.path, who=self.who())
        with self._lock, plainly(self.path):
            db = self._writer
            with atomic(db):
                writing = Writing(db, label, actor)
                yield writing
                writing.finish(journal=journal)

    def who(self) -> str:
        """Return who holds the workspace, for a sentence; empty when nobody else does."""
        return f"{self.holder.who}@{self.holder.host}" if self.holder else ""

    def take_over(self) -> bool:
        """Become the writer if the other desk has left; returns whether we are now."""
        if not self.read_only:
            return True
        with self._lock:
            self.holder = self._desk.take()
            if self.holder is not None:
                return False
            seen = guard.look(self.path)
            if seen.foreign or seen.version is None:
                self._desk.leave()
                raise ForeignContent("foreign", path=self.path, names=", ".join(seen.foreign[:3]))
            with plainly(self.path):
                self._become_writer(seen.version)
            self.read_only = self._writer is None
        return not self.read_only

    def moved_on(self) -> bool:
        """Say whether another program committed something since this was last asked."""
        with self._lock:
            now = self._version()
            moved, self._data_version = now != self._data_version, now
        return moved

    def _version(self) -> int:
        # A connection's own commits do not change its data_version, other desks' and QGIS's do.
        if self._writer is None and self._watch is None:
            self._watch = self.read()
        db = self._writer or self._watch
        assert db is not None
        return int(db.execute("PRAGMA data_version").fetchone()[0])

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the open workspace (never by copying the file)."""
        partial = target.with_name(target.name + ".part")
        try:
            partial.unlink(missing_ok=True)
            with plainly(target):
                source = connect(self.path, read_only=True)
                try:
                    source.execute("VACUUM INTO ?", (str(partial),))
                finally:
                    source.close()
            partial.replace(target)
        except OSError as error:
            raise WorkspaceError("read_only", path=target) from error
        finally:
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """Close every connection; the workspace is one plain file again."""
        with self._lock:
            for db in self._open:
                db.close()
            self._open.clear()
            self._watch = None
            self._readers = threading.local()
            if self._writer is not None:
                try:
                    # Fails harmlessly while another desk or QGIS is still reading: the last one to leave does it.
                    self._writer.execute("PRAGMA busy_timeout = 200")
                    self._writer.execute("PRAGMA journal_mode = DELETE")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                        raise
                finally:
                    self._writer.close()
                    self._writer = None
            self._desk.leave()


def _immutable(path: Path) -> sqlite3.Connection:
    if path.with_name(path.name + "-wal").exists():
        raise WorkspaceError("cannot_open", path=path)
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    return db
