"""Drawing in the real window: typed, by keys, met by corners and right angles, along roads, and never lost."""

from typing import Any

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.hand import Hand
from layers import editing, places, snapping
from tests.app.drafting import CTRL, LEFT, NONE, SHIFT, Drafter, across, around, estate, offers, pick, type_in

POINTER = (121.2304, 31.0171)
HERE = {"type": "Polygon", "coordinates": around(POINTER)}
pytestmark = pytest.mark.window


@pytest.fixture
def drafter(desk: Hand) -> Drafter:
    return Drafter(desk)


def test_a_line_is_drawn_by_typing_and_by_the_cross(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    window.map.view.fit((POINTER[0] - 0.003, POINTER[1] - 0.002, POINTER[0] + 0.003, POINTER[1] + 0.002))
    hand.map_still()
    hand.key(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier, window)
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "drawing")
    possible = lambda: [window.actions_[name].isEnabled() for name in ("undo", "redo")]  # noqa: E731
    assert possible() == [False, False]
    type_in(hand, f"{POINTER[0]},{POINTER[1]}")
    hand.until(lambda: drafter.corners() == 1, "degrees")
    assert possible() == [True, False]
    assert drafter.sketcher.sketch.path == (POINTER,)
    type_in(hand, "80<90")
    hand.until(lambda: drafter.corners() == 2, "length and bearing")
    type_in(hand, "5x")
    hand.until(lambda: "看不懂" in hand.ask("document.querySelector('.gewu-why').textContent"), "refused")
    assert hand.ask("gewu.typing()") is True
    hand.map_key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.ask("gewu.typing()") is False, "closed")
    assert hand.ask("gewu.drawing") == "line"
    for _ in range(4):
        hand.map_key(Qt.Key.Key_Down)
    hand.map_key(Qt.Key.Key_Return)
    hand.until(lambda: drafter.corners() == 3, "by the cross")
    hand.map_key(Qt.Key.Key_Backspace)
    hand.until(lambda: drafter.corners() == 2, "taken back")
    assert possible() == [True, True]
    hand.key(Qt.Key.Key_Y, CTRL, window)
    hand.until(lambda: drafter.corners() == 3, "again")
    hand.map_key(Qt.Key.Key_Return)
    hand.until(window.inspector.task_form.isVisible, "the form of a new task")


def test_a_comma_for_a_bearing_sets_no_corner_at_the_pole(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    window.map.start_draw("line")
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "drawing")
    type_in(hand, f"{POINTER[0]},{POINTER[1]}")
    hand.until(lambda: drafter.corners() == 1, "the first corner")
    hand.map_move(QPoint(200, hand.page.height() - 12))  # where the field has hardly room
    type_in(hand, "25,90")
    why = "document.querySelector('.gewu-why').textContent"
    hand.until(lambda: "90.00000, 25.00000" in hand.ask(why), "where it would be")
    assert hand.ask(why).endswith("请写成 25<90。")
    assert drafter.corners() == 1
    assert hand.ask("document.querySelector('.gewu-typed input').value") == "25,90"  # there to be mended
    foot = "document.querySelector('.gewu-typed').getBoundingClientRect().bottom"
    hand.until(lambda: hand.ask(f"{foot} <= gewu.map.getSize().y"), "the whole sentence is seen")
    hand.map_key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.ask("gewu.typing()") is False, "closed")
    type_in(hand, "25<90")
    hand.until(lambda: drafter.corners() == 2, "25 m east")
    start, end = drafter.sketcher.sketch.path
    assert snapping.measure(start, end).length == pytest.approx(25, abs=1e-3)


