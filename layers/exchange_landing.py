"""Where an import would land: the workspace's outline and the first shapes of the file, for a small picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers import workspace
from layers.domain import mapping as mappings
from layers.domain.tables import Source, SourceLayer
from layers.domain.things import Bounds
from layers.exchange_reading import Plan, Reading, Tally, slices
from layers.store import queries_grids
from layers.workspace import Workspace

SHOWN = 300  # rows of the file that are drawn
_FINE = 400  # parts that a picture's width is divided into: finer bends are left out

Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Landing:
    """Lines and points in degrees (EPSG:4490): ``around`` of the workspace, ``lines`` and ``points`` of the file.

    ``apart`` says that the file lies wholly outside the workspace's box: most likely the CRS is wrong.
    """

    around: tuple[Line, ...]
    frame: Bounds | None
    lines: tuple[Line, ...]
    points: Line
    box: Bounds | None

    @property
    def apart(self) -> bool:
        """Whether the file and the workspace do not meet."""
        if self.frame is None or self.box is None:
            return False
        a, b = self.frame, self.box
        return a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def landing(
    ws: Workspace,
    source: Source,
    layer: SourceLayer,
    as_: str,
    mapping: Mapping[str, str],
    crs: str | None = None,
    encoding: str | None = None,
) -> Landing:
    """Read the first rows of a layer and say where they would land. Raises as reading the file does."""
    frame = workspace.extent(ws)
    fields = [field.name for field in layer.fields]
    kept = {f: c for f, c in mapping.items() if c in mappings.PLACE} if as_ in ("tasks", "facilities") else {}
    columns = mappings.reading(kept, as_, fields)
    near = (frame[0] + frame[2]) / 2 if frame else None
    plan = Plan(source, layer, as_, columns, {}, crs, encoding, ws.zone, "", near_lon=near)
    part = next(slices(plan, SHOWN), None)
    shapes = np.empty(0, dtype=object)
    if part is not None and part.geometry is not None:
        shapes = part.geometry
    elif part is not None and columns:
        reading = Reading(plan, Tally(), {})
        found, rest = reading.columns(part)
        shapes = reading.points(part, found, rest)[0]
    shapes = shapes[~shapely.is_missing(shapes)][:SHOWN]
    box = layer.bounds
    if box is None and len(shapes):
        west, south, east, north = (float(v) for v in shapely.total_bounds(shapes))
        box = (west, south, east, north)
    both = [b for b in (frame, box) if b is not None]
    fine = max((max(b[2] - b[0], b[3] - b[1]) for b in both), default=1.0) / _FINE
    dots = shapely.get_type_id(shapes) == 0
    return Landing(
        _lines(_outline(ws), fine),
        frame,
        _lines(shapes[~dots], fine),
        _dots(shapely.get_coordinates(shapes[dots])),
        box,
    )


def _outline(ws: Workspace) -> Any:
    """Return the grids of the top two tiers of the main system."""
    db = ws.store.read()
    systems = queries_grids.systems(db)
    grids = queries_grids.whole(db, systems[0]["code"]) if systems else []
    top = [grid["geom"] for grid in grids if grid["tier"] <= 2 and grid["geom"] is not None][:SHOWN]
    shapes = np.empty(len(top), dtype=object)
    shapes[:] = top
    return shapes


def _lines(shapes: Any, fine: float) -> tuple[Line, ...]:
    if not len(shapes):
        return ()
    parts = shapely.get_parts(shapely.simplify(shapes, fine, preserve_topology=False))
    areas = shapely.get_type_id(parts) == 3
    lines = [*shapely.get_exterior_ring(parts[areas]), *parts[shapely.get_type_id(parts) == 1]]
    return tuple(_dots(shapely.get_coordinates(line)) for line in lines if line is not None)


def _dots(coordinates: Any) -> Line:
    return tuple((float(x), float(y)) for x, y in coordinates)
