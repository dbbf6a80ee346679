"""Every tool for shapes from its shortcut to the saved shape by keys alone, and what none of them may do to a shape."""

from math import copysign
from typing import Any

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.hand import Hand
from layers import places, snapping
from layers.domain.sketching import Place
from tests.app.drafting import NONE, SHIFT, Drafter, around, estate, pick, type_in

pytestmark = pytest.mark.window


class Keys(Drafter):
    """A hand that lets go of the mouse once something is selected."""

    def shortcut(self, tool: str) -> None:
        action = self.window.actions_[tool]
        self.hand.until(action.isEnabled, "allowed")
        combo = action.shortcut()[0]
        self.hand.key(combo.key(), combo.keyboardModifiers(), self.window)
        wanted = tool.removeprefix("draw_")
        self.hand.until(lambda: self.hand.ask("gewu.drawing") == wanted, tool)

    def type_place(self, place: Place) -> None:
        count = self.corners()
        type_in(self.hand, f"{place[0]:.7f},{place[1]:.7f}")
        self.hand.until(lambda: self.corners() != count or self.sketcher.sketch is None, "typed")
        self.hand.until(lambda: not self.hand.ask("gewu.typing()"), "the field closed")

    def type_path(self, *path: Place) -> None:
        for place in path:
            self.type_place(place)

    def lead(self, place: Place) -> None:
        """Lead the cross to a place by the arrows, a pixel of it at most away."""
        where = "(p => [p.x, p.y])(gewu.sketching.cross || gewu.pointer || gewu.map.getSize().divideBy(2))"
        for step, modifiers in ((12, NONE), (1, SHIFT)):
            x, y = self.hand.ask(where)
            at = self.hand.pixel(*place)
            for off, more, less in (
                (at.x() - x, Qt.Key.Key_Right, Qt.Key.Key_Left),
                (at.y() - y, Qt.Key.Key_Down, Qt.Key.Key_Up),
            ):
                for _ in range(int(abs(off) / step)):
                    QTest.keyClick(self.hand.page, more if copysign(1, off) > 0 else less, modifiers)
            self.hand.until(
                lambda step=step: (
                    max(abs(a - b) for a, b in zip(self.hand.ask(where), self._at(place), strict=True)) <= step
                ),
                "led",
            )

    def _at(self, place: Place) -> tuple[int, int]:
        at = self.hand.pixel(*place)
        return at.x(), at.y()

    def space(self) -> None:
        self.hand.map_key(Qt.Key.Key_Space)

    def enter(self) -> None:
        self.hand.map_key(Qt.Key.Key_Return)

    def refused(self, words: str) -> None:
        self.hand.until(lambda: words in self.window.message.words.text(), words)

    def journal(self) -> Any:
        return self.window.session.ws.store.read().execute("select count(*) from gewu_journal").fetchone()[0]


@pytest.fixture
def keys(desk: Hand) -> Keys:
    return Keys(desk)


def middle(keys: Keys) -> tuple[float, float, tuple[float, float, float, float]]:
    shape = keys.shape()
    x, y = shape.centroid.coords[0]
    return x, y, shape.bounds


def test_a_place_is_split_by_typed_places(keys: Keys):
    pick(keys, "place", estate)
    before = keys.shape()
    _, y, (west, _, east, _) = middle(keys)
    keys.shortcut("split")
    keys.type_path((west - 0.0003, y), (east + 0.0003, y))
    keys.finish()
    keys.refused("拆分为 2 个")
    assert shapely.area(keys.shape()) < 0.9 * shapely.area(before)
    keys.undo()
    assert keys.shape() == before


def test_a_bite_is_cut_off_and_a_hole_cut_out_led_by_arrows(keys: Keys):
    pick(keys, "place", estate)
    before = keys.shape()
    x, y, (_, south, east, _) = middle(keys)
    keys.shortcut("cut")
    for number, place in enumerate(
        ((x, south - 0.0002), (east + 0.0002, south - 0.0002), (east + 0.0002, y), (x, y)), 1
    ):
        keys.lead(place)
        keys.space()
        keys.hand.until(lambda number=number: keys.corners() == number, "corner")
    keys.finish()
    bitten = keys.shape()
    assert 0.5 * shapely.area(before) < shapely.area(bitten) < 0.95 * shapely.area(before)
    keys.undo()
    keys.shortcut("cut")
    off = 0.00008
    keys.type_path((x - off, y - off), (x + off, y - off), (x + off, y + off), (x - off, y + off))
    keys.finish()
    assert shapely.get_num_interior_rings(shapely.get_geometry(keys.shape(), 0)) == 1
    keys.undo()
    assert keys.shape() == before


