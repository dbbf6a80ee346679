"""What a picture of the map is made of: its extent on the plane, and the things in it as paths in metres."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from layers.domain import ground
from layers.domain.things import Bounds, System
from layers.errors import Refused
from layers.gis import plane as planes
from layers.gis.plane import Box, Plane
from layers.indicators import Shading

Path = NDArray[np.float64]
"""A line or ring as (n, 2) metres east and north of the picture's middle."""


@dataclass(frozen=True)
class Extent:
    """What a picture shows: its plane, half its width and height in metres, and the metres of one drawing unit.

    A unit is what a pixel is on the screen: widths and letters of the symbol table are in units.
    """

    plane: Plane
    half_width: float
    half_height: float
    unit: float

    @property
    def zoom(self) -> float:
        """The zoom of the screen's map at which things look as large."""
        return ground.zoom_of(self.plane.lat, self.unit)

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north in degrees."""
        return self.plane.box(self.half_width, self.half_height)

    @property
    def box(self) -> Box:
        """West, south, east, north in metres."""
        return -self.half_width, -self.half_height, self.half_width, self.half_height


@dataclass(frozen=True)
class Shape:
    """An area or line: its key in the symbol table and its paths; the rings of an area are filled even-odd."""

    key: str
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Name:
    """A name at a point: ``room`` metres round it are its own; ``code`` is a grid's, ``figure`` its number."""

    kind: str  # grid | place
    key: str
    text: str
    code: str
    x: float
    y: float
    room: float
    figure: str = ""


@dataclass(frozen=True)
class Spot:
    """A facility (its key in the symbol table) or a task (its status), ``red`` when overdue."""

    key: str
    x: float
    y: float
    red: bool = False
    category: str = ""


@dataclass(frozen=True)
class Scene:
    """Everything in an extent, in the order in which it is painted."""

    extent: Extent
    system: System | None
    synthetic: bool
    workspace: str
    functions: tuple[Shape, ...] = ()
    shades: tuple[Shape, ...] = ()  # grids in classes: the key is the class from the least
    shading: Shading | None = None  # what those classes are
    places: tuple[Shape, ...] = ()
    roads: tuple[Shape, ...] = ()
    borders: tuple[Shape, ...] = ()  # of grids by style, the lowest first
    facilities: tuple[Spot, ...] = ()
    marks: tuple[Spot, ...] = ()  # facilities that a themed map marks, with their icon however small the scale
    pins: tuple[Spot, ...] = ()
    names: tuple[Name, ...] = ()
    road_names: tuple[tuple[str, Shape], ...] = ()
    picked: tuple[str, tuple[Path, ...]] | None = None  # what is selected: area | line | point
    seen: frozenset[tuple[str, str]] = field(default_factory=frozenset)  # (layer, key) of what can be seen inside

    @property
    def empty(self) -> bool:
        """Whether nothing at all lies in the extent."""
        return not self.seen


def extent(
    plane_or_bounds: Plane | Bounds, width_units: float, height_units: float, unit: float | None = None
) -> Extent:
    """Return the extent of a picture of so many units: of ``unit`` metres each, or so that bounds just fit.

    Raises ``Refused`` for bounds that enclose nothing on earth.
    """
    if isinstance(plane_or_bounds, Plane):
        plane = plane_or_bounds
        if unit is None:
            raise ValueError("a plane alone does not say how large things are")
    else:
        west, south, east, north = plane_or_bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90 and south < 84 and north > -84):
            raise Refused("picture_bounds", bounds=", ".join(f"{value:g}" for value in plane_or_bounds))
        plane = planes.plane_of(plane_or_bounds)
        if unit is None:
            corners = plane.metres(np.array([[west, south], [east, north]]))
            span = corners[1] - corners[0]
            unit = max(float(span[0]) / width_units, float(span[1]) / height_units, 0.01)
    return Extent(plane, width_units * unit / 2, height_units * unit / 2, unit)
