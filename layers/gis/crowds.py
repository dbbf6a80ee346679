"""Points that crowd on the map stand together as one sign with their count; the same in every tile that sees them."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.gis.tiles import EXTENT, Geometries, to_pixels

CELL = 1024  # side of the square within which points are counted, tile units: 128 pixels
CROWD = 100  # points in a square up to which each is drawn by itself
CROWD_NEAR = 2_000  # the same in the deepest tile, which is drawn up to sixteen times as large
INNER = 0.22  # share of the square along its edges that no sign stands in, so that neighbours do not touch


def together(
    points: Geometries, z: int, x: int, y: int, crowd: int = CROWD
) -> tuple[Geometries, NDArray[np.intp], NDArray[np.int64]]:
    """Return (signs, the place in ``points`` of the first member of each, counts) for points of EPSG:4490 degrees.

    Squares hang on the world, not on the tile, and whoever has all points of a square gets the same sign to the last
    bit, whatever their order: tiles must be given all points within `CELL` units of their edge. A point of an
    uncrowded square stands by itself with count 1. A sign stands where its members' middle is, moved away from the
    square's edges. The points must be points, with finite coordinates.
    """
    count = len(points)
    if not count:
        return points, np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int64)
    xy = shapely.get_coordinates(to_pixels(points, z, x, y)).astype(np.int64)
    cells = xy // CELL
    # Far beyond the tile there is nothing to be told apart; two numbers in one sort faster than pairs.
    names = (cells[:, 0] + (1 << 20)) * (1 << 21) + cells[:, 1] + (1 << 20)
    _, first, which, many = np.unique(names, return_index=True, return_inverse=True, return_counts=True)
    crowded = many > crowd
    alone = np.flatnonzero(~crowded[which])
    groups = np.flatnonzero(crowded)
    if not len(groups):
        return points, np.arange(count), np.ones(count, dtype=np.int64)
    sums = np.zeros((len(many), 2), dtype=np.int64)
    np.add.at(sums, which, xy - cells * CELL)  # whole numbers: their sum does not depend on the order
    middle = np.clip(sums[groups] / many[groups, None] / CELL, INNER, 1 - INNER)
    signs = shapely.points(_degrees((cells[first[groups]] + middle) * CELL, z, x, y))
    return (
        np.concatenate([points[alone], signs]),
        np.concatenate([alone, first[groups]]),
        np.concatenate([np.ones(len(alone), dtype=np.int64), many[groups]]),
    )


def _degrees(units: NDArray[np.float64], z: int, x: int, y: int) -> NDArray[np.float64]:
    world = (units / EXTENT + [x, y]) / 2**z
    out: NDArray[np.float64] = np.empty_like(world)
    out[:, 0] = world[:, 0] * 360.0 - 180.0
    out[:, 1] = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * world[:, 1]))))
    return out
