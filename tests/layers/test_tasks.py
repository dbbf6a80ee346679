"""A task from its drawing to its closing, alone and in bulk, through the front desk."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from layers import grids, history, people, places, tasks, tiles, workspace
from layers.domain import clock
from layers.domain.things import Party, TaskFilter
from layers.errors import Refused
from layers.workspace import Workspace
from tests.layers.conftest import NOW

ME = "dispatcher"


def middle(ws: Workspace) -> tuple[float, float]:
    node = next(n for n in grids.tree(ws, "four") if n.code.endswith("-W010"))
    west, south, east, north = node.bounds
    return (west + east) / 2, (south + north) / 2


def draw(ws: Workspace, **more: object) -> str:
    lon, lat = middle(ws)
    values: dict[str, object] = {"kind": "case", "title": "暴露垃圾", "actor": ME, "lon": lon, "lat": lat, **more}
    return tasks.draw(ws, **values).uuids("task")[0]  # type: ignore[arg-type]


def team(ws: Workspace) -> Party:
    return next(party for party in people.parties(ws) if party.name == "府城二组")


def photo(path: Path, exif: bytes | None = None) -> Path:
    picture = Image.new("RGB", (3000, 2000), (90, 120, 90))
    picture.save(path, **({"exif": exif} if exif else {}))
    return path


def test_a_drawn_task_knows_where_it_lies_and_who_answers(ws: Workspace) -> None:
    lon, lat = middle(ws)
    uuid = draw(ws, category=("GB/T 47678.5-2026", "matter", "06010"))
    line = tasks.line(ws, uuid)
    assert line is not None
    located = places.locate(ws, lon, lat)
    assert line.grid_code == located.chains["four"][0].code
    assert [len(node.code.split("-")) for node in located.chains["four"]] == [2, 2, 2, 1]
    assert located.chains["base"][0].code.startswith("310117004-J")
    suggestion = people.suggest(located, "06010")[0]
    assert suggestion.reason
    assert suggestion.party.name
    assert line.category_name == "暴露垃圾"
    assert line.number.endswith(f"-{ws.desk}-{int(line.number[-4:]):04d}")


def test_the_whole_way_with_a_rework(ws: Workspace, tmp_path: Path) -> None:
    uuid = draw(ws)
    picture = photo(tmp_path / "处置 后.jpg")
    assert tasks.advance(ws, [uuid], "file", actor=ME).rows
    assert tasks.advance(ws, [uuid], "dispatch", actor=ME, assignee=team(ws)).rows
    assert tasks.advance(ws, [uuid], "start", actor=ME).rows
    assert tasks.attach(ws, uuid, [picture], "after", ME).rows
    for step, reason in (("submit", ""), ("rework", "角落未清"), ("submit", ""), ("pass", ""), ("close", "")):
        changed = tasks.advance(ws, [uuid], step, actor=ME, reason=reason)
        assert changed.rows, changed.refused
    card = places.card(ws, "task", uuid)
    assert [entry.step for entry in card.lines] == [
        "report", "file", "dispatch", "start", "submit", "rework", "submit", "pass", "close",
    ]  # fmt: skip
    assert card.values["rework_n"] == 1
    assert card.values["closed_at"]
    assert card.photos[0].stage == "after"
    stored = tasks.photo(ws, card.photos[0].sha256)
    assert stored is not None
    with Image.open(io.BytesIO(stored)) as kept:
        assert max(kept.size) == 2048
    assert workspace.verify(ws) == []


def test_refusals_say_why_and_change_nothing(ws: Workspace) -> None:
    uuid = draw(ws)
    feed = workspace.counts(ws)
    for step, more, word in (
        ("close", {}, "结案"),
        ("refuse", {}, "理由"),
        ("file", {"post": "member"}, "网格员"),
    ):
        changed = tasks.advance(ws, [uuid], step, actor=ME, **more)  # type: ignore[arg-type]
        assert not changed
        assert word in changed.refused[0][1]
    tasks.advance(ws, [uuid], "file", actor=ME)
    assert "承办方" in tasks.advance(ws, [uuid], "dispatch", actor=ME).refused[0][1]
    assert workspace.counts(ws)["task_log"] == feed["task_log"] + 1


def test_bulk_does_what_fits_in_one_step_of_undo(ws: Workspace) -> None:
    filed = [line.uuid for line in tasks.table(ws, TaskFilter(statuses=("filed",), kinds=("case", "hotline")))]
    closed = [line.uuid for line in tasks.table(ws, TaskFilter(statuses=("closed",)))][:2]
    before = {line.uuid: line.assignee for line in tasks.table(ws, TaskFilter(statuses=("filed",)))}
    changed = tasks.advance(ws, filed + closed, "dispatch", actor=ME, assignee=team(ws))
    assert len(changed.uuids("task")) == len(filed) > 3
    assert [uuid for uuid, _ in changed.refused] == closed
    assert "已结案" in changed.refused[0][1] or "已办结" in changed.refused[0][1] or "已销项" in changed.refused[0][1]
    assert {tasks.line(ws, uuid).assignee for uuid in filed} == {"府城二组"}  # type: ignore[union-attr]
    history.undo(ws, ME)
    after = {line.uuid: line.assignee for line in tasks.table(ws, TaskFilter(statuses=("filed",)))}
    assert after == before
    assert places.card(ws, "task", filed[0]).lines[-1].step == "withdraw"


def test_returning_frees_the_task_for_another(ws: Workspace) -> None:
    uuid = draw(ws)
    tasks.advance(ws, [uuid], "file", actor=ME)
    tasks.advance(ws, [uuid], "dispatch", actor=ME, assignee=team(ws))
    due = places.card(ws, "task", uuid).values["due_at"]
    tasks.advance(ws, [uuid], "return", actor=ME, reason="非我辖区")
    card = places.card(ws, "task", uuid)
    assert (card.values["status"], card.values["assignee_uuid"], card.values["return_n"]) == ("filed", None, 1)
    tasks.advance(ws, [uuid], "dispatch", actor=ME, assignee=team(ws))
    assert places.card(ws, "task", uuid).values["due_at"] == due


def test_a_sketch_is_kept_with_the_task_and_goes_with_its_undo(ws: Workspace) -> None:
    lon, lat = middle(ws)
    area = {"type": "Polygon", "coordinates": [[[lon, lat], [lon + 1e-3, lat], [lon, lat + 1e-3], [lon, lat]]]}
    uuid = draw(ws, sketch=area)
    shape = places.card(ws, "task", uuid).geometry
    assert shape is not None
    assert [part["type"] for part in shape["geometries"]] == ["Point", "Polygon"]
    history.undo(ws, ME)
    assert workspace.counts(ws)["task_sketch"] == tasks_before(ws)
    history.redo(ws, ME)
    assert places.card(ws, "task", uuid).geometry == shape
    with pytest.raises(Refused):
        draw(ws, sketch={"type": "Polygon", "coordinates": []})


def tasks_before(ws: Workspace) -> int:
    from layers.demo import street

    return sum(len(task.get("sketches") or ()) for task in street()["tasks"])


def test_a_task_without_a_place_waits_in_the_tray_and_is_placed_later(ws: Workspace) -> None:
    uuid = tasks.draw(ws, kind="hotline", title="恒大星级公寓", actor=ME).uuids("task")[0]
    assert uuid in {line.uuid for line in tasks.table(ws, TaskFilter(tray=True))}
    tasks.move(ws, uuid, *middle(ws), ME)
    line = tasks.line(ws, uuid)
    assert line is not None
    assert line.grid_code
    history.undo(ws, ME)
    assert tasks.line(ws, uuid).grid_code == ""  # type: ignore[union-attr]


def test_a_task_with_history_is_not_deleted(ws: Workspace) -> None:
    uuid = draw(ws)
    tasks.delete(ws, uuid, ME)
    assert tasks.line(ws, uuid) is None
    history.undo(ws, ME)
    tasks.advance(ws, [uuid], "file", actor=ME)
    with pytest.raises(Refused, match="作废"):
        tasks.delete(ws, uuid, ME)


def test_only_pictures_are_attached_and_the_camera_is_believed(ws: Workspace, tmp_path: Path) -> None:
    uuid = draw(ws)
    exif = Image.Exif()
    exif[0x0132] = "2026:11:20 14:05:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 1.0, 12.0), 3: "E", 4: (121.0, 15.0, 0.0)})
    good = photo(tmp_path / "好.jpg", exif.tobytes())
    bad = tmp_path / "坏.jpg"
    bad.write_bytes(b"\xff\xd8\xff not a picture")
    changed = tasks.attach(ws, uuid, [good, bad, tmp_path / "没有.jpg"], "before", ME)
    assert len(changed.uuids("media")) == 1
    assert [Path(name).name for name, _ in changed.refused] == ["坏.jpg", "没有.jpg"]
    row = places.card(ws, "task", uuid).photos[0]
    assert row.taken_at == "2026-11-20T06:05:00.000Z"


def test_filters_narrow_and_counts_agree_with_the_table(street: Workspace) -> None:
    district = next(node for node in grids.tree(street, "four", NOW) if node.name == "府城")
    for chosen in (
        TaskFilter(),
        TaskFilter(grid=district.uuid),
        TaskFilter(kinds=("hotline",)),
        TaskFilter(text="垃圾"),
        TaskFilter(text="100% _'\""),
        TaskFilter(open_only=True, grid=district.uuid),
    ):
        lines = tasks.table(street, chosen, limit=1000, now=NOW)
        counts = tasks.counts(street, chosen, NOW)
        assert counts["all"] == len(lines)
        assert counts["overdue"] == len(tasks.table(street, replace(chosen, due="overdue"), limit=1000, now=NOW))
        assert counts["soon"] == len(tasks.table(street, replace(chosen, due="soon"), limit=1000, now=NOW))
        assert counts["tray"] == len(tasks.table(street, replace(chosen, tray=True), limit=1000, now=NOW))
    assert district.open_tasks == tasks.counts(street, TaskFilter(open_only=True, grid=district.uuid), NOW)["all"]


@pytest.mark.parametrize("sort", tasks.SORTS)
def test_every_sort_is_stable_and_turns_round(street: Workspace, sort: str) -> None:
    up = tasks.table(street, TaskFilter(), sort, limit=1000, now=NOW)
    pages = [line for i in range(0, 300, 70) for line in tasks.table(street, TaskFilter(), sort, False, 70, i, NOW)]
    assert pages == up
    down = tasks.table(street, TaskFilter(), sort, True, limit=1000, now=NOW)
    assert {line.uuid for line in down} == {line.uuid for line in up}
    if sort != "minutes_left":
        keys = [getattr(line, sort) for line in up]
        ranks = {"key": 0, "urgent": 1, "normal": 2}
        keys = [ranks[key] for key in keys] if sort == "priority" else keys
        assert keys == sorted(keys)


def test_lamps_follow_the_clock() -> None:
    start = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    due = clock.stamp(start + timedelta(hours=10))

    def lamp(hours: float, status: str = "handling", submitted: str | None = None) -> str:
        now = start + timedelta(hours=hours)
        return clock.remaining(status, clock.stamp(start), due, submitted, now).lamp

    assert [lamp(h) for h in (0, 7.9, 8, 9.99, 10.01)] == ["green", "green", "amber", "amber", "red"]
    assert lamp(20, "suspended") == "none"
    assert lamp(20, "closed", clock.stamp(start + timedelta(hours=11))) == "red"
    assert lamp(20, "closed", clock.stamp(start + timedelta(hours=9))) == "none"


def test_pins_carry_what_the_map_draws(street: Workspace) -> None:
    import json

    found = json.loads(tiles.pins(street, TaskFilter(), None, NOW))
    assert found["complete"]
    assert len(found["features"]) == 300 - tasks.counts(street, TaskFilter(tray=True), NOW)["all"]
    assert {feature["properties"]["lamp"] for feature in found["features"]} == {"none", "amber", "red"}
    box = next(node.bounds for node in grids.tree(street, "four", NOW) if node.name == "府城")
    assert 0 < len(json.loads(tiles.pins(street, TaskFilter(), box, NOW))["features"]) < 300


def test_undoing_a_drawing_and_doing_it_again_keeps_its_number_and_place(ws: Workspace) -> None:
    uuid = draw(ws)
    before = tasks.line(ws, uuid)
    history.undo(ws, ME)
    assert tasks.line(ws, uuid) is None
    history.redo(ws, ME)
    assert tasks.line(ws, uuid) == before
    node = next(n for n in grids.tree(ws, "four") if n.code == before.grid_code)  # type: ignore[union-attr]
    assert node.open_tasks >= 1


def at_work(ws: Workspace, **more: object) -> str:
    uuid = draw(ws, now=NOW, **more)
    for step in ("file", "dispatch", "start"):
        assert tasks.advance(ws, [uuid], step, actor=ME, assignee=team(ws) if step == "dispatch" else None, now=NOW)
    return uuid


def due(ws: Workspace, uuid: str) -> datetime:
    return clock.instant(places.card(ws, "task", uuid).values["due_at"])


def test_a_suspension_moves_the_limit_by_as_long_as_it_stood(ws: Workspace) -> None:
    uuid = at_work(ws)
    before = due(ws, uuid)
    tasks.advance(ws, [uuid], "suspend", actor=ME, reason="等待施工许可", now=NOW + timedelta(hours=1))
    assert tasks.line(ws, uuid, NOW + timedelta(days=30)).lamp == "none"  # type: ignore[union-attr]
    tasks.advance(ws, [uuid], "resume", actor=ME, now=NOW + timedelta(hours=11))
    assert due(ws, uuid) == before + timedelta(hours=10)
    history.undo(ws, ME)
    assert due(ws, uuid) == before
    history.redo(ws, ME)
    assert due(ws, uuid) == before + timedelta(hours=10)
    assert workspace.verify(ws) == []


def test_an_extension_adds_the_original_limit_twice_at_most(ws: Workspace) -> None:
    uuid = at_work(ws, priority="urgent")
    first = due(ws, uuid)
    limit = first - NOW
    for n in (1, 2):
        assert tasks.advance(ws, [uuid], "extend", actor=ME, reason="工程量大", now=NOW + timedelta(minutes=n))
        assert abs(due(ws, uuid) - first - n * limit) < timedelta(seconds=1)
    assert (
        "2" in tasks.advance(ws, [uuid], "extend", actor=ME, reason="再延", now=NOW + timedelta(hours=1)).refused[0][1]
    )
    late = at_work(ws, priority="urgent")
    why = tasks.advance(ws, [late], "extend", actor=ME, reason="晚了", now=NOW + timedelta(hours=5)).refused[0][1]
    assert "超期" in why


def test_a_patrol_is_given_to_somebody_walked_or_missed(ws: Workspace) -> None:
    for step, reason, word in (("walk", "", "已巡查"), ("miss", "大雨", "漏巡")):
        uuid = draw(ws, kind="patrol")
        assert [rule.step for rule in tasks.steps(ws, uuid, ME)] == ["dispatch"]
        tasks.advance(ws, [uuid], "dispatch", actor=ME, assignee=team(ws))
        assert tasks.advance(ws, [uuid], step, actor=ME, reason=reason).rows
        line = tasks.line(ws, uuid)
        assert line is not None
        assert tasks.status_label(line.status, line.kind) == word


def test_a_task_that_was_worked_on_does_not_block_older_undos(ws: Workspace) -> None:
    older = draw(ws)
    worked = draw(ws)
    tasks.advance(ws, [worked], "file", actor=ME)
    history.undo(ws, ME)
    with pytest.raises(Refused, match="作废"):
        history.undo(ws, ME)
    assert tasks.line(ws, worked) is not None
    history.undo(ws, ME)
    assert tasks.line(ws, older) is None


def test_what_was_done_is_said_in_the_language_in_use(ws: Workspace) -> None:
    from layers import words

    uuid = draw(ws)
    tasks.advance(ws, [uuid], "file", actor=ME)
    number = tasks.line(ws, uuid).number  # type: ignore[union-attr]
    assert history.labels(ws)[0] == f"立案 {number}"
    words.use("en")
    try:
        assert history.labels(ws)[0] == f"File {number}"
        assert history.steps(ws, 1)[0].label == f"File {number}"
    finally:
        words.use("zh")


def test_only_pins_that_are_shown_are_picked(street: Workspace) -> None:
    line = next(one for one in tasks.table(street, TaskFilter(statuses=("closed",)), now=NOW) if one.lon)
    assert line.lon is not None
    assert line.lat is not None
    hit = places.pick(street, line.lon, line.lat, 19, "four", {"task"})
    assert hit is not None
    assert places.pick(street, line.lon, line.lat, 19, "four", {"task"}, TaskFilter(text="没有这样的任务")) is None


def test_many_are_edited_as_one_step(ws: Workspace) -> None:
    uuids = [draw(ws) for _ in range(3)]
    changes = tasks.edit_many(ws, [*uuids, "gone"], {"priority": "urgent"}, ME)
    assert [uuid for uuid, _why in changes.refused] == ["gone"]
    priorities = lambda: {tasks.line(ws, uuid).priority for uuid in uuids}  # type: ignore[union-attr]  # noqa: E731
    assert priorities() == {"urgent"}
    assert history.labels(ws)[0] == "修改 3 件任务"
    history.undo(ws, ME)
    assert priorities() == {"normal"}
    with pytest.raises(Refused):
        tasks.edit_many(ws, ["gone"], {"priority": "urgent"}, ME)
