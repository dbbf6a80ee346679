"""What is typed while drawing: lengths, bearings, degrees, metres, in any hand; anything else is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import Refused
from layers.gis import coordinates, crs, typed

HERE = (121.2, 31.0)
LON = st.floats(119, 122)
LAT = st.floats(29, 33)


HOME = (121.19, 30.98, 121.27, 31.05)


def read(text, last=HERE, pointer=None, home=HOME):
    return typed.parse(text, last, pointer, home)


@given(st.floats(0.01, 50_000), st.floats(0, 359.99))
def test_a_length_and_a_bearing_lead_there_and_are_measured_so(length, bearing):
    place = read(f"{length:.3f}<{bearing:.4f}")
    way = typed.way(HERE, place)
    assert way.length == pytest.approx(round(length, 3), abs=1e-3)
    if length > 10:
        assert abs((way.bearing - bearing + 180) % 360 - 180) < 1e-3


def test_a_length_alone_goes_towards_the_pointer():
    east = crs.onward(*HERE, 80, 90)
    place = read("２５", pointer=east)  # digits of a Chinese keyboard
    way = typed.way(HERE, place)
    assert way.length == pytest.approx(25, abs=1e-6)
    assert way.bearing == pytest.approx(typed.way(HERE, east).bearing, abs=1e-6)


@pytest.mark.parametrize(("text", "length"), [("25m", 25), ("25 米", 25), ("1.5 km", 1500), ("2公里<180", 2000)])
def test_units_are_read(text, length):
    place = read(text, pointer=crs.onward(*HERE, 10, 45))
    assert typed.way(HERE, place).length == pytest.approx(length, abs=1e-3)


@pytest.mark.parametrize(
    "text",
    ["121.25,31.02", "121.25，31.02", "121.25 31.02", "31.02, 121.25", "121.25、31.02", "31°01′12″N 121°15′00″E",
     "北纬31.02 东经121.25", "（121.25 31.02）"],
)  # fmt: skip
def test_degrees_are_read_in_either_order_and_every_writing(text):
    assert read(text, last=None) == pytest.approx((121.25, 31.02), abs=1e-9)


def test_a_place_is_read_as_the_search_box_reads_it():
    for text in ("高德 121.2545 31.0180", "EPSG:3857 13497488.26 3632749.14", "X=3433000 Y=40614700"):
        found = coordinates.read(text, HOME)[0]
        assert read(text, last=None) == (found.lon, found.lat)


@pytest.mark.parametrize(
    ("text", "place", "instead"),
    [("25,90", "90.00000, 25.00000", "25<90"), ("120.5，30", "120.50000, 30.00000", "120.5<30"),
     ("25 90", "90.00000, 25.00000", "25<90"), ("北纬25 东经90", "90.00000, 25.00000", "25<90")],
)  # fmt: skip
def test_a_place_far_from_the_street_is_refused_and_said(text, place, instead):
    with pytest.raises(Refused) as refused:
        read(text)
    said = str(refused.value)
    assert f"坐标是 {place}" in said
    assert said.endswith(f"请写成 {instead}。")
    assert "km" in said


def test_what_is_far_is_counted_from_the_street_and_from_the_hand():
    beside = (121.36, 31.0)  # nine kilometres east of the street
    assert read("121.36, 31.0") == beside
    with pytest.raises(Refused, match="离本网格库"):
        read("121.5, 31.0")
    assert read("121.5, 31.0", last=(121.48, 31.0)) == (121.5, 31.0)  # somebody draws there already
    assert read("25, 90", last=None, home=None) == (25.0, 90.0)  # an empty workspace lies nowhere yet


@given(LON, LAT)
def test_metres_are_read_in_either_order_with_and_without_zone(lon, lat):
    near = (lon, lat)
    x, y = crs.metres_xy(lon, lat, crs.local_crs(lon))
    for text in (f"{float(x):.4f} {float(y):.4f}", f"{float(y):.4f}, {float(x):.4f}"):
        for place in (typed.parse(text, None, None, (*near, *near)), typed.parse(text, None, near, None)):
            assert place == pytest.approx(near, abs=1e-8)
    zone = round(lon / 3)
    far = typed.parse(f"{zone * 1_000_000 + float(x):.4f} {float(y):.4f}", None, (100.0, 30.0), None)
    assert far == pytest.approx(near, abs=1e-8)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "25<", "<90", "1,2,3", "999999999 1", "25 25 25", "200,100", "1e5", "nan", "inf,inf", "９" * 300],
)
def test_anything_else_is_refused_in_one_sentence(text):
    with pytest.raises(Refused) as refused:
        read(text, pointer=crs.onward(*HERE, 10, 45))
    assert len(str(refused.value)) < 200


def test_what_lacks_is_said():
    with pytest.raises(Refused, match="第一个顶点"):
        read("25", last=None)
    with pytest.raises(Refused, match="方向"):
        read("25")
    with pytest.raises(Refused, match="方向"):
        read("25", pointer=HERE)
    for text in ("0<90", "-5<90", "200km<90"):
        with pytest.raises(Refused, match="不合理"):
            read(text)


@given(st.text(max_size=40))
def test_no_text_makes_it_fail_otherwise(text):
    try:
        lon, lat = read(text, pointer=crs.onward(*HERE, 10, 45))
    except Refused:
        return
    assert np.isfinite([lon, lat]).all()
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90


@pytest.mark.parametrize("text", ["25<450", "25<361", "25∠400°"])
def test_a_bearing_beyond_the_circle_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="360"):
        typed.parse(text, (121.25, 31.02), None, None)
