"""Finds where shapes of a coverage disagree: overlaps, gaps, slivers, children outside their parents."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain import ground
from layers.domain.things import Finding
from layers.gis import crs
from layers.gis.repair import mended

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]

FRAGMENT_M2 = 1.0  # a part of a grid smaller than this is left over from an edit


@dataclass(frozen=True)
class Shapes:
    """The shapes of one tier, made fit for calculating; ``broken`` says what was not.

    ``areas`` are valid areas in EPSG:4490 or None, parallel to ``uuids`` and ``codes``.
    """

    uuids: Sequence[str]
    codes: Sequence[str]
    areas: Geometries
    broken: tuple[Finding, ...]

    @classmethod
    def of(cls, uuids: Sequence[str], codes: Sequence[str], geometries: Geometries) -> "Shapes":
        """Take stored geometries; invalid ones are reported and mended for the rest of the check."""
        areas = np.asarray(geometries, dtype=object).copy()
        broken = []
        nothing = shapely.is_missing(areas) | shapely.is_empty(areas) | (shapely.get_dimensions(areas) != 2)
        for i in np.flatnonzero(nothing).tolist():
            broken.append(Finding("no_shape", "grid", (uuids[i],), (codes[i],), None, None, {}))
        areas[nothing] = None
        for i in np.flatnonzero(~nothing & ~shapely.is_valid(areas)).tolist():
            lon, lat = _spot(areas[i])
            broken.append(Finding("invalid", "grid", (uuids[i],), (codes[i],), lon, lat, {}))
            whole = mended(areas[i])
            areas[i] = whole if whole is not None and shapely.get_dimensions(whole) == 2 else None
        broken += _fragments(uuids, codes, areas)
        return cls(uuids, codes, areas, tuple(broken))

    @cached_property
    def there(self) -> NDArray[np.intp]:
        """The indices of the grids that have a shape."""
        return np.flatnonzero(~shapely.is_missing(self.areas))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """An index over the shapes; its answers count in ``there``."""
        return shapely.STRtree(self.areas[self.there])

    @cached_property
    def at_odds(self) -> NDArray[np.bool_]:
        """Which grids have an edge that does not agree with a neighbour's (GEOS coverage rules)."""
        odd = np.zeros(len(self.areas), dtype=bool)
        edges = shapely.coverage_invalid_edges(self.areas[self.there])
        odd[self.there] = ~shapely.is_empty(edges)
        return odd

    def union(self, kept: NDArray[np.bool_] | None = None) -> shapely.Geometry:
        """Return the union of the grids (of those ``kept``): fast where they agree, careful where not."""
        chosen = np.zeros(len(self.areas), dtype=bool)
        chosen[self.there] = True
        if kept is not None:
            chosen &= kept
        whole = shapely.coverage_union_all(self.areas[chosen & ~self.at_odds])
        odd = self.areas[chosen & self.at_odds]
        return shapely.union_all([whole, *odd]) if len(odd) else whole


def place(geometry: shapely.Geometry | None) -> tuple[float | None, float | None]:
    """Return a point in the geometry (lon, lat), None for none."""
    if geometry is None or geometry.is_empty:
        return None, None
    point = shapely.point_on_surface(geometry)
    return float(point.x), float(point.y)


def _spot(geometry: shapely.Geometry) -> tuple[float | None, float | None]:
    """Return where an invalid geometry is wrong, as GEOS says it: ``Self-intersection[121.5 31.2]``."""
    text = shapely.is_valid_reason(geometry)
    try:
        lon, lat = text[text.index("[") + 1 : text.rindex("]")].split()[:2]
        return float(lon), float(lat)
    except ValueError:
        return place(geometry)


def _fragments(uuids: Sequence[str], codes: Sequence[str], areas: Geometries) -> list[Finding]:
    several = np.flatnonzero(shapely.get_num_geometries(areas) > 1)
    parts, owner = shapely.get_parts(areas[several], return_index=True)
    found = []
    for part, own, size in zip(parts, owner, crs.area_m2(parts), strict=True):
        if size < FRAGMENT_M2:
            i = int(several[own])
            lon, lat = place(part)
            values = {"area_m2": round(float(size), 3)}
            found.append(Finding("fragment", "grid", (uuids[i],), (codes[i],), lon, lat, values))
    return found


