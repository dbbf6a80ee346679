"""Shapes are changed by hand: one step each, undone bit by bit; what belongs to them goes along, grids are refused."""

import json
from typing import Any

import numpy as np
import pytest
import shapely

from layers import editing, history, places, tasks
from layers.errors import Refused
from layers.store import queries_grids, rows
from layers.workspace import Workspace

ME = "dispatcher"


def all_of(ws: Workspace, table: str) -> list[dict[str, Any]]:
    return [row for row in rows.many(ws.store.read(), table) if row["geom"] is not None]


def snapshot(ws: Workspace, *tables: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return all rows as stored, without the versions that rise with every change."""
    db = ws.store.read()
    return {
        (table, row["uuid"]): {k: v for k, v in rows.raw(db, table, row["uuid"]).items() if k not in ("ver", "fid")}
        for table in tables
        for row in rows.many(db, table, ("uuid",))
    }


def placements(ws: Workspace, uuid: str) -> list[tuple[str, str, float | None]]:
    found = queries_grids.placements(ws.store.read(), uuid)
    return sorted((row["system"], row["grid_uuid"], row["length_m"]) for row in found)


def geojson(shape: Any) -> dict[str, Any]:
    return json.loads(shapely.to_geojson(shape))


def estate(ws: Workspace) -> dict[str, Any]:
    """Return an estate with facilities and tasks on it."""
    db = ws.store.read()
    for row in sorted(all_of(ws, "place"), key=lambda row: -shapely.area(row["geom"])):
        if row["class"] == "estate" and len(rows.many(db, "facility", ("uuid",), place_uuid=row["uuid"])) > 3:
            return row
    raise AssertionError("no estate with facilities")


def across(shape: Any) -> dict[str, Any]:
    """Return a line through the middle from west to east."""
    west, south, east, north = shape.bounds
    middle = (south + north) / 2
    return {"type": "LineString", "coordinates": [[west - 0.001, middle], [east + 0.001, middle]]}


def test_a_place_gets_another_shape_and_its_old_one_back(ws: Workspace):
    row = estate(ws)
    found = editing.target(ws, "place", row["uuid"])
    assert (found.kind, found.ver, found.title) == ("polygon", row["ver"], row["name"])
    before = snapshot(ws, "place")
    new = json.loads(json.dumps(found.geometry))
    ring = new["coordinates"][0][0]
    ring[0] = ring[-1] = [ring[0][0] + 0.0001, ring[0][1] + 0.0001]
    changes = editing.set_shape(ws, "place", row["uuid"], new, ME, found.ver)
    assert changes.uuids("place") == [row["uuid"]]
    assert changes.bounds is not None
    now = rows.get(ws.store.read(), "place", row["uuid"])
    assert geojson(now["geom"]) == new
    assert history.labels(ws)[0] == f"编辑 {row['name']} 的形状"
    history.undo(ws, ME)
    assert snapshot(ws, "place") == before


def test_what_moved_on_meanwhile_is_not_overwritten(ws: Workspace):
    row = estate(ws)
    found = editing.target(ws, "place", row["uuid"])
    places.edit(ws, "place", row["uuid"], {"note": "别人改的"}, ME)
    before = snapshot(ws, "place")
    with pytest.raises(Refused, match="编辑期间"):
        editing.set_shape(ws, "place", row["uuid"], found.geometry, ME, found.ver)
    assert snapshot(ws, "place") == before


def test_a_bow_tie_and_another_kind_are_refused_and_nothing_is_written(ws: Workspace):
    row = estate(ws)
    before = snapshot(ws, "place")
    bow = {"type": "MultiPolygon", "coordinates": [[[[121, 31], [121.1, 31.1], [121.1, 31], [121, 31.1], [121, 31]]]]}
    with pytest.raises(Refused, match="相交"):
        editing.set_shape(ws, "place", row["uuid"], bow, ME)
    with pytest.raises(Refused, match="类型不同"):
        editing.set_shape(ws, "place", row["uuid"], {"type": "Point", "coordinates": [121, 31]}, ME)
    with pytest.raises(Refused, match="草图"):
        editing.set_shape(ws, "place", row["uuid"], {"type": "Polygon", "coordinates": [[1]]}, ME)
    assert snapshot(ws, "place") == before
    assert history.labels(ws)[0] is None


def test_a_grid_is_changed_elsewhere(ws: Workspace):
    grid = all_of(ws, "grid")[0]
    line = across(grid["geom"])
    for call in (
        lambda: editing.target(ws, "grid", grid["uuid"]),
        lambda: editing.set_shape(ws, "grid", grid["uuid"], geojson(grid["geom"]), ME),
        lambda: editing.split(ws, "grid", grid["uuid"], line, ME),
        lambda: editing.merge(ws, "grid", [grid["uuid"], "x"], ME),
        lambda: editing.move(ws, "grid", grid["uuid"], (121, 31), (121.1, 31), ME),
    ):
        with pytest.raises(Refused, match="网格”工作区"):
            call()


def test_what_is_gone_or_has_no_shape_is_said_so(ws: Workspace):
    with pytest.raises(Refused, match="已不存在"):
        editing.target(ws, "place", "nowhere")
    with pytest.raises(Refused, match="已不存在"):
        editing.split(ws, "place", "nowhere", across(shapely.box(121, 31, 122, 32)), ME)
    tray = tasks.draw(ws, kind="case", title="没有落点", actor=ME).uuids("task")[0]
    with pytest.raises(Refused, match="没有可以编辑的图形"):
        editing.target(ws, "task", tray)


def test_corners_of_a_shape_too_large_for_a_hand_are_refused_and_nothing_else(ws: Workspace):
    row = estate(ws)
    turns = np.linspace(0, 2 * np.pi, 25_001)[:-1]
    ring = np.column_stack([121.24 + 0.001 * np.cos(turns), 31.02 + 0.001 * np.sin(turns)])
    huge = shapely.multipolygons([shapely.Polygon(ring)])
    editing.set_shape(ws, "place", row["uuid"], geojson(huge), ME)
    found = editing.target(ws, "place", row["uuid"])
    with pytest.raises(Refused, match="25,001"):
        found.require_handy()
    shown = shapely.from_geojson(json.dumps(found.geometry))
    assert shapely.get_num_coordinates(shown) <= editing.SHOWN
    assert shapely.area(shown) == pytest.approx(shapely.area(huge), rel=1e-3)
    editing.move(ws, "place", row["uuid"], (121.24, 31.02), (121.241, 31.02), ME)
    editing.move(ws, "place", row["uuid"], (121.241, 31.02), (121.24, 31.02), ME)
    bite = geojson(shapely.box(121.2405, 31.0, 121.25, 31.1))
    editing.cut(ws, "place", row["uuid"], bite, ME)
    assert len(editing.split(ws, "place", row["uuid"], across(huge), ME).uuids("place")) == 2


def test_a_split_place_shares_out_its_facts_its_code_and_what_lies_on_it(ws: Workspace):
    row = estate(ws)
    db = ws.store.read()
    owned = {one["uuid"]: one["geom"] for one in rows.many(db, "facility", place_uuid=row["uuid"])}
    before = snapshot(ws, "place", "facility", "task")
    where = {uuid: placements(ws, uuid) for uuid in [row["uuid"], *owned]}
    changes = editing.split(ws, "place", row["uuid"], across(row["geom"]), ME)
    new = next(touched.uuid for touched in changes.rows if touched.table == "place" and touched.op == "insert")
    first, second = (rows.get(ws.store.read(), "place", uuid) for uuid in (row["uuid"], new))
    assert second["code"] == f"{row['code']}-2"
    same = [column for column in row if column not in ("fid", "uuid", "ver", "code", "geom")]
    assert [second[column] for column in same] == [row[column] for column in same]
    assert shapely.area(first["geom"]) >= shapely.area(second["geom"])
    assert shapely.area(shapely.union(first["geom"], second["geom"])) == pytest.approx(shapely.area(row["geom"]))
    assert placements(ws, new)
    for uuid, point in owned.items():
        on = rows.get(ws.store.read(), "facility", uuid)["place_uuid"]
        parts = {row["uuid"]: first["geom"], new: second["geom"]}
        assert shapely.distance(parts[on], point) <= min(shapely.distance(part, point) for part in parts.values())
    assert {rows.get(ws.store.read(), "facility", uuid)["place_uuid"] for uuid in owned} == {row["uuid"], new}
    history.undo(ws, ME)
    assert snapshot(ws, "place", "facility", "task") == before
    assert {uuid: placements(ws, uuid) for uuid in where} == where
    assert placements(ws, new) == []
    history.redo(ws, ME)
    assert rows.get(ws.store.read(), "place", new)["code"] == f"{row['code']}-2"


def test_the_next_part_takes_the_next_free_code(ws: Workspace):
    row = estate(ws)
    for number in (2, 3):
        shape = rows.get(ws.store.read(), "place", row["uuid"])["geom"]
        changes = editing.split(ws, "place", row["uuid"], across(shape), ME)
        new = next(one.uuid for one in changes.rows if one.table == "place" and one.op == "insert")
        assert rows.get(ws.store.read(), "place", new)["code"] == f"{row['code']}-{number}"


def test_a_section_is_split_and_its_lengths_and_tasks_follow(ws: Workspace):
    db = ws.store.read()
    road = max(all_of(ws, "road_section"), key=lambda row: len(rows.many(db, "task", ("uuid",), road_uuid=row["uuid"])))
    middle = shapely.line_interpolate_point(shapely.get_parts(road["geom"])[0], 0.5, normalized=True)
    a, b = (middle.x - 0.0005, middle.y - 0.0003), (middle.x + 0.0005, middle.y + 0.0003)
    cut = {"type": "LineString", "coordinates": [a, b]}
    if not shapely.crosses(shapely.LineString([a, b]), road["geom"]):
        cut["coordinates"] = [(a[0], b[1]), (b[0], a[1])]
    before = snapshot(ws, "road_section", "task")
    changes = editing.split(ws, "road_section", road["uuid"], cut, ME)
    parts = [rows.get(ws.store.read(), "road_section", uuid) for uuid in changes.uuids("road_section")]
    assert sum(part["length_m"] for part in parts) == pytest.approx(road["length_m"], rel=2e-3)
    for task in rows.many(ws.store.read(), "task", road_uuid=road["uuid"]):
        off = [float(shapely.distance(part["geom"], task["geom"])) for part in parts]
        assert off[0] == min(off)
    history.undo(ws, ME)
    assert snapshot(ws, "road_section", "task") == before


def test_merged_places_become_one_that_keeps_the_first_facts_and_tells_the_rest(ws: Workspace):
    row = estate(ws)
    near = min(
        (one for one in all_of(ws, "place") if one["class"] == "estate" and one["uuid"] != row["uuid"]),
        key=lambda one: shapely.distance(one["geom"], row["geom"]),
    )
    db = ws.store.read()
    hers = {one["uuid"] for one in rows.many(db, "facility", ("uuid",), place_uuid=near["uuid"])}
    before = snapshot(ws, "place", "facility", "task", "duty")
    joined = editing.merge(ws, "place", [row["uuid"], near["uuid"]], ME)
    whole = rows.get(ws.store.read(), "place", row["uuid"])
    assert shapely.area(whole["geom"]) == pytest.approx(
        shapely.area(row["geom"]) + shapely.area(near["geom"]), rel=1e-6
    )
    assert (whole["name"], whole["code"]) == (row["name"], row["code"])
    assert rows.raw(ws.store.read(), "place", near["uuid"]) is None
    assert any(near["name"] in line and "舍去" in line for line in joined.differs)
    now = {one["uuid"] for one in rows.many(ws.store.read(), "facility", ("uuid",), place_uuid=row["uuid"])}
    assert hers <= now
    assert placements(ws, near["uuid"]) == []
    history.undo(ws, ME)
    assert snapshot(ws, "place", "facility", "task", "duty") == before
    assert placements(ws, near["uuid"])


def test_a_merge_needs_two_that_are_there(ws: Workspace):
    row = estate(ws)
    before = snapshot(ws, "place")
    with pytest.raises(Refused, match="两个以上"):
        editing.merge(ws, "place", [row["uuid"], row["uuid"]], ME)
    with pytest.raises(Refused, match="已不存在"):
        editing.merge(ws, "place", [row["uuid"], "nowhere"], ME)
    with pytest.raises(Refused, match="两个以上"):
        editing.merge(ws, "facility", [one["uuid"] for one in all_of(ws, "facility")[:2]], ME)
    assert snapshot(ws, "place") == before


def test_places_far_apart_are_not_merged(ws: Workspace):
    row = estate(ws)
    far = max(all_of(ws, "place"), key=lambda one: shapely.distance(one["geom"], row["geom"]))
    before = snapshot(ws, "place")
    with pytest.raises(Refused, match="请选相邻的对象"):
        editing.merge(ws, "place", [row["uuid"], far["uuid"]], ME)
    assert snapshot(ws, "place") == before


def test_sections_end_to_end_become_one_line(ws: Workspace):
    sections = [row for row in all_of(ws, "road_section") if shapely.get_num_geometries(row["geom"]) == 1]
    pairs = ((a, b) for a in sections for b in sections if a["name"] == b["name"] and a["to_name"] == b["from_name"])
    one, two = next((a, b) for a, b in pairs if shapely.touches(a["geom"], b["geom"]))
    joined = editing.merge(ws, "road_section", [one["uuid"], two["uuid"]], ME)
    whole = rows.get(ws.store.read(), "road_section", one["uuid"])
    assert shapely.get_num_geometries(whole["geom"]) == 1
    assert whole["length_m"] == pytest.approx(one["length_m"] + two["length_m"], abs=0.1)
    assert joined.changes.uuids("road_section") == [one["uuid"], two["uuid"]]


def test_cut_reshape_and_move_are_one_step_each(ws: Workspace):
    row = estate(ws)
    west, south, east, north = row["geom"].bounds
    corner = geojson(shapely.box(west - 0.001, south - 0.001, (west + east) / 2, (south + north) / 2))
    before = snapshot(ws, "place")
    editing.cut(ws, "place", row["uuid"], corner, ME)
    editing.reshape(ws, "place", row["uuid"], across(row["geom"]), ME)
    editing.move(ws, "place", row["uuid"], (west, south), (west + 0.001, south), ME)
    labels = [step.label for step in history.steps(ws)[:3]]
    assert labels == [f"移动 {row['name']}", f"沿线修改 {row['name']}", f"切除 {row['name']} 的一部分"]
    moved = rows.get(ws.store.read(), "place", row["uuid"])["geom"]
    assert moved.bounds[2] == pytest.approx(east + 0.001, abs=1e-6)
    for _ in range(3):
        history.undo(ws, ME)
    assert snapshot(ws, "place") == before


def test_a_facility_moved_lies_in_another_grid(ws: Workspace):
    one = all_of(ws, "facility")[0]
    far = max(all_of(ws, "facility"), key=lambda row: shapely.distance(row["geom"], one["geom"]))
    editing.set_shape(ws, "facility", one["uuid"], geojson(far["geom"]), ME)
    assert placements(ws, one["uuid"]) == placements(ws, far["uuid"])


def test_a_task_pin_moved_gets_the_grid_it_lies_in(ws: Workspace):
    task = next(
        row for row in all_of(ws, "task") if not rows.many(ws.store.read(), "task_sketch", task_uuid=row["uuid"])
    )
    far = max(all_of(ws, "task"), key=lambda row: shapely.distance(row["geom"], task["geom"]))
    found = editing.target(ws, "task", task["uuid"])
    assert found.kind == "point"
    editing.set_shape(ws, "task", task["uuid"], geojson(far["geom"]), ME, found.ver)
    now = rows.get(ws.store.read(), "task", task["uuid"])
    assert now["geom"] == far["geom"]
    assert now["status"] == task["status"]
    assert [grid for _, grid, _ in placements(ws, task["uuid"])].count(now["grid_uuid"]) == 1
    assert now["grid_uuid"] != task["grid_uuid"]


def test_a_sketch_is_edited_and_its_pin_stays_on_it(ws: Workspace):
    area = geojson(shapely.box(121.2296, 31.0167, 121.2312, 31.0177))
    uuid = tasks.draw(ws, kind="case", title="占道", lon=121.2298, lat=31.0172, sketch=area, actor=ME).uuids("task")[0]
    found = editing.target(ws, "task", uuid)
    assert (found.table, found.kind) == ("task_sketch", "polygon")
    editing.split(ws, "task", uuid, across(shapely.box(121.2296, 31.0167, 121.2312, 31.0177)), ME)
    sketches = rows.many(ws.store.read(), "task_sketch", task_uuid=uuid)
    assert len(sketches) == 2
    history.undo(ws, ME)
    editing.cut(ws, "task", uuid, geojson(shapely.box(121.22, 31.01, 121.2304, 31.02)), ME)
    pin = rows.get(ws.store.read(), "task", uuid)["geom"]
    assert shapely.intersects(rows.many(ws.store.read(), "task_sketch", task_uuid=uuid)[0]["geom"], pin)
    history.undo(ws, ME)
    assert rows.get(ws.store.read(), "task", uuid)["geom"] == shapely.Point(121.2298, 31.0172)
