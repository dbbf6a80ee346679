"""The plane of a picture: true to scale, invertible, and borders that are drawn once."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.gis import crs, plane
from layers.gis.plane import Plane

LON, LAT = 121.25, 31.02


def array(*shapes):
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


@given(
    st.floats(-179, 179), st.floats(-80, 80), st.floats(-20_000, 20_000), st.floats(-20_000, 20_000)
)  # fmt: skip
def test_degrees_are_the_inverse_of_metres(lon, lat, x, y):
    there = Plane(lon, lat)
    back = there.metres(there.degrees(np.array([[x, y]])))
    assert np.allclose(back, [[x, y]], atol=1e-4)


@pytest.mark.parametrize("way", [(1, 0), (0, 1), (0.6, 0.8), (-0.8, 0.6)])
@pytest.mark.parametrize("latitude", [0.5, 18.2, 31.02, 47.0, 53.5])
def test_lengths_on_the_plane_are_those_on_the_ground(way, latitude):
    """Against the geodesic of another library: to a tenth of a per cent within ten kilometres of the middle."""
    there = Plane(LON, latitude)
    ends = np.array([[-5000.0, -5000.0] * np.array(way), [5000.0, 5000.0] * np.array(way)])
    (lon1, lat1), (lon2, lat2) = there.degrees(ends)
    long = float(np.hypot(*(ends[1] - ends[0])))
    ground = float(crs.distance_m(lon1, lat1, lon2, lat2))
    assert ground == pytest.approx(long, rel=1e-3)


def test_the_middle_of_a_box_is_half_way_on_paper():
    box = (121.0, 20.0, 122.0, 50.0)
    there = plane.plane_of(box)
    south, north = there.metres(np.array([[121.5, 20.0], [121.5, 50.0]]))[:, 1]
    assert south == pytest.approx(-north, rel=1e-6)


def grids(n=3, side=0.001):
    return array(
        *(
            shapely.MultiPolygon(
                [shapely.box(LON + i * side, LAT + j * side, LON + (i + 1) * side, LAT + (j + 1) * side)]
            )
            for i in range(n)
            for j in range(n)
        )
    )


WIDE = (-5e4, -5e4, 5e4, 5e4)


def test_a_border_between_neighbours_is_drawn_once():
    cells = grids()
    there = Plane(LON, LAT)
    lines, segments = plane.borders(cells, there, WIDE, 0.01)
    once = length(lines)
    union = shapely.union_all(shapely.boundary(shapely.transform(cells, there.metres)))
    assert once == pytest.approx(union.length, rel=1e-6)
    assert len(segments) == 24


def length(lines):
    return sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines)


def test_what_is_taken_by_the_tier_above_is_left_out():
    cells = grids()
    parent = array(shapely.coverage_union_all(cells))  # with every vertex of its children, as in a workspace
    there = Plane(LON, LAT)
    _, above = plane.joined(parent)
    assert len(above) == 12
    inner, _ = plane.borders(cells, there, WIDE, 0.01, above)
    whole, _ = plane.borders(cells, there, WIDE, 0.01)
    assert length(inner) == pytest.approx(length(whole) / 2, rel=1e-3)


def test_things_are_cut_at_the_box_and_what_is_outside_becomes_none():
    there = Plane(LON, LAT)
    road = shapely.LineString([(LON - 1, LAT), (LON + 1, LAT)])
    far = shapely.Point(LON + 3, LAT).buffer(0.01)
    cut, gone = plane.drawn(array(road, far), there, (-100, -100, 100, 100), 0.1)
    assert cut.bounds == pytest.approx((-100, 0, 100, 0), abs=1e-6)
    assert gone is None


def test_bad_coordinates_do_no_harm():
    there = Plane(LON, LAT)
    shapes = array(
        shapely.Polygon([(LON - 170, -89.9), (LON + 40, -89.9), (LON + 40, 89.9), (LON - 170, 89.9)]),
        shapely.Polygon([(LON, LAT), (LON + 0.001, LAT + 0.001), (LON + 0.001, LAT), (LON, LAT + 0.001)]),
        shapely.Polygon(),
    )
    world, bow, empty = plane.drawn(shapes, there, (-100, -100, 100, 100), 0.1)
    assert world.area == pytest.approx(200 * 200)
    assert bow is not None
    assert bow.is_valid
    assert empty is None


def test_rings_of_an_area_and_parts_of_a_line_are_paths():
    holed = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 4, 4))
    assert [len(path) for path in plane.paths(holed)] == [5, 5]
    assert len(plane.paths(shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]))) == 2
    assert plane.paths(None) == ()
    assert plane.paths(shapely.Point(0, 0)) == ()


def test_crowded_points_are_thinned_to_one_of_each_cell():
    points = np.array([[i % 100, i // 100] for i in range(10_000)], dtype=float)
    few = plane.thinned(points, 10.0, 500)
    assert len(few) == 100
    assert len(plane.thinned(points, 10.0, 10_000)) == 10_000
