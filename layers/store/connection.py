"""One way to a SQLite file: registered functions, pragmas, short transactions, and failures in plain words."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from layers.errors import Known, Refused, WorkspaceError
from layers.store import blob

BUSY_SECONDS = 10.0
ROOM_KB = 32_768  # of pages that a connection keeps in memory
READ_KB = 8_192  # the same for one that only reads: there are half a dozen, and the system keeps the file's pages too

# The front desk hands these on and names them in its signatures; it runs nothing on them itself.
Connection = sqlite3.Connection
Row = sqlite3.Row


def connect(
    path: Path,
    *,
    read_only: bool = False,
    trusted: bool = True,
    immutable: bool = False,
    factory: type[Connection] = Connection,
) -> Connection:
    """Open a file that has been looked at (`guard`), with the functions that the R-tree triggers need.

    ``trusted`` False is for looking at a file from outside: nothing in its schema may call a function.
    ``immutable`` reads a file that nobody can be writing, without locks and side files.
    """
    mode = "ro" if read_only else "rw"
    uri = f"{path.resolve().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
    db = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=factory
    )
    db.row_factory = sqlite3.Row
    # Python cannot mark a function as innocuous, so the schema must be trusted to call ST_IsEmpty at all.
    db.execute(f"PRAGMA trusted_schema = {'ON' if trusted else 'OFF'}")
    if trusted:
        register(db)
        db.execute("PRAGMA recursive_triggers = ON")
        db.execute("PRAGMA synchronous = FULL")
        # Fewer and larger foldings into the file: each waits for the disk twice (16 MB of log at most between two).
        db.execute("PRAGMA wal_autocheckpoint = 4000")
        db.execute(f"PRAGMA cache_size = {-(READ_KB if read_only else ROOM_KB)}")
        db.execute("PRAGMA temp_store = MEMORY")
    return db


def register(db: sqlite3.Connection) -> None:
    """Register ST_IsEmpty, ST_MinX, ST_MaxX, ST_MinY and ST_MaxY for GeoPackage blobs on a connection."""

    def side(i: int):  # type: ignore[no-untyped-def]
        def of(value: bytes | None) -> float | None:
            box = blob.bounds(value)
            return None if box is None else box[i]

        return of

    def is_empty(value: bytes | None) -> int | None:
        return None if value is None else int(blob.bounds(value) is None)

    db.create_function("ST_IsEmpty", 1, is_empty, deterministic=True)
    for i, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        db.create_function(name, 1, side(i), deterministic=True)


@contextmanager
def atomic(db: sqlite3.Connection) -> Iterator[None]:
    """Run a block as one transaction: BEGIN IMMEDIATE (a later upgrade would fail at once), all or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def erase(path: Path) -> None:
    """Remove a file of ours that is not wanted after all, and whatever SQLite or a desk left beside it."""
    for end in ("", "-journal", "-wal", "-shm", "-desk"):
        with suppress(OSError):
            path.with_name(path.name + end).unlink(missing_ok=True)


def because(error: OSError) -> str:
    """Return the key of the sentence for a file that could not be written."""
    return "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "read_only"


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn SQLite's failures that lie in the world into our errors; a mistake of ours passes as it is."""
    try:
        yield
    except sqlite3.Error as error:
        known = translate(error, path)
        if known is None:
            raise
        raise known from error


_BY_CODE = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "not_a_workspace",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
}


def translate(error: sqlite3.Error, path: Path) -> Known | None:
    """Return our error for a SQLite failure: the environment's or a rule's; None when it is a mistake of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        from layers.words import language

        zh, _, en = str(error).partition("/ ")
        return Refused("rule", text=zh if language() == "zh" or not en else en)
    if code == sqlite3.SQLITE_CONSTRAINT_CHECK:
        return Refused("wrong_word", text=str(error).partition("failed: ")[2])
    if code == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        return Refused("not_unique", text=str(error).partition("failed: ")[2])
    if code == sqlite3.SQLITE_CONSTRAINT_NOTNULL:
        return Refused("required", text=str(error).partition("failed: ")[2])
    key = _BY_CODE.get(code & 0xFF)
    return None if key is None else WorkspaceError(key, path=path)
