"""Many rows at once: the rules step aside, the rows and their R-tree go in, the rules come back; one transaction.

The file's triggers would fire row by row; here what they would have written (uuid, record, one line of the feed)
is written for the whole batch. DDL is transactional in SQLite, so a crash leaves the rules as they were.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from layers.store import connection, ddl, guard, many, rtree, rules
from layers.store.journal import Writing
from layers.store.schema import Table, table

ROOM_TO_SORT_KB = 131_072


@contextmanager
def without_rules(db: sqlite3.Connection, *names: str) -> Iterator[None]:
    """Drop the triggers of tables inside the open transaction and make them again at the end of the block."""
    found = [(name, rules.triggers(table(name))) for name in names]
    for _, triggers in found:
        for trigger in triggers:
            db.execute(f'DROP TRIGGER "{trigger}"')
    yield
    for _, triggers in found:
        for sql in triggers.values():
            db.execute(sql)


def insert(
    writing: Writing,
    name: str,
    columns: Sequence[str],
    values: Iterable[Sequence[Any]],
    bounds: tuple[float, float, float, float] | None = None,
    boxes: Callable[[], Any] | None = None,
    expected: int = 0,
) -> int:
    """Insert rows (``uuid`` among the columns, ``geom`` as blob) as part of a batch; returns how many.

    ``bounds`` (degrees) is what the map must redraw. For tasks every row's record gets its `imported` entry.
    ``boxes`` is asked, once the rows are in, for their (N, 4) west, east, south, north (NaN for none), from
    which the R-tree is packed whole; ``expected`` is how many rows will come, if that is known.
    """
    db = writing.db
    item = table(name)
    unknown = [column for column in columns if column not in item.names]
    if unknown or "uuid" not in columns:
        raise KeyError(f"{name}: {unknown or 'uuid is missing'}")
    before = _last_fid(db, name)
    was_empty = item.geometry and db.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() is None
    tables = (name, "task_log") if name == "task" else (name,)
    with without_rules(db, *tables):
        with indexes_after(db, item, expected):
            many.insert(db, name, columns, values)
        after = _last_fid(db, name)
        if item.geometry and after > before and boxes is not None:
            rtree.append(db, name, np.arange(before + 1, after + 1), boxes())
        elif item.geometry and after > before:
            fill = guard.fill_rtree_sql(name)
            db.execute(fill if was_empty else f"{fill} AND fid > {before}")
        if name == "task":
            db.execute(
                "UPDATE task SET last_step='imported', last_by=?, "
                f"last_at=coalesce(last_at, reported_at, {rules.NOW}) WHERE fid>?",
                (writing.actor, before),
            )
            db.execute(
                "INSERT INTO task_log (uuid, task_uuid, seq, at, actor_uuid, step, to_status, reason) "
                f"SELECT {rules.rising('fid')}, uuid, 1, last_at, last_by, last_step, status, last_reason "
                "FROM task WHERE fid>?",
                (before,),
            )
    if after > before:
        writing.batch(name, before + 1, after, bounds)
    return after - before


@contextmanager
def indexes_after(db: sqlite3.Connection, item: Table, expected: int) -> Iterator[None]:
    """Build the indexes of a table after the rows of the block, by sorting, when many come beside few."""
    if expected < 1000 or db.execute(f'SELECT count(*) FROM "{item.name}"').fetchone()[0] > expected:
        yield
        return
    made = ddl.index_sql(item)
    for sql in made:
        db.execute(f"DROP INDEX IF EXISTS {sql.split()[sql.split().index('INDEX') + 1]}")
    # Sorted in memory: with the room of every day a million entries are sorted in forty pieces and merged.
    db.execute(f"PRAGMA cache_size = {-ROOM_TO_SORT_KB}")
    try:
        yield
        for sql in made:
            db.execute(sql)
    finally:
        db.execute(f"PRAGMA cache_size = {-connection.ROOM_KB}")


def _last_fid(db: sqlite3.Connection, name: str) -> int:
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name=?", (name,)).fetchone()
    return int(found[0]) if found else 0
