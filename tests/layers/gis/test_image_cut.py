"""Large images: bombs and lies stop at the header, the rest is cut into blocks that show the same picture."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from layers.domain.base_maps import MOST_PIXELS
from layers.errors import Cancelled, SourceError
from layers.gis import image_cut, image_head
from tests.layers import base_files as made


def blocks_of(path, **named):
    kept = {(level, x, y): data for level, x, y, data in image_cut.cut(path, **named)}
    return kept, image_cut.Blocks(lambda *key: kept.get(key), image_cut.BLOCK, whole=False)


@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "webp"])
def test_the_blocks_show_the_image_at_every_level(tmp_path, kind):
    image = made.quarters(1300, 900)
    path = tmp_path / f"图.{kind}"
    image.save(path)
    kept, blocks = blocks_of(path)
    levels = image_cut.levels_of(1300, 900)
    assert levels == 3
    assert {level for level, _, _ in kept} == {0, 1, 2}
    assert len(kept) == 3 * 2 + 2 * 1 + 1
    whole = np.asarray(blocks.part(2, (0, 0, 1300, 900)).convert("RGB")).astype(int)
    assert np.abs(whole - np.asarray(image).astype(int)).mean() < 4
    small = blocks.part(0, (0, 0, 325, 225))
    for x, y in ((80, 50), (240, 50), (80, 170), (240, 170)):
        assert np.abs(np.subtract(small.getpixel((x, y))[:3], image.getpixel((x * 4, y * 4)))).max() < 12


def test_a_part_over_the_edge_is_see_through_there(tmp_path):
    made.quarters(600, 600).save(tmp_path / "a.png")
    _, blocks = blocks_of(tmp_path / "a.png")
    part = blocks.part(1, (-50, -50, 50, 50))
    assert part.getpixel((10, 10))[3] == 0
    assert part.getpixel((90, 90))[3] == 255
    assert blocks.part(1, (2000, 2000, 2100, 2100)) is None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_kind_of_colours_is_cut(tmp_path, mode):
    path = tmp_path / "a.tif"
    made.quarters(700, 300).convert(mode).save(path)
    kept, blocks = blocks_of(path)
    part = blocks.part(1, (0, 0, 700, 300))
    assert part.getpixel((10, 10))[3] == 255
    assert len(kept) == 3


def test_see_through_places_stay_see_through(tmp_path):
    image = Image.new("RGBA", (600, 300), (255, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 300, 300))
    image.save(tmp_path / "a.png")
    _, blocks = blocks_of(tmp_path / "a.png")
    assert blocks.part(1, (0, 0, 600, 300)).getpixel((100, 100))[3] == 0
    assert blocks.part(1, (0, 0, 600, 300)).getpixel((500, 100)) == (255, 0, 0, 255)


def test_it_tells_how_far_it_is_and_stops_when_asked(tmp_path):
    made.quarters(1300, 900).save(tmp_path / "a.png")
    told = []
    list(image_cut.cut(tmp_path / "a.png", lambda *step: told.append(step), "规划图"))
    assert told[0] == (0, 9, "规划图")
    assert [done for done, _, _ in told[1:]] == list(range(9))

    def stop(done, _total, _text):
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(image_cut.cut(tmp_path / "a.png", stop))


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, body):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body, 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height", "key"),
    [(60_000, 60_000, "base_bomb"), (13_000, 12_000, "base_many_pixels"), (2**31 - 1, 2**31 - 1, "base_bomb")],
)
def test_a_bomb_is_refused_by_its_header(tmp_path, width, height, key):
    path = tmp_path / "炸弹.png"
    path.write_bytes(png(width, height, b"\0" * 1000))
    with pytest.raises(SourceError) as caught:
        image_head.head(path)
    assert caught.value.key == key
    assert str(MOST_PIXELS // 1_000_000) in str(caught.value)


def lying_jpeg():
    out = io.BytesIO()
    made.quarters(900, 700).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.png", png(500, 500, b"\0" * 10)),
        ("a.png", png(500, 500, b"\0" * 750_500)[:300]),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("a.jpg", lying_jpeg()[:2_000]),
        ("a.jpg", b"\xff\xd8\xff" + b"\0" * 100),
        ("a.tif", b"II*\0\x08\0\0\0\xff\xff"),
        ("a.tif", b"II*\0" + b"\xff" * 60),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("a.tif", b""),
    ],
    ids=range(9),
)
def test_a_header_that_lies_or_pixels_that_are_missing_are_one_sentence(tmp_path, name, body):
    path = tmp_path / name
    path.write_bytes(body)
    with pytest.raises(SourceError) as caught:
        list(image_cut.cut(path))
    assert name in str(caught.value)


def test_heights_are_no_picture(tmp_path):
    Image.new("F", (50, 50)).save(tmp_path / "dem.tif")
    with pytest.raises(SourceError, match="高程"):
        image_head.head(tmp_path / "dem.tif")


def test_a_missing_image_is_one_sentence(tmp_path):
    with pytest.raises(SourceError, match="找不到"):
        image_head.head(tmp_path / "none.png")


def test_a_tile_is_believed_only_if_it_is_small_and_sound():
    assert image_head.check_tile(made.flat(made.RED, side=512))
    assert not image_head.check_tile(made.flat(made.RED, side=1025))
    assert not image_head.check_tile(png(30_000, 30_000, b"\0"))
    assert not image_head.check_tile(png(100_000, 100_000, b"\0"))
    assert not image_head.check_tile(b"\x89PNG\r\n\x1a\n")
    assert not image_head.check_tile(b"<svg/>")
    assert not image_head.check_tile(made.flat(made.RED) + b"\0" * (5 << 20))


def test_one_broken_block_leaves_a_hole_only():
    good = made.flat(made.RED)
    kept = {(3, 0, 0): good, (3, 1, 0): good[:60], (3, 2, 0): png(9_000, 9_000, b"\0"), (3, 3, 0): b"what"}
    blocks = image_cut.Blocks(lambda *key: kept.get(key), 256, whole=True)
    part = blocks.part(3, (0, 0, 1024, 256))
    assert [part.getpixel((x, 100))[3] for x in (100, 400, 600, 900)] == [255, 0, 0, 0]


def test_decoded_blocks_are_kept_and_bounded():
    asked = []

    def fetch(*key):
        asked.append(key)
        return made.flat(made.RED)

    blocks = image_cut.Blocks(fetch, 256, whole=True, kept=2)
    for x in (0, 0, 1, 0, 2, 1):
        blocks.part(5, (x * 256, 0, x * 256 + 256, 256))
    assert asked == [(5, 0, 0), (5, 1, 0), (5, 2, 0), (5, 1, 0)]
    assert len(blocks._kept) == 2


def test_tiles_of_512_pixels_fill_the_place_of_one():
    blocks = image_cut.Blocks(lambda *_: made.flat(made.BLUE, side=512), 256, whole=True)
    part = blocks.part(4, (0, 0, 256, 256))
    assert part.size == (256, 256)
    assert part.getpixel((255, 255)) == (*made.BLUE, 255)
