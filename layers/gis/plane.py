"""The plane that a picture of the map is drawn on: metres east and north of its middle, north straight up."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import degrees, sqrt
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain import ground
from layers.gis.tiles import Geometries

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

E = sqrt(ground.F * (2 - ground.F))
STEEPEST = 84.0  # degrees of latitude beyond which nothing is drawn: Mercator runs away towards the poles


@dataclass(frozen=True)
class Plane:
    """The ellipsoidal Mercator projection, true to scale at its middle (degrees, EPSG:4490).

    Angles are right everywhere, lengths at the latitude of the middle; 10 km north of it they are too long by
    0.1 % at 31°. (Web Mercator, which takes the earth for a sphere, is 0.5 % longer northwards than eastwards
    there: too much for a scale that is printed as a number.) Snyder, Map Projections (USGS 1395), 7-6, 7-7, 14-20.
    """

    lon: float
    lat: float

    @property
    def _k(self) -> float:
        return degrees(ground.degree_m(self.lat)[0])  # the radius of the parallel

    def metres(self, coords: Floats) -> Floats:
        """Return (n, 2) metres east and north of the middle for (n, 2) degrees."""
        east = np.radians(coords[:, 0] - self.lon)
        north = _isometric(np.clip(coords[:, 1], -STEEPEST, STEEPEST)) - _isometric(np.array([self.lat]))
        return np.column_stack([east, north]) * self._k

    def degrees(self, metres: Floats) -> Floats:
        """Return (n, 2) degrees for (n, 2) metres: the inverse of `metres`, to 1e-11 degrees."""
        lon = self.lon + np.degrees(metres[:, 0] / self._k)
        psi = metres[:, 1] / self._k + _isometric(np.array([self.lat]))
        lat = 2 * np.arctan(np.exp(psi)) - np.pi / 2
        for _ in range(6):  # each turn is 150 times nearer
            lat = 2 * np.arctan(np.exp(psi + E * np.arctanh(E * np.sin(lat)))) - np.pi / 2
        return np.column_stack([lon, np.degrees(lat)])

    def box(self, half_width: float, half_height: float) -> Box:
        """Return (west, south, east, north) in degrees of a rectangle of metres round the middle."""
        west, south = self.degrees(np.array([[-half_width, -half_height]]))[0]
        east, north = self.degrees(np.array([[half_width, half_height]]))[0]
        return float(west), float(south), float(east), float(north)


def _isometric(latitude: Floats) -> Floats:
    """Return the isometric latitude, radians (Snyder 7-7, written with inverse hyperbolic tangents)."""
    sine = np.sin(np.radians(latitude))
    return np.asarray(np.arctanh(sine) - E * np.arctanh(E * sine))


def plane_of(box: Box) -> Plane:
    """Return the plane whose middle is that of a box on paper: half way between its edges when drawn."""
    psi = _isometric(np.array([max(box[1], -STEEPEST), min(box[3], STEEPEST)]))
    half = Plane((box[0] + box[2]) / 2, 0.0)
    latitude = half.degrees(np.array([[0.0, float(psi.mean()) * half._k]]))[0, 1]
    return Plane(half.lon, float(latitude))


def drawn(geometries: Geometries, plane: Plane, box: Box, detail: float) -> Geometries:
    """Return the geometries on the plane, cut at a box of metres and without bends finer than ``detail`` metres.

    What lies outside the box, or has no usable coordinates, becomes None.
    """
    if not len(geometries):
        return geometries
    moved = shapely.transform(geometries, plane.metres)
    simple = shapely.simplify(moved, detail, preserve_topology=False)
    out: Geometries = shapely.clip_by_rect(_valid(simple), *box)
    empty = shapely.is_empty(out) | shapely.is_missing(out)
    out[empty] = None
    return out


def _valid(geometries: Geometries) -> Geometries:
    """Mend what thinning has twisted: an invalid area cannot be cut."""
    areal = shapely.get_dimensions(geometries) == 2
    bad = np.flatnonzero(areal & ~shapely.is_valid(geometries))
    if len(bad):
        geometries = geometries.copy()
        geometries[bad] = shapely.buffer(geometries[bad], 0)
    return geometries


def paths(geometry: Any) -> tuple[Floats, ...]:
    """Return the lines of a geometry, the rings of an area, as arrays (n, 2); nothing for points and None."""
    if geometry is None:
        return ()
    parts = shapely.get_parts(geometry)
    areal = shapely.get_dimensions(parts) == 2
    lines = [*shapely.get_rings(parts[areal]), *parts[shapely.get_dimensions(parts) == 1]]
    return tuple(found for line in lines if len(found := shapely.get_coordinates(line)) > 1)


def borders(geometries: Geometries, plane: Plane, box: Box, detail: float, taken: Floats | None = None) -> Any:
    """Return (paths, segments): each border between neighbours once, joined to long lines and cut at a box.

    Borders of a coverage share their vertices to the last bit, so equal stretches are found by their ends.
    ``taken`` are the segments of what is drawn above: those are left out. Segments are an array (n, 4) in degrees.
    """
    if not len(geometries):
        return (), np.empty((0, 4))
    lines, segments = joined(geometries, taken)
    shown = drawn(lines, plane, box, detail)
    return tuple(path for line in shown for path in paths(line)), segments


def joined(geometries: Geometries, taken: Floats | None = None) -> tuple[Geometries, Floats]:
    """Return (lines, segments): the borders of areas as long lines in degrees, each stretch once; see `borders`."""
    rings = shapely.get_rings(shapely.get_parts(geometries))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    a, b = coords[:-1][inside], coords[1:][inside]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a[swap], b[swap] = b[swap], a[swap].copy()
    segments = np.unique(np.hstack([a, b]), axis=0)
    fresh = segments if taken is None or not len(taken) else _without(segments, taken)
    lines = shapely.linestrings(fresh.reshape(-1, 2, 2))
    whole = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))) if len(lines) else lines
    return whole, segments


def _without(segments: Floats, taken: Floats) -> Floats:
    both = np.vstack([taken, segments])
    kind = np.dtype((np.void, both.dtype.itemsize * 4))
    keys = np.ascontiguousarray(both).view(kind).ravel()
    return segments[~np.isin(keys[len(taken) :], keys[: len(taken)])]


def thinned(points: Floats, cell: float, most: int) -> NDArray[np.intp]:
    """Return the places of the points (n, 2) to draw: all, or past ``most`` the first of each cell of metres."""
    if len(points) <= most:
        return np.arange(len(points))
    cells = np.floor(points / cell).astype(np.int64)
    return np.sort(np.unique(cells, axis=0, return_index=True)[1])


def points_of(geometries: Sequence[Any] | Geometries, plane: Plane) -> Floats:
    """Return the points on the plane, (n, 2) metres; NaN for what has no coordinates."""
    xy = np.column_stack([shapely.get_x(geometries), shapely.get_y(geometries)])
    return plane.metres(xy.astype(float))
