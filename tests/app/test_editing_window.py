"""Every tool for shapes in the real window with real mouse and keys, each undone again."""

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.edit_tools import TOOLS
from app.hand import Hand
from app.selection import Picked
from layers import places
from tests.app.drafting import CTRL, LEFT, NONE, SHIFT, Drafter, across, around, drag, estate, pick

pytestmark = pytest.mark.window


@pytest.fixture
def drafter(desk: Hand) -> Drafter:
    return Drafter(desk)


def test_a_corner_is_dragged_onto_another_ones_corner_saved_and_undone(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    uuid = pick(drafter, "place", estate)
    before = drafter.shape()
    assert window.editing.bar.isVisible()
    hand.press("edit-shape")
    hand.until(lambda: hand.ask("gewu.drawing") == "edit_shape", "editing")
    ring = drafter.sketcher.sketch.now.paths[0]
    others = [
        tuple(xy)
        for hit in places.inside(window.session.ws, {"type": "Polygon", "coordinates": around(ring[0])}, "place")
        if hit.uuid != uuid
        for xy in shapely.get_coordinates(drafter.shape(hit.uuid)).tolist()
    ]
    target = min(
        (xy for xy in others if shapely.distance(shapely.Point(xy), shapely.boundary(before)) > 2e-4),
        key=lambda xy: shapely.distance(shapely.Point(xy), shapely.Point(ring[0])),
    )
    start, end = hand.pixel(*ring[0]), hand.pixel(*target)
    drag(hand, start, end + QPoint(3, 2))
    assert hand.ask("gewu.sketching.met.kind") == "vertex"
    assert "顶点" in hand.ask("document.querySelector('.gewu-met').textContent")
    QTest.mouseRelease(hand.page, LEFT, NONE, end + QPoint(3, 2))
    hand.until(lambda: drafter.sketcher.sketch.at == 1, "dropped")
    assert drafter.sketcher.sketch.now.paths[0][0] == target
    drafter.finish()
    assert shapely.from_wkb(shapely.to_wkb(drafter.shape())) != before
    corners = {tuple(xy) for xy in shapely.get_coordinates(drafter.shape()).tolist()}
    assert corners == {*ring[1:], target}
    drafter.undo()
    assert drafter.shape() == before


def test_a_corner_is_added_on_an_edge_taken_away_and_both_taken_back(drafter: Drafter):
    hand = drafter.hand
    pick(drafter, "place", estate)
    drafter.start("edit_shape")
    ring = drafter.sketcher.sketch.now.paths[0]
    middles = hand.ask("gewu.middles(gewu.sketching.sketch.paths[0])")
    (lon, lat), at = middles[0]
    start = hand.pixel(lon, lat)
    drag(hand, start, start + QPoint(0, 25))
    QTest.mouseRelease(hand.page, LEFT, SHIFT, start + QPoint(0, 25))
    hand.until(lambda: len(drafter.sketcher.sketch.now.paths[0]) == len(ring) + 1, "added")
    new = drafter.sketcher.sketch.now.paths[0]
    assert new[: at + 1] + new[at + 2 :] == ring
    spot = hand.pixel(*new[at + 1])
    QTest.mouseClick(hand.page, Qt.MouseButton.RightButton, NONE, spot)
    hand.until(lambda: drafter.sketcher.sketch.now.paths[0] == ring, "deleted")
    hand.key(Qt.Key.Key_Z, CTRL, drafter.window)
    hand.until(lambda: drafter.sketcher.sketch.now.paths[0] == new, "one back")
    hand.key(Qt.Key.Key_Z, CTRL, drafter.window)
    hand.until(lambda: drafter.sketcher.sketch.now.paths[0] == ring, "two back")
    hand.key(Qt.Key.Key_Y, CTRL, drafter.window)
    hand.until(lambda: drafter.sketcher.sketch.now.paths[0] == new, "again")


def test_a_shape_is_edited_by_keys_alone(drafter: Drafter):
    hand = drafter.hand
    pick(drafter, "place", estate)
    before = drafter.shape()
    hand.key(Qt.Key.Key_F2, SHIFT, drafter.window)
    hand.until(lambda: hand.ask("gewu.drawing") == "edit_shape", "editing")
    ring = drafter.sketcher.sketch.now.paths[0]
    hand.map_key(Qt.Key.Key_PageDown)
    hand.map_key(Qt.Key.Key_PageDown)
    hand.until(lambda: hand.ask("gewu.sketching.active && gewu.sketching.active.at") == 1, "second corner")
    QTest.keyClick(hand.page, Qt.Key.Key_Right, SHIFT)
    for _ in range(3):
        hand.map_key(Qt.Key.Key_Right)
    hand.map_key(Qt.Key.Key_Space)
    hand.until(lambda: drafter.sketcher.sketch.changed, "moved")
    now = drafter.sketcher.sketch.now.paths[0]
    assert now[1][0] > ring[1][0]
    assert (now[0], *now[2:]) == (ring[0], *ring[2:])
    hand.map_key(Qt.Key.Key_Insert)
    hand.until(lambda: len(drafter.sketcher.sketch.now.paths[0]) == len(ring) + 1, "inserted")
    hand.map_key(Qt.Key.Key_Delete)
    hand.until(lambda: len(drafter.sketcher.sketch.now.paths[0]) == len(ring), "deleted")
    drafter.finish()
    assert drafter.shape() != before
    drafter.undo()
    assert drafter.shape() == before


def test_a_place_is_split_by_a_line_and_put_together_by_undo(drafter: Drafter):
    pick(drafter, "place", estate)
    before = drafter.shape()
    drafter.start("split")
    drafter.draw(*across(before))
    drafter.finish()
    assert shapely.area(drafter.shape()) < shapely.area(before)
    assert "拆分为 2 个" in drafter.window.message.words.text()
    drafter.undo()
    assert drafter.shape() == before


def test_a_refused_split_keeps_the_drawing_to_be_mended(drafter: Drafter):
    pick(drafter, "place", estate)
    before = drafter.shape()
    drafter.start("split")
    start, end = across(before)
    half = ((start[0] + end[0]) / 2, end[1])
    drafter.draw(start, half)
    drafter.hand.map_key(Qt.Key.Key_Return)
    drafter.hand.until(lambda: "没有把图形分开" in drafter.window.message.words.text(), "refused")
    drafter.hand.until(lambda: drafter.corners() == 2, "still there")
    drafter.hand.map_still()
    drafter.click(end, 3, SHIFT)
    drafter.finish()
    assert shapely.area(drafter.shape()) < shapely.area(before)


def test_two_places_are_merged_by_a_click(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    uuid = pick(drafter, "place", estate)
    before = drafter.shape()
    near = [
        hit
        for hit in places.inside(
            window.session.ws, {"type": "Polygon", "coordinates": around(before.centroid.coords[0])}, "place"
        )
        if hit.uuid != uuid and estate(places.card(window.session.ws, "place", hit.uuid))
    ]
    other = min(near, key=lambda hit: shapely.distance(drafter.shape(hit.uuid), before))
    partner = drafter.shape(other.uuid)
    inside = shapely.point_on_surface(partner)
    west, south, east, north = shapely.union(before, drafter.shape(other.uuid)).bounds
    window.map.view.fit((west, south, east, north), maxzoom=18)
    hand.map_still()
    drafter.start("merge")
    hand.map_click(inside.x, inside.y)
    hand.until(lambda: hand.ask("gewu.sketching.sketch.ghosts.length") == 2, "chosen")
    drafter.finish()
    assert shapely.area(drafter.shape()) == pytest.approx(shapely.area(before) + shapely.area(partner), rel=1e-6)
    drafter.undo()
    assert drafter.shape() == before


def test_a_corner_is_cut_off_and_a_side_led_along_a_line(drafter: Drafter):
    pick(drafter, "place", estate)
    before = drafter.shape()
    west, south, _, north = before.bounds
    x, y = before.centroid.coords[0]
    drafter.start("cut")
    drafter.draw((west - 0.0003, south - 0.0003), (x, south - 0.0003), (x, y), (west - 0.0003, y))
    drafter.finish()
    cut = drafter.shape()
    assert shapely.area(cut) < shapely.area(before)
    drafter.start("reshape")
    start, end = across(before)
    high = (north + y) / 2
    drafter.draw((start[0], high), (end[0], high))
    drafter.finish()
    assert drafter.shape().bounds[3] == pytest.approx(high, abs=2e-5)
    drafter.undo()
    assert drafter.shape() == cut
    drafter.undo()
    assert drafter.shape() == before


def test_a_place_is_moved_from_a_corner_to_where_it_belongs(drafter: Drafter):
    pick(drafter, "place", estate)
    before = drafter.shape()
    x, y = before.centroid.coords[0]
    drafter.start("move_shape")
    drafter.click((x, y), 1, SHIFT)
    at = drafter.hand.pixel(x + 0.0004, y + 0.0002)
    drafter.hand.map_move(at)
    QTest.mouseClick(drafter.hand.page, LEFT, SHIFT, at)
    drafter.hand.until(lambda: drafter.hand.ask("gewu.drawing") is None, "moved")
    drafter.hand.rest()
    moved = drafter.shape()
    assert moved.centroid.coords[0] == pytest.approx((x + 0.0004, y + 0.0002), abs=2e-5)
    assert shapely.area(moved) == pytest.approx(shapely.area(before), rel=1e-4)
    drafter.undo()
    assert drafter.shape() == before


def test_a_section_is_split_and_a_facility_moved(drafter: Drafter):
    hand = drafter.hand
    pick(drafter, "road_section", lambda card: card.geometry["type"] == "MultiLineString")
    before = drafter.shape()
    middle = shapely.line_interpolate_point(shapely.get_parts(before)[0], 0.5, normalized=True)
    drafter.window.map.view.fit((middle.x - 0.001, middle.y - 0.001, middle.x + 0.001, middle.y + 0.001), maxzoom=18)
    hand.map_still()
    drafter.start("split")
    drafter.draw((middle.x - 0.0004, middle.y + 0.00041), (middle.x + 0.0004, middle.y - 0.00039))
    drafter.finish()
    assert shapely.length(drafter.shape()) < shapely.length(before)
    drafter.undo()
    pick(drafter, "facility", lambda card: card.geometry is not None)
    place = drafter.shape().coords[0]
    drafter.start("edit_shape")
    start = hand.pixel(*place)
    drag(hand, start, start + QPoint(40, 0))
    QTest.mouseRelease(hand.page, LEFT, SHIFT, start + QPoint(40, 0))
    hand.until(lambda: drafter.sketcher.sketch.changed, "dragged")
    drafter.finish()
    assert drafter.shape().coords[0][0] > place[0]


def test_the_tools_of_a_grid_say_why_they_are_not_possible(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    uuid = pick(drafter, "place", estate)
    hand.until(window.actions_["edit_shape"].isEnabled, "of a place")
    grid = window.left.tree.model.index(0, 0)
    hand.item(window.left.tree.view, grid)
    hand.until(lambda: window.selection.uuid("grid") != "", "a grid")
    hand.until(lambda: not window.actions_["edit_shape"].isEnabled(), "not of a grid")
    for tool in TOOLS:
        assert not window.actions_[tool].isEnabled()
        assert "与相邻、上下级网格共用" in window.actions_[tool].toolTip()
    hand.until(lambda: not window.editing.bar.isVisible(), "no bar")
    hand.key(Qt.Key.Key_F2, SHIFT, window)
    hand.rest()
    assert drafter.sketcher.sketch is None
    # With a grid among them even several things are not merged; of several places only that is possible.
    window.selection.gather([Picked("place", uuid), window.selection.picked])
    assert not window.actions_["merge"].isEnabled()
    others = [
        hit.uuid
        for hit in places.inside(
            window.session.ws, {"type": "Polygon", "coordinates": around((121.2304, 31.0171))}, "place"
        )
    ]
    window.selection.gather([Picked("place", one) for one in others[:2]])
    assert [tool for tool in TOOLS if window.actions_[tool].isEnabled()] == ["merge"]
    assert "请只选一个" in window.actions_["split"].toolTip()


def test_a_pin_is_moved_in_one_way_and_a_facility_by_its_handle(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    ws = window.session.ws
    task = next(
        line.uuid
        for line in window.tasks.model.lines
        if line.lon is not None and places.card(ws, "task", line.uuid).geometry["type"] == "Point"
    )
    drafter.select("task", task)
    bar = window.editing.bar
    hand.until(lambda: bar.edit.isVisible() and bar.edit.text() == "重新落点", "the one way")
    assert [tool for tool in TOOLS if window.actions_[tool].isEnabled()] == []
    assert "重新落点" in window.actions_["edit_shape"].toolTip()
    before = drafter.shape().coords[0]
    hand.click(bar.edit)
    hand.until(lambda: hand.ask("gewu.drawing") == "point", "placing")
    hand.map_click(before[0] + 0.0003, before[1], SHIFT)
    hand.until(lambda: drafter.shape().coords[0] != before, "moved")
    pick(drafter, "facility", lambda card: card.geometry is not None)
    hand.until(lambda: bar.edit.text() == "编辑形状", "its handle")
    assert [tool for tool in TOOLS if window.actions_[tool].isEnabled()] == ["edit_shape"]
