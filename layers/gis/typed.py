"""Reads what somebody types while drawing: a length, a length and a bearing, or a place as `coordinates` reads one."""

import re
import unicodedata
from dataclasses import dataclass

from layers.domain import measures
from layers.domain.found import Reading
from layers.domain.things import Bounds
from layers.errors import Refused
from layers.gis import coordinates, crs

Place = tuple[float, float]
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_BEARING = re.compile(rf"\s*({_NUMBER})\s*°?")
_PAIR = re.compile(rf"({_NUMBER})\D*?[,;\s]\D*?({_NUMBER})\D*")
FARTHEST = 100_000.0  # m: a longer stretch is a slip of the finger
BEYOND = 10_000.0  # m outside the workspace, or as much as it is wide: farther off nobody draws


@dataclass(frozen=True)
class Way:
    """From one place to another: metres and degrees clockwise from true north (geodesic, on CGCS2000's ellipsoid)."""

    length: float
    bearing: float


def way(start: Place, end: Place) -> Way:
    """Return how far and in which direction one place (lon, lat) lies from another."""
    metres, bearings = crs.legs((start[0], end[0]), (start[1], end[1]))
    return Way(float(metres[0]), float(bearings[0]))


def parse(text: str, last: Place | None, pointer: Place | None, home: Bounds | None) -> Place:
    """Return the place that was typed, as (lon, lat) in EPSG:4490.

    ``25`` goes 25 m from the ``last`` corner towards the ``pointer``, ``25<90`` at a bearing; anything else is a place
    in any system in use, near ``home``, the workspace's bounds in degrees (None for an empty one: near the pointer).
    Raises ``Refused`` with what can be typed instead, also for a place far from home and from where the hand is.
    """
    far, sign, side = unicodedata.normalize("NFKC", text).strip().replace("∠", "<").partition("<")
    length, bearing = measures.read_length(far), _BEARING.fullmatch(side)
    if length is None or bool(sign) != bool(bearing):
        return _place(text, last or pointer, home)
    if last is None:
        raise Refused("typed_no_corner")
    if not 0 < length <= FARTHEST:
        raise Refused("typed_length", text=text[:40])
    if bearing:
        if not 0 <= float(bearing[1]) <= 360:
            raise Refused("typed_bearing", text=side.strip()[:40])
        return crs.onward(*last, length, float(bearing[1]) % 360.0)
    if pointer is None or pointer == last:
        raise Refused("typed_no_direction")
    return crs.onward(*last, length, way(last, pointer).bearing)


def _place(text: str, hand: Place | None, home: Bounds | None) -> Place:
    near = home or (None if hand is None else (*hand, *hand))
    # Who types here means a place: two bare numbers are one as well, unlike in the search box.
    meant = coordinates.read(text, near, plainly=True)
    if not meant:
        raise Refused("typed_unreadable", text=text[:40])
    best = meant[0]
    if home is not None and (away := _beyond(best, hand, home)):
        pair = _PAIR.fullmatch(unicodedata.normalize("NFKC", text).strip())
        instead = f"{pair[1]}<{pair[2]}" if pair else "25<90"
        raise Refused(
            "typed_far", text=text[:40], place=f"{best.lon:.5f}, {best.lat:.5f}", away=measures.length(away),
            instead=instead[:40],
        )  # fmt: skip
    return best.lon, best.lat


def _beyond(one: Reading, hand: Place | None, home: Bounds) -> float:
    """Return how many metres a place lies outside a workspace, 0 if that is not far."""
    west, south, east, north = home
    nearest = min(max(one.lon, west), east), min(max(one.lat, south), north)
    room = max(BEYOND, way((west, south), (east, north)).length)
    away = way(nearest, (one.lon, one.lat)).length
    beside = hand is not None and way(hand, (one.lon, one.lat)).length <= room
    return 0.0 if away <= room or beside else away
