"""Splits, joins, reshapes, cuts and moves one shape by another, in EPSG:4490 degrees; other corners stay bit-identical.

Outline and drawn line are noded together once and everything is put together again from the faces between them, which
share their corners exactly: nothing is cut twice, so no sliver and no drift can come of it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.ops import linemerge

from layers.domain import ground
from layers.errors import Refused
from layers.gis import crs

Place = tuple[float, float]
REACH_M = 0.01  # an end that misses an edge by less lies on it: hand, screen and rounding are coarser
APART_M = 50.0  # things on both sides of a street may be one thing; those farther apart are a slip of the hand
FLAT = 1e-15  # square degrees, a tenth of a square centimetre: corners set on one line enclose nothing
_LINES = ("LineString", "MultiLineString")


def split(shape: Any, line: Any) -> list[Any]:
    """Return the two or more parts into which a line cuts an area or a line, the largest first.

    What the cut does not meet (other parts of a multi-part shape) stays with the largest. Raises ``Refused`` when the
    cut does not go all the way through.
    """
    if shape.geom_type in _LINES:
        return _split_line(shape, line)
    pieces: list[Any] = []
    whole: list[Any] = []
    for part in shapely.get_parts(shape):
        faces = [face for face in _faces(part, line) if _within(face, part)]
        if len(faces) > 1:
            pieces += faces
        else:
            whole.append(part)
    if len(pieces) < 2:
        raise Refused("split_nothing")
    pieces.sort(key=lambda one: (-shapely.area(one), one.bounds))
    return [_multi([pieces[0], *whole]), *(_multi([piece]) for piece in pieces[1:])]


def _split_line(shape: Any, line: Any) -> list[Any]:
    pieces: list[Any] = []
    whole: list[Any] = []
    for part in shapely.get_parts(shape):
        cuts = _crossings(part, line)
        found = _cut_at(part, cuts)
        if len(found) > 1:
            pieces += found
        else:
            whole.append(part)
    if len(pieces) < 2:
        raise Refused("split_nothing")
    pieces.sort(key=lambda one: -shapely.length(one))
    return [shapely.multilinestrings([pieces[0], *whole]), *(shapely.multilinestrings([one]) for one in pieces[1:])]


def _crossings(line: Any, other: Any) -> list[float]:
    """Return where another line meets a line: distances along it, in degrees, without its ends."""
    met = shapely.intersection(line, _reaching(other, line))
    points = shapely.get_parts(met) if not met.is_empty else []
    at = {float(shapely.line_locate_point(line, shapely.Point(xy))) for p in points for xy in _ends(p)}
    length = float(shapely.length(line))
    return sorted(one for one in at if 1e-12 < one < length - 1e-12)


def _ends(shape: Any) -> list[Place]:
    found = shapely.get_coordinates(shape).tolist()
    return [(x, y) for x, y in ([found[0]] if len(found) == 1 else [found[0], found[-1]])]


def _cut_at(line: Any, cuts: Sequence[float]) -> list[Any]:
    """Return the pieces of a line between distances along it; its own corners keep their numbers."""
    xy = shapely.get_coordinates(line)
    steps = np.hypot(*np.diff(xy, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    pieces, start, at = [], [tuple(xy[0])], 0
    for cut in cuts:
        while at + 1 < len(xy) and along[at + 1] < cut - 1e-13:
            at += 1
            start.append(tuple(xy[at]))
        if at + 1 < len(xy) and abs(along[at + 1] - cut) <= 1e-13:
            here = tuple(xy[at + 1])
        else:
            share = (cut - along[at]) / (along[at + 1] - along[at])
            here = tuple(xy[at] + (xy[at + 1] - xy[at]) * share)
        if here != start[-1]:
            start.append(here)
        pieces.append(start)
        start = [here]
    start += [tuple(one) for one in xy[at + 1 :] if tuple(one) != start[-1]]
    return [shapely.LineString(piece) for piece in [*pieces, start] if len(piece) > 1]


def merge(shapes: Sequence[Any]) -> Any:
    """Return areas as one area, or lines as one line (end to end where they touch); as a multi-part shape.

    Raises ``Refused`` for fewer than two, for areas and lines together, or when some lie more than `APART_M` from all
    others.
    """
    if len(shapes) < 2 or len({shape.geom_type in _LINES for shape in shapes}) > 1:
        raise Refused("merge_kinds")
    _require_near(shapes)
    if shapes[0].geom_type in _LINES:
        joined = linemerge(shapely.multilinestrings([part for one in shapes for part in shapely.get_parts(one)]))
        return shapely.multilinestrings(list(shapely.get_parts(joined)))
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    union = shapely.coverage_union_all(array) if shapely.coverage_is_valid(array) else shapely.union_all(array)
    if not shapely.is_valid(union):
        union = shapely.union_all(array)
    return _multi(list(shapely.get_parts(union)))


def _require_near(shapes: Sequence[Any]) -> None:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    flat, _ = crs.to_metres(array)
    joined, rest = flat[:1], flat[1:]
    while len(rest):
        near = shapely.dwithin(rest[:, None], joined[None, :], APART_M).any(axis=1)
        if not near.any():
            off = float(shapely.distance(rest[:, None], joined[None, :]).min())
            raise Refused("merge_apart", metres=f"{off:,.0f}", most=f"{APART_M:.0f}")
        joined, rest = rest[near], rest[~near]


def reshape(shape: Any, line: Any) -> Any:
    """Return the shape with its outline led along a drawn line between the places where the line meets it.

    Inside an area the line cuts the smaller side off, outside it takes the ground in between. Raises ``Refused`` when
    the line meets the outline fewer than two times.
    """
    if shape.geom_type in _LINES:
        return _reshape_line(shape, line)
    parts, touched = [], False
    for part in shapely.get_parts(shape):
        new = _reshape_area(part, line)
        touched = touched or new is not None
        parts.append(part if new is None else new)
    if not touched:
        raise Refused("reshape_nothing")
    # A part that grew may have reached another one.
    result = _multi(parts)
    return result if shapely.is_valid(result) else merge([_multi([part]) for part in parts])


def _reshape_area(part: Any, line: Any) -> Any | None:
    faces = _faces(part, line)
    inside = [face for face in faces if _within(face, part)]
    outside = [face for face in faces if not _within(face, part)]
    rim = shapely.get_exterior_ring(part)
    hole = [face for face in outside if _within(face, shapely.Polygon(rim))]
    outside = [face for face in outside if face not in hole]
    if not shapely.intersects(rim, line):
        outside += _filled(part, hole)
    if len(inside) < 2 and not outside:
        return None
    # Drawn through the area: the largest side stays.
    array = np.empty(1 + len(outside), dtype=object)
    array[:] = [max(inside, key=lambda one: (shapely.area(one), one.bounds)), *outside]
    union = shapely.coverage_union_all(array)
    return max(shapely.get_parts(union), key=lambda one: (shapely.area(one), one.bounds))


def _filled(part: Any, faces: Sequence[Any]) -> list[Any]:
    """Return the smaller side of every hole that a line divides: drawn across a hole, a line makes it smaller."""
    found = []
    for ring in shapely.get_rings(part)[1:]:
        sides = [face for face in faces if _within(face, shapely.Polygon(ring))]
        if len(sides) > 1:
            found.append(min(sides, key=lambda one: (shapely.area(one), one.bounds)))
    return found


def _reshape_line(shape: Any, line: Any) -> Any:
    parts, touched = [], False
    for own in shapely.get_parts(shape):
        road = _reaching(line, own)
        places = [place for one in shapely.get_parts(shapely.intersection(own, road)) for place in _ends(one)]
        if len(places) < 2:
            parts.append(own)
            continue
        places.sort(key=lambda p: float(shapely.line_locate_point(road, shapely.Point(p))))
        first, last = (float(shapely.line_locate_point(own, shapely.Point(p))) for p in (places[0], places[-1]))
        ends = sorted((first, last))
        on_drawn = sorted(float(shapely.line_locate_point(road, shapely.Point(p))) for p in (places[0], places[-1]))
        middle = _stretch(road, *on_drawn)
        if first > last:
            middle = middle[::-1]
        new = [*_stretch(own, 0.0, ends[0]), *middle, *_stretch(own, ends[1], float(shapely.length(own)))]
        parts.append(shapely.LineString(_without_repeats(new)))
        touched = True
    if not touched:
        raise Refused("reshape_nothing")
    return shapely.multilinestrings(parts)


def _stretch(line: Any, start: float, end: float) -> list[Place]:
    """Return the corners of a line between two distances along it."""
    whole = float(shapely.length(line))
    if end - start <= 1e-13:
        return []
    pieces = _cut_at(line, [one for one in (start, end) if 1e-13 < one < whole - 1e-13])
    piece = pieces[1] if start > 1e-13 else pieces[0]
    return [(x, y) for x, y in shapely.get_coordinates(piece).tolist()]


def _without_repeats(path: Sequence[Place]) -> list[Place]:
    # A junction reckoned along two lines differs in its last digits: that is one corner, not two.
    kept: list[Place] = []
    for place in path:
        if not kept or abs(place[0] - kept[-1][0]) + abs(place[1] - kept[-1][1]) > 1e-12:
            kept.append(place)
    return kept


def cut(shape: Any, area: Any) -> Any:
    """Return the shape without what lies in an area. Raises ``Refused`` if that changes nothing or leaves nothing."""
    left = shapely.difference(shape, area)
    kind = 1 if shape.geom_type in _LINES else 2
    pieces = [part for part in shapely.get_parts(left) if shapely.get_dimensions(part) == kind and not part.is_empty]
    if not pieces:
        raise Refused("cut_all")
    if not shapely.intersects(shape, area) or shapely.equals(left, shape):
        raise Refused("cut_nothing")
    return shapely.multilinestrings(pieces) if kind == 1 else _multi(pieces)


def move(shape: Any, start: Place, end: Place) -> Any:
    """Return the shape moved as a whole by the way from one place to another, congruent in the local zone's metres."""
    zone = crs.local_crs(start[0])
    x, y = crs.metres_xy([start[0], end[0]], [start[1], end[1]], zone)
    way = np.array([x[1] - x[0], y[1] - y[0]])
    array = np.empty(1, dtype=object)
    array[0] = shape
    flat, _ = crs.to_metres(array, zone)
    xy = shapely.get_coordinates(flat[0]) + way
    lon, lat = crs.degrees_xy(xy[:, 0], xy[:, 1], zone)
    return shapely.set_coordinates(shapely.transform(shape, lambda c: c), np.column_stack([lon, lat]))


