"""Reads one coordinate as people type it, in any system in use here, and writes a place in the system they want."""

import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from layers.domain.found import Reading
from layers.domain.things import Bounds
from layers.errors import SourceError
from layers.gis import crs

LONGEST = 120  # characters: nobody types a longer coordinate
WEB_MERCATOR = "EPSG:3857"
NEAR = 2.0  # degrees round the workspace within which a reading counts as meant

_SYSTEMS = (
    (re.compile(r"高德|腾讯|火星|gcj-?02|gcj|amap"), crs.GCJ02),
    (re.compile(r"百度|bd-?09(ll)?|baidu"), crs.BD09),
    (re.compile(r"web ?mercator|(web ?)?墨卡托|mercator"), WEB_MERCATOR),
    (re.compile(r"cgcs ?2000|(国家|大地) ?2000|wgs-? ?84|gps|北斗"), crs.STORAGE),
)
_EPSG = re.compile(r"epsg ?[: ]? ?(\d{4,6})(?!\d)")
_FILLER = re.compile(r"坐标系?|投影|高斯|位置|经纬度|地图")
_MARKS = {
    **dict.fromkeys(("北纬", "纬度", "latitude", "lat", "n"), ("lat", 1)),
    **dict.fromkeys(("东经", "经度", "longitude", "lon", "lng", "e"), ("lon", 1)),
    "南纬": ("lat", -1), "s": ("lat", -1), "西经": ("lon", -1), "w": ("lon", -1),
    "x": ("x", 1), "y": ("y", 1),
}  # fmt: skip
_MARK = "|".join(_MARKS)
_NUMBER = r"[+-]?\d{1,12}(?:\.\d{0,15})?"
_GAP = r"[ ,;、/|:=&()\[\]]*"
_SIGNED = rf"{_NUMBER} ?[°度] ?(?:{_NUMBER} ?['′’分] ?(?:{_NUMBER} ?(?:\"|''|′′|”|秒)?)?)?"
_APART = rf"{_NUMBER} {_NUMBER}(?: {_NUMBER})?"  # degrees, minutes and seconds with nothing but blanks between them


def _form(value: str, led: bool) -> re.Pattern[str]:
    """Return the pattern of two numbers whose marks (北纬, E, X …) stand before or behind them."""
    whole = "(?<![0-9.])"  # a number is never taken apart to make two of it
    halves = (
        rf"(?:(?P<m{n}>{_MARK}){_GAP})?{whole}(?P<v{n}>{value})"
        if led
        else rf"{whole}(?P<v{n}>{value})(?:{_GAP}(?P<m{n}>{_MARK}))?"
        for n in (1, 2)
    )
    return re.compile(_GAP + _GAP.join(halves) + _GAP)


_FORMS = tuple(_form(value, led) for value in (f"{_SIGNED}|{_NUMBER}", _APART) for led in (True, False))


def read(text: str, near: Bounds | None = None, plainly: bool = False) -> list[Reading]:
    """Return what a text may mean as a coordinate, the best first, none if it is not one; never raises.

    ``near`` are the workspace's bounds in degrees. GCJ-02 and BD-09 are read only where the text says so. Surveyors'
    X is north and Y is east, everybody else's the other way about: both are tried. Places further than 2° from
    ``near`` are left out unless nothing nearer is meant and the text leaves no doubt; ``plainly`` says that it can be
    nothing but a place.
    """
    if len(text) > LONGEST:
        return []
    system, plain = _named(_plain(text))
    found = [match for form in _FORMS if (match := form.fullmatch(plain))] if system is not None else []
    if not found or system is None:
        return []
    first, second = (_value(found[0][f"v{n}"]) for n in (1, 2))
    marks = [_MARKS.get(found[0][f"m{n}"] or "", ("", 1)) for n in (1, 2)]
    if first is None or second is None or (marks[0][0] and marks[0][0] == marks[1][0]):
        return []
    meant = list(_meant(first * marks[0][1], second * marks[1][1], (marks[0][0], marks[1][0]), system, near))
    # Two whole numbers far from here are rather a part of some number than a place.
    plainly = plainly or bool(system or marks[0][0] or marks[1][0] or any(sign in plain for sign in ".°度"))
    return _best(meant, near, plainly)


def _plain(text: str) -> str:
    """Return a text as it is read: compatible forms made one, lower case, single blanks."""
    text = text.replace("º", "°").replace("˚", "°").replace("，", ",").replace("。", " ").replace("−", "-")
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _named(plain: str) -> tuple[str | None, str]:
    """Return (the CRS that a text names, "" for none, None for one that is not known; the text without it)."""
    found = _EPSG.search(plain)
    if found:
        try:
            return crs.normal(f"EPSG:{found[1]}"), f"{plain[: found.start()]} {plain[found.end() :]}".strip()
        except SourceError:
            return None, ""
    for pattern, name in _SYSTEMS:
        rest, times = pattern.subn(" ", plain)
        if times:
            return name, " ".join(_FILLER.sub(" ", rest).split())
    return "", " ".join(_FILLER.sub(" ", plain).split())


