"""What the columns of the task table are in SQL: how each is ordered, narrowed, and told value by value."""

from collections.abc import Iterable
from typing import Any

from layers.domain import flow
from layers.domain.things import ColumnFilter, TaskFilter
from layers.store.queries_grids import RUNNING
from layers.store.tables_tasks import LEFT

# A limit counts from dispatch; the last fifth of it is "soon overdue" (design §2).
_REST = "(julianday(t.due_at)-julianday(?))"
LATE = f"(t.status IN ({RUNNING}) AND t.due_at < ?)"
SOON = (
    f"(t.status IN ({RUNNING}) AND t.due_at >= ? AND t.dispatched_at IS NOT NULL AND {_REST} <= "
    f"(julianday(t.due_at)-julianday(t.dispatched_at))*{flow.SOON})"
)
# As `clock.remaining` has it for one task.
_LAMP = (
    "CASE WHEN t.due_at IS NULL OR t.status IN ('void','refused','suspended','reported','verified') THEN 'none' "
    f"WHEN t.status NOT IN ({RUNNING}) THEN CASE WHEN t.submitted_at > t.due_at THEN 'red' ELSE 'none' END "
    f"WHEN t.due_at < ? THEN 'red' WHEN {SOON} THEN 'amber' ELSE 'green' END"
)
CATEGORY, ASSIGNEE = "coalesce(c.name, t.title)", "coalesce(pe.name, te.name, de.name, '')"
# name -> (what is never turned round, what is)
SORTS = {
    "number": ("", "t.number"),
    "category_name": ("", CATEGORY),
    "title": ("", "t.title"),
    "address": ("", "coalesce(t.address, '')"),
    "grid_code": ("", "coalesce(g.code, '')"),
    "assignee": ("", ASSIGNEE),
    "status": ("", "t.status"),
    "priority": ("", "CASE t.priority WHEN 'key' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END"),
    "reported_at": ("", "t.reported_at"),
    # Word for word the index that the table is read through.
    "minutes_left": (f"{LEFT[0]}, ", LEFT[1]),
}
# Columns whose heading offers the values they hold, those that are searched for words, those of instants.
VALUES = {
    "category": CATEGORY,
    "kind": "t.kind",
    "assignee": ASSIGNEE,
    "status": "t.status",
    "left": _LAMP,
    "priority": "t.priority",
    "grid": "coalesce(g.code, '')",
    "location": "CASE WHEN t.geom IS NULL THEN 'none' ELSE coalesce(t.placed, 'import') END",
}
# What a search among the values goes through, where that is more than the value itself.
SOUGHT = {"grid": "coalesce(g.code, '') || ' ' || coalesce(g.name, '')"}
TEXTS = {
    "number": "coalesce(t.number, '')",
    "title": "coalesce(t.title, '')",
    "where": "coalesce(t.address, '') || ' ' || coalesce(g.code, '') || ' ' || coalesce(g.name, '')",
}
DAYS = {"reported": "t.reported_at", "due": "t.due_at"}

_GRID = "LEFT JOIN grid g ON g.uuid=t.grid_uuid "
_CLASS = "LEFT JOIN category c ON c.standard=t.standard AND c.kind=t.category_kind AND c.code=t.category "
_PARTY = (
    "LEFT JOIN person pe ON pe.uuid=t.assignee_uuid LEFT JOIN team te ON te.uuid=t.assignee_uuid "
    "LEFT JOIN department de ON de.uuid=t.assignee_uuid "
)
FROM = f"FROM task t {_GRID}{_CLASS}{_PARTY}"
_NEEDED = {
    "grid_code": _GRID, "grid": _GRID, "where": _GRID,
    "category_name": _CLASS, "category": _CLASS,
    "assignee": _PARTY,
}  # fmt: skip


def tables(f: TaskFilter, *names: str) -> str:
    """Return the tables that a filter and some columns look into: joining names makes a count twenty times as long."""
    if f.text.split():
        return FROM
    wanted = (*names, *(one.column for one in f.columns))
    return "FROM task t " + "".join(dict.fromkeys(_NEEDED[name] for name in wanted if name in _NEEDED))


def terms(filters: Iterable[ColumnFilter], now: str) -> tuple[list[str], list[Any]]:
    """Return what the headings let through as SQL conditions with their values."""
    found: list[str] = []
    args: list[Any] = []
    for one in filters:
        if one.values:
            found.append(f"{VALUES[one.column]} IN ({','.join('?' * len(one.values))})")
            args += [*instants(one.column, now), *one.values]
        for word in one.text.split():
            found.append(f"{TEXTS[one.column]} LIKE ? ESCAPE '\\'")
            args.append(like(word))
        if one.since:
            found.append(f"{DAYS[one.column]} >= ?")
            args.append(one.since)
        if one.until:
            found.append(f"{DAYS[one.column]} < ?")
            args.append(one.until)
    return found, args


def instants(column: str, now: str) -> list[str]:
    """Return the instants that the expression of a column asks for."""
    return [now] * VALUES[column].count("?")


def like(word: str) -> str:
    """Return a word as the pattern of a LIKE with the backslash as its escape: anywhere, and literally."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
