"""One transaction as one named step: its rows, its line in the journal, and the way back.

A step's deltas are stored in the file, so undo survives a restart. Undo writes the inverse as a new version in one
transaction and refuses, changing nothing, if a row has moved on. An import is one batch: ranges of fids.
"""

import base64
import hashlib
import json
import sqlite3
import struct
import uuid as uuids
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from layers.domain.changes import Changes, Collector, Delta
from layers.domain.clock import instant, stamp
from layers.store import blob, rows, views
from layers.store.schema import table
from layers.words import said

KEEP = 500
ARMFUL = 50
_json = json.JSONEncoder(ensure_ascii=False).encode  # made once: every step writes two


class Writing:
    """The open transaction of one step; lives inside `Store.step`."""

    def __init__(self, db: sqlite3.Connection, label: str, actor: str) -> None:
        self.db = db
        self.label = label
        self.actor = actor
        self.collector = Collector()
        self.deltas: list[Delta] = []
        self.batches: dict[str, tuple[int, int]] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self.changes = Changes(label)
        self._moved: set[str] = set()
        last = db.execute("SELECT CAST(value AS INTEGER) FROM gewu_meta WHERE key='tx'").fetchone()
        self.tx = int(last[0] or 0) + 1 if last else 1
        db.execute(
            "INSERT INTO gewu_meta VALUES ('tx',?),('actor',?) ON CONFLICT (key) DO UPDATE SET value=excluded.value",
            (str(self.tx), actor),
        )

    def insert(self, name: str, values: Mapping[str, Any]) -> str:
        """Insert one row (geometry as shapely) and return its uuid."""
        if name == views.TABLE:
            return self._insert_view(values)
        row = rows.stored(name, values)
        row["uuid"] = row.get("uuid") or str(uuids.uuid4())
        names = ", ".join(f'"{column}"' for column in row)
        marks = ",".join("?" * len(row))
        self.db.execute(f'INSERT INTO "{table(name).name}" ({names}) VALUES ({marks})', tuple(row.values()))
        new = self._now(name, row["uuid"]) or {}
        self._note(Delta(name, row["uuid"], None, new), new["ver"])
        return str(row["uuid"])

    def update(self, name: str, uuid: str, values: Mapping[str, Any]) -> bool:
        """Change columns of one row; returns whether anything changed. Raises ``KeyError`` if it is not there."""
        if name == views.TABLE:
            return self._update_view(uuid, values)
        row = rows.stored(name, values)
        before = self._now(name, uuid)
        if before is None:
            raise KeyError(f"{name} {uuid}")
        changed = {column: value for column, value in row.items() if before[column] != value}
        if not changed:
            return False
        sets = ", ".join(f'"{column}"=?' for column in changed)
        self.db.execute(f'UPDATE "{table(name).name}" SET {sets} WHERE uuid=?', (*changed.values(), uuid))
        after = self._now(name, uuid) or {}
        differs = [c for c, value in before.items() if c != "ver" and after[c] != value]
        if name == "task" and "last_at" in differs:
            # A step is taken again as it was, so all of it is kept, even what happens to be the same.
            differs += [c for c in ("last_step", "last_by", "last_reason") if c not in differs]
        self._note(
            Delta(name, uuid, {c: before[c] for c in differs}, {c: after[c] for c in differs}),
            after["ver"],
            extra=(before.get("geom"), after.get("geom")) if "geom" in before else (),
        )
        return True

    def delete(self, name: str, uuid: str) -> None:
        """Delete one row. Raises ``KeyError`` if it is not there."""
        if name == views.TABLE:
            return self._delete_view(uuid)
        before = self._now(name, uuid)
        if before is None:
            raise KeyError(f"{name} {uuid}")
        self.db.execute(f'DELETE FROM "{table(name).name}" WHERE uuid=?', (uuid,))
        self._note(Delta(name, uuid, before, None), -before["ver"])

    def _insert_view(self, values: Mapping[str, Any]) -> str:
        row = {"uuid": str(uuids.uuid4()), "ver": 1, **views.tidy(values)}
        views.insert(self.db, row, (self.tx, stamp(), self.actor))
        self._note(Delta(views.TABLE, row["uuid"], None, row), row["ver"])
        return str(row["uuid"])

    def _update_view(self, uuid: str, values: Mapping[str, Any]) -> bool:
        before = views.raw(self.db, uuid)
        if before is None:
            raise KeyError(f"{views.TABLE} {uuid}")
        changed = {key: value for key, value in views.tidy(values).items() if before[key] != value}
        if not changed:
            return False
        views.update(self.db, {**before, **changed, "ver": before["ver"] + 1}, (self.tx, stamp(), self.actor))
        self._note(Delta(views.TABLE, uuid, {key: before[key] for key in changed}, changed), before["ver"] + 1)
        return True

    def _delete_view(self, uuid: str) -> None:
        before = views.raw(self.db, uuid)
        if before is None:
            raise KeyError(f"{views.TABLE} {uuid}")
        views.delete(self.db, before, (self.tx, stamp(), self.actor))
        del before["fid"]
        self._note(Delta(views.TABLE, uuid, before, None), -before["ver"])

    def plain(self, sql: str, args: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run a statement of this room on a plain table that is no part of undo (placements, settings)."""
        return self.db.execute(sql, args)

    def batch(self, name: str, first: int, last: int, bounds: tuple[float, float, float, float] | None) -> None:
        """Note rows ``first`` … ``last`` (fid) of a table as imported by this step."""
        low, high = self.batches.get(name, (first, last))
        self.batches[name] = (min(low, first), max(high, last))
        self.collector.tables.add(name)
        if bounds is not None:
            self.collector.cover([bounds])

    def _now(self, name: str, uuid: str) -> dict[str, Any] | None:
        row = rows.raw(self.db, name, uuid)
        if row is not None:
            del row["fid"]
        return row

    def _note(self, delta: Delta, ver: int, extra: tuple[bytes | None, ...] = ()) -> None:
        self.deltas.append(delta)
        self._versions[delta.table, delta.uuid] = ver
        self.collector.add(delta.table, delta.uuid, delta.op)
        if any(side and side.get("geom") is not None for side in (delta.old, delta.new)):
            self._moved.add(delta.table)
        shapes = extra or tuple(side.get("geom") for side in (delta.old, delta.new) if side)
        for shape in shapes:
            box = blob.bounds(shape)
            if box is not None:
                self.collector.cover([(box[0], box[2], box[1], box[3])])

    def finish(self, *, journal: bool = True) -> None:
        """Close the step before the commit: hash the record, write the journal, remember the versions."""
        chain(self.db)
        for name in self.batches:
            self.db.execute(
                "INSERT INTO gewu_feed (tx, tbl, op, at, by) VALUES (?, ?, 'batch', ?, ?)",
                (self.tx, name, stamp(), self.actor),
            )
        if journal and (self.deltas or self.batches):
            self._write_journal()
        self.remember()
        touch_contents(self.db, self.collector.tables, self._moved | self.batches.keys())
        self.db.execute("UPDATE gewu_meta SET value=NULL WHERE key='actor'")
        self.changes = self.collector.changes(said(self.label))

    def _write_journal(self) -> None:
        # A new step buries what was undone before it: redo cannot jump over it.
        self.db.execute("UPDATE gewu_journal SET undone=2 WHERE undone=1")
        made = self.db.execute(
            "INSERT INTO gewu_journal (label, actor, at, batch, deltas) VALUES (?,?,?,?,?)",
            (
                self.label,
                self.actor,
                stamp(),
                json.dumps(self.batches) if self.batches else None,
                pack(self.deltas),
            ),
        )
        # The oldest go in armfuls: one by one they would cost every step a page that nothing else touches.
        if made.lastrowid is not None and made.lastrowid % ARMFUL == 0:
            self.db.execute("DELETE FROM gewu_journal WHERE id <= ?", (made.lastrowid - KEEP,))

    def remember(self) -> None:
        """Remember the version of every row this step wrote, negative for one it deleted (`gewu_touched`)."""
        self.db.executemany(
            "INSERT INTO gewu_touched VALUES (?,?,?) ON CONFLICT (tbl, uuid) DO UPDATE SET ver=excluded.ver",
            [(*row, ver) for row, ver in self._versions.items()],
        )


def later(last_at: str | None) -> str:
    """Return now as an instant that is later than the row's last one, so that no step is taken for the last."""
    now = stamp()
    if last_at is not None and now <= last_at:
        return stamp(instant(last_at) + timedelta(milliseconds=1))
    return now


def chain(db: sqlite3.Connection) -> None:
    """Fill the hash chain of every record entry that the triggers wrote since (one chain per task)."""
    last: dict[str, str] = {}
    hashed: list[tuple[str, str, int]] = []
    for entry in _unchained(db):
        task = entry["task_uuid"]
        if task not in last:
            previous = db.execute(
                "SELECT hash FROM task_log WHERE task_uuid=? AND seq=?", (task, entry["seq"] - 1)
            ).fetchone()
            last[task] = previous[0] if previous else ""
        before, last[task] = last[task], entry_hash(entry, last[task])
        hashed.append((before, last[task], entry["fid"]))
    db.executemany("UPDATE task_log SET prev_hash=?, hash=? WHERE fid=?", hashed)


def _unchained(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the entries without a hash, in the order they were written: always the last ones.

    Entries are only ever added at the end (`fid` rises), and every step of ours chains all that it finds.
    """
    entries = db.execute("SELECT * FROM task_log ORDER BY fid DESC")
    found = []
    for entry in entries:
        if entry["hash"] is not None:
            break
        found.append(entry)
    entries.close()  # an unfinished statement would hold its place in the write-ahead log
    return found[::-1]


def entry_hash(entry: Mapping[str, Any] | sqlite3.Row, prev_hash: str) -> str:
    """Return the SHA-256 of a record entry and its forerunner's hash, as hex."""
    names = ("task_uuid", "seq", "at", "actor_uuid", "step", "from_status", "to_status", "reason")
    text = _json([prev_hash, *(entry[name] for name in names)])
    return hashlib.sha256(text.encode()).hexdigest()


def touch_contents(db: sqlite3.Connection, names: set[str], moved: set[str] | None = None) -> None:
    """Keep `gpkg_contents` true in the same transaction: the time of the change and the extent.

    ``moved`` are those of the tables in which a shape came, went or changed; None: all of them.
    """
    for name in sorted(names):
        item = table(name)
        if item.plain:
            continue
        if item.geometry and (moved is None or name in moved):
            db.execute(
                "UPDATE gpkg_contents SET last_change=?, min_x=?, min_y=?, max_x=?, max_y=? WHERE table_name=?",
                (stamp(), *(extent(db, name) or (None,) * 4), name),
            )
        else:
            db.execute("UPDATE gpkg_contents SET last_change=? WHERE table_name=?", (stamp(), name))


def extent(db: sqlite3.Connection, name: str) -> tuple[float, float, float, float] | None:
    """Return (west, south, east, north) of a feature table, None when it is empty.

    Read from the root of its R-tree (https://sqlite.org/rtree.html, §6: 32-bit big-endian, rounded outwards by
    less than a metre), because asking for minima would scan the whole tree.
    """
    found = db.execute(f'SELECT data FROM "rtree_{table(name).name}_geom_node" WHERE nodeno=1').fetchone()
    if found is None:
        return None
    data: bytes = found[0]
    cells = [struct.unpack_from(">4f", data, 4 + 24 * i + 8) for i in range(struct.unpack_from(">H", data, 2)[0])]
    if not cells:
        return None
    west, east, south, north = zip(*cells, strict=True)
    return min(west), min(south), max(east), max(north)


def pack(deltas: list[Delta]) -> str:
    """Return deltas as JSON; blobs as base64."""

    def side(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if values is None:
            return None
        return {k: {"b64": base64.b64encode(v).decode()} if isinstance(v, bytes) else v for k, v in values.items()}

    return _json([[d.table, d.uuid, side(d.old), side(d.new)] for d in deltas])


def unpack(text: str) -> list[Delta]:
    """Return the deltas that `pack` wrote."""

    def side(values: dict[str, Any] | None) -> dict[str, Any] | None:
        if values is None:
            return None
        return {k: base64.b64decode(v["b64"]) if isinstance(v, dict) else v for k, v in values.items()}

    return [Delta(name, uuid, side(old), side(new)) for name, uuid, old, new in json.loads(text)]
