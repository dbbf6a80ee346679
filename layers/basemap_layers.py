"""An open base map, and how its tiles are made: handed on, shifted from GCJ-02 or BD-09, or bent from a cut image."""

import hashlib
from collections.abc import Callable
from math import floor, isfinite, log2
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from layers.basemap_places import place, true_box
from layers.domain import base_maps
from layers.domain.base_maps import IMAGE, MBTILES, SHIFTED, Base, kind_of, picture_type
from layers.domain.foreign import shown_name
from layers.domain.things import Bounds
from layers.errors import SourceError

if TYPE_CHECKING:
    from PIL import Image

    from layers.gis.placement import Placement

Progress = Callable[[int, int, str], None]
CACHE_BYTES = 3_000 * base_maps.MB
CACHE_FORM = 1  # rises when the cut images are made otherwise
CACHE_SUFFIX = ".cut"
LOOKED_AT = 16  # tiles: a broken one among them does not make the map one that cannot be used
# A whole tile with nothing in it: one see-through pixel.
NOTHING = (
    "image/png",
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da636060"
        "0000000300012b094d840000000049454e44ae426082"
    ),
)


class Pyramid(Protocol):
    """What MBTiles and PMTiles have in common."""

    levels: tuple[int, int]
    about: dict[str, str]

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the bytes of a tile, None where there is none."""
        ...

    def some_tiles(self, most: int) -> list[bytes]:
        """Return some of the tiles."""
        ...

    def box(self) -> tuple[int, int, int, int]:
        """Return (west, north, east, south) of the tiles of the deepest zoom, in whole tiles."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def open_layer(base: Base, cache: Path, progress: Progress | None = None, *, text: str = "") -> "Layer":
    """Open a base map to hand out tiles; an image is cut into ``cache`` first if it was not yet.

    ``progress`` may raise ``Cancelled``; then nothing is left behind. Raises ``SourceError`` (missing, damaged,
    too large), ``Unplaced`` for an image that nothing places.
    """
    file_kind(base.path)
    if base.kind == IMAGE:
        return _ImageLayer(base, place(base, None)[0], _cut(base.path, cache, progress, text))
    tiles = pyramid(base)
    try:
        check(tiles, base.path)
        return _TileLayer(base, tiles)
    except BaseException:
        tiles.close()
        raise


def open_picture(path: Path, cache: Path, progress: Progress | None = None, *, text: str = "") -> "Picture":
    """Open an image to look at, whether or not it has a place; it is cut into ``cache`` if it was not yet."""
    file_kind(path)
    return Picture(_cut(path, cache, progress, text))


def is_cut(base: Base, cache: Path) -> bool:
    """Say whether a base map opens at once: all do but images that were not cut yet. Raises as `file_kind`."""
    return file_kind(base.path) != IMAGE or _cut_file(base.path, cache).is_file()


def file_kind(path: Path) -> str:
    """Return the kind of a base map's file; raises ``SourceError`` if it is missing, empty, or not what it says."""
    try:
        if path.is_dir():
            raise SourceError("not_a_file", path=path)
        with path.open("rb") as file:
            return kind_of(path, file.read(16), path.stat().st_size)
    except FileNotFoundError as error:
        raise SourceError("missing", path=shown_name(str(path))) from error
    except (OSError, ValueError) as error:
        raise SourceError("source_unreadable", path=shown_name(str(path))) from error


def pyramid(base: Base) -> Pyramid:
    """Open the tiles of a base map that is a pyramid."""
    from layers.gis.pmtiles import Archive
    from layers.store.mbtiles import Tiles

    return Tiles(base.path) if base.kind == MBTILES else Archive(base.path)


def check(tiles: Pyramid, path: Path) -> None:
    """Refuse a pyramid whose tiles are no pictures that can be drawn, by some of them and by what the file says."""
    from layers.gis import image_head

    some, said, shown = tiles.some_tiles(LOOKED_AT), tiles.about.get("format", ""), shown_name(str(path))
    if said in ("pbf", "mvt") or any(data[:2] == b"\x1f\x8b" for data in some[:1]):
        raise SourceError("base_vector", path=shown)
    if any(image_head.check_tile(data) for data in some):
        return
    if any(image_head.too_large(data) for data in some):
        raise SourceError("base_large_tiles", path=shown, side=base_maps.TILE_SIDE)
    raise SourceError("base_not_pictures", path=shown)


def _cut(path: Path, cache: Path, progress: Progress | None, text: str) -> "_Cut":
    """Return the blocks of an image, cutting it into the cache if it was not yet, or is another one now."""
    from layers.gis import image_cut, image_head
    from layers.store import mbtiles

    file = _cut_file(path, cache)
    if file.is_file():
        try:
            found = _Cut(file)
            file.touch()
            return found
        except SourceError:
            file.unlink(missing_ok=True)  # a cache is made again, not mourned
    head = image_head.head(path)
    about = {"width": str(head.width), "height": str(head.height)}
    mbtiles.write(file, image_cut.cut(path, progress, text), about)
    _prune(cache, file)
    return _Cut(file)


def _cut_file(path: Path, cache: Path) -> Path:
    state = path.stat()
    sign = f"{CACHE_FORM} {path.resolve()} {state.st_size} {state.st_mtime_ns}"
    return cache / f"{hashlib.sha256(sign.encode()).hexdigest()[:32]}{CACHE_SUFFIX}"


def _prune(cache: Path, newest: Path) -> None:
    """Keep the cache within its bound: what was used longest ago goes first."""
    files = [(one.stat().st_mtime, one.stat().st_size, one) for one in cache.glob(f"*{CACHE_SUFFIX}")]
    left = sum(size for _, size, _ in files)
    for _, size, one in sorted(files):
        if left <= CACHE_BYTES:
            return
        if one == newest:
            continue
        try:
            one.unlink()
            left -= size
        except PermissionError:
            continue  # on Windows a file that is open stays


