"""The way along lines: the shortest, over shared corners, with the corners' very numbers."""

import numpy as np
import pytest
import shapely

from layers.gis import tracing


def lines(*found):
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array


A, B, C, D = (121.0, 31.0), (121.01, 31.0), (121.01, 31.01), (121.0, 31.01)
FAR = (120.98, 31.005)
ROADS = lines(
    shapely.LineString([A, B]),
    shapely.LineString([B, C]),
    shapely.LineString([C, D]),
    shapely.MultiLineString([[D, FAR, A]]),
)


def test_the_shorter_way_round_is_taken():
    way = tracing.trace(ROADS, (121.001, 31.00001), (121.00999, 31.009), 5.0)
    assert way is not None
    assert way[1] == B
    assert len(way) == 3
    assert way[0] == pytest.approx((121.001, 31.0), abs=1e-9)
    assert way[-1] == pytest.approx((121.01, 31.009), abs=1e-9)


def test_an_end_at_a_corner_is_that_corner():
    assert tracing.trace(ROADS, A, C, 5.0) == [A, B, C]


def test_a_way_along_one_edge_has_its_two_ends():
    way = tracing.trace(ROADS, (121.002, 31.0), (121.008, 31.0), 5.0)
    assert way is not None
    assert len(way) == 2


def test_borders_of_areas_are_followed():
    way = tracing.trace(lines(shapely.Polygon([A, B, C, D])), A, (121.01, 31.005), 5.0)
    assert way is not None
    assert way[:2] == [A, B]


def test_neither_out_of_reach_nor_without_connection():
    assert tracing.trace(ROADS, (121.005, 31.005), C, 5.0) is None
    apart = lines(shapely.LineString([A, B]), shapely.LineString([C, D]))
    assert tracing.trace(apart, A, D, 5.0) is None
    assert tracing.trace(lines(), A, B, 5.0) is None
    assert tracing.trace(lines(shapely.Point(A)), A, B, 5.0) is None


def test_a_network_too_large_for_a_click_is_left():
    count = tracing.MOST + 2
    long = np.column_stack([np.linspace(121, 122, count), np.full(count, 31.0)])
    assert tracing.trace(lines(shapely.LineString(long)), (121.0, 31.0), (122.0, 31.0), 5.0) is None


def test_lines_that_cross_without_a_common_corner_lead_into_each_other():
    west, east = (121.0, 31.0), (121.02, 31.0)
    south, north = (121.01, 30.99), (121.01, 31.01)
    way = tracing.trace(lines(shapely.LineString([west, east]), shapely.LineString([south, north])), west, north, 5.0)
    assert way is not None
    assert way[0] == west
    assert way[1] == pytest.approx((121.01, 31.0), abs=1e-12)
    assert way[2:] == [north]


@pytest.mark.parametrize("off", [0.0, 1e-7, -1e-7])
def test_a_line_that_ends_on_another_leads_into_it(off):
    end = (121.01, 31.0 + off)  # a centimetre beside the line
    road = shapely.LineString([(121.0, 31.0), (121.02, 31.0)])
    lane = shapely.LineString([end, (121.01, 31.01)])
    way = tracing.trace(lines(road, lane), (121.0, 31.0), (121.01, 31.01), 5.0)
    assert way == [(121.0, 31.0), end, (121.01, 31.01)]


def test_borders_with_other_corners_along_the_same_edge_are_one_way():
    outer = shapely.Polygon([A, B, C, D])
    inner = shapely.LineString([(121.005, 31.0), (121.005, 31.01)])  # its ends are no corners of the outline
    way = tracing.trace(lines(outer, inner), A, (121.005, 31.01), 5.0)
    assert way is not None
    assert len(way) in (3, 4)
    assert way[-1] == (121.005, 31.01)
