"""Hostile and odd base maps: each is drawn, or is one sentence; in bounded memory and time."""

import io
import sqlite3
import struct

import pytest
from PIL import Image

from layers import basemaps
from layers.errors import SourceError
from tests.layers import base_files as made
from tests.layers.test_basemaps import tile_at

STREET = (121.2, 30.98, 121.29, 31.06)
RED_QUARTER = (121.201, 31.049)
TILES = [(14, x, y) for x, y in made.tiles_of(made.STREET, 14)]


def grey(side):
    out = io.BytesIO()
    Image.new("L", (side, side), 200).save(out, "PNG")
    return out.getvalue()


def refused(path, key):
    """Return the one sentence with which a file is refused."""
    with pytest.raises(SourceError) as caught:
        basemaps.look(path, street=STREET)
    assert caught.value.key == key
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("form", ["mbtiles", "pmtiles"])
@pytest.mark.parametrize(
    ("data", "key"),
    [
        (grey(10_000), "base_large_tiles"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "base_not_pictures"),
        (b"\xff\xd8\xff\xe0" + b"\1" * 60, "base_not_pictures"),
        (b"not a picture at all", "base_not_pictures"),
    ],
)
def test_tiles_that_cannot_be_drawn_are_said_and_not_shown_as_nothing(tmp_path, form, data, key):
    path = getattr(made, form)(tmp_path / f"图.{form}", [(*tile, data) for tile in TILES])
    assert path.name in refused(path, key)


def test_one_broken_tile_does_not_make_a_map_unusable(tmp_path, closing):
    rows = [(*tile, made.flat(made.RED) if n else b"broken") for n, tile in enumerate(TILES)]
    layer = closing(basemaps.open_layer(basemaps.look(made.mbtiles(tmp_path / "a.mbtiles", rows)).base, tmp_path))
    assert layer.tile(*TILES[0]) == basemaps.NOTHING
    assert layer.tile(*TILES[-1])[1] == made.flat(made.RED)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([(-3, 1, 1)], "source_damaged"),
        ([(90, 1, 1)], "source_damaged"),
        ([("deep", 1, 1)], "source_damaged"),
        ([(29, 5, 5)], "base_no_tiles"),
        ([(3, 99_999, -5)], "source_damaged"),
        ([], "base_no_tiles"),
    ],
)
def test_zooms_and_numbers_that_make_no_sense(tmp_path, rows, key):
    path = tmp_path / "a.mbtiles"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        db.executemany("INSERT INTO tiles VALUES (?,?,?,?)", [(*row, made.flat(made.RED)) for row in rows])
    db.close()
    with pytest.raises(SourceError) as caught:
        basemaps.open_layer(basemaps.look(path).base, tmp_path)
    assert caught.value.key == key


PACKINGS = (None, "tiff_lzw", "tiff_adobe_deflate", "jpeg")
KINDS = [(mode, packing) for mode in ("RGB", "RGBA", "P", "CMYK", "L") for packing in PACKINGS]


# Colours with a palette or with see-through places are never packed as JPEG.
@pytest.mark.parametrize(("mode", "packing"), [one for one in KINDS if one not in (("RGBA", "jpeg"), ("P", "jpeg"))])
def test_every_usual_kind_of_geotiff_is_drawn(tmp_path, closing, mode, packing):
    image = made.quarters(600, 400)
    image = image.quantize(8) if mode == "P" else image.convert(mode)
    path = made.geotiff(tmp_path / "图.tif", image, (121.2, 31.05), (1e-5, 1e-5), compression=packing)
    layer = closing(basemaps.open_layer(basemaps.look(path, street=STREET).base, tmp_path / "cache"))
    red, green, _, alpha = tile_at(layer, 16, *RED_QUARTER)
    wanted = made.quarters(4, 4).convert("L").getpixel((0, 0)) if mode == "L" else 200
    assert abs(red - wanted) < 15
    assert (green < 70) or mode == "L"
    assert alpha == 255


