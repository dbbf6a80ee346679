"""Many things at once: found by a drawn shape, counted, marked, taken a step together after a forecast in words."""

import json

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import gathered, grids, history, people, places, tasks, tiles
from layers.domain.things import Party, TaskFilter
from layers.errors import Refused
from layers.workspace import Workspace

X, Y, D = 121.26, 31.025, 0.006


def box(x: float = X, y: float = Y, d: float = D) -> dict:
    return json.loads(shapely.to_geojson(shapely.box(x - d, y - d, x + d, y + d)))


def party(ws: Workspace, name: str) -> Party:
    return next(one for one in people.parties(ws) if one.name == name)


def system(ws: Workspace) -> str:
    return grids.systems(ws)[0].code


def filed(ws: Workspace, count: int, x: float = X, y: float = Y) -> list[str]:
    """Make tasks in a row at a place, ready to be dispatched."""
    made = []
    for i in range(count):
        changes = tasks.draw(ws, kind="case", title=f"第{i}件", actor="dispatcher", lon=x + i * 1e-6, lat=y)
        made += changes.uuids("task")
    tasks.advance(ws, made, "file", actor="dispatcher")
    return made


@pytest.mark.parametrize("table", gathered.KINDS)
def test_a_shape_holds_what_shapely_says_it_holds(street: Workspace, table: str):
    shape = shapely.Polygon([(X, Y), (X + D, Y + D / 2), (X + D / 3, Y + D), (X - D, Y + D / 4), (X - D, Y - D)])
    found = gathered.within(street, json.loads(shapely.to_geojson(shape)), (table,), None, system(street), 18)
    assert found
    for name, uuid in found:
        assert name == table
        touched = shapely.from_geojson(json.dumps(places.card(street, name, uuid).geometry))
        assert shapely.intersects(shape, touched) or table == "task"  # a task's card has its sketches too
    inside = {uuid for _, uuid in found}
    for hit in places.inside(street, json.loads(shapely.to_geojson(shape)), table):
        if table == "grid":
            card = places.card(street, "grid", hit.uuid)
            deepest = tiles.tiers_at(street, system(street), 18)[-1]
            if (card.values["system"], card.values["tier"], card.values["valid_to"]) != (system(street), deepest, None):
                assert hit.uuid not in inside
                continue
        elif table == "facility" and places.card(street, table, hit.uuid).values["state"] == "removed":
            continue
        assert hit.uuid in inside


def test_only_tasks_that_have_a_pin_are_held(street: Workspace):
    every = gathered.within(street, box(), ("task",))
    open_ = gathered.within(street, box(), ("task",), TaskFilter(open_only=True))
    assert 0 < len(open_) < len(every)


def test_a_lasso_that_crosses_itself_holds_both_its_loops(street: Workspace):
    bow = [[X - D, Y - D], [X + D, Y + D], [X + D, Y - D], [X - D, Y + D], [X - D, Y - D]]
    found = gathered.within(street, {"type": "Polygon", "coordinates": [bow]}, ("facility",))
    left = gathered.within(
        street, {"type": "Polygon", "coordinates": [[bow[0], [X, Y], bow[3], bow[0]]]}, ("facility",)
    )
    right = gathered.within(
        street, {"type": "Polygon", "coordinates": [[[X, Y], bow[1], bow[2], [X, Y]]]}, ("facility",)
    )
    assert set(found) == set(left) | set(right)
    assert left
    assert right


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=30))
def test_any_ring_is_answered_or_refused(ring: list[tuple[float, float]]):
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    try:
        drawn = gathered._polygon(shape)
    except Refused:
        assert shapely.make_valid(shapely.Polygon(ring)).area < 1e-9  # a ring that goes round nothing
    else:
        assert drawn.is_valid
        assert drawn.area > 0


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Point", "coordinates": [X, Y]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[X, Y], [X, Y], [X, Y], [X, Y]]]},
        {"type": "Polygon", "coordinates": [[[X, Y], [X + 1, Y]]]},
        {"type": "nothing"},
    ],
)
def test_what_is_no_area_is_refused(street: Workspace, shape: dict):
    with pytest.raises(Refused):
        gathered.within(street, shape, ("task",))


def test_too_much_at_once_is_refused_in_words(street: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathered, "MOST", 5)
    with pytest.raises(Refused, match="超过 5 项"):
        gathered.within(street, box(d=1), ("facility",))
    monkeypatch.setattr(gathered, "_LOOKED_AT", 5)  # refused by the R-tree alone, before anything is read
    monkeypatch.setattr(gathered, "_near", lambda *_: pytest.fail("was read"))
    with pytest.raises(Refused, match="超过 5 项"):
        gathered.within(street, box(d=1), ("facility",))


