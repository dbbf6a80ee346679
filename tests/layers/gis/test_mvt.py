"""Our tiles are read back with an independent reader and compared with what went in."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from layers.gis import tiles
from layers.gis.mvt import TileLayer, encode, encode_tile
from tests.layers.gis.one_tile import EAST, NORTH, SOUTH, WEST, X, Y, Z, array, read


def inside(fx, fy):
    """A point at a share of the tile's width and height, from the south-west."""
    return WEST + (EAST - WEST) * fx, SOUTH + (NORTH - SOUTH) * fy


def square(fx, fy, size):
    return shapely.box(*inside(fx, fy), *inside(fx + size, fy + size))


def test_tile_bounds_are_those_of_the_web_mercator_pyramid():
    assert tiles.bounds(0, 0, 0) == pytest.approx((-180, -85.0511287798, 180, 85.0511287798))
    assert tiles.tile_at(121.25, 31.02, 14) == (X, Y)
    assert WEST < 121.25 < EAST
    assert SOUTH < 31.02 < NORTH


def test_a_point_lands_where_the_projection_says():
    tile = encode_tile(Z, X, Y, [TileLayer("pin", array(shapely.Point(*inside(0.25, 0.5))))])
    x, y = read(tile)["pin"]["features"][0]["geometry"]["coordinates"]
    assert x == 1024
    assert abs(y - 2048) <= 1  # mercator is not linear in latitude, over one tile nearly


def test_attributes_of_every_type_survive_and_none_is_left_out():
    layer = TileLayer(
        "grid",
        array(square(0.1, 0.1, 0.1), square(0.3, 0.1, 0.1)),
        np.array([7, 2**40]),
        {
            "name": ["府城", "X02 袜子弄"],
            "tier": [4, -3],
            "one": [1, True],
            "share": [0.25, 1.0],
            "function": [None, "green"],
        },
    )
    first, second = read(encode_tile(Z, X, Y, [layer]))["grid"]["features"]
    assert first["id"] == 7
    assert second["id"] == 2**40
    assert first["properties"] == {"name": "府城", "tier": 4, "one": 1, "share": 0.25}
    assert second["properties"] == {
        "name": "X02 袜子弄",
        "tier": -3,
        "one": True,
        "share": 1.0,
        "function": "green",
    }
    assert second["properties"]["one"] is True


def test_an_unknown_type_is_a_mistake_that_is_heard():
    with pytest.raises(TypeError):
        encode_tile(Z, X, Y, [TileLayer("a", array(square(0, 0, 0.5)), attributes={"x": [object()]})])


def test_polygons_are_cut_at_the_buffer_and_wound_right():
    hole = shapely.Polygon(square(-1, -1, 3).exterior.coords, [square(0.2, 0.2, 0.6).exterior.coords])
    tile = encode_tile(Z, X, Y, [TileLayer("grid", array(hole.reverse()))])
    (feature,) = read(tile)["grid"]["features"]
    polygon = shape(feature["geometry"])
    assert polygon.bounds == (-64, -64, 4096 + 64, 4096 + 64)
    assert len(polygon.interiors) == 1
    shell, ring = (np.array(r.coords) for r in (polygon.exterior, polygon.interiors[0]))

    def surveyed(r):
        return float((r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1]).sum())

    assert surveyed(shell) > 0  # the specification: exterior rings have a positive area with y down
    assert surveyed(ring) < 0


def test_what_is_too_small_or_elsewhere_is_dropped_and_an_empty_tile_is_empty():
    speck = square(0.5, 0.5, 1e-6)
    sliver = shapely.Polygon([inside(0.1, 0.1), inside(0.9, 0.1), inside(0.5, 0.1 + 1e-6)])
    away = shapely.Point(0, 0)
    tile = encode_tile(Z, X, Y, [TileLayer("a", array(speck, sliver)), TileLayer("b", array(away, None))])
    assert tile == b""
    assert encode([]) == b""


