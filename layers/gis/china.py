"""Shifts between WGS84/CGCS2000 and the Chinese web maps' GCJ-02 and BD-09, on whole arrays.

GCJ-02 ("Mars" coordinates: Amap, Tencent, Google in China) is WGS84 plus a published-by-reverse-engineering
polynomial and sine series on the Krassovsky ellipsoid; BD-09 (Baidu) adds a polar wobble. The formulas are
those of the public eviltransform / coordtransform / gcoord programs, which agree to nanometres forwards.
Backwards they approximate (up to metres off); here both inverses are iterated until they are exact.
Points outside China's bounding box are not shifted. Longitudes and latitudes are degrees.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.domain.base_maps import BD09, GCJ02

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

_A = 6378245.0  # Krassovsky 1940, as in the original
_EE = 0.00669342162296594323
_X_PI = np.pi * 3000.0 / 180.0
_ROUNDS = 40  # each round shrinks the error by a factor of about 1000; more than enough


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Say which points are shifted: the box 72.004–137.8347° E, 0.8293–55.8271° N of the original."""
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    return (x >= 72.004) & (x <= 137.8347) & (y >= 0.8293) & (y <= 55.8271)


def _shift(lon: Degrees, lat: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _EE * np.sin(phi) ** 2
    dlat = north * 180.0 / ((_A * (1.0 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    dlon = east * 180.0 / (_A / np.sqrt(magic) * np.cos(phi) * np.pi)
    return dlon, dlat


def _floats(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return GCJ-02 degrees for WGS84 (or CGCS2000) degrees; outside China unchanged."""
    x, y = _floats(lon, lat)
    inside = in_china(x, y)
    with np.errstate(invalid="ignore"):
        dx, dy = _shift(np.where(inside, x, 120.0), np.where(inside, y, 30.0))
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return WGS84 degrees for GCJ-02 degrees, exact: shifting them again gives the input to 1e-12°.

    A point is shifted back if it is inside the box; within some 600 m of the box's edge, where the forward
    shift jumps, no exact answer exists and the nearest is returned.
    """
    gx, gy = _floats(lon, lat)
    inside = in_china(gx, gy)
    tx, ty = np.where(inside, gx, 120.0), np.where(inside, gy, 30.0)
    x, y = tx, ty
    for _ in range(_ROUNDS):
        dx, dy = _shift(x, y)
        nx, ny = tx - dx, ty - dy
        done = np.all(np.abs(nx - x) < 1e-13) and np.all(np.abs(ny - y) < 1e-13)
        x, y = nx, ny
        if done:
            break
    return np.where(inside, x, gx), np.where(inside, y, gy)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return BD-09 degrees for GCJ-02 degrees; outside China unchanged."""
    x, y = _floats(lon, lat)
    inside = in_china(x, y)
    bx, by = _wobble(x, y)
    return np.where(inside, bx, x), np.where(inside, by, y)


def _wobble(x: Degrees, y: Degrees) -> Pair:
    z = np.hypot(x, y) + 0.00002 * np.sin(y * _X_PI)
    theta = np.arctan2(y, x) + 0.000003 * np.cos(x * _X_PI)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return GCJ-02 degrees for BD-09 degrees, exact as ``gcj02_to_wgs84`` is; outside China unchanged."""
    bx, by = _floats(lon, lat)
    inside = in_china(bx, by)
    tx, ty = np.where(inside, bx, 120.0), np.where(inside, by, 30.0)
    x, y = tx - 0.0065, ty - 0.006
    for _ in range(_ROUNDS):
        wx, wy = _wobble(x, y)
        nx, ny = x + (tx - wx), y + (ty - wy)
        done = np.all(np.abs(nx - x) < 1e-13) and np.all(np.abs(ny - y) < 1e-13)
        x, y = nx, ny
        if done:
            break
    return np.where(inside, x, bx), np.where(inside, y, by)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return BD-09 degrees for WGS84 degrees; outside China unchanged."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return WGS84 degrees for BD-09 degrees, exact; outside China unchanged."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


_SHIFTS = {GCJ02: (wgs84_to_gcj02, gcj02_to_wgs84), BD09: (wgs84_to_bd09, bd09_to_wgs84)}


def shifted(origin: str, lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return the degrees of ``origin`` (``gcj02``, ``bd09``, anything else: the same) for WGS84 degrees."""
    return _SHIFTS[origin][0](lon, lat) if origin in _SHIFTS else _floats(lon, lat)


def true(origin: str, lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return WGS84 degrees for degrees of ``origin``: `shifted` undone."""
    return _SHIFTS[origin][1](lon, lat) if origin in _SHIFTS else _floats(lon, lat)
