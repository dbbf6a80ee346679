"""Questions about tasks: the table, its counts, one task's company; filters become SQL here and nowhere else."""

import json
import sqlite3
from typing import Any

from layers.domain import flow
from layers.domain.things import TaskFilter
from layers.store import columns_tasks as columns
from layers.store import text_sieve
from layers.store.columns_tasks import LATE, SOON, SORTS, tables
from layers.store.queries_grids import OPEN, below

_FROM = columns.FROM
_COLUMNS = (
    f"SELECT t.uuid, coalesce(t.number, '') AS number, t.kind, t.title, {columns.CATEGORY} AS category_name, "
    "coalesce(t.address, '') AS address, coalesce(g.code, '') AS grid_code, coalesce(g.name, '') AS grid_name, "
    f"{columns.ASSIGNEE} AS assignee, t.status, t.priority, t.dispatched_at, t.due_at, "
    "t.submitted_at, coalesce(t.reported_at, '') AS reported_at, t.geom "
)


def _where(db: sqlite3.Connection, f: TaskFilter, now: str) -> tuple[str, list[Any]]:
    terms: list[str] = []
    args: list[Any] = []

    def among(column: str, values: tuple[str, ...] | list[str]) -> None:
        terms.append(f"{column} IN ({','.join('?' * len(values))})")
        args.extend(values)

    words = f.text.split()
    sieved = text_sieve.fids(db, words) if words else None
    if sieved is not None:
        # The plus before what else has an index: these are the tasks to look at, few and by their place.
        terms.append("t.fid IN (SELECT value FROM json_each(?))")
        args.append(json.dumps(sieved))
    if f.statuses:
        among("t.status" if sieved is None else "+t.status", f.statuses)
    if f.kinds:
        among("t.kind", f.kinds)
    if f.open_only:
        # The plus: the table's own order has an index, which must not be given up for the one of the statuses.
        terms.append(f"+t.status IN ({OPEN})")
    if f.due == "overdue":
        terms.append(LATE)
        args.append(now)
    elif f.due == "soon":
        terms.append(SOON)
        args.extend((now, now))
    elif f.due == "none":
        terms.append("t.due_at IS NULL")
    if f.assignee:
        terms.append(
            "(t.assignee_uuid=? OR t.assignee_uuid IN (SELECT team_uuid FROM team_member WHERE person_uuid=?))"
        )
        args.extend((f.assignee, f.assignee))
    if f.tray:
        terms.append("t.geom IS NULL")
    if f.grid:
        grids = below(db, f.grid)
        marks = ",".join("?" * len(grids))
        terms.append(
            f"t.uuid IN (SELECT owner_uuid FROM placement WHERE owner_table='task' AND grid_uuid IN ({marks}))"
        )
        args.extend(grids)
    for word in words:
        texts = ("t.number", "t.title", "t.address", "t.description", "t.source_number", "g.code", "g.name",
                   "c.name", "pe.name", "te.name", "de.name")  # fmt: skip
        terms.append("(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in texts) + ")")
        args.extend([columns.like(word)] * len(texts))
    more, values = columns.terms(f.columns, now)
    terms += more
    args += values
    return " AND ".join(terms) or "1", args


def chosen(db: sqlite3.Connection, f: TaskFilter, now: str) -> tuple[str, list[Any]]:
    """Return the query for the ``fid`` of a filter's tasks, and its arguments."""
    where, args = _where(db, f, now)
    return f"SELECT t.fid {tables(f)}WHERE {where}", args