def rectangle(first: Place, second: Place, height: Place) -> list[Place]:
    """Return the four corners of a rectangle in metres: its base from first to second, as high as the third is off it.

    Raises ``Refused`` for a base or a height of nothing.
    """
    zone = crs.local_crs(first[0])
    x, y = crs.metres_xy([first[0], second[0], height[0]], [first[1], second[1], height[1]], zone)
    a, b, c = np.column_stack([x, y])
    base = b - a
    length = float(np.hypot(*base))
    if length < REACH_M:
        raise Refused("rectangle_flat")
    across = np.array([-base[1], base[0]]) / length
    high = float((c - a) @ across)
    if abs(high) < REACH_M:
        raise Refused("rectangle_flat")
    top = np.array([b + across * high, a + across * high])
    lon, lat = crs.degrees_xy(top[:, 0], top[:, 1], zone)
    return [first, second, *((float(p), float(q)) for p, q in zip(lon, lat, strict=True))]


def require_sound(shape: Any) -> None:
    """Raise ``Refused``, with the place, for a shape that crosses itself, or that has no extent."""
    area = shapely.get_dimensions(shape) == 2
    flat = float(shapely.area(shapely.convex_hull(shape)) if area else shapely.length(shape)) < FLAT
    if shapely.is_valid(shape) and not shape.is_empty and (not flat or shapely.get_dimensions(shape) == 0):
        return
    why = shapely.is_valid_reason(shape)
    where = why[why.find("[") + 1 : why.find("]")].split() if "[" in why else []
    if len(where) < 2 or flat:
        raise Refused("shape_empty")
    raise Refused("shape_crosses", lon=f"{float(where[0]):.5f}", lat=f"{float(where[1]):.5f}")


