"""What a pointer meets: corners bit by bit, crossings, edges, right angles; always the same for the same pointer."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.gis import crs, snapping

LON, LAT = 121.2, 31.0
ZONE = crs.local_crs(LON)
X0, Y0 = (float(v) for v in crs.metres_xy(LON, LAT, ZONE))


def at(x, y):
    """Return the place some metres east and north of the middle."""
    lon, lat = crs.degrees_xy(X0 + x, Y0 + y, ZONE)
    return float(lon), float(lat)


def metres(place):
    x, y = crs.metres_xy(place[0], place[1], ZONE)
    return float(x) - X0, float(y) - Y0


def shapes(*found):
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array


SQUARE = shapely.Polygon([at(0, 0), at(100, 0), at(100, 100), at(0, 100)])
ACROSS = shapely.LineString([at(-50, 60), at(150, 40)])


@given(st.floats(0, 2 * math.pi), st.floats(0, 4.9))
def test_a_corner_within_reach_is_given_back_bit_by_bit(turn, far):
    found = snapping.best(shapes(SQUARE), at(100 + far * math.cos(turn), far * math.sin(turn)), 5.0)
    assert found is not None
    assert found.kind == "vertex"
    assert (found.lon, found.lat) == at(100, 0)


def test_nothing_is_met_out_of_reach_nor_where_nothing_is():
    assert snapping.best(shapes(SQUARE), at(50, 50), 5.0) is None
    assert snapping.best(shapes(), at(50, 50), 5.0) is None
    assert snapping.best(shapes(shapely.MultiPolygon(), shapely.Point()), at(50, 50), 5.0) is None


def test_a_place_on_an_edge_lies_between_its_stored_ends():
    found = snapping.best(shapes(SQUARE), at(30, 2), 5.0)
    assert found is not None
    assert found.kind == "edge"
    assert found.lat == pytest.approx(at(30, 0)[1], abs=1e-8)
    edge = shapely.LineString([at(0, 0), at(100, 0)])
    assert shapely.distance(shapely.Point(found.lon, found.lat), edge) < 1e-13


def test_a_crossing_is_met_before_the_edges_it_lies_on():
    found = snapping.best(shapes(SQUARE, ACROSS), at(99, 46), 5.0)
    assert found is not None
    assert found.kind == "intersection"
    assert metres((found.lon, found.lat)) == pytest.approx((100, 45), abs=0.01)


def test_a_point_is_a_corner():
    found = snapping.best(shapes(shapely.Point(*at(5, 5))), at(6, 6), 5.0)
    assert found is not None
    assert (found.kind, (found.lon, found.lat)) == ("vertex", at(5, 5))


@given(st.floats(0, 2 * math.pi), st.floats(20, 300), st.floats(30, 200), st.floats(-2, 2))
def test_a_right_angle_to_the_last_stretch_is_right_in_metres(turn, length, far, beside):
    way = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-way[1], way[0]])
    last = way * length
    pointer = last + across * far + way * beside
    found = snapping.best(shapes(), at(*pointer), 5.0, [at(0, 0), at(*last)])
    assert found is not None
    assert found.kind == "right_angle"
    stretch = np.array(metres((found.lon, found.lat))) - last
    assert abs(float(stretch @ way)) < 1e-4
    assert len(found.guides) == 1


def test_the_extension_goes_only_forward():
    path = [at(0, 0), at(100, 0)]
    ahead = snapping.best(shapes(), at(150, 1), 5.0, path)
    assert ahead is not None
    assert ahead.kind == "extension"
    assert metres((ahead.lon, ahead.lat)) == pytest.approx((150, 0), abs=1e-3)
    assert snapping.best(shapes(), at(50, 1), 5.0, path) is None


def test_a_right_angle_on_an_edge_keeps_both():
    wall = shapely.LineString([at(-50, 50), at(150, 60)])
    found = snapping.best(shapes(wall), at(101, 58), 5.0, [at(0, 0), at(100, 0)])
    assert found is not None
    assert found.kind == "right_edge"
    assert metres((found.lon, found.lat)) == pytest.approx((100, 57.5), abs=0.01)


def test_the_last_corner_of_a_rectangle_is_met_by_two_right_angles():
    path = [at(0, 0), at(100, 0), at(100, 60)]
    found = snapping.best(shapes(), at(2, 59), 5.0, path, ring=True)
    assert found is not None
    assert found.kind == "right_corner"
    assert metres((found.lon, found.lat)) == pytest.approx((0, 60), abs=1e-3)
    assert len(found.guides) == 2


def test_the_first_corner_of_the_drawing_is_met_and_the_last_lets_go():
    path = [at(0, 0), at(100, 0), at(100, 60)]
    first = snapping.best(shapes(), at(1, 1), 5.0, path)
    assert first is not None
    assert (first.lon, first.lat) == path[0]
    last = snapping.best(shapes(), at(101, 61), 5.0, path)
    assert last is None or (last.lon, last.lat) != path[-1]


@given(st.floats(-10, 110), st.floats(-10, 110), st.randoms(use_true_random=False))
def test_the_order_of_the_shapes_does_not_matter(x, y, random):
    found = [SQUARE, ACROSS, shapely.LineString([at(0, 0), at(100, 100)]), shapely.Point(*at(50, 50))]
    path = [at(0, -20), at(40, -20)]
    first = snapping.best(shapes(*found), at(x, y), 8.0, path)
    random.shuffle(found)
    again = snapping.best(shapes(*found), at(x, y), 8.0, path)
    if first is None or again is None:
        assert first is again
    else:
        assert first.kind == again.kind
        assert math.dist(metres((first.lon, first.lat)), metres((again.lon, again.lat))) < 1e-6
        assert math.dist(metres((first.lon, first.lat)), (x, y)) <= 8.01


def test_a_shape_of_very_many_corners_answers_at_once():
    turns = np.linspace(0, 2 * math.pi, 200_001)
    ring = np.column_stack([LON + 0.01 * np.cos(turns), LAT + 0.01 * np.sin(turns)])
    pointer = (LON + 0.01, LAT)
    found = snapping.best(shapes(shapely.Polygon(ring)), pointer, 3.0)
    assert found is not None
    assert found.kind == "vertex"
