"""Photos on their way into the workspace: made smaller, stripped of nothing that matters, with a thumbnail."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from layers.domain.clock import stamp
from layers.errors import SourceError

LONG_SIDE = 2048  # design §3
THUMB_SIDE = 320
MAX_BYTES = 60_000_000
MAX_PIXELS = 100_000_000


@dataclass(frozen=True)
class Prepared:
    """A photo ready to be kept: JPEG bytes, their SHA-256, a thumbnail, and what the camera knew."""

    name: str
    content: bytes
    sha256: str
    thumb: bytes
    taken_at: str | None
    lon: float | None
    lat: float | None


def prepare(path: Path, zone: str) -> Prepared:
    """Read a picture; long side at most 2048 px, upright, as JPEG.

    The time the camera wrote is taken to be in ``zone``; its position is WGS 84, which CGCS2000 equals here.
    Raises ``SourceError`` for a missing file, one that is no picture, or one that is too large.
    """
    try:
        size = path.stat().st_size
    except OSError:
        raise SourceError("missing", path=path) from None
    if size > MAX_BYTES:
        raise SourceError("photo_too_large", path=path, megabytes=size // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise SourceError("photo_too_large", path=path, megabytes=size // 1_000_000)
                exif = picture.getexif()
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise SourceError("not_a_photo", path=path) from None
    except (OSError, ValueError, SyntaxError) as error:
        raise SourceError("not_a_photo", path=path) from error
    content = _jpeg(upright, LONG_SIDE, 88)
    lon, lat = _position(exif)
    return Prepared(
        path.name,
        content,
        hashlib.sha256(content).hexdigest(),
        _jpeg(upright, THUMB_SIDE, 80),
        _taken(exif, zone),
        lon,
        lat,
    )


def _jpeg(picture: Image.Image, side: int, quality: int) -> bytes:
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    smaller.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _taken(exif: Image.Exif, zone: str) -> str | None:
    text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    try:
        return stamp(datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=ZoneInfo(zone)))
    except ValueError:
        return None  # no camera time is no failure: the field says so


def _position(exif: Image.Exif) -> tuple[float | None, float | None]:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat = _degrees(gps[2]) * (-1 if gps.get(1) == "S" else 1)
        lon = _degrees(gps[4]) * (-1 if gps.get(3) == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None, None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else (None, None)


def _degrees(parts: tuple[float, float, float]) -> float:
    d, m, s = (float(part) for part in parts)
    return d + m / 60 + s / 3600