def page(
    db: sqlite3.Connection, f: TaskFilter, now: str, sort: str, descending: bool, limit: int, offset: int
) -> list[sqlite3.Row]:
    """Return one page of the task table. ``sort`` is one of `SORTS`; ties are broken by number."""
    where, args = _where(db, f, now)
    fixed, column = SORTS[sort]
    order = f"{fixed}{column}{' DESC' if descending else ''}"
    # First only which rows, then what is shown of them: the names of a page, not of every task, are looked up.
    chosen = f"SELECT t.fid {tables(f, sort)}WHERE {where} ORDER BY {order}, t.number LIMIT ? OFFSET ?"
    sql = f"{_COLUMNS}{_FROM}WHERE t.fid IN ({chosen}) ORDER BY {order}, t.number"
    return db.execute(sql, (*args, limit, offset)).fetchall()


def line(db: sqlite3.Connection, uuid: str) -> sqlite3.Row | None:
    """Return one task as a line of the table."""
    row: sqlite3.Row | None = db.execute(f"{_COLUMNS}{_FROM}WHERE t.uuid=?", (uuid,)).fetchone()
    return row


def counts(db: sqlite3.Connection, f: TaskFilter, now: str) -> dict[str, int]:
    """Return status -> count within a filter, and the counts ``all open overdue soon tray``."""
    where, args = _where(db, f, now)
    found = dict.fromkeys(flow.STATUSES, 0)
    more = dict.fromkeys(("overdue", "soon", "tray"), 0)
    if where == "1":
        # Most tasks are closed: those are what the others leave of all, whose number needs no entry to be read.
        others = [status for status in flow.STATUSES if status != "closed"]
        marks = ",".join("?" * len(others))
        found |= dict(db.execute(f"SELECT status, count(*) FROM task WHERE status IN ({marks}) GROUP BY 1", others))
        found["closed"] = db.execute("SELECT count(*) FROM task").fetchone()[0] - sum(found.values())
    elif f.text.split():
        # All in one pass: to look for a text in a task costs more than to count what is found.
        for status, count, *rest in db.execute(
            f"SELECT t.status, count(*), sum({LATE}), sum(coalesce({SOON},0)), sum(t.geom IS NULL) "
            f"{tables(f)}WHERE {where} GROUP BY t.status",
            (now, now, now, *args),
        ):
            found[status] = count
            more = {name: more[name] + (n or 0) for name, n in zip(more, rest, strict=True)}
    else:
        found |= dict(db.execute(f"SELECT t.status, count(*) {tables(f)}WHERE {where} GROUP BY t.status", args))
    if not f.text.split() and any(found.values()):
        # Each by itself, because each has an index of its own.
        for name, term, values in (
            ("overdue", LATE, (now,)),
            ("soon", SOON, (now, now)),
            ("tray", "t.geom IS NULL", ()),
        ):
            sql = f"SELECT count(*) {tables(f)}WHERE {where} AND {term}"
            more[name] = db.execute(sql, (*args, *values)).fetchone()[0]
    return {**found, "all": sum(found.values()), "open": sum(found[status] for status in flow.OPEN), **more}


def values(db: sqlite3.Connection, f: TaskFilter, now: str, column: str, text: str, limit: int) -> list[sqlite3.Row]:
    """Return (value, count) of a column within a filter, the most frequent first; ``text`` must stand in the value."""
    where, args = _where(db, f, now)
    value = columns.VALUES[column]
    named = "".join(" AND sought LIKE ? ESCAPE '\\'" for _ in text.split())
    sought = columns.SOUGHT.get(column, value) if named else "''"
    return db.execute(
        f"SELECT value, count(*) AS count FROM (SELECT {value} AS value, {sought} AS sought {tables(f, column)}"
        f"WHERE {where}) WHERE 1{named} GROUP BY value ORDER BY count(*) DESC, value LIMIT ?",
        (*columns.instants(column, now), *args, *(columns.like(word) for word in text.split()), limit),
    ).fetchall()


