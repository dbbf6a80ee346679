"""The rows of one import on their way into their table: uuids, defaults, boxes, what is there already."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from layers import exchange_uuids
from layers.domain.tables import Slice
from layers.exchange_reading import Columns, Plan, Tally
from layers.exchange_rest import Rest
from layers.store import blob, intake, rtree
from layers.store.journal import Writing

Row = tuple[Any, ...]
OWN = {
    "roads": (
        "code", "name", "from_name", "to_name", "class", "side", "cleaning_grade", "custodian_uuid", "owner_uuid",
        "length_m", "state", "note",
    ),
    "places": ("code", "name", "aliases", "class", "address", "owner_uuid", "custodian_uuid", "note"),
    "facilities": (
        "code", "standard", "category", "name", "state", "owner_uuid", "custodian_uuid", "department_uuid", "source",
        "first_on", "changed_on", "address", "note",
    ),
    "tasks": (
        "number", "kind", "title", "description", "standard", "category_kind", "category", "source", "source_number",
        "reporter", "reporter_phone", "address", "placed", "grid_uuid", "road_uuid", "loop", "status", "priority",
        "lead_uuid", "assignee_kind", "assignee_uuid", "reported_at", "filed_at", "dispatched_at", "due_at",
        "submitted_at", "checked_at", "closed_at", "supervised",
    ),
}  # fmt: skip
# What `fill` makes even if no field brings it; a category brings its standard and kind.
MADE = {
    "roads": ("length_m",),
    "places": (),
    "facilities": ("standard",),
    "tasks": (
        "number", "kind", "title", "standard", "category_kind", "source", "placed", "status", "grid_uuid", "road_uuid",
        "assignee_kind", "assignee_uuid",
    ),
}  # fmt: skip
DEFAULTS: dict[str, dict[str, Any]] = {
    "roads": {"side": "both"},
    "places": {"class": "other"},
    "facilities": {"state": "intact"},
    "tasks": {"loop": "community", "priority": "normal", "supervised": 0},
}


class Batch:
    """Gathers one import's rows on their way into the table: uuids, boxes, running numbers."""

    def __init__(self, plan: Plan, writing: Writing, tally: Tally, desk: str) -> None:
        self.plan = plan
        self.db = writing.db
        self.tally = tally
        self.desk = desk
        self.zone = ZoneInfo(plan.zone)
        # Columns that nothing can fill are left to the table: every bound null costs.
        given = {*plan.columns, *plan.constants, *MADE[plan.as_]}
        self.own = tuple(column for column in OWN[plan.as_] if column in given)
        self.defaults = DEFAULTS[plan.as_]
        self.fresh = exchange_uuids.fresh(plan.layer.count)
        self.seen: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.used: set[str] = set()
        self.sources: set[tuple[str, str]] = set()
        self._boxes: list[Any] = []
        self._shapes: list[Any] = []
        self.inserted: list[str] = []
        self.uuids: list[str] = []

    def rows(self, part: Slice, columns: Columns, rest: Rest, shapes: Any, keep: Any) -> Iterator[Row]:
        """Yield the kept rows of a slice as they are bound, in the order of the table's columns."""
        count = len(part)
        uuids = self.uuids
        values: list[list[Any]] = [uuids, blob.encode_all(shapes)]
        for column in self.own:
            found = columns.get(column)
            default = self.defaults.get(column)
            if found is None:
                found = [default] * count
            elif default is not None and None in found:
                found = [default if value is None else value for value in found]
            values.append(found)
        values.append(rest.packed())
        self._boxes.append(rtree.boxes_of(shapely.bounds(shapes))[keep])
        if self.plan.as_ in ("roads", "places"):
            self._shapes.append(shapes[keep])
        self.tally.unplaced += int((shapely.is_missing(shapes) & keep).sum())
        self.inserted += uuids if keep.all() else [uuid for uuid, kept in zip(uuids, keep, strict=True) if kept]
        if keep.all():
            yield from zip(*values, strict=True)
        else:
            self.tally.skipped += int((~keep).sum())
            yield from (row for row, kept in zip(zip(*values, strict=True), keep, strict=True) if kept)

    def name_rows(self, part: Slice, columns: Columns, name: str) -> Any:
        """Give every row its uuid; returns which rows are not in the workspace already."""
        brought = columns.pop("uuid", None)
        if brought is None:
            self.uuids = list(islice(self.fresh, len(part)))
            return np.ones(len(part), dtype=bool)
        theirs = [exchange_uuids.brought(uuid) for uuid in brought]
        here = intake.taken(self.db, name, "uuid", [uuid for uuid in theirs if uuid])
        self.uuids, keep = [], np.ones(len(part), dtype=bool)
        for i, uuid in enumerate(theirs):
            if uuid in here:
                keep[i] = False
            if uuid is None or uuid in self.seen:
                uuid = next(self.fresh)
            self.seen.add(uuid)
            self.uuids.append(uuid)
        return keep

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """The box of everything inserted, None when nothing has a place."""
        boxes = self.boxes()
        boxes = boxes[~np.isnan(boxes).any(axis=1)]
        if not len(boxes):
            return None
        return float(boxes[:, 0].min()), float(boxes[:, 2].min()), float(boxes[:, 1].max()), float(boxes[:, 3].max())

    def boxes(self) -> Any:
        """Return the (N, 4) boxes of the inserted rows in their order."""
        return np.concatenate(self._boxes) if self._boxes else np.empty((0, 4))

    def spots(self) -> tuple[Any, Any, Any]:
        """Return (x, y, shapes or None) of the inserted rows: of areas a point on them, NaN for no place."""
        if not self._shapes:
            boxes = self.boxes()  # of points, where west is east
            return boxes[:, 0], boxes[:, 2], None
        shapes = np.concatenate(self._shapes)
        points = shapely.point_on_surface(shapes)
        return shapely.get_x(points), shapely.get_y(points), shapes