def _value(said: str) -> float | None:
    """Return the number of one half, None if its minutes or seconds cannot be such."""
    pieces: list[str] = re.findall(_NUMBER, said)
    first, rest = pieces[0], pieces[1:]
    if not rest:
        return float(first)
    if "." in first or any(one[0] in "+-" or float(one) >= 60 for one in rest) or "." in "".join(rest[:-1]):
        return None
    whole = abs(float(first)) + sum(float(one) / 60.0**n for n, one in enumerate(rest, 1))
    return -whole if first.startswith("-") else whole


def _meant(
    a: float, b: float, axes: tuple[str, str], system: str, near: Bounds | None
) -> Iterator[tuple[float, float, str, bool]]:
    """Yield (x east, y north, CRS, whether there is no doubt) for all that two numbers may be, the likelier first."""
    if axes[0] == "lat" or axes[1] == "lon":
        orders = [(b, a)]
    elif axes[0] == "lon" or axes[1] == "lat":
        orders = [(a, b)]
    else:
        orders = [(b, a), (a, b)] if axes[0] == "y" else [(a, b), (b, a)]
    for x, y in orders:
        degrees = abs(x) <= 180 and abs(y) <= 90
        if system in (crs.STORAGE, ""):
            if degrees:
                yield x, y, crs.STORAGE, True
            else:
                yield from _metres(x, y, near)
        elif degrees or system not in (crs.GCJ02, crs.BD09):
            yield x, y, system, True


def _metres(x: float, y: float, near: Bounds | None) -> Iterator[tuple[float, float, str, bool]]:
    if 3e5 < y < 6.7e6 and 5e4 < x % 1e6 < 9.5e5:  # as far north as the zones' numbers are in use
        zone = int(x // 1_000_000)
        if crs.numbered_zone(zone):
            yield x, y, crs.numbered_zone(zone), True
        elif zone == 0 and near is not None:
            middle = (near[0] + near[2]) / 2
            for third in sorted(range(75, 136, 3), key=lambda lon: abs(lon - middle))[:3]:
                yield x, y, f"EPSG:{4534 + (third - 75) // 3}", False
            for sixth in sorted(range(75, 136, 6), key=lambda lon: abs(lon - middle))[:2]:
                yield x, y, f"EPSG:{4502 + (sixth - 75) // 6}", False
    yield x, y, WEB_MERCATOR, False


def _best(found: list[tuple[float, float, str, bool]], near: Bounds | None, plainly: bool) -> list[Reading]:
    """Return the readings that are places on earth, the nearest to the workspace first, each place once.

    None of the far ones unless the text is ``plainly`` a coordinate.
    """
    kept: list[tuple[float, int, Reading]] = []
    for order, (x, y, system, sure) in enumerate(found):
        lon, lat = (float(value[0]) for value in crs.storage_xy([x], [y], system))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # infinite for what cannot be projected
            continue
        if all(abs(lon - other.lon) > 1e-9 or abs(lat - other.lat) > 1e-9 for *_, other in kept):
            kept.append((_away(lon, lat, near), order, Reading(lon, lat, system, x, y, sure)))
    kept.sort(key=lambda one: one[:2])
    if near is not None and any(away <= NEAR for away, *_ in kept):
        return [one for away, _, one in kept if away <= NEAR]
    return [one for *_, one in kept if one.sure and plainly]


def _away(lon: float, lat: float, near: Bounds | None) -> float:
    """Return how many degrees a place lies outside bounds, 0 inside or without any."""
    if near is None:
        return 0.0
    return float(np.hypot(max(near[0] - lon, lon - near[2], 0.0), max(near[1] - lat, lat - near[3], 0.0)))


def write(lon: float, lat: float, system: str) -> tuple[float, float]:
    """Return (x east, y north) of a place (degrees, EPSG:4490) in a CRS that ``crs.normal`` has passed."""
    x, y = crs.from_storage_xy([lon], [lat], system)
    return float(x[0]), float(y[0])


def zone_systems(lon: float) -> tuple[str, ...]:
    """Return the CGCS2000 zones of a longitude: 3° with and without its number, 6° with it; none outside China."""
    plain = crs.local_zone(lon)
    if not plain:
        return ()
    sixth = crs.numbered_zone(int(lon // 6) + 1)
    return (f"EPSG:{plain - 21}", f"EPSG:{plain}", *((sixth,) if sixth else ()))
