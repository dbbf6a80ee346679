"""What the finding tools of the map page say: a lasso, a measured path, a place asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.map.messages import choice, degrees, know, number
from layers.gathered import KINDS

MOST = 10_000  # corners of one shape


@dataclass(frozen=True)
class Swept:
    """A lasso or a box is closed: its ring in degrees, ``how`` (new, add, take), of which things, at which zoom."""

    ring: tuple[tuple[float, float], ...]
    how: str
    kind: str
    zoom: float


@dataclass(frozen=True)
class AskedHere:
    """Somebody asks by keys what is at a place."""

    lon: float
    lat: float


@dataclass(frozen=True)
class InUse:
    """The lasso or measuring has begun, or has ended."""

    on: bool


@dataclass(frozen=True)
class Escaped:
    """Escape was pressed on the map, and no tool there had use for it."""


@dataclass(frozen=True)
class Path:
    """A path that is being measured; ``turn`` comes back with the answer."""

    path: tuple[tuple[float, float], ...]
    closed: bool
    turn: int


@dataclass(frozen=True)
class Ahead:
    """The pointer is at ``end``, the last corner that was measured at ``start``: how far is that."""

    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True)
class Measuring:
    """Measuring has begun, or is over."""

    on: bool


@dataclass(frozen=True)
class CopyPath:
    """The measurement of a path shall be copied."""

    path: tuple[tuple[float, float], ...]
    closed: bool


def _corners(raw: Any, least: int) -> tuple[tuple[float, float], ...]:
    if not isinstance(raw, list) or not least <= len(raw) <= MOST:
        raise ValueError("not so many corners")
    return tuple(degrees(corner) for corner in raw)


def _swept(raw: Mapping[str, Any]) -> Swept:
    how = choice(raw["how"], ("new", "add", "take"))
    return Swept(_corners(raw["ring"], 4), how, choice(raw["kind"], KINDS), number(raw["zoom"]))


know("swept", _swept)
know("escape", lambda _: Escaped())
know("in_use", lambda raw: InUse(raw["on"] is True))
know("here", lambda raw: AskedHere(*degrees((raw["lon"], raw["lat"]))))
know("measure", lambda raw: Path(_corners(raw["path"], 2), raw["closed"] is True, int(number(raw["turn"]))))
know("measure_ahead", lambda raw: Ahead(degrees(raw["from"]), degrees(raw["to"])))
know("measuring", lambda raw: Measuring(raw["on"] is True))
know("copy_measure", lambda raw: CopyPath(_corners(raw["path"], 2), raw["closed"] is True))
