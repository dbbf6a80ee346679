"""Questions about indicators: what of tasks, facilities and road sections lies in each grid of a tier, added up."""

import sqlite3

from layers.domain.things import TaskFilter
from layers.store import blob, queries_tasks
from layers.store.queries_grids import OPEN, RUNNING

# Every current grid of a system below (or at) the grids of one tier, with the one of that tier.
_TOP = (
    "WITH RECURSIVE top(uuid, root) AS (SELECT uuid, uuid FROM grid WHERE system=?1 AND tier=?2 AND valid_to IS NULL "
    "UNION ALL SELECT g.uuid, top.root FROM grid g JOIN top ON g.parent_uuid=top.uuid WHERE g.valid_to IS NULL) "
)


def areas(db: sqlite3.Connection, system: str, tier: int) -> dict[str, float | None]:
    """Return uuid -> area in m² as the file has it, of the current grids of a tier."""
    found = db.execute(
        "SELECT uuid, area_m2 FROM grid WHERE system=? AND tier=? AND valid_to IS NULL ORDER BY code", (system, tier)
    )
    return {row[0]: row[1] for row in found}


def shapes_of(db: sqlite3.Connection, uuids: list[str]) -> list[object]:
    """Return the geometries of grids, in their order; None where there is none."""
    found = (db.execute("SELECT geom FROM grid WHERE uuid=?", (uuid,)).fetchone() for uuid in uuids)
    return [blob.decode(row["geom"]) for row in found]


def tasks(
    db: sqlite3.Connection, system: str, tier: int, now: str, only: TaskFilter | None = None
) -> dict[str, tuple[int, int]]:
    """Return uuid -> (open tasks, overdue tasks) of the grids of a tier in which any are open.

    ``only`` counts those that a filter lets through, and no others.
    """
    within, args = queries_tasks.chosen(db, only, now) if only is not None else ("", [])
    found = db.execute(
        f"{_TOP}SELECT top.root, count(*), sum(t.status IN ({RUNNING}) AND coalesce(t.due_at < ?3, 0)) "
        "FROM placement p JOIN top ON top.uuid=p.grid_uuid JOIN task t ON t.uuid=p.owner_uuid "
        f"WHERE p.owner_table='task' AND p.system=?1 AND t.status IN ({OPEN}) "
        f"{f'AND t.fid IN ({within}) ' if within else ''}GROUP BY top.root",
        (system, tier, now, *args),
    )
    return {root: (n, late or 0) for root, n, late in found}


def facilities(db: sqlite3.Connection, system: str, tier: int) -> dict[str, int]:
    """Return uuid -> facilities that are still there, of the grids of a tier in which there are any."""
    found = db.execute(
        f"{_TOP}SELECT top.root, count(*) FROM placement p JOIN top ON top.uuid=p.grid_uuid "
        "JOIN facility f ON f.uuid=p.owner_uuid WHERE p.owner_table='facility' AND p.system=?1 "
        "AND coalesce(f.state, '')<>'removed' GROUP BY top.root",
        (system, tier),
    )
    return {row[0]: row[1] for row in found}


def sections(db: sqlite3.Connection, system: str, tier: int, today: str) -> dict[str, tuple[float, float]]:
    """Return uuid -> (metres of road section in a grid, metres of them that somebody answers for today).

    Somebody answers for a section by a duty on it that is in force: the custodian is an office that owns the road, not
    somebody who walks it. Rivers and railways are sections too, but nobody walks them: they do not count.
    """
    found = db.execute(
        f"{_TOP}SELECT top.root, sum(p.length_m), sum(CASE WHEN EXISTS (SELECT 1 "
        "FROM duty d WHERE d.road_uuid=r.uuid AND coalesce(d.from_on, '') <= ?3 "
        "AND (d.to_on IS NULL OR d.to_on >= ?3)) THEN p.length_m ELSE 0 END) "
        "FROM placement p JOIN top ON top.uuid=p.grid_uuid JOIN road_section r ON r.uuid=p.owner_uuid "
        "WHERE p.owner_table='road_section' AND p.system=?1 AND coalesce(r.class, '') NOT IN ('river','rail') "
        "AND p.length_m > 0 GROUP BY top.root",
        (system, tier, today),
    )
    return {root: (whole, kept) for root, whole, kept in found}
