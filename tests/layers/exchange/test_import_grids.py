"""Grid systems from outside: tiers, dissolving, parents, codes, shared borders."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers import exchange, grids, history, places, tasks, workspace
from layers.errors import Refused
from layers.gis import crs
from layers.store import queries_grids, rows
from layers.workspace import Workspace
from tests.layers.exchange.conftest import Geo, column, square

ME = "dispatcher"


def test_the_sixteen_districts_as_two_tiers(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    path = shared_data("shanghai_districts.geojson")
    done = exchange.import_file(blank, path, as_="grids", system="行政区划", tier=["市", "区"], actor=ME)
    assert done.added == 17
    (system,) = grids.systems(blank)
    assert (system.name, system.summary, system.main) == ("行政区划", "1+16", True)
    assert [tier.name for tier in system.tiers] == ["市", "区"]
    tree = grids.tree(blank, system.code)
    city, districts = tree[0], tree[1:]
    assert city.name == "试验街道"  # nobody named the whole: it is the area of the workspace
    assert {d.parent_uuid for d in districts} == {city.uuid}
    assert {d.name for d in districts} >= {"松江区", "浦东新区", "黄浦区"}
    assert next(d.code for d in districts if d.name == "松江区") == "310117"
    # Between Songjiang and Qingpu the file leaves five square kilometres out; dissolving does not hide that.
    (gap,) = grids.check(blank)
    assert (gap.kind, gap.codes) == ("gap", ("310117", "310118"))
    assert gap.values["area_m2"] == pytest.approx(5.118e6, rel=1e-3)
    areas = column(blank, "grid", "area_m2", "tier")
    assert sum(a for a, tier in areas if tier == 2) == pytest.approx(areas[0][0], rel=1e-9)
    assert areas[0][0] == pytest.approx(5.59e9, rel=0.01)  # the file has no Chongming
    located = places.locate(blank, 121.23, 31.03)
    assert [node.name for node in located.chains[system.code]] == ["松江区", "试验街道"]


def test_the_same_codes_again_are_refused(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    path = shared_data("shanghai_districts.geojson")
    exchange.import_file(blank, path, as_="grids", system="行政区划", tier=["市", "区"], actor=ME)
    before = workspace.counts(blank)
    with pytest.raises(Refused, match="310101"):
        exchange.import_file(blank, path, as_="grids", system="行政区划", tier=["市", "区"], actor=ME)
    assert workspace.counts(blank) == before
    other = exchange.import_file(blank, path, as_="grids", system="另一套", actor=ME)
    assert other.added == 16
    assert [s.main for s in grids.systems(blank)] == [True, False]


def test_undo_takes_system_tiers_and_grids_back(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    path = shared_data("shanghai_districts.geojson")
    exchange.import_file(blank, path, as_="grids", system="行政区划", tier=["市", "区"], actor=ME)
    history.undo(blank, ME)
    assert grids.systems(blank) == []
    assert column(blank, "grid", "uuid") == []
    assert workspace.verify(blank) == []
    assert exchange.import_file(blank, path, as_="grids", system="行政区划", actor=ME).added == 16


def block(names: dict[str, str] | None = None) -> list[tuple[dict[str, str], shapely.Geometry]]:
    found = []
    for i in range(4):
        for j in range(4):
            properties = {"小区": f"X{i // 2}{j // 2}", "片区": f"Z{i // 2}", "类型": "居住"}
            found.append(({**properties, **(names or {})}, square(121.2 + i * 0.01, 31.0 + j * 0.01)))
    return found


def test_upper_tiers_are_dissolved_from_fields(blank: Workspace, geojson: Geo) -> None:
    path = geojson("微网格.geojson", block())
    done = exchange.import_file(
        blank, path, as_="grids", system="四级", tier=["街道", "片区", "小网格", "微网格"],
        dissolve=["街道", "片区", "小区"], actor=ME,
    )  # fmt: skip
    assert done.added == 1 + 2 + 4 + 16
    (system,) = grids.systems(blank)
    assert system.summary == "1+2+4+16"
    assert [tier.letter for tier in system.tiers] == ["Z", "X", "W", "L"]
    tree = {node.uuid: node for node in grids.tree(blank, system.code)}
    micro = [node for node in tree.values() if node.tier == 4]
    for node in micro:
        small = tree[node.parent_uuid or ""]
        assert small.name.startswith("X")
        assert tree[small.parent_uuid or ""].name == f"Z{small.name[1]}"
    assert {node.function for node in micro} == {"residential"}
    assert sorted(node.code for node in micro)[0] == "310117004-L01"
    assert next(node for node in micro if node.code == "310117004-L01").bounds[3] == pytest.approx(31.04)
    assert grids.check(blank) == []


def test_tiers_that_come_as_files_of_their_own_find_their_parents_and_share_their_borders(
    blank: Workspace, geojson: Geo
) -> None:
    upper = geojson("片区.geojson", [({"编码": "Z1", "名称": "一片"}, square(121.2, 31.0, 0.02))])
    exchange.import_file(blank, upper, as_="grids", system="治理", tier="片区", actor=ME)
    lower = geojson(
        "网格.geojson",
        [
            ({"编码": "W1", "上级": "Z1"}, shapely.box(121.2, 31.0, 121.207, 31.02)),
            ({"编码": "W2", "上级": None}, shapely.box(121.207, 31.0, 121.22, 31.02)),
        ],
    )
    exchange.import_file(blank, lower, as_="grids", system="治理", tier="网格", actor=ME)
    (system,) = grids.systems(blank)
    assert [(tier.tier, tier.name) for tier in system.tiers] == [(1, "片区"), (2, "网格")]
    tree = grids.tree(blank, system.code)
    assert {node.parent_uuid for node in tree[1:]} == {tree[0].uuid}
    whole = queries_grids.whole(blank.store.read(), system.code)
    corners = {tuple(xy) for xy in shapely.get_coordinates(whole[0]["geom"]).tolist()}
    assert {(121.207, 31.0), (121.207, 31.02)} <= corners
    assert grids.check(blank) == []


def test_a_number_names_the_tier_too(blank: Workspace, geojson: Geo) -> None:
    exchange.import_file(blank, geojson("a.geojson", block()[:1]), as_="grids", system="s", tier=1, actor=ME)
    exchange.import_file(blank, geojson("b.geojson", block()[1:2]), as_="grids", system="s", tier="2", actor=ME)
    assert column(blank, "grid", "tier") == [1, 2]
    with pytest.raises(Refused):
        exchange.import_file(blank, geojson("c.geojson", block()[2:3]), as_="grids", system="s", tier=9, actor=ME)


def test_rows_of_several_tiers_in_one_layer(blank: Workspace, geojson: Geo) -> None:
    rows_ = [
        ({"code": "Z1", "tier": 1, "name": "片"}, square(121.2, 31.0, 0.02)),
        ({"code": "W1", "tier": 2, "parent": "Z1"}, shapely.box(121.2, 31.0, 121.21, 31.02)),
        ({"code": "W2", "tier": 2, "parent": "Z1"}, shapely.box(121.21, 31.0, 121.22, 31.02)),
    ]
    exchange.import_file(blank, geojson("all.geojson", rows_), as_="grids", system="s", tier=["片区", "网格"], actor=ME)
    (system,) = grids.systems(blank)
    assert [(tier.name, tier.count) for tier in system.tiers] == [("片区", 1), ("网格", 2)]
    assert grids.check(blank) == []


def test_codes_that_are_missing_or_twice(blank: Workspace, geojson: Geo) -> None:
    found = [({"编码": code}, square(121.2 + i * 0.01, 31.0)) for i, code in enumerate(["A", "A", None])]
    done = exchange.import_file(blank, geojson("x.geojson", found), as_="grids", system="s", actor=ME)
    assert column(blank, "grid", "code") == ["A", "A-2", "310117004-Z3"]
    assert [p.key for p in done.problems] == ["exchange.code_twice"]


def test_rows_without_an_area_are_told_and_left_out(blank: Workspace, geojson: Geo) -> None:
    found = [({"编码": "A"}, square(121.2, 31.0)), ({"编码": "B"}, None), ({"编码": "C"}, shapely.Point(121, 31))]
    done = exchange.import_file(blank, geojson("x.geojson", found), as_="grids", system="s", actor=ME)
    assert (done.added, done.skipped) == (1, 2)
    assert {p.key for p in done.problems} == {"exchange.no_shape", "sources.wrong_kind"}


def test_nothing_usable_is_refused_and_leaves_nothing(blank: Workspace, geojson: Geo) -> None:
    with pytest.raises(Refused):
        exchange.import_file(blank, geojson("x.geojson", [({"a": 1}, None)]), as_="grids", system="s", actor=ME)
    assert grids.systems(blank) == []
    assert history.labels(blank) == (None, None)


def test_other_columns_stay_with_the_grid(blank: Workspace, geojson: Geo) -> None:
    path = geojson("x.geojson", [({"编码": "A", "人口": 1200, "党支部": "一支部"}, square(121.2, 31.0))])
    exchange.import_file(blank, path, as_="grids", system="s", actor=ME)
    assert json.loads(column(blank, "grid", "attrs")[0]) == {"人口": 1200, "党支部": "一支部"}


def test_what_is_there_finds_its_new_grids(blank: Workspace, geojson: Geo) -> None:
    spot = {"kind": "case", "title": "早先的任务", "actor": ME, "lon": 121.205, "lat": 31.005}
    uuid = tasks.draw(blank, **spot).uuids("task")[0]
    exchange.import_file(blank, geojson("x.geojson", block()), as_="grids", system="s", actor=ME)
    assert column(blank, "placement", "owner_uuid", order="owner_uuid") == [uuid]


def test_a_new_corner_in_an_old_parent_is_a_correction_that_undo_knows(blank: Workspace, geojson: Geo) -> None:
    upper = geojson("a.geojson", [({"编码": "Z1"}, square(121.2, 31.0, 0.02))])
    exchange.import_file(blank, upper, as_="grids", system="s", tier="片区", actor=ME)
    uuid = column(blank, "grid", "uuid")[0]
    before = rows.raw(blank.store.read(), "grid", uuid)
    lower = [({"编码": "W1"}, shapely.box(121.2, 31.0, 121.207, 31.02))]
    exchange.import_file(blank, geojson("b.geojson", lower), as_="grids", system="s", tier="网格", actor=ME)
    after = rows.raw(blank.store.read(), "grid", uuid)
    assert before is not None
    assert after is not None
    assert after["geom"] != before["geom"]
    assert after["ver"] == before["ver"] + 1
    history.undo(blank, ME)
    undone = rows.raw(blank.store.read(), "grid", uuid)
    assert undone is not None
    assert undone["geom"] == before["geom"]


def test_areas_are_measured_on_the_ellipsoid(blank: Workspace, geojson: Geo) -> None:
    shape = square(121.2, 31.0)
    exchange.import_file(blank, geojson("x.geojson", [({"编码": "A"}, shape)]), as_="grids", system="s", actor=ME)
    expected = float(crs.area_m2(np.array([shape], dtype=object))[0])
    assert column(blank, "grid", "area_m2")[0] == pytest.approx(expected, abs=0.01)
