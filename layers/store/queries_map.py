"""Questions of the map: what lies in a box, for tiles, picking and lassoes."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from layers.store import blob
from layers.store.journal import extent
from layers.store.schema import table

Box = tuple[float, float, float, float]
Columns = dict[str, list[Any]]


def in_box(
    db: sqlite3.Connection,
    name: str,
    box: Box,
    columns: Sequence[str],
    where: str = "",
    args: Sequence[Any] = (),
    limit: int = -1,
) -> tuple[Any, Columns]:
    """Return (geometries, columns) of the features of a table whose box meets ``box`` (degrees).

    Geometries are an object array of N shapely geometries, every column a list of N values.
    ``where`` is SQL of this room on alias ``f``.
    """
    item = table(name)
    wanted = "".join(f', f."{column}"' for column in columns)
    # A cross join is done in the order it is written: the R-tree first, whatever other index a filter could use.
    found = db.execute(
        f'SELECT f.geom{wanted} FROM "rtree_{item.name}_geom" r CROSS JOIN "{item.name}" f ON f.fid=r.id '
        f"WHERE r.maxx>=? AND r.minx<=? AND r.maxy>=? AND r.miny<=?{' AND ' + where if where else ''} LIMIT ?",
        (box[0], box[2], box[1], box[3], *args, limit),
    ).fetchall()
    shapes = blob.decode_all([row[0] for row in found])
    return shapes, {column: [row[i + 1] for row in found] for i, column in enumerate(columns)}


def count_in_box(db: sqlite3.Connection, name: str, box: Box, most: int) -> int:
    """Return how many features of a table have a box that meets ``box``, counted no further than ``most``."""
    found = db.execute(
        f'SELECT count(*) FROM (SELECT 1 FROM "rtree_{table(name).name}_geom" '
        "WHERE maxx>=? AND minx<=? AND maxy>=? AND miny<=? LIMIT ?)",
        (box[0], box[2], box[1], box[3], most),
    ).fetchone()
    return int(found[0])


def grids_in_box(
    db: sqlite3.Connection, box: Box, system: str, tiers: Sequence[int], *, few: bool = False
) -> tuple[Any, Columns]:
    """Return the current grids of some tiers of a system that meet a box.

    ``few`` says that these tiers have fewer grids than the box: then the tiers are gone through, not the box.
    """
    columns = ("uuid", "code", "name", "tier", "function")
    marks = ",".join("?" * len(tiers))
    where = f"f.system=? AND f.valid_to IS NULL AND f.tier IN ({marks})"
    if not few:
        return in_box(db, "grid", box, columns, where, (system, *tiers))
    names = ", ".join(f'f."{column}"' for column in columns)
    found = db.execute(
        f"SELECT f.geom, {names} FROM grid f CROSS JOIN rtree_grid_geom r "
        f"ON r.id=f.fid WHERE {where} AND r.maxx>=? AND r.minx<=? AND r.maxy>=? AND r.miny<=?",
        (system, *tiers, box[0], box[2], box[1], box[3]),
    ).fetchall()
    shapes = blob.decode_all([row[0] for row in found])
    return shapes, {column: [row[i + 1] for row in found] for i, column in enumerate(columns)}


def roads_in_box(db: sqlite3.Connection, box: Box, classes: Sequence[str]) -> tuple[Any, Columns]:
    """Return the sections of some classes that meet a box."""
    marks = ",".join("?" * len(classes))
    return in_box(
        db, "road_section", box, ("uuid", "name", "class"), f"coalesce(f.class,'branch') IN ({marks})", tuple(classes)
    )


def places_in_box(db: sqlite3.Connection, box: Box, classes: Sequence[str]) -> tuple[Any, Columns]:
    """Return the places of some classes that meet a box."""
    marks = ",".join("?" * len(classes))
    return in_box(
        db, "place", box, ("uuid", "name", "class"), f"coalesce(f.class,'other') IN ({marks})", tuple(classes)
    )


def extent_of(db: sqlite3.Connection, name: str) -> Box | None:
    """Return the box of a feature table, None when it is empty."""
    return extent(db, name)


def last_change(db: sqlite3.Connection, *names: str) -> int:
    """Return the number of the last line of the change feed, of some tables or of all: it rises with every change."""
    if not names:
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM gewu_feed").fetchone()[0])
    # One question for each, because only the greatest of one name can be read off the index.
    asked = " UNION ALL ".join(["SELECT max(seq) AS seq FROM gewu_feed WHERE tbl=?"] * len(names))
    return int(db.execute(f"SELECT coalesce(max(seq), 0) FROM ({asked})", names).fetchone()[0])


def boxes_since(db: sqlite3.Connection, names: Sequence[str], since: int, now: int) -> tuple[Box, ...] | None:
    """Return the boxes of the rows of some tables that were added after one line of the feed, up to another.

    None when that cannot be said: a row was changed or deleted (the feed does not know where it was), a table
    without places has changed, many rows came at once, or they are more than a few hundred.
    """
    marks = ",".join("?" * len(names))
    found = db.execute(
        f"SELECT tbl, uuid, op FROM gewu_feed WHERE seq>? AND seq<=? AND tbl IN ({marks}) LIMIT 301",
        (since, now, *names),
    ).fetchall()
    if len(found) > 300 or any(row["op"] != "insert" or not table(row["tbl"]).geometry for row in found):
        return None
    boxes = [box_of(db, row["tbl"], row["uuid"]) for row in found]
    return tuple(box for box in boxes if box is not None)


def placeless_and_outside(db: sqlite3.Connection, name: str) -> tuple[int, int]:
    """Return (rows without a box in the R-tree, rows whose box lies wholly beyond the range of degrees).

    No row is read: the rows are counted by an index, the boxes by the R-tree's own table.
    """
    tree = f"rtree_{table(name).name}_geom"
    rows = db.execute(f'SELECT count(*) FROM "{table(name).name}"').fetchone()[0]
    boxes = db.execute(f'SELECT count(*) FROM "{tree}_rowid"').fetchone()[0]
    beyond = [f'SELECT id FROM "{tree}" WHERE {side}' for side in ("minx>180", "maxx<-180", "miny>90", "maxy<-90")]
    outside = db.execute(f"SELECT count(*) FROM ({' UNION '.join(beyond)})").fetchone()[0]
    return rows - boxes, outside


def facilities_in_box(db: sqlite3.Connection, box: Box, limit: int = -1) -> tuple[Any, Columns]:
    """Return the facilities in a box that are still there."""
    return in_box(
        db, "facility", box, ("uuid", "name", "category", "state"), "coalesce(f.state,'')<>'removed'", (), limit
    )


def box_of(db: sqlite3.Connection, name: str, uuid: str) -> Box | None:
    """Return (west, south, east, north) of one feature, None when it has no place."""
    found = db.execute(f'SELECT geom FROM "{table(name).name}" WHERE uuid=?', (uuid,)).fetchone()
    box = blob.bounds(found[0]) if found else None
    return None if box is None else (box[0], box[2], box[1], box[3])


def sketches(db: sqlite3.Connection, task_uuid: str) -> list[Any]:
    """Return the sketched geometries of a task."""
    found = db.execute("SELECT geom FROM task_sketch WHERE task_uuid=? ORDER BY fid", (task_uuid,))
    return [blob.decode(row["geom"]) for row in found]


_WALKABLE = "coalesce(class, '') NOT IN ('river','rail')"  # a task lies on a street, not on the river beside it


def streets_in_box(db: sqlite3.Connection, box: Box) -> tuple[Any, Columns]:
    """Return the sections that a task may lie on and that meet a box."""
    return in_box(db, "road_section", box, ("uuid", "name", "from_name", "to_name"), _WALKABLE)


def streets(db: sqlite3.Connection) -> tuple[list[str], Any]:
    """Return (uuids, lines) of all sections that a task may lie on."""
    found = db.execute(f"SELECT uuid, geom FROM road_section WHERE geom IS NOT NULL AND {_WALKABLE}").fetchall()
    return [row["uuid"] for row in found], blob.decode_all([row["geom"] for row in found])


def shapes(db: sqlite3.Connection, name: str) -> tuple[list[str], Any]:
    """Return (uuids, geometries) of all rows of a feature table that have one."""
    found = db.execute(f'SELECT uuid, geom FROM "{table(name).name}" WHERE geom IS NOT NULL').fetchall()
    return [row["uuid"] for row in found], blob.decode_all([row["geom"] for row in found])


def homeless_tasks(db: sqlite3.Connection, system: str) -> tuple[list[str], Any]:
    """Return (uuids, points) of the placed tasks that have no grid in a system."""
    found = db.execute(
        "SELECT uuid, geom FROM task WHERE geom IS NOT NULL AND NOT EXISTS (SELECT 1 FROM placement "
        "WHERE owner_table='task' AND owner_uuid=task.uuid AND system=?)",
        (system,),
    ).fetchall()
    return [row["uuid"] for row in found], blob.decode_all([row["geom"] for row in found])


def home_tasks(
    db: sqlite3.Connection, main: str, roads: Sequence[tuple[str | None, str]], batch: tuple[int, int]
) -> None:
    """Fill in the grid (of the main system) and the section (road uuid, task uuid) of imported tasks without one.

    Only of those whose fid lies in ``batch``: part of the import that brought them, so their version stays 1,
    the rules are away meanwhile.
    """
    from layers.store.bulk import without_rules

    with without_rules(db, "task"):
        db.executemany(
            "UPDATE task SET road_uuid=coalesce(road_uuid, ?1), grid_uuid=coalesce(grid_uuid, (SELECT grid_uuid "
            "FROM placement WHERE owner_table='task' AND owner_uuid=?2 AND system=?3)) WHERE uuid=?2 "
            "AND fid BETWEEN ?4 AND ?5",
            [(road, uuid, main, *batch) for road, uuid in roads],
        )


def grid_by_code(db: sqlite3.Connection, code: str, system: str = "") -> Box | None:
    """Return (west, south, east, north) of a current grid by its code, in one system or in any; None without one."""
    found = db.execute(
        "SELECT uuid FROM grid WHERE code=?1 AND valid_to IS NULL AND (?2='' OR system=?2) "
        "ORDER BY system, tier LIMIT 1",
        (code, system),
    ).fetchone()
    return box_of(db, "grid", found["uuid"]) if found else None


def task_notes(db: sqlite3.Connection, uuids: Sequence[str]) -> dict[str, sqlite3.Row]:
    """Return uuid -> address, due_at, grid_code, grid_name of tasks: what is told of a pin beside its title."""
    found: dict[str, sqlite3.Row] = {}
    for start in range(0, len(uuids), 500):
        some = uuids[start : start + 500]
        for row in db.execute(
            "SELECT t.uuid, t.address, t.due_at, g.code AS grid_code, g.name AS grid_name FROM task t "
            f"LEFT JOIN grid g ON g.uuid=t.grid_uuid WHERE t.uuid IN ({','.join('?' * len(some))})",
            tuple(some),
        ):
            found[row["uuid"]] = row
    return found


def facility_categories(db: sqlite3.Connection) -> list[str]:
    """Return the categories that facilities have."""
    return [row[0] for row in db.execute("SELECT DISTINCT category FROM facility WHERE category IS NOT NULL")]


def facilities_of(db: sqlite3.Connection, box: Box, categories: Sequence[str], limit: int) -> tuple[Any, Columns]:
    """Return the facilities of some categories in a box that are still there."""
    marks = ",".join("?" * len(categories))
    return in_box(
        db, "facility", box, ("category",), f"coalesce(f.state,'')<>'removed' AND f.category IN ({marks})",
        tuple(categories), limit,
    )  # fmt: skip
