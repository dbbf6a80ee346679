"""Categories to choose from: found by name, code and initials."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from layers import demo, standards, workspace


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("standards") / "街道.gpkg"
    demo.write(path)
    return path


@pytest.fixture
def ws(street: Path, closing: Callable[[Any], Any]) -> workspace.Workspace:
    return closing(workspace.open(street))


@pytest.mark.parametrize(
    ("text", "first"),
    [("暴露垃圾", "暴露垃圾"), ("06010", "暴露垃圾"), ("bllj", "暴露垃圾"), ("供水井盖", "供水井盖异常")],
)
def test_a_category_is_found_by_name_code_and_initials(ws, text, first):
    assert standards.categories(ws, text)[0].name == first


def test_without_a_text_the_standard_is_listed_and_cut(ws):
    found = standards.categories(ws, limit=12)
    assert len(found) == 12
    assert all(one.kind == "matter" and one.path for one in found)


def test_what_does_not_exist_is_not_found(ws):
    assert standards.categories(ws, "不存在的类别") == []


def test_components_are_another_list(ws):
    assert {one.kind for one in standards.categories(ws, kind="component")} == {"component"}
