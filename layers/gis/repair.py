"""Makes geometries from outside usable, row by row: what cannot be used is left out and said, never raised."""

import re
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain.tables import Problem
from layers.gis import china
from layers.gis.crs import flat, to_storage

Geometries = NDArray[np.object_]
Want = Literal["point", "line", "polygon"]

MAX_VERTICES = 2_000_000  # of one feature; a province's coast has fewer
MAX_CROSSINGS = 2_000_000  # a self-crossing beyond this is not repaired: it could take hours and all memory

_DIMENSION = {"point": 0, "line": 1, "polygon": 2}
_SINGLE = {0: (0, 4), 1: (1, 2, 5), 2: (3, 6)}  # shapely type ids by dimension


class _Report:
    """Collects problems while a slice is repaired; ``row`` numbers are those of the source."""

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows
        self.problems: list[Problem] = []

    def say(self, index: int, key: str, **values: Any) -> None:
        self.problems.append(Problem(self.rows[index], key, values))


def usable(
    geometries: Geometries, rows: list[int], crs: str, want: Want | None = None
) -> tuple[Geometries, list[Problem]]:
    """Return geometries in EPSG:4490 fit for the workspace, and what had to be said about them.

    ``geometries`` is an object array in ``crs``; the answer has the same length, with None where a row
    has no usable geometry. Z and M are dropped, invalid areas are made valid by structure, parts of another
    dimension than ``want`` are left out (a point wanted from a multipoint of one is that point).
    """
    report = _Report(rows)
    found = flat(geometries).copy()

    def drop(mask: NDArray[np.bool_], key: str) -> None:
        for index in np.flatnonzero(mask):
            report.say(int(index), key)
        found[mask] = None

    drop(shapely.is_missing(found), "sources.no_geometry")
    there = ~shapely.is_missing(found)
    drop(there & shapely.is_empty(found), "sources.empty_geometry")
    drop(shapely.get_num_coordinates(found) > MAX_VERTICES, "sources.too_many_vertices")
    drop(_not_finite(found), "sources.not_finite")
    raw = found
    found = to_storage(raw, crs).copy()
    bounds = shapely.bounds(found)
    there = ~shapely.is_missing(found)
    with np.errstate(invalid="ignore"):
        inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    for index in np.flatnonzero(there & ~inside):
        x, y = (float(v) for v in shapely.get_coordinates(raw[index])[0])
        swapped = bool(china.in_china(y, x))
        key = "sources.swapped" if swapped else "sources.out_of_range"
        report.say(int(index), key, x=f"{x:.10g}", y=f"{y:.10g}")
    found[there & ~inside] = None
    _repair(found, report)
    if want:
        _keep(found, want, report)
    report.problems.sort(key=lambda problem: problem.row)
    return found, report.problems


def _not_finite(geometries: Geometries) -> NDArray[np.bool_]:
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    bad = np.zeros(len(geometries), dtype=bool)
    bad[owner[~np.isfinite(xy).all(axis=1)]] = True
    return bad


def _repair(found: Geometries, report: _Report) -> None:
    invalid = np.flatnonzero(~shapely.is_missing(found) & ~shapely.is_valid(found))
    for index in invalid:
        geometry = found[index]
        if _crossings(geometry) > MAX_CROSSINGS:
            report.say(int(index), "sources.too_tangled")
            found[index] = None
            continue
        reason = shapely.is_valid_reason(geometry)
        whole = mended(geometry)
        if whole is None:
            report.say(int(index), "sources.not_repairable")
            found[index] = None
            continue
        found[index] = whole
        place = re.search(r"\[(\S+) (\S+)\]", reason)
        lon, lat = (place.group(1), place.group(2)) if place else ("", "")
        report.say(int(index), "sources.repaired", lon=lon[:12], lat=lat[:12])


def mended(geometry: shapely.Geometry) -> shapely.Geometry | None:
    """Return a valid geometry that covers what an invalid one meant, None when nothing is left of it.

    By structure first: holes stay holes. Where rings run along each other GEOS (3.14) leaves parts that
    share an edge, which is invalid again; those are joined.
    """
    found = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    if found is not None and not found.is_valid:
        found = shapely.union_all(shapely.get_parts(found))
    return found if found is not None and found.is_valid and not found.is_empty else None


def _crossings(geometry: shapely.Geometry) -> float:
    """Estimate how many pairs of edges meet, from a few edges: cheap, and in bounded memory."""
    xy = shapely.get_coordinates(geometry)
    if len(xy) < 2_000:
        return 0.0
    segments = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    tree = shapely.STRtree(segments)
    sample = segments[:: max(1, len(segments) // 100)][:100]
    met = [len(tree.query(segment, predicate="intersects")) - 3 for segment in sample]
    return max(0.0, float(np.mean(met))) * len(segments) / 2


def _keep(found: Geometries, want: Want, report: _Report) -> None:
    """Reduce every geometry to its parts of the wanted dimension, in place."""
    types = shapely.get_type_id(found)
    fits = np.isin(types, _SINGLE[_DIMENSION[want]])
    fits &= ~((types == 4) & (shapely.get_num_geometries(found) != 1))
    for index in np.flatnonzero(~shapely.is_missing(found) & ~fits):
        whole = found[index]
        parts = _parts(whole, _DIMENSION[want])
        if not parts or (want == "point" and len(parts) != 1):
            report.say(int(index), "sources.wrong_kind", kind=whole.geom_type)
            found[index] = None
            continue
        if types[index] != 4:
            report.say(int(index), "sources.parts_left_out", kind=whole.geom_type)
        found[index] = parts[0] if want == "point" else _together(parts, want)
    for index in np.flatnonzero(shapely.get_type_id(found) == 4):
        found[index] = shapely.get_geometry(found[index], 0)


def _together(parts: list[shapely.Geometry], want: Want) -> shapely.Geometry:
    return shapely.multilinestrings(parts) if want == "line" else shapely.union_all(parts)


def _parts(geometry: shapely.Geometry, dimension: int) -> list[shapely.Geometry]:
    waiting, kept = [geometry], []
    while waiting:
        part = waiting.pop()
        if shapely.get_type_id(part) >= 4:
            waiting.extend(shapely.get_parts(part)[::-1])
        elif shapely.get_dimensions(part) == dimension and not part.is_empty:
            kept.append(shapely.linestrings(shapely.get_coordinates(part)) if part.geom_type == "LinearRing" else part)
    return kept


def to_multi(geometries: Geometries) -> Geometries:
    """Return polygons as multipolygons and lines as multilinestrings; points, multis and None stay."""
    found = np.asarray(geometries, dtype=object).copy()
    types = shapely.get_type_id(found)
    for single, build in ((3, shapely.multipolygons), (1, shapely.multilinestrings)):
        which = np.flatnonzero(types == single)
        if len(which):
            found[which] = build(found[which], indices=np.arange(len(which)))
    return found
