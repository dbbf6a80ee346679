"""How the rows of a foreign list become tasks: titles, statuses and dates, numbers, nothing twice."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from layers.domain.clock import instant
from layers.domain.tables import Slice
from layers.exchange_batch import Batch
from layers.exchange_reading import Columns, Reading, text
from layers.exchange_rest import Rest
from layers.exchange_rows import categorise
from layers.store import intake
from layers.words import t


def fill(
    batch: Batch,
    reading: Reading,
    part: Slice,
    columns: Columns,
    rest: Rest,
    sketches: list[tuple[str, Any]],
) -> tuple[Any, Any]:
    """Complete a slice's columns in place and gather drawn shapes; returns (points, which rows go in)."""
    keep = batch.name_rows(part, columns, "task")
    points, shapes = reading.points(part, columns, rest)
    count = len(part)
    names = _category_names(columns, reading, part)
    categorise(columns)
    columns["placed"] = ["none" if missing else "import" for missing in shapely.is_missing(points)]
    columns["title"] = _titles(columns, names, count)
    numbered = "source_number" in columns
    for column, default in (("source", "hotline" if numbered else "self"), ("kind", "hotline" if numbered else "case")):
        columns[column] = [value or default for value in columns.get(column, [None] * count)]
    closed = columns.get("closed_at", [None] * count)
    states = columns.get("status", [None] * count)
    columns["status"] = [state or ("closed" if at else "reported") for state, at in zip(states, closed, strict=True)]
    parties = columns.pop("assignee", [None] * count)
    columns["assignee_kind"] = [party and party[0] for party in parties]
    columns["assignee_uuid"] = [party and party[1] for party in parties]
    for ours, column in (("grid", "grid_uuid"), ("road", "road_uuid")):
        if ours in columns:
            columns[column] = columns.pop(ours)
    _once(batch, columns, keep)
    columns["number"] = _numbers(batch, columns, keep)
    for i in np.flatnonzero(~shapely.is_missing(shapes) & keep):
        sketches.append((batch.uuids[i], shapes[i]))
    return points, keep


def _category_names(columns: Columns, reading: Reading, part: Slice) -> list[str | None]:
    field = reading.plan.columns.get("category")
    if field is None:
        return [None] * len(part)
    raw = [text(value) for value in part.columns[field]]
    return [None if name and name.isdigit() else name for name in raw]


def _titles(columns: Columns, names: list[str | None], count: int) -> list[str]:
    titles = columns.get("title") or [None] * count
    described = columns.get("description") or [None] * count
    result = []
    for title, name, description in zip(titles, names, described, strict=True):
        first = (description or "").split("\n")[0].strip()
        short = first if len(first) <= 40 else first[:39] + "…"
        result.append(title or name or short or t("exchange.untitled"))
    return result


def _once(batch: Batch, columns: Columns, keep: Any) -> None:
    """Leave out rows whose (source, source_number) the workspace or this file has already."""
    numbers = columns.get("source_number")
    if numbers is None:
        return
    pairs = list(zip(columns["source"], numbers, strict=True))
    here = intake.taken_numbers(batch.db, [pair for pair in pairs if pair[1]])
    for i, pair in enumerate(pairs):
        if not pair[1]:
            continue
        if pair in here or pair in batch.sources:
            keep[i] = False
        batch.sources.add(pair)


def _numbers(batch: Batch, columns: Columns, keep: Any) -> list[str | None]:
    """Return a free task number for every row: its own, or the next of the day it was reported on."""
    own = columns.get("number") or [None] * len(keep)
    batch.used |= intake.taken(batch.db, "task", "number", [number for number in own if number])
    reported = columns.get("reported_at") or [None] * len(keep)
    days = [_day(at, batch.zone) for at in reported]
    fresh_days = {day for day in days if day not in batch.numbers}
    batch.numbers.update(intake.running_numbers(batch.db, fresh_days, batch.desk))
    result: list[str | None] = []
    for i, number in enumerate(own):
        if not keep[i]:
            result.append(None)
        elif number and number not in batch.used:
            batch.used.add(number)
            result.append(number)
        else:
            result.append(_next(batch, days[i]))
    return result


def _next(batch: Batch, day: str) -> str:
    while True:
        number = f"{day}-{batch.desk}-{batch.numbers[day]:04d}"
        batch.numbers[day] += 1
        if number not in batch.used:
            return number


def _day(at: str | None, zone: ZoneInfo) -> str:
    return f"{(instant(at) if at else datetime.now(UTC)).astimezone(zone):%Y%m%d}"
