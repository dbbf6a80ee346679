"""Where a pointer means to be: the best of corners, crossings, edges, right angles and extensions near it.

Distances and angles are reckoned in metres of the local Gauss-Krüger zone, which keeps angles. The answer is in
degrees: a corner is given back bit by bit as it is stored, a place on an edge lies on the straight line between its
stored ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers.domain import ground
from layers.gis import crs

Place = tuple[float, float]
KINDS = ("vertex", "intersection", "right_edge", "right_corner", "edge", "right_angle", "extension")
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
GUIDE = 0.6  # of the reach: a guide line is everywhere, so it must be meant
MOST_EDGES = 80  # edges near the pointer that are crossed with each other


@dataclass(frozen=True)
class Snap:
    """A place (degrees) and why: ``kind`` is one of `KINDS`; ``guides`` are the lines that led there, in degrees."""

    lon: float
    lat: float
    kind: str
    guides: tuple[tuple[Place, Place], ...] = ()


def best(shapes: Any, pointer: Place, reach_m: float, path: Sequence[Place] = (), ring: bool = False) -> Snap | None:
    """Return where a pointer (degrees) snaps to within ``reach_m`` metres, None for nowhere.

    ``shapes`` is an object array of N geometries; ``path`` the corners drawn so far, ``ring`` whether they close.
    Corners come first, then crossings, edges, right angles to the last stretch, its extension; of the same kind the
    nearest, then the one farther west and south: the same pointer always snaps to the same place.
    """
    zone = crs.local_crs(pointer[0])
    px, py = (float(v) for v in crs.metres_xy(pointer[0], pointer[1], zone))
    here = np.array([px, py])
    found = _corners(shapes, pointer, reach_m, here, zone)
    found += _own_corners(path, reach_m, here, zone)
    edges = _edges(shapes, pointer, reach_m, here, zone)
    guides = _guides(path, ring, zone)
    found += _crossings(edges, here, reach_m)
    found += _on_edges(edges, here)
    found += _on_guides(guides, edges, here, reach_m)
    if not found:
        return None
    kind, place, xy, lines = min(found, key=lambda one: (_RANK[one[0]], _off(one[2], here), *one[2]))
    if place is None:
        place = _degrees(xy, zone)
    led = tuple((_degrees(a, zone), place) for a in lines)
    return Snap(place[0], place[1], kind, led)


_Found = tuple[str, Place | None, tuple[float, float], tuple[Any, ...]]


def _off(xy: Any, here: Any) -> float:
    return round(float(np.hypot(xy[0] - here[0], xy[1] - here[1])), 6)


def _degrees(xy: Any, zone: str) -> Place:
    lon, lat = crs.degrees_xy(float(xy[0]), float(xy[1]), zone)
    return float(lon), float(lat)


def _window(pointer: Place, reach_m: float) -> tuple[float, float, float, float]:
    return ground.around(*pointer, 1.1 * reach_m)


def _corners(shapes: Any, pointer: Place, reach_m: float, here: Any, zone: str) -> list[_Found]:
    xy = shapely.get_coordinates(shapes)
    west, south, east, north = _window(pointer, reach_m)
    near = xy[(xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)]
    if not len(near):
        return []
    near = np.unique(near, axis=0)
    x, y = crs.metres_xy(near[:, 0], near[:, 1], zone)
    off = np.hypot(x - here[0], y - here[1])
    return [
        ("vertex", (float(near[i, 0]), float(near[i, 1])), (float(x[i]), float(y[i])), ())
        for i in np.flatnonzero(off <= reach_m)
    ]


def _own_corners(path: Sequence[Place], reach_m: float, here: Any, zone: str) -> list[_Found]:
    if not path:
        return []
    # The last corner is where the pointer has just been: it would hold the pointer fast.
    x, y = crs.metres_xy([p[0] for p in path[:-1]], [p[1] for p in path[:-1]], zone)
    return [
        ("vertex", path[i], (float(x[i]), float(y[i])), ())
        for i in range(len(path) - 1)
        if np.hypot(x[i] - here[0], y[i] - here[1]) <= reach_m
    ]


def _edges(shapes: Any, pointer: Place, reach_m: float, here: Any, zone: str) -> Any:
    """Return the edges within reach, the nearest first, each once: (M, 2, 4) of metres and degrees of both ends."""
    parts = shapely.get_parts(shapes)
    areas = shapely.get_type_id(parts) == 3
    lines = np.concatenate([parts[shapely.get_type_id(parts) == 1], shapely.get_rings(parts[areas])])
    if not len(lines):
        return np.empty((0, 2, 4))
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    ends = np.stack([xy[:-1], xy[1:]], axis=1)[same]
    west, south, east, north = _window(pointer, reach_m)
    low, high = ends.min(axis=1), ends.max(axis=1)
    ends = ends[(high[:, 0] >= west) & (low[:, 0] <= east) & (high[:, 1] >= south) & (low[:, 1] <= north)]
    if not len(ends):
        return np.empty((0, 2, 4))
    # Neighbours run along the same edge in opposite directions.
    turned = (ends[:, 0, 0] > ends[:, 1, 0]) | ((ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1]))
    ends[turned] = ends[turned][:, ::-1]
    ends = np.unique(ends.reshape(-1, 4), axis=0).reshape(-1, 2, 2)
    x, y = crs.metres_xy(ends[:, :, 0].ravel(), ends[:, :, 1].ravel(), zone)
    metres = np.column_stack([x, y]).reshape(-1, 2, 2)
    whole = np.concatenate([metres, ends], axis=2)
    off = np.hypot(*(_feet(whole, here)[:, :2] - here).T)
    order = np.argsort(off, kind="stable")
    return whole[order[off[order] <= reach_m][:MOST_EDGES]]


def _feet(edges: Any, here: Any) -> Any:
    """Return (M, 4) metres and degrees of the place on every edge nearest to a place."""
    start, way = edges[:, 0], edges[:, 1] - edges[:, 0]
    square = (way[:, :2] ** 2).sum(axis=1)
    at = ((here - start[:, :2]) * way[:, :2]).sum(axis=1) / np.where(square == 0, 1, square)
    return start + way * np.clip(at, 0, 1)[:, None]


def _at(kind: str, found: Any, *guides: Any) -> _Found:
    x, y, lon, lat = (float(value) for value in found)
    return kind, (lon, lat), (x, y), guides


def _on_edges(edges: Any, here: Any) -> list[_Found]:
    return [_at("edge", foot) for foot in _feet(edges, here)] if len(edges) else []


def _crossings(edges: Any, here: Any, reach_m: float) -> list[_Found]:
    if len(edges) < 2:
        return []
    one, two = np.triu_indices(len(edges), 1)
    flat = edges[:, :, :2]
    a, r = flat[one, 0], flat[one, 1] - flat[one, 0]
    b, s = flat[two, 0], flat[two, 1] - flat[two, 0]
    turn = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    crossing = np.abs(turn) > 1e-9 * np.hypot(*r.T) * np.hypot(*s.T)
    safe = np.where(crossing, turn, 1.0)
    way = b - a
    t = (way[:, 0] * s[:, 1] - way[:, 1] * s[:, 0]) / safe
    u = (way[:, 0] * r[:, 1] - way[:, 1] * r[:, 0]) / safe
    # At a common end both are one corner, which is found as such.
    hit = crossing & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
    places = edges[one[hit], 0] + (edges[one[hit], 1] - edges[one[hit], 0]) * t[hit][:, None]
    near = np.hypot(*(places[:, :2] - here).T) <= reach_m
    return [_at("intersection", place) for place in places[near]]


@dataclass(frozen=True)
class _Guide:
    kind: str
    start: Any
    way: Any  # unit vector
    both: bool  # whether it runs to both sides


def _guides(path: Sequence[Place], ring: bool, zone: str) -> list[_Guide]:
    if len(path) < 2:
        return []
    x, y = crs.metres_xy([p[0] for p in path], [p[1] for p in path], zone)
    xy = np.column_stack([x, y])
    found = []
    last = xy[-1] - xy[-2]
    length = float(np.hypot(*last))
    if length > 0:
        way = last / length
        found.append(_Guide("right_angle", xy[-1], np.array([-way[1], way[0]]), True))
        found.append(_Guide("extension", xy[-1], way, False))
    first = xy[1] - xy[0]
    length = float(np.hypot(*first))
    if ring and len(path) > 2 and length > 0:
        way = first / length
        found.append(_Guide("right_angle", xy[0], np.array([-way[1], way[0]]), True))
    return found


def _on_guides(guides: list[_Guide], edges: Any, here: Any, reach_m: float) -> list[_Found]:
    found: list[_Found] = []
    for guide in guides:
        at = float((here - guide.start) @ guide.way)
        if at <= 0 and not guide.both:
            continue
        foot = guide.start + guide.way * at
        if abs(at) > reach_m and np.hypot(*(foot - here)) <= GUIDE * reach_m:
            found.append((guide.kind, None, (float(foot[0]), float(foot[1])), (guide.start,)))
        if guide.kind == "right_angle":
            found += _meets(guide, edges, here, reach_m)
    rights = [guide for guide in guides if guide.kind == "right_angle"]
    if len(rights) == 2:
        found += _corner(rights[0], rights[1], here, reach_m)
    return found


def _meets(guide: _Guide, edges: Any, here: Any, reach_m: float) -> list[_Found]:
    """Where a right angle meets an edge: both are kept."""
    found: list[_Found] = []
    for first, second in edges:
        a, s = first[:2], second[:2] - first[:2]
        turn = float(guide.way[0] * s[1] - guide.way[1] * s[0])
        if abs(turn) <= 1e-9 * float(np.hypot(*s)):
            continue
        way = a - guide.start
        u = float(way[0] * guide.way[1] - way[1] * guide.way[0]) / turn
        if 0 <= u <= 1:
            place = first + (second - first) * u
            if np.hypot(*(place[:2] - here)) <= reach_m and np.hypot(*(place[:2] - guide.start)) > reach_m:
                found.append(_at("right_edge", place, guide.start))
    return found


def _corner(one: _Guide, two: _Guide, here: Any, reach_m: float) -> list[_Found]:
    """Where two right angles meet: the last corner of a rectangle."""
    turn = float(one.way[0] * two.way[1] - one.way[1] * two.way[0])
    if abs(turn) < 1e-6:
        return []
    way = two.start - one.start
    xy = one.start + one.way * (float(way[0] * two.way[1] - way[1] * two.way[0]) / turn)
    if np.hypot(*(xy - here)) > reach_m:
        return []
    return [("right_corner", None, (float(xy[0]), float(xy[1])), (one.start, two.start))]
