"""What the map page says to the program: small typed messages, read from JSON and nothing else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

KINDS = ("point", "line", "polygon", "rectangle")


class Unreadable(ValueError):
    """A text that is not a message of the page."""


@dataclass(frozen=True)
class Ready:
    """The page has drawn itself and listens."""


@dataclass(frozen=True)
class Clicked:
    """Somebody pressed on the map: left, right or double (after two left ones); modifiers like ``ctrl shift``."""

    lon: float
    lat: float
    button: str
    modifiers: str
    zoom: float


@dataclass(frozen=True)
class Hovered:
    """The pointer rests at a place."""

    lon: float
    lat: float
    zoom: float


@dataclass(frozen=True)
class Cursor:
    """The pointer moves over the map."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Left:
    """The pointer left the map."""


@dataclass(frozen=True)
class Moved:
    """The picture has come to rest; bounds are west, south, east, north."""

    bounds: tuple[float, float, float, float]
    zoom: float
    lon: float
    lat: float


@dataclass(frozen=True)
class Settled:
    """Tiles, names and pins of the picture are all on the screen."""


@dataclass(frozen=True)
class Tool:
    """A button of the map bar was pressed: point, line, polygon, rectangle or locate."""

    name: str


@dataclass(frozen=True)
class Failed:
    """Something went wrong in the page: a mistake of ours."""

    text: str


Message = Ready | Clicked | Hovered | Cursor | Left | Moved | Settled | Tool | Failed


def know(type_: str, reader: Callable[[Mapping[str, Any]], object]) -> None:
    """Let messages of another type through: ``reader`` makes a frozen thing of the JSON, or raises ``ValueError``."""
    _READERS[type_] = reader


def parse(text: str) -> object:
    """Return the message in a JSON text, of `Message` or made known; raises `Unreadable` for any other text."""
    try:
        raw = json.loads(text)
        return _READERS[raw["type"]](raw)
    except (KeyError, TypeError, IndexError, ValueError, RecursionError) as error:
        raise Unreadable(f"not a message of the map: {text[:200]}") from error


def number(value: Any) -> float:
    """Return a finite number of the JSON; raises ``ValueError`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError(f"not a number: {value!r}")
    return float(value)


def degrees(value: Any) -> tuple[float, float]:
    """Return (lon, lat) of a pair; raises ``ValueError`` for what is no place on earth."""
    lon, lat = number(value[0]), number(value[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"not a place on earth: {lon}, {lat}")
    return lon, lat


def choice(value: Any, known: tuple[str, ...]) -> str:
    """Return one of the known words; raises ``ValueError`` for any other."""
    if value not in known:
        raise ValueError(f"unknown: {value!r}")
    return str(value)


def _clicked(raw: Mapping[str, Any]) -> Clicked:
    lon, lat = degrees((raw["lon"], raw["lat"]))
    button = choice(raw["button"], ("left", "right", "double"))
    return Clicked(lon, lat, button, str(raw["modifiers"]), number(raw["zoom"]))


def _moved(raw: Mapping[str, Any]) -> Moved:
    west, south, east, north = (number(value) for value in raw["bounds"])
    return Moved((west, south, east, north), number(raw["zoom"]), number(raw["lon"]), number(raw["lat"]))


_READERS: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "ready": lambda _: Ready(),
    "clicked": _clicked,
    "hovered": lambda raw: Hovered(*degrees((raw["lon"], raw["lat"])), number(raw["zoom"])),
    "cursor": lambda raw: Cursor(*degrees((raw["lon"], raw["lat"]))),
    "left": lambda _: Left(),
    "moved": _moved,
    "settled": lambda _: Settled(),
    "tool": lambda raw: Tool(choice(raw["name"], (*KINDS, "locate"))),
    "failed": lambda raw: Failed(str(raw["text"])),
}
