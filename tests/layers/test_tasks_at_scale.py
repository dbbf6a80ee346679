"""Tasks in numbers: pages, counts, running numbers, and that what grows is read through an index."""

import pytest

from layers import tasks
from layers.domain import flow
from layers.domain.things import TaskFilter
from layers.errors import Refused
from layers.store import queries_tasks
from layers.store.connection import connect
from layers.workspace import Workspace
from tests.layers.conftest import NOW

FILTERS = (TaskFilter(), TaskFilter(open_only=True), TaskFilter(text="路"), TaskFilter(tray=True))
EMPTY = ({"title": ""}, {"title": None}, {"title": "  "}, {"priority": None}, {"priority": ""})


def test_numbers_go_on_after_the_ten_thousandth_and_past_what_people_typed(ws: Workspace) -> None:
    first = tasks.draw(ws, kind="case", title="一", actor="dispatcher", now=NOW).uuids("task")[0]
    for number in ("20261120-A-9999", "20261120-A-10000", "20261120-A-1x", "20261120-A-", "20261120-A-" + "9" * 40):
        with ws.store.step("x", "x") as writing:
            writing.insert("task", {"title": "x", "number": number, "placed": "none"})
    row = ws.store.read().execute("SELECT number FROM task WHERE uuid=?", (first,)).fetchone()
    assert row[0].startswith("20261120-A-0")
    for expected in ("20261120-A-10001", "20261120-A-10002"):
        uuid = tasks.draw(ws, kind="case", title="下一件", actor="dispatcher", now=NOW).uuids("task")[0]
        assert ws.store.read().execute("SELECT number FROM task WHERE uuid=?", (uuid,)).fetchone()[0] == expected


@pytest.mark.parametrize("sort", tasks.SORTS)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("filter", FILTERS)
def test_pages_are_the_whole_in_pieces(street: Workspace, sort: str, descending: bool, filter: TaskFilter) -> None:
    whole = tasks.table(street, filter, sort, descending, now=NOW)
    pages = [line for at in range(0, 500, 37) for line in tasks.table(street, filter, sort, descending, 37, at, NOW)]
    assert [line.uuid for line in pages] == [line.uuid for line in whole]
    counted = tasks.counts(street, filter, now=NOW)
    assert counted["all"] == len(whole)
    assert counted["overdue"] == sum(line.lamp == "red" and line.status in flow.CLOCK_RUNS for line in whole)
    assert counted["soon"] == sum(line.lamp == "amber" for line in whole)
    assert counted["tray"] == sum(line.lon is None for line in whole)


def test_the_table_and_the_record_are_read_through_their_indexes(street: Workspace) -> None:
    db = street.store.read()

    def plan(sql: str) -> str:
        return " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))

    asked: list[str] = []
    watched = connect(street.path, read_only=True)
    watched.set_trace_callback(asked.append)
    queries_tasks.page(watched, TaskFilter(open_only=True), "2026-11-20", "minutes_left", False, 500, 0)
    queries_tasks.counts(watched, TaskFilter(), "2026-11-20")
    watched.close()
    assert "SCAN t USING INDEX ix_task__left" in plan(asked[0])
    assert all("SCAN t " not in plan(sql).replace("USING COVERING INDEX", "") or "INDEX" in plan(sql) for sql in asked)
    # Read from its end, entry by entry, until one is chained.
    assert plan("SELECT * FROM task_log ORDER BY fid DESC") == "SCAN task_log"


@pytest.mark.parametrize("values", EMPTY)
def test_what_must_be_filled_in_cannot_be_emptied(ws: Workspace, values: dict[str, str | None]) -> None:
    uuid = tasks.draw(ws, kind="case", title="一", actor="dispatcher", now=NOW).uuids("task")[0]
    with pytest.raises(Refused):
        tasks.edit(ws, uuid, values, "dispatcher")
