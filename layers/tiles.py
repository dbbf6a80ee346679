"""What the map asks for: one vector tile of the workspace at a time, straight from the R-trees."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from layers.domain import symbols
from layers.domain.things import System
from layers.gis import labels, mvt
from layers.gis import tiles as pyramid
from layers.grids import systems
from layers.store import queries_map as ask
from layers.workspace import Workspace

MOST_FACILITIES = 4_000  # of one tile; what is more is thinned evenly
MARGIN = 0.03  # of a tile on each side, so that strokes meet at its border


def revision(ws: Workspace) -> int:
    """Return a number that rises with every change of the workspace: the map's tiles are kept by it."""
    return ask.last_change(ws.store.read())


def tiers_at(ws: Workspace, system: str, zoom: float) -> list[int]:
    """Return the tiers of a system that are drawn at a zoom, the top first; always at least the top one."""
    found = next((item for item in systems(ws) if item.code == system), None)
    if found is None:
        return []
    area, latitude = _size(ws)
    return [
        tier.tier
        for tier in found.tiers
        if tier.count and (tier.tier == found.tiers[0].tier or zoom >= _from(area / tier.count, latitude))
    ]


@lru_cache(maxsize=256)
def _from(mean_area: float, latitude: float) -> int:
    return symbols.tier_minzoom(mean_area, latitude)


def _size(ws: Workspace) -> tuple[float, float]:
    """Return (m² of the grids' extent, its latitude): enough to say how large a tier's grids are."""
    box = ask.extent_of(ws.store.read(), "grid")
    if box is None:
        return 1.0, 0.0
    latitude = (box[1] + box[3]) / 2
    metres = 111_320.0
    width = (box[2] - box[0]) * metres * float(np.cos(np.radians(latitude)))
    return width * (box[3] - box[1]) * metres * 0.7, latitude


def tile(ws: Workspace, system: str, z: int, x: int, y: int) -> bytes:
    """Return the vector tile z/x/y (web-mercator pyramid) of everything but tasks, b"" for an empty one.

    Its layers: functions, place, place_label, road, road_label, grid, grid_label, facility; see the map page.
    """
    box = pyramid.bounds(z, x, y, MARGIN)
    known = {item.code: item for item in systems(ws)}
    layers: list[mvt.TileLayer] = []
    if system in known:
        layers += _grids(ws, known[system], box, z)
        layers += _functions(ws, known, system, box, z)
    layers += _places(ws, box, z)
    layers += _roads(ws, box, z)
    if z >= symbols.table().facility_minzoom:
        layers += _facilities(ws, box)
    return mvt.encode_tile(z, x, y, [layer for layer in layers if len(layer.geometries)])


def _grids(ws: Workspace, system: System, box: ask.Box, z: int) -> list[mvt.TileLayer]:
    shown = tiers_at(ws, system.code, z)
    shapes, columns = ask.grids_in_box(ws.store.read(), box, system.code, shown)
    top = len(system.tiers)
    styles = [symbols.grid_style(tier, top) for tier in columns["tier"]]
    points, room = labels.label_points(shapes)
    named = {**_only(columns, "uuid", "code", "name", "tier"), "style": styles}
    return [
        mvt.TileLayer("grid", shapes, attributes={"uuid": columns["uuid"], "style": styles}),
        mvt.TileLayer("grid_label", points, attributes={**named, "room": _whole(room)}),
    ]


def _functions(ws: Workspace, known: dict[str, System], system: str, box: ask.Box, z: int) -> list[mvt.TileLayer]:
    """The soft fills by function: of this system if it has functions, else of the one that has."""
    order = [system, *(code for code, item in known.items() if code != system and item.kind == "base")]
    for code in order:
        tiers = known[code].tiers
        if not tiers:
            continue
        shapes, columns = ask.grids_in_box(ws.store.read(), box, code, [tiers[-1].tier])
        if any(columns["function"]):
            kinds = [kind or "other" for kind in columns["function"]]
            return [mvt.TileLayer("functions", shapes, attributes={"function": kinds})]
    return []


def _places(ws: Workspace, box: ask.Box, z: int) -> list[mvt.TileLayer]:
    styles = symbols.table().places
    wanted = [key for key, style in styles.items() if z >= style.minzoom]
    if not wanted:
        return []
    shapes, columns = ask.places_in_box(ws.store.read(), box, wanted)
    points, room = labels.label_points(shapes)
    kinds = _only(columns, "uuid", "class")
    return [
        mvt.TileLayer("place", shapes, attributes=kinds),
        mvt.TileLayer("place_label", points, attributes={**kinds, "name": columns["name"], "room": _whole(room)}),
    ]


def _roads(ws: Workspace, box: ask.Box, z: int) -> list[mvt.TileLayer]:
    styles = symbols.table().roads
    wanted = [key for key, style in styles.items() if z >= style.minzoom]
    if not wanted:
        return []
    shapes, columns = ask.roads_in_box(ws.store.read(), box, wanted)
    layers = [mvt.TileLayer("road", shapes, attributes=_only(columns, "uuid", "class"))]
    if any(z >= styles[key].label.minzoom for key in wanted) and len(shapes):
        lines, first = labels.label_lines(shapes, columns["name"])
        named = {
            "name": [columns["name"][i] for i in first],
            "class": [columns["class"][i] for i in first],
        }
        layers.append(mvt.TileLayer("road_label", lines, attributes=named))
    return layers


def _facilities(ws: Workspace, box: ask.Box) -> list[mvt.TileLayer]:
    shapes, columns = ask.facilities_in_box(ws.store.read(), box)
    if len(shapes) > MOST_FACILITIES:
        kept = np.linspace(0, len(shapes) - 1, MOST_FACILITIES).astype(int)
        shapes = shapes[kept]
        columns = {name: [values[i] for i in kept] for name, values in columns.items()}
    return [mvt.TileLayer("facility", shapes, attributes=_only(columns, "uuid", "category", "state"))]


def _only(columns: dict[str, list[Any]], *names: str) -> dict[str, Sequence[Any]]:
    return {name: columns[name] for name in names}


def _whole(metres: Any) -> list[int]:
    return [int(metre) for metre in metres]
