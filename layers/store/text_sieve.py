"""Which tasks may hold a word: every pair of neighbouring letters with the tasks that have it, beside the workspace.

The side file is a sieve, not an answer: whoever asks still looks at each task in the workspace, and what changed since
the sieve was made (the feed tells) always passes. So it cannot be wrong, only missing: a small workspace, a folder
that cannot be written, or a file that is not this workspace's have none, and then every task is looked at. It is
made in parts of 65,536 tasks and may be deleted at any time. Pairs, because Chinese words have one or two letters.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from layers.store.columns_tasks import like

Array = Any  # numpy arrays of task fids
Parts = dict[int, tuple[int, int]]  # part -> the feed's number when it was made, the last fid it knows

WORTH = 20_000  # tasks: fewer are looked at one by one in the time that a sieve needs
MOST_CHANGED = 2_000  # tasks of a part that may have changed before it is made again
MOST_FOUND = 50_000  # tasks, or a quarter of all: so common a word is found soon wherever one begins
_BITS = 16
_END = 31  # the unit separator after every text: no word reaches from one into the next
_OWN = ("number", "title", "address", "description", "source_number")
# Crossed in the order that is written: the other way round every task would be read.
_NAMES = (
    "SELECT t.fid FROM grid g CROSS JOIN task t ON t.grid_uuid=g.uuid "
    f"WHERE g.code||char({_END})||coalesce(g.name,'') LIKE ?",
    "SELECT t.fid FROM person p CROSS JOIN task t ON t.assignee_uuid=p.uuid WHERE p.name LIKE ?",
    "SELECT t.fid FROM team p CROSS JOIN task t ON t.assignee_uuid=p.uuid WHERE p.name LIKE ?",
    "SELECT t.fid FROM department p CROSS JOIN task t ON t.assignee_uuid=p.uuid WHERE p.name LIKE ?",
)
_MADE = (
    "CREATE TABLE mark (workspace TEXT, seq INTEGER, at TEXT)",
    "CREATE TABLE part (part INTEGER PRIMARY KEY, seq INTEGER, last INTEGER)",
    "CREATE TABLE gram (gram INTEGER, part INTEGER, places BLOB, PRIMARY KEY (part, gram)) WITHOUT ROWID",
)


def refresh(db: sqlite3.Connection) -> bool:
    """Make the next part that is missing or has changed much; returns whether there may be more to do."""
    path = _beside(db)
    last = int(db.execute("SELECT coalesce(max(fid), 0) FROM task").fetchone()[0])
    if path is None or last < WORTH:
        return False
    try:
        with closing(_open(path)) as side:
            # Before the texts are read: what is written between the two passes twice, not never.
            mark = _mark(db)
            side.execute("BEGIN IMMEDIATE")
            if not _is_of(db, side):
                for name in ("mark", "part", "gram"):
                    side.execute(f"DELETE FROM {name}")
            left = _left(db, _parts(side), last)
            todo = sorted(part for part, count in left.items() if count > MOST_CHANGED)
            if not todo and side.execute("SELECT * FROM mark").fetchone() == mark:
                return False
            if todo:
                _make(db, side, todo[0], mark[1], last)
            side.executemany(
                "UPDATE part SET seq=? WHERE part=?", [(mark[1], part) for part, count in left.items() if not count]
            )
            side.execute("DELETE FROM mark")
            side.execute("INSERT INTO mark VALUES (?,?,?)", mark)
            side.execute("COMMIT")
            return len(todo) > 1
    except (sqlite3.OperationalError, OSError):
        return False  # nothing can be written here, or another desk is at it
    except sqlite3.DatabaseError:
        return _removed(path)  # damaged, or somebody else's: made anew


def fids(db: sqlite3.Connection, words: Sequence[str], names: bool = True) -> list[int] | None:
    """Return all tasks that may hold every one of some words, None when each has to be looked at.

    ``names`` also asks for the names of a task's grid, category and assignee.
    """
    path = _beside(db)
    if path is None or not words or not path.exists():
        return None
    try:
        with closing(_open(path, read_only=True)) as side:
            if not _is_of(db, side):
                return None
            known = _parts(side)
            changed = _changed(db, known)
            named = [_named(db, side, word) if names else [] for word in words]
            if changed is None or None in named:
                return None
            found, count = [changed], len(changed)
            most = min(MOST_FOUND, max(last for _, last in known.values()) // 4)
            for part in known:
                passed = np.ones(1 << _BITS, dtype=bool)
                for word, more in zip(words, named, strict=True):
                    passed &= _having(side, part, word) | _marked(np.array(more, dtype="i8"), part)
                found.append(np.flatnonzero(passed) + (part << _BITS))
                count += len(found[-1])
                if count > most:
                    return None
    except (sqlite3.DatabaseError, ValueError):
        return None  # damaged or just being made: looking at every task is slower and as right
    fids: list[int] = np.unique(np.concatenate(found)).tolist()
    return fids


def _parts(side: sqlite3.Connection) -> Parts:
    return {row[0]: (row[1], row[2]) for row in side.execute("SELECT part, seq, last FROM part")}


def _removed(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False  # open elsewhere
    return True


def _beside(db: sqlite3.Connection) -> Path | None:
    file = next((row[2] for row in db.execute("PRAGMA database_list") if row[1] == "main"), "")
    return Path(file).with_name(Path(file).name + "-search") if file else None


def _open(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the side file; one that holds anything but our tables is made anew, or raises when only read."""
    uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    side = sqlite3.connect(uri, uri=True, timeout=0.5, isolation_level=None)
    try:
        side.execute("PRAGMA trusted_schema = OFF")
        side.execute("PRAGMA cache_size = -32768")
        made = [row[0] for row in side.execute("SELECT sql FROM sqlite_master ORDER BY rowid")]
        if not made and not read_only:
            for sql in _MADE:
                side.execute(sql)
        elif tuple(made) != _MADE:
            raise sqlite3.DatabaseError("not ours")
    except BaseException:
        side.close()
        raise
    return side