def by_grid_and_status(db: sqlite3.Connection, system: str, tier: int) -> list[sqlite3.Row]:
    """Return (grid_uuid of the tier, status, count) of all tasks placed in a system."""
    return db.execute(
        "WITH RECURSIVE top(uuid, root) AS (SELECT uuid, uuid FROM grid WHERE system=?1 AND tier=?2 "
        "AND valid_to IS NULL UNION ALL SELECT g.uuid, top.root FROM grid g JOIN top ON g.parent_uuid=top.uuid "
        "WHERE g.valid_to IS NULL) "
        "SELECT top.root AS grid_uuid, t.status, count(*) AS n FROM placement p JOIN top ON top.uuid=p.grid_uuid "
        "JOIN task t ON t.uuid=p.owner_uuid WHERE p.owner_table='task' AND p.system=?1 GROUP BY top.root, t.status",
        (system, tier),
    ).fetchall()


def record(db: sqlite3.Connection, uuid: str) -> list[sqlite3.Row]:
    """Return a task's record in order."""
    return db.execute("SELECT * FROM task_log WHERE task_uuid=? ORDER BY seq", (uuid,)).fetchall()


def photos(db: sqlite3.Connection, owner_uuid: str) -> list[sqlite3.Row]:
    """Return the photos of a thing, oldest first."""
    return db.execute("SELECT * FROM media WHERE owner_uuid=? ORDER BY fid", (owner_uuid,)).fetchall()


def photo_bytes(db: sqlite3.Connection, sha256: str) -> bytes | None:
    """Return the bytes of a photo, None if they are not here."""
    found = db.execute("SELECT bytes FROM media_blob WHERE sha256=?", (sha256,)).fetchone()
    return found[0] if found else None


def keep_bytes(db: sqlite3.Connection, sha256: str, content: bytes) -> None:
    """Keep the bytes of a photo, once."""
    db.execute("INSERT INTO media_blob VALUES (?,?) ON CONFLICT (sha256) DO NOTHING", (sha256, content))


def next_number(db: sqlite3.Connection, day: str, desk: str) -> int:
    """Return the next running number of a day (YYYYMMDD) and desk; numbers that people typed otherwise do not count."""
    prefix = f"{day}-{desk}-"
    found = db.execute(
        "SELECT max(CAST(substr(number, ?3) AS INTEGER)) FROM task WHERE number >= ?1 AND number < ?2 "
        "AND substr(number, ?3) NOT GLOB '*[^0-9]*' AND length(number) < ?3 + 15",
        (prefix, prefix + "~", len(prefix) + 1),
    ).fetchone()[0]
    return int(found or 0) + 1


def categories(db: sqlite3.Connection, kind: str) -> list[sqlite3.Row]:
    """Return all categories of a kind (component, matter) with the name of the class above them."""
    return db.execute(
        "SELECT c.standard, c.kind, c.code, c.name, p.name AS parent FROM category c LEFT JOIN category p "
        "ON p.standard=c.standard AND p.kind=c.kind AND p.code=c.parent_code "
        "WHERE c.kind=? AND c.to_on IS NULL AND c.parent_code IS NOT NULL ORDER BY c.standard, c.code",
        (kind,),
    ).fetchall()


def pins(
    db: sqlite3.Connection, f: TaskFilter, now: str, box: tuple[float, float, float, float] | None, limit: int
) -> list[sqlite3.Row]:
    """Return placed tasks of a filter (inside a box of degrees): uuid, number, title, status, overdue, geom."""
    where, args = _where(db, f, now)
    inside = ""
    if box is not None:
        inside = " AND t.fid IN (SELECT id FROM rtree_task_geom WHERE maxx>=? AND minx<=? AND maxy>=? AND miny<=?)"
        args += [box[0], box[2], box[1], box[3]]
    return db.execute(
        f"SELECT t.uuid, t.number, t.title, t.status, t.kind, {LATE} AS late, coalesce({SOON},0) AS soon, t.geom "
        f"{tables(f)}WHERE t.geom IS NOT NULL AND {where}{inside} ORDER BY t.reported_at DESC LIMIT ?",
        (now, now, now, *args, limit),
    ).fetchall()
