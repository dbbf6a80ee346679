"""What an import would make, counted before anything is written: rows with and without a place, grids of each tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers.domain import mapping as mappings
from layers.domain.tables import Source, SourceLayer
from layers.exchange_reading import Plan, Reading, Tally, slices
from layers.exchange_tiers import group_name
from layers.workspace import Workspace

COUNTED = 20_000  # rows; more would keep the person waiting for a number


@dataclass(frozen=True)
class Forecast:
    """``placed`` and ``unplaced`` rows of tasks or facilities; of grids how many each tier will have, from the top."""

    placed: int = 0
    unplaced: int = 0
    tiers: tuple[int, ...] = ()


def forecast(
    ws: Workspace,
    source: Source,
    layer: SourceLayer,
    as_: str,
    mapping: Mapping[str, str],
    *,
    tiers: Sequence[str] = (),
    dissolve: Sequence[str] = (),
    crs: str | None = None,
    encoding: str | None = None,
) -> Forecast | None:
    """Return what `exchange.import_file` would make of the same arguments; None for what is not counted ahead.

    Raises as reading the file does.
    """
    if layer.count > COUNTED or as_ not in ("grids", "tasks", "facilities"):
        return None
    wanted = ("tier", "parent") if as_ == "grids" else mappings.PLACE
    fields = [field.name for field in layer.fields]
    columns = mappings.reading({f: c for f, c in mapping.items() if c in wanted}, as_, fields)
    plan = Plan(source, layer, as_, columns, {}, crs, encoding, ws.zone, "")
    reading = Reading(plan, Tally(), {})
    if as_ == "grids":
        return Forecast(tiers=_tiers(plan, reading, tiers, dissolve))
    placed = rows = 0
    for part in slices(plan):
        found, rest = reading.columns(part)
        points, _ = reading.points(part, found, rest)
        rows += len(part)
        placed += int((~shapely.is_missing(points)).sum())
    return Forecast(placed, rows - placed)


def _tiers(plan: Plan, reading: Reading, tiers: Sequence[str], dissolve: Sequence[str]) -> tuple[int, ...]:
    """Return the number of grids per tier, as `exchange_tiers.plan_tiers` makes them."""
    numbers: list[Any] = []
    parents: list[Any] = []
    fields = {field.name for field in plan.layer.fields}
    groups: dict[str, list[str | None]] = {name: [] for name in dissolve if name in fields}
    for part in slices(plan):
        found, _ = reading.columns(part)
        missing = np.ones(len(part), dtype=bool) if part.geometry is None else shapely.is_missing(part.geometry)
        for i in np.flatnonzero(~missing).tolist():
            numbers.append(found["tier"][i] if "tier" in found else None)
            parents.append(found["parent"][i] if "parent" in found else None)
            for name, values in groups.items():
                values.append(group_name(part.columns[name][i]))
    if any(numbers):
        known = [number if number and 1 <= number <= 6 else None for number in numbers]
        lowest = max((number for number in known if number), default=1)
        each = [number or lowest for number in known]
        return tuple(each.count(number) for number in sorted(set(each)))
    rows = list(range(len(numbers)))
    counts = [len(rows)]
    for step in range(1, max(len(dissolve), len(tiers) - 1) + 1):
        by = dissolve[-step] if step <= len(dissolve) else None
        names: list[str | None]
        if by in groups:
            names = [groups[str(by)][i] for i in rows]
        elif by is None and step == 1 and any(parents):
            names = [group_name(parents[i]) for i in rows]
        else:
            names = ["*"] * len(rows)
        first: dict[str, int] = {}
        for group, row in zip(names, rows, strict=True):
            if group:
                first.setdefault(group, row)
        rows = list(first.values())
        counts.insert(0, len(rows))
    return tuple(counts)
