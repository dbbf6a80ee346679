"""Undo and redo: the same row back, as a new version; refused when somebody moved it on; alive after a restart."""

import re
import zlib
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.errors import Moved, Refused
from layers.store import bulk, journal, rows, undo
from layers.store.connection import connect
from layers.store.geopackage import Store
from layers.store.journal import chain
from layers.store.verifying import faults
from tests.layers.store.conftest import new_task, step


def back(store: Store) -> None:
    with store.step("撤销", "dispatcher", journal=False) as writing:
        undo.undo(writing)


def again(store: Store) -> None:
    with store.step("重做", "dispatcher", journal=False) as writing:
        undo.redo(writing)


def facts(store: Store, table: str, uuid: str) -> dict[str, object] | None:
    row = rows.raw(store.read(), table, uuid)
    return None if row is None else {k: v for k, v in row.items() if k not in ("fid", "ver") and "last_" not in k}


def test_a_step_is_withdrawn_and_taken_again(store: Store, task: str) -> None:
    step(store, task, "filed", "file")
    filed = facts(store, "task", task)
    step(store, task, "dispatched", "dispatch", assignee_kind="team", assignee_uuid="x")
    dispatched = facts(store, "task", task)
    back(store)
    assert facts(store, "task", task) == filed
    again(store)
    now = facts(store, "task", task)
    assert now is not None
    assert dispatched is not None
    # It is a step of its own, taken now: only its instant differs.
    assert {**now, "dispatched_at": 0} == {**dispatched, "dispatched_at": 0}
    log = [(r["step"], r["to_status"]) for r in store.read().execute("SELECT * FROM task_log ORDER BY seq")]
    assert log == [
        ("report", "reported"), ("file", "filed"), ("dispatch", "dispatched"), ("withdraw", "filed"),
        ("dispatch", "dispatched"),
    ]  # fmt: skip
    assert faults(store.read()) == []


def test_redo_does_not_count_twice(store: Store, task: str) -> None:
    for status, name in (("filed", "file"), ("dispatched", "dispatch"), ("handling", "start"), ("submitted", "submit")):
        step(store, task, status, name, assignee_uuid="x")
    step(store, task, "handling", "rework", "没有清干净")
    back(store)
    assert rows.raw(store.read(), "task", task)["rework_n"] == 0  # type: ignore[index]
    again(store)
    row = rows.raw(store.read(), "task", task)
    assert row is not None
    assert (row["rework_n"], row["last_reason"]) == (1, "没有清干净")


def test_undo_survives_a_restart(path: Path) -> None:
    first = Store(path)
    uuid = new_task(first)
    step(first, uuid, "filed", "file")
    first.close()
    second = Store(path)
    back(second)
    assert rows.raw(second.read(), "task", uuid)["status"] == "reported"  # type: ignore[index]
    second.close()
    third = Store(path)
    again(third)
    assert rows.raw(third.read(), "task", uuid)["status"] == "filed"  # type: ignore[index]
    third.close()


def test_what_somebody_else_changed_is_not_undone(store: Store, task: str) -> None:
    step(store, task, "filed", "file")
    other = connect(store.path)
    other.execute("UPDATE task SET title='QGIS 改的' WHERE uuid=?", (task,))
    other.close()
    before = rows.raw(store.read(), "task", task)
    with pytest.raises(Moved):
        back(store)
    assert rows.raw(store.read(), "task", task) == before


def test_a_new_step_buries_what_was_undone(store: Store, task: str) -> None:
    step(store, task, "filed", "file")
    back(store)
    step(store, task, "verified", "verify")
    with pytest.raises(Refused):
        again(store)
    assert rows.raw(store.read(), "task", task)["status"] == "verified"  # type: ignore[index]


def test_nothing_to_undo_is_said(store: Store) -> None:
    with pytest.raises(Refused):
        back(store)


def test_versions_rise_through_undo_and_redo_of_a_deletion(store: Store) -> None:
    with store.step("新建", "x") as writing:
        uuid = writing.insert("place", {"name": "方塔园", "geom": shapely.box(0, 0, 1, 1)})
    with store.step("删除", "x") as writing:
        writing.delete("place", uuid)
    seen = [1]
    for turn in (back, again, back, back, again):
        turn(store)
        row = rows.raw(store.read(), "place", uuid)
        if row:
            seen.append(row["ver"])
    assert seen == sorted(seen)
    assert len(set(seen)) == len(seen)
    tree = store.read().execute("SELECT count(*) FROM rtree_place_geom").fetchone()[0]
    assert tree == rows.count(store.read(), "place")


def test_an_import_is_one_batch_and_goes_as_one(store: Store) -> None:
    with store.step("导入", "x") as writing:
        names = [(f"{i:08d}-0000-4000-8000-000000000000", f"小区{i}") for i in range(500)]
        assert bulk.insert(writing, "place", ("uuid", "name"), names) == 500
    assert store.read().execute("SELECT op, count(*) FROM gewu_feed").fetchone()[:] == ("batch", 1)
    back(store)
    assert rows.count(store.read(), "place") == 0


def test_an_import_that_was_worked_on_stays(store: Store) -> None:
    with store.step("导入", "x") as writing:
        bulk.insert(writing, "place", ("uuid", "name"), [("00000000-0000-4000-8000-000000000001", "a")])
    with store.step("改名", "x") as writing:
        writing.update("place", "00000000-0000-4000-8000-000000000001", {"name": "b"})
    back(store)
    with pytest.raises(Moved):
        back(store)
    assert rows.count(store.read(), "place") == 1


