"""Where names are written: one point in each area, one line for each road."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain import ground
from layers.gis.tiles import Geometries

_EXACT = 5_000  # areas up to which the roomiest place of each is searched; beyond, any place inside will do


def label_points(polygons: Geometries) -> tuple[Geometries, NDArray[np.float64]]:
    """Return a point inside each polygon (n,) and the radius in metres of the free circle around it (n,).

    The point is the centre of the largest circle that fits, with longitudes shortened by the cosine of the
    latitude; for very many polygons it is a cheaper point inside, and the radius is guessed from the area.
    Input in EPSG:4490 degrees; an empty polygon gives an empty point and radius 0.
    """
    points = np.empty(len(polygons), dtype=object)
    if not len(polygons):
        return points, np.empty(0)
    # Each by its own latitude: where a name stands must not depend on what else was asked for with it.
    squeeze = np.cos(np.radians(shapely.bounds(polygons)[:, [1, 3]].mean(axis=1)))
    flat = _stretched(polygons, squeeze)
    if len(polygons) <= _EXACT:
        span = shapely.bounds(flat)
        with np.errstate(invalid="ignore"):
            tolerance = np.nanmax(span[:, 2:] - span[:, :2], axis=1, initial=1e-7) / 50
        circles = shapely.maximum_inscribed_circle(flat, tolerance=tolerance)
        points[:] = shapely.get_point(circles, 0)
        radius = np.nan_to_num(shapely.length(circles)) * ground.DEGREE
    else:
        points[:] = shapely.point_on_surface(flat)
        radius = np.sqrt(shapely.area(flat)) / 2 * ground.DEGREE
    return _stretched(points, 1 / squeeze), radius


def _stretched(geometries: Geometries, factors: NDArray[np.float64]) -> Geometries:
    """Return geometries (n,) with their longitudes multiplied by a factor each (n,)."""
    which = shapely.get_coordinates(geometries, return_index=True)[1]
    stretched: Geometries = shapely.transform(
        geometries, lambda c: np.column_stack([c[:, 0] * factors[which], c[:, 1]])
    )
    return stretched


def label_lines(lines: Geometries, names: Sequence[Any]) -> tuple[Geometries, NDArray[np.intp]]:
    """Return one joined geometry per name, and the place of its first member in ``lines``.

    Sections of one road become one line as far as they meet end to end, so that the road's name may be
    written across crossings. Lines without a name are left out; the order is that of first appearance.
    """
    members: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name:
            members.setdefault(str(name), []).append(i)
    joined = np.empty(len(members), dtype=object)
    for k, rows in enumerate(members.values()):
        joined[k] = shapely.line_merge(shapely.union_all(lines[rows]))
    return joined, np.array([rows[0] for rows in members.values()], dtype=np.intp)
