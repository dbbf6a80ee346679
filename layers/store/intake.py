"""What an import asks the workspace for: who and what is there already under which name, code or number."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from layers.store import blob
from layers.store.schema import table

_PART = 400


@dataclass(frozen=True)
class SystemRow:
    """A grid system and its tiers as (number, name, letter)."""

    code: str
    name: str
    tiers: tuple[tuple[int, str, str], ...]


def is_empty(db: sqlite3.Connection) -> bool:
    """Say whether the workspace holds nothing yet that an import could harm."""
    names = ("grid", "road_section", "place", "facility", "task", "person")
    return not any(db.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in names)


def taken_numbers(db: sqlite3.Connection, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of (source, source_number) that a task has already."""
    found: set[tuple[str, str]] = set()
    for part in _parts(pairs):
        marks = ",".join(["(?,?)"] * len(part))
        args = [value for pair in part for value in pair]
        rows = db.execute(
            f"SELECT source, source_number FROM task WHERE (source, source_number) IN (VALUES {marks})", args
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def taken(db: sqlite3.Connection, name: str, column: str, values: Sequence[str]) -> set[str]:
    """Return those of ``values`` that a row of the table has in its ``uuid``, ``code`` or ``number`` column."""
    if column not in table(name).names:
        raise KeyError(f"{name}.{column}")
    found: set[str] = set()
    for part in _parts(values):
        marks = ",".join("?" * len(part))
        sql = f'SELECT "{column}" FROM "{name}" WHERE "{column}" IN ({marks})'
        found.update(row[0] for row in db.execute(sql, part))
    return found


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]


def systems(db: sqlite3.Connection) -> list[SystemRow]:
    """Return the grid systems with their tiers from the top."""
    tiers: dict[str, list[tuple[int, str, str]]] = {}
    for row in db.execute("SELECT system, tier, name, letter FROM grid_tier ORDER BY system, tier"):
        tiers.setdefault(row["system"], []).append((row["tier"], row["name"], row["letter"] or ""))
    return [
        SystemRow(row["code"], row["name"], tuple(tiers.get(row["code"], ())))
        for row in db.execute("SELECT code, name FROM grid_system ORDER BY main DESC, code")
    ]


def current_counts(db: sqlite3.Connection) -> dict[tuple[str, int], int]:
    """Return (system, tier) -> number of current grids, without those that have none."""
    rows = db.execute("SELECT system, tier, count(*) FROM grid WHERE valid_to IS NULL GROUP BY system, tier")
    return {(row[0], row[1]): row[2] for row in rows}


def current_codes(db: sqlite3.Connection, system: str) -> dict[str, str]:
    """Return code -> uuid of the current grids of a system."""
    rows = db.execute("SELECT code, uuid FROM grid WHERE system=? AND valid_to IS NULL", (system,))
    return {row[0]: row[1] for row in rows}


def ever_codes(db: sqlite3.Connection, system: str) -> set[str]:
    """Return every code a system has ever used: none is used again."""
    return {row[0] for row in db.execute("SELECT code FROM grid WHERE system=?", (system,))}


def tier_grids(db: sqlite3.Connection, system: str, tier: int) -> tuple[list[dict[str, Any]], Any]:
    """Return (uuid, code, name, parent_uuid) and geometries of the current grids of a tier, by code."""
    rows = db.execute(
        "SELECT uuid, code, name, parent_uuid, geom FROM grid WHERE system=? AND tier=? AND valid_to IS NULL "
        "ORDER BY code",
        (system, tier),
    ).fetchall()
    return [dict(row) for row in rows], blob.decode_all([row["geom"] for row in rows])


def named(db: sqlite3.Connection, name: str, columns: Sequence[str]) -> dict[str, str]:
    """Return text -> uuid of a table's rows by any of some columns (code, name …); the first row of a name wins."""
    item = table(name)
    where = "valid_to IS NULL" if name == "grid" else "1"
    found: dict[str, str] = {}
    for column in columns:
        if column not in item.names:
            raise KeyError(f"{name}.{column}")
        for text, uuid in db.execute(f'SELECT "{column}", uuid FROM "{item.name}" WHERE {where} ORDER BY fid'):
            if text:
                found.setdefault(str(text), uuid)
    return found


def parties(db: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Return name or uuid -> (kind, uuid) of teams, departments and persons; persons win over the others."""
    found: dict[str, tuple[str, str]] = {}
    for kind in ("team", "department", "person"):
        for uuid, name in db.execute(f"SELECT uuid, name FROM {kind} ORDER BY fid DESC"):
            found[uuid] = (kind, uuid)
            found[name] = (kind, uuid)
    return found


def categories(db: sqlite3.Connection) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return (kind, code or name) -> (standard, kind, code) of the categories in force; national ones win."""
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    rows = db.execute(
        "SELECT standard, kind, code, name FROM category WHERE to_on IS NULL ORDER BY standard='local', standard DESC"
    )
    for standard, kind, code, name in rows:
        for text in (code, name):
            found.setdefault((kind, text), (standard, kind, code))
    return found


def running_numbers(db: sqlite3.Connection, days: Iterable[str], desk: str) -> dict[str, int]:
    """Return day (YYYYMMDD) -> the next running number of the desk's tasks on that day."""
    from layers.store import queries_tasks

    return {day: queries_tasks.next_number(db, day, desk) for day in set(days)}


def persons(db: sqlite3.Connection) -> dict[tuple[str, str | None], str]:
    """Return (name, department uuid) -> uuid of everybody."""
    return {(row[1], row[2]): row[0] for row in db.execute("SELECT uuid, name, department_uuid FROM person")}


def has_duty(db: sqlite3.Connection, party: str, grid: str | None, road: str | None) -> bool:
    """Say whether a party answers for a grid or section already."""
    sql = "SELECT 1 FROM duty WHERE party_uuid=? AND grid_uuid IS ? AND road_uuid IS ?"
    return db.execute(sql, (party, grid, road)).fetchone() is not None


def counted(db: sqlite3.Connection, name: str) -> int:
    """Return the number of rows of a table."""
    return int(db.execute(f'SELECT count(*) FROM "{table(name).name}"').fetchone()[0])


def used_words(db: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Return what styles must name: ``function`` of grids, ``road`` and ``place`` classes, facility ``category``."""
    asked = {
        "road": "SELECT DISTINCT class FROM road_section",
        "place": "SELECT DISTINCT class FROM place",
        "category": "SELECT DISTINCT category FROM facility",
    }
    return {key: tuple(sorted(row[0] for row in db.execute(sql) if row[0])) for key, sql in asked.items()}


def functions(db: sqlite3.Connection, system: str, tier: int) -> tuple[str, ...]:
    """Return the functions that the current grids of a tier have."""
    rows = db.execute(
        "SELECT DISTINCT function FROM grid WHERE system=? AND tier=? AND valid_to IS NULL AND function IS NOT NULL "
        "ORDER BY function",
        (system, tier),
    )
    return tuple(row[0] for row in rows)