def test_imported_tasks_have_their_record_and_the_rules_are_back(store: Store) -> None:
    with store.step("导入", "x") as writing:
        bulk.insert(
            writing,
            "task",
            ("uuid", "title", "status", "placed"),
            [("00000000-0000-4000-8000-000000000001", "旧案", "closed", "none")],
        )
    log = store.read().execute("SELECT step, to_status, hash FROM task_log").fetchall()
    assert [tuple(line)[:2] for line in log] == [("imported", "closed")]
    assert log[0]["hash"]
    assert faults(store.read()) == []
    with pytest.raises(Refused), store.step("x", "x") as writing:
        writing.update("task", "00000000-0000-4000-8000-000000000001", {"status": "filed", "last_step": "file"})
    back(store)
    assert store.read().execute("SELECT count(*) FROM task_log").fetchone()[0] == 0


def test_a_failed_block_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.step("x", "x") as writing:
            writing.insert("place", {"name": "x"})
            bulk.insert(writing, "facility", ("uuid", "name"), [("u" * 36, "x")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert rows.count(store.read(), "place") == rows.count(store.read(), "facility") == 0
    assert store.read().execute("SELECT count(*) FROM gewu_feed").fetchone()[0] == 0


def test_a_broken_chain_is_found(store: Store, task: str) -> None:
    step(store, task, "filed", "file")
    assert faults(store.read()) == []
    other = connect(store.path)
    other.execute("DROP TRIGGER gewu_task_log_kept")
    other.execute("UPDATE task_log SET reason='改过' WHERE seq=1")
    other.close()
    assert [fault[0] for fault in faults(store.read())] == ["chain"]


def test_a_step_taken_in_qgis_is_chained_with_our_next_one(store: Store, task: str) -> None:
    other = connect(store.path)
    other.execute("UPDATE task SET status='filed', last_step='file', last_by='qgis' WHERE uuid=?", (task,))
    other.close()
    assert faults(store.read()) == []
    step(store, task, "dispatched", "dispatch", assignee_uuid="x")
    hashes = [r["hash"] for r in store.read().execute("SELECT hash FROM task_log ORDER BY seq")]
    assert len(hashes) == len(set(hashes)) == 3
    assert None not in hashes
    assert faults(store.read()) == []
    chain(store.read())


def test_steps_of_others_on_many_tasks_are_all_chained_at_once(store: Store, task: str) -> None:
    tasks = [task, *(new_task(store, number=str(i)) for i in range(3))]
    other = connect(store.path)
    for status, name in (("verified", "verify"), ("filed", "file")):
        for uuid in tasks:
            other.execute("UPDATE task SET status=?, last_step=?, last_by='qgis' WHERE uuid=?", (status, name, uuid))
    other.close()
    count = "SELECT count(*) FROM task_log WHERE hash IS NULL"
    assert store.read().execute(count).fetchone()[0] == 8
    new_task(store, number="9")
    assert store.read().execute(count).fetchone()[0] == 0
    assert faults(store.read()) == []


def test_entries_of_the_record_get_rising_uuids(store: Store, task: str) -> None:
    step(store, task, "verified", "verify")
    step(store, task, "filed", "file")
    uuids = [row[0] for row in store.read().execute("SELECT uuid FROM task_log ORDER BY fid")]
    # By the millisecond: two steps of one task within the same one share all but their random end.
    written = [uuid[:13] for uuid in uuids]
    assert written == sorted(written)
    assert all(re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", u) for u in uuids)


def test_the_newest_steps_are_kept_and_the_oldest_go(store: Store, task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEEP", 7)
    monkeypatch.setattr(journal, "ARMFUL", 3)
    for i in range(20):
        with store.step(f"{i}", "x") as writing:
            writing.update("task", task, {"title": f"{i}"})
    labels = [row[0] for row in store.read().execute("SELECT label FROM gewu_journal ORDER BY id DESC")]
    assert labels[:7] == [str(i) for i in range(19, 12, -1)]
    assert len(labels) < 7 + 3


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("iud"), st.integers(0, 3), st.text(max_size=5)), min_size=1, max_size=12))
def test_any_series_of_edits_is_undone_to_the_beginning_and_redone_to_the_end(
    store: Store, edits: list[tuple[str, int, str]]
) -> None:
    uuids = [f"0000000{i}-0000-4000-8000-{zlib.crc32(str(edits).encode()):012d}" for i in range(4)]
    start = len(undo.steps(store.read(), 1000))
    states = [[facts(store, "place", uuid) for uuid in uuids]]
    for op, i, text in edits:
        there = facts(store, "place", uuids[i]) is not None
        with store.step(op, "x") as writing:
            if op == "i" and not there:
                writing.insert("place", {"uuid": uuids[i], "name": text, "geom": shapely.box(i, 0, i + 1, 1)})
            elif op == "u" and there:
                writing.update("place", uuids[i], {"name": text + "!"})
            elif op == "d" and there:
                writing.delete("place", uuids[i])
        if writing.deltas:
            states.append([facts(store, "place", uuid) for uuid in uuids])
    assert len(undo.steps(store.read(), 1000)) - start == len(states) - 1
    for state in reversed(states[:-1]):
        back(store)
        assert [facts(store, "place", uuid) for uuid in uuids] == state
    for state in states[1:]:
        again(store)
        assert [facts(store, "place", uuid) for uuid in uuids] == state
