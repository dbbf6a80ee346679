"""Themed boards: what comes with a workspace; saving, changing and deleting with undo; hostile rows are left out."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import boards, history, tasks, workspace
from layers.boards import Board
from layers.domain import flow, symbols
from layers.domain.classes import METHODS
from layers.domain.things import ColumnFilter, TaskFilter
from layers.errors import Moved, Refused
from layers.indicators import INDICATORS, Wish
from layers.words import said
from layers.workspace import Workspace

MINE = Board(
    "防汛一张图",
    ("task", "road"),
    TaskFilter(statuses=("filed",), due="overdue", text="积水"),
    Wish("density", "quantiles", 7, 2),
    ("water",),
    (121.2, 31.0, 121.3, 31.1),
)


def names(ws: Workspace) -> list[str]:
    return [said(board.name) for board in boards.all_of(ws)]


def test_two_come_with_every_workspace_and_each_finds_its_tasks(ws: Workspace, tmp_path: Path) -> None:
    assert names(ws) == ["风险一张图", "应急一张图"]
    fresh = workspace.create(tmp_path / "空.gpkg", name="空")
    assert names(fresh) == ["风险一张图", "应急一张图"]
    assert history.labels(fresh) == (None, None)
    fresh.close()
    risk, emergency = boards.all_of(ws)
    hazards = tasks.table(ws, risk.tasks)
    assert hazards
    assert {line.kind for line in hazards} == {"hazard"}
    pressing = tasks.table(ws, emergency.tasks)
    assert {line.priority for line in pressing} == {"urgent", "key"}
    assert all(line.status in flow.OPEN for line in pressing)
    box = workspace.extent(ws)
    assert box is not None
    found = [kind for kind, _, _ in boards.marks(ws, emergency.kinds, box)]
    # The plans' 78 shelters, 30 fire points, and where water stands or ice comes first.
    assert {kind: found.count(kind) for kind in set(found)} == {"shelter": 78, "fire": 30, "water": 13}
    assert boards.marks(ws, ("fuel",), box) == []


def test_a_saved_board_comes_back_as_it_was(ws: Workspace) -> None:
    changes = boards.save(ws, MINE, "dispatcher")
    uuid = changes.uuids("gewu_view")[0]
    assert changes.touches("gewu_view")
    assert boards.all_of(ws)[-1] == replace(MINE, uuid=uuid)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@given(
    layers=st.sets(st.sampled_from(boards.LAYERS)),
    statuses=st.sets(st.sampled_from(flow.STATUSES)),
    text=WORDS,
    values=st.lists(WORDS, max_size=3),
    wish=st.builds(Wish, st.sampled_from(("", *INDICATORS)), st.sampled_from(METHODS), st.integers(3, 7)),
    kinds=st.sets(st.sampled_from(sorted(symbols.table().facilities))),
    bounds=st.none() | st.tuples(*[st.floats(-90, 90)] * 4),
)
def test_reading_what_was_written_gives_the_same_board(layers, statuses, text, values, wish, kinds, bounds) -> None:  # type: ignore[no-untyped-def]
    board = Board(
        "x",
        tuple(one for one in boards.LAYERS if one in layers),
        TaskFilter(
            statuses=tuple(one for one in flow.STATUSES if one in statuses),
            text=text,
            columns=(ColumnFilter("category", tuple(values)), ColumnFilter("title", text=text)),
        ),
        wish,
        tuple(sorted(kinds)),
        bounds,
        "u",
    )
    assert boards._read({"name": "x", "uuid": "u", "filter": boards._text(board)}) == board


def test_every_change_can_be_undone_and_done_again(ws: Workspace) -> None:
    uuid = boards.save(ws, MINE, "a").uuids("gewu_view")[0]
    boards.rename(ws, uuid, " 积水 一张图 ", "a")
    boards.update(ws, uuid, replace(MINE, layers=("grid",)), "a")
    boards.delete(ws, uuid, "a")
    assert len(names(ws)) == 2
    assert history.labels(ws)[0] == "删除专题图“积水 一张图”"
    history.undo(ws, "a")
    assert boards.all_of(ws)[-1] == replace(MINE, name="积水 一张图", layers=("grid",), uuid=uuid)
    history.undo(ws, "a")
    assert boards.all_of(ws)[-1].layers == MINE.layers
    history.undo(ws, "a")
    assert boards.all_of(ws)[-1].name == MINE.name
    history.undo(ws, "a")
    assert len(names(ws)) == 2
    for expected in (MINE.name, "积水 一张图", "积水 一张图"):
        history.redo(ws, "a")
        assert boards.all_of(ws)[-1].name == expected
    history.redo(ws, "a")
    assert len(names(ws)) == 2


def test_the_version_only_rises_and_every_change_is_in_the_feed(ws: Workspace) -> None:
    uuid = boards.save(ws, MINE, "a").uuids("gewu_view")[0]
    boards.delete(ws, uuid, "a")
    history.undo(ws, "a")
    found = ws.store.read().execute("SELECT ver, op FROM gewu_feed WHERE uuid=? ORDER BY seq", (uuid,)).fetchall()
    assert [tuple(row) for row in found] == [(1, "insert"), (1, "delete"), (2, "insert")]


def test_undo_refuses_when_somebody_wrote_the_row_meanwhile(ws: Workspace) -> None:
    uuid = boards.save(ws, MINE, "a").uuids("gewu_view")[0]
    with ws.store.step("elsewhere", "b", journal=False) as writing:
        writing.db.execute("UPDATE gewu_view SET name='别人的' WHERE json_extract(filter,'$.uuid')=?", (uuid,))
    with pytest.raises(Moved):
        history.undo(ws, "a")
    assert names(ws)[-1] == "别人的"


def test_names_are_needed_and_are_not_given_twice(ws: Workspace) -> None:
    uuid = boards.save(ws, MINE, "a").uuids("gewu_view")[0]
    with pytest.raises(Refused, match="名称"):
        boards.save(ws, replace(MINE, name="  "), "a")
    for taken in (MINE.name, "风险一张图"):
        with pytest.raises(Refused, match=taken):
            boards.save(ws, replace(MINE, name=taken), "a")
    boards.rename(ws, uuid, MINE.name, "a")  # its own name is free
    assert history.labels(ws)[0] == "保存专题图“防汛一张图”"


def test_what_is_gone_is_said(ws: Workspace) -> None:
    for change in (
        lambda: boards.delete(ws, "x", "a"),
        lambda: boards.rename(ws, "x", "y", "a"),
        lambda: boards.update(ws, "x", MINE, "a"),
    ):
        with pytest.raises(Refused, match="已不存在"):
            change()


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '{"uuid": 5, "ver": 1}',
        '{"uuid": "u", "ver": "1"}',
        '{"uuid": "u", "ver": 1}',
        '{"uuid":"u","ver":1,"layers":[],"tasks":{},"wish":{},"kinds":[],"bounds":null}',
        '{"uuid":"u","ver":1,"layers":[],"wish":{"indicator":"x"},"kinds":[],"bounds":null,"tasks":{"statuses":[],'
        '"kinds":[],"due":"","text":"","tray":false,"open_only":false,"columns":[]}}',
        '{"uuid":"u","ver":1,"layers":[],"wish":{},"kinds":[],"bounds":[1,2,3],"tasks":{"statuses":[],'
        '"kinds":[],"due":"","text":"","tray":false,"open_only":false,"columns":[]}}',
        '{"uuid":"u","ver":1,"layers":[],"wish":{},"kinds":[],"bounds":null,"tasks":{"statuses":[],"kinds":[],"due":"",'
        '"text":"","tray":false,"open_only":false,"columns":[{"column":"1;DROP TABLE task","values":["x"],"text":"",'
        '"since":"","until":""}]}}',
    ],
)
def test_a_hostile_row_is_left_out(ws: Workspace, text: str) -> None:
    path = ws.path
    with ws.store.step("elsewhere", "b", journal=False) as writing:
        writing.db.execute("INSERT INTO gewu_view VALUES ('<script>', 'map', ?)", (text,))
    assert names(ws) == ["风险一张图", "应急一张图"]
    db = sqlite3.connect(path)
    assert db.execute("SELECT count(*) FROM gewu_view").fetchone() == (3,)
    db.close()
