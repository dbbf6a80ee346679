"""Where a tile lies: the web-mercator pyramid over EPSG:4490 degrees, and geometry moved into its pixels."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[Any]
"""An object array of shapely geometries in EPSG:4490 (longitude, latitude) degrees, shape (n,)."""

EXTENT = 4096
MAX_LATITUDE = 85.0511287798066  # where the square web-mercator world ends


def bounds(z: int, x: int, y: int, margin: float = 0.0) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) in degrees of a tile widened by ``margin`` tiles on each side.

    The pyramid is the usual one: (0, 0) in the north-west, ``2**z`` tiles across. CGCS2000 and WGS 84
    latitudes are treated alike, as every web map does; they differ by less than a millimetre here.
    """
    west, east = (np.array([x - margin, x + 1 + margin]) / 2**z) * 360.0 - 180.0
    north, south = _latitude(np.array([y - margin, y + 1 + margin]) / 2**z)
    return float(west), float(south), float(east), float(north)


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Return (x, y) of the tile of zoom ``z`` that a point lies in, kept inside the pyramid."""
    fx, fy = _world(np.array([[lon, lat]]))[0] * 2**z
    last = 2**z - 1
    return min(max(int(fx), 0), last), min(max(int(fy), 0), last)


def to_pixels(
    geometries: Geometries, z: int, x: int, y: int, extent: int = EXTENT, *, whole: bool = True
) -> Geometries:
    """Return the geometries in the pixels of a tile: origin north-west, y down, ``extent`` units across.

    ``whole`` rounds to whole units, as a vector tile holds them.
    """
    offset = np.array([x, y], dtype=float)
    scale = float(2**z)

    def move(coords: NDArray[np.float64]) -> NDArray[np.float64]:
        pixels = (_world(coords) * scale - offset) * extent
        return np.asarray(np.rint(pixels) if whole else pixels)

    moved: Geometries = shapely.transform(geometries, move)
    return moved


def clip(geometries: Geometries, box: tuple[float, float, float, float]) -> Geometries:
    """Cut the geometries at a box; what lies inside stays the same object, what lies outside becomes None."""
    out = geometries.copy()
    if not len(out):
        return out
    b = shapely.bounds(out)
    with np.errstate(invalid="ignore"):
        inside = (b[:, 0] >= box[0]) & (b[:, 1] >= box[1]) & (b[:, 2] <= box[2]) & (b[:, 3] <= box[3])
        apart = (b[:, 0] > box[2]) | (b[:, 1] > box[3]) | (b[:, 2] < box[0]) | (b[:, 3] < box[1])
    apart |= np.isnan(b[:, 0])
    out[apart] = None
    cut = ~inside & ~apart
    if cut.any():
        out[cut] = _cut(out[cut], box)
    return out


def _cut(geometries: Geometries, box: tuple[float, float, float, float]) -> Geometries:
    try:
        pieces: Geometries = shapely.clip_by_rect(geometries, *box)
    except shapely.errors.GEOSException:
        # One broken shape must not cost the picture of the others.
        pieces = shapely.intersection(shapely.make_valid(geometries), shapely.box(*box))
    return pieces


def _world(coords: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees to the unit square of the web-mercator world, y down."""
    out = np.empty_like(coords)
    out[:, 0] = coords[:, 0] / 360.0 + 0.5
    sine = np.sin(np.radians(np.clip(coords[:, 1], -MAX_LATITUDE, MAX_LATITUDE)))
    out[:, 1] = 0.5 - np.arctanh(sine) / (2.0 * np.pi)
    return out


def _latitude(y: NDArray[np.float64]) -> NDArray[np.float64]:
    latitudes: NDArray[np.float64] = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * y))))
    return latitudes
