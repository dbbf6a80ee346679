"""The map's tile: which things it holds at which zoom, under which names, and how they become a vector tile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from layers.domain import symbols
from layers.gis import bounded, crowds
from layers.gis.labels import label_lines, label_points
from layers.gis.mvt import TileLayer, encode, into_tile
from layers.gis.tiles import EXTENT, Geometries, bounds

DEEPEST = 16  # the page asks for no deeper tile: beyond, it draws this one larger
ROAD_REACH = 1024  # units that the lines of road names go on beyond the tile, so that a name finds room
ROOM = 52.0  # pixels that a grid is wide and high when its name goes in whatever the zoom (gather.js: ROOMY, doubled)
WIDE = 192  # units beyond the tile for what is drawn broad: roads, icons
BUNDLE = 400  # road sections near a tile above which those of a class are drawn as one


def _nothing() -> Geometries:
    return np.empty(0, dtype=object)


@dataclass(frozen=True)
class Rows:
    """Things of one table near a tile: geometries in degrees (n,) and columns of n values."""

    geometries: Geometries = field(default_factory=_nothing)
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What a tile needs from the store: tiers of the system, classes, and whether points are drawn yet.

    Boxes are in degrees: ``box`` for road sections (their names go on beyond the tile), ``near`` for areas,
    ``points`` for what crowds and is counted.
    """

    box: tuple[float, float, float, float]
    near: tuple[float, float, float, float]
    points: tuple[float, float, float, float]
    tiers: tuple[int, ...]
    roads: tuple[str, ...]
    places: tuple[str, ...]
    facilities: bool


class LabelBook:
    """Remembers where the name of each area stands, as long as its outline is the same to the last bit."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, Any, float]] = {}

    def points(self, rows: Rows) -> tuple[Geometries, list[float]]:
        """Return label points (n,) and free radii in metres of rows with a ``uuid`` column."""
        uuids, shapes = rows.columns["uuid"], rows.geometries
        known = [self._known.get(uuid) for uuid in uuids]
        old = np.empty(len(shapes), dtype=object)
        old[:] = [have[0] if have else None for have in known]
        new = np.flatnonzero(~shapely.equals_identical(old, shapes))
        points, radii = label_points(shapes[new])
        for i, point, radius in zip(new.tolist(), points, radii.tolist(), strict=True):
            known[i] = self._known[uuids[i]] = (shapes[i], point, round(radius, 1))
        found = [have for have in known if have]
        out = np.empty(len(found), dtype=object)
        out[:] = [point for _, point, _ in found]
        return out, [radius for _, _, radius in found]


def shown_at(z: int) -> int:
    """Return the zoom of the picture that a tile is drawn for: tiles are 512 pixels wide, so one more.

    The deepest tile serves all deeper pictures and so holds everything.
    """
    return 24 if z >= DEEPEST else z + 1


def reach(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return the box (west, south, east, north) in degrees outside which nothing is seen in a tile."""
    return bounds(z, x, y, ROAD_REACH / EXTENT)


def wanted(z: int, x: int, y: int, tier_areas: Mapping[int, float] = MappingProxyType({})) -> Wanted:
    """Return what to ask the store for; ``tier_areas`` is the mean area in m² of each tier's grids.

    The boxes (west, south, east, north) are wider than the tile, by as much as names and casings reach beyond.
    """
    zoom, table = shown_at(z), symbols.table()
    box = reach(z, x, y)
    latitude = (box[1] + box[3]) / 2
    tiers = [t for t, area in tier_areas.items() if zoom >= symbols.tier_minzoom(area, latitude)]
    named = any(zoom >= road.label.minzoom for road in table.roads.values())
    near = bounds(z, x, y, WIDE / EXTENT)
    return Wanted(
        box=box if named else near,
        near=near,
        points=bounds(z, x, y, crowds.CELL / EXTENT),
        tiers=tuple(sorted(tiers or list(tier_areas)[:1])),
        roads=tuple(key for key, road in table.roads.items() if zoom >= road.minzoom),
        places=tuple(key for key, place in table.places.items() if zoom >= place.minzoom),
        facilities=zoom >= table.facility_minzoom,
    )


def compose(
    z: int,
    x: int,
    y: int,
    book: LabelBook,
    *,
    tiers: int,
    grids: Rows = Rows(),
    functions: Rows = Rows(),
    roads: Rows = Rows(),
    places: Rows = Rows(),
    facilities: Rows = Rows(),
) -> bytes:
    """Return the vector tile z/x/y of the things near it, in the layers that the page draws.

    ``tiers`` is the number of tiers of the grids' system. Columns: grids uuid, code, name, tier, function;
    functions (the base grids whose use is painted) uuid, function; roads uuid, name, class; places uuid,
    name, class; facilities uuid, name, category, state. Others are ignored; a class may be None.
    """
    roads, places = _classed(roads, "branch"), _classed(places, "other")
    layers = [
        _layer("functions", functions, ("uuid", "function")),
        _layer("place", places, ("uuid", "name", "class")),
        _layer("road", _bundled(roads), ("uuid", "name", "class"), WIDE),
        *_grids(grids, tiers, book, z),
        _road_labels(_named(roads, z)),
        _labels("place_label", places, book, ("uuid", "name", "class")),
        _facilities(_drawn(facilities, z), z, x, y),
    ]
    pieces = [into_tile(z, x, y, layer) for layer in layers if layer is not None and len(layer.geometries)]
    left_out = sum(count for _, count in pieces)
    said = [TileLayer("left_out", np.array([shapely.Point(0, 0)]), attributes={"count": [left_out]})] * (left_out > 0)
    return encode([*(layer for layer, _ in pieces), *said])


