"""Cuts a large image once into a pyramid of blocks, and puts any part of it together again, in bounded memory."""

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from layers.domain.base_maps import TILE_SIDE
from layers.gis import image_head

BLOCK = 512
KEPT = 24  # decoded blocks of 1 MB
QUALITY = 90
Progress = Callable[[int, int, str], None]
Fetch = Callable[[int, int, int], bytes | None]  # level, column, row -> the bytes of a picture


def levels_of(width: int, height: int) -> int:
    """Return the number of levels: the last one, of whole pixels, has number ``levels - 1``; level 0 is one block."""
    count, side = 1, max(width, height)
    while side > BLOCK:
        side = (side + 1) // 2
        count += 1
    return count


def cut(path: Path, progress: Progress | None = None, text: str = "") -> Iterator[tuple[int, int, int, bytes]]:
    """Yield (level, column, row, bytes) of every block of an image, whole pixels first.

    Blocks of photographs are JPEG, those of drawings PNG. Decoding costs 4 bytes per pixel once. Raises as
    `image_head.opened`; ``progress`` counts blocks and may raise ``Cancelled``.
    """
    tell = progress or (lambda _done, _total, _text: None)
    with image_head.opened(path) as image:
        head = image_head.of(image)
        sizes = _sizes(head.width, head.height)
        total = sum(-(-w // BLOCK) * -(-h // BLOCK) for w, h in sizes)
        tell(0, total, text)
        picture = _colours(image, head.clear)
        lossless = head.lossless and (head.clear or head.mode in ("1", "P", "PA", "L"))
        done = 0
        for level in range(len(sizes) - 1, -1, -1):
            for row in range(-(-picture.height // BLOCK)):
                for column in range(-(-picture.width // BLOCK)):
                    tell(done, total, text)
                    left, upper = column * BLOCK, row * BLOCK
                    right, lower = min(left + BLOCK, picture.width), min(upper + BLOCK, picture.height)
                    yield level, column, row, _packed(picture.crop((left, upper, right, lower)), lossless)
                    done += 1
            if level:
                picture = picture.reduce(2)


def _sizes(width: int, height: int) -> list[tuple[int, int]]:
    """Return the sizes of the levels, the largest last."""
    found = [(width, height)]
    while max(found[0]) > BLOCK:
        w, h = found[0]
        found.insert(0, ((w + 1) // 2, (h + 1) // 2))
    return found


def _colours(image: Image.Image, clear: bool) -> Image.Image:
    """Decode an image to RGB or RGBA, or to grey where it is grey (a quarter of the memory)."""
    if clear:
        return image.convert("RGBA")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image.convert("RGB")


def _packed(block: Image.Image, lossless: bool) -> bytes:
    out = io.BytesIO()
    if lossless or block.mode == "RGBA":
        block.save(out, "PNG", compress_level=3)
    else:
        block.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


class Blocks:
    """Puts parts of a pyramid of pictures together, keeping the last decoded ones; may be asked from several threads.

    ``side`` is the width of one picture in pixels (`BLOCK` of a cut image, 256 of map tiles). Pictures of
    another size are brought to it where ``whole`` says that each fills its place (map tiles of 512 pixels do).
    """

    def __init__(self, fetch: Fetch, side: int, *, whole: bool, kept: int = KEPT) -> None:
        self._fetch, self._side, self._whole, self._most = fetch, side, whole, kept
        self._kept: OrderedDict[tuple[int, int, int], Image.Image | None] = OrderedDict()
        self._lock = threading.Lock()

    def part(self, level: int, box: tuple[int, int, int, int]) -> Image.Image | None:
        """Return the pixels left, upper, right, lower of a level as RGBA, see-through where there are none.

        None if there are none at all.
        """
        left, upper, right, lower = box
        made: Image.Image | None = None
        for row in range(upper // self._side, -(-lower // self._side)):
            for column in range(left // self._side, -(-right // self._side)):
                block = self._block(level, column, row)
                if block is None:
                    continue
                if made is None:
                    made = Image.new("RGBA", (right - left, lower - upper))
                made.paste(block, (column * self._side - left, row * self._side - upper))
        return made

    def _block(self, level: int, column: int, row: int) -> Image.Image | None:
        key = (level, column, row)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        data = self._fetch(level, column, row) if column >= 0 and row >= 0 else None
        made = self._decoded(data) if data else None
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def _decoded(self, data: bytes) -> Image.Image | None:
        size = image_head.tile_size(data)
        if size is None or not 0 < max(size) <= TILE_SIDE:
            return None
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
                picture = image.convert("RGBA")
        except image_head.BROKEN:
            return None  # one broken tile leaves a hole, not a broken map
        if self._whole and picture.size != (self._side, self._side):
            picture = picture.resize((self._side, self._side), Image.Resampling.BOX)
        return picture
