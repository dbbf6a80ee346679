"""The search box: what stands in a name whatever it is, and what changed since it was last asked."""

from pathlib import Path

import pytest

from layers import history, places, search, workspace
from layers.store import bulk
from layers.workspace import Workspace

ODD = (
    "第一\n小区",
    "tab\there",
    "ＡＢＣ大厦",
    "İstanbul 路",
    "\u2028行\u2029",
    "100%_x\\",
    "𠮷野",
    " 空 格 ",
    "'; DROP TABLE place; --",
)


@pytest.fixture
def odd(ws: Workspace) -> list[str]:
    found = []
    with ws.store.step("x", "x") as writing:
        for name in ODD:
            found.append(writing.insert("place", {"name": name, "code": f"Q-{len(found)}"}))
    return found


@pytest.mark.parametrize("i", range(len(ODD)))
def test_odd_names_are_found_whole_and_by_their_codes(ws: Workspace, odd: list[str], i: int) -> None:
    assert search.find(ws, ODD[i])[0].uuid == odd[i]
    assert search.find(ws, f"q-{i}")[0].uuid == odd[i]


def test_what_was_renamed_is_found_by_its_new_name_and_again_by_its_old(ws: Workspace, odd: list[str]) -> None:
    assert search.find(ws, "仙乐斯") == []
    places.edit(ws, "place", odd[0], {"name": "仙乐斯广场"}, "dispatcher")
    assert search.find(ws, "仙乐斯")[0].uuid == odd[0]
    assert search.find(ws, "xls")[0].uuid == odd[0]
    history.undo(ws, "dispatcher")
    assert search.find(ws, "仙乐斯") == []
    assert search.find(ws, "第一小区")[0].uuid == odd[0]


def test_whole_names_come_before_beginnings_before_parts_before_sounds(ws: Workspace) -> None:
    names = ("甲乙丙花园", "甲乙丙", "小甲乙丙", "甲乙丙里")
    with ws.store.step("x", "x") as writing:
        for name in names:
            writing.insert("place", {"name": name})
    assert [hit.title for hit in search.find(ws, "甲乙丙")] == ["甲乙丙", "甲乙丙里", "甲乙丙花园", "小甲乙丙"]
    assert {hit.title for hit in search.find(ws, "jyb")} == set(names)


def test_an_import_is_found_at_once(ws: Workspace) -> None:
    assert search.find(ws, "摄像头九号") == []
    with ws.store.step("导入", "x") as writing:
        rows = [(f"{i:08d}-0000-4000-8000-000000000000", f"摄像头{'九' if i == 700 else i}号") for i in range(1500)]
        bulk.insert(writing, "facility", ("uuid", "name"), rows)
    assert [hit.title for hit in search.find(ws, "摄像头九号")] == ["摄像头九号"]
    assert len(search.find(ws, "摄像头", 30)) == len(search.find(ws, "sxt", 30)) == 30


def test_an_empty_workspace_finds_nothing(tmp_path: Path) -> None:
    ws = workspace.create(tmp_path / "空.gpkg", name="空")
    assert search.find(ws, "甲") == []
    assert search.find(ws, "abc") == []
    ws.close()
