"""Says in which grid a point lies and which road section is nearest, for one point or a million."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from layers.domain.tables import Progress
from layers.gis import crs
from layers.words import t

Geometries = NDArray[np.object_]
Indices = NDArray[np.intp]

NEAR_M = 50.0  # a task belongs to no road section farther away than this
_CHUNK = 200_000
_WORTH_SORTING = 5_000


class Locator:
    """An index over the grids of one tier; lives as long as they do not change.

    ``codes`` and ``geometries`` (areas in EPSG:4490, None never matches) are parallel; indices in answers
    count in their order.
    """

    def __init__(self, codes: Sequence[str], geometries: ArrayLike) -> None:
        self.codes = list(codes)
        # The tree is built in the order of the codes: then the lowest hit of a point is the lowest code.
        self._order = np.argsort(np.asarray(self.codes, dtype=str), kind="stable").astype(np.intp)
        self._areas: Geometries = np.asarray(geometries, dtype=object)[self._order]
        shapely.prepare(self._areas)
        self._tree = shapely.STRtree(self._areas)

    def locate(self, x: ArrayLike, y: ArrayLike, progress: Progress | None = None) -> Indices:
        """Return for every point (degrees, EPSG:4490) the index of its grid, -1 for none.

        A point on a border belongs to the grid with the lowest code (design §3). NaN lies nowhere.
        """
        xs, ys = np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))
        found = np.full(len(xs), -1, dtype=np.intp)
        if not len(self._areas):
            return found
        order = self._walk(xs, ys)
        for start in range(0, len(xs), _CHUNK):
            if progress:
                progress(start, len(xs), t("checks.locating"))
            part = order[start : start + _CHUNK]
            found[part] = self._some(xs[part], ys[part])
        return found

    def _walk(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Indices:
        """Return the points in strips from west to east, each from south to north.

        Neighbours then ask the same grids one after the other, while those are still in the processor's
        cache: a million points in 100,000 grids take a third of the time.
        """
        if len(x) < _WORTH_SORTING:
            return np.arange(len(x), dtype=np.intp)
        boxes = shapely.bounds(self._areas[~shapely.is_missing(self._areas)])
        width = float(np.mean(boxes[:, 2] - boxes[:, 0])) if len(boxes) else 1.0
        strip = np.floor(np.nan_to_num(x, posinf=0.0, neginf=0.0) / max(width, 1e-6))
        return np.lexsort((y, strip)).astype(np.intp)

    def _some(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Indices:
        points = shapely.points(x, y)
        which, area = self._tree.query(points)
        hit = shapely.intersects_xy(self._areas[area], x[which], y[which])
        which, area = which[hit], area[hit]
        lowest = np.full(len(x), len(self._areas), dtype=np.intp)
        # Backwards by area, so that the last one written is the lowest; only points with several need it.
        lowest[which] = area
        if len(which) > len(np.unique(which)):
            np.minimum.at(lowest, which, area)
        return np.where(lowest < len(self._areas), self._order[np.minimum(lowest, len(self._areas) - 1)], -1)


def nearest_line(
    lines: ArrayLike, x: ArrayLike, y: ArrayLike, max_m: float = NEAR_M
) -> tuple[Indices, NDArray[np.float64]]:
    """Return for every point (degrees) the index of the nearest line within ``max_m`` and the metres to it.

    -1 and NaN where there is none; of lines equally near the first. Distances are geodesic: the nearest
    place is found in the Gauss-Krüger zone of the point, the way to it measured on the ellipsoid.
    """
    roads = np.asarray(lines, dtype=object)
    xs, ys = np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64))
    found, metres = np.full(len(xs), -1, dtype=np.intp), np.full(len(xs), np.nan)
    finite = np.isfinite(xs) & np.isfinite(ys)
    meridians = np.where(finite, np.round(np.where(finite, xs, 0.0) / 3) * 3, np.inf)
    for meridian in np.unique(meridians[finite]):
        mine = np.flatnonzero(meridians == meridian)
        # Only lines of this zone: far from its meridian metres are stretched, and nothing there is near.
        box = shapely.box(xs[mine].min() - 0.1, ys[mine].min() - 0.1, xs[mine].max() + 0.1, ys[mine].max() + 0.1)
        close = np.flatnonzero(~shapely.is_missing(roads) & shapely.intersects(roads, box))
        if not len(close):
            continue
        system = crs.local_crs(float(meridian))
        # Lines are straight in degrees; in steps of 100 m they stay so in metres to a tenth of a millimetre.
        flat, _ = crs.to_metres(shapely.segmentize(roads[close], 0.001), system)
        px, py = crs.metres_xy(xs[mine], ys[mine], system)
        points = shapely.points(px, py)
        tree = shapely.STRtree(flat)
        which, line = tree.query_nearest(points, max_distance=max_m * 1.01 + 0.01, all_matches=True)
        order = np.lexsort((line, which))
        which, line = which[order], line[order]
        first = np.ones(len(which), dtype=bool)
        first[1:] = which[1:] != which[:-1]
        which, line = which[first], line[first]
        foot = shapely.get_coordinates(shapely.line_interpolate_point(*_merged(flat[line], points[which])))
        lon, lat = crs.degrees_xy(foot[:, 0], foot[:, 1], system)
        away = crs.distance_m(xs[mine[which]], ys[mine[which]], lon, lat)
        near = away <= max_m
        found[mine[which[near]]] = close[line[near]]
        metres[mine[which[near]]] = away[near]
    return found, metres


def _merged(lines: Geometries, points: Geometries) -> tuple[Geometries, NDArray[np.float64]]:
    """Return, for pairs of line and point, a single line and how far along it the point's foot lies."""
    single = lines.copy()
    for i in np.flatnonzero(shapely.get_type_id(lines) == 5):
        parts = shapely.get_parts(lines[i])
        single[i] = parts[int(np.argmin(shapely.distance(parts, points[i])))]
    return single, np.asarray(shapely.line_locate_point(single, points), dtype=np.float64)
