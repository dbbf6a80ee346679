"""How an image lies on the earth: pixels to coordinates and back, and the fit to places that somebody clicked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.domain.base_maps import AFFINE, PROJECTIVE, ControlPoint
from layers.errors import SourceError
from layers.gis import china, crs

Floats = NDArray[np.float64]
NEEDED = {AFFINE: 3, PROJECTIVE: 4}
NOTICED = 1.0  # m: below this nobody needs to look for a wrong point
BETTER = 4.0  # times smaller is the error without a wrong point


@dataclass(frozen=True)
class Placement:
    """Pixels (x to the right, y down, origin in the image's upper left corner) times a 3 x 3 matrix, by rows, are
    coordinates in ``crs`` (x east, y north). ``origin`` says that those
    coordinates are shifted, ``gcj02`` or ``bd09``."""

    crs: str
    matrix: tuple[float, ...]
    origin: str = ""


@dataclass(frozen=True)
class Fit:
    """The placement that fits control points best, and how far each of them lies off on the ground, in metres."""

    placement: Placement
    residuals: tuple[float, ...]
    mean: float


def affine(crs_text: str, a: float, b: float, c: float, d: float, e: float, f: float) -> Placement:
    """Return the placement x = a·col + b·row + c, y = d·col + e·row + f."""
    return Placement(crs_text, (a, b, c, d, e, f, 0.0, 0.0, 1.0))


def usable(placement: Placement) -> bool:
    """Say whether the matrix is finite and can be undone."""
    matrix = _matrix(placement)
    if not np.isfinite(matrix).all():
        return False
    scale = np.abs(matrix[:2, :2]).max()
    return bool(scale > 0 and abs(np.linalg.det(matrix[:2, :2])) > 1e-12 * scale**2)


def to_degrees(placement: Placement, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes (EPSG:4490) of pixels; not finite where there is no place for them."""
    east, north = _apply(_matrix(placement), np.asarray(x, float), np.asarray(y, float))
    lon, lat = crs.storage_xy(east, north, placement.crs)
    return china.true(placement.origin, lon, lat)


def to_pixels(placement: Placement, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return pixels of longitudes and latitudes (EPSG:4490); not finite where there are none."""
    lon, lat = china.shifted(placement.origin, lon, lat)
    east, north = crs.from_storage_xy(lon, lat, placement.crs)
    return _apply(np.asarray(np.linalg.inv(_matrix(placement)), np.float64), east, north)


def bounds(placement: Placement, width: int, height: int) -> tuple[float, float, float, float]:
    """Return the box (west, south, east, north) of an image in degrees.

    Raises ``ValueError`` when it lies nowhere on the earth, or has no size.
    """
    along = np.linspace(0.0, 1.0, 17)
    x = np.concatenate([along * width, along * width, np.zeros(17), np.full(17, width)])
    y = np.concatenate([np.zeros(17), np.full(17, height), along * height, along * height])
    lon, lat = to_degrees(placement, x, y)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise ValueError("not on the earth")
    west, south, east, north = float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
    if west < -180 or east > 180 or south < -90 or north > 90 or east - west < 1e-9 or north - south < 1e-9:
        raise ValueError("not on the earth")
    return west, south, east, north


def fitted(points: Sequence[ControlPoint], kind: str, path: str = "") -> Fit:
    """Return the best fit of an image to control points by least squares, in the local Gauss-Krüger zone.

    ``affine`` (shifted, turned, stretched: 3 points and more) or ``projective`` (a photographed sheet: 4 and
    more). Least squares of the equations x·(g·col + h·row + 1) = a·col + b·row + c, on normalised coordinates
    (Hartley, "In defense of the eight-point algorithm", 1997). Raises ``SourceError`` when there are too few
    points, or all of them lie on one line.
    """
    if len(points) < NEEDED[kind]:
        raise SourceError("base_few_points", path=path, count=NEEDED[kind])
    pixels = np.array([(one.x, one.y) for one in points])
    degrees = np.array([(one.lon, one.lat) for one in points])
    zone = crs.local_crs(float(degrees[:, 0].mean()))
    ground = np.column_stack(crs.metres_xy(degrees[:, 0], degrees[:, 1], zone))
    if not np.isfinite(ground).all() or np.ptp(ground, axis=0).max() > 2_000_000:
        raise SourceError("base_points_apart", path=path)
    t_pixels, t_ground = _normal(pixels, path), _normal(ground, path)
    p = _apply(t_pixels, pixels[:, 0], pixels[:, 1])
    g = _apply(t_ground, ground[:, 0], ground[:, 1])
    solved = _solve(np.column_stack(p), np.column_stack(g), kind)
    whole = np.linalg.inv(t_ground) @ solved @ t_pixels
    matrix: Floats = np.asarray(whole / whole[2, 2], np.float64)
    placement = Placement(zone, tuple(float(one) for one in matrix.ravel()))
    east, north = _apply(matrix, pixels[:, 0], pixels[:, 1])
    off = np.hypot(east - ground[:, 0], north - ground[:, 1])
    if not usable(placement) or not np.isfinite(off).all():
        raise SourceError("base_points_line", path=path)
    return Fit(placement, tuple(float(one) for one in off), float(np.sqrt((off**2).mean())))


def outlier(points: Sequence[ControlPoint], kind: str, mean: float) -> tuple[int, float]:
    """Return the point that was most likely placed wrongly and the mean error in metres without it, (-1, 0) for none.

    ``mean`` is that of all. Least squares spread one error over all points, so that the wrong one need not be the
    one farthest off: each is left out once (cross-validation), and one without which the rest fits several times
    better is it. That needs two points more than the fit does.
    """
    if len(points) < NEEDED[kind] + 2 or mean < NOTICED:
        return -1, 0.0
    means = []
    for i in range(len(points)):
        try:
            means.append(fitted([*points[:i], *points[i + 1 :]], kind).mean)
        except SourceError:  # without it the rest lies on one line
            means.append(float("inf"))
    best = min(range(len(means)), key=means.__getitem__)
    return (best, means[best]) if means[best] * BETTER < mean else (-1, 0.0)


def _solve(pixels: Floats, ground: Floats, kind: str) -> Floats:
    x, y, east, north = pixels[:, 0], pixels[:, 1], ground[:, 0], ground[:, 1]
    one, none = np.ones_like(x), np.zeros_like(x)
    if kind == AFFINE:
        found, *_ = np.linalg.lstsq(np.column_stack([x, y, one]), ground, rcond=None)
        return np.vstack([found.T, [0.0, 0.0, 1.0]])
    rows = np.vstack(
        [
            np.column_stack([x, y, one, none, none, none, -east * x, -east * y]),
            np.column_stack([none, none, none, x, y, one, -north * x, -north * y]),
        ]
    )
    solution, *_ = np.linalg.lstsq(rows, np.concatenate([east, north]), rcond=None)
    return np.append(solution, 1.0).reshape(3, 3)


def _normal(points: Floats, path: str) -> Floats:
    """Return the matrix that moves points to the origin and makes their mean distance one.

    Raises ``SourceError`` when they lie on one line: no image is placed by that.
    """
    centre = points.mean(axis=0)
    off = points - centre
    sizes = np.linalg.svd(off, compute_uv=False)
    if sizes[0] == 0 or sizes[1] < 0.01 * sizes[0]:
        raise SourceError("base_points_line", path=path)
    scale = 1.0 / float(np.hypot(off[:, 0], off[:, 1]).mean())
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1.0]])


def _matrix(placement: Placement) -> Floats:
    return np.array(placement.matrix, dtype=np.float64).reshape(3, 3)


def _apply(matrix: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    w = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    # Beyond the horizon of a projective fit there is nothing.
    w = np.where(w * np.sign(matrix[2, 2]) > 1e-9 * abs(matrix[2, 2]), w, np.nan)
    return (
        np.asarray((matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / w),
        np.asarray((matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / w),
    )