@dataclass(frozen=True)
class _Sizes:
    """Areas in m² and mean widths in metres (twice the area over the outline) of some pieces."""

    area: Floats
    width: Floats

    @classmethod
    def of(cls, pieces: Geometries) -> "_Sizes":
        area, length = shapely.area(pieces), shapely.length(pieces)
        with np.errstate(invalid="ignore", divide="ignore"):
            width = np.where(length > 0, 2 * area / length, 0.0)
        return cls(np.nan_to_num(area), np.nan_to_num(width))


def overlaps(shapes: Shapes, tolerance_m: float, inlet_m: float = 0.0) -> list[Finding]:
    """Return ``overlap`` findings for pairs of grids, and slivers that open outwards if ``inlet_m`` > 0."""
    odd = np.flatnonzero(shapes.at_odds)
    found = _inlets(shapes, inlet_m, tolerance_m) if inlet_m else []
    if not len(odd):
        return found
    which, other = shapes.tree.query(shapes.areas[odd], predicate="intersects")
    pairs = np.sort(np.column_stack([odd[which], shapes.there[other]]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    left, right = shapes.areas[pairs[:, 0]], shapes.areas[pairs[:, 1]]
    pieces = shapely.intersection(left, right)
    pieces, keep, sizes = _real(pieces, lambda kept, system: _pairwise(left[kept], right[kept], system), tolerance_m)
    for k, piece, area, width in zip(keep, pieces, sizes.area, sizes.width, strict=True):
        a, b = (int(i) for i in pairs[k])
        lon, lat = place(piece)
        values = {"area_m2": round(float(area), 3), "width_m": round(float(width), 3)}
        uuids, codes = (shapes.uuids[a], shapes.uuids[b]), (shapes.codes[a], shapes.codes[b])
        found.append(Finding("overlap", "grid", uuids, codes, lon, lat, values))
    return found


def _pairwise(left: Geometries, right: Geometries, system: str) -> Geometries:
    first, second = (crs.to_metres(side, system)[0] for side in (left, right))
    return np.asarray(_areas_only(shapely.intersection(shapely.buffer(first, 0), shapely.buffer(second, 0))))


def _areas_only(pieces: Geometries) -> Geometries:
    """Return the pieces without the lines and points that a mere touch leaves."""
    pieces = np.asarray(pieces, dtype=object).copy()
    mixed = np.flatnonzero(shapely.get_type_id(pieces) == 7)
    for i in mixed:
        parts = shapely.get_parts(pieces[i])
        pieces[i] = shapely.multipolygons([p for p in parts if shapely.get_type_id(p) == 3])
    pieces[shapely.get_dimensions(pieces) != 2] = None
    return pieces


def _real(pieces: Geometries, again: object, tolerance_m: float) -> tuple[Geometries, NDArray[np.intp], _Sizes]:
    """Keep the pieces that are faults in degrees and in metres: (pieces, their indices, their sizes).

    ``again(indices, crs)`` makes the same pieces from projected inputs. The smaller measure of the two counts.
    """
    pieces = _areas_only(pieces)
    kept = np.flatnonzero(~shapely.is_missing(pieces))
    if not len(kept):
        return pieces[kept], kept, _Sizes.of(pieces[kept])
    flat, system = crs.to_metres(pieces[kept])
    sizes = _Sizes.of(flat)
    wide = sizes.width >= tolerance_m
    kept, sizes = kept[wide], _Sizes(sizes.area[wide], sizes.width[wide])
    if not len(kept):
        return pieces[kept], kept, sizes
    other = _Sizes.of(again(kept, system))  # type: ignore[operator]
    both = _Sizes(np.minimum(sizes.area, other.area), np.minimum(sizes.width, other.width))
    wide = both.width >= tolerance_m
    kept = kept[wide]
    return pieces[kept], kept, _Sizes(both.area[wide], both.width[wide])


def nesting(shapes: Shapes, upper: Shapes, parent: NDArray[np.intp], tolerance_m: float) -> list[Finding]:
    """Return ``outside`` and ``wrong_parent`` findings; ``parent`` is each grid's place in ``upper`` or -1."""
    mine = shapes.there[(parent[shapes.there] >= 0)]
    mine = mine[~shapely.is_missing(upper.areas[parent[mine]])]
    shapely.prepare(upper.areas)
    loose = mine[~shapely.covers(upper.areas[parent[mine]], shapes.areas[mine])]
    if not len(loose):
        return []
    children, parents = shapes.areas[loose], upper.areas[parent[loose]]

    def again(kept: NDArray[np.intp], system: str) -> Geometries:
        child, over = (crs.to_metres(side[kept], system)[0] for side in (children, parents))
        return _areas_only(shapely.difference(shapely.buffer(child, 0), shapely.buffer(over, 0)))

    pieces, keep, sizes = _real(shapely.difference(children, parents), again, tolerance_m)
    whole = shapely.area(children[keep])
    found = []
    for k, piece, area, size in zip(keep, pieces, sizes.area, whole, strict=True):
        i = int(loose[k])
        lon, lat = place(piece)
        code = upper.codes[int(parent[i])]
        values = {"area_m2": round(float(area), 3), "parent": code}
        kind = "outside"
        if piece.area > 0.5 * size:
            inside = upper.tree.query(shapely.point_on_surface(shapes.areas[i]), predicate="intersects")
            kind = "wrong_parent"
            values["better"] = min((upper.codes[int(upper.there[n])] for n in inside), default="")
        found.append(Finding(kind, "grid", (shapes.uuids[i],), (shapes.codes[i],), lon, lat, values))
    return found


def gaps(
    shapes: Shapes, region: shapely.Geometry | None, upper: Shapes | None, tolerance_m: float, sliver_m: float
) -> list[Finding]:
    """Return ``gap`` and ``sliver`` findings: what of ``region`` no grid covers; without one, the holes."""
    if not len(shapes.there) or (region is None and len(shapes.there) == 1):
        return []
    whole = shapes.union()
    if region is None:
        pieces = _holes(whole)
    else:
        pieces = np.asarray(shapely.get_parts(shapely.difference(region, whole)), dtype=object)
    if not len(pieces):
        return []

    def again(kept: NDArray[np.intp], system: str) -> Geometries:
        if region is None:
            return crs.to_metres(pieces[kept], system)[0]
        ground, cover = crs.to_metres(np.array([region, whole], dtype=object), system)[0]
        open_m = shapely.difference(shapely.make_valid(ground), shapely.make_valid(cover))
        around = shapely.buffer(crs.to_metres(pieces[kept], system)[0], 2 * tolerance_m)
        return _areas_only(shapely.intersection(open_m, around))

    found = []
    for _, piece, area, width in _zipped(_real(pieces, again, tolerance_m)):
        found.append(_gap(shapes, upper, piece, area, width, sliver_m))
    return found


def inherited(
    shapes: Shapes, upper: Shapes, region: shapely.Geometry, tolerance_m: float, sliver_m: float
) -> list[Finding]:
    """Return the holes and narrow inlets that the grids left and ``region``, the tier above them, has as well.

    A tier that was made by dissolving the one below is no witness against it. What lies between several grids of
    the tier above is seen there.
    """
    found = []
    for finding in _inlets(shapes, sliver_m, tolerance_m, region):
        around = shapely.Point(finding.lon, finding.lat).buffer(sliver_m / ground.DEGREE)
        within = shapely.intersects_xy(region, finding.lon, finding.lat)
        if not within and len(upper.tree.query(around, predicate="intersects")) < 2:
            found.append(finding)
    pieces = _holes(region) if len(upper.there) == 1 else np.empty(0, dtype=object)
    if len(pieces):
        inside, _ = shapes.tree.query(shapely.point_on_surface(pieces), predicate="intersects")
        pieces = np.delete(pieces, inside)
    real = _real(pieces, lambda kept, system: crs.to_metres(pieces[kept], system)[0], tolerance_m)
    return found + [_gap(shapes, None, piece, area, width, sliver_m) for _, piece, area, width in _zipped(real)]


def _holes(whole: shapely.Geometry) -> Geometries:
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def _zipped(real: tuple[Geometries, NDArray[np.intp], _Sizes]) -> list[tuple[int, shapely.Geometry, float, float]]:
    pieces, kept, sizes = real
    return list(zip(kept.tolist(), pieces, sizes.area.tolist(), sizes.width.tolist(), strict=True))


def _gap(
    shapes: Shapes, upper: Shapes | None, piece: shapely.Geometry, area: float, width: float, sliver_m: float
) -> Finding:
    near = shapes.tree.query(shapely.buffer(piece, 0.02 / ground.DEGREE), predicate="intersects")
    beside = sorted((int(shapes.there[i]) for i in near), key=lambda i: shapes.codes[i])[:8]
    parents = _holding(upper, piece) if upper is not None else []
    lon, lat = place(piece)
    values = {"area_m2": round(area, 3), "width_m": round(width, 3), "parents": ", ".join(parents[:4])}
    return Finding(
        "sliver" if width < sliver_m else "gap",
        "grid",
        tuple(shapes.uuids[i] for i in beside),
        tuple(shapes.codes[i] for i in beside),
        lon,
        lat,
        values,
    )


def _holding(upper: Shapes, piece: shapely.Geometry) -> list[str]:
    """Return the codes of the parents in which the piece lies (not of those that it only touches)."""
    near = upper.there[upper.tree.query(piece, predicate="intersects")]
    shared = shapely.area(shapely.intersection(upper.areas[near], piece))
    return sorted(upper.codes[int(i)] for i in near[shared > 0.001 * piece.area])


def _inlets(
    shapes: Shapes, inlet_m: float, tolerance_m: float, region: shapely.Geometry | None = None
) -> list[Finding]:
    """Find narrow gaps that reach the outside: no hole, and without an outline nothing else shows them.

    With a ``region`` only between grids at its rim: no others can border on such a gap.
    """
    areas = shapes.areas[shapes.there if region is None else shapes.there[_at_rim(shapes, region)]]
    if len(areas) < 2:
        return []
    edges = shapely.coverage_invalid_edges(areas, gap_width=inlet_m / ground.DEGREE)
    which = np.flatnonzero(~shapely.is_empty(edges))
    if not len(which):
        return []
    flat, system = crs.to_metres(np.asarray(edges[which], dtype=object))
    strips = shapely.union_all(shapely.buffer(flat, inlet_m, cap_style="flat", join_style="mitre"))
    near = np.unique(shapes.tree.query(_degrees(strips, system)))
    cover = shapely.union_all(shapely.buffer(crs.to_metres(shapes.areas[shapes.there[near]], system)[0], 0))
    holes = [
        shapely.Polygon(r) for part in shapely.get_parts(cover) if part.geom_type == "Polygon" for r in part.interiors
    ]
    # Edges that disagree by the noise of drawing have strips outside as well: between grids is what closing fills.
    closed = shapely.buffer(shapely.buffer(cover, inlet_m / 2, join_style="mitre"), -inlet_m / 2, join_style="mitre")
    slits = shapely.intersection(shapely.difference(strips, shapely.union_all([cover, *holes])), closed)
    fine = tolerance_m / 10
    slits = shapely.buffer(shapely.buffer(slits, -fine, join_style="mitre"), fine, join_style="mitre")
    pieces = shapely.get_parts(slits)
    sizes = _Sizes.of(pieces)
    found = []
    for piece, area, width in zip(pieces, sizes.area, sizes.width, strict=True):
        if width >= tolerance_m:
            finding = _gap(shapes, None, _degrees(piece, system), float(area), float(width), np.inf)
            if len(finding.uuids) > 1:
                found.append(finding)
    return found


def _at_rim(shapes: Shapes, region: shapely.Geometry) -> NDArray[np.intp]:
    """Return which of the grids that are there come near the outline of a region."""
    lines, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(region)), return_index=True)
    pairs = np.stack([lines[:-1], lines[1:]], axis=1)[ring[:-1] == ring[1:]]
    return np.unique(shapes.tree.query(shapely.linestrings(pairs))[1])


def _degrees(geometry: shapely.Geometry, system: str) -> shapely.Geometry:
    xy = shapely.get_coordinates(geometry)
    return shapely.set_coordinates(
        np.array([geometry], dtype=object), np.column_stack(crs.degrees_xy(xy[:, 0], xy[:, 1], system))
    )[0]
