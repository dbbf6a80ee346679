"""Where an image says it lies: GeoTIFF tags, or a world file and a .prj beside it; read, never guessed at silently.

GeoTIFF 1.1 (OGC 19-008r4): ModelPixelScale, ModelTiepoint, ModelTransformation, GeoKeyDirectory.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.errors import SourceError
from layers.gis import crs, placement, sidecars
from layers.gis.placement import Placement

Floats = NDArray[np.float64]
SCALE, TIEPOINTS, TRANSFORMATION, KEYS = 33550, 33922, 34264, 34735
MODEL, RASTER, GEOGRAPHIC, PROJECTED = 1024, 1025, 2048, 3072
IS_POINT = 2
USER_DEFINED = 32767
SIDECAR_BYTES = 20_000


@dataclass(frozen=True)
class Place:
    """The six numbers that lay an image down, and the CRS of which they are, None where the file does not say."""

    numbers: tuple[float, float, float, float, float, float]
    crs: str | None


def found(image: Image.Image, path: Path, *, named: bool = True) -> Place | None:
    """Return where an open image lies, by its own tags, else by its world file; None if neither says.

    Without ``named`` its CRS is not asked for: a person says it. Raises ``SourceError`` for tags or a world file that
    make no sense, and for a CRS that cannot be used.
    """
    tags = _tags(image)
    numbers = _by_tags(tags, path) or _by_world_file(path)
    if numbers is None:
        return None
    if not placement.usable(placement.affine("", *numbers)):
        raise SourceError("base_bad_place", path=path)
    return Place(numbers, (_by_keys(tags, path) or _by_prj(path)) if named else None)


def corners(place: Place, size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return x and y of the four corners of an image of so many pixels, in its own CRS."""
    (width, height), (a, b, c, d, e, f) = size, place.numbers
    x = np.array([c, c + a * width, c + b * height, c + a * width + b * height])
    y = np.array([f, f + d * width, f + e * height, f + d * width + e * height])
    return x, y


def placed(place: Place, size: tuple[int, int], *, near_lon: float | None, given: str, path: Path) -> Placement | None:
    """Return the placement of an image, None when nobody can say its CRS.

    The CRS is ``given`` by a person, else what the file says, else told from the size of the numbers
    (`crs.guess`). Raises ``SourceError`` for one that is unknown, or when the image then lies nowhere.
    """
    x, y = corners(place, size)
    text = crs.normal(given, str(path)) if given else place.crs
    text = text or crs.guess(None, x, y, near_lon=near_lon, path=str(path)).crs
    if text is None:
        return None
    made = placement.affine(text, *place.numbers)
    try:
        placement.bounds(made, *size)
    except ValueError as error:
        raise SourceError("base_off_the_earth", path=path, crs=crs.name(text)) from error
    return made


def _tags(image: Image.Image) -> dict[int, tuple[Any, ...]]:
    kept: Any = getattr(image, "tag_v2", None)
    if kept is None:
        return {}
    read = {}
    for tag in (SCALE, TIEPOINTS, TRANSFORMATION, KEYS):
        value = kept.get(tag)
        if value is not None:
            read[tag] = tuple(value) if isinstance(value, tuple | list) else (value,)
    return read


def _by_tags(tags: dict[int, tuple[Any, ...]], path: Path) -> tuple[float, float, float, float, float, float] | None:
    half = 0.5 if _key(tags, RASTER) == IS_POINT else 0.0
    try:
        if TRANSFORMATION in tags:
            m = [float(one) for one in tags[TRANSFORMATION]]
            a, b, c, d, e, f = m[0], m[1], m[3], m[4], m[5], m[7]
        elif SCALE in tags and TIEPOINTS in tags:
            (sx, sy), (i, j, _, x, y) = tags[SCALE][:2], tags[TIEPOINTS][:5]
            a, b, c, d, e, f = float(sx), 0.0, float(x) - float(i) * sx, 0.0, -float(sy), float(y) + float(j) * sy
        elif len(tags.get(TIEPOINTS, ())) >= 18:
            a, b, c, d, e, f = _by_points(tags[TIEPOINTS])
        else:
            return None
    except (ValueError, TypeError, IndexError) as error:
        raise SourceError("base_bad_place", path=path) from error
    # A tag for points means the middle of a pixel, ours are its corner.
    return a, b, c - half * (a + b), d, e, f - half * (d + e)


def _by_points(tied: tuple[Any, ...]) -> tuple[float, float, float, float, float, float]:
    rows = np.array(tied[: len(tied) // 6 * 6], dtype=float).reshape(-1, 6)
    left = np.column_stack([rows[:, 0], rows[:, 1], np.ones(len(rows))])
    (a, d), (b, e), (c, f) = np.linalg.lstsq(left, rows[:, 3:5], rcond=None)[0]
    return float(a), float(b), float(c), float(d), float(e), float(f)


def _key(tags: dict[int, tuple[Any, ...]], wanted: int) -> int | None:
    keys = tags.get(KEYS, ())
    for at in range(4, len(keys) - 3, 4):
        if keys[at] == wanted and keys[at + 1] == 0:
            return int(keys[at + 3])
    return None


def _by_keys(tags: dict[int, tuple[Any, ...]], path: Path) -> str | None:
    for key in (PROJECTED, GEOGRAPHIC):
        code = _key(tags, key)
        if code is not None and 1024 <= code < USER_DEFINED:
            return crs.normal(f"EPSG:{code}", str(path))
        if code == USER_DEFINED:
            return None  # its parts are spelled out in the file; a .prj or the numbers must tell
    return None


def _by_world_file(path: Path) -> tuple[float, float, float, float, float, float] | None:
    beside = sidecars.world_file(path)
    if beside is None:
        return None
    try:
        with beside.open("rb") as file:
            words = file.read(2_000).decode("ascii").replace(",", ".").split()
        a, d, b, e, x, y = (float(word) for word in words[:6])
    except (OSError, ValueError) as error:
        raise SourceError("base_bad_world_file", path=beside) from error
    # A world file tells where the middle of the first pixel lies.
    return a, b, x - 0.5 * (a + b), d, e, y - 0.5 * (d + e)


def _by_prj(path: Path) -> str | None:
    beside = sidecars.projection_file(path)
    if beside is None:
        return None
    try:
        with beside.open("rb") as file:
            text = file.read(SIDECAR_BYTES).decode("utf-8", "replace").strip()
    except OSError as error:
        raise SourceError("source_unreadable", path=beside) from error
    return crs.normal(text, str(beside)) if text else None
