"""Base maps below a picture: their tiles, as fine as the picture needs, painted row by row in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from layers.domain import ground
from layers.domain.things import Bounds
from layers.map_scene import Extent

if TYPE_CHECKING:
    from app.base_maps import BaseMaps

SIDE = 256  # px of a tile
MOST = 900  # tiles of one base map: a sheet of A3 at 300 dots an inch needs some 400
BROADEST = 100  # tiles side by side: Qt paints no wider image
DOTS = 2.2  # px of a base map for each unit of the picture at most: 250 an inch on paper
OVER = 0.06  # units that a row lies over the next one, so that no hairline shows between them


@dataclass(frozen=True)
class Base:
    """An open base map: its name, where it lies, its deepest and shallowest zoom, and how to ask for a tile of it."""

    name: str
    bounds: Bounds
    levels: tuple[int, int]
    opacity: float
    tile: Callable[[int, int, int], tuple[str, bytes]]


def shown(bases: "BaseMaps") -> tuple[Base, ...]:
    """Return the base maps on the window's map now, the lowest first."""
    return tuple(
        Base(base.name, one.layer.bounds, one.layer.levels, base.opacity, partial(bases.tile, one.key))
        for base, one in bases.on_map()
    )


def paint(painter: QPainter, base: Base, what: Extent, tick: Callable[[], None]) -> bool:
    """Paint a base map in the units of a picture, its upper left at the origin; say if anything of it was there."""
    box = _common(base.bounds, what.bounds)
    if box is None:
        return False
    painter.save()
    dots = min(DOTS, max(abs(painter.deviceTransform().m11()), 0.1))
    painter.setOpacity(base.opacity)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    some = False
    try:
        for row, place in _rows(base, box, what, dots, tick):
            painter.drawImage(place, row)
            some = True
    finally:
        painter.restore()
    return some


def _common(one: Bounds, other: Bounds) -> Bounds | None:
    west, south = max(one[0], other[0]), max(one[1], other[1])
    east, north = min(one[2], other[2]), min(one[3], other[3])
    return (west, south, east, north) if west < east and south < north else None


def span(box: Bounds, z: int) -> tuple[int, int, int, int]:
    """Return the first and last column, first and last row of the tiles of a zoom in a box of degrees."""
    last = 2**z - 1
    (left, right), (top, bottom) = _column(np.array([box[0], box[2]]), z), _row(np.array([box[3], box[1]]), z)
    # A box that ends on the edge of a tile needs nothing of the next one.
    right, bottom = max(left, ceil(right) - 1), max(top, ceil(bottom) - 1)
    whole = [min(max(int(one), 0), last) for one in (left, right, top, bottom)]
    return whole[0], whole[1], whole[2], whole[3]


def zoom_for(base: Base, box: Bounds, what: Extent, dots: float) -> int:
    """Return the zoom of the tiles for a picture of so many dots a unit: within the base map's own, not too many."""
    z = min(max(round(ground.zoom_of(what.plane.lat, what.unit / dots)), base.levels[0]), base.levels[1])
    while z > base.levels[0] and not _bounded(span(box, z)):
        z -= 1
    return z


def _bounded(tiles: tuple[int, int, int, int]) -> bool:
    across, down = tiles[1] - tiles[0] + 1, tiles[3] - tiles[2] + 1
    return across <= BROADEST and across * down <= MOST


def _rows(
    base: Base, box: Bounds, what: Extent, dots: float, tick: Callable[[], None]
) -> Iterator[tuple[QImage, QRectF]]:
    """Give every row of tiles as one image, with its place in units."""
    z = zoom_for(base, box, what, dots)
    left, right, top, bottom = tiles = span(box, z)
    if not _bounded(tiles):
        return  # its shallowest tiles are far finer than this picture
    for y in range(top, bottom + 1):
        row, empty = QImage((right - left + 1) * SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied), True
        row.fill(0)
        joined = QPainter(row)
        try:
            for x in range(left, right + 1):
                tick()
                image = QImage.fromData(base.tile(z, x, y)[1])
                if not image.isNull():
                    joined.drawImage(QRectF((x - left) * SIDE, 0, SIDE, SIDE), image)
                    empty = False
        finally:
            joined.end()
        if not empty:
            yield row, _place(what, z, left, right + 1, y)


def _place(what: Extent, z: int, left: int, right: int, y: int) -> QRectF:
    corners = np.array([[_lon(left, z), _lat(y, z)], [_lon(right, z), _lat(y + 1, z)]])
    metres = what.plane.metres(corners)
    x0, x1 = ((metres[:, 0] + what.half_width) / what.unit).tolist()
    y0, y1 = ((what.half_height - metres[:, 1]) / what.unit).tolist()
    return QRectF(x0, y0, x1 - x0, y1 - y0 + OVER)


def _column(lon: "np.ndarray[tuple[int], np.dtype[np.float64]]", z: int) -> list[float]:
    found: list[float] = ((lon + 180) / 360 * 2**z).tolist()
    return found


def _row(lat: "np.ndarray[tuple[int], np.dtype[np.float64]]", z: int) -> list[float]:
    found: list[float] = ((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**z).tolist()
    return found


def _lon(x: int, z: int) -> float:
    return float(x / 2**z * 360 - 180)


def _lat(y: int, z: int) -> float:
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / 2**z)))))
