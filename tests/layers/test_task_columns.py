"""What the headings of the task table narrow by, each compared with the lines themselves."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from layers import task_columns, tasks, words
from layers.domain import clock
from layers.domain.things import ColumnFilter, TaskFilter, TaskLine
from layers.workspace import Workspace
from tests.layers.conftest import NOW

ALL = TaskFilter()
OF_LINE: dict[str, Callable[[TaskLine], str]] = {
    "category": lambda line: line.category_name,
    "kind": lambda line: line.kind,
    "assignee": lambda line: line.assignee,
    "status": lambda line: line.status,
    "left": lambda line: line.lamp,
    "priority": lambda line: line.priority,
    "grid": lambda line: line.grid_code,
}


def lines(ws: Workspace, *columns: ColumnFilter, filter: TaskFilter = ALL) -> list[TaskLine]:
    return tasks.table(ws, replace(filter, columns=columns), limit=1000, now=NOW)


@pytest.mark.parametrize("column", OF_LINE)
def test_a_heading_offers_every_value_with_its_count_and_narrows_to_it(ws: Workspace, column: str) -> None:
    found = Counter(OF_LINE[column](line) for line in lines(ws))
    offered = task_columns.values(ws, ALL, column, now=NOW)
    assert {one.value: one.count for one in offered} == dict(found)
    chosen = [one.value for one in offered][:2]
    narrowed = lines(ws, ColumnFilter(column, values=tuple(chosen)))
    assert Counter(OF_LINE[column](line) for line in narrowed) == {one: found[one] for one in chosen}
    assert tasks.counts(ws, TaskFilter(columns=(ColumnFilter(column, values=tuple(chosen)),)), NOW)["all"] == len(
        narrowed
    )


def test_where_a_task_came_to_lie_is_a_choice_too(ws: Workspace) -> None:
    offered = {one.value: one for one in task_columns.values(ws, ALL, "location", now=NOW)}
    assert offered["none"].count == tasks.counts(ws, ALL, NOW)["tray"]
    assert offered["none"].words == "待落图"
    assert all(line.lon is None for line in lines(ws, ColumnFilter("location", values=("none",))))


def test_a_choice_counts_what_the_other_headings_let_through_and_stays_offered(ws: Workspace) -> None:
    kind = ColumnFilter("kind", values=("hazard",))
    hazards = TaskFilter(columns=(kind, ColumnFilter("status", values=("filed",))))
    offered = task_columns.values(ws, hazards, "status", now=NOW)
    assert sum(one.count for one in offered) == len(lines(ws, kind))
    assert len(offered) > 1
    kept = task_columns.values(ws, TaskFilter(text="不可能有的词"), "status", keep=("filed",), now=NOW)
    assert [(one.value, one.words, one.count) for one in kept] == [("filed", "待派遣", 0)]


def test_words_narrow_the_offer_and_are_taken_literally(ws: Workspace) -> None:
    found = task_columns.values(ws, ALL, "category", "垃圾", now=NOW)
    assert found
    assert all("垃圾" in one.words for one in found)
    assert task_columns.values(ws, ALL, "category", "%", now=NOW) == []
    assert [one.words for one in task_columns.values(ws, ALL, "status", "核查", now=NOW)] == ["待核查"]


def test_a_grid_is_found_by_its_name_and_words_whatever_their_case(ws: Workspace) -> None:
    found = task_columns.values(ws, ALL, "grid", "方塔", now=NOW)
    assert found
    assert all("方塔" in one.words for one in found)
    words.use("en")
    try:
        assert [one.value for one in task_columns.values(ws, ALL, "status", "handling", now=NOW)] == ["handling"]
    finally:
        words.use("zh")


def test_all_words_must_stand_in_the_text_of_a_column(ws: Workspace) -> None:
    found = lines(ws, ColumnFilter("where", text="中山 W016"))
    assert found
    assert all("中山" in f"{line.address} {line.grid_name}" and "W016" in line.grid_code for line in found)
    number = lines(ws)[0].number
    assert [line.number for line in lines(ws, ColumnFilter("number", text=number))] == [number]
    assert lines(ws, ColumnFilter("title", text="_")) == []


def test_days_are_those_of_the_workspaces_zone_both_ends_in(ws: Workspace) -> None:
    everything = lines(ws)
    day = clock.local(everything[0].reported_at, ws.zone)[:10]
    wanted = task_columns.between("reported", date.fromisoformat(day), date.fromisoformat(day), ws.zone)
    assert wanted is not None
    found = {line.uuid for line in lines(ws, wanted)}
    assert found == {line.uuid for line in everything if clock.local(line.reported_at, ws.zone)[:10] == day}
    assert found
    assert task_columns.days(wanted, ws.zone) == (date.fromisoformat(day), date.fromisoformat(day))
    open_end = task_columns.between("reported", date.fromisoformat(day), None, ws.zone)
    assert open_end is not None
    assert open_end.until == ""
    assert task_columns.days(open_end, ws.zone) == (date.fromisoformat(day), None)
    assert task_columns.between("due", None, None, ws.zone) is None


def test_every_column_has_one_way(ws: Workspace) -> None:
    assert set(task_columns.WAYS.values()) == {"values", "text", "days"}
    with pytest.raises(KeyError):
        task_columns.values(ws, ALL, "number")
