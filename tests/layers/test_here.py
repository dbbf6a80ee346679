"""What is at a place, and the tip of what is pointed at."""

import pytest

from layers import here, people, places, tasks
from layers.domain.things import TaskFilter
from layers.gis import crs
from layers.workspace import Workspace

EVERYTHING = {"task", "facility", "road_section", "place", "grid"}


def placed(ws: Workspace) -> tasks.TaskLine:
    return next(line for line in tasks.table(ws, TaskFilter(open_only=True), sort="number") if line.lon is not None)


def test_a_place_knows_its_grids_in_every_system_and_who_answers(street: Workspace):
    line = placed(street)
    found = here.what_is_here(street, line.lon, line.lat)
    assert list(found.located.chains) == ["four", "base"]
    assert [node.tier for node in found.located.chains["four"]] == [4, 3, 2, 1]
    assert found.systems == {"four": "四级网格", "base": "责任网格（265）"}
    assert any(duty.role == "full_time" for duty in found.located.duties)


def test_what_is_near_comes_with_its_metres_the_nearest_first(street: Workspace):
    line = placed(street)
    found = here.what_is_here(street, line.lon, line.lat, 120)
    assert found.tasks[0].hit.uuid == line.uuid
    assert (found.tasks[0].metres, found.tasks[0].status, found.tasks[0].lamp) == (0, line.status, line.lamp)
    for near in (found.tasks, found.facilities):
        metres = [one.metres for one in near]
        assert metres == sorted(metres)
        assert all(0 <= one <= 120 for one in metres)
    for near in found.facilities:
        x, y = places.card(street, "facility", near.hit.uuid).geometry["coordinates"]
        assert near.metres == pytest.approx(float(crs.distance_m(line.lon, line.lat, [x], [y])[0]))


def test_a_crowd_is_listed_in_part_and_counted_whole(street: Workspace):
    found = here.what_is_here(street, 121.26, 31.025, 800)
    assert len(found.facilities) == here.LISTED
    assert found.more_facilities > 0


def test_closed_tasks_are_not_here(ws: Workspace):
    line = placed(ws)
    second = next(one for one in people.parties(ws) if one.name == "府城二组")
    made = tasks.draw(ws, kind="case", title="即办", actor="dispatcher", lon=line.lon, lat=line.lat).uuids("task")
    for step in ("file", "dispatch", "start", "submit", "pass", "close"):
        assert made[0] in {near.hit.uuid for near in here.what_is_here(ws, line.lon, line.lat).tasks}
        tasks.advance(ws, made, step, actor="dispatcher", assignee=second)
    assert made[0] not in {near.hit.uuid for near in here.what_is_here(ws, line.lon, line.lat).tasks}


def test_far_away_there_is_nothing_and_nobody(street: Workspace):
    found = here.what_is_here(street, -60.0, -89.9)
    assert (found.located.chains, found.located.duties, found.tasks, found.facilities) == ({}, (), (), ())


def test_the_tip_of_a_task_says_number_status_and_what_is_left(street: Workspace):
    line = next(one for one in tasks.table(street, TaskFilter(due="overdue"), sort="number") if one.lon is not None)
    tip = here.tip(street, line.lon, line.lat, 19, "four", EVERYTHING, TaskFilter())
    assert tip is not None
    assert tip.hit.uuid == line.uuid
    assert tip.lines[0] == line.number
    assert tip.lines[-1] == tasks.status_label(line.status, line.kind)
    assert (tip.status, tip.lamp) == (line.status, "red")
    assert tip.minutes is not None
    assert tip.minutes < 0


def test_the_tip_of_a_facility_says_its_code_and_its_class(street: Workspace):
    found = here.what_is_here(street, 121.26, 31.025, 800).facilities[0].hit
    card = places.card(street, "facility", found.uuid)
    x, y = card.geometry["coordinates"]
    tip = here.tip(street, x, y, 20, "four", {"facility"}, TaskFilter())
    assert tip is not None
    assert (tip.hit.table, tip.status) == ("facility", "")
    assert len(tip.lines) == 2


def test_where_nothing_is_drawn_there_is_no_tip(street: Workspace):
    assert here.tip(street, 0.0, 0.0, 15, "four", EVERYTHING, TaskFilter()) is None
