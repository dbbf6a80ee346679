"""Where the pointer means to be while somebody draws: corners and edges of what is shown, ways along it, typing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers import tiles, workspace
from layers.domain import ground, symbols
from layers.domain.sketching import Path, Place, Shape, geojson
from layers.store import queries_map as ask
from layers.workspace import Workspace

if TYPE_CHECKING:
    from layers.gis.snapping import Snap
    from layers.gis.typed import Way

POINTS_AT_ONCE = 300


@dataclass(frozen=True)
class Scene:
    """What is shown: the tables switched on, the grid system, the zoom; and the thing being edited, which is not met.

    ``own`` are the rest of that thing's paths, as open lines of degrees, so that it can be met by its moving corner.
    """

    tables: frozenset[str]
    system: str
    zoom: float
    skip: str = ""
    own: tuple[Path, ...] = ()


def find(
    ws: Workspace,
    pointer: Place,
    reach_m: float,
    scene: Scene,
    path: Sequence[Place] = (),
    ring: bool = False,
) -> "Snap | None":
    """Return what a pointer (degrees) snaps to within some metres, None for nothing; rules in `layers.gis.snapping`."""
    from layers.gis import snapping

    shapes = _shown(ws, ground.around(*pointer, reach_m), scene, points=True)
    shapes += [shapely.LineString(line) for line in scene.own if len(line) > 1]
    shapes += [shapely.Point(line[0]) for line in scene.own if len(line) == 1]
    return snapping.best(_array(shapes), pointer, reach_m, path, ring)


def trace(ws: Workspace, start: Place, end: Place, reach_m: float, scene: Scene) -> list[Place] | None:
    """Return the corners of the way between two places along the sections and borders shown, None if none leads."""
    from layers.gis import tracing

    across, along = ground.degree_m(start[1])
    dy = max(abs(end[1] - start[1]) * 0.6, 300 / along)
    dx = max(abs(end[0] - start[0]) * 0.6, 300 / max(across, 1.0))
    west, east = sorted((start[0], end[0]))
    south, north = sorted((start[1], end[1]))
    shapes = _shown(ws, (west - dx, south - dy, east + dx, north + dy), scene, points=False)
    return tracing.trace(_array(shapes), start, end, reach_m)


def measure(start: Place, end: Place) -> "Way":
    """Return how far (m, geodesic) and in which direction (degrees from true north) one place lies from another."""
    from layers.gis import typed

    return typed.way(start, end)


def read(ws: Workspace, text: str, last: Place | None, pointer: Place | None) -> Place:
    """Return the place that somebody typed while drawing. Raises ``Refused`` as `layers.gis.typed.parse`."""
    from layers.gis import typed

    return typed.parse(text, last, pointer, workspace.extent(ws))


def require_sound(shape: Shape) -> None:
    """Raise ``Refused``, with the place, for a drawn shape that crosses itself or has no extent."""
    from layers.gis import shaping

    if shape.kind != "point":
        shaping.require_sound(shapely.from_geojson(json.dumps(geojson(shape))))


def rectangle(first: Place, second: Place, height: Place) -> list[Place]:
    """Return the corners of a rectangle on a base. Raises ``Refused`` as `layers.gis.shaping.rectangle`."""
    from layers.gis import shaping

    return shaping.rectangle(first, second, height)


def _array(shapes: Sequence[Any]) -> Any:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def _shown(ws: Workspace, box: ask.Box, scene: Scene, points: bool) -> list[Any]:
    """Return the geometries in a box that the map shows at this zoom, without the thing being edited."""
    db, found = ws.store.read(), []
    for name in ("road_section", "place"):
        if name in scene.tables:
            shapes, columns = ask.in_box(db, name, box, ("uuid", "class"))
            found += [
                shape
                for shape, uuid, kind in zip(shapes, columns["uuid"], columns["class"], strict=True)
                if uuid != scene.skip and _drawn(name, kind, scene.zoom)
            ]
    if "grid" in scene.tables and scene.system:
        shapes, _ = ask.grids_in_box(db, box, scene.system, tiles.tiers_at(ws, scene.system, scene.zoom))
        found += list(shapes)
    if points and "facility" in scene.tables:
        shapes, columns = ask.facilities_in_box(db, box, POINTS_AT_ONCE)
        found += [
            shape
            for shape, uuid, kind in zip(shapes, columns["uuid"], columns["category"], strict=True)
            if uuid != scene.skip and scene.zoom >= symbols.table().facility_from(kind)
        ]
    if points and "task" in scene.tables:
        shapes, columns = ask.in_box(db, "task", box, ("uuid",), limit=POINTS_AT_ONCE)
        found += [shape for shape, uuid in zip(shapes, columns["uuid"], strict=True) if uuid != scene.skip]
    return found


def _drawn(name: str, kind: str | None, zoom: float) -> bool:
    table = symbols.table()
    if name == "road_section":
        road = table.roads.get(kind or "branch")
        return road is not None and zoom >= road.minzoom
    place = table.places.get(kind or "other")
    return place is not None and zoom >= place.minzoom
