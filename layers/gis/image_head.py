"""What a picture is before it is decoded: its size, its kind, and whether it can be used; bombs stop here."""

import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from layers.domain.base_maps import MOST_PIXELS, TILE_BYTES, TILE_SIDE
from layers.domain.foreign import shown_name
from layers.errors import SourceError

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
# Heights, satellite bands and the like are numbers, not colours.
COLOURS = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "La", "RGBa")
MILLION = 1_000_000
BITS = 258  # TIFF: BitsPerSample
# What Pillow's readers raise for headers and pixels that lie.
BROKEN = (
    OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, OverflowError, ArithmeticError, EOFError,
    MemoryError, struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    """The header of an image: pixels across and down, Pillow's mode, whether it may have see-through places."""

    width: int
    height: int
    mode: str
    clear: bool
    lossless: bool


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open an image without decoding it; every failure inside the block becomes one sentence.

    Raises ``SourceError`` for what is damaged, a bomb, too large, or no picture of colours.
    """
    shown = shown_name(str(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is said in our own words below
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise too_many(shown, image.width, image.height)
                if image.mode not in COLOURS or _deep(image):
                    raise SourceError("base_not_colours", path=shown)
                yield image
    except Image.DecompressionBombError as error:
        count = max((int(one) for one in re.findall(r"\d+", str(error))), default=0)
        raise SourceError("base_bomb", path=shown, count=count // MILLION, limit=MOST_PIXELS // MILLION) from error
    except UnidentifiedImageError as error:
        raise SourceError("base_unreadable", path=shown) from error
    except FileNotFoundError as error:
        raise SourceError("missing", path=shown) from error
    except BROKEN as error:
        raise SourceError("source_damaged", path=shown) from error


def _deep(image: Image.Image) -> bool:
    """Say whether a TIFF holds more than 8 bits of each colour: Pillow would drop the lower ones, a black picture."""
    tags: Any = getattr(image, "tag_v2", None)
    bits = tags.get(BITS, (8,)) if tags is not None else (8,)
    return max(bits if isinstance(bits, tuple) else (bits,), default=8) > 8


def too_many(shown: str, width: int, height: int) -> SourceError:
    """Return the failure of an image with too many pixels."""
    return SourceError("base_many_pixels", path=shown, width=width, height=height, limit=MOST_PIXELS // MILLION)


def head(path: Path) -> Head:
    """Return what the header of an image says; raises as `opened`."""
    with opened(path) as image:
        return of(image)


def of(image: Image.Image) -> Head:
    """Return the header of an open image."""
    clear = image.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in image.info
    return Head(image.width, image.height, image.mode, clear, image.format != "JPEG")


def check_tile(data: bytes) -> bool:
    """Say whether a tile may be handed to the map: small in bytes, and small in pixels by its header."""
    if len(data) > TILE_BYTES:
        return False
    size = tile_size(data)
    return size is not None and 0 < max(size) <= TILE_SIDE


def too_large(data: bytes) -> bool:
    """Say whether a tile is a picture, but one with more pixels than a tile may have."""
    try:
        size = _size(data)
    except Image.DecompressionBombError:
        return True
    except BROKEN:
        return False
    return max(size) > TILE_SIDE


def tile_size(data: bytes) -> tuple[int, int] | None:
    """Return the pixels across and down that a PNG, JPEG or WebP says it has, None for what says nothing sound."""
    try:
        return _size(data)
    except (Image.DecompressionBombError, *BROKEN):
        return None


def _size(data: bytes) -> tuple[int, int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            return image.size
