"""A drawing and its states: every step can be taken back, untouched corners keep their numbers, nothing odd is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.domain import sketching
from layers.domain.sketching import Shape, TooFew

PLACES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
RING = st.lists(PLACES, min_size=3, max_size=12, unique=True).map(tuple)
AREAS = st.lists(st.lists(RING, min_size=1, max_size=3), min_size=1, max_size=3).map(
    lambda parts: Shape("polygon", tuple(r for part in parts for r in part), tuple(len(part) for part in parts), True)
)
LINES = st.lists(st.lists(PLACES, min_size=2, max_size=12).map(tuple), min_size=1, max_size=3).map(
    lambda paths: Shape("line", tuple(paths), (1,) * len(paths), True)
)
SHAPES = AREAS | LINES | PLACES.map(lambda place: Shape("point", ((place,),), (1,)))
SQUARE = Shape("polygon", (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),), (1,))


@given(SHAPES)
def test_a_shape_becomes_geojson_and_comes_back_bit_by_bit(shape):
    assert sketching.shape_of(json.loads(json.dumps(sketching.geojson(shape)))) == shape


def test_a_plain_area_and_a_plain_line_stay_plain():
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    for geometry in (
        {"type": "Polygon", "coordinates": [ring]},
        {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        {"type": "Point", "coordinates": [1, 2]},
    ):
        assert sketching.geojson(sketching.shape_of(geometry)) == geometry


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "GeometryCollection", "geometries": []},
        {"type": "Point", "coordinates": [200, 0]},
        {"type": "Point", "coordinates": [float("nan"), 0]},
    ],
)
def test_what_is_not_edited_by_corners_is_refused(geometry):
    with pytest.raises((ValueError, KeyError)):
        sketching.shape_of(geometry)


STEPS = st.lists(st.tuples(st.sampled_from(["move", "insert", "delete"]), st.integers(0, 50), PLACES), max_size=30)


@given(SHAPES, STEPS)
def test_taking_everything_back_leads_to_the_beginning_and_again_to_the_end(shape, steps):
    sketch = sketching.edit("edit_shape", shape, ("place", "x"))
    for what, number, place in steps:
        path = number % len(sketch.now.paths)
        at = number % len(sketch.now.paths[path])
        before = sketch.now
        if what == "insert" and before.kind == "point":
            with pytest.raises(IndexError):
                sketching.insert_corner(before, path, at, place)
            continue
        if what == "delete":
            if len(before.paths[path]) <= sketching.LEAST[before.kind]:
                with pytest.raises(TooFew):
                    sketching.delete_corner(before, path, at)
                continue
            new = sketching.delete_corner(before, path, at)
        else:
            new = getattr(sketching, f"{what}_corner")(before, path, at, place)
        sketch = sketching.step(sketch, new)
        assert new == before or sketching.back(sketch).now == before
        # Every other corner is the very same.
        changed = {"move": 1, "insert": 1, "delete": 0}[what]
        assert len(set(new.paths[path]) - set(before.paths[path])) <= changed
    end = sketch
    while sketch.changed:
        sketch = sketching.back(sketch)
    assert sketch.now == shape
    for _ in end.states:
        sketch = sketching.again(sketch)
    assert sketch == end


@given(st.lists(PLACES, max_size=20))
def test_corners_are_added_one_by_one_without_repeats(places):
    sketch = sketching.begin("new", "line")
    for place in places:
        sketch = sketching.add(sketch, place)
    wanted = [place for i, place in enumerate(places) if i == 0 or place != places[i - 1]]
    assert list(sketch.path) == wanted
    assert sketch.complete == (len(wanted) >= 2)


def test_a_new_step_forgets_what_was_taken_back():
    sketch = sketching.add(sketching.add(sketching.begin("new", "line"), (0, 0)), (1, 1))
    sketch = sketching.add(sketching.back(sketch), (2, 2))
    assert sketch.path == ((0, 0), (2, 2))
    assert sketching.again(sketch) == sketch


def test_a_way_of_many_corners_is_one_step():
    sketch = sketching.add(sketching.begin("new", "line"), (0, 0))
    sketch = sketching.add(sketch, (0, 0), (1, 0), (2, 0))
    assert sketch.path == ((0, 0), (1, 0), (2, 0))
    assert sketching.back(sketch).path == ((0, 0),)


def test_the_beginning_is_kept_however_long_the_history():
    sketch = sketching.edit("edit_shape", SQUARE, ("place", "x"))
    for number in range(sketching.DEPTH + 50):
        sketch = sketching.step(sketch, sketching.move_corner(SQUARE, 0, 0, (0.0, number / 1e4 - 1)))
    assert len(sketch.states) == sketching.DEPTH
    assert sketch.states[0] == SQUARE


@given(SHAPES)
def test_a_kept_sketch_is_revived_as_it_was(shape):
    sketch = sketching.edit("edit_shape", shape, ("place", "x"))
    sketch = sketching.step(sketch, sketching.move_corner(shape, 0, 0, (1.5, 2.5)))
    revived = sketching.revived(json.loads(json.dumps(sketching.kept(sketch))))
    assert revived.now == sketch.now
    assert revived.states[0] == shape
    assert (revived.tool, revived.target, revived.drawing) == ("edit_shape", ("place", "x"), False)


WRONG = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.dictionaries(st.sampled_from(["tool", "kind", "target", "drawing", "states"]), WRONG)
    | st.fixed_dictionaries(
        {
            "tool": st.just("new"),
            "kind": st.just("line"),
            "target": st.just(["", ""]),
            "drawing": st.just(True),
            "states": st.lists(st.fixed_dictionaries({"paths": WRONG, "parts": WRONG, "multi": WRONG}), min_size=1),
        }
    )
)
def test_anything_else_is_no_kept_sketch(found):
    try:
        sketch = sketching.revived(found)
    except ValueError:
        return
    assert sketch.kind in sketching.KINDS
    assert all(sum(state.parts) == len(state.paths) for state in sketch.states)


def test_a_corner_that_is_not_there_is_said_so():
    for change in (sketching.move_corner, sketching.insert_corner):
        with pytest.raises(IndexError):
            change(SQUARE, 0, 4, (0.0, 0.0))
        with pytest.raises(IndexError):
            change(SQUARE, 1, 0, (0.0, 0.0))
