"""Lists from other systems become tasks: statuses, dates, places, numbers; nothing lost, nothing twice."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from layers import exchange, grids, history, tasks, words, workspace
from layers.domain.changes import Changes
from layers.domain.things import TaskFilter
from layers.errors import Cancelled, Refused
from layers.workspace import Workspace
from tests.layers.exchange.conftest import Geo, Sheet, column, square

ME = "dispatcher"


def test_five_hundred_service_requests(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    done = exchange.import_file(blank, shared_data("nyc311_500.csv"), as_="tasks", actor=ME)
    assert (done.added, done.skipped, done.unplaced) == (500, 0, 68)
    statuses = Counter(column(blank, "task", "status"))
    assert statuses == {"handling": 261, "closed": 232, "reported": 5, "dispatched": 2}
    assert Counter(column(blank, "task", "placed")) == {"import": 432, "none": 68}
    assert tasks.counts(blank, TaskFilter())["tray"] == 68
    first = column(
        blank, "task", "source_number", "title", "reported_at", "address", "kind", "attrs", "number", "last_step"
    )[0]
    assert first[:5] == (
        "59694038", "Derelict Vehicles", "2023-12-10T04:00:00.000Z", "4801 CARPENTER AVENUE", "hotline",
    )  # fmt: skip
    attrs = json.loads(first[5])
    assert attrs["status"] == "Open"  # what was only roughly understood is kept as it was
    assert attrs["agency"] == "DSNY"
    assert "unique_key" not in attrs
    assert first[6].startswith("20231210-A-")
    assert first[7] == "imported"
    assert len(set(column(blank, "task", "number"))) == 500
    assert column(blank, "task_log", "step") == ["imported"] * 500
    closed = column(blank, "task", "closed_at", "status")
    assert all(at for at, status in closed if status == "closed")
    assert workspace.verify(blank) == []


def test_the_same_list_again_adds_nothing(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    exchange.import_file(blank, shared_data("nyc311_500.csv"), as_="tasks", actor=ME)
    again = exchange.import_file(blank, shared_data("nyc311_500.csv"), as_="tasks", actor=ME)
    assert (again.added, again.skipped) == (0, 500)
    assert again.backup is None
    assert workspace.backups(blank.path) == []
    assert len(column(blank, "task", "uuid")) == 500


def test_undo_takes_the_whole_import_back(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    done = exchange.import_file(blank, shared_data("nyc311_500.csv"), as_="tasks", actor=ME)
    assert isinstance(done.changes, Changes)
    assert done.changes.touches("task")
    history.undo(blank, ME)
    assert column(blank, "task", "uuid") == []
    assert workspace.verify(blank) == []


def test_dates_in_many_forms_and_what_cannot_be_read(blank: Workspace, shared_data: Callable[[str], Path]) -> None:
    done = exchange.import_file(blank, shared_data("hostile/formula_gbk.csv"), as_="tasks", actor=ME)
    assert (done.added, done.unplaced) == (4, 1)
    assert column(blank, "task", "reported_at") == [
        "2023-06-01T00:00:00.000Z", None, None, "2023-06-01T04:00:00.000Z",
    ]  # fmt: skip
    assert [p.row for p in done.problems if p.key == "exchange.unread_instant"] == [3, 4]
    kept = [json.loads(text) for text in column(blank, "task", "attrs")]
    assert kept[1]["上报时间"] == "2023-06-31"
    assert kept[1]["经度"] == "121.50"  # half a place stays beside the row
    assert kept[2]["上报时间"] == "昨天"
    assert column(blank, "task", "description")[3] == "生僻字𠮷㙍"
    assert column(blank, "task", "description")[0] == "=cmd|' /C calc'!A0"  # a text like any other in here
    shapes = [tasks.line(blank, uuid) for uuid in column(blank, "task", "uuid")]
    assert shapes[2] is not None
    assert (shapes[2].lon, shapes[2].lat) == (121.5, 31.2)  # full-width figures are figures


def test_tasks_find_their_grid_section_and_people(ws: Workspace, sheet: Sheet) -> None:
    node = next(n for n in grids.tree(ws, "four") if n.code.endswith("-W010"))
    lon, lat = (node.bounds[0] + node.bounds[2]) / 2, (node.bounds[1] + node.bounds[3]) / 2
    person = column(ws, "person", "name")[0]
    path = sheet(
        "昨夜 热线.csv",
        "工单编号,诉求标题,诉求内容,经度,纬度,受理时间,承办人,小类,紧急程度",
        f"SH2026112000017,路灯不亮,中山路路灯不亮,{lon},{lat},2026-11-20 01:30,{person},暴露垃圾,紧急",
        encoding="gb18030",
    )
    done = exchange.import_file(ws, path, as_="tasks", actor=ME)
    assert done.added == 1
    uuid = column(ws, "task", "uuid")[-1]
    line = tasks.line(ws, uuid)
    assert line is not None
    assert line.grid_code == node.code
    assert (line.assignee, line.category_name, line.priority) == (person, "暴露垃圾", "urgent")
    assert (line.title, line.kind, line.status) == ("路灯不亮", "hotline", "reported")
    assert line.reported_at == "2026-11-19T17:30:00.000Z"


def test_an_area_becomes_a_task_with_its_sketch(blank: Workspace, geojson: Geo) -> None:
    shape = square(121.2, 31.0)
    path = geojson("隐患.geojson", [({"标题": "积水"}, shape), ({"标题": "路面"}, shapely.Point(121.3, 31.1))])
    done = exchange.import_file(blank, path, as_="tasks", constants={"kind": "隐患"}, actor=ME)
    assert done.added == 2
    assert column(blank, "task", "kind") == ["hazard", "hazard"]
    task = column(blank, "task", "uuid")[0]
    assert column(blank, "task_sketch", "task_uuid") == [task]
    line = tasks.line(blank, task)
    assert line is not None
    assert line.lon is not None
    assert shape.contains(shapely.Point(line.lon, line.lat or 0))


def test_coordinates_in_gcj02_and_in_one_column(blank: Workspace, sheet: Sheet) -> None:
    path = sheet("高德.csv", "标题,坐标", '甲,"121.4737,31.2304"', "乙,121.4737 31.2304", "丙,不明")
    done = exchange.import_file(blank, path, as_="tasks", crs="GCJ-02", actor=ME)
    assert (done.added, done.unplaced) == (3, 1)
    lines = [tasks.line(blank, uuid) for uuid in column(blank, "task", "uuid")]
    assert lines[0] is not None
    assert lines[0].lon == pytest.approx(121.4737 - 0.0045, abs=0.001)
    assert json.loads(column(blank, "task", "attrs")[2]) == {"坐标": "不明"}


def test_a_title_is_always_there(blank: Workspace, sheet: Sheet) -> None:
    long = "这是一段很长的问题描述，" * 6
    path = sheet("无题.csv", "问题描述,备用", f"{long},1", ",2")
    exchange.import_file(blank, path, as_="tasks", actor=ME)
    titles = column(blank, "task", "title")
    assert len(titles[0]) == 40
    assert titles[1] == "未命名任务"


def test_own_numbers_stay_and_others_run_on(blank: Workspace, sheet: Sheet) -> None:
    first = sheet(
        "一.csv", "任务编号,标题,上报时间", "20261120-A-0001,甲,2026-11-20", ",乙,2026-11-20", "20261120-A-0001,丙,"
    )
    exchange.import_file(blank, first, as_="tasks", actor=ME)
    numbers = column(blank, "task", "number")
    assert numbers[:2] == ["20261120-A-0001", "20261120-A-0002"]
    assert len(set(numbers)) == 3


def test_cancel_leaves_nothing_behind(blank: Workspace, sheet: Sheet) -> None:
    path = sheet("长.csv", "标题", *(f"任务 {i}" for i in range(45_000)))
    seen = []

    def stop(done: int, total: int, text: str) -> None:
        seen.append(done)
        if done >= 20_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        exchange.import_file(blank, path, as_="tasks", actor=ME, progress=stop)
    assert max(seen) == 20_000  # in the middle of the rows
    assert column(blank, "task", "uuid") == []
    assert history.labels(blank) == (None, None)
    assert workspace.verify(blank) == []


def test_a_mapping_that_does_not_fit_is_refused_before_anything(blank: Workspace, sheet: Sheet) -> None:
    path = sheet("表.csv", "甲,乙", "1,2")
    for mapping in ({"丙": "title"}, {"甲": "colour"}, {"甲": "title", "乙": "title"}):
        with pytest.raises(Refused):
            exchange.import_file(blank, path, as_="tasks", mapping=mapping, actor=ME)
    assert column(blank, "task", "uuid") == []


@pytest.mark.parametrize(
    ("column_", "value", "said"),
    [
        ("status", "foo", "reported"),
        ("reported_at", "后天吧", "2026-11-20"),
        ("supervised", "也许", "“是”或“否”"),
        ("lon", "121.5", "--map"),
        ("assignee", "查无此人", "查无此人"),
    ],
)
def test_a_value_for_every_row_that_cannot_be_is_refused_in_one_sentence(
    blank: Workspace, sheet: Sheet, column_: str, value: str, said: str
) -> None:
    path = sheet("热线.csv", "标题,内容", "甲,乙")
    with pytest.raises(Refused) as caught:
        exchange.import_file(blank, path, as_="tasks", constants={column_: value}, actor="me")
    assert said in str(caught.value)
    assert column_ in str(caught.value)
    assert column(blank, "task", "title") == []
    assert history.steps(blank) == []


def test_values_for_every_row_are_set(blank: Workspace, sheet: Sheet) -> None:
    given = {"status": "已结案", "reported_at": "2026-11-20 14:05", "supervised": "是"}
    exchange.import_file(blank, sheet("热线.csv", "标题", "甲"), as_="tasks", constants=given, actor="me")
    assert column(blank, "task", "status", "reported_at", "supervised") == [("closed", "2026-11-20T06:05:00.000Z", 1)]


def test_the_step_is_named_in_the_language_in_use(blank: Workspace, sheet: Sheet) -> None:
    exchange.import_file(blank, sheet("热线.csv", "标题", "甲"), as_="tasks", actor="me")
    assert history.labels(blank)[0] == "导入任务 热线.csv"
    words.use("en")
    assert history.labels(blank)[0] == "Import tasks from 热线.csv"
    assert words.said(history.steps(blank)[0].label) == "Import tasks from 热线.csv"


def test_an_import_that_did_nothing_leaves_no_backup(ws: Workspace, sheet: Sheet) -> None:
    path = sheet("热线.csv", "标题,工单编号", "甲,20261120001")
    done = exchange.import_file(ws, path, as_="tasks", actor=ME)
    assert workspace.backups(ws.path) == [done.backup]
    again = exchange.import_file(ws, path, as_="tasks", actor=ME)
    assert (again.added, again.skipped, again.backup) == (0, 1, None)

    with pytest.raises(Refused):
        exchange.import_file(
            ws, sheet("另.csv", "标题", "乙"), as_="tasks", constants={"assignee": "查无此人"}, actor=ME
        )
    assert workspace.backups(ws.path) == [done.backup]