def test_the_hint_leaves_the_place_where_somebody_draws(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    hand.key(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier, window)
    hand.until(lambda: hand.ask("gewu.hint.classList.contains('gewu-on')"), "hint")
    box = "(() => { const b = gewu.hint.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })()"
    for _ in range(2):  # from below upwards, and from above down again
        left, top, right, bottom = hand.ask(box)
        at = QPoint(int((left + right) / 2), int((top + bottom) / 2))
        hand.map_move(at)
        hand.until(lambda top=top: hand.ask(box)[1] != top, "aside")  # type: ignore[misc]
        _, high, _, low = hand.ask(box)
        assert not high <= at.y() <= low


def test_a_rectangle_becomes_a_task(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    window.map.view.fit((POINTER[0] - 0.003, POINTER[1] - 0.002, POINTER[0] + 0.003, POINTER[1] + 0.002))
    hand.map_still()
    window.actions_["draw_rectangle"].trigger()
    hand.until(lambda: hand.ask("gewu.drawing") == "rectangle", "drawing")
    drafter.click((POINTER[0] - 0.0005, POINTER[1]), 1, SHIFT)
    drafter.click((POINTER[0] + 0.0005, POINTER[1] + 0.0002), 2, SHIFT)
    hand.map_move(hand.pixel(POINTER[0], POINTER[1] + 0.0006))
    hand.until(lambda: "×" in hand.ask("document.querySelector('.gewu-met').textContent"), "its size")
    hand.map_click(POINTER[0], POINTER[1] + 0.0006)
    form = window.inspector.task_form
    hand.until(form.isVisible, "form")
    hand.write(form.title, "围挡")
    hand.key(Qt.Key.Key_Return, at=form.title)
    hand.until(lambda: window.selection.uuid("task") != "", "saved")
    card = places.card(window.session.ws, "task", window.selection.uuid("task"))
    area = next(part for part in card.geometry["geometries"] if part["type"] == "Polygon")
    assert len(area["coordinates"][0]) == 5
    hand.until(lambda: window.editing.bar.isVisible(), "the bar for the sketch")


def test_a_right_angle_is_met_shown_and_switched_off_by_shift(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    for name, switch in window.left.layers.switches.items():
        switch.setChecked(name == "functions")
    window.map.view.fit((POINTER[0] - 0.002, POINTER[1] - 0.0015, POINTER[0] + 0.002, POINTER[1] + 0.0015))
    hand.map_still()
    window.map.start_draw("line")
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "drawing")
    drafter.click((POINTER[0] - 0.001, POINTER[1]), 1)
    drafter.click((POINTER[0], POINTER[1]), 2)
    at = hand.pixel(POINTER[0], POINTER[1] + 0.0008) + QPoint(3, 0)
    hand.map_move(at)
    hand.until(lambda: hand.ask("gewu.sketching.met.kind") == "right_angle", "met")
    assert len(hand.ask("gewu.sketching.met.guides")) == 1
    QTest.mouseClick(hand.page, LEFT, NONE, at)
    hand.until(lambda: drafter.corners() == 3, "set")
    _, second, third = drafter.sketcher.sketch.path
    assert third[0] == pytest.approx(second[0], abs=2e-6)
    hand.key(Qt.Key.Key_Z, CTRL, window)
    hand.until(lambda: drafter.corners() == 2, "back")
    QTest.mouseClick(hand.page, LEFT, SHIFT, at)
    hand.until(lambda: drafter.corners() == 3, "set freely")
    assert abs(drafter.sketcher.sketch.path[2][0] - second[0]) > 5e-6


def test_a_line_follows_the_sections(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    pick(drafter, "road_section", lambda card: len(card.geometry["coordinates"][0]) > 3)
    xy = [tuple(place) for place in shapely.get_coordinates(drafter.shape()).tolist()]
    west, south, east, north = drafter.shape().bounds
    room = max(east - west, north - south) / 2  # both ends clear of what lies on the map
    window.map.view.fit((west - room, south - room, east + room, north + room))
    hand.map_still()
    window.map.start_draw("line")
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "drawing")
    drafter.click(xy[0], 1)
    hand.map_key(Qt.Key.Key_T)
    hand.until(lambda: drafter.sketcher.tracing, "tracing")
    hand.map_move(hand.pixel(*xy[-1]))
    hand.until(lambda: hand.ask("(gewu.sketching.met.preview || []).length") > 1, "the way ahead")
    at = hand.pixel(*xy[-1])
    QTest.mouseClick(hand.page, LEFT, NONE, at)
    hand.until(lambda: drafter.corners() > 2, "the whole way")
    path = drafter.sketcher.sketch.path
    assert (path[0], path[-1]) == (xy[0], xy[-1])
    # Every corner of the way is one of a line that is shown, and it is no longer than the section itself.
    scene = snapping.Scene(frozenset(window.map.tables()), window.map.system, window.map.view.zoom)
    for place in path:
        found = snapping.find(window.session.ws, place, 0.5, scene)
        assert found is not None
        assert (found.lon, found.lat) == place
    assert shapely.length(shapely.LineString(path)) <= shapely.length(drafter.shape()) + 1e-9
    hand.map_key(Qt.Key.Key_Backspace)
    hand.until(lambda: drafter.corners() == 1, "the whole way back")


def test_a_line_turns_off_where_sections_cross_without_a_common_corner(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    pick(drafter, "road_section", lambda card: card.geometry["type"] == "MultiLineString")
    one = drafter.uuid
    x, y = POINTER
    ws = window.session.ws
    other = next(hit.uuid for hit in places.inside(ws, HERE, "road_section") if hit.uuid != one)
    across_, down = [[x - 0.001, y], [x + 0.001, y]], [[x, y + 0.0008], [x, y - 0.0008]]
    for uuid, line in ((one, across_), (other, down)):
        shape = {"type": "MultiLineString", "coordinates": [line]}
        window.session.work(editing.set_shape, "road_section", uuid, shape, label="shape")
        hand.rest()
    for name, switch in window.left.layers.switches.items():
        switch.setChecked(name == "road")
    window.map.view.fit((x - 0.0015, y - 0.001, x + 0.0015, y + 0.001))
    hand.map_still()
    window.map.start_draw("line")
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "drawing")
    drafter.click(tuple(across_[0]), 1)
    hand.map_key(Qt.Key.Key_T)
    hand.until(lambda: drafter.sketcher.tracing, "tracing")
    at = hand.pixel(*down[0])
    hand.map_move(at)
    QTest.mouseClick(hand.page, LEFT, NONE, at)
    hand.until(lambda: drafter.corners() == 3, "round the corner")
    first, corner, last = drafter.sketcher.sketch.path
    assert (first, last) == (tuple(across_[0]), tuple(down[0]))
    assert corner == pytest.approx((x, y), abs=1e-9)


def test_a_drawing_given_up_can_be_taken_up_again(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    pick(drafter, "place", estate)
    drafter.start("split")
    start, end = across(drafter.shape())
    drafter.draw(start, end)
    hand.map_key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.ask("gewu.drawing") is None and window.message.isVisible(), "given up")
    hand.click(offers(window.message)[0])
    hand.until(lambda: hand.ask("gewu.drawing") == "split" and drafter.corners() == 2, "back")
    hand.map_key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.ask("gewu.drawing") is None and window.message.isVisible(), "given up again")
    hand.click(offers(window.message)[0])
    hand.until(lambda: hand.ask("gewu.drawing") == "split" and drafter.corners() == 2, "back once more")
    hand.key(Qt.Key.Key_M, at=window)  # measuring begins, the drawing leaves
    hand.until(lambda: hand.ask("gewu.measuring") and hand.ask("gewu.drawing") is None, "measuring")
    hand.until(lambda: window.message.isVisible(), "offered even so")
    hand.key(Qt.Key.Key_L, at=window)
    hand.until(lambda: not hand.ask("gewu.measuring") and hand.ask("gewu.sweep.on"), "the lasso alone")


def test_a_drawing_survives_closing_its_workspace(drafter: Drafter, street: Any, opening: Any):
    hand, window = drafter.hand, drafter.window
    pick(drafter, "place", estate)
    drafter.start("cut")
    x, y = drafter.shape().centroid.coords[0]
    drafter.draw((x, y), (x + 0.0003, y), (x + 0.0003, y + 0.0003))
    hand.until(window.editing.unfinished.file.is_file, "on the disk")
    window.session.leave()
    hand.until(lambda: window.session.ws is None, "closed")
    hand.until(lambda: not street.with_name(f"{street.name}-desk").exists(), "let go of")
    assert len(window.editing.unfinished.left(street)) == 1
    opening(hand, street)
    hand.until(lambda: "未完成的绘制" in window.message.words.text(), "offered")
    # While it is offered another drawing begins and ends: both are kept apart.
    window.actions_["draw_line"].trigger()
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "another one")
    drafter.draw((x, y), (x + 0.0003, y))
    hand.map_key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.ask("gewu.drawing") is None, "given up")
    [(_, sketch)] = window.editing.unfinished.left(street)
    assert (sketch.tool, len(sketch.path)) == ("cut", 3)
    window.session.leave()
    hand.until(lambda: window.session.ws is None, "closed")
    hand.until(lambda: not street.with_name(f"{street.name}-desk").exists(), "let go of")
    opening(hand, street)
    hand.until(lambda: "未完成的绘制：切除" in window.message.words.text(), "offered again")
    hand.click(offers(window.message)[1])
    assert window.editing.unfinished.left(street) == []


def test_an_unfinished_drawing_is_offered_at_the_next_start(make_window: Any, settings: Any, street: Any, opening: Any):
    first = make_window(settings)
    opening(first, street)
    drafter = Drafter(first)
    pick(drafter, "place", estate)
    uuid = drafter.uuid
    drafter.start("cut")
    x, y = drafter.shape().centroid.coords[0]
    drafter.draw((x, y), (x + 0.0003, y), (x + 0.0003, y + 0.0003))
    first.until(first.window.editing.unfinished.file.is_file, "on the disk")
    first.window.close()
    second = make_window(settings)
    opening(second, street)
    second.until(lambda: "未完成的绘制" in second.window.message.words.text(), "offered")
    found = offers(second.window.message)
    assert [button.text() for button in found] == ["继续", "丢弃"]
    second.click(found[0])
    second.until(lambda: second.ask("gewu.drawing") == "cut", "going on")
    again = Drafter(second)
    again.table, again.uuid = "place", uuid
    assert again.corners() == 3
    before = again.shape()
    again.finish()
    assert shapely.area(again.shape()) < shapely.area(before)
    assert not second.window.editing.unfinished.file.exists()