def _mark(db: sqlite3.Connection) -> tuple[str, int, str]:
    whose = db.execute("SELECT value FROM gewu_meta WHERE key='workspace'").fetchone()
    newest = db.execute("SELECT seq, at FROM gewu_feed ORDER BY seq DESC LIMIT 1").fetchone()
    return str(whose[0]) if whose else "", newest[0] if newest else 0, newest[1] if newest else ""


def _is_of(db: sqlite3.Connection, side: sqlite3.Connection) -> bool:
    """Say whether the sieve was made of this workspace, and of a state that it has not been put back behind."""
    made = side.execute("SELECT workspace, seq, at FROM mark").fetchone()
    if made is None or made[0] != _mark(db)[0]:
        return False
    there = db.execute("SELECT at FROM gewu_feed WHERE seq=?", (made[1],)).fetchone()
    return bool((there[0] if there else "") == made[2])


def _since(db: sqlite3.Connection, seq: int) -> list[tuple[int, int]]:
    """Return (fid, number in the feed) of the tasks changed since; of the feed's lines the first many."""
    rows = db.execute(
        "SELECT t.fid, f.seq FROM (SELECT uuid, seq FROM gewu_feed WHERE tbl='task' AND seq>? AND uuid IS NOT NULL "
        "LIMIT ?) f JOIN task t ON t.uuid=f.uuid",
        (seq, MOST_FOUND),
    )
    return [(row[0], row[1]) for row in rows]


def _left(db: sqlite3.Connection, known: Parts, last: int) -> dict[int, int]:
    """Return part -> how many of its tasks the sieve does not know as they are."""
    touched: dict[int, set[int]] = {}
    for fid, seq in _since(db, min((seq for seq, _ in known.values()), default=0)) if known else ():
        part = fid >> _BITS
        if part in known and seq > known[part][0] and fid <= known[part][1]:
            touched.setdefault(part, set()).add(fid)
    count: dict[int, int] = {}
    for part in range((last >> _BITS) + 1):
        end = ((part + 1) << _BITS) - 1
        until = known[part][1] if part in known else (part << _BITS) - 1
        count[part] = len(touched.get(part, ())) + max(min(last, end) - until, 0)
    return count


def _changed(db: sqlite3.Connection, known: Parts) -> Array | None:
    """Return the tasks that always pass, None when they are too many for a sieve."""
    if not known or sorted(known) != list(range(len(known))):
        return None
    feed = _since(db, min(seq for seq, _ in known.values()))
    fresh = db.execute(
        "SELECT fid FROM task WHERE fid > ? LIMIT ?", (max(last for _, last in known.values()), MOST_FOUND)
    ).fetchall()
    if len(feed) >= MOST_FOUND or len(fresh) >= MOST_FOUND:
        return None
    return np.unique(np.array([fid for fid, seq in feed] + [row[0] for row in fresh], dtype="i8"))


