"""The open workspace file: one writer, many readers, WAL while open, one plain file again at close.

Every write goes through `Store.step`, one transaction each; every read through `Store.read`, a read-only
connection of the calling thread. Both are safe from any thread.
"""

import sqlite3
import threading
import time
import uuid as uuids
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from layers.domain.clock import stamp
from layers.errors import ForeignContent, WorkspaceError
from layers.store import ddl, guard, migrations
from layers.store.connection import atomic, because, connect, erase, plainly
from layers.store.desk import Desk, Holder
from layers.store.journal import Writing
from layers.store.reading import Reader, reader
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
        erase(partial)
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
        raise WorkspaceError(because(error), path=path) from error
    finally:
        erase(partial)


class Store:
    """An open workspace; lives from `Store(path)` to `close()`."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        version = self._look()
        self._lock = threading.RLock()
        self._readers = threading.local()
        self._opening = threading.Lock()
        self._closed = False
        self._open: list[Reader] = []
        self._writer: sqlite3.Connection | None = None
        self._watch: sqlite3.Connection | None = None
        self._desk = Desk(path)
        self.holder: Holder | None = None
        if not read_only:
            self.holder = self._desk.take()
        # Without a desk there is nobody to name: the folder cannot be written.
        self.read_only = not self._desk.held
        try:
            with plainly(path):
                if not self.read_only:
                    self._become_writer(version)
                guard.verify_flow(self.read(), path)
                self._data_version = self._version()
        except BaseException:
            with suppress(WorkspaceError):  # that nothing can be folded either is no news
                self.close()
            raise

    def _become_writer(self, version: int) -> None:
        db = self._writer = connect(self.path)
        try:
            # Asked for at every opening: QGIS may have changed the mode since.
            db.execute(f"PRAGMA journal_mode = {'DELETE' if is_remote(self.path) else 'WAL'}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
            # A read-only folder or medium: the file can still be looked at.
            self._step_back()
            self.read_only = True
            return
        if version < VERSION:
            self.backup(self.path.with_name(f"{self.path.stem}-v{version}.bak.gpkg"))
            migrations.migrate(db, version)

    def read(self) -> sqlite3.Connection:
        """Return this thread's read-only connection."""
        db: Reader | None = getattr(self._readers, "db", None)
        if db is None or db.ended:
            # Not the writer's lock: a first look must not wait for an import to end.
            with self._opening, plainly(self.path):
                if self._closed:
                    raise WorkspaceError("closed", path=self.path)
                db = reader(self.path)
                self._open.append(db)
            self._readers.db = db
        return db

    @contextmanager
    def step(self, label: str, actor: str, *, journal: bool = True) -> Iterator[Writing]:
        """Run one change as one transaction; it is acknowledged when this block ends without an error.

        Raises ``Refused`` for a rule of the field, ``WorkspaceError`` for a read-only, full or busy file.
        """
        with self._lock, plainly(self.path):
            db = self._writer
            if db is None:
                key = "closed" if self._closed else "held" if self.holder else "read_only"
                raise WorkspaceError(key, path=self.path, who=self.who())
            with atomic(db):
                writing = Writing(db, label, actor)
                yield writing
                writing.finish(journal=journal)

    def who(self) -> str:
        """Return who holds the workspace, for a sentence; empty when nobody else does."""
        return f"{self.holder.who}@{self.holder.host}" if self.holder else ""

    def take_over(self) -> bool:
        """Become the writer if the other desk has left; returns whether we are now."""
        if not self.read_only or self._closed:
            return not self.read_only
        with self._lock:
            self.holder = self._desk.take()
            if not self._desk.held:
                return False
            try:
                # Whoever had it may have changed more than rows.
                seen = self._look()
                with plainly(self.path):
                    self._become_writer(seen)
                    guard.verify_flow(self.read(), self.path)
            except BaseException:
                self._step_back()
                raise
            self.read_only = self._writer is None
            self._data_version = self._version()
        return not self.read_only

    def still_held(self) -> bool:
        """Say whether another desk holds the workspace now; ``holder`` follows."""
        if self.read_only and not self._closed:
            self.holder = self._desk.look()
        return self.holder is not None

    def _look(self) -> int:
        seen = guard.look(self.path)
        if seen.version is None:
            raise WorkspaceError("not_a_workspace", path=self.path)
        if seen.foreign:
            raise ForeignContent("foreign", path=self.path, names=", ".join(seen.foreign[:3]))
        return seen.version

    def _step_back(self) -> None:
        """Write no more and let others; what was half begun must not keep the desk."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()
        self._desk.leave()

    def moved_on(self) -> bool:
        """Say whether another program committed something since this was last asked."""
        if not self._lock.acquire(blocking=False):
            return False  # a step of ours is under way: whoever asks now is told when it is done
        try:
            now = self._version()
            moved, self._data_version = now != self._data_version, now
        finally:
            self._lock.release()
        return moved

    def _version(self) -> int:
        # A connection's own commits do not change its data_version, other desks' and QGIS's do.
        if self._writer is not None:
            return int(self._writer.execute("PRAGMA data_version").fetchone()[0])
        if self._watch is None:
            self._watch = self.read()
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the open workspace, page by page.

        By SQLite itself, never by copying the file: opening it beside SQLite would drop the locks of this process.
        In one go, so that no writer makes it begin again; not by `VACUUM INTO`, which takes everything apart.
        """
        partial = target.with_name(target.name + ".part")
        try:
            erase(partial)
            with plainly(target), closing(connect(self.path, read_only=True)) as source:
                sqlite3.connect(partial).close()
                with closing(connect(partial)) as copy:
                    source.backup(copy, pages=-1)
                    # The copy says of itself that it has a write-ahead log, as the original does.
                    copy.execute("PRAGMA journal_mode = DELETE")
            partial.replace(target)
        except OSError as error:
            raise WorkspaceError(because(error), path=target) from error
        finally:
            erase(partial)

    def close(self) -> None:
        """Close every connection; the workspace is one plain file again.

        Raises ``WorkspaceError`` when the disk has no room for that: what was written stays in the log beside
        the file (`-wal`), from which the next opening takes it. The desk is free for others all the same.
        """
        with self._opening:
            self._closed = True
            readers, self._open = self._open, []
        for db in readers:
            db.end()
        with self._lock:
            try:
                if self._writer is not None:
                    with plainly(self.path):
                        _fold(self._writer)
            except WorkspaceError as error:
                key = "closed_full" if error.key == "disk_full" else error.key
                raise WorkspaceError(key, path=self.path) from error
            finally:
                self._step_back()


def _fold(db: sqlite3.Connection) -> None:
    """Make the workspace one plain file again.

    Fails harmlessly while another desk or QGIS is still reading: the last one to leave does it. SQLite does
    not wait for that by itself, and Python may still be letting go of the last statement of a reader of ours.
    """
    for _ in range(10):
        try:
            db.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            time.sleep(0.02)
        else:
            return
