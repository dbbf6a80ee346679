"""Single rows by table and uuid, as plain dictionaries with shapely geometries."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from layers.store import blob, views
from layers.store.schema import table

Row = dict[str, Any]


def get(db: sqlite3.Connection, name: str, uuid: str) -> Row | None:
    """Return one row of a table with its geometry as shapely, None if there is none."""
    found = raw(db, name, uuid)
    return None if found is None else _decoded(found)


def raw(db: sqlite3.Connection, name: str, uuid: str) -> Row | None:
    """Return one row as stored (geometry as blob)."""
    if name == views.TABLE:
        return views.raw(db, uuid)
    found = _dicts(db, f'SELECT * FROM "{table(name).name}" WHERE uuid=?', (uuid,))
    return found[0] if found else None


def _dicts(db: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[Row]:
    """Return the rows of a query as dictionaries, made from plain tuples.

    A dictionary from a `sqlite3.Row` looks each name up among all of them: in a wide table that costs more than
    reading the row.
    """
    asked = db.cursor()
    asked.row_factory = None
    asked.execute(sql, args)
    names = [column[0] for column in asked.description]
    return [dict(zip(names, values, strict=True)) for values in asked.fetchall()]


def _decoded(row: Row) -> Row:
    if "geom" in row:
        row["geom"] = blob.decode(row["geom"])
    return row


def many(
    db: sqlite3.Connection,
    name: str,
    columns: Sequence[str] = (),
    *,
    order: str = "fid",
    **where: Any,
) -> list[Row]:
    """Return rows whose columns equal the given values (None: is null), geometry decoded if asked for."""
    item = table(name)
    wanted = ", ".join(f'"{_known(name, column)}"' for column in columns) or "*"
    terms = " AND ".join(f'"{_known(name, column)}" IS ?' for column in where) or "1"
    sql = f'SELECT {wanted} FROM "{item.name}" WHERE {terms} ORDER BY "{_known(name, order)}"'
    return [_decoded(row) for row in _dicts(db, sql, tuple(where.values()))]


def by_uuid(db: sqlite3.Connection, name: str, uuids: Iterable[str], columns: Sequence[str] = ()) -> dict[str, Row]:
    """Return uuid -> row for the uuids that exist; any number of them."""
    wanted = ", ".join(f'"{_known(name, column)}"' for column in ("uuid", *columns)) if columns else "*"
    found: dict[str, Row] = {}
    todo = list(dict.fromkeys(uuids))
    for i in range(0, len(todo), 500):
        part = todo[i : i + 500]
        marks = ",".join("?" * len(part))
        for row in _dicts(db, f'SELECT {wanted} FROM "{table(name).name}" WHERE uuid IN ({marks})', part):
            found[row["uuid"]] = _decoded(row)
    return found


def count(db: sqlite3.Connection, name: str, where: str = "1", args: Sequence[Any] = ()) -> int:
    """Return how many rows a table holds; ``where`` is SQL of this room."""
    return int(db.execute(f'SELECT count(*) FROM "{table(name).name}" WHERE {where}', args).fetchone()[0])


def settings(db: sqlite3.Connection) -> dict[str, str]:
    """Return the workspace's settings."""
    return {row["key"]: row["value"] for row in db.execute("SELECT key, value FROM gewu_meta")}


def set_setting(db: sqlite3.Connection, key: str, value: str) -> None:
    """Keep one setting of the workspace, inside the caller's step."""
    sql = "INSERT INTO gewu_meta VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value"
    db.execute(sql, (key, value))


def stored(name: str, values: Mapping[str, Any]) -> Row:
    """Return values as they are bound: geometries as blobs. Raises ``KeyError`` for an unknown column."""
    result = {}
    for column, value in values.items():
        _known(name, column)
        if column == "geom" and value is not None and not isinstance(value, bytes):
            value = blob.encode(value)
        result[column] = value
    return result


def _known(name: str, column: str) -> str:
    if column not in table(name).names:
        raise KeyError(f"{name}.{column}")
    return column
