"""Undo between other programs' edits, and what a thing's place leaves behind when it is taken back."""

import pytest
import shapely

from layers import grids, history, placing, tasks
from layers.errors import Moved
from layers.store import bulk, queries_grids, rows
from layers.store.blob import encode
from layers.store.connection import connect
from layers.workspace import Workspace

ACTOR = "dispatcher"


def in_qgis(ws: Workspace, sql: str, *args: object) -> None:
    other = connect(ws.path)
    other.execute(sql, args)
    other.close()


def drawn(ws: Workspace) -> str:
    return tasks.draw(ws, kind="case", title="垃圾", lon=121.24, lat=31.03, actor=ACTOR).uuids("task")[0]


def value(ws: Workspace, uuid: str, column: str) -> object:
    row = rows.raw(ws.store.read(), "task", uuid)
    assert row is not None
    return row[column]


def test_a_step_is_not_undone_over_what_qgis_wrote_before_a_later_step_of_ours(ws: Workspace) -> None:
    uuid = drawn(ws)
    tasks.edit(ws, uuid, {"title": "我改的"}, ACTOR)
    in_qgis(ws, "UPDATE task SET title='QGIS 改的' WHERE uuid=?", uuid)
    tasks.edit(ws, uuid, {"address": "中山东路"}, ACTOR)
    history.undo(ws, ACTOR)
    with pytest.raises(Moved):
        history.undo(ws, ACTOR)
    assert value(ws, uuid, "title") == "QGIS 改的"


def test_what_was_drawn_is_not_taken_away_with_what_qgis_wrote_on_it(ws: Workspace) -> None:
    uuid = drawn(ws)
    in_qgis(ws, "UPDATE task SET description='QGIS 写的' WHERE uuid=?", uuid)
    tasks.edit(ws, uuid, {"address": "中山东路"}, ACTOR)
    history.undo(ws, ACTOR)
    with pytest.raises(Moved):
        history.undo(ws, ACTOR)
    assert value(ws, uuid, "description") == "QGIS 写的"


def test_a_step_is_not_redone_over_what_qgis_wrote(ws: Workspace) -> None:
    uuid = drawn(ws)
    tasks.edit(ws, uuid, {"title": "一"}, ACTOR)
    tasks.edit(ws, uuid, {"address": "二"}, ACTOR)
    history.undo(ws, ACTOR)
    history.undo(ws, ACTOR)
    in_qgis(ws, "UPDATE task SET title='QGIS 改的' WHERE uuid=?", uuid)
    with pytest.raises(Moved):
        history.redo(ws, ACTOR)
    assert value(ws, uuid, "title") == "QGIS 改的"


def test_columns_that_the_step_did_not_touch_may_have_changed(ws: Workspace) -> None:
    uuid = drawn(ws)
    tasks.edit(ws, uuid, {"title": "我改的"}, ACTOR)
    in_qgis(ws, "UPDATE task SET description='QGIS 写的' WHERE uuid=?", uuid)
    tasks.edit(ws, uuid, {"address": "中山东路"}, ACTOR)
    history.undo(ws, ACTOR)
    history.undo(ws, ACTOR)
    assert (value(ws, uuid, "title"), value(ws, uuid, "description")) == ("垃圾", "QGIS 写的")


def test_a_task_back_in_the_tray_lies_in_no_grid(ws: Workspace) -> None:
    uuid = tasks.draw(ws, kind="case", title="没有地点", actor=ACTOR).uuids("task")[0]
    tasks.move(ws, uuid, 121.24, 31.03, ACTOR)
    assert queries_grids.placements(ws.store.read(), uuid)
    history.undo(ws, ACTOR)
    assert value(ws, uuid, "geom") is None
    assert queries_grids.placements(ws.store.read(), uuid) == []
    history.redo(ws, ACTOR)
    assert len(queries_grids.placements(ws.store.read(), uuid)) == 2


def import_system(ws: Workspace) -> None:
    area = shapely.MultiPolygon([shapely.box(121.0, 30.9, 121.5, 31.2)])
    with ws.store.step("导入", ACTOR) as writing:
        writing.insert("grid_system", {"code": "party", "name": "党建网格", "kind": "party"})
        writing.insert("grid_tier", {"system": "party", "tier": 1, "name": "片区"})
        values = [("00000000-0000-4000-8000-0000000000aa", "party", 1, "P1", encode(area))]
        bulk.insert(writing, "grid", ("uuid", "system", "tier", "code", "geom"), values)
        for table in placing.PLACED:
            placing.place(writing, table)


def placed(ws: Workspace, system: str) -> dict[str, int]:
    found = ws.store.read().execute(
        "SELECT owner_table, count(DISTINCT owner_uuid) FROM placement WHERE system=? GROUP BY 1", (system,)
    )
    return {row[0]: row[1] for row in found}


def test_a_system_that_comes_later_knows_the_tasks_there_are_and_goes_without_a_trace(ws: Workspace) -> None:
    before = {system.code: placed(ws, system.code) for system in grids.systems(ws)}
    import_system(ws)
    on_map = rows.count(ws.store.read(), "task", "geom IS NOT NULL")
    assert placed(ws, "party")["task"] == on_map > 200
    assert sum(node.open_tasks for node in grids.tree(ws, "party")) > 100
    history.undo(ws, ACTOR)
    assert placed(ws, "party") == {}
    assert {system.code: placed(ws, system.code) for system in grids.systems(ws)} == before
