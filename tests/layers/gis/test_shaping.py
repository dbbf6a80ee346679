"""Splitting, merging, reshaping, cutting, moving: areas add up, untouched corners stay, nothing half done comes out."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from layers.errors import Refused
from layers.gis import crs, shaping

LON, LAT = 121.2, 31.0
BOX = shapely.multipolygons([shapely.box(121.0, 31.0, 121.01, 31.01)])


def line(*places):
    return shapely.LineString(places)


def corners(shape):
    return {(x, y) for x, y in shapely.get_coordinates(shape).tolist()}


def area(*shapes):
    return sum(float(shapely.area(one)) for one in shapes)


@st.composite
def stars(draw, holes=True):
    """An area round (0, 0) with any corners, as large as a place of a street, and perhaps a hole."""
    count = draw(st.integers(3, 14))
    radii = draw(st.lists(st.floats(0.4, 1.0), min_size=count, max_size=count))
    ring = [
        (LON + 0.002 * r * math.cos(2 * math.pi * i / count), LAT + 0.002 * r * math.sin(2 * math.pi * i / count))
        for i, r in enumerate(radii)
    ]
    inner = []
    if holes and draw(st.booleans()) and count > 4:
        inner = [[(LON + dx * 0.0002, LAT + dy * 0.0002) for dx, dy in ((0, 0), (1, 0), (1, 1))]]
    return shapely.multipolygons([shapely.Polygon(ring, inner)])


@st.composite
def through(draw):
    """A line that runs from far on one side to far on the other, bent in the middle."""
    turn = draw(st.floats(0, math.pi))
    bend = draw(st.floats(-0.0015, 0.0015))
    way = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-way[1], way[0]])
    middle = np.array([LON, LAT])
    places = [middle - 0.005 * way, middle + bend * across, middle + 0.005 * way]
    return line(*(tuple(map(float, place)) for place in places))


@given(stars(), through())
def test_the_parts_of_a_split_are_the_whole(shape, cut):
    try:
        parts = shaping.split(shape, cut)
    except Refused:
        assume(False)
    assert len(parts) >= 2
    assert area(*parts) == pytest.approx(area(shape), rel=1e-9)
    assert area(shapely.symmetric_difference(shapely.union_all(parts), shape)) < 1e-9 * area(shape)
    assert all(shapely.is_valid(part) for part in parts)
    assert corners(shape) <= corners(shapely.GeometryCollection(parts))
    assert area(parts[0]) == max(area(part) for part in parts)


@given(stars(), through())
def test_what_was_split_can_be_merged_again(shape, cut):
    try:
        parts = shaping.split(shape, cut)
    except Refused:
        assume(False)
    whole = shaping.merge(parts)
    assert area(shapely.symmetric_difference(whole, shape)) < 1e-9 * area(shape)
    assert corners(shape) <= corners(whole)
    assert shapely.get_num_geometries(whole) == 1


@given(stars(), through())
def test_reshaping_keeps_the_corners_it_does_not_pass(shape, drawn):
    try:
        new = shaping.reshape(shape, drawn)
    except Refused:
        assume(False)
    assert shapely.is_valid(new)
    assert shapely.get_num_geometries(new) == 1
    known = corners(shape) | corners(drawn)
    strange = [xy for xy in corners(new) if xy not in known]
    outline = shapely.boundary(shape)
    # What is new lies where the drawn line meets the outline.
    assert all(shapely.distance(shapely.Point(xy), outline) < 1e-9 for xy in strange)
    assert all(shapely.distance(shapely.Point(xy), drawn) < 1e-9 for xy in strange)


def test_reshaping_inside_cuts_the_smaller_side_off_and_outside_takes_ground():
    smaller = shaping.reshape(BOX, line((121.002, 31.01), (121.005, 31.008), (121.008, 31.01)))
    assert area(smaller) == pytest.approx(area(BOX) - 0.006 * 0.002 / 2)
    larger = shaping.reshape(BOX, line((121.002, 31.01), (121.005, 31.012), (121.008, 31.01)))
    assert area(larger) == pytest.approx(area(BOX) + 0.006 * 0.002 / 2)
    assert corners(BOX) <= corners(smaller) & corners(larger)


def test_reshaping_goes_in_and_out_along_one_line():
    wave = line((121.001, 31.011), (121.003, 31.009), (121.007, 31.011), (121.009, 31.009), (121.0095, 31.011))
    new = shaping.reshape(BOX, wave)
    assert (121.003, 31.009) in corners(new)
    assert (121.007, 31.011) in corners(new)
    assert (121.009, 31.009) in corners(new)
    assert shapely.is_valid(new)


def test_a_hole_is_made_larger_or_smaller_by_a_line_across_it():
    holed = shaping.cut(BOX, shapely.box(121.004, 31.004, 121.006, 31.006))
    across = shaping.reshape(holed, line((121.0055, 31.004), (121.0055, 31.006)))
    assert area(across) == pytest.approx(area(holed) + 0.0005 * 0.002)
    beside = shaping.reshape(holed, line((121.004, 31.004), (121.003, 31.005), (121.004, 31.006)))
    assert area(beside) == pytest.approx(area(holed) - 0.001 * 0.002 / 2)


@pytest.mark.parametrize("ends", [(121.003, 31.0), (121.0033, 31.0)])
def test_a_line_from_edge_to_edge_divides(ends):
    third = 31.0 + 0.01 / 3
    parts = shaping.split(BOX, line(ends, (121.005, 31.005), (121.01, third)))
    assert len(parts) == 2
    assert area(*parts) == pytest.approx(area(BOX))


def test_a_line_that_ends_inside_divides_nothing():
    with pytest.raises(Refused, match="分开"):
        shaping.split(BOX, line((120.99, 31.005), (121.005, 31.005)))
    with pytest.raises(Refused, match="边界"):
        shaping.reshape(BOX, line((120.99, 31.005), (121.005, 31.005)))


def test_other_parts_stay_with_the_largest():
    two = shapely.multipolygons([*shapely.get_parts(BOX), shapely.box(121.02, 31.0, 121.03, 31.01)])
    parts = shaping.split(two, line((121.003, 30.99), (121.003, 31.02)))
    assert [shapely.get_num_geometries(part) for part in parts] == [2, 1]
    assert area(*parts) == pytest.approx(area(two))


ROAD = shapely.multilinestrings([line((121.0, 31.0), (121.01, 31.0), (121.02, 31.005))])


@given(st.floats(121.0001, 121.0199))
def test_a_section_is_split_where_a_line_crosses_it(at):
    parts = shaping.split(ROAD, line((at, 30.9), (at, 31.1)))
    assert len(parts) == 2
    assert sum(map(shapely.length, parts)) == pytest.approx(float(shapely.length(ROAD)))
    assert corners(ROAD) <= corners(shapely.GeometryCollection(parts))
    whole = shaping.merge(parts)
    assert shapely.get_num_geometries(whole) == 1
    assert corners(ROAD) <= corners(whole)


@pytest.mark.parametrize("turned", [False, True])
def test_a_section_is_led_along_a_drawn_line(turned):
    places = [(121.005, 31.0), (121.007, 31.002), (121.009, 31.0)]
    new = shaping.reshape(ROAD, line(*(places[::-1] if turned else places)))
    assert [tuple(xy) for xy in shapely.get_coordinates(new).tolist()] == [
        (121.0, 31.0), *places, (121.01, 31.0), (121.02, 31.005),
    ]  # fmt: skip


def test_sections_on_both_sides_of_a_crossing_become_one_of_several_parts():
    other = shapely.multilinestrings([line((121.0203, 31.005), (121.04, 31.0))])
    assert shapely.get_num_geometries(shaping.merge([ROAD, other])) == 2


def test_what_lies_apart_is_not_merged_and_neighbours_join_in_any_order():
    far = shapely.multilinestrings([line((121.03, 31.005), (121.04, 31.0))])
    with pytest.raises(Refused, match=r"95\d 米"):
        shaping.merge([ROAD, far])
    between = shapely.multilinestrings([line((121.02, 31.005), (121.03, 31.005))])
    for order in ([ROAD, far, between], [far, between, ROAD], [ROAD, between, far]):
        assert shapely.get_num_geometries(shaping.merge(order)) == 1


def test_areas_that_overlap_are_merged_and_lines_with_areas_refused():
    other = shapely.multipolygons([shapely.box(121.005, 31.005, 121.015, 31.015)])
    assert area(shaping.merge([BOX, other])) == pytest.approx(2e-4 - 0.25e-4)
    with pytest.raises(Refused):
        shaping.merge([BOX, ROAD])
    with pytest.raises(Refused):
        shaping.merge([BOX])


@given(stars(holes=False), stars(holes=False), st.floats(-0.004, 0.004))
def test_what_is_cut_out_and_what_is_left_are_the_whole(shape, other, away):
    moved = shapely.transform(other, lambda xy: np.add(xy, (away, 0)))
    try:
        left = shaping.cut(shape, moved)
    except Refused:
        assert not shapely.intersects(shape, moved) or area(shapely.difference(shape, moved)) < 1e-12
        return
    gone = shapely.intersection(shape, moved)
    assert area(left, gone) == pytest.approx(area(shape), rel=1e-9)
    kept = [xy for xy in corners(shape) if not shapely.intersects(moved, shapely.Point(xy))]
    assert set(kept) <= corners(left)


def test_cutting_away_nothing_or_everything_is_refused():
    with pytest.raises(Refused, match="没有碰到"):
        shaping.cut(BOX, shapely.box(122, 31, 122.1, 31.1))
    with pytest.raises(Refused, match="什么也不剩"):
        shaping.cut(BOX, shapely.box(120, 30, 122, 32))


@given(stars(), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_a_moved_shape_is_congruent_in_metres(shape, dx, dy):
    new = shaping.move(shape, (LON, LAT), (LON + dx, LAT + dy))
    zone = crs.local_crs(LON)
    before, _ = crs.to_metres(np.array([shape]), zone)
    after, _ = crs.to_metres(np.array([new]), zone)
    way = shapely.get_coordinates(after[0]) - shapely.get_coordinates(before[0])
    assert np.abs(way - way[0]).max() < 1e-6
    x, y = crs.metres_xy([LON, LON + dx], [LAT, LAT + dy], zone)
    assert way[0] == pytest.approx([x[1] - x[0], y[1] - y[0]], abs=1e-6)


@given(st.floats(0, 2 * math.pi), st.floats(5, 800), st.floats(-500, 500), st.floats(-300, 300))
def test_a_rectangle_has_right_angles_in_metres(turn, base, along, high):
    assume(abs(high) > 1)
    zone = crs.local_crs(LON)
    x, y = crs.metres_xy(LON, LAT, zone)
    way = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-way[1], way[0]])
    flat = np.add([[0, 0], way * base, way * along + across * high], (float(x), float(y)))
    lon, lat = crs.degrees_xy(flat[:, 0], flat[:, 1], zone)
    a, b, c = (tuple(map(float, place)) for place in zip(lon, lat, strict=True))
    found = shaping.rectangle(a, b, c)
    assert found[:2] == [a, b]
    xs, ys = crs.metres_xy([p[0] for p in found], [p[1] for p in found], zone)
    xy = np.column_stack([xs, ys])
    sides = np.roll(xy, -1, axis=0) - xy
    assert np.hypot(*sides.T) == pytest.approx([base, abs(high), base, abs(high)], abs=1e-5)
    assert [float(one @ two) for one, two in zip(sides, np.roll(sides, -1, axis=0), strict=True)] == pytest.approx(
        [0] * 4, abs=1e-3
    )


def test_a_flat_rectangle_is_refused():
    with pytest.raises(Refused):
        shaping.rectangle((LON, LAT), (LON, LAT), (LON + 0.1, LAT))
    with pytest.raises(Refused):
        shaping.rectangle((LON, LAT), (LON + 0.001, LAT), (LON + 0.002, LAT))


def test_a_shape_that_crosses_itself_is_refused_with_its_place():
    bow = shapely.multipolygons([shapely.Polygon([(121, 31), (121.01, 31.01), (121.01, 31), (121, 31.01)])])
    with pytest.raises(Refused, match=r"121\.00500, 31\.00500"):
        shaping.require_sound(bow)
    with pytest.raises(Refused):
        shaping.require_sound(shapely.MultiPolygon())
    shaping.require_sound(BOX)


def test_corners_on_one_line_are_said_to_enclose_nothing():
    with pytest.raises(Refused, match="没有面积"):
        shaping.require_sound(shapely.Polygon([(121.0, 31.0), (121.01, 31.01), (121.02, 31.02)]))
    with pytest.raises(Refused, match="没有面积"):
        shaping.require_sound(shapely.LineString([(121.0, 31.0), (121.0, 31.0)]))
