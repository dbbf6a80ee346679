"""One tile of the demonstration street for tests, and what an independent reader finds in it."""

from typing import Any

import mapbox_vector_tile
import numpy as np

from layers.gis import tiles

Z, X, Y = 14, 13710, 6705
WEST, SOUTH, EAST, NORTH = tiles.bounds(Z, X, Y)


def array(*geometries: Any) -> Any:
    """Return geometries as the object array that the encoders take."""
    out = np.empty(len(geometries), dtype=object)
    out[:] = geometries
    return out


def read(tile: bytes) -> Any:
    """Return what stands in a tile, its y pointing down as on the screen."""
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
