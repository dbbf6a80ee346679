"""The grid tree: a sound model, a search, systems to switch between, and selection that follows everywhere."""

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from app.hand import Hand
from app.tree_model import GridModel, short_name
from layers import grids
from layers.domain.things import GridNode

MODE = QAbstractItemModelTester.FailureReportingMode.Fatal
BOX = (121.0, 31.0, 121.1, 31.1)


def node(uuid: str, code: str, name: str, tier: int, parent: str | None, open_tasks: int = 0) -> GridNode:
    return GridNode(uuid, code, name, tier, parent, None, open_tasks, 0, BOX)


def town() -> list[GridNode]:
    return [
        node("s", "310117004", "中山街道", 1, None, 7),
        node("z", "310117004-Z1", "府城", 2, "s", 5),
        node("x", "310117004-X01", "方塔", 3, "z", 3),
        node("w1", "310117004-W001", "方塔东", 4, "x", 2),
        node("w2", "310117004-W002", "方塔西", 4, "x", 1),
        node("z2", "310117004-Z2", "功能区", 2, "s", 2),
    ]


@pytest.fixture
def model(qapp) -> GridModel:
    made = GridModel()
    made.show(town())
    return made


def names(model: GridModel, parent: QModelIndex | None = None) -> list[str]:
    at = parent or QModelIndex()
    return [model.index(row, 0, at).data() for row in range(model.rowCount(at))]


def test_the_model_keeps_the_rules_of_qt(qapp):
    model = GridModel()
    tester = QAbstractItemModelTester(model, MODE)
    model.show(town())
    model.search("方塔")
    model.search("")
    model.show(town()[:2])
    assert model.rowCount() == 1
    assert tester.model() is model


def test_parents_hold_their_children(model):
    top = model.index(0, 0)
    assert names(model) == ["中山街道"]
    assert names(model, top) == ["府城", "功能区"]
    assert names(model, model.index_of("x")) == ["W001 方塔东", "W002 方塔西"]
    assert model.parent(model.index_of("w1")) == model.index_of("x")


def test_a_search_keeps_what_fits_and_the_way_to_it(model):
    model.search("w002")
    assert model.index_of("w2").isValid()
    assert not model.index_of("w1").isValid()
    assert names(model, model.index(0, 0)) == ["府城"]
    model.search("")
    assert model.index_of("w1").isValid()


def test_new_counts_leave_the_shape_alone(model):
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    fresh = town()
    fresh[3] = node("w1", "310117004-W001", "方塔东", 4, "x", 9)
    model.show(fresh)
    assert resets == []
    assert model.node(model.index_of("w1")).open_tasks == 9


def test_other_grids_make_another_tree(model):
    model.show(town()[:1])
    assert names(model) == ["中山街道"]
    assert model.rowCount(model.index(0, 0)) == 0


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("310117004", "中山街道", "中山街道"),
        ("310117004-Z1", "府城", "府城"),
        ("310117004-X02", "袜子弄", "X02 袜子弄"),
        ("310117004-W010", "W010 方塔", "W010 方塔"),
        ("310117004-J001", "", "J001"),
    ],
)
def test_a_grid_is_named_as_people_say_it(code, name, said):
    assert short_name(node("u", code, name, 3, None)) == said


@pytest.mark.window
def test_searching_in_the_tree_and_choosing_with_the_keys(desk: Hand):
    from PySide6.QtCore import Qt

    tree = desk.window.left.tree
    desk.write(tree.search, "W016")
    leaf = next(one for one in grids.tree(desk.window.session.ws, "four") if one.code.endswith("W016"))
    desk.until(lambda: tree.model.index_of(leaf.uuid).isValid(), "found")
    shown = tree.model.index_of(leaf.uuid)
    assert tree.view.visualRect(shown).isValid()
    desk.click(tree.view.viewport(), tree.view.visualRect(shown).center())
    desk.until(lambda: desk.window.selection.uuid("grid") == leaf.uuid, "selected")
    desk.key(Qt.Key.Key_Up, at=tree.view)
    desk.until(lambda: desk.window.selection.uuid("grid") not in ("", leaf.uuid), "the one above")


@pytest.mark.window
def test_a_city_is_searched_aside_and_only_the_last_question_is_answered(desk: Hand, monkeypatch):
    from app import tree as module

    monkeypatch.setattr(module, "AT_ONCE", 0)
    tree = desk.window.left.tree
    desk.write(tree.search, "W016")
    desk.until(lambda: len(tree.model) < 10, "found")
    leaf = next(one for one in grids.tree(desk.window.session.ws, "four") if one.code.endswith("W016"))
    assert tree.model.index_of(leaf.uuid).isValid()
    assert not tree.view.isExpanded(tree.model.parent(tree.model.index_of(leaf.uuid)))  # too many to open them all
    tree.search.clear()
    desk.until(lambda: len(tree.model) == len(tree.model.whole), "all again")


@pytest.mark.window
def test_another_system_can_be_shown(desk: Hand):
    window = desk.window
    tree = window.left.tree
    assert [system.code for system in tree.systems] == ["four", "base"]
    window.actions_["next_system"].trigger()
    desk.until(lambda: tree.model.rowCount() == 265, "the base grids")
    assert tree.system == "base"
    assert window.map.system == "base"
    assert tree.chooser.text() == tree.systems[1].name
    window.actions_["next_system"].trigger()
    desk.until(lambda: tree.model.rowCount() == 1, "the four tiers")


@pytest.mark.window
def test_a_click_on_the_map_selects_in_the_tree_and_the_table(desk: Hand):
    window = desk.window
    tree = window.left.tree
    desk.press("layers-fold")
    for layer in ("task", "road", "place", "facility"):  # what is not shown cannot be picked
        desk.press(f"layer-{layer}")
    desk.map_still()
    desk.map_click(121.2304, 31.0171)
    desk.until(lambda: window.selection.uuid("grid") != "", "picked")
    uuid = window.selection.uuid("grid")
    desk.until(lambda: window.tasks.scope is not None and window.tasks.scope[0] == uuid, "table")
    desk.until(lambda: [tree.model.node(i).uuid for i in tree.view.selectedIndexes()] == [uuid], "tree")
    card = window.inspector.card
    assert card is not None
    assert card.uuid == uuid