class Layer:
    """An open base map; lives until `close`; may be asked from several threads.

    ``bounds`` are degrees EPSG:4490; ``levels`` the shallowest and deepest zoom of its own tiles.
    """

    bounds: Bounds
    levels: tuple[int, int]

    def tile(self, z: int, x: int, y: int) -> tuple[str, bytes]:
        """Return (MIME type, bytes) of a tile, a see-through one where there is nothing.

        Raises ``SourceError`` when the file has become unreadable.
        """
        raise AssertionError("made by open_layer only")

    def close(self) -> None:
        """Close its file."""


def _packed(tile: "Image.Image | None") -> tuple[str, bytes]:
    from layers.gis import warp

    data = warp.packed(tile)
    return NOTHING if data is None else ("image/png", data)


class _TileLayer(Layer):
    """A pyramid of tiles: handed on as they are, or put together anew where they are in GCJ-02 or BD-09."""

    def __init__(self, base: Base, tiles: Pyramid) -> None:
        from layers.gis import image_cut

        self._tiles, self._origin = tiles, base.origin if base.origin in SHIFTED else ""
        self.levels = (min(tiles.levels[0], base_maps.DEEPEST), min(tiles.levels[1], base_maps.DEEPEST))
        self.bounds = true_box(tiles.about.get("bounds", ""), tiles.levels[1], tiles.box, self._origin)
        self._blocks = image_cut.Blocks(tiles.tile, 256, whole=True, kept=96)

    def tile(self, z: int, x: int, y: int) -> tuple[str, bytes]:
        from layers.gis import image_head, warp

        if not self.levels[0] <= z <= self.levels[1]:
            return NOTHING
        if self._origin:
            lon, lat = warp.nodes(z, x, y)
            at = warp.shifted_pixels(z, self._origin)(lon, lat)
            return _packed(warp.bent(*at, (256 << z, 256 << z), lambda box: self._blocks.part(z, box)))
        data = self._tiles.tile(z, x, y)
        kind = picture_type(data[:16]) if data else None
        if data is None or kind is None or not image_head.check_tile(data):
            return NOTHING
        return kind, data

    def close(self) -> None:
        self._tiles.close()


class _ImageLayer(Layer):
    """A placed image, bent to the map's tiles from its cut blocks."""

    def __init__(self, base: Base, where: "Placement", cut: "_Cut") -> None:
        from layers.gis import placement

        self._cut, self._where = cut, where
        try:
            self.bounds = placement.bounds(where, cut.width, cut.height)
        except ValueError as error:
            cut.close()
            raise SourceError("base_off_the_earth", path=base.path, crs=base.crs or "—") from error
        self.levels = (0, base_maps.DEEPEST)

    def tile(self, z: int, x: int, y: int) -> tuple[str, bytes]:
        from layers.gis import warp

        px, py = warp.image_pixels(self._where)(*warp.nodes(z, x, y))
        ratio = warp.scale(px, py)
        level = self._cut.level_for(ratio)
        part = 2.0 ** (self._cut.levels - 1 - level)
        limits = (-(-self._cut.width // int(part)), -(-self._cut.height // int(part)))
        return _packed(warp.bent(px / part, py / part, limits, lambda box: self._cut.blocks.part(level, box)))

    def close(self) -> None:
        self._cut.close()


class Picture:
    """An image to look at part by part; lives until `close`."""

    def __init__(self, cut: "_Cut") -> None:
        self._cut = cut
        self.width, self.height = cut.width, cut.height

    def part(self, box: tuple[float, float, float, float], size: tuple[int, int]) -> bytes:
        """Return the part left, upper, right, lower (pixels of the image) at a size, as PNG."""
        import io

        from PIL import Image

        level = self._cut.level_for((box[2] - box[0]) / max(size[0], 1))
        half = 2.0 ** (self._cut.levels - 1 - level)
        left, upper = int(box[0] // half), int(box[1] // half)
        right, lower = int(-(-box[2] // half)), int(-(-box[3] // half))
        found = self._cut.blocks.part(level, (left, upper, max(right, left + 1), max(lower, upper + 1)))
        found = found if found is not None else Image.new("RGBA", (1, 1))
        inner = (box[0] / half - left, box[1] / half - upper, box[2] / half - left, box[3] / half - upper)
        out = io.BytesIO()
        found.resize(size, Image.Resampling.BILINEAR, box=inner).save(out, "PNG", compress_level=1)
        return out.getvalue()

    def close(self) -> None:
        """Close it."""
        self._cut.close()


class _Cut:
    """The blocks of one image in the cache; lives until `close`."""

    def __init__(self, file: Path) -> None:
        from layers.gis import image_cut
        from layers.store import mbtiles

        self._tiles = mbtiles.Tiles(file)
        try:
            self.width, self.height = int(self._tiles.about["width"]), int(self._tiles.about["height"])
        except (KeyError, ValueError) as error:
            self._tiles.close()
            raise SourceError("source_damaged", path=file) from error
        self.levels = self._tiles.levels[1] + 1
        self.blocks = image_cut.Blocks(self._tiles.tile, image_cut.BLOCK, whole=False)

    def level_for(self, ratio: float) -> int:
        """Return the level whose pixels are at least as fine as one of ``ratio`` image pixels on the screen."""
        halvings = floor(log2(ratio)) if isfinite(ratio) and ratio > 1 else 0
        return max(self.levels - 1 - halvings, 0)

    def close(self) -> None:
        self._tiles.close()