def test_a_broken_polygon_is_mended_and_others_are_untouched():
    bow_tie = shapely.Polygon([inside(0.1, 0.1), inside(0.4, 0.4), inside(0.4, 0.1), inside(0.1, 0.4)])
    across = shapely.Polygon([inside(-0.4, 0.1), inside(0.4, 0.4), inside(0.4, 0.1), inside(-0.4, 0.4)])
    layer = TileLayer("grid", array(bow_tie, across, square(0.5, 0.5, 0.25)), np.array([1, 2, 3]))
    features = {f["id"]: shape(f["geometry"]) for f in read(encode_tile(Z, X, Y, [layer]))["grid"]["features"]}
    assert set(features) == {1, 2, 3}
    assert all(polygon.is_valid for polygon in features.values())
    assert features[3].area == pytest.approx(1024**2, rel=0.01)
    assert features[1].area == pytest.approx((0.3 * 4096) ** 2 / 2, rel=0.02)


def test_kinds_may_be_mixed_and_keep_their_order():
    line = shapely.LineString([inside(0.1, 0.2), inside(0.9, 0.2)])
    pins = shapely.MultiPoint([inside(0.5, 0.5), inside(0.25, 0.75)])
    lines = shapely.MultiLineString([[inside(0.1, 0.2), inside(0.2, 0.2)], [inside(0.3, 0.2), inside(0.4, 0.2)]])
    two = shapely.MultiPolygon([square(0.1, 0.1, 0.2), square(0.6, 0.6, 0.2)])
    layer = TileLayer("mix", array(line, square(0.1, 0.1, 0.2), pins, lines, two), np.arange(5))
    features = read(encode_tile(Z, X, Y, [layer]))["mix"]["features"]
    assert [f["id"] for f in features] == [0, 1, 2, 3, 4]
    assert [f["geometry"]["type"] for f in features] == [
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
    ]
    assert len(features[2]["geometry"]["coordinates"]) == 2


def test_neighbours_share_their_rounded_border():
    left, right = square(0.1, 0.1, 0.237), square(0.337, 0.1, 0.237)
    tile = read(encode_tile(Z, X, Y, [TileLayer("grid", array(left, right))]))
    a, b = (shape(f["geometry"]) for f in tile["grid"]["features"])
    assert a.touches(b)
    assert a.bounds[2] == b.bounds[0]


share = st.floats(-0.25, 1.25, width=32)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.tuples(share, share), min_size=3, max_size=9), min_size=1, max_size=6))
def test_any_polygons_become_valid_polygons_of_about_their_area(shapes):
    polygons = [shapely.make_valid(shapely.Polygon([inside(*p) for p in points])) for points in shapes]
    given_ = array(*(shapely.union_all([g for g in shapely.get_parts(p) if g.area > 0]) for p in polygons))
    tile = read(encode_tile(Z, X, Y, [TileLayer("grid", given_, np.arange(len(given_)))]))
    found = {f["id"]: shape(f["geometry"]) for f in tile.get("grid", {"features": []})["features"]}
    box = shapely.box(-64, -64, 4160, 4160)
    for i, geometry in enumerate(tiles.to_pixels(given_, Z, X, Y, whole=False)):
        expected = shapely.make_valid(geometry).intersection(box)  # what is moved may touch itself
        # Rounding moves a border by at most 0.71 units.
        tolerance = 0.75 * expected.length + 4
        if i in found:
            assert found[i].is_valid
            assert found[i].area > 0
            assert abs(found[i].area - expected.area) <= tolerance
        else:
            assert expected.area <= tolerance


whole = st.integers(-200, 4300)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.tuples(whole, whole), min_size=2, max_size=20), min_size=1, max_size=8))
def test_any_lines_in_units_come_back_bit_by_bit(paths):
    lines = array(*(shapely.LineString(p) for p in paths))
    features = read(encode([TileLayer("road", lines, np.arange(len(lines)))])).get("road", {"features": []})
    found = {f["id"]: [tuple(c) for c in f["geometry"]["coordinates"]] for f in features["features"]}
    for i, path in enumerate(paths):
        tidy = [p for k, p in enumerate(path) if k == 0 or p != path[k - 1]]
        assert found.get(i, []) == (tidy if len(tidy) > 1 else [])
