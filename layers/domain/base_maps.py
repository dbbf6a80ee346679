"""What a base map is: its file, how it lies on the earth, how it is shown; what such a file may be; opens nothing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from layers.domain.foreign import refuse_path, shown_name
from layers.domain.things import Bounds
from layers.errors import SourceError

MBTILES, PMTILES, IMAGE = "mbtiles", "pmtiles", "image"
UNDECLARED, WGS84, GCJ02, BD09 = "", "wgs84", "gcj02", "bd09"
ORIGINS = (UNDECLARED, WGS84, GCJ02, BD09)
SHIFTED = (GCJ02, BD09)
AFFINE, PROJECTIVE = "affine", "projective"
FITS = (AFFINE, PROJECTIVE)

MB = 1 << 20
MOST_BYTES = {MBTILES: 64_000 * MB, PMTILES: 64_000 * MB, IMAGE: 2_000 * MB}
MOST_PIXELS = 150_000_000  # an A0 sheet scanned at 300 dpi has 139 million; 4 bytes each while it is cut
TILE_BYTES = 4 * MB  # a tile of 1024 x 1024 pixels is hardly ever larger than 2 MB
TILE_SIDE = 1024
DEEPEST = 22
MOST_POINTS = 60

EXTENSIONS = {
    ".mbtiles": MBTILES, ".pmtiles": PMTILES, ".tif": IMAGE, ".tiff": IMAGE, ".png": IMAGE, ".jpg": IMAGE,
    ".jpeg": IMAGE, ".webp": IMAGE,
}  # fmt: skip
_HEADS = {
    MBTILES: (b"SQLite format 3\0",),
    PMTILES: (b"PMTiles\x03",),
    ".tif": (b"II*\0", b"MM\0*"),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".webp": (b"RIFF",),
}
_SAME = {".tiff": ".tif", ".jpeg": ".jpg"}
_BIG_TIFF = (b"II+\0", b"MM\0+")
# Words in names and descriptions of what comes from web maps in GCJ-02. Only ever a suggestion.
_MARS = re.compile(r"gcj|火星|高德|腾讯|谷歌|amap|autonavi|gaode|tencent|qqmap|google", re.IGNORECASE)


@dataclass(frozen=True)
class ControlPoint:
    """One place known twice: in the image (pixels, origin in the upper left) and on the earth (EPSG:4490)."""

    x: float
    y: float
    lon: float
    lat: float


@dataclass(frozen=True)
class Base:
    """One base map that a workspace uses.

    ``origin`` is what somebody declared of its coordinates; undeclared counts as WGS84/CGCS2000. ``crs`` is a
    text that `layers.gis.crs.normal` passes, for images whose file does not say it. ``points`` place a scan.
    ``beside`` is the way to the file from the workspace's folder, so that both can be moved together.
    """

    id: str
    path: Path
    kind: str
    name: str
    origin: str = UNDECLARED
    visible: bool = True
    opacity: float = 1.0
    crs: str = ""
    fit: str = AFFINE
    points: tuple[ControlPoint, ...] = ()
    beside: str = ""


def kind_of(path: Path, head: bytes, size: int) -> str:
    """Return the kind of a base map by its name and first bytes (16 suffice), which must agree.

    Raises ``SourceError``: no plain path, empty, too big, not one of ours, of another content than its name says.
    """
    refuse_path(str(path))
    shown, extension = shown_name(str(path)), path.suffix.lower()
    kind = EXTENSIONS.get(extension)
    if kind is None:
        raise SourceError("base_unknown_kind", path=shown, extension=extension or "—")
    if size == 0:
        raise SourceError("empty", path=shown)
    if size > MOST_BYTES[kind]:
        raise SourceError("base_too_large", path=shown, size=size // MB, limit=MOST_BYTES[kind] // MB)
    wanted = _HEADS[kind if kind != IMAGE else _SAME.get(extension, extension)]
    if kind == PMTILES and head.startswith(b"PM") and not head.startswith(wanted):
        raise SourceError("base_old_pmtiles", path=shown)
    if extension in (".tif", ".tiff") and head.startswith(_BIG_TIFF):
        return kind
    if not head.startswith(wanted) or (extension == ".webp" and head[8:12] != b"WEBP"):
        raise SourceError("source_other_content", path=shown, kind=extension.removeprefix("."))
    return kind


def picture_type(head: bytes) -> str | None:
    """Return the MIME type of a tile by its first bytes, None if it is no picture that is drawn."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def suggests_gcj02(*said: str) -> bool:
    """Say whether names or descriptions sound like a web map in GCJ-02: a suggestion, never a decision."""
    return any(_MARS.search(text) for text in said)


def moved(bases: tuple[Base, ...], id_: str, by: int) -> tuple[Base, ...]:
    """Return the base maps (top first) with one of them moved down by ``by`` places, as far as there are any."""
    at = next((i for i, one in enumerate(bases) if one.id == id_), None)
    if at is None:
        return bases
    order = list(bases)
    one = order.pop(at)
    order.insert(min(max(at + by, 0), len(order)), one)
    return tuple(order)


def written(bases: Iterable[Base]) -> list[dict[str, Any]]:
    """Return base maps as plain JSON values."""
    return [{**asdict(one), "path": str(one.path)} for one in bases]


def read(raw: Any) -> tuple[Base, ...]:
    """Return the base maps in JSON values that `written` made; what makes no sense is left out."""
    found = []
    for one in raw if isinstance(raw, list) else ():
        try:
            found.append(_read(one))
        except (KeyError, TypeError, ValueError):
            continue  # settings of another version, or edited by hand
    return tuple(found)


def _read(raw: Mapping[str, Any]) -> Base:
    if raw["kind"] not in MOST_BYTES or raw["origin"] not in ORIGINS or raw["fit"] not in FITS:
        raise ValueError(raw)
    points = tuple(
        ControlPoint(*(_number(one[name]) for name in ("x", "y", "lon", "lat"))) for one in raw["points"][:MOST_POINTS]
    )
    return Base(
        id=re.sub(r"[^0-9a-z]", "", str(raw["id"]))[:32],
        path=Path(str(raw["path"])),
        kind=raw["kind"],
        name=str(raw["name"])[:200],
        origin=raw["origin"],
        visible=bool(raw["visible"]),
        opacity=min(max(_number(raw["opacity"]), 0.0), 1.0),
        crs=str(raw["crs"]),
        fit=raw["fit"],
        points=points,
        beside=str(raw.get("beside", ""))[:2_000],
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(value)
    return float(value)


def near_enough(box: Bounds, zoom: int) -> Bounds:
    """Return the middle of a box, so small that it fills the picture at a zoom: farther off nothing is drawn."""
    most = 1.2 * 360 / 2**zoom  # a picture is hardly narrower than three tiles
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half, high = min((box[2] - box[0]) / 2, most), min((box[3] - box[1]) / 2, most / 2)
    return x - half, y - high, x + half, y + high