# -- faces -------------------------------------------------------------------------------------------------


def _faces(area: Any, line: Any) -> list[Any]:
    """Return the faces between the outlines of an area and a line; they share their corners exactly."""
    noded = shapely.union_all([*shapely.get_rings(area), _reaching(line, shapely.boundary(area))])
    return list(shapely.get_parts(shapely.polygonize(list(shapely.get_parts(noded)))))


def _reaching(line: Any, outline: Any) -> Any:
    """Return the line with an end that lies on an outline, but for rounding, led over it by a hair: so it meets it."""
    xy = [(x, y) for x, y in shapely.get_coordinates(line).tolist()]
    hair = REACH_M / ground.DEGREE
    for at, beside in ((0, 1), (-1, -2)):
        end = shapely.Point(xy[at])
        off = float(shapely.distance(end, outline))
        if off > hair:
            continue
        # A snapped end is within rounding of the edge on either side of it: it goes on along its own direction.
        dx, dy = xy[at][0] - xy[beside][0], xy[at][1] - xy[beside][1]
        length = float(np.hypot(dx, dy))
        if length > 0 and not _a_corner(xy[at], outline):
            over = (xy[at][0] + dx / length * hair, xy[at][1] + dy / length * hair)
            xy = [over, *xy] if at == 0 else [*xy, over]
    return shapely.LineString(xy)


def _a_corner(place: Place, outline: Any) -> bool:
    return bool((shapely.get_coordinates(outline) == place).all(axis=1).any())


def _within(face: Any, area: Any) -> bool:
    return bool(shapely.contains(area, shapely.point_on_surface(face)))


def _multi(parts: Sequence[Any]) -> Any:
    return shapely.multipolygons(list(parts))
