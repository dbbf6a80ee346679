"""Coordinate systems: what is taken, what is refused, what is guessed, and how long a metre is."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import SourceError
from layers.gis import crs
from layers.gis.proj import pyproj
from tests.layers.gis.foreign_files import PRJ, XIAN


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("4549", "EPSG:4549"),
        ("epsg:4490", "EPSG:4490"),
        (PRJ, "EPSG:4549"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"),
        ("gcj02", "GCJ-02"),
        ("BD-09", "BD-09"),
    ],
)
def test_names_of_the_same_thing(text: str, normal: str) -> None:
    assert crs.normal(text) == normal


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("EPSG:4610", "crs_old_chinese"),
        ("EPSG:2362", "crs_old_chinese"),
        (XIAN, "crs_old_chinese"),
        ("EPSG:4214", "crs_old_chinese"),
        ("EPSG:2433", "crs_old_chinese"),
        ("EPSG:4555", "crs_old_chinese"),
        ('LOCAL_CS["上海城市坐标",UNIT["metre",1]]', "crs_local"),
        ("上海2000", "crs_unknown"),
        ("EPSG:999999", "crs_unknown"),
        ("x" * 30_000, "crs_unknown"),
    ],
)
def test_what_has_no_known_way_is_refused(text: str, key: str) -> None:
    with pytest.raises(SourceError) as caught:
        crs.normal(text, "a.shp")
    assert caught.value.key == key
    assert len(str(caught.value)) < 300


def test_old_chinese_systems_with_parameters_are_taken() -> None:
    bound = crs.normal(XIAN.replace("298.257]]", "298.257],TOWGS84[12,-113,-41,0,0,0,0]]"))
    lon, lat = crs.storage_xy([121.0], [31.0], bound)
    assert 20 < float(crs.distance_m(121.0, 31.0, lon, lat)[0]) < 150


def test_wgs84_is_not_touched() -> None:
    points = np.array([shapely.Point(121.2481, 31.0207), None], dtype=object)
    moved = crs.to_storage(points, "EPSG:4326")
    assert moved[0].coords[0] == (121.2481, 31.0207)
    assert moved[1] is None


@given(lon=st.floats(118.6, 121.4), lat=st.floats(24.5, 50))
def test_there_and_back_through_the_zone(lon: float, lat: float) -> None:
    x, y = crs.metres_xy([lon], [lat], "EPSG:4549")
    again = crs.storage_xy(x, y, "EPSG:4549")
    assert float(crs.distance_m(lon, lat, *again)[0]) < 1e-6
    assert crs.storage_xy(x + 40_000_000 - 0, y, "EPSG:4528")[0][0] == pytest.approx(lon, abs=1e-9)


def test_heights_are_dropped_and_none_stays() -> None:
    heights = np.array([shapely.from_wkt("POINT Z (121 31 5)"), None], dtype=object)
    assert [None if g is None else g.has_z for g in crs.to_storage(heights, "EPSG:4490")] == [False, None]


@pytest.mark.parametrize(
    ("x", "y", "near", "expected"),
    [
        ([121.2], [31.0], None, ("EPSG:4490", "sources.crs_degrees")),
        ([40_512_000.0], [3_433_000.0], None, ("EPSG:4528", "sources.crs_zone3")),
        ([21_324_000.0], [3_433_000.0], None, ("EPSG:4499", "sources.crs_zone6")),
        ([512_000.0], [3_433_000.0], 121.2, ("EPSG:4549", "sources.crs_near")),
        ([512_000.0], [3_433_000.0], None, (None, "sources.crs_ask")),
        ([-3000.0], [1200.0], 121.2, (None, "sources.crs_ask")),  # the city's own system
        ([], [], None, ("EPSG:4490", "sources.crs_degrees")),
    ],
)
def test_guesses(x: list[float], y: list[float], near: float | None, expected: tuple[str | None, str]) -> None:
    guess = crs.guess(None, x, y, near_lon=near)
    assert (guess.crs, guess.reason) == expected
    assert not guess.sure


def test_a_few_broken_rows_do_not_decide() -> None:
    x = [121.2] * 60 + [1e300, np.nan]
    assert crs.guess(None, x, [31.0] * 62).crs == "EPSG:4490"


def test_what_the_file_says_counts() -> None:
    guess = crs.guess(PRJ, [512_000], [3_433_000])
    assert (guess.crs, guess.sure, guess.rough) == ("EPSG:4549", True, False)
    assert crs.guess("", [121.0], [31.0], by_format="EPSG:4326").crs == "EPSG:4326"
    assert crs.guess("", [40_512_000.0], [3_433_000.0], by_format="EPSG:4326").crs == "EPSG:4528"


@pytest.mark.parametrize(
    ("lon", "zone"), [(121.24, 4549), (118.6, 4549), (121.51, 4550), (75, 4534), (135, 4554), (2.3, 0)]
)
def test_local_zone(lon: float, zone: int) -> None:
    assert crs.local_zone(lon) == zone
    if zone:
        operation = pyproj.CRS.from_epsg(zone).coordinate_operation
        middle = next(p.value for p in operation.params if p.name == "Longitude of natural origin")
        assert abs(middle - lon) <= 1.5


def test_areas_and_lengths_are_those_of_the_ellipsoid() -> None:
    geod = pyproj.Geod(ellps="GRS80")
    boxes = np.array([shapely.box(121.2, 31.0, 121.21, 31.01), shapely.box(121.6, 31.2, 121.7, 31.3)], dtype=object)
    exact = [abs(geod.geometry_area_perimeter(box)[0]) for box in boxes]
    assert crs.area_m2(boxes) == pytest.approx(exact, rel=2e-6)
    lines = np.array(
        [box.exterior for box in boxes] + [shapely.MultiLineString([[(121, 31), (121.1, 31)], [(0, 0), (0, 1)]])],
        dtype=object,
    )
    lines[:2] = [shapely.LineString(line.coords) for line in lines[:2]]
    assert crs.length_m(lines) == pytest.approx([geod.geometry_length(line) for line in lines], rel=1e-9)
    assert crs.length_m(boxes) == pytest.approx([geod.geometry_area_perimeter(box)[1] for box in boxes], rel=1e-9)
    assert crs.area_m2(np.array([], dtype=object)).tolist() == []


def test_metres_far_from_china() -> None:
    box = np.array([shapely.box(-73.99, 40.7, -73.98, 40.71)], dtype=object)
    flat, system = crs.to_metres(box)
    assert "tmerc" in system
    assert float(shapely.area(flat)[0]) == pytest.approx(float(crs.area_m2(box)[0]), rel=1e-3)


def test_rough_datums_say_so() -> None:
    assert not crs.rough("EPSG:32651")
    assert not crs.rough("GCJ-02")
    assert crs.rough(
        'GEOGCS["x",DATUM["D_Nobody",SPHEROID["s",6378200,298.3]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
    )
