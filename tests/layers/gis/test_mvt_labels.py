"""Names stand inside what they name and run along what they follow."""

import numpy as np
import pytest
import shapely

from layers.gis import labels
from tests.layers.gis.one_tile import array


def test_the_name_of_a_horseshoe_stands_in_the_horseshoe():
    shoe = shapely.Polygon([(0, 0), (3, 0), (3, 1), (1, 1), (1, 2), (3, 2), (3, 3), (0, 3)])
    assert not shoe.covers(shoe.centroid)
    (point,), _ = labels.label_points(array(shoe))
    assert shoe.covers(point)


def test_the_free_circle_is_measured_in_metres_at_that_latitude():
    block = shapely.box(121.0, 31.0, 121.1, 31.02)  # 0.02 degrees high: about 1,113 m to the middle
    _, radius = labels.label_points(array(block))
    assert radius[0] == pytest.approx(1113, rel=0.03)


def test_many_areas_get_a_point_inside_each(monkeypatch):
    monkeypatch.setattr(labels, "_EXACT", 1)
    blocks = array(shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 8))
    points, radius = labels.label_points(blocks)
    assert all(block.covers(point) for block, point in zip(blocks, points, strict=True))
    assert (radius > 0).all()


def test_nothing_in_nothing_out():
    points, radius = labels.label_points(np.empty(0, dtype=object))
    assert len(points) == len(radius) == 0


def test_sections_of_a_road_become_one_line_in_the_order_of_appearance():
    lines = array(
        shapely.LineString([(0, 0), (1, 0)]),
        shapely.LineString([(5, 5), (6, 6)]),
        shapely.LineString([(1, 0), (2, 0.1)]),
        shapely.LineString([(9, 9), (8, 8)]),
    )
    joined, first = labels.label_lines(lines, ["中山东路", "茸梅路", "中山东路", None])
    assert first.tolist() == [0, 1]
    assert joined[0].geom_type == "LineString"
    assert shapely.get_coordinates(joined[0]).tolist() == [[0, 0], [1, 0], [2, 0.1]]
