"""Hostile shapes: no place, endless corners, the whole world; a tile stays small and everything else is drawn."""

import time

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from layers.gis import bounded, mvt, tiles
from tests.layers.gis.one_tile import EAST, NORTH, SOUTH, WEST, X, Y, Z, array, read


def rough_circle(corners, noise=0.001, size=0.4):
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = size * (1 + noise * np.random.default_rng(3).standard_normal(corners))
    middle = np.array([WEST + EAST, SOUTH + NORTH]) / 2
    half = np.array([EAST - WEST, NORTH - SOUTH])
    return shapely.make_valid(
        shapely.Polygon(middle + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None] * half)
    )


def drawn(layer, z=Z, x=X, y=Y):
    return read(mvt.encode_tile(z, x, y, [layer])).get(layer.name, {"features": []})["features"]


def test_what_has_no_place_is_known():
    with np.errstate(invalid="ignore"):
        odd = [shapely.from_wkt("LINESTRING (0 0, inf 1)"), shapely.from_wkt("LINESTRING (0 0, nan 1)")]
    found = bounded.finite(array(*odd, shapely.Point(), None, shapely.Point(1, 2)))
    assert found.tolist() == [False, False, False, False, True]


def test_a_million_corners_are_drawn_in_bounded_time_and_room():
    t = np.linspace(0, 300 * np.pi, 1_000_000)
    line = shapely.LineString(
        np.column_stack([(WEST + EAST) / 2 + np.cos(t) * t * 1e-5, (SOUTH + NORTH) / 2 + np.sin(t) * t * 1e-5])
    )
    began = time.process_time()
    tile = mvt.encode_tile(Z, X, Y, [mvt.TileLayer("road", array(line, shapely.box(WEST, SOUTH, EAST, NORTH)))])
    assert time.process_time() - began < 20
    assert len(tile) < 1 << 21
    found = mapbox_vector_tile.decode(tile)["road"]["features"]
    assert len(found) == 2


def test_lightening_cannot_be_seen():
    heavy = rough_circle(6_000, noise=0.0001, size=0.02)
    light = bounded.lightened(array(heavy), Z)[0]
    assert shapely.get_num_coordinates(light) < shapely.get_num_coordinates(heavy) / 2
    before, after = tiles.to_pixels(array(heavy, light), Z, X, Y, whole=False)
    assert shapely.hausdorff_distance(before, after) <= 0.75  # of an eighth of a pixel


def test_a_few_corners_stay_the_same_objects():
    plain = array(shapely.box(WEST, SOUTH, EAST, NORTH), None)
    assert bounded.lightened(plain, Z) is plain


def test_the_heaviest_goes_when_there_is_no_room_and_that_is_counted():
    zigzag = np.column_stack([np.tile([WEST, EAST], 1500), np.linspace(SOUTH, NORTH, 3000)])
    heavy, light = shapely.LineString(zigzag), shapely.box(WEST, SOUTH, EAST, NORTH)
    shapes, drawn = bounded.limited(array(heavy, light), Z, most=2000)
    assert drawn.tolist() == [False, True]
    assert shapes[1].equals(light)
    _, left_out = mvt.into_tile(Z, X, Y, mvt.TileLayer("x", array(shapely.from_wkt("LINESTRING (0 0, inf 1)"), light)))
    assert left_out == 1


@pytest.mark.parametrize(
    "world",
    [
        shapely.box(-180, -90, 180, 90),
        shapely.box(-500, -300, 500, 300),
        shapely.box(100, 10, 200, 60),  # across the antimeridian
    ],
)
def test_what_spans_the_world_fills_the_tile_exactly(world):
    found = drawn(mvt.TileLayer("place", array(world)))
    assert shape(found[0]["geometry"]).equals(shapely.box(-64, -64, 4160, 4160))


def test_poles_and_the_edge_of_the_world_are_cut_there():
    cap = shapely.box(-180, 80, 180, 90)
    found = shape(drawn(mvt.TileLayer("place", array(cap)), 0, 0, 0)[0]["geometry"])
    assert found.is_valid
    assert found.bounds[1] <= 0
    assert not drawn(mvt.TileLayer("place", array(shapely.box(185, 10, 190, 20))), 2, 3, 1)