def test_together_they_are_counted_by_status_and_by_class(street: Workspace):
    picks = gathered.within(street, box(), gathered.KINDS, None, system(street), 18)
    whole = gathered.together(street, [*picks, *picks, ("task", "gone")])
    assert len(whole.picks) == len(picks)
    by_table = {group.table: group for group in whole.groups}
    assert list(by_table) == [kind for kind in gathered.KINDS if kind in by_table]
    for table, group in by_table.items():
        assert group.count == sum(name == table for name, _ in picks) == sum(part.count for part in group.parts)
    assert {part.words for part in by_table["facility"].parts} & {"充电桩", "物联感知设备"}
    order = [tasks.flow.STATUSES.index(part.status) for part in by_table["task"].parts]
    assert order == sorted(order)
    assert len(whole.marks["geometries"]) == len(picks)
    assert whole.bounds is not None


def test_nothing_is_nothing(street: Workspace):
    whole = gathered.together(street, [])
    assert (whole.picks, whole.groups, whole.marks["geometries"], whole.bounds) == ((), (), [], None)


def test_marks_never_have_more_corners_than_the_map_takes(street: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathered, "_MOST_CORNERS", 40)
    picks = gathered.within(street, box(d=0.003), ("road_section", "grid"), None, system(street), 18)
    marks = gathered.together(street, picks).marks
    assert len(marks["geometries"]) == len(picks)
    assert all(one["type"] == "Point" for one in marks["geometries"])


def test_marks_of_a_crowd_are_one_of_each_cell(street: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathered, "_MOST_MARKS", 10)
    monkeypatch.setattr(gathered, "_CELLS", 4)
    picks = gathered.within(street, box(), ("facility",))
    marks = gathered.together(street, picks).marks["geometries"]
    assert len(picks) > 50
    assert 4 < len(marks) <= 25
    xs = [one["coordinates"][0] for one in marks]
    assert max(xs) - min(xs) > D  # all over the ground, not in one corner


def test_moment_four_in_words_and_in_one_step(ws: Workspace):
    made = filed(ws, 40, 121.2301, 31.0191)
    second = party(ws, "府城二组")
    for step in ("dispatch", "start", "submit", "pass", "close"):
        tasks.advance(ws, made[38:], step, actor="dispatcher", assignee=second)
    said = gathered.forecast(ws, made, "dispatch", "dispatcher", second)
    assert said == "38 件派给府城二组，2 件不能：已结案"
    first = gathered.offers(ws, made, "dispatcher")[0]
    assert (first.step, first.words, len(first.fits)) == ("dispatch", "派遣", 38)
    changes = tasks.advance(ws, first.fits, "dispatch", actor="dispatcher", assignee=second)
    assert len(changes.uuids("task")) == 38
    assert gathered.did("dispatch", 38, second) == "38 件已派给府城二组"
    history.undo(ws, actor="dispatcher")
    for uuid in first.fits:
        card = places.card(ws, "task", uuid)
        assert card.values["status"] == "filed"
        assert card.lines[-1].step == "withdraw"


def test_a_forecast_says_each_reason_and_how_often(ws: Workspace):
    made = filed(ws, 3)
    second = party(ws, "府城二组")
    tasks.advance(ws, made[:1], "dispatch", actor="dispatcher", assignee=second)
    reported = tasks.draw(ws, kind="case", title="新", actor="dispatcher", lon=X, lat=Y).uuids("task")
    said = gathered.forecast(ws, [*made, *reported, "gone"], "dispatch", "dispatcher", second)
    assert said.startswith("2 件派给府城二组，3 件不能：")
    assert {"待处置 1", "待核实 1"} <= set(said.split("：")[1].split("、"))
    assert gathered.forecast(ws, made[1:], "dispatch", "member", second).endswith("2 件不能：不归当前岗位办理")
    assert gathered.forecast(ws, made[:1], "reassign", "dispatcher", second) == "1 件改派给府城二组"
    assert gathered.forecast(ws, made, "urge", "dispatcher") == "3 件催办"


def test_giving_is_offered_first_and_what_fits_all_last(ws: Workspace):
    made = filed(ws, 4)
    tasks.advance(ws, made[:1], "dispatch", actor="dispatcher", assignee=party(ws, "府城二组"))
    steps = [offer.step for offer in gathered.offers(ws, made, "dispatcher")]
    assert steps[:3] == ["dispatch", "reassign", "start"]
    assert steps.index("urge") > steps.index("start")
    assert gathered.offers(ws, [], "dispatcher") == []


def test_things_that_are_no_tasks_become_a_list_and_a_file(street: Workspace, tmp_path):
    picks = gathered.within(street, box(d=0.002), ("facility", "road_section"))
    headings, lines = gathered.listed(street, picks)
    assert headings == ["种类", "编码", "名称", "类别", "位置", "经度", "纬度"]
    assert len(lines) == len(picks)
    assert {line[0] for line in lines} == {"设施点", "路段"}
    path = tmp_path / "所选 清单.csv"
    assert gathered.save(street, path, picks) == len(picks)
    assert path.read_text(encoding="utf-8-sig").splitlines()[0] == ",".join(headings)
