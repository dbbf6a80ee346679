"""Reads what somebody types while drawing: a length, a length and a bearing, or a place in degrees or metres."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.errors import Refused
from layers.gis import crs
from layers.gis.drivers import pyproj

Place = tuple[float, float]
_GEOD = pyproj.Geod(ellps="GRS80")  # CGCS2000's ellipsoid equals it to a tenth of a millimetre
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_LENGTH = re.compile(rf"({_NUMBER})\s*(km|m|米|公里)?(?:\s*<\s*({_NUMBER})\s*°?)?")
_PAIR = re.compile(rf"({_NUMBER})\s*(?:,|;|\s)\s*({_NUMBER})")
FARTHEST = 100_000.0  # m: a longer stretch is a slip of the finger
AWAY = 3.0  # degrees: farther from the drawing, typed metres belong to another zone


@dataclass(frozen=True)
class Way:
    """From one place to another: metres and degrees clockwise from true north (geodesic, on CGCS2000's ellipsoid)."""

    length: float
    bearing: float


def way(start: Place, end: Place) -> Way:
    """Return how far and in which direction one place (lon, lat) lies from another."""
    azimuth, _, length = _GEOD.inv(start[0], start[1], end[0], end[1])
    return Way(float(length), float(azimuth) % 360.0)


def along(start: Place, length: float, bearing: float) -> Place:
    """Return the place at a length (m) and bearing (degrees) from another."""
    lon, lat, _ = _GEOD.fwd(start[0], start[1], bearing, length)
    return float(lon), float(lat)


def parse(text: str, last: Place | None, pointer: Place | None, near: Place) -> Place:
    """Return the place that was typed, as (lon, lat) in EPSG:4490.

    ``25`` goes 25 m from the ``last`` corner towards the ``pointer``, ``25<90`` at a bearing; ``121.24, 31.02`` are
    degrees; two larger numbers are metres of the Gauss-Krüger zone of ``near`` (or of the zone in front of the
    easting), in either order. Raises ``Refused`` with what can be typed instead.
    """
    said = unicodedata.normalize("NFKC", text).strip().replace("、", ",").replace("∠", "<").lower()
    pair = _PAIR.fullmatch(said)
    if pair:
        return _place(float(pair[1]), float(pair[2]), near, text)
    found = _LENGTH.fullmatch(said)
    if not found:
        raise Refused("typed_unreadable", text=text[:40])
    length = float(found[1]) * (1000.0 if found[2] in ("km", "公里") else 1.0)
    if last is None:
        raise Refused("typed_no_corner")
    if not 0 < length <= FARTHEST:
        raise Refused("typed_length", text=text[:40])
    if found[3] is not None:
        return along(last, length, float(found[3]) % 360.0)
    if pointer is None or pointer == last:
        raise Refused("typed_no_direction")
    return along(last, length, way(last, pointer).bearing)


def _place(first: float, second: float, near: Place, text: str) -> Place:
    if abs(first) <= 180 and abs(second) <= 90:
        return first, second
    if abs(first) <= 90 and abs(second) <= 180:
        return second, first
    east, north = (first, second) if _northing(second) else (second, first)
    zone = int(east // 1_000_000)
    if not _northing(north) or zone not in (0, *range(13, 24), *range(25, 46)):
        raise Refused("typed_unreadable", text=text[:40])
    if zone == 0:
        lon, lat = crs.degrees_xy(east, north, crs.local_crs(near[0]))
    else:
        code = 4513 + zone - 25 if zone >= 25 else 4491 + zone - 13
        lon, lat = crs.storage_xy(np.array([east]), np.array([north]), f"EPSG:{code}")
    place = float(np.ravel(lon)[0]), float(np.ravel(lat)[0])
    if not np.isfinite(place).all() or (zone == 0 and abs(place[0] - near[0]) > AWAY):
        raise Refused("typed_unreadable", text=text[:40])
    return place


def _northing(value: float) -> bool:
    return 1.5e6 <= value <= 6.2e6


def metres(place: Place) -> tuple[float, float, Any]:
    """Return easting, northing and CRS of a place in its local zone: how the typed metres of `parse` are counted."""
    zone = crs.local_crs(place[0])
    x, y = crs.metres_xy(place[0], place[1], zone)
    return float(x), float(y), zone
