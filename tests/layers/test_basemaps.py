"""Base maps at the front desk: looked at, opened, drawn tile by tile, shifted, cut, kept in bounds."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from layers import basemap_layers, basemaps
from layers.domain import base_maps
from layers.errors import Cancelled, SourceError
from layers.gis import china
from tests.layers import base_files as made

SPOT = (121.234, 31.014)


def tile_at(layer, z, lon, lat):
    """Return the colour that a map would show at a place, as RGBA."""
    x, y = made.tiles_of((lon, lat, lon, lat), z)[0]
    image = Image.open(io.BytesIO(layer.tile(z, x, y)[1])).convert("RGBA")
    fx, fy = (v * 2**z for v in made.world(lon, lat))
    return image.getpixel((int((fx - x) * image.width), int((fy - y) * image.height)))


@pytest.fixture
def opened(tmp_path, closing):
    def do(base, **named):
        return closing(basemaps.open_layer(base, tmp_path / "cache", **named))

    return do


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("form", ["mbtiles", "pmtiles"])
def test_tiles_are_handed_on_as_they_are(tmp_path, opened, form, kind):
    write = getattr(made, form)
    path = write(tmp_path / f"图.{form}", made.street_tiles(kind=kind))
    found = basemaps.look(path)
    assert (found.base.kind, found.base.name, found.base.origin, found.mars) == (form, "图", "", False)
    layer = opened(found.base)
    x, y = made.tiles_of((*SPOT, *SPOT), 15)[0]
    assert layer.tile(15, x, y) == (f"image/{kind.lower()}", made.flat(made.RED, kind))
    assert layer.tile(15, 0, 0) == basemaps.NOTHING
    assert layer.tile(17, x * 4, y * 4) == basemaps.NOTHING
    assert layer.levels == (10, 16)
    assert layer.bounds[0] <= made.STREET[0]
    assert layer.bounds[3] >= made.STREET[3]


def test_the_box_in_the_metadata_is_believed_only_if_it_makes_sense(tmp_path, opened):
    good = made.mbtiles(tmp_path / "a.mbtiles", made.street_tiles(), bounds="121.2,31.0,121.3,31.1")
    assert opened(basemaps.look(good).base).bounds == (121.2, 31.0, 121.3, 31.1)
    for n, said in enumerate(("x", "1,2,3", "nan,0,1,1", "10,0,5,1", "0,0,999,1", "-180,-90,180,90")):
        path = made.mbtiles(tmp_path / f"{n}.mbtiles", made.street_tiles(), bounds=said)
        west, south, east, north = opened(basemaps.look(path).base).bounds
        assert (west, south) == pytest.approx((121.212, 30.996), abs=1e-3)
        assert (east, north) == pytest.approx((121.256, 31.034), abs=1e-3)


def test_a_gcj02_map_is_shifted_to_where_things_are(tmp_path, opened):
    """A disc painted where GCJ-02 has the spot must be drawn at the spot itself, to a pixel."""
    gx, gy = (float(v) for v in china.wgs84_to_gcj02(*SPOT))

    def disc(lon, lat):
        off = np.hypot((lon - gx) * np.cos(np.radians(gy)), lat - gy) * 111_320
        return np.where(off[..., None] < 40, made.RED, made.BLUE)

    tiles = [(z, x, y, made.painted(z, x, y, disc)) for z in (16, 17) for x, y in made.tiles_of(
        (SPOT[0] - 0.004, SPOT[1] - 0.006, SPOT[0] + 0.012, SPOT[1] + 0.004), z)]  # fmt: skip
    path = made.mbtiles(tmp_path / "a.mbtiles", tiles)
    base = basemaps.look(path).base
    plain = opened(base)
    right = opened(basemaps.changed(base, origin="gcj02"))
    z = 17
    assert tile_at(plain, z, *SPOT)[:3] == made.BLUE  # half a kilometre off
    assert tile_at(right, z, *SPOT) == (*made.RED, 255)
    pixel = 360 / 2**z / 256
    edge = 40 / 111_320 / np.cos(np.radians(SPOT[1]))
    assert tile_at(right, z, SPOT[0] + edge - 1.5 * pixel, SPOT[1])[0] > 150
    assert tile_at(right, z, SPOT[0] + edge + 1.5 * pixel, SPOT[1])[0] < 90
    assert tile_at(right, z, SPOT[0] - edge + 1.5 * pixel, SPOT[1])[0] > 150
    assert tile_at(right, z, SPOT[0] - edge - 1.5 * pixel, SPOT[1])[0] < 90
    lon, lat = china.gcj02_to_wgs84(*plain.bounds[:2])
    assert right.bounds[:2] == pytest.approx((float(lon), float(lat)), abs=1e-4)


@pytest.mark.parametrize(
    ("name", "said", "mars"),
    [
        ("高德卫星", "", True),
        ("a", "Amap tiles", True),
        ("航片", "", False),
        ("GCJ02-影像", "", True),
        ("tianditu", "", False),
    ],
)
def test_what_sounds_like_a_shifted_map_is_suggested_never_assumed(tmp_path, name, said, mars):
    path = made.mbtiles(tmp_path / f"{name}.mbtiles", made.street_tiles(levels=[14]), attribution=said)
    found = basemaps.look(path)
    assert found.mars is mars
    assert found.base.origin == ""


def test_a_geotiff_is_drawn_where_its_tags_say(tmp_path, opened):
    path = made.geotiff(tmp_path / "规划 图.tif", made.quarters(4000, 3000), (121.215, 31.03), (1e-5, 1e-5))
    layer = opened(basemaps.look(path).base)
    assert layer.bounds == pytest.approx((121.215, 31.0, 121.255, 31.03))
    for z in (12, 15, 18):
        for lon, lat, colour in (
            (121.224, 31.022, (200, 40, 40)), (121.246, 31.022, (40, 160, 60)), (121.224, 31.006, (40, 80, 200))
        ):  # fmt: skip
            assert np.abs(np.subtract(tile_at(layer, z, lon, lat)[:3], colour)).max() < 12
        assert tile_at(layer, z, 121.2, 31.022)[3] == 0
    pixel = 360 / 2**18 / 256
    assert tile_at(layer, 18, 121.235 - 3 * pixel, 31.022)[0] > 150
    assert tile_at(layer, 18, 121.235 + 3 * pixel, 31.022)[0] < 90


def test_metres_and_gcj02_are_undone_for_images_too(tmp_path, opened):
    from layers.gis import crs

    east, north = (float(v) for v in crs.from_storage_xy(121.22, 31.03, "EPSG:4549"))
    image = made.geotiff(tmp_path / "a.tif", made.quarters(1000, 800), (east, north), (3.0, 3.0), 4549, projected=True)
    base = basemaps.look(image).base
    assert base.crs == "EPSG:4549"
    lon, lat = (float(v) for v in crs.storage_xy(east + 750, north - 600, "EPSG:4549"))
    assert tile_at(opened(base), 15, lon, lat)[0] > 150
    shifted = opened(basemaps.changed(base, origin="gcj02"))
    assert shifted.bounds[0] == pytest.approx(opened(base).bounds[0] - 0.0044, abs=5e-4)


def test_a_scan_is_drawn_where_its_points_put_it(tmp_path, opened):
    path = tmp_path / "扫描.jpg"
    made.quarters(1200, 900).rotate(180).save(path)
    with pytest.raises(basemaps.Unplaced) as caught:
        basemaps.look(path)
    assert "扫描.jpg" in str(caught.value)
    corners = [(0, 0, 121.25, 31.0), (1200, 0, 121.22, 31.0), (1200, 900, 121.22, 31.02), (0, 900, 121.25, 31.02)]
    points = tuple(basemaps.ControlPoint(*row) for row in corners)
    base = basemaps.changed(basemaps.scan(path), points=points)
    fitted = basemaps.fit(base)
    assert len(fitted.residuals) == 4
    assert fitted.mean < 1.0
    assert tile_at(opened(base), 15, 121.226, 31.016)[0] > 150  # upside down twice: red is in the north-west again
    with pytest.raises(SourceError, match="至少需要 4 个"):
        basemaps.fit(basemaps.changed(base, points=points[:3], fit="projective"))


def test_plain_metres_need_a_longitude_nearby(tmp_path):
    path = tmp_path / "a.jpg"
    made.quarters(400, 300).save(path)
    (tmp_path / "a.jgw").write_text("2\n0\n0\n-2\n521000\n3432000\n", "ascii")
    with pytest.raises(basemaps.Unplaced, match="坐标系"):
        basemaps.look(path)
    assert basemaps.look(path, street=(120.0, 30.9, 120.4, 31.2)).base.crs == "EPSG:4549"
    assert basemaps.look(path, crs="4549").base.crs == "EPSG:4549"


def test_an_image_is_cut_once_and_again_when_it_changed(tmp_path, opened):
    path = made.geotiff(tmp_path / "a.tif", made.quarters(900, 700), (121.2, 31.05), (1e-5, 1e-5))
    base, cache, told = basemaps.look(path).base, tmp_path / "cache", []
    assert not basemaps.is_cut(base, cache)
    opened(base, progress=lambda *step: told.append(step), text="准备")
    assert basemaps.is_cut(base, cache)
    assert told[0][2] == "准备"
    told.clear()
    opened(base, progress=lambda *step: told.append(step))
    assert told == []
    os.utime(path, (1, 1))
    assert not basemaps.is_cut(base, cache)
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["a.tif"]  # nothing beside the file


def test_a_damaged_cache_is_made_again(tmp_path, opened):
    path = made.geotiff(tmp_path / "a.tif", made.quarters(900, 700), (121.2, 31.05), (1e-5, 1e-5))
    base = basemaps.look(path).base
    opened(base)
    (cut,) = (tmp_path / "cache").iterdir()
    cut.write_bytes(b"nothing")
    assert tile_at(opened(base), 15, 121.202, 31.048)[3] == 255


def test_cancelling_leaves_no_cache(tmp_path):
    path = made.geotiff(tmp_path / "a.tif", made.quarters(900, 700), (121.2, 31.05), (1e-5, 1e-5))

    def stop(done, _total, _text):
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        basemaps.open_layer(basemaps.look(path).base, tmp_path / "cache", stop)
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_cache_stays_within_its_bound(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(basemap_layers, "CACHE_BYTES", 60_000)
    for n in range(6):
        path = made.geotiff(tmp_path / f"{n}.tif", made.quarters(900, 700), (121.2, 31.05), (1e-5, 1e-5))
        opened(basemaps.look(path).base)
        for i, one in enumerate(sorted((tmp_path / "cache").iterdir(), key=lambda f: f.stat().st_mtime)):
            os.utime(one, (i + 1, i + 1))
    sizes = [one.stat().st_size for one in (tmp_path / "cache").iterdir()]
    assert 1 <= len(sizes) < 6
    assert sum(sizes) <= 60_000 + max(sizes)


def other(path, body):
    path.write_bytes(body)
    return path


@pytest.mark.parametrize(
    ("name", "body", "key"),
    [
        ("a.mbtiles", b"", "empty"),
        ("a.mbtiles", b"not a database at all, but long enough", "source_other_content"),
        ("a.mbtiles", b"SQLite format 3\0" + b"\0" * 200, "source_damaged"),
        ("a.pmtiles", b"PMTiles\x02" + b"\0" * 200, "base_old_pmtiles"),
        ("a.pmtiles", b"PMTiles\x03" + b"\0" * 50, "source_damaged"),
        ("a.png", b"\xff\xd8\xff" + b"\0" * 50, "source_other_content"),
        ("a.tif", b"<vrt/>", "source_other_content"),
        ("a.webp", b"RIFF\0\0\0\0AVI ", "source_other_content"),
        ("a.ecw", b"ecw", "base_unknown_kind"),
        ("a.vrt", b"<VRTDataset/>", "base_unknown_kind"),
    ],
)
def test_what_is_no_base_map_is_one_sentence(tmp_path, name, body, key):
    with pytest.raises(SourceError) as caught:
        basemaps.look(other(tmp_path / name, body))
    assert caught.value.key == key
    assert name in str(caught.value)


def test_a_missing_file_a_folder_and_an_address_are_one_sentence(tmp_path):
    from pathlib import Path

    (tmp_path / "a.mbtiles").mkdir()
    for path, key in (
        (tmp_path / "none.tif", "missing"), (tmp_path / "a.mbtiles", "not_a_file"),
        (Path("/vsicurl/http:/x/a.tif"), "missing"),
    ):  # fmt: skip
        with pytest.raises(SourceError) as caught:
            basemaps.look(path)
        assert caught.value.key == key


@pytest.mark.parametrize(
    ("form", "data", "key"),
    [("pbf", b"\x1f\x8b\x08mvt", "base_vector"), ("png", b"\x1f\x8b\x08mvt", "base_vector"),
     ("png", b"<svg/>", "base_not_pictures"), ("png", b"", "base_not_pictures")],
)  # fmt: skip
def test_tiles_that_are_no_pictures_are_one_sentence(tmp_path, form, data, key):
    path = made.mbtiles(tmp_path / "a.mbtiles", [(14, 1, 1, data)], form=form)
    with pytest.raises(SourceError) as caught:
        basemaps.look(path)
    assert caught.value.key == key


def test_a_bomb_among_the_tiles_is_a_hole(tmp_path, opened):
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    path = made.mbtiles(tmp_path / "a.mbtiles", [(1, 0, 0, made.flat(made.RED)), (1, 1, 0, bomb)])
    base = basemaps.look(path).base
    for origin in ("wgs84", "gcj02"):
        layer = opened(basemaps.changed(base, origin=origin))
        assert layer.tile(1, 1, 0) == basemaps.NOTHING
        assert layer.tile(1, 0, 0) != basemaps.NOTHING


def test_a_part_of_an_image_to_look_at(tmp_path, closing):
    made.quarters(3000, 2000).save(tmp_path / "a.png")
    picture = closing(basemaps.open_picture(tmp_path / "a.png", tmp_path / "cache"))
    assert (picture.width, picture.height) == (3000, 2000)
    for box, size in (((0, 0, 3000, 2000), (300, 200)), ((1400, 900, 1600.5, 1100.25), (400, 400))):
        image = Image.open(io.BytesIO(picture.part(box, size))).convert("RGB")
        assert image.size == size
        for fx, fy, colour in ((0.2, 0.2, (200, 40, 40)), (0.8, 0.2, (40, 160, 60)), (0.2, 0.8, (40, 80, 200))):
            found = image.getpixel((int(size[0] * fx), int(size[1] * fy)))
            assert np.abs(np.subtract(found, colour)).max() < 12


def test_base_maps_survive_being_written_and_rubbish_does_not(tmp_path):
    base = base_maps.Base(
        "abc1", tmp_path / "图.jpg", "image", "图", "wgs84", False, 0.4, "", "projective",
        (base_maps.ControlPoint(1.5, 2, 121.2, 31),),
    )  # fmt: skip
    import json

    kept = json.loads(json.dumps(basemaps.written([base])))
    assert basemaps.read(kept) == (base,)
    bad = [{}, 5, None, {**kept[0], "kind": "wms"}, {**kept[0], "opacity": "x"}, {**kept[0], "points": [{"x": 1}]}]
    assert basemaps.read([*bad, *kept]) == (base,)
    assert basemaps.read("nothing") == ()
    assert basemaps.read([{**kept[0], "opacity": 9}])[0].opacity == 1.0


def test_a_photo_is_no_base_map_unless_it_says_where_it_lies(tmp_path):
    assert [basemaps.is_base_map(tmp_path / f"a{e}") for e in (".mbtiles", ".PMTiles", ".tif", ".jpg", ".gpkg")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    (tmp_path / "a.jgw").write_text("1\n0\n0\n-1\n0\n0\n", "ascii")
    assert basemaps.is_base_map(tmp_path / "a.jpg")


def test_the_order_changes_by_places():
    maps = tuple(base_maps.Base(name, None, "image", name) for name in "abc")
    assert [one.id for one in basemaps.moved(maps, "a", 1)] == ["b", "a", "c"]
    assert [one.id for one in basemaps.moved(maps, "c", -2)] == ["c", "a", "b"]
    assert [one.id for one in basemaps.moved(maps, "a", -1)] == ["a", "b", "c"]
    assert basemaps.moved(maps, "x", 1) == maps


@pytest.mark.parametrize("origin", ["gcj02", "bd09"])
def test_a_pyramid_of_a_web_map_is_shifted_back(tmp_path, opened, origin):
    """A disc painted where the web map has the spot is drawn at the spot, and no longer half a kilometre off."""
    bx, by = (float(v) for v in china.shifted(origin, *SPOT))

    def disc(lon, lat):
        off = np.hypot((lon - bx) * np.cos(np.radians(by)), lat - by) * 111_320
        return np.where(off[..., None] < 40, made.RED, made.BLUE)

    tiles = [(17, x, y, made.painted(17, x, y, disc)) for x, y in made.tiles_of(
        (SPOT[0] - 0.004, SPOT[1] - 0.006, SPOT[0] + 0.02, SPOT[1] + 0.012), 17)]  # fmt: skip
    base = basemaps.look(made.mbtiles(tmp_path / "a.mbtiles", tiles)).base
    assert tile_at(opened(base), 17, *SPOT)[:3] == made.BLUE
    right = opened(basemaps.changed(base, origin=origin))
    assert tile_at(right, 17, *SPOT) == (*made.RED, 255)
    assert basemaps.read(basemaps.written([basemaps.changed(base, origin=origin)]))[0].origin == origin
