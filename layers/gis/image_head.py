"""What a picture is before it is decoded: its size, its kind, and whether it can be used; bombs stop here."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from layers.domain.base_maps import MOST_PIXELS, TILE_BYTES, TILE_SIDE
from layers.domain.foreign import shown_name
from layers.errors import SourceError

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
# Heights, satellite bands and the like are numbers, not colours.
COLOURS = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "La", "RGBa")
MILLION = 1_000_000
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
                if image.mode not in COLOURS:
                    raise SourceError("base_not_colours", path=shown)
                yield image
    except Image.DecompressionBombError as error:
        raise SourceError("base_bomb", path=shown, limit=MOST_PIXELS // MILLION) from error
    except UnidentifiedImageError as error:
        raise SourceError("base_unreadable", path=shown) from error
    except FileNotFoundError as error:
        raise SourceError("missing", path=shown) from error
    except BROKEN as error:
        raise SourceError("source_damaged", path=shown) from error


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


def tile_size(data: bytes) -> tuple[int, int] | None:
    """Return the pixels across and down that a PNG, JPEG or WebP says it has, None for what says nothing sound."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
                return image.size
    except (Image.DecompressionBombError, *BROKEN):
        return None
