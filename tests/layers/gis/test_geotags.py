"""Where an image says it lies: GeoTIFF tags and world files, believed only when they make sense."""

import numpy as np
import pytest
from PIL import Image

from layers.errors import SourceError
from layers.gis import crs, geotags, image_head, placement
from tests.layers import base_files as made

PICTURE = made.quarters(400, 300)
PRJ_4549 = crs.CRS.from_epsg(4549).to_wkt("WKT1_ESRI")


def placed(path, near_lon=None, given=""):
    with image_head.opened(path) as image:
        found = geotags.found(image, path)
        assert found is not None
        return geotags.placed(found, image.size, near_lon=near_lon, given=given, path=path)


def corner(where, x=0.0, y=0.0):
    return tuple(float(v) for v in placement.to_degrees(where, x, y))


def test_degrees_of_cgcs2000(tmp_path):
    where = placed(made.geotiff(tmp_path / "图.tif", PICTURE, (121.2, 31.05), (1e-4, 2e-4)))
    assert where.crs == "EPSG:4490"
    assert corner(where) == pytest.approx((121.2, 31.05))
    assert corner(where, 400, 300) == pytest.approx((121.24, 30.99))


def test_a_tag_for_points_means_the_middle_of_the_pixel(tmp_path):
    where = placed(made.geotiff(tmp_path / "a.tif", PICTURE, (121.2, 31.05), (1e-4, 1e-4), point=True))
    assert corner(where, 0.5, 0.5) == pytest.approx((121.2, 31.05))


@pytest.mark.parametrize("epsg", [4549, 32651, 3857])
def test_projected_metres(tmp_path, epsg):
    east, north = (float(v) for v in crs.from_storage_xy(121.2, 31.05, f"EPSG:{epsg}"))
    where = placed(made.geotiff(tmp_path / "a.tif", PICTURE, (east, north), (2.0, 2.0), epsg, projected=True))
    assert where.crs == f"EPSG:{epsg}"
    assert corner(where) == pytest.approx((121.2, 31.05), abs=1e-9)


def test_a_matrix_of_transformation_turns_the_image(tmp_path):
    from PIL import TiffImagePlugin

    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[34264] = (0.0, 1e-4, 0.0, 121.2, 1e-4, 0.0, 0.0, 31.0, 0, 0, 0, 0, 0, 0, 0, 1.0)
    tags.tagtype[34264] = 12
    tags[34735] = (1, 1, 0, 1, 2048, 0, 1, 4490)
    tags.tagtype[34735] = 3
    PICTURE.save(tmp_path / "a.tif", tiffinfo=tags)
    assert corner(placed(tmp_path / "a.tif"), 100, 0) == pytest.approx((121.2, 31.01))


def test_tied_points_place_an_image_by_least_squares(tmp_path):
    from PIL import TiffImagePlugin

    tags = TiffImagePlugin.ImageFileDirectory_v2()
    points = [(x, y, 0.0, 121.2 + x * 1e-4, 31.05 - y * 1e-4, 0.0) for x, y in ((0, 0), (400, 0), (400, 300), (0, 300))]
    tags[33922] = tuple(v for row in points for v in row)
    tags.tagtype[33922] = 12
    tags[34735] = (1, 1, 0, 1, 2048, 0, 1, 4490)
    tags.tagtype[34735] = 3
    PICTURE.save(tmp_path / "a.tif", tiffinfo=tags)
    assert corner(placed(tmp_path / "a.tif"), 200, 150) == pytest.approx((121.22, 31.035))


@pytest.mark.parametrize(
    ("name", "world"), [("a.jpg", "a.jgw"), ("a.png", "a.PGW"), ("a.tif", "a.tfw"), ("图 1.jpg", "图 1.wld")]
)
def test_a_world_file_with_its_prj(tmp_path, name, world):
    PICTURE.save(tmp_path / name)
    east, north = (float(v) for v in crs.from_storage_xy(121.2, 31.05, "EPSG:4549"))
    (tmp_path / world).write_text(f"2,0\n0\n0\n-2.0\n{east}\n{north}\n".replace("2,0", "2.0"), "ascii")
    (tmp_path / name).with_suffix(".prj").write_text(PRJ_4549, "utf-8")
    where = placed(tmp_path / name)
    assert where.crs == "EPSG:4549"
    assert corner(where, 0.5, 0.5) == pytest.approx((121.2, 31.05), abs=1e-9)