def test_an_outline_is_led_along_a_typed_line(keys: Keys):
    pick(keys, "place", estate)
    before = keys.shape()
    _, y, (west, _, east, north) = middle(keys)
    high = (y + north) / 2
    keys.shortcut("reshape")
    keys.type_path((west - 0.0003, high), (east + 0.0003, high))
    keys.finish()
    assert keys.shape().bounds[3] == pytest.approx(high, abs=2e-5)
    keys.undo()
    assert keys.shape() == before


def test_a_place_is_moved_by_a_typed_length_and_bearing(keys: Keys):
    pick(keys, "place", estate)
    before = keys.shape()
    x, y, _ = middle(keys)
    keys.shortcut("move_shape")
    keys.type_place((x, y))
    type_in(keys.hand, "30<90")
    keys.hand.until(lambda: keys.hand.ask("gewu.drawing") is None, "moved")
    keys.hand.rest()
    now = keys.shape().centroid
    assert (now.x - x) * 95_500 == pytest.approx(30, abs=0.2)
    assert now.y == pytest.approx(y, abs=1e-6)
    keys.undo()
    assert keys.shape() == before


def test_two_places_are_merged_by_the_cross(keys: Keys):
    window = keys.window
    uuid = pick(keys, "place", estate)
    before = keys.shape()
    area = {"type": "Polygon", "coordinates": around(before.centroid.coords[0])}
    near = [hit for hit in places.inside(window.session.ws, area, "place") if hit.uuid != uuid]
    near = [hit for hit in near if estate(places.card(window.session.ws, "place", hit.uuid))]
    other = min(near, key=lambda hit: shapely.distance(keys.shape(hit.uuid), before))
    partner = keys.shape(other.uuid)
    window.map.view.fit(shapely.union(before, partner).bounds, maxzoom=18)
    keys.hand.map_still()
    keys.shortcut("merge")
    keys.lead(shapely.point_on_surface(partner).coords[0])
    keys.space()
    keys.hand.until(lambda: keys.hand.ask("gewu.sketching.sketch.ghosts.length") == 2, "chosen")
    keys.finish()
    assert shapely.area(keys.shape()) == pytest.approx(shapely.area(before) + shapely.area(partner), rel=1e-6)
    keys.undo()
    assert keys.shape() == before
    assert keys.shape(other.uuid) == partner


def test_a_rectangle_is_drawn_by_a_place_and_two_lengths(keys: Keys):
    pick(keys, "place", estate)
    x, y, _ = middle(keys)
    keys.shortcut("draw_rectangle")
    keys.type_place((x, y))
    type_in(keys.hand, "40<90")
    keys.hand.until(lambda: keys.corners() == 2 and not keys.hand.ask("gewu.typing()"), "base")
    type_in(keys.hand, "25<0")
    form = keys.window.inspector.task_form
    keys.hand.until(form.isVisible, "form")
    drawn = keys.window.map.view._said["draft"]["geometry"]
    corners = drawn["coordinates"][0]
    assert len(corners) == 5
    sides = [snapping.measure(tuple(corners[i]), tuple(corners[i + 1])).length for i in range(4)]
    assert sides == pytest.approx([40, 25, 40, 25], abs=0.02)


def test_a_way_along_sections_is_traced_by_keys(keys: Keys):
    pick(keys, "road_section", lambda card: len(card.geometry["coordinates"][0]) > 3)
    xy = [tuple(place) for place in shapely.get_coordinates(keys.shape()).tolist()]
    west, south, east, north = keys.shape().bounds
    room = max(east - west, north - south) / 2
    keys.window.map.view.fit((west - room, south - room, east + room, north + room))
    keys.hand.map_still()
    keys.shortcut("draw_line")
    keys.lead(xy[0])
    keys.space()
    keys.hand.until(lambda: keys.corners() == 1, "begun")
    keys.hand.map_key(Qt.Key.Key_T)
    keys.hand.until(lambda: keys.sketcher.tracing, "tracing")
    keys.lead(xy[-1])
    keys.space()
    keys.hand.until(lambda: keys.corners() > 2, "the way")
    assert (keys.sketcher.sketch.path[0], keys.sketcher.sketch.path[-1]) == (xy[0], xy[-1])
    keys.enter()
    keys.hand.until(keys.window.inspector.task_form.isVisible, "form")


