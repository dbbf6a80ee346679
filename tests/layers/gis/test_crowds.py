"""Points that crowd: every tile that sees a square makes the same sign of it, and nothing is lost in counting."""

import numpy as np
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.gis import crowds, tiles

Z, X, Y = 13, 6855, 3352
WEST, SOUTH, EAST, NORTH = tiles.bounds(Z, X, Y)


def scattered(seed, count, spread=1.0):
    rng = np.random.default_rng(seed)
    middle = np.array([EAST, (SOUTH + NORTH) / 2])  # on the edge between two tiles
    half = np.array([EAST - WEST, NORTH - SOUTH]) / 2 * spread
    return shapely.points(rng.uniform(middle - half, middle + half, (count, 2)))


def pixels(points, x):
    """Return the places as whole world units, so that two tiles can be compared."""
    units = shapely.get_coordinates(tiles.to_pixels(points, Z, x, Y))
    units[:, 0] += x * tiles.EXTENT
    return [tuple(p) for p in units]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4_000), st.floats(0.05, 1.0))
def test_neighbours_make_the_same_signs_whatever_the_order(seed, count, spread):
    points = scattered(seed, count, spread)
    mixed = points[np.random.default_rng(seed + 1).permutation(count)]
    left, _, some = crowds.together(points, Z, X, Y)
    right, _, same = crowds.together(mixed, Z, X + 1, Y)
    assert sorted(zip(pixels(left, X), some.tolist(), strict=True)) == sorted(
        zip(pixels(right, X + 1), same.tolist(), strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4_000), st.floats(0.01, 1.0))
@example(0, 4_000, 0.0)  # all at one place
def test_every_point_is_counted_once(seed, count, spread):
    points = scattered(seed, count, spread)
    signs, first, counts = crowds.together(points, Z, X, Y)
    assert counts.sum() == count
    assert len(signs) == len(first) == len(counts)
    assert len(set(first.tolist())) == len(first)


def test_a_few_stand_by_themselves_and_many_stand_together_inside_their_square():
    spot = shapely.Point((WEST + EAST) / 2, (SOUTH + NORTH) / 2)
    few = np.array([spot] * crowds.CROWD)
    assert crowds.together(few, Z, X, Y)[2].tolist() == [1] * crowds.CROWD
    signs, first, counts = crowds.together(np.array([spot] * (crowds.CROWD + 1)), Z, X, Y)
    assert (counts.tolist(), first.tolist()) == ([crowds.CROWD + 1], [0])
    place = shapely.get_coordinates(tiles.to_pixels(signs, Z, X, Y))[0] % crowds.CELL / crowds.CELL
    assert (place >= crowds.INNER - 0.01).all()
    assert (place <= 1 - crowds.INNER + 0.01).all()
