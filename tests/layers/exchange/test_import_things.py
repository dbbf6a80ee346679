"""Sections, places, facilities and people from outside."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from layers import exchange, grids, people, places, workspace
from layers.errors import Refused
from layers.workspace import Workspace
from tests.layers.exchange.conftest import Geo, Sheet, column, square

ME = "dispatcher"


def test_cafes_become_facilities_with_all_their_columns(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    done = exchange.import_file(blank, shared_data("shanghai_cafe.geojson"), as_="facilities", actor=ME)
    assert (done.added, done.skipped, done.unplaced) == (75, 0, 0)
    assert column(blank, "facility", "name")[0] == "星巴克（控江旭辉商城店）"
    attrs = json.loads(column(blank, "facility", "attrs")[0])
    assert attrs["下载速度"] == "32.84 Mbps"
    assert set(column(blank, "facility", "state")) == {"intact"}
    assert workspace.verify(blank) == []


def test_facilities_find_category_state_place_and_grid(ws: Workspace, sheet: Sheet) -> None:
    node = next(n for n in grids.tree(ws, "four") if n.code.endswith("-W020"))
    lon, lat = (node.bounds[0] + node.bounds[2]) / 2, (node.bounds[1] + node.bounds[3]) / 2
    path = sheet(
        "部件.csv", "部件名称,小类,状态,经度,纬度,初始日期,品牌", f"新路灯,路灯,完好,{lon},{lat},20240501,甲",
        "无位置,01037,破损,,,2024-13-01,乙", "谁知道,自造类,好,121.2,31.0,,",
    )  # fmt: skip
    done = exchange.import_file(ws, path, as_="facilities", actor=ME)
    assert (done.added, done.unplaced) == (3, 1)
    rows = column(ws, "facility", "name", "category", "state", "first_on", "attrs", order="fid DESC LIMIT 3")[::-1]
    assert rows[0][:4] == ("新路灯", "01037", "intact", "2024-05-01")
    assert json.loads(rows[0][4]) == {"品牌": "甲"}
    assert rows[1][:4] == ("无位置", "01037", "damaged", None)
    assert json.loads(rows[1][4]) == {"品牌": "乙", "初始日期": "2024-13-01"}
    assert rows[2][1] is None
    assert json.loads(rows[2][4]) == {"小类": "自造类", "状态": "好"}
    assert {p.key for p in done.problems} == {"exchange.unread_day", "exchange.unread_lookup"}
    uuid = column(ws, "facility", "uuid")[-3]
    placed = ws.store.read().execute("SELECT system, grid_uuid FROM placement WHERE owner_uuid=?", (uuid,)).fetchall()
    assert (("four", node.uuid)) in [tuple(row) for row in placed]


def test_sections_know_their_length_class_and_custodian(ws: Workspace, geojson: Geo) -> None:
    line = shapely.LineString([(121.20, 31.00), (121.21, 31.00)])
    department = column(ws, "department", "name")[0]
    path = geojson("路.geojson", [({"路名": "试验路", "道路等级": "支路", "养护单位": department}, line)])
    done = exchange.import_file(ws, path, as_="roads", actor=ME)
    assert done.added == 1
    found = column(ws, "road_section", "name", "class", "side", "length_m", "custodian_uuid")[-1]
    assert found[:3] == ("试验路", "branch", "both")
    assert found[3] == pytest.approx(954.6, abs=1)
    assert found[4] == column(ws, "department", "uuid")[0]


def test_places_from_polygons_keep_a_row_without_a_shape(blank: Workspace, geojson: Geo) -> None:
    path = geojson("小区.geojson", [({"name": "甲苑", "type": "小区"}, square(121.2, 31.0)), ({"name": "乙苑"}, None)])
    done = exchange.import_file(blank, path, as_="places", actor=ME)
    assert (done.added, done.unplaced) == (2, 1)
    assert column(blank, "place", "name", "class") == [("甲苑", "estate"), ("乙苑", "other")]
    assert places.locate(blank, 121.205, 31.005).place == (column(blank, "place", "uuid")[0], "甲苑")


def test_people_bring_departments_teams_and_duties(ws: Workspace, sheet: Sheet) -> None:
    node = next(n for n in grids.tree(ws, "four") if n.code.endswith("-W030"))
    path = sheet(
        "人员.csv", "姓名,岗位,部门,电话,班组,负责网格,责任,血型",
        f"网格员甲,专职网格员,新办,13800000001,新组,{node.code},专职网格员,A",
        f"网格员乙,专职网格员,新办,13800000002,新组,{node.name},,", ",,,,,,,",
    )  # fmt: skip
    done = exchange.import_file(ws, path, as_="people", actor=ME)
    assert (done.added, done.skipped) == (2, 0)
    new = column(ws, "person", "name", "post", "phone", "note", "active", order="fid DESC LIMIT 2")[::-1]
    assert new[0] == ("网格员甲", "专职网格员", "13800000001", "血型：A", 1)
    assert column(ws, "department", "name")[-1] == "新办"
    assert column(ws, "team", "name")[-1] == "新组"
    names = {party.name for party in people.parties(ws)}
    assert {"网格员甲", "网格员乙", "新组", "新办"} <= names
    where = (node.bounds[0] + node.bounds[2]) / 2, (node.bounds[1] + node.bounds[3]) / 2
    answering = {duty.party.name for duty in places.locate(ws, *where).duties}
    assert {"网格员甲", "网格员乙"} <= answering
    duties = len(column(ws, "duty", "uuid"))
    again = exchange.import_file(ws, path, as_="people", actor=ME)
    assert (again.added, again.skipped) == (0, 2)
    assert len(column(ws, "duty", "uuid")) == duties


def test_several_layers_must_be_chosen_from(blank: Workspace, ws: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "全部.gpkg"
    exchange.export(ws, out)
    with pytest.raises(Refused, match="grid"):
        exchange.import_file(blank, out, as_="places", actor=ME)
    with pytest.raises(Refused, match="nowhere"):
        exchange.import_file(blank, out, as_="places", layer="nowhere", actor=ME)
    assert exchange.import_file(blank, out, as_="places", layer="place", actor=ME).added == len(
        column(ws, "place", "uuid")
    )


def test_our_own_export_comes_back_whole(blank: Workspace, ws: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "往返.gpkg"
    exchange.export(ws, out, personal=True)
    exchange.import_file(blank, out, as_="grids", layer="grid", actor=ME)
    assert sorted(s.summary for s in grids.systems(blank)) == sorted(s.summary for s in grids.systems(ws))
    mine, theirs = (dict(column(w, "grid", "code", "uuid")) for w in (blank, ws))
    assert mine == theirs
    parents = [dict(column(w, "grid", "uuid", "parent_uuid")) for w in (blank, ws)]
    assert parents[0] == parents[1]
    for table, as_ in (("road_section", "roads"), ("place", "places"), ("facility", "facilities"), ("task", "tasks")):
        done = exchange.import_file(blank, out, as_=as_, layer=table, actor=ME)
        assert done.added == len(column(ws, table, "uuid")), table
        assert sorted(column(blank, table, "uuid")) == sorted(column(ws, table, "uuid"))
        again = exchange.import_file(blank, out, as_=as_, layer=table, actor=ME)
        assert again.added == 0, table
    for name in ("status", "reported_at", "due_at", "title", "grid_uuid"):
        assert sorted(map(str, column(blank, "task", name))) == sorted(map(str, column(ws, "task", name))), name
    assert workspace.verify(blank) == []
