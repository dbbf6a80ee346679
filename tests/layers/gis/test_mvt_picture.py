"""What a tile of the map holds at which zoom."""

import numpy as np
import pytest
import shapely

from layers.gis import picture, tiles
from layers.gis.picture import LabelBook, Rows, compose, wanted
from tests.layers.gis.one_tile import EAST, NORTH, SOUTH, WEST, X, Y, Z, array, read

AREAS = {1: 41e6, 2: 41e6 / 3, 3: 41e6 / 22, 4: 41e6 / 138}


def block(fx, fy, size):
    w, h = EAST - WEST, NORTH - SOUTH
    return shapely.box(WEST + w * fx, SOUTH + h * fy, WEST + w * (fx + size), SOUTH + h * (fy + size))


def grids(*shapes, tier=4):
    n = len(shapes)
    return Rows(
        array(*shapes),
        {
            "uuid": [f"g{i}" for i in range(n)],
            "code": [f"310117004-W{i:03}" for i in range(n)],
            "name": ["方塔"] * n,
            "tier": [tier] * n,
            "function": ["green"] * n,
            "secret": ["x"] * n,
        },
    )


def test_a_tile_is_asked_for_what_its_picture_shows():
    low, high, deepest = (wanted(z, *tiles.tile_at(121.25, 31.02, z), AREAS) for z in (10, 13, 16))
    assert low.tiers == (1, 2)
    assert not low.facilities
    assert "internal" not in low.roads
    assert high.tiers == (1, 2, 3, 4)
    assert high.facilities
    assert set(deepest.roads) == set(picture.symbols.table().roads)  # it serves every deeper zoom too
    assert set(deepest.places) == set(picture.symbols.table().places)


def test_far_out_the_top_tier_still_stands():
    assert wanted(3, 6, 3, AREAS).tiers == (1,)


def test_the_box_reaches_beyond_the_tile():
    box = wanted(Z, X, Y, AREAS).box
    assert box[0] < WEST < EAST < box[2]
    assert box[1] < SOUTH < NORTH < box[3]


def test_grids_get_their_style_and_one_name_each():
    tile = read(compose(Z, X, Y, LabelBook(), tiers=4, grids=grids(block(0.1, 0.1, 0.3), block(0.5, 0.5, 0.3))))
    assert len(tile["grid"]["features"]) == 2
    assert tile["grid"]["features"][0]["properties"] == {
        "uuid": "g0",
        "code": "310117004-W000",
        "name": "方塔",
        "tier": 4,
        "style": "micro",
        "function": "green",
    }
    assert [f["properties"]["uuid"] for f in tile["grid_label"]["features"]] == ["g0", "g1"]
    side = (NORTH - SOUTH) * 0.3 * 111_320
    assert tile["grid_label"]["features"][0]["properties"]["room"] == pytest.approx(side / 2, rel=0.05)


def test_a_name_stands_in_exactly_one_tile():
    across = grids(block(-0.5, 0.2, 1.0), block(0.9, 0.2, 0.3))
    found = []
    for x in (X - 1, X, X + 1):
        tile = read(compose(Z, x, Y, LabelBook(), tiers=4, grids=across))
        found += [f["properties"]["uuid"] for f in tile.get("grid_label", {"features": []})["features"]]
    assert sorted(found) == ["g0", "g1"]


def test_what_is_large_in_the_picture_is_named_before_its_style_would_be():
    z = 9
    x, y = tiles.tile_at((WEST + EAST) / 2, (SOUTH + NORTH) / 2, z)
    west, south, east, north = tiles.bounds(z, x, y)
    wide, high = (east - west) / 4, (north - south) / 4
    large = shapely.box(west + wide, south + high, west + 2 * wide, south + 2 * high)
    small = shapely.box(west + 3 * wide, south + high, west + 3.2 * wide, south + 1.2 * high)
    tile = read(compose(z, x, y, LabelBook(), tiers=4, grids=grids(large, small)))
    assert len(tile["grid"]["features"]) == 2
    assert [f["properties"]["uuid"] for f in tile["grid_label"]["features"]] == ["g0"]


def test_label_points_are_worked_out_once_per_edition(monkeypatch):
    calls = []
    real = picture.label_points
    monkeypatch.setattr(picture, "label_points", lambda shapes: calls.append(len(shapes)) or real(shapes))
    book, rows = LabelBook(), grids(block(0.1, 0.1, 0.3), block(0.5, 0.5, 0.3))
    first, _ = book.points(rows)
    second, _ = book.points(rows)
    rows.geometries[1] = block(0.5, 0.5, 0.2)
    book.points(grids(block(0.1, 0.1, 0.3), rows.geometries[1]))
    assert [n for n in calls if n] == [2, 1]
    assert list(first) == list(second)


