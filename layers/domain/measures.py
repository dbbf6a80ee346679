"""How numbers, lengths, areas, bearings and sizes are written, and a length read: the one place for every language."""

import re
import unicodedata

from layers.words import t

THIN = "\N{THIN SPACE}"
_LENGTH = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(km|m|米|千米|公里)?")
_ROSE = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def number(value: float, digits: int = 0) -> str:
    """Return a number with thin spaces between groups of three: ``12 400``."""
    return f"{value:,.{digits}f}".replace(",", THIN)


def length(metres: float, finer: bool = False) -> str:
    """Return a length: whole metres below 10 km, then km, whole ones from 100 km on.

    ``finer`` as one measures: cm below 100 m, dm above.
    """
    digits = 0 if not finer else 2 if round(metres, 2) < 100 else 1
    if round(metres, digits) < 10_000:
        return f"{number(metres, digits)} m"
    return f"{number(metres / 1000, 2 if metres < 99_995 else 0)} km"


def read_length(text: str) -> float | None:
    """Return the metres that somebody typed (``25``, ``25 m``, ``1.5 km``, ``２公里``), None for no length.

    A sign is read, not judged: what is too little or too much is said by who asked.
    """
    found = _LENGTH.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if not found:
        return None
    return float(found[1]) * (1000.0 if found[2] in ("km", "千米", "公里") else 1.0)


def round_length(metres: float) -> str:
    """Return the length of a scale bar, which is round by itself: ``500 m``, ``2 km``."""
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def area(square_metres: float, finer: bool = False) -> str:
    """Return an area: m² below 1 ha, then ha, from 1 km² on km²; ``finer`` by one digit, as one measures."""
    more = int(finer)
    if round(square_metres, more) < 10_000:
        return f"{number(square_metres, more)} m²"
    if round(square_metres / 10_000, 1 + more) < 100:
        return f"{number(square_metres / 10_000, 1 + more)} ha"
    return f"{number(square_metres / 1_000_000, 2 + more)} km²"


def bearing(degrees: float) -> str:
    """Return a bearing clockwise from north, and the side it is: ``045.0° 东北``."""
    return f"{round(degrees, 1) % 360:05.1f}° {t(f'finding.rose_{_ROSE[round(degrees / 45) % 8]}')}"


def size(count: int) -> str:
    """Return a number of bytes as KB, MB or GB (of 1000, as disks are sold)."""
    if count < 1_000_000:
        return f"{number(max(1, round(count / 1000)))} KB"
    return f"{number(count / 1e6, 1)} MB" if count < 1_000_000_000 else f"{number(count / 1e9, 1)} GB"