def _make(db: sqlite3.Connection, side: sqlite3.Connection, part: int, seq: int, last: int) -> None:
    first = part << _BITS
    texts = "||".join(f"coalesce({column},'')||char({_END})" for column in _OWN)
    asked = db.cursor()
    asked.row_factory = None
    rows = asked.execute(
        f"SELECT fid, {texts}, standard, category_kind, category FROM task WHERE fid>=? AND fid<? ORDER BY fid",
        (first, first + (1 << _BITS)),
    ).fetchall()
    side.execute("DELETE FROM gram WHERE part=?", (part,))
    places = np.array([row[0] - first for row in rows], dtype="i8")
    code = np.append(_codes("".join(row[1] for row in rows)), [_END, _END])
    place = np.repeat(places, np.fromiter((len(row[1]) for row in rows), dtype="i8", count=len(rows)))
    starts = np.flatnonzero(code[:-2] != _END)
    pairs = _pair(code[starts], code[starts + 1])
    threes = starts[(code[starts] < 128) & (code[starts + 1] < 128) & (code[starts + 2] < 128)]
    keys = _once(
        np.concatenate(
            [
                (pairs << _BITS) | place[starts],
                (_three(code[threes], code[threes + 1], code[threes + 2]) << _BITS) | place[threes],
                np.array(
                    [(_class(row[2:]) << _BITS) | (row[0] - first) for row in rows if row[4] is not None], dtype="i8"
                ),
            ]
        )
    )
    grams = keys >> _BITS
    starts = np.flatnonzero(np.diff(grams, prepend=grams[:1] - 1))
    data = (keys & ((1 << _BITS) - 1)).astype("<u2")
    ends = [*starts[1:].tolist(), len(keys)]
    side.executemany(
        "INSERT INTO gram VALUES (?,?,?)",
        (
            (gram, part, data[start:end].tobytes())
            for gram, start, end in zip(grams[starts].tolist(), starts.tolist(), ends, strict=True)
        ),
    )
    side.execute("DELETE FROM part WHERE part=?", (part,))
    side.execute("INSERT INTO part VALUES (?,?,?)", (part, seq, min(last, first + (1 << _BITS) - 1)))


def _codes(text: str) -> Array:
    """Return the letters of a text as numbers, A-Z as a-z: just what LIKE takes for the same."""
    code = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype("i8")
    code[(code >= ord("A")) & (code <= ord("Z"))] += 32
    return code


def _once(keys: Array) -> Array:
    """Return sorted numbers, each once (numpy's `unique` hashes first, which takes twenty times as long)."""
    keys.sort()
    return keys[np.diff(keys, prepend=keys[:1] - 1) != 0]


def _pair(one: Array, other: Array) -> Array:
    return (one << 21) | other


def _three(one: Array, other: Array, third: Array) -> Array:
    """Return the number of three ASCII letters: pairs of digits stand in too many numbers to tell them apart."""
    return (1 << 42) | (one << 14) | (other << 7) | third


def _class(key: Sequence[Any]) -> int:
    """Return the number of a category; of two that share one, both pass."""
    return -1 - crc32("\x1f".join(map(str, key)).encode())


def _having(side: sqlite3.Connection, part: int, word: str) -> Array:
    """Return which tasks of a part have every pair of a word's letters; a single letter: have it anywhere."""
    code = _codes(word)
    if len(code) == 1:
        first = int(_pair(code[0], 0))
        return _places(side, part, "gram >= ? AND gram < ?", (first, first + (1 << 21)))
    ascii_ = code < 128
    threes = np.flatnonzero(ascii_[:-2] & ascii_[1:-1] & ascii_[2:])
    grams = {int(_three(*code[at : at + 3])) for at in threes}
    covered = {at + step for at in threes.tolist() for step in (0, 1)}
    grams |= {int(_pair(code[at], code[at + 1])) for at in range(len(code) - 1) if at not in covered}
    found = np.ones(1 << _BITS, dtype=bool)
    for gram in grams:
        found &= _places(side, part, "gram = ?", (gram,))
    return found


def _places(side: sqlite3.Connection, part: int, where: str, args: Sequence[int]) -> Array:
    found = np.zeros(1 << _BITS, dtype=bool)
    for (places,) in side.execute(f"SELECT places FROM gram WHERE part = ? AND {where}", (part, *args)):
        found[np.frombuffer(places, dtype="<u2")] = True
    return found


def _marked(fids: Array, part: int) -> Array:
    found = np.zeros(1 << _BITS, dtype=bool)
    found[fids[fids >> _BITS == part] - (part << _BITS)] = True
    return found


def _named(db: sqlite3.Connection, side: sqlite3.Connection, word: str) -> list[int] | None:
    """Return the tasks whose grid, assignee or category has the word in its name, None for too many."""
    pattern = like(word)
    found = [row[0] for sql in _NAMES for row in db.execute(f"{sql} ESCAPE '\\' LIMIT {MOST_FOUND}", (pattern,))]
    classes = db.execute("SELECT standard, kind, code FROM category WHERE name LIKE ? ESCAPE '\\'", (pattern,))
    for gram in [_class(tuple(row)) for row in classes.fetchall()]:
        for part, places in side.execute(
            "SELECT p.part, g.places FROM part p JOIN gram g ON g.part=p.part AND g.gram=?", (gram,)
        ):
            found += ((part << _BITS) + np.frombuffer(places, dtype="<u2").astype("i8")).tolist()
    return None if len(found) >= MOST_FOUND else found
