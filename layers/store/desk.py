"""One desk writes, the others read: who holds a workspace, known by a lock that dies with its process.

The lock is SQLite's own (portable to Windows and to network shares): a small side file is kept in a write
transaction as long as the desk is open. Its committed row says who; the lock says that they are still there.
"""

import getpass
import socket
import sqlite3
import uuid
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from layers.domain.clock import stamp
from layers.errors import WorkspaceError


@dataclass(frozen=True)
class Holder:
    """Who has the workspace open for writing, on which machine, since when (UTC text)."""

    who: str
    host: str
    since: str


class Desk:
    """The lock of one workspace; lives from opening to closing."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.path = workspace.with_name(workspace.name + "-desk")
        self._db: sqlite3.Connection | None = None

    @property
    def held(self) -> bool:
        """Whether this desk holds the workspace."""
        return self._db is not None

    def take(self) -> Holder | None:
        """Try to become the writer (`held` says whether); returns who else holds it, None when nobody does.

        Nobody does and it is not held where the folder cannot be written. Raises ``WorkspaceError`` when the disk
        is full: nothing can be changed then, and of the side file nothing stays.
        """
        try:
            db = sqlite3.connect(self.path, timeout=0.2, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError:
            return None
        try:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("BEGIN IMMEDIATE")
            db.execute("CREATE TABLE IF NOT EXISTS desk (who TEXT, host TEXT, since TEXT, token TEXT)")
            db.execute("DELETE FROM desk")
            token = str(uuid.uuid4())
            db.execute("INSERT INTO desk VALUES (?,?,?,?)", (_user(), socket.gethostname(), stamp(), token))
            db.execute("COMMIT")
            db.execute("BEGIN IMMEDIATE")
            if not self._is_mine(token):
                # The desk before us removed the side file between our opening and locking it.
                db.close()
                return self.take()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                _give_up(db, self.path)
                raise WorkspaceError("full_to_open", path=self.workspace) from error
            holder = self._read(db)
            db.close()
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return holder
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_NOTADB:
                self.path.unlink(missing_ok=True)
                return self.take()
            return None
        self._db = db
        return None

    def look(self) -> Holder | None:
        """Return who holds the workspace, without taking it; None when nobody does."""
        try:
            db = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
        except sqlite3.OperationalError:
            return None  # no side file: nobody is there
        try:
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            held = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            return self._read(db) if held else None
        finally:
            db.close()
        return None

    def _is_mine(self, token: str) -> bool:
        db = sqlite3.connect(self.path, timeout=0.2)
        try:
            return bool(db.execute("SELECT 1 FROM desk WHERE token=?", (token,)).fetchone())
        except sqlite3.OperationalError:
            return False
        finally:
            db.close()

    def _read(self, db: sqlite3.Connection) -> Holder:
        try:
            row = db.execute("SELECT who, host, since FROM desk").fetchone()
        except sqlite3.DatabaseError:
            row = None
        return Holder(*row) if row else Holder("?", "?", "")

    def leave(self) -> None:
        """Free the workspace for others."""
        if self._db is None:
            return
        db, self._db = self._db, None
        # Removed while still locked, so that nobody can hold a file that is about to go;
        # Windows refuses to remove an open file, there it is removed once closed.
        removed = _remove(self.path)
        db.close()
        if not removed:
            _remove(self.path)


def _give_up(db: sqlite3.Connection, path: Path) -> None:
    """Remove a side file that could not be written, if nobody else has it by now."""
    removed = True
    with closing(db), suppress(sqlite3.Error):
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")
        removed = _remove(path)
    if not removed:
        _remove(path)


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False  # somebody is just looking at it: a stale side file without a lock harms nobody
    return True


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"