def test_without_a_prj_the_numbers_tell_or_nobody_does(tmp_path):
    PICTURE.save(tmp_path / "a.jpg")
    (tmp_path / "a.jgw").write_text("1e-4\n0\n0\n-1e-4\n121.2\n31.05\n", "ascii")
    assert placed(tmp_path / "a.jpg").crs == "EPSG:4490"
    (tmp_path / "a.jgw").write_text("2\n0\n0\n-2\n614582\n3437000\n", "ascii")
    assert placed(tmp_path / "a.jpg") is None
    assert placed(tmp_path / "a.jpg", near_lon=121.2).crs == "EPSG:4549"
    assert placed(tmp_path / "a.jpg", given="EPSG:4549").crs == "EPSG:4549"


def test_an_image_without_a_place_has_none(tmp_path):
    PICTURE.save(tmp_path / "a.jpg")
    with image_head.opened(tmp_path / "a.jpg") as image:
        assert geotags.found(image, tmp_path / "a.jpg") is None


@pytest.mark.parametrize(
    "text", ["", "1\n2\n3\n", "a\nb\nc\nd\ne\nf", "1e-4\n0\n0\nx\n121\n31", "\xff\xfe1"], ids=range(5)
)
def test_a_world_file_that_is_none_is_one_sentence(tmp_path, text):
    PICTURE.save(tmp_path / "a.jpg")
    (tmp_path / "a.jgw").write_text(text, "utf-8")
    with pytest.raises(SourceError) as caught, image_head.opened(tmp_path / "a.jpg") as image:
        geotags.found(image, tmp_path / "a.jpg")
    assert caught.value.key == "base_bad_world_file"
    assert "a.jgw" in str(caught.value)


@pytest.mark.parametrize("text", ["0\n0\n0\n0\n121\n31\n", "nan\n0\n0\n1\n121\n31\n", "1e999\n0\n0\n1\n121\n31\n"])
def test_numbers_that_place_nothing_are_one_sentence(tmp_path, text):
    PICTURE.save(tmp_path / "a.jpg")
    (tmp_path / "a.jgw").write_text(text, "ascii")
    with pytest.raises(SourceError, match="不合理"), image_head.opened(tmp_path / "a.jpg") as image:
        geotags.found(image, tmp_path / "a.jpg")


@pytest.mark.parametrize(("epsg", "key"), [(4610, "crs_old_chinese"), (2334, "crs_old_chinese"), (1999, "crs_unknown")])
def test_a_system_that_cannot_be_used_says_so(tmp_path, epsg, key):
    path = made.geotiff(tmp_path / "a.tif", PICTURE, (121.2, 31.05), (1e-4, 1e-4), epsg, projected=epsg == 2334)
    with pytest.raises(SourceError) as caught:
        placed(path)
    assert caught.value.key == key


def test_an_image_in_space_is_refused(tmp_path):
    path = made.geotiff(tmp_path / "a.tif", PICTURE, (500.0, 31.05), (1e-4, 1e-4))
    with pytest.raises(SourceError, match="不在地球上"):
        placed(path)


def test_rubbish_in_the_tags_is_one_sentence(tmp_path):
    from PIL import TiffImagePlugin

    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33550] = (1e-4,)
    tags.tagtype[33550] = 12
    tags[33922] = (0.0, 0.0)
    tags.tagtype[33922] = 12
    PICTURE.save(tmp_path / "a.tif", tiffinfo=tags)
    with pytest.raises(SourceError, match="不合理"):
        placed(tmp_path / "a.tif")


def test_degrees_come_back_from_every_supported_system():
    lon, lat = np.array([121.2, 121.3]), np.array([31.0, 31.1])
    for text in ("EPSG:4490", "EPSG:4326", "EPSG:4549", "EPSG:3857", "GCJ-02", "BD-09"):
        there = crs.from_storage_xy(lon, lat, text)
        assert np.allclose(crs.storage_xy(*there, text), (lon, lat), atol=1e-9)


def test_a_closed_image_is_not_needed_to_place_it(tmp_path):
    Image.new("L", (10, 10)).save(tmp_path / "a.png")
    assert image_head.head(tmp_path / "a.png").mode == "L"
