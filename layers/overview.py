"""The overview: the whole area in a few simplified lines, as a map of a hand's breadth needs it."""

from dataclasses import dataclass

import numpy as np
import shapely

from layers.domain import symbols
from layers.domain.things import Bounds, System
from layers.grids import systems
from layers.store import queries_map as ask
from layers.store.connection import Connection
from layers.workspace import Workspace, extent

AREAS = 400  # grids of a tier above which it is a grey mass, not a picture
JOINED = 4_000  # grids of a tier above which joining them takes seconds: their box must do
LINES = 500
ROADS = ("main", "river")
FINE = 300  # what is smaller than this part of the whole is not drawn

Path = list[tuple[float, float]]


@dataclass(frozen=True)
class Outline:
    """Paths of (lon, lat) in degrees: outlines of grids with their grid style, roads and rivers with their class."""

    bounds: Bounds
    areas: tuple[tuple[str, Path], ...]
    lines: tuple[tuple[str, Path], ...]


def outline(ws: Workspace, system: str) -> Outline | None:
    """Return the upper tiers of a system, main roads and rivers, simplified; None for an empty workspace."""
    box = extent(ws)
    if box is None:
        return None
    db = ws.store.read()
    tolerance = max(box[2] - box[0], box[3] - box[1]) / FINE
    found = next((item for item in systems(ws) if item.code == system), None)
    tiers = [] if found is None else [tier for tier in found.tiers[:2] if 0 < tier.count <= AREAS]
    areas: list[tuple[str, Path]] = []
    if found is not None and not tiers:
        areas += [("street", path) for path in _cover(db, found, box, tolerance)]
    for tier in reversed(tiers):
        assert found is not None
        style = symbols.grid_style(tier.tier, max(len(found.tiers), 2))
        shapes, _ = ask.grids_in_box(db, box, system, [tier.tier])
        areas += [(style, path) for path in _paths(shapely.boundary(shapes), tolerance)]
    shapes, columns = ask.roads_in_box(db, box, ROADS)
    lines: list[tuple[str, Path]] = []
    for kind in ROADS:
        chosen = shapes[[i for i, name in enumerate(columns["class"]) if name == kind]]
        lines += [(kind, path) for path in _paths(chosen, tolerance)]
    return Outline(box, tuple(areas), tuple(lines[:LINES]))


def _cover(db: Connection, system: System, box: Bounds, tolerance: float) -> list[Path]:
    """What a system's top tier covers together, when its grids are too many to draw each: it says where one is."""
    top = next((tier for tier in system.tiers if tier.count), None)
    if top is None:
        return []
    whole = [shapely.box(*box)]
    if top.count <= JOINED:
        shapes, _ = ask.grids_in_box(db, box, system.code, [top.tier])
        whole = shapely.get_parts(shapely.union_all(shapes, grid_size=tolerance / 4))
    return _paths(shapely.get_exterior_ring(whole), tolerance)


def _paths(shapes: np.ndarray, tolerance: float) -> list[Path]:
    """The longest paths of some lines, simplified; what is no longer than the tolerance is left out."""
    if not len(shapes):
        return []
    merged = shapely.line_merge(shapely.union_all(shapes))
    simple = shapely.simplify(shapely.get_parts(merged), tolerance)
    lengths = shapely.length(simple)
    order = [i for i in np.argsort(-lengths)[:LINES] if lengths[i] > tolerance]
    return [[(round(x, 5), round(y, 5)) for x, y in shapely.get_coordinates(simple[i]).tolist()] for i in order]
