"""Questions about parties and duties."""

import sqlite3
from collections.abc import Sequence

from layers.store.queries_grids import OPEN

_NAMES = (
    "SELECT 'person' AS kind, uuid, name, coalesce(post,'') AS post FROM person WHERE active "
    "UNION ALL SELECT 'team', uuid, name, '' FROM team "
    "UNION ALL SELECT 'department', uuid, name, '' FROM department"
)


def parties(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return every active person, team and department with the number of their open tasks."""
    return db.execute(
        f"SELECT p.*, coalesce(n, 0) AS open_tasks FROM ({_NAMES}) p LEFT JOIN "
        f"(SELECT assignee_uuid, count(*) AS n FROM task WHERE status IN ({OPEN}) GROUP BY assignee_uuid) t "
        "ON t.assignee_uuid=p.uuid ORDER BY p.kind='department', p.kind='person', p.name"
    ).fetchall()


def names(db: sqlite3.Connection) -> dict[str, str]:
    """Return uuid -> name of every person, team and department, left ones too."""
    rows = db.execute(
        "SELECT uuid, name FROM person UNION ALL SELECT uuid, name FROM team UNION ALL "
        "SELECT uuid, name FROM department"
    )
    return {row["uuid"]: row["name"] for row in rows}


def duties(
    db: sqlite3.Connection, grids: Sequence[str], road: str | None, place: str | None, today: str
) -> list[sqlite3.Row]:
    """Return who answers for any of the grids, the section or the place today, with the party's name and post."""
    marks = ",".join("?" * len(grids)) or "NULL"
    return db.execute(
        f"SELECT d.*, p.name, p.post FROM duty d JOIN ({_NAMES}) p ON p.uuid=d.party_uuid "
        f"WHERE (d.grid_uuid IN ({marks}) OR d.road_uuid=? OR d.place_uuid=?) "
        "AND coalesce(d.from_on, '') <= ? AND (d.to_on IS NULL OR d.to_on >= ?)",
        (*grids, road, place, today, today),
    ).fetchall()
