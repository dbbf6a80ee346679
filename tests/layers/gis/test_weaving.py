"""Parents take in the corners of their children; unions and numbering."""

import numpy as np
import shapely

from layers.gis import crs, weaving


def areas(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([shapely.multipolygons([shapely.box(*box)]) for box in boxes], dtype=object)


def test_a_parents_straight_edge_takes_in_the_corners_of_its_children() -> None:
    parent = areas((121.0, 31.0, 121.02, 31.02))
    children = areas((121.0, 31.0, 121.007, 31.02), (121.007, 31.0, 121.02, 31.02))
    woven, changed = weaving.weave(parent, children)
    assert changed.tolist() == [True]
    corners = {tuple(xy) for xy in shapely.get_coordinates(woven[0]).tolist()}
    assert {(121.007, 31.0), (121.007, 31.02)} <= corners
    assert {tuple(xy) for xy in shapely.get_coordinates(parent[0]).tolist()} <= corners
    assert shapely.is_valid(woven[0])
    assert shapely.equals(shapely.union_all(children), woven[0])


def test_a_corner_moved_by_reprojection_becomes_part_of_the_edge() -> None:
    shift = 0.009 / 111_320  # 9 mm
    child = shapely.multipolygons(
        [shapely.polygons([(121.0, 31.0), (121.01, 31.0 - shift), (121.02, 31.0), (121.02, 31.02), (121.0, 31.02)])]
    )
    woven, changed = weaving.weave(areas((121.0, 31.0, 121.02, 31.02)), np.array([child], dtype=object))
    assert changed[0]
    assert float(crs.area_m2(np.array([shapely.difference(child, woven[0])], dtype=object))[0]) < 1e-6


def test_what_is_far_from_the_edge_changes_nothing() -> None:
    parent = areas((121.0, 31.0, 121.02, 31.02))
    woven, changed = weaving.weave(parent, areas((121.001, 31.001, 121.019, 31.019)))
    assert not changed.any()
    assert woven[0] is parent[0]


def test_holes_and_several_parts_stay() -> None:
    holed = shapely.polygons(
        [(121.0, 31.0), (121.04, 31.0), (121.04, 31.04), (121.0, 31.04)],
        holes=[[(121.01, 31.01), (121.02, 31.01), (121.02, 31.02), (121.01, 31.02)]],
    )
    parent = np.array([shapely.multipolygons([holed, shapely.box(121.05, 31.0, 121.06, 31.01)])], dtype=object)
    woven, changed = weaving.weave(parent, areas((121.015, 31.02, 121.018, 31.03), (121.05, 31.005, 121.06, 31.01)))
    assert changed[0]
    assert shapely.get_num_geometries(woven[0]) == 2
    assert shapely.equals(woven[0], parent[0])
    assert shapely.get_num_coordinates(woven[0]) == shapely.get_num_coordinates(parent[0]) + 4


def test_a_coverage_dissolves_along_its_vertices_and_anything_else_by_overlay() -> None:
    whole = weaving.dissolved(areas((0, 0, 1, 1), (1, 0, 2, 1)))
    assert shapely.equals(whole, shapely.box(0, 0, 2, 1))
    overlapping = weaving.dissolved(areas((0, 0, 1.5, 1), (1, 0, 2, 1)))
    assert shapely.equals(overlapping, shapely.box(0, 0, 2, 1))


def test_numbering_goes_by_rows_from_the_north_west() -> None:
    xy = np.array([[x, y] for y in (31.0, 31.1, 31.2) for x in (121.2, 121.0, 121.1)])
    ordered = xy[weaving.reading_order(xy)]
    assert ordered[0].tolist() == [121.0, 31.2]
    assert ordered[2].tolist() == [121.2, 31.2]
    assert ordered[-1].tolist() == [121.2, 31.0]
