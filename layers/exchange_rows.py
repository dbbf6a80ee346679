"""Imports roads, places, facilities and tasks: slice by slice, in one batch."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely

from layers import exchange_uuids, placing
from layers.domain import mapping
from layers.domain.tables import Problem, Slice
from layers.exchange_batch import Batch, Row
from layers.exchange_reading import Columns, Plan, Reading, Tally, slices
from layers.exchange_rest import Rest
from layers.store import blob, bulk, intake
from layers.store.journal import Writing


def lookups(writing: Writing, as_: str) -> dict[str, Callable[[str], Any]]:
    """Return how references are looked up in the workspace: by code or name, None for an unknown one."""
    db = writing.db
    parties = intake.parties(db)
    kind = "component" if as_ == "facilities" else "matter"
    other = "matter" if kind == "component" else "component"
    categories = intake.categories(db)

    def category(name: str) -> tuple[str | None, str | None, str] | None:
        known = categories.get((kind, name)) or categories.get((other, name))
        # A code of a list that is not here is still the code.
        return known or ((None, None, name) if name.isascii() and name.isdigit() else None)

    def uuid_of(wanted: str) -> Callable[[str], str | None]:
        def find(name: str) -> str | None:
            found = parties.get(name)
            return found[1] if found and (wanted == "any" or found[0] == wanted) else None

        return find

    found: dict[str, Callable[[str], Any]] = {
        "category": category,
        "party": parties.get if as_ == "tasks" else uuid_of("any"),
        "department": uuid_of("department"),
    }
    if as_ in ("tasks", "people"):
        grids = intake.named(db, "grid", ("uuid", "code", "name"))
        roads = intake.named(db, "road_section", ("uuid", "code", "name"))
        found |= {"grid": grids.get, "road": roads.get}
    return found


def run(plan: Plan, writing: Writing, desk: str) -> Tally:
    """Insert the rows of the layer as one batch of the open step; returns what happened to them."""
    tally = Tally()
    name = mapping.TABLE[plan.as_]
    reading = Reading(plan, tally, lookups(writing, plan.as_))
    from layers import exchange_tasks

    fill = {"roads": _road, "places": _place, "facilities": _facility, "tasks": exchange_tasks.fill}[plan.as_]
    batch = Batch(plan, writing, tally, desk)
    sketches: list[tuple[str, Any]] = []

    def rows() -> Iterator[Row]:
        for part in slices(plan):
            columns, rest = reading.columns(part)
            shapes, keep = fill(batch, reading, part, columns, rest, sketches)
            yield from batch.rows(part, columns, rest, shapes, keep)

    inserted = bulk.insert(
        writing,
        name,
        ("uuid", "geom", *batch.own, "attrs"),
        rows(),
        boxes=batch.boxes,
        expected=plan.layer.count,
    )
    tally.added = inserted
    if inserted and batch.bounds is not None:
        writing.collector.cover([batch.bounds])
        placing.place_new(writing, name, batch.inserted, *batch.spots(), progress=plan.progress)
    if sketches:
        made = exchange_uuids.fresh(len(sketches))
        blobs = blob.encode_all([shape for _, shape in sketches])
        bulk.insert(
            writing,
            "task_sketch",
            ("uuid", "geom", "task_uuid"),
            [(next(made), shape, task) for shape, (task, _) in zip(blobs, sketches, strict=True)],
        )
    return tally


def _shapes(batch: Batch, part: Slice) -> Any:
    """Return the multi geometries of a slice; a row without one goes in without, and is said."""
    from layers.gis.repair import to_multi

    if part.geometry is None:
        shapes = np.full(len(part), None, dtype=object)
        for row in part.rows:
            batch.tally.say(Problem(row, "sources.no_geometry", {}))
    else:
        shapes = to_multi(part.geometry)
    return shapes


def _road(batch: Batch, reading: Reading, part: Slice, columns: Columns, rest: Any, sketches: Any) -> tuple[Any, Any]:
    from layers.gis.crs import length_m

    keep = batch.name_rows(part, columns, "road_section")
    shapes = _shapes(batch, part)
    metres = length_m(shapes).tolist()
    columns["length_m"] = [
        None if gone else round(m, 2) for m, gone in zip(metres, shapely.is_missing(shapes), strict=True)
    ]
    return shapes, keep


def _place(batch: Batch, reading: Reading, part: Slice, columns: Columns, rest: Any, sketches: Any) -> tuple[Any, Any]:
    keep = batch.name_rows(part, columns, "place")
    return _shapes(batch, part), keep


def _facility(
    batch: Batch, reading: Reading, part: Slice, columns: Columns, rest: Rest, sketches: Any
) -> tuple[Any, Any]:
    keep = batch.name_rows(part, columns, "facility")
    points, _ = reading.points(part, columns, rest)
    categorise(columns)
    columns.pop("category_kind", None)
    return points, keep


def categorise(columns: Columns) -> None:
    """Spread what was found of a category over its columns ``standard``, ``category_kind`` and ``category``."""
    found = columns.get("category")
    if found is None:
        return
    nothing = (None, None, None)
    spread = [known or nothing for known in found]
    given = columns.get("standard")
    columns["standard"] = [(said or known[0]) for said, known in zip(given or [None] * len(found), spread, strict=True)]
    columns["category_kind"] = [known[1] for known in spread]
    columns["category"] = [known[2] for known in spread]
