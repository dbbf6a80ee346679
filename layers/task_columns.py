"""The headings of the task table: what each can be narrowed by, and the values that stand below it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from layers import tasks
from layers.domain import clock, flow
from layers.domain.things import ColumnFilter, TaskFilter
from layers.store import columns_tasks as columns
from layers.store import queries_grids as ask_grids
from layers.store import queries_tasks as ask
from layers.words import t
from layers.workspace import Workspace

Way = Literal["values", "text", "days"]
WAYS: dict[str, Way] = {
    **dict.fromkeys(columns.VALUES, "values"),
    **dict.fromkeys(columns.TEXTS, "text"),
    **dict.fromkeys(columns.DAYS, "days"),
}
_ORDERED = {  # what has an order of its own is offered in it, and so that each can be chosen even where there is none
    "kind": flow.KINDS,
    "status": flow.STATUSES,
    "priority": ("key", "urgent", "normal"),
    "left": ("red", "amber", "green", "none"),
}


@dataclass(frozen=True)
class Value:
    """One value of a column: what a `ColumnFilter` takes, what a person reads, and how many tasks have it."""

    value: str
    words: str
    count: int


def values(
    ws: Workspace,
    filter: TaskFilter,
    column: str,
    text: str = "",
    keep: Iterable[str] = (),
    limit: int = 200,
    now: datetime | None = None,
) -> list[Value]:
    """Return what a heading offers: the values of a column among the tasks that everything else lets through.

    The column's own filter does not count, so that a choice can be widened again; ``keep`` are values that are
    offered though no task has them now. ``text`` narrows the offer to values that hold all its words.
    Raises ``KeyError`` for a column that is not narrowed by values.
    """
    rest = replace(filter, columns=tuple(one for one in filter.columns if one.column != column))
    fixed = column in _ORDERED or column == "location"
    found = {
        row["value"]: row["count"]
        for row in ask.values(ws.store.read(), rest, clock.stamp(now), column, "" if fixed else text, limit)
    }
    order = [one for one in _ORDERED.get(column, ()) if one in found] or list(found)
    order += [one for one in keep if one not in found]
    names = _names(ws, column, order)
    offered = [Value(one, names.get(one, one), found.get(one, 0)) for one in order]
    words = text.lower().split()
    return [one for one in offered if not fixed or all(word in one.words.lower() for word in words)]


def word(column: str, value: str) -> str:
    """Return the word for a value of a column as far as it needs no workspace: a grid stays its code."""
    if column == "status":
        return tasks.status_label(value)
    if column == "location":
        return t(f"tasks.placed_{value or 'none'}")
    prefix = {"kind": "kind", "priority": "priority", "left": "lamp"}.get(column)
    if prefix is None or not value:
        return value or t("tasks.value_none")
    return t(f"tasks.{prefix}_{value}")


def _names(ws: Workspace, column: str, found: list[str]) -> dict[str, str]:
    """Return value -> the words for it, where the value itself is not the word."""
    if column == "grid":
        names = {row["code"]: row["name"] for row in ask_grids.named(ws.store.read(), found)}
        return {"": t("tasks.value_none"), **{code: f"{code} {name or ''}".strip() for code, name in names.items()}}
    return {one: word(column, one) for one in found}


def between(column: str, first: date | None, last: date | None, zone: str) -> ColumnFilter | None:
    """Return the filter that keeps a span of days of the workspace's zone, both counted in; None for no span."""
    if first is None and last is None:
        return None
    return ColumnFilter(
        column,
        since=clock.stamp(_midnight(first, zone)) if first else "",
        until=clock.stamp(_midnight(last + timedelta(days=1), zone)) if last else "",
    )


def days(filter: ColumnFilter, zone: str) -> tuple[date | None, date | None]:
    """Return the first and the last day that `between` was given."""
    first = clock.instant(filter.since).astimezone(ZoneInfo(zone)).date() if filter.since else None
    last = clock.instant(filter.until).astimezone(ZoneInfo(zone)).date() - timedelta(days=1) if filter.until else None
    return first, last


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