def test_a_road_is_named_across_its_sections_and_beyond_the_tile():
    w = EAST - WEST
    middle = (SOUTH + NORTH) / 2
    sections = array(
        shapely.LineString([(WEST - w, middle), (WEST + w / 2, middle)]),
        shapely.LineString([(WEST + w / 2, middle), (EAST + w, middle)]),
    )
    rows = Rows(sections, {"uuid": ["a", "b"], "name": ["中山东路"] * 2, "class": ["main"] * 2})
    tile = read(compose(Z, X, Y, LabelBook(), tiers=1, roads=rows))
    assert len(tile["road"]["features"]) == 2
    (label,) = tile["road_label"]["features"]
    assert label["properties"] == {"name": "中山东路", "class": "main"}
    xs = [x for x, _ in label["geometry"]["coordinates"]]
    assert (min(xs), max(xs)) == (-picture.ROAD_REACH, 4096 + picture.ROAD_REACH)


def test_crowds_of_points_are_counted_but_not_in_the_deepest_tile():
    rng = np.random.default_rng(1)
    places = rng.uniform((WEST, SOUTH), (EAST, NORTH), size=(5000, 2))
    n = len(places)
    rows = Rows(
        shapely.points(places),
        {
            "uuid": [str(i) for i in range(n)],
            "name": [""] * n,
            "category": ["01054"] * n,
            "state": ["intact"] * n,
        },
    )
    tile = read(compose(Z, X, Y, LabelBook(), tiers=1, facilities=rows))
    signs = [f["properties"] for f in tile["facility"]["features"]]
    assert len(signs) < 500
    inner = [f for f in tile["facility"]["features"] if all(0 <= v <= 4096 for v in f["geometry"]["coordinates"])]
    assert sum(f["properties"].get("count", 1) for f in inner) == n
    z = picture.DEEPEST
    x, y = tiles.tile_at((WEST + EAST) / 2, (SOUTH + NORTH) / 2, z)
    inside = shapely.intersects(rows.geometries, shapely.box(*tiles.bounds(z, x, y)))
    deep = read(compose(z, x, y, LabelBook(), tiers=1, facilities=rows))
    assert len(deep["facility"]["features"]) >= inside.sum() > 100


def test_what_is_no_place_is_left_out_and_said():
    lost = shapely.LineString([(WEST, SOUTH), (np.inf, NORTH)])
    road = Rows(
        array(lost, shapely.LineString([(WEST, SOUTH), (EAST, NORTH)])),
        {"uuid": ["a", "b"], "name": [None, None], "class": ["main", "main"]},
    )
    tile = read(compose(Z, X, Y, LabelBook(), tiers=1, roads=road))
    assert [f["properties"]["uuid"] for f in tile["road"]["features"]] == ["b"]
    assert tile["left_out"]["features"][0]["properties"] == {"count": 1}


def test_very_many_sections_are_one_feature_of_each_class():
    n = picture.BUNDLE + 1
    lines = shapely.linestrings(np.random.default_rng(2).uniform((WEST, SOUTH), (EAST, NORTH), size=(n, 3, 2)))
    kinds = [("main", "branch")[i % 2] for i in range(n)]
    rows = Rows(lines, {"uuid": [f"r{i}" for i in range(n)], "name": ["x"] * n, "class": kinds})
    features = read(compose(Z, X, Y, LabelBook(), tiers=1, roads=rows))["road"]["features"]
    assert sorted(f["properties"]["class"] for f in features) == ["branch", "main"]
    assert sum(len(f["geometry"]["coordinates"]) for f in features) >= n


def test_names_come_only_where_they_can_be_written():
    line = Rows(
        array(shapely.LineString([(WEST, SOUTH), (EAST, NORTH)])), {"uuid": ["r"], "name": ["路"], "class": ["main"]}
    )
    least = picture.symbols.table().roads["main"].label.minzoom

    def named(z):
        return "road_label" in read(compose(z, *tiles.tile_at(WEST, SOUTH, z), LabelBook(), tiers=1, roads=line))

    assert [named(least - 2), named(least - 1)] == [False, True]  # tiles are drawn one zoom deeper


def test_a_facility_comes_when_its_kind_is_drawn():
    spot = shapely.Point((WEST + EAST) / 2, (SOUTH + NORTH) / 2)
    columns = {"uuid": ["a", "b"], "name": ["", ""], "category": ["05999", "01998"], "state": ["intact"] * 2}
    rows = Rows(array(spot, spot), columns)

    def kinds(z):
        tile = read(compose(z, *tiles.tile_at(spot.x, spot.y, z), LabelBook(), tiers=1, facilities=rows))
        return [f["properties"]["category"] for f in tile.get("facility", {"features": []})["features"]]

    assert [kinds(z) for z in (12, 13, 15, 16)] == [[], ["05999"], ["05999", "01998"], ["05999", "01998"]]


def test_what_has_no_class_gets_the_usual_one():
    line = shapely.LineString([(WEST, SOUTH), (EAST, NORTH)])
    road = Rows(array(line), {"uuid": ["r"], "name": [None], "class": [None]})
    place = Rows(array(block(0.1, 0.1, 0.3)), {"uuid": ["p"], "name": ["x"], "class": [None]})
    tile = read(compose(Z, X, Y, LabelBook(), tiers=1, roads=road, places=place))
    assert tile["road"]["features"][0]["properties"]["class"] == "branch"
    assert tile["place_label"]["features"][0]["properties"]["class"] == "other"
    assert "road_label" not in tile


def test_nothing_near_is_an_empty_tile():
    assert compose(Z, X, Y, LabelBook(), tiers=4) == b""
