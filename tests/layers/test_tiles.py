"""Tiles of the workspace, read with an independent decoder: the tiers by zoom, names, nothing lost between."""

from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
import shapely

from layers import grids, history, places, tasks, tiles, workspace
from layers.gis import picture
from layers.gis import tiles as pyramid
from layers.store import queries_grids, queries_map
from layers.store.connection import connect
from layers.workspace import Workspace
from tests.layers.conftest import NOW

Tile = dict[str, dict[str, list[Any]]]


def around(ws: Workspace, zoom: int) -> list[Tile]:
    box = workspace.extent(ws)
    assert box is not None
    x0, y0 = pyramid.tile_at(box[0], box[3], zoom)
    x1, y1 = pyramid.tile_at(box[2], box[1], zoom)
    return [
        mapbox_vector_tile.decode(data)
        for x in range(x0, x1 + 1)
        for y in range(y0, y1 + 1)
        if (data := tiles.tile(ws, "four", zoom, x, y))
    ]


def features(tile: Tile, layer: str) -> list[Any]:
    return tile.get(layer, {"features": []})["features"]


@pytest.mark.parametrize("zoom", [11, 13, 15])
def test_all_grids_of_the_shown_tiers_are_in_the_tiles(street: Workspace, zoom: int) -> None:
    found = {feature["properties"]["uuid"] for tile in around(street, zoom) for feature in features(tile, "grid")}
    shown = tiles.tiers_at(street, "four", picture.shown_at(zoom))  # tiles are drawn one zoom deeper
    assert found == {node.uuid for node in grids.tree(street, "four", NOW) if node.tier in shown}


def test_every_micro_grid_has_its_name_and_every_fill_its_function(street: Workspace) -> None:
    layers = around(street, 15)
    codes = {f["properties"]["code"] for tile in layers for f in features(tile, "grid_label")}
    assert {f"310117004-W{i:03d}" for i in range(1, 139)} <= codes
    kinds = {f["properties"]["function"] for tile in layers for f in features(tile, "functions")}
    assert {"residential", "commercial", "industry", "green", "water"} <= kinds


def test_facilities_come_near_only(street: Workspace) -> None:
    assert not any("facility" in tile for tile in around(street, 11))
    assert sum(len(features(tile, "facility")) for tile in around(street, 15)) > 2000


def test_an_empty_place_is_an_empty_tile(street: Workspace) -> None:
    assert tiles.tile(street, "four", 15, 0, 0) == b""
    assert tiles.tile(street, "no such system", 15, 0, 0) == b""


def test_the_revision_rises_with_every_change(ws: Workspace) -> None:
    before = tiles.revision(ws)
    places.edit(ws, "grid", grids.tree(ws, "four")[0].uuid, {"note": "x"}, "dispatcher")
    assert tiles.revision(ws) > before


def test_the_revision_rises_with_what_is_drawn_and_not_with_tasks(ws: Workspace) -> None:
    before = tiles.revision(ws)
    tasks.draw(ws, kind="case", title="x", lon=121.24, lat=31.03, actor="dispatcher")
    assert tiles.revision(ws) == before
    uuid = ws.store.read().execute("SELECT uuid FROM place LIMIT 1").fetchone()[0]
    places.edit(ws, "place", uuid, {"name": "新名"}, "dispatcher")
    risen = tiles.revision(ws)
    assert risen > before
    history.undo(ws, "dispatcher")
    assert tiles.revision(ws) > risen


def test_what_was_touched_is_known_by_its_place_only_when_it_is_new(ws: Workspace) -> None:
    since = tiles.revision(ws)
    assert tiles.touched(ws, since) == (since, ())
    with ws.store.step("add", "dispatcher") as writing:
        writing.insert("facility", {"code": "N1", "name": "新", "geom": shapely.Point(121.25, 31.02)})
    revision, boxes = tiles.touched(ws, since)
    assert revision > since
    assert boxes == ((121.25, 31.02, 121.25, 31.02),)
    places.edit(ws, "facility", writing.changes.uuids("facility")[0], {"name": "改"}, "dispatcher")
    assert tiles.touched(ws, since)[1] is None  # where it was before, the feed does not know


def test_what_has_no_place_on_the_map_is_counted(ws: Workspace) -> None:
    assert tiles.left_out(ws) == tiles.LeftOut()
    with ws.store.step("add", "dispatcher") as writing:
        for n, place in enumerate((None, shapely.Point(), shapely.Point(500, 31), shapely.Point(121, -95))):
            writing.insert("facility", {"code": f"N{n}", "name": "x", "geom": place})
    assert tiles.left_out(ws) == tiles.LeftOut(placeless=2, outside=2)
    x, y = pyramid.tile_at(121.25, 31.02, 15)
    assert tiles.tile(ws, "four", 15, x, y)


def test_few_large_grids_are_found_by_their_tier_and_are_the_same(street: Workspace) -> None:
    db, box = street.store.read(), (121.2, 31.0, 121.25, 31.03)
    slow, quick = (queries_map.grids_in_box(db, box, "four", [1, 2, 3], few=few)[1]["uuid"] for few in (False, True))
    assert sorted(slow) == sorted(quick) != []


def test_an_empty_workspace_has_empty_tiles(tmp_path: Path) -> None:
    empty = workspace.create(tmp_path / "空.gpkg", name="空")
    assert tiles.tile(empty, "four", 3, 6, 3) == b""
    assert tiles.left_out(empty) == tiles.LeftOut()
    assert tiles.touched(empty, 0)[0] == 0
    empty.close()


def test_functions_are_tinted_only_where_they_can_be_told_apart(street: Workspace) -> None:
    assert any("functions" in tile for tile in around(street, 11))
    assert all("functions" not in tile for tile in around(street, 8))


def test_what_lies_in_a_box_is_asked_of_the_r_tree_first(street: Workspace) -> None:
    db = street.store.read()
    asked: list[str] = []
    watched = connect(street.path, read_only=True)
    watched.set_trace_callback(asked.append)
    box = (121.23, 31.02, 121.231, 31.021)
    queries_map.grids_in_box(watched, box, "four", [4])
    queries_grids.at(watched, 121.23, 31.02)
    queries_grids.whole(watched, "four", box)
    watched.close()
    for sql in (sql for sql in asked if "minx<=" in sql):  # not what the R-tree asks of its own tables
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert any("VIRTUAL TABLE" in line for line in plan)
        assert not any("ix_grid" in line for line in plan), plan