def _classed(rows: Rows, usual: str) -> Rows:
    """Give a class to what has none."""
    if not len(rows.geometries):
        return rows
    return Rows(rows.geometries, {**rows.columns, "class": [name or usual for name in rows.columns["class"]]})


def _layer(name: str, rows: Rows, keys: Sequence[str], buffer: int = 64) -> TileLayer | None:
    if not len(rows.geometries):
        return None
    columns = {key: rows.columns[key] for key in keys if key in rows.columns}
    return TileLayer(name, rows.geometries, attributes=columns, buffer=buffer)


def _chosen(rows: Rows, keep: Sequence[int]) -> Rows:
    return Rows(rows.geometries[keep], {key: [values[i] for i in keep] for key, values in rows.columns.items()})


def _bundled(rows: Rows) -> Rows:
    """Return very many sections as one feature of each class: far out nobody tells them apart, and it costs a tenth."""
    if len(rows.geometries) <= BUNDLE:
        return rows
    classes = np.array(rows.columns["class"], dtype=object)
    kinds = sorted(set(rows.columns["class"]))
    lines = [shapely.multilinestrings(shapely.get_parts(rows.geometries[classes == kind])) for kind in kinds]
    return Rows(np.array(lines, dtype=object), {"class": kinds})


def _named(rows: Rows, z: int) -> Rows:
    """Return the sections whose name may be written in the pictures that the tile is drawn in."""
    if not len(rows.geometries):
        return rows
    roads, zoom = symbols.table().roads, shown_at(z)
    known = {kind for kind, road in roads.items() if zoom >= road.label.minzoom}
    return _chosen(rows, [i for i, kind in enumerate(rows.columns["class"]) if kind in known])


def _grids(rows: Rows, tiers: int, book: LabelBook, z: int) -> list[TileLayer | None]:
    if not len(rows.geometries):
        return []
    styles = [symbols.grid_style(tier, tiers) for tier in rows.columns["tier"]]
    styled = Rows(rows.geometries, {**rows.columns, "style": styles})
    keys = ("uuid", "code", "name", "tier", "style", "function")
    table, zoom = symbols.table().grids, shown_at(z)
    # A district of a city has room for its name long before a street's micro grid has.
    west, south, east, north = shapely.bounds(rows.geometries).T
    roomy = np.minimum(east - west, north - south) * 2**zoom * 256 / 360 >= ROOM
    chosen = [i for i, style in enumerate(styles) if roomy[i] or zoom >= table[style].label.minzoom]
    named = _chosen(styled, chosen)
    return [_layer("grid", styled, keys), _labels("grid_label", named, book, keys[:5])]


def _labels(name: str, rows: Rows, book: LabelBook, keys: Sequence[str]) -> TileLayer | None:
    if not len(rows.geometries):
        return None
    points, room = book.points(rows)
    # Exactly one tile holds each label: no buffer.
    return TileLayer(name, points, attributes={**{k: rows.columns[k] for k in keys}, "room": room}, buffer=0)


def _road_labels(rows: Rows) -> TileLayer | None:
    if not len(rows.geometries):
        return None
    lines, first = label_lines(rows.geometries, rows.columns["name"])
    columns = {key: [rows.columns[key][i] for i in first.tolist()] for key in ("name", "class")}
    return TileLayer("road_label", lines, attributes=columns, buffer=ROAD_REACH)


def _drawn(rows: Rows, z: int) -> Rows:
    """Return the facilities whose kind is drawn at this zoom: sensors come later than shelters."""
    table, zoom = symbols.table(), shown_at(z)
    if not len(rows.geometries) or z >= DEEPEST:
        return rows
    drawn = {category for category in set(rows.columns["category"]) if zoom >= table.facility_from(category)}
    return _chosen(rows, [i for i, category in enumerate(rows.columns["category"]) if category in drawn])


def _facilities(rows: Rows, z: int, x: int, y: int) -> TileLayer | None:
    """Return the points, or where they crowd a sign with their ``count``."""
    if not len(rows.geometries):
        return None
    rows = _chosen(rows, np.flatnonzero(bounded.finite(rows.geometries)).tolist())
    points = shapely.centroid(rows.geometries)  # other programs write multipoints too
    crowd = crowds.CROWD_NEAR if z >= DEEPEST else crowds.CROWD
    signs, first, counts = crowds.together(points, z, x, y, crowd)
    alone = counts == 1
    columns: dict[str, Sequence[Any]] = {
        key: [rows.columns[key][i] if one else None for i, one in zip(first.tolist(), alone.tolist(), strict=True)]
        for key in ("uuid", "name", "category", "state")
    }
    columns["count"] = [None if n == 1 else n for n in counts.tolist()]
    return TileLayer("facility", signs, attributes=columns, buffer=WIDE)
