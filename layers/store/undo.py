"""Undo and redo: the inverse of a step is written as a new version, or nothing happens at all."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from layers.domain import flow
from layers.domain.changes import Delta, Step
from layers.errors import Moved, Refused
from layers.store import blob, rows
from layers.store.journal import Writing, later, unpack
from layers.store.schema import table
from layers.words import said

# What a task's last step leaves behind is not undone: the undo is itself the task's last step.
_LAST = frozenset(("last_step", "last_by", "last_reason", "last_at"))
# What the triggers write by themselves when a step is taken again.
_COUNTED = frozenset((*flow.STAMPS.values(), *flow.COUNTERS.values(), "supervised"))
# What a row need not hold any more for its step to be undone: it rises or is stamped with every undo and redo.
_FREE = frozenset(("ver",))
_FREE_OF_TASK = _FREE | _LAST | _COUNTED


def steps(db: sqlite3.Connection, limit: int) -> list[Step]:
    """Return the newest steps of the journal, newest first; what a later step buried is left out."""
    found = db.execute(
        "SELECT id, label, actor, at, batch IS NOT NULL AS batch, undone FROM gewu_journal "
        "WHERE undone<2 ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [
        Step(r["id"], said(r["label"]), r["actor"] or "", r["at"], bool(r["batch"]), bool(r["undone"])) for r in found
    ]


def next_undo(db: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the journal row that undo would take back, None if there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM gewu_journal WHERE undone=0 ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return row


def next_redo(db: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the journal row that redo would do again, None if there is none. A batch cannot be redone."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM gewu_journal WHERE undone=1 AND batch IS NULL ORDER BY id LIMIT 1"
    ).fetchone()
    return row


def undo(writing: Writing) -> frozenset[str]:
    """Take back the newest step; returns the tables from which it removed a batch.

    Raises ``Moved`` if a row has moved on, ``Refused`` if there is none.
    """
    step = next_undo(writing.db)
    if step is None:
        raise Refused("nothing_to_undo")
    ranges: dict[str, tuple[int, int]] = json.loads(step["batch"] or "{}")
    label = said(step["label"])
    _undo_batch(writing, ranges, label)
    deltas = unpack(step["deltas"])
    _check(writing.db, deltas, label)
    if any(delta.table == "task" and delta.op == "insert" and _has_history(writing.db, delta) for delta in deltas):
        raise Refused(STUCK, label=label)
    for delta in reversed(deltas):
        _apply(writing, ~delta, withdrawn=label)
    writing.db.execute("UPDATE gewu_journal SET undone=? WHERE id=?", (2 if ranges else 1, step["id"]))
    return frozenset(ranges)


# A task that was worked on stays for good, withdrawn steps included: its drawing leaves the stack (`bury`).
STUCK = "drawn_has_history"


def _has_history(db: sqlite3.Connection, delta: Delta) -> bool:
    found = db.execute(
        "SELECT 1 FROM task_log WHERE task_uuid=? AND step NOT IN ('report','imported') LIMIT 1", (delta.uuid,)
    ).fetchone()
    return found is not None


def bury(writing: Writing) -> None:
    """Take the newest step off the stack without undoing it, so that older ones can be reached."""
    step = next_undo(writing.db)
    if step is not None:
        writing.db.execute("UPDATE gewu_journal SET undone=2 WHERE id=?", (step["id"],))


def redo(writing: Writing) -> None:
    """Do the last undone step again. Raises ``Moved`` if a row has moved on, ``Refused`` if there is none."""
    step = next_redo(writing.db)
    if step is None:
        raise Refused("nothing_to_redo")
    deltas = unpack(step["deltas"])
    _check(writing.db, [~delta for delta in reversed(deltas)], said(step["label"]))
    for delta in deltas:
        _apply(writing, delta, withdrawn=None)
    writing.db.execute("UPDATE gewu_journal SET undone=0 WHERE id=?", (step["id"],))


def _check(db: sqlite3.Connection, deltas: list[Delta], label: str) -> None:
    """Every row must still be what the journal last wrote, and hold what this step left in it.

    The versions alone would not do: a later step of ours on the same row has taken note of whatever another
    program wrote in between, and undoing this one would overwrite that.
    """
    for (name, uuid), left in _left(deltas).items():
        known = db.execute("SELECT ver FROM gewu_touched WHERE tbl=? AND uuid=?", (name, uuid)).fetchone()
        row = rows.raw(db, name, uuid)
        if known is None or (row is None) != (left is None):
            raise Moved("moved", label=label)
        if row is None or left is None:
            continue
        free = _FREE_OF_TASK if name == "task" else _FREE
        if row["ver"] != known["ver"] or any(row[c] != value for c, value in left.items() if c not in free):
            raise Moved("moved", label=label)


def _left(deltas: list[Delta]) -> dict[tuple[str, str], dict[str, Any] | None]:
    """Return (table, uuid) -> the columns as these deltas left them, None for a row that they deleted."""
    found: dict[tuple[str, str], dict[str, Any] | None] = {}
    for delta in deltas:
        key = (delta.table, delta.uuid)
        found[key] = None if delta.new is None else {**(found.get(key) or {}), **delta.new}
    return found


def _apply(writing: Writing, delta: Delta, *, withdrawn: str | None) -> None:
    name, uuid = delta.table, delta.uuid
    if delta.old is None:
        writing.insert(name, {**(delta.new or {}), "uuid": uuid, "ver": _risen(writing.db, name, uuid)})
    elif delta.new is None:
        writing.delete(name, uuid)
        writing.db.execute("DELETE FROM placement WHERE owner_table=? AND owner_uuid=?", (name, uuid))
    else:
        writing.update(name, uuid, _values(writing, delta, withdrawn))


def _risen(db: sqlite3.Connection, name: str, uuid: str) -> int:
    known = db.execute("SELECT ver FROM gewu_touched WHERE tbl=? AND uuid=?", (name, uuid)).fetchone()
    return abs(int(known["ver"])) + 1 if known else 1


def _values(writing: Writing, delta: Delta, withdrawn: str | None) -> Mapping[str, Any]:
    new: dict[str, Any] = dict(delta.new or {})
    if delta.table != "task" or "last_at" not in new:
        return new
    row = rows.raw(writing.db, "task", delta.uuid) or {}
    at = later(row["last_at"])
    values = {column: value for column, value in new.items() if column not in _LAST}
    if withdrawn is not None:
        return {
            **values, "last_step": "withdraw", "last_by": writing.actor, "last_reason": withdrawn, "last_at": at
        }  # fmt: skip
    kept = {column: value for column, value in values.items() if column not in _COUNTED}
    step = {"last_step": new["last_step"], "last_reason": new["last_reason"]}
    return {**kept, **step, "last_by": writing.actor, "last_at": at}


def _undo_batch(writing: Writing, ranges: Mapping[str, tuple[int, int]], label: str) -> None:
    """Remove the rows of an import that nobody has touched since; refuse if anybody has."""
    for name, (first, last) in ranges.items():
        quoted = table(name).name
        span = (first, last)
        here = writing.db.execute(
            f'SELECT count(*), sum(ver=1) FROM "{quoted}" WHERE fid BETWEEN ? AND ?', span
        ).fetchone()
        if here[0] != last - first + 1 or here[1] != here[0]:
            raise Moved("batch_moved", label=label)
    for name, (first, last) in ranges.items():
        quoted = table(name).name
        span = (first, last)
        if table(name).geometry:
            for row in writing.db.execute(f'SELECT geom FROM "{quoted}" WHERE fid BETWEEN ? AND ?', span):
                box = blob.bounds(row["geom"])
                if box is not None:
                    writing.collector.cover([(box[0], box[2], box[1], box[3])])
        writing.db.execute(
            f"DELETE FROM placement WHERE owner_table=? AND owner_uuid IN "
            f'(SELECT uuid FROM "{quoted}" WHERE fid BETWEEN ? AND ?)',
            (name, *span),
        )
        if name == "grid":
            writing.db.execute(
                "DELETE FROM placement WHERE grid_uuid IN (SELECT uuid FROM grid WHERE fid BETWEEN ? AND ?)", span
            )
        writing.db.execute(f'DELETE FROM "{quoted}" WHERE fid BETWEEN ? AND ?', span)
        writing.collector.tables.add(name)
