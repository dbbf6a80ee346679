"""Is the file sound: pages, R-trees, references, the record's hash chain, the placements."""

import sqlite3
from typing import Any

from layers.store.journal import entry_hash
from layers.store.schema import features

Fault = tuple[str, str, tuple[str, ...], dict[str, Any]]  # kind, table, uuids, values of the sentence
_REFERENCES = (
    ("task", "grid_uuid", "grid"),
    ("task", "road_uuid", "road_section"),
    ("task", "facility_uuid", "facility"),
    ("grid", "parent_uuid", "grid"),
    ("task_sketch", "task_uuid", "task"),
    ("task_log", "task_uuid", "task"),
    ("team_member", "team_uuid", "team"),
    ("team_member", "person_uuid", "person"),
    ("duty", "grid_uuid", "grid"),
)


def faults(db: sqlite3.Connection) -> list[Fault]:
    """Return everything that is wrong with the file, an empty list if nothing is."""
    found: list[Fault] = []
    for row in db.execute("PRAGMA integrity_check(5)"):
        if row[0] != "ok":
            found.append(("integrity", "", (), {"text": row[0]}))
    for item in features():
        rows, entries = db.execute(
            f'SELECT (SELECT count(*) FROM "{item.name}" WHERE geom IS NOT NULL), '
            f'(SELECT count(*) FROM "rtree_{item.name}_geom")'
        ).fetchone()
        if rows != entries:
            found.append(("rtree", item.name, (), {"rows": rows, "entries": entries}))
    for name, column, target in _REFERENCES:
        lost = db.execute(
            f'SELECT uuid FROM "{name}" WHERE {column} IS NOT NULL AND {column} NOT IN '
            f'(SELECT uuid FROM "{target}") LIMIT 100'
        ).fetchall()
        if lost:
            uuids = tuple(row["uuid"] for row in lost)
            found.append(("reference", name, uuids, {"column": column, "target": target, "count": len(lost)}))
    found += _record(db)
    stale = db.execute(
        "SELECT count(*) FROM placement p LEFT JOIN grid g ON g.uuid=p.grid_uuid WHERE g.uuid IS NULL"
    ).fetchone()[0]
    if stale:
        found.append(("placement", "placement", (), {"count": stale}))
    return found


def _record(db: sqlite3.Connection) -> list[Fault]:
    """The chain of every task must be whole and end where the task stands."""
    broken: list[str] = []
    previous: tuple[str, int, str] = ("", 0, "")
    for entry in db.execute("SELECT * FROM task_log ORDER BY task_uuid, seq"):
        task, seq, before = previous
        if entry["task_uuid"] != task:
            seq, before = 0, ""
        # Rows that QGIS wrote since have no hash yet; the program adds it with its next step.
        wrong = entry["seq"] != seq + 1 or (
            entry["hash"] is not None and (entry["prev_hash"] != before or entry["hash"] != entry_hash(entry, before))
        )
        if wrong:
            broken.append(entry["task_uuid"])
        previous = (entry["task_uuid"], entry["seq"], entry["hash"] or "")
    found: list[Fault] = []
    if broken:
        uuids = tuple(dict.fromkeys(broken))
        found.append(("chain", "task_log", uuids[:100], {"count": len(uuids)}))
    astray = db.execute(
        "SELECT t.uuid FROM task t WHERE t.status IS NOT (SELECT to_status FROM task_log l "
        "WHERE l.task_uuid=t.uuid ORDER BY seq DESC LIMIT 1) LIMIT 100"
    ).fetchall()
    if astray:
        found.append(("record", "task", tuple(row["uuid"] for row in astray), {"count": len(astray)}))
    return found
