"""What keeps a tile small whatever lies in it: finite coordinates, no more corners than can be seen, a limit."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.gis.tiles import EXTENT, Geometries

HEAVY = 2_000  # corners above which a shape is looked at for more than can be seen
MOST = 200_000  # corners in one layer of a tile; beyond, shapes are drawn coarser, and then the heaviest not at all


def finite(geometries: Geometries) -> NDArray[np.bool_]:
    """Return which geometries have a place: some coordinates, all of them numbers (n,)."""
    coords, which = shapely.get_coordinates(geometries, return_index=True)
    good = shapely.get_num_coordinates(geometries) > 0
    odd = ~np.isfinite(coords).all(axis=1)
    if odd.any():
        good[np.unique(which[odd])] = False
    return np.asarray(good, dtype=np.bool_)


def lightened(geometries: Geometries, z: int, units: float = 0.5) -> Geometries:
    """Return shapes of many corners without those closer than ``units`` of a tile of zoom z to the one before.

    Half a unit is a sixteenth of a pixel: nothing that could be seen is lost. Others stay the same objects.
    """
    heavy = np.flatnonzero(shapely.get_num_coordinates(geometries) > HEAVY)
    if not len(heavy):
        return geometries
    out = geometries.copy()
    out[heavy] = shapely.remove_repeated_points(geometries[heavy], units * 360.0 / 2**z / EXTENT)
    return out


def limited(geometries: Geometries, z: int, most: int = MOST) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return (geometries, which of them are drawn) so that all together have at most ``most`` corners."""
    corners = shapely.get_num_coordinates(geometries)
    for units in (4.0, 16.0):
        if corners.sum() <= most:
            break
        geometries = shapely.remove_repeated_points(geometries, units * 360.0 / 2**z / EXTENT)
        corners = shapely.get_num_coordinates(geometries)
    light_first = np.argsort(corners, kind="stable")
    drawn = np.zeros(len(geometries), dtype=bool)
    drawn[light_first[np.cumsum(corners[light_first]) <= most]] = True
    return geometries, drawn
