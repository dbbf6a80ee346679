"""A system's grids as columns: what is put in comes out, and the tree is the one that the parents say."""

from hypothesis import given
from hypothesis import strategies as st

from layers.domain.forest import Forest
from layers.domain.things import GridNode

BOX = (121.0, 31.0, 121.5, 31.25)


def node(number: int, parent: int | None, tasks: int = 0) -> GridNode:
    above = None if parent is None else f"格{parent}"
    tier = 1 if parent is None else 2
    return GridNode(f"格{number}", f"C{number}", f"第{number}号", tier, above, None, tasks, 0, BOX)


@st.composite
def families(draw: st.DrawFn) -> list[GridNode]:
    """Return nodes, each of them below any earlier one, or at the top."""
    count = draw(st.integers(0, 30))
    parents = [draw(st.none() | st.integers(0, i - 1)) if i else None for i in range(count)]
    return [node(i, parent, draw(st.integers(0, 9))) for i, parent in enumerate(parents)]


@given(families())
def test_what_goes_in_comes_out_in_order(nodes: list[GridNode]) -> None:
    forest = Forest.of(nodes)
    assert list(forest) == nodes
    assert forest[:] == nodes
    assert [forest.position(one.uuid) for one in nodes] == list(range(len(nodes)))


@given(families())
def test_children_are_those_who_name_their_parent(nodes: list[GridNode]) -> None:
    forest = Forest.of(nodes)
    for at, one in [(-1, None), *enumerate(nodes)]:
        below = forest.children(at).tolist()
        assert [nodes[i] for i in below] == [x for x in nodes if x.parent_uuid == (one.uuid if one else None)]
        assert [int(forest.row[i]) for i in below] == list(range(len(below)))


@given(families(), st.text("第号C0123456789", max_size=2))
def test_a_search_keeps_what_holds_the_text_and_the_way_to_it(nodes: list[GridNode], text: str) -> None:
    forest = Forest.of(nodes)
    known = {one.uuid: one for one in nodes}
    wanted = set()
    for one in nodes:
        if text.lower() in one.code.lower() or text.lower() in one.name:
            way: GridNode | None = one
            while way is not None:
                wanted.add(way.uuid)
                way = known.get(way.parent_uuid or "")
    assert {one.uuid for one in forest.only(forest.holding(text.lower()))} == wanted


def test_counts_roll_up_through_all_tiers() -> None:
    nodes = [
        GridNode("a", "A", "", 1, None, None, 0, 0, BOX),
        GridNode("b", "B", "", 2, "a", None, 1, 1, BOX),
        GridNode("c", "C", "", 3, "b", None, 2, 0, BOX),
        GridNode("d", "D", "", 3, "b", None, 4, 3, BOX),
    ]
    forest = Forest.of(nodes)
    forest.roll_up()
    assert [(one.open_tasks, one.overdue) for one in forest] == [(7, 4), (7, 4), (2, 0), (4, 3)]


def test_a_parent_that_is_not_there_or_comes_later_leaves_a_grid_at_the_top() -> None:
    forest = Forest.of([node(0, 7), node(1, 2), node(2, None)])
    assert forest.children(-1).tolist() == [0, 1, 2]
    assert forest.position("nobody") == -1
    assert forest.position("") == -1
    assert forest[0].parent_uuid == "格7"
