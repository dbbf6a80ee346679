"""What the map's finding tools are told: a typed coordinate, what is at a place or in a shape, how far, how large."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.domain.clock import Lamp
from layers.domain.things import Bounds, Hit, Located

Pick = tuple[str, str]  # table and uuid of one thing


@dataclass(frozen=True)
class Reading:
    """One meaning of a typed coordinate: the place (degrees, EPSG:4490), and the system it was read in.

    ``x`` (east) and ``y`` (north) are the numbers as typed, in the system's own unit; ``sure`` says that the text
    itself leaves no doubt about the system.
    """

    lon: float
    lat: float
    crs: str
    x: float
    y: float
    sure: bool = False


@dataclass(frozen=True)
class Near:
    """A thing near a place, with its distance in metres; ``status`` and ``lamp`` are those of a task."""

    hit: Hit
    metres: float
    status: str = ""
    kind: str = ""
    lamp: Lamp = "none"


@dataclass(frozen=True)
class Here:
    """What is at a place: where it lies, and what is within ``reach`` metres, the nearest first.

    ``more_facilities`` and ``more_tasks`` say how many there are beyond those listed; ``forms`` is the place in
    every coordinate system in use: (what people call it, the text to copy).
    """

    located: Located
    systems: Mapping[str, str]  # code -> name of the systems in ``located.chains``
    reach: float
    facilities: tuple[Near, ...]
    tasks: tuple[Near, ...]
    more_facilities: int
    more_tasks: int
    forms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tip:
    """What the tip beside the pointer says of one thing: plain texts, never markup.

    The last line of a task is the word for its ``status``; ``minutes`` are left of its limit, None without one.
    """

    hit: Hit
    lines: tuple[str, ...]
    status: str = ""
    lamp: Lamp = "none"
    minutes: int | None = None


@dataclass(frozen=True)
class Part:
    """One class of the things chosen together: ``status`` is that of tasks, ``words`` what it is called."""

    words: str
    count: int
    status: str = ""


@dataclass(frozen=True)
class Group:
    """The chosen things of one table, counted by class, the most frequent first; tasks by status, in its order."""

    table: str
    count: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Gathered:
    """What many chosen things are together. ``marks`` is GeoJSON (a GeometryCollection) for the map."""

    picks: tuple[Pick, ...]
    groups: tuple[Group, ...]
    marks: Mapping[str, Any]
    bounds: Bounds | None


@dataclass(frozen=True)
class Offered:
    """A step that some of many tasks may take: its words and which they are."""

    step: str
    words: str
    fits: tuple[str, ...]


@dataclass(frozen=True)
class Leg:
    """One straight part of a measured path: metres on the ellipsoid, bearing in degrees from north, metres so far."""

    metres: float
    bearing: float
    total: float


@dataclass(frozen=True)
class Measured:
    """A measured path: its legs, and if it is closed (the last leg leads back) its area in m², else None.

    ``crossed`` says that a closed path crosses itself, so that it has no area.
    """

    legs: tuple[Leg, ...]
    metres: float
    area_m2: float | None = None
    crossed: bool = False


@dataclass(frozen=True)
class Buffered:
    """The ground within some metres of a thing: its outline (GeoJSON polygon), its area, and what lies in it."""

    geometry: Mapping[str, Any]
    metres: float
    area_m2: float
    bounds: Bounds
    picks: tuple[Pick, ...]
    counts: Mapping[str, int]
