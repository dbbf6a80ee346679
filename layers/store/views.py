"""Saved views (`gewu_view`): rows that the journal knows by a uuid and a version kept inside their JSON.

The table is plain, so that no other program lists it; what every other row has as columns stands in ``filter``.
"""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

TABLE = "gewu_view"
_KEYS = ("uuid", "ver")


def named(db: sqlite3.Connection, owner_table: str) -> list[dict[str, Any]]:
    """Return the views of a kind in the order they were made: uuid, ver, name, owner_table, filter (JSON text).

    A row whose JSON is none of ours (somebody wrote into the file) is left out.
    """
    found = db.execute(
        f"SELECT rowid AS fid, * FROM {TABLE} WHERE owner_table=? AND json_valid(filter) ORDER BY rowid", (owner_table,)
    )
    return [row for item in found if (row := _row(item)) is not None]


def raw(db: sqlite3.Connection, uuid: str) -> dict[str, Any] | None:
    """Return one view as a row like any other, None if there is none."""
    found = db.execute(
        f"SELECT rowid AS fid, * FROM {TABLE} WHERE json_valid(filter) AND json_extract(filter, '$.uuid')=?", (uuid,)
    ).fetchone()
    return None if found is None else _row(found)


def _row(found: sqlite3.Row) -> dict[str, Any] | None:
    row = dict(found)
    inner = json.loads(row["filter"])
    if not isinstance(inner, dict) or not isinstance(inner.get("uuid"), str) or not isinstance(inner.get("ver"), int):
        return None
    row |= {key: inner.pop(key) for key in _KEYS}
    row["filter"] = _text(inner)
    return row


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with their JSON written as it will be read: undo compares texts."""
    return {key: _text(json.loads(value)) if key == "filter" else value for key, value in values.items()}


def _text(inner: Mapping[str, Any]) -> str:
    return json.dumps(inner, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def insert(db: sqlite3.Connection, row: Mapping[str, Any], feed: tuple[Any, ...]) -> None:
    """Write a new view; ``feed`` is (tx, at, by) for its line in the change feed."""
    kept = {**json.loads(row["filter"]), "uuid": row["uuid"], "ver": row["ver"]}
    db.execute(
        f"INSERT INTO {TABLE} (name, owner_table, filter) VALUES (?,?,?)",
        (row["name"], row["owner_table"], _text(kept)),
    )
    _feed(db, row, "insert", feed)


def update(db: sqlite3.Connection, row: Mapping[str, Any], feed: tuple[Any, ...]) -> None:
    """Write a view that is there anew, its version included."""
    kept = {**json.loads(row["filter"]), "uuid": row["uuid"], "ver": row["ver"]}
    db.execute(
        f"UPDATE {TABLE} SET name=?, owner_table=?, filter=? WHERE rowid=?",
        (row["name"], row["owner_table"], _text(kept), row["fid"]),
    )
    _feed(db, row, "update", feed)


def delete(db: sqlite3.Connection, row: Mapping[str, Any], feed: tuple[Any, ...]) -> None:
    """Delete a view."""
    db.execute(f"DELETE FROM {TABLE} WHERE rowid=?", (row["fid"],))
    _feed(db, row, "delete", feed)


def _feed(db: sqlite3.Connection, row: Mapping[str, Any], op: str, feed: tuple[Any, ...]) -> None:
    tx, at, by = feed
    db.execute(
        "INSERT INTO gewu_feed (tx, tbl, uuid, ver, op, at, by) VALUES (?,?,?,?,?,?,?)",
        (tx, TABLE, row["uuid"], row["ver"], op, at, by),
    )