def deep_tiff(path, bits):
    """Write a plain RGB TIFF of so many bits for each colour, with a world file and a .prj."""
    side = 32
    data = bytes(side * side * 3 * bits // 8)
    rows = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 3, None), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, None),
            (277, 3, 1, 3), (278, 4, 1, side), (279, 4, 1, len(data))]  # fmt: skip
    after = 8 + 2 + 12 * len(rows) + 4
    places = {258: after, 273: after + 6}
    body = b"".join(struct.pack("<HHII", tag, kind, n, places.get(tag, value)) for tag, kind, n, value in rows)
    head = b"II*\0" + struct.pack("<IH", 8, len(rows)) + body + bytes(4) + struct.pack("<HHH", bits, bits, bits)
    path.write_bytes(head + data)
    path.with_suffix(".tfw").write_text("1e-5\n0\n0\n-1e-5\n121.2\n31.05\n", "ascii")
    path.with_suffix(".prj").write_text("EPSG:4490", "ascii")
    return path


def test_sixteen_bits_are_refused_and_not_shown_black(tmp_path):
    refused(deep_tiff(tmp_path / "16.tif", 16), "base_not_colours")
    assert basemaps.look(deep_tiff(tmp_path / "8.tif", 8), street=STREET).base.crs == "EPSG:4490"
    heights = Image.new("I;16", (40, 40))
    refused(made.geotiff(tmp_path / "dem.tif", heights, (121.2, 31.05), (1e-5, 1e-5)), "base_not_colours")


def test_an_orthophoto_of_40_000_pixels_a_side_says_how_large_it_is(tmp_path):
    """A header is enough: no pixel is decoded, and nobody is called an attacker."""
    path = made.geotiff(tmp_path / "正射.tif", Image.new("1", (8, 8)), (121.2, 31.05), (1e-6, 1e-6))
    body = bytearray(path.read_bytes())
    start = struct.unpack_from("<I", body, 4)[0]
    for n in range(struct.unpack_from("<H", body, start)[0]):
        at = start + 2 + 12 * n
        if struct.unpack_from("<H", body, at)[0] in (256, 257):
            struct.pack_into("<HII", body, at + 2, 4, 1, 40_000)
    path.write_bytes(body)
    assert "1600" in refused(path, "base_bomb")
    assert list(tmp_path.iterdir()) == [path]


def test_a_turned_image_with_a_world_file_is_drawn_turned(tmp_path, closing):
    path = tmp_path / "斜.png"
    made.quarters(400, 300).save(path)
    path.with_suffix(".pgw").write_text("8e-6\n5e-6\n5e-6\n-8e-6\n121.22\n31.03\n", "ascii")
    path.with_suffix(".prj").write_text("EPSG:4490", "ascii")
    layer = closing(basemaps.open_layer(basemaps.look(path, street=STREET).base, tmp_path / "cache"))
    for column, row, colour in ((100, 75, (200, 40, 40)), (300, 75, (40, 160, 60)), (100, 225, (40, 80, 200))):
        lon, lat = 121.22 + 8e-6 * column + 5e-6 * row, 31.03 + 5e-6 * column - 8e-6 * row
        found = tile_at(layer, 18, lon, lat)
        assert max(abs(a - b) for a, b in zip(found[:3], colour, strict=True)) < 15
    assert tile_at(layer, 18, layer.bounds[0] + 1e-5, layer.bounds[1] + 1e-5)[3] == 0


def test_a_directory_of_a_tiff_that_points_to_itself_ends(tmp_path, closing):
    path = made.geotiff(tmp_path / "a.tif", made.quarters(300, 200), (121.2, 31.05), (1e-5, 1e-5))
    body = bytearray(path.read_bytes())
    start = struct.unpack_from("<I", body, 4)[0]
    count = struct.unpack_from("<H", body, start)[0]
    struct.pack_into("<I", body, start + 2 + 12 * count, start)
    path.write_bytes(body)
    layer = closing(basemaps.open_layer(basemaps.look(path, street=STREET).base, tmp_path / "cache"))
    assert tile_at(layer, 16, 121.2007, 31.0495)[0] > 150