# -- what is refused: one sentence, nothing changed ----------------------------------------------------------


def test_a_corner_led_across_the_shape_is_refused_and_can_be_led_back(keys: Keys):
    pick(keys, "place", estate)
    before, steps = keys.shape(), keys.journal()
    keys.shortcut("edit_shape")
    ring = keys.sketcher.sketch.now.paths[0]
    keys.hand.map_key(Qt.Key.Key_PageDown)
    keys.hand.until(lambda: keys.hand.ask("gewu.sketching.active && gewu.sketching.active.at") == 0, "a corner")
    # Over the opposite side: its two edges cross that one.
    x, y = before.centroid.coords[0]
    over = (x + 1.4 * (x - ring[0][0]), y + 1.4 * (y - ring[0][1]))
    type_in(keys.hand, f"{over[0]:.7f},{over[1]:.7f}")
    keys.hand.until(lambda: keys.sketcher.sketch.changed, "led")
    keys.enter()
    keys.refused("与自己相交")
    keys.hand.until(lambda: keys.sketcher.sketch is not None and keys.sketcher.sketch.changed, "still there")
    assert keys.shape() == before
    assert keys.journal() == steps
    keys.hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, keys.window)
    keys.hand.until(lambda: keys.sketcher.sketch.now.paths[0] == ring, "led back")


@pytest.mark.parametrize(
    ("tool", "path", "words"),
    [
        ("split", ((-2, 0), (0, 0)), "没有把图形分开"),
        ("split", ((-2, 3), (2, 3)), "没有把图形分开"),
        ("reshape", ((-2, 0), (0, 0)), "没有两次碰到边界"),
        ("cut", ((-3, -3), (3, -3), (3, 3), (-3, 3)), "什么也不剩"),
        ("cut", ((4, 4), (5, 4), (5, 5)), "没有碰到图形"),
        ("cut", ((-2, -2), (2, 2), (2, -2), (-2, 2)), "与自己相交"),
        ("cut", ((-2, 0), (0, 0), (2, 0)), "没有面积或长度"),
    ],
)
def test_what_would_leave_no_sound_shape_is_refused_in_one_sentence(keys: Keys, tool: str, path: Any, words: str):
    pick(keys, "place", estate)
    before, steps = keys.shape(), keys.journal()
    x, y, (west, south, east, north) = middle(keys)
    keys.shortcut(tool)
    keys.type_path(*((x + a * (east - west) / 2, y + b * (north - south) / 2) for a, b in path))
    keys.enter()
    keys.refused(words)
    keys.hand.until(lambda: keys.corners() == len(path), "what was drawn is still there")
    assert keys.shape() == before
    assert keys.journal() == steps


def test_places_far_apart_are_not_merged_and_can_be_chosen_anew(keys: Keys):
    window = keys.window
    pick(keys, "place", estate)
    before, steps = keys.shape(), keys.journal()
    ws = window.session.ws
    box = {"type": "Polygon", "coordinates": around(before.centroid.coords[0], 0.008)}
    found = [hit for hit in places.inside(ws, box, "place") if estate(places.card(ws, "place", hit.uuid))]
    far = max(found, key=lambda hit: shapely.distance(keys.shape(hit.uuid), before))
    assert shapely.distance(keys.shape(far.uuid), before) > 0.002
    window.map.view.fit(shapely.union(before, keys.shape(far.uuid)).bounds, maxzoom=18)
    keys.hand.map_still()
    keys.shortcut("merge")
    keys.lead(shapely.point_on_surface(keys.shape(far.uuid)).coords[0])
    keys.space()
    keys.hand.until(lambda: keys.hand.ask("gewu.sketching.sketch.ghosts.length") == 2, "chosen")
    keys.enter()
    keys.refused("请选相邻的对象")
    keys.hand.until(
        lambda: keys.hand.ask("gewu.drawing === 'merge' && gewu.sketching.sketch.ghosts.length") == 2, "both"
    )
    assert keys.shape() == before
    assert keys.journal() == steps


def test_an_area_that_crosses_itself_becomes_no_task(keys: Keys):
    pick(keys, "place", estate)
    x, y, _ = middle(keys)
    steps = keys.journal()
    keys.shortcut("draw_polygon")
    off = 0.0004
    keys.type_path((x - off, y - off), (x + off, y + off), (x + off, y - off), (x - off, y + off))
    keys.enter()
    keys.refused("与自己相交")
    assert not keys.window.inspector.task_form.isVisible()
    assert keys.corners() == 4
    assert keys.journal() == steps
