"""The pin of a drawn shape stands on it, whatever the shape."""

from math import cos, pi, sin

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.pin import pin_of


def test_a_point_is_its_own_pin():
    assert pin_of({"type": "Point", "coordinates": [121.25, 31.02]}) == (121.25, 31.02)


def test_a_line_has_its_pin_half_way_along():
    line = {"type": "LineString", "coordinates": [[121.0, 31.0], [121.0, 31.1], [121.0, 31.4]]}
    assert pin_of(line) == pytest.approx((121.0, 31.2))


def test_a_line_of_one_place_has_its_pin_there():
    assert pin_of({"type": "LineString", "coordinates": [[121.0, 31.0], [121.0, 31.0]]}) == (121.0, 31.0)


def test_a_bent_area_has_its_pin_inside():
    horseshoe = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 8], [8, 8], [8, 2], [0, 2], [0, 0]]
    assert shapely.Polygon(horseshoe).contains(shapely.Point(pin_of({"type": "Polygon", "coordinates": [horseshoe]})))


def test_a_hole_is_not_inside():
    outer = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    hole = [[1, 1], [9, 1], [9, 9], [1, 9], [1, 1]]
    area = shapely.Polygon(outer, [hole])
    assert area.contains(shapely.Point(pin_of({"type": "Polygon", "coordinates": [outer, hole]})))


@given(st.lists(st.floats(min_value=0.2, max_value=1.0), min_size=3, max_size=24))
def test_any_star_has_its_pin_inside(radii):
    ring = [
        (121 + r * cos(2 * pi * i / len(radii)) / 100, 31 + r * sin(2 * pi * i / len(radii)) / 100)
        for i, r in enumerate(radii)
    ]
    ring.append(ring[0])
    area = shapely.Polygon(ring)
    if area.is_valid:
        assert area.contains(shapely.Point(pin_of({"type": "Polygon", "coordinates": [ring]})))


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="MultiPoint"):
        pin_of({"type": "MultiPoint", "coordinates": []})
