"""Makes map tiles of pictures that do not lie on the map's own pyramid: bent to it by small four-sided cells.

Within a cell the place in the source is interpolated between its four corners (bilinearly), so that neighbouring
cells and tiles meet without a step. How far that lies off for the GCJ-02 shift, measured over China with 8 x 8 cells:
0.05 pixels at zoom 8, 0.02 at zoom 10, below 0.001 from zoom 14 on; the test holds every zoom under 0.1.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.gis import china, placement, tiles
from layers.gis.placement import Placement

Floats = NDArray[np.float64]
Source = Callable[[Floats, Floats], tuple[Floats, Floats]]  # degrees -> pixels of the source at its full size
Part = Callable[[tuple[int, int, int, int]], Image.Image | None]  # box in pixels -> the picture in it

SIDE = 256
CELLS = 8
MOST = 2_048  # pixels of the source across one tile: more would be a source level chosen too fine


def nodes(z: int, x: int, y: int, cells: int = CELLS) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of the corners of a tile's cells, shape (cells + 1, cells + 1), rows down."""
    steps = np.arange(cells + 1) / cells
    lon = (x + steps) / 2**z * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * (y + steps) / 2**z))))
    return np.meshgrid(lon, lat)


def shifted_pixels(z: int, origin: str) -> Source:
    """Return the way from true degrees to the pixels of a pyramid in GCJ-02 or BD-09 degrees (the world is 256·2^z)."""

    def to(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        x, y = china.shifted(origin, lon, lat)
        sine = np.sin(np.radians(np.clip(y, -tiles.MAX_LATITUDE, tiles.MAX_LATITUDE)))
        return (x / 360.0 + 0.5) * SIDE * 2**z, (0.5 - np.arctanh(sine) / (2 * np.pi)) * SIDE * 2**z

    return to


def image_pixels(where: Placement) -> Source:
    """Return the way from degrees to the pixels of a placed image."""
    return lambda lon, lat: placement.to_pixels(where, lon, lat)


def scale(x: Floats, y: Floats, cells: int = CELLS) -> float:
    """Return how many source pixels one pixel of the tile covers, by the middle one of its cells; NaN if unknown."""
    width = SIDE / cells
    along = np.hypot(np.diff(x, axis=1), np.diff(y, axis=1)) / width
    down = np.hypot(np.diff(x, axis=0), np.diff(y, axis=0)) / width
    both = np.concatenate([along.ravel(), down.ravel()])
    both = both[np.isfinite(both)]
    return float(np.median(both)) if len(both) else float("nan")


def bent(x: Floats, y: Floats, limits: tuple[int, int] | None, part: Part) -> Image.Image | None:
    """Return a tile of 256 pixels whose cells' corners lie at source pixels x, y (as `nodes` orders them).

    ``limits`` is the size of the source. None if nothing of it is in the tile. Corners that are not finite
    leave their cells empty.
    """
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return None
    left, upper = int(np.floor(x[good].min())) - 2, int(np.floor(y[good].min())) - 2
    right, lower = int(np.ceil(x[good].max())) + 2, int(np.ceil(y[good].max())) + 2
    if limits is not None:
        left, upper, right, lower = max(left, 0), max(upper, 0), min(right, limits[0]), min(lower, limits[1])
    if right <= left or lower <= upper or max(right - left, lower - upper) > MOST:
        return None
    source = part((left, upper, right, lower))
    if source is None:
        return None
    cells = len(x) - 1
    step = SIDE // cells
    mesh = []
    for i in range(cells):
        for j in range(cells):
            if good[i : i + 2, j : j + 2].all():
                corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))  # Pillow: from the upper left, down first
                quad = tuple(float(v) for p in corners for v in (x[p] - left, y[p] - upper))
                mesh.append(((j * step, i * step, (j + 1) * step, (i + 1) * step), quad))
    if not mesh:
        return None
    return source.transform((SIDE, SIDE), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def packed(tile: Image.Image | None) -> bytes | None:
    """Return a tile as PNG, packed fast (it goes no farther than to the map); None for one with nothing in it."""
    opaque = tile.getchannel("A").getextrema() if tile is not None else (0, 0)
    if tile is None or opaque == (0, 0):
        return None
    out = io.BytesIO()
    if opaque == (255, 255):
        tile = tile.convert("RGB")
    tile.save(out, "PNG", compress_level=1)
    return out.getvalue()
