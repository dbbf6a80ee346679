"""Questions about grids: systems, trees, what lies where, how much is open in each."""

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from sys import intern
from typing import Any

import numpy as np

from layers.domain import flow
from layers.domain.forest import as_bytes
from layers.store import blob, many, rtree

OPEN = ", ".join(f"'{status}'" for status in flow.OPEN)
_SLICE = 2_000  # rows at a time
RUNNING = ", ".join(f"'{status}'" for status in flow.CLOCK_RUNS)


def systems(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the grid systems, the main one first: code, name, kind, area_code, main."""
    return db.execute("SELECT code, name, kind, area_code, main FROM grid_system ORDER BY main DESC, fid").fetchall()


def tiers(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return every tier with the number of its current grids."""
    return db.execute(
        "SELECT t.*, (SELECT count(*) FROM grid g WHERE g.system=t.system AND g.tier=t.tier "
        "AND g.valid_to IS NULL) AS count FROM grid_tier t ORDER BY t.system, t.tier"
    ).fetchall()


def extent_of_main(db: sqlite3.Connection) -> tuple[float, float, float, float] | None:
    """Return (west, south, east, north) of the top grids of the main system, else of all; None without grids."""
    found = db.execute("SELECT code FROM grid_system ORDER BY main DESC, fid LIMIT 1").fetchone()
    for where, args in (("g.system=? AND g.tier=1 AND ", [found[0]] if found else [None]), ("", [])):
        box = db.execute(
            "SELECT min(r.minx), min(r.miny), max(r.maxx), max(r.maxy) FROM grid g "
            f"JOIN rtree_grid_geom r ON r.id=g.fid WHERE {where}g.valid_to IS NULL",
            args,
        ).fetchone()
        if box[0] is not None:
            return box[0], box[1], box[2], box[3]
    return None


def columns(db: sqlite3.Connection, system: str) -> tuple[Any, ...]:
    """Return the current grids of a system from the top tier down, by code, as columns.

    uuids, codes, names, functions, tiers, the parents' uuids (b"" for none), (n, 2) zeros to count in, (n, 4) boxes in
    degrees (zeros where a grid has no shape): what `layers.domain.forest.Forest` is made of.
    """
    found = db.cursor()
    found.row_factory = None
    found.execute(
        "SELECT fid, uuid, code, coalesce(name,''), tier, coalesce(parent_uuid,''), function FROM grid "
        "WHERE system=? AND valid_to IS NULL ORDER BY tier, code",
        (system,),
    )
    fids, tiers = array("q"), array("h")
    codes: list[str] = []
    names: list[str] = []
    functions: list[str | None] = []
    uuids, parents = [as_bytes(())], [as_bytes(())]
    # Slice by slice: a hundred thousand rows at once as Python objects leave holes in the memory that stay.
    while rows := found.fetchmany(_SLICE):
        fids.extend(row[0] for row in rows)
        uuids.append(as_bytes(row[1] for row in rows))
        codes += [row[2] for row in rows]
        names += [row[3] for row in rows]
        tiers.extend(row[4] for row in rows)
        parents.append(as_bytes(row[5] for row in rows))
        functions += [row[6] and intern(row[6]) for row in rows]
    counts = np.zeros((len(fids), 2), dtype="i4")
    boxes = rtree.boxes(db, "grid", np.array(fids, dtype="i8"))
    kinds = np.array(tiers, dtype="i2")
    return np.concatenate(uuids), codes, names, functions, kinds, np.concatenate(parents), counts, boxes


def named(db: sqlite3.Connection, codes: Sequence[str]) -> list[sqlite3.Row]:
    """Return (code, name) of grids by their codes; of an old edition too, as tasks keep the grid they came in at."""
    marks = ",".join("?" * len(codes))
    return db.execute(
        f"SELECT code, name FROM grid WHERE code IN ({marks}) ORDER BY valid_to IS NULL", codes
    ).fetchall()


def open_counts(db: sqlite3.Connection, system: str, now: str) -> dict[str, tuple[int, int]]:
    """Return grid uuid -> (open tasks, overdue tasks) of the grids that tasks lie in directly."""
    rows = db.execute(
        f"SELECT p.grid_uuid, count(*) AS n, sum(t.status IN ({RUNNING}) AND t.due_at < ?) AS late "
        "FROM placement p JOIN task t ON t.uuid=p.owner_uuid "
        f"WHERE p.owner_table='task' AND p.system=? AND t.status IN ({OPEN}) GROUP BY p.grid_uuid",
        (now, system),
    )
    return {row["grid_uuid"]: (row["n"], row["late"] or 0) for row in rows}


def at(db: sqlite3.Connection, lon: float, lat: float) -> list[dict[str, Any]]:
    """Return the current grids of all systems whose box holds the point, the deepest first, by code."""
    rows = db.execute(
        "SELECT g.uuid, g.system, g.tier, g.code, g.name, g.parent_uuid, g.function, g.geom "
        "FROM rtree_grid_geom r CROSS JOIN grid g ON g.fid=r.id "
        "WHERE r.minx<=?1 AND r.maxx>=?1 AND r.miny<=?2 AND r.maxy>=?2 AND g.valid_to IS NULL "
        "ORDER BY g.tier DESC, g.code",
        (lon, lat),
    )
    return [{**dict(row), "geom": blob.decode(row["geom"])} for row in rows]


def whole(
    db: sqlite3.Connection, system: str, box: tuple[float, float, float, float] | None = None
) -> list[dict[str, Any]]:
    """Return the current grids of a system with their geometry, by tier and code; only those meeting ``box``."""
    inside, args = _meeting(box)
    found = db.execute(
        "SELECT uuid, system, tier, code, name, parent_uuid, unit_code, function, area_m2, geom FROM grid "
        f"WHERE {'+' if box else ''}system=? AND valid_to IS NULL{inside} ORDER BY tier, code",
        (system, *args),
    ).fetchall()
    shapes = blob.decode_all([row["geom"] for row in found])
    return [{**dict(row), "geom": shape} for row, shape in zip(found, shapes, strict=True)]


def cells(
    db: sqlite3.Connection, system: str, box: tuple[float, float, float, float] | None = None
) -> list[dict[str, Any]]:
    """Return what placing asks of the current grids of a system (uuid, tier, code, geom), as `whole` orders them."""
    inside, args = _meeting(box)
    asked = db.cursor()
    asked.row_factory = None
    found = asked.execute(
        f"SELECT uuid, tier, code, geom FROM grid WHERE {'+' if box else ''}system=? AND valid_to IS NULL{inside} "
        "ORDER BY tier, code",
        (system, *args),
    ).fetchall()
    shapes = blob.decode_all([row[3] for row in found])
    return [
        {"uuid": uuid, "tier": tier, "code": code, "geom": shape}
        for (uuid, tier, code, _), shape in zip(found, shapes, strict=True)
    ]


def _meeting(box: tuple[float, float, float, float] | None) -> tuple[str, list[float]]:
    if box is None:
        return "", []
    inside = " AND fid IN (SELECT id FROM rtree_grid_geom WHERE maxx>=? AND minx<=? AND maxy>=? AND miny<=?)"
    return inside, [box[0], box[2], box[1], box[3]]


def below(db: sqlite3.Connection, uuid: str) -> list[str]:
    """Return the uuids of a grid and of all current grids below it."""
    rows = db.execute(
        "WITH RECURSIVE sub(uuid) AS (SELECT ?1 UNION SELECT g.uuid FROM grid g JOIN sub ON g.parent_uuid=sub.uuid "
        "WHERE g.valid_to IS NULL) SELECT uuid FROM sub",
        (uuid,),
    )
    return [row["uuid"] for row in rows]


def above(db: sqlite3.Connection, uuid: str) -> list[sqlite3.Row]:
    """Return a grid and the grids above it, the deepest first."""
    return db.execute(
        "WITH RECURSIVE up(uuid, n) AS (SELECT ?1, 0 UNION SELECT g.parent_uuid, n+1 FROM grid g JOIN up "
        "ON g.uuid=up.uuid WHERE g.parent_uuid IS NOT NULL AND n<10) "
        "SELECT g.uuid, g.system, g.code, g.name, g.tier, g.parent_uuid, g.function, r.minx, r.miny, r.maxx, r.maxy "
        "FROM up JOIN grid g ON g.uuid=up.uuid LEFT JOIN rtree_grid_geom r ON r.id=g.fid ORDER BY up.n",
        (uuid,),
    ).fetchall()


def set_placements(
    db: sqlite3.Connection, owner_table: str, owners: Sequence[str] | None, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Replace the placements of owners (None: of the whole table) by rows (owner_uuid, system, grid_uuid, length_m)."""
    if owners is None:
        db.execute("DELETE FROM placement WHERE owner_table=?", (owner_table,))
    else:
        db.executemany(
            "DELETE FROM placement WHERE owner_table=? AND owner_uuid=?", [(owner_table, uuid) for uuid in owners]
        )
    add_placements(db, owner_table, rows)


def add_placements(db: sqlite3.Connection, owner_table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write placements (owner_uuid, system, grid_uuid, length_m) of owners that have none in that system."""
    many.insert(db, "placement", ("owner_uuid", "system", "grid_uuid", "length_m"), rows, {"owner_table": owner_table})


def add_points(
    db: sqlite3.Connection, owner_table: str, system: str, rows: Iterable[tuple[str, str]], expected: int
) -> None:
    """Write placements (owner_uuid, grid_uuid) of things at a point that have none in a system, about ``expected``."""
    from layers.store.bulk import indexes_after
    from layers.store.schema import table

    with indexes_after(db, table("placement"), expected):
        many.insert(db, "placement", ("owner_uuid", "grid_uuid"), rows, {"owner_table": owner_table, "system": system})


def placements(db: sqlite3.Connection, owner_uuid: str) -> list[sqlite3.Row]:
    """Return the grids a thing lies in: system, grid_uuid, length_m; the longest piece first."""
    return db.execute(
        # With the tables' names, because they begin the key: otherwise all placements would be read.
        "SELECT system, grid_uuid, length_m FROM placement WHERE owner_table IN "
        "('facility','place','road_section','task') AND owner_uuid=? ORDER BY system, length_m DESC",
        (owner_uuid,),
    ).fetchall()


def contents(db: sqlite3.Connection, uuids: Sequence[str]) -> dict[str, int]:
    """Return owner table -> how many different things lie in any of the grids."""
    marks = ",".join("?" * len(uuids))
    rows = db.execute(
        f"SELECT owner_table, count(DISTINCT owner_uuid) AS n FROM placement WHERE grid_uuid IN ({marks}) "
        "GROUP BY owner_table",
        tuple(uuids),
    )
    return {row["owner_table"]: row["n"] for row in rows}
