"""Tiles are kept until something within their reach changes, and not longer."""

from hypothesis import given
from hypothesis import strategies as st

from layers.gis import picture
from layers.gis import tiles as pyramid
from layers.tile_cache import _MOST, TileCache

Z = 15
HERE = pyramid.tile_at(121.25, 31.02, Z)
NAME = ("four", Z, *HERE)


def inside(x, y, z=Z):
    west, south, east, north = pyramid.bounds(z, x, y)
    return (west + east) / 2, (south + north) / 2, (west + east) / 2, (south + north) / 2


def test_a_change_makes_its_tile_stale_and_leaves_the_others():
    cache = TileCache()
    far = (HERE[0] + 3, HERE[1])
    for x, y in (HERE, far):
        cache.put(("four", Z, x, y), cache.revision(Z, x, y), b"tile")
    cache.touch(inside(*HERE))
    assert cache.get(NAME, cache.revision(Z, *HERE)) is None
    assert cache.get(("four", Z, *far), cache.revision(Z, *far)) == b"tile"


def test_what_was_begun_before_a_change_is_not_taken_for_what_comes_after():
    cache = TileCache()
    begun = cache.revision(Z, *HERE)
    cache.touch(inside(*HERE))
    cache.put(NAME, begun, b"old")
    assert cache.get(NAME, cache.revision(Z, *HERE)) is None


def test_a_change_everywhere_leaves_nothing():
    cache = TileCache()
    cache.put(NAME, cache.revision(Z, *HERE), b"tile")
    cache.touch(None)
    assert cache.get(NAME, cache.revision(Z, *HERE)) is None


def test_systems_are_kept_apart():
    cache = TileCache()
    cache.put(NAME, 0, b"four")
    assert cache.get(("base", *NAME[1:]), 0) is None


def test_room_is_kept_by_forgetting_what_was_used_longest_ago():
    cache = TileCache(room=100)
    for n in range(4):
        cache.put(("four", Z, n, 0), 0, b"x" * 30)
        cache.get(("four", Z, 0, 0), 0)
    kept = [n for n in range(4) if cache.get(("four", Z, n, 0), 0)]
    assert kept == [0, 2, 3]


@given(st.lists(st.tuples(st.floats(121, 121.5), st.floats(30.8, 31.2)), min_size=1, max_size=30))
def test_a_revision_rises_exactly_for_the_tiles_that_reach_the_change(places):
    cache = TileCache()
    tiles = [(HERE[0] + dx, HERE[1] + dy) for dx in range(-4, 5, 2) for dy in range(-4, 5, 2)]
    for lon, lat in places:
        before = {tile: cache.revision(Z, *tile) for tile in tiles}
        cache.touch((lon, lat, lon, lat))
        for tile in tiles:
            west, south, east, north = picture.reach(Z, *tile)
            within = west <= lon <= east and south <= lat <= north
            assert (cache.revision(Z, *tile) > before[tile]) == within


def test_very_many_changes_are_forgotten_on_the_safe_side():
    cache = TileCache()
    far = (10.0, 10.0, 10.0, 10.0)
    first = cache.revision(Z, *HERE)
    cache.touch(inside(*HERE))
    risen = cache.revision(Z, *HERE)
    for _ in range(_MOST):
        cache.touch(far)
    assert cache.revision(Z, *HERE) >= risen > first
