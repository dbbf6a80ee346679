"""What is typed while drawing: lengths, bearings, degrees, metres, in any hand; anything else is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import Refused
from layers.gis import crs, typed

HERE = (121.2, 31.0)
LON = st.floats(119, 122)
LAT = st.floats(29, 33)


def read(text, last=HERE, pointer=None):
    return typed.parse(text, last, pointer, HERE)


@given(st.floats(0.01, 50_000), st.floats(0, 359.99))
def test_a_length_and_a_bearing_lead_there_and_are_measured_so(length, bearing):
    place = read(f"{length:.3f}<{bearing:.4f}")
    way = typed.way(HERE, place)
    assert way.length == pytest.approx(round(length, 3), abs=1e-3)
    if length > 10:
        assert abs((way.bearing - bearing + 180) % 360 - 180) < 1e-3


def test_a_length_alone_goes_towards_the_pointer():
    east = typed.along(HERE, 80, 90)
    place = read("２５", pointer=east)  # digits of a Chinese keyboard
    way = typed.way(HERE, place)
    assert way.length == pytest.approx(25, abs=1e-6)
    assert way.bearing == pytest.approx(typed.way(HERE, east).bearing, abs=1e-6)


@pytest.mark.parametrize(("text", "length"), [("25m", 25), ("25 米", 25), ("1.5 km", 1500), ("2公里<180", 2000)])
def test_units_are_read(text, length):
    place = read(text, pointer=typed.along(HERE, 10, 45))
    assert typed.way(HERE, place).length == pytest.approx(length, abs=1e-3)


@pytest.mark.parametrize("text", ["121.25,31.02", "121.25，31.02", "121.25 31.02", "31.02, 121.25", "121.25、31.02"])
def test_degrees_are_read_in_either_order(text):
    assert read(text, last=None) == (121.25, 31.02)


@given(LON, LAT)
def test_metres_are_read_in_either_order_with_and_without_zone(lon, lat):
    near = (lon, lat)
    x, y = crs.metres_xy(lon, lat, crs.local_crs(lon))
    for text in (f"{float(x):.4f} {float(y):.4f}", f"{float(y):.4f}, {float(x):.4f}"):
        place = typed.parse(text, None, None, near)
        assert place == pytest.approx(near, abs=1e-8)
    zone = round(lon / 3)
    far = typed.parse(f"{zone * 1_000_000 + float(x):.4f} {float(y):.4f}", None, None, (100.0, 30.0))
    assert far == pytest.approx(near, abs=1e-8)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "25<", "<90", "1,2,3", "999999999 1", "25 25 25", "200,100", "1e5", "nan", "inf,inf", "９" * 300],
)
def test_anything_else_is_refused_in_one_sentence(text):
    with pytest.raises(Refused) as refused:
        read(text, pointer=typed.along(HERE, 10, 45))
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
        lon, lat = read(text, pointer=typed.along(HERE, 10, 45))
    except Refused:
        return
    assert np.isfinite([lon, lat]).all()
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90
