"""The scene of a picture: what lies in its extent and nothing else, at the size in which it is drawn."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from layers import grids, map_picture, map_scene, workspace
from layers.domain import symbols
from layers.domain.things import TaskFilter
from layers.errors import Cancelled, Refused
from layers.gis import crs
from tests.layers.conftest import NOW

UNIT = 0.22e-3


def whole(ws):
    found = workspace.extent(ws)
    assert found is not None
    return found


def at_scale(ws, n, width=1200, height=800):
    middle = map_scene.extent(whole(ws), width, height).plane
    return map_scene.extent(middle, width, height, n * UNIT)


def test_bounds_just_fit(street):
    box = whole(street)
    what = map_scene.extent(box, 1200, 800)
    west, south, east, north = what.bounds
    assert west <= box[0] + 1e-9
    assert east >= box[2] - 1e-9
    assert (south, north) == (pytest.approx(box[1], abs=1e-7), pytest.approx(box[3], abs=1e-7))


@pytest.mark.parametrize("n", [500, 2500, 10_000, 25_000])
def test_a_round_scale_is_right_to_half_a_per_cent(street, n):
    """A distance of the paper, times N, is the geodesic on the ground; here to a tenth of the promise."""
    what = at_scale(street, n)
    west, south, east, north = what.bounds
    middle_lat, middle_lon = (south + north) / 2, (west + east) / 2
    across = float(crs.distance_m(west, middle_lat, east, middle_lat))
    down = float(crs.distance_m(middle_lon, south, middle_lon, north))
    assert across / (1200 * UNIT) == pytest.approx(n, rel=5e-4)
    assert down / (800 * UNIT) == pytest.approx(n, rel=5e-4)


@pytest.mark.parametrize(
    "box", [(10, 0, 0, 5), (0, 0, 1, 91), (float("nan"), 0, 1, 1), (-181, 0, 1, 1), (0, 85, 1, 86), (0, 5, 1, 4)]
)
def test_bounds_that_are_none_are_refused_in_a_sentence(box):
    with pytest.raises(Refused) as refused:
        map_scene.extent(box, 100, 100)
    assert refused.value.key == "picture_bounds"


def test_the_whole_street_has_its_tiers_and_functions(street):
    scene = map_picture.scene(street, map_scene.extent(whole(street), 1200, 800), now=NOW)
    assert scene.system is not None
    assert scene.system.summary == "1+3+22+138"
    assert [shape.key for shape in scene.borders] == ["micro", "small", "district", "street"]
    assert {key for layer, key in scene.seen if layer == "functions"} >= {"residential", "green"}
    assert scene.synthetic
    assert not scene.empty
    names = {name.code for name in scene.names if name.kind == "grid"}
    assert "310117004-X12" in names


def test_what_is_said_to_be_seen_is_in_the_extent(street):
    """Every key comes from a thing that meets the map itself, not only what reaches in from its margin."""
    what = at_scale(street, 4000, 400, 300)
    scene = map_picture.scene(street, what, now=NOW)
    box = shapely.box(*what.box)
    for layer, shapes in (("road", scene.roads), ("place", scene.places)):
        met = {s.key for s in shapes if any(shapely.linestrings(p).intersects(box) for p in s.paths)}
        inside = {
            s.key
            for s in shapes
            if s.key not in met and any(shapely.Polygon(p).contains(box) for p in s.paths if len(p) > 3)
        }
        assert {key for one, key in scene.seen if one == layer} == met | inside
    for layer, spots in (("facility", scene.facilities), ("task", scene.pins)):
        met = {s.key for s in spots if abs(s.x) <= what.half_width and abs(s.y) <= what.half_height}
        assert {key for one, key in scene.seen if one == layer} - {"overdue"} == met
    drawn = {symbols.grid_style(t.tier, 4) for t in scene.system.tiers} if scene.system else set()
    assert {key for one, key in scene.seen if one == "grid"} <= drawn


def test_layers_that_are_not_wanted_are_not_read(street):
    what = map_scene.extent(whole(street), 1200, 800)
    scene = map_picture.scene(street, what, layers=("road",), now=NOW)
    assert scene.roads
    assert [*scene.functions, *scene.borders, *scene.pins, *scene.places, *scene.names] == []
    assert {layer for layer, _key in scene.seen} == {"road"}


def test_only_the_tasks_of_the_filter_have_pins(street):
    what = map_scene.extent(whole(street), 1200, 800)
    closed = map_picture.scene(street, what, filter=TaskFilter(statuses=("closed",)), now=NOW).pins
    assert closed
    assert {pin.key for pin in closed} == {"closed"}
    late = map_picture.scene(street, what, filter=TaskFilter(due="overdue"), now=NOW)
    assert late.pins
    assert all(pin.red for pin in late.pins)
    assert ("task", "overdue") in late.seen


def test_the_most_pressing_pin_is_painted_last(street):
    pins = map_picture.scene(street, map_scene.extent(whole(street), 1200, 800), now=NOW).pins
    assert pins[-1].red
    assert not pins[0].red


def test_what_is_picked_is_marked_where_it_can_be_seen(street):
    (grid,) = (node for node in grids.tree(street, "four") if node.code == "310117004-X12")
    what = map_scene.extent(whole(street), 1200, 800)
    scene = map_picture.scene(street, what, picked=("grid", grid.uuid), now=NOW)
    assert scene.picked is not None
    assert scene.picked[0] == "area"
    west, south, *_ = whole(street)
    elsewhere = map_scene.extent((west, south, west + 0.001, south + 0.001), 100, 100)
    assert map_picture.scene(street, elsewhere, picked=("grid", grid.uuid), now=NOW).picked is None


def test_the_bounds_of_a_grid_hold_it(street):
    west, south, east, north = map_picture.bounds_of_grid(street, "310117004-X12")
    home = whole(street)
    assert home[0] < west < east < home[2]
    assert south < north
    with pytest.raises(Refused, match="310117004-X99"):
        map_picture.bounds_of_grid(street, "310117004-X99")


def test_a_system_is_found_by_code_or_name(street):
    main = map_picture.choose_system(street)
    assert main is not None
    assert main.main
    other = map_picture.choose_system(street, "base")
    assert other is not None
    assert other.summary == "265"
    assert map_picture.choose_system(street, other.name) == other
    with pytest.raises(Refused):
        map_picture.choose_system(street, "nobody")


def test_reading_can_be_stopped(street):
    def stop(_done, _total, _text):
        raise Cancelled

    with pytest.raises(Cancelled):
        map_picture.scene(street, map_scene.extent(whole(street), 100, 100), progress=stop)


def test_an_empty_workspace_gives_an_empty_scene(tmp_path: Path, closing):
    ws = closing(workspace.create(tmp_path / "空.gpkg", name="空"))
    scene = map_picture.scene(ws, map_scene.extent((121.0, 31.0, 121.1, 31.1), 100, 100))
    assert scene.empty
    assert scene.system is None
    assert not np.any([len(part) for part in (scene.roads, scene.pins, scene.names)])
