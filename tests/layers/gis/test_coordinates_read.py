"""Typed coordinates: every form in use comes to the place that PROJ says, and no text whatever raises."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.gis import china, coordinates
from layers.gis.proj import pyproj

NEAR = (121.22, 30.99, 121.30, 31.06)  # the demonstration street
LON, LAT = 121.25, 31.02


def only(text: str) -> coordinates.Reading:
    found = coordinates.read(text, NEAR)
    assert found, text
    return found[0]


@pytest.mark.parametrize(
    "text",
    [
        "121.25, 31.02",
        "31.02，121.25",
        "１２１．２５，３１．０２",
        "121.25;31.02",
        "(121.25 31.02)",
        "北纬31.02 东经121.25",
        "东经121.25°、北纬31.02°",
        "经度121.25 纬度31.02",
        "N31.02 E121.25",
        "121.25E 31.02N",
        "31.02N, 121.25E",
        "lat: 31.02, lon: 121.25",
        "lng=121.25&lat=31.02",
        "31°1'12\"N 121°15'0\"E",
        "31°01′12″N 121°15′00″E",
        "31º01'12'' 121º15'00''",
        "北纬31度1分12秒，东经121度15分0秒",
        "31 1 12 N 121 15 0 E",
        "31 01 12, 121 15 00",
        "31°1.2′ 121°15′",
        "CGCS2000 121.25 31.02",
        "WGS84: 31.02, 121.25",
        "EPSG:4490 121.25,31.02",
        "epsg:4326 31.02 121.25",
        "坐标 121.25, 31.02",
    ],
)
def test_degrees_are_read_in_every_form(text: str):
    found = only(text)
    assert found.lon == pytest.approx(LON, abs=1e-9)
    assert found.lat == pytest.approx(LAT, abs=1e-9)


@pytest.mark.parametrize(
    ("code", "prefix"),
    [(4528, ""), (4499, ""), (4549, ""), (3857, ""), (4549, "EPSG:4549 "), (32651, "EPSG:32651 "), (4528, "CGCS2000 ")],
)
@pytest.mark.parametrize("north_first", [False, True])
def test_metres_are_read_as_proj_reads_them(code: int, prefix: str, north_first: bool):
    x, y = pyproj.Transformer.from_crs(4326 if code in (3857, 32651) else 4490, code, always_xy=True).transform(
        LON, LAT
    )
    pair = f"{y:.3f}, {x:.3f}" if north_first else f"{x:.3f} {y:.3f}"
    found = only(prefix + pair)
    assert found.crs == f"EPSG:{code}"
    assert found.lon == pytest.approx(LON, abs=2e-8)
    assert found.lat == pytest.approx(LAT, abs=2e-8)


def test_the_letters_of_surveyors_and_of_mathematicians_are_both_understood():
    x, y = coordinates.write(LON, LAT, "EPSG:4528")
    for text in (f"X={y:.3f} Y={x:.3f}", f"x: {x:.3f}, y: {y:.3f}"):
        assert only(text).lon == pytest.approx(LON, abs=2e-8)


@pytest.mark.parametrize(
    ("prefix", "shift"),
    [
        ("高德:", china.wgs84_to_gcj02),
        ("GCJ-02 ", china.wgs84_to_gcj02),
        ("腾讯地图 ", china.wgs84_to_gcj02),
        ("百度：", china.wgs84_to_bd09),
        ("BD09 ", china.wgs84_to_bd09),
    ],
)
def test_web_maps_are_shifted_only_when_they_are_named(prefix: str, shift):
    x, y = (float(value) for value in shift(LON, LAT))
    named, bare = only(f"{prefix}{x:.8f},{y:.8f}"), only(f"{x:.8f},{y:.8f}")
    assert (named.lon, named.lat) == (pytest.approx(LON, abs=1e-7), pytest.approx(LAT, abs=1e-7))
    assert bare.crs == "EPSG:4490"
    assert bare.lon == pytest.approx(x)


def test_what_lies_near_comes_first_and_what_is_meant_elsewhere_is_found_too():
    assert [one.crs for one in coordinates.read("116.39, 39.9", NEAR)] == ["EPSG:4490"]
    # Without its number a zone is only guessed near the workspace: nothing is guessed where there is none.
    assert coordinates.read("619359.88 3433862.76") == []
    assert only("619359.88 3433862.76").sure is False


@pytest.mark.parametrize(
    "text",
    [
        "", "府城", "121.25", "12131", "1 2", "20261122-A-0003", "20261122 0003", "310117004-W138", "1,2,3", "91 181",
        "EPSG:999999 1 2", "EPSG:4610 121.25 31.02", "EPSG:2334 500000 3400000", "31°75'N 121°15'E", "N31 N32", "x",
        "121.25 31.02 " * 20, "NaN, NaN", "1e400 1e400", "121.25,31.02; DROP TABLE task",
    ],
)  # fmt: skip
def test_what_is_no_coordinate_is_none(text: str):
    assert coordinates.read(text, NEAR) == []


@given(st.text(max_size=160))
def test_no_text_raises(text: str):
    assert isinstance(coordinates.read(text, NEAR), list)


@given(st.text(alphabet="0123456789.,+-°′″'\"NSEWnsew 北纬东经度分秒XYxy:=高德百度EPSG()", max_size=60))
def test_no_text_that_looks_like_a_coordinate_raises(text: str):
    for one in coordinates.read(text, NEAR):
        assert math.isfinite(one.lon)
        assert math.isfinite(one.lat)
        assert -180 <= one.lon <= 180
        assert -90 <= one.lat <= 90


@given(st.floats(NEAR[0], NEAR[2]), st.floats(NEAR[1], NEAR[3]))
def test_what_is_written_is_read_again(lon: float, lat: float):
    for system in (*coordinates.zone_systems(lon), "EPSG:3857"):
        x, y = coordinates.write(lon, lat, system)
        found = only(f"{x:.4f}, {y:.4f}")
        assert found.crs == system
        assert found.lon == pytest.approx(lon, abs=1e-8)
        assert found.lat == pytest.approx(lat, abs=1e-8)


def test_a_longitude_has_its_zones():
    assert coordinates.zone_systems(121.25) == ("EPSG:4528", "EPSG:4549", "EPSG:4499")
    assert coordinates.zone_systems(-3.0) == ()
