"""Every tool for shapes in the real window with real mouse and keys, each undone again."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.hand import Hand
from app.messages import MessageBar
from layers import places
from layers.domain.sketching import Place

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
POINTER = (121.2304, 31.0171)


class Drafter:
    """A hand that draws: at a place selected and looked at closely."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.window = hand, hand.window
        self.sketcher = hand.window.map.view.sketcher
        self.uuid = ""
        self.table = ""

    def select(self, table: str, uuid: str) -> None:
        window = self.window
        self.table, self.uuid = table, uuid
        window.selection.set(table, uuid)
        self.hand.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == uuid, "card")
        box = window.inspector.card.bounds
        margin = 0.0006
        window.map.view.fit((box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin), maxzoom=18)
        self.hand.map_still()

    def start(self, tool: str) -> None:
        self.hand.until(lambda: self.window.actions_[tool].isEnabled(), "allowed")
        self.window.actions_[tool].trigger()
        self.hand.until(lambda: self.hand.ask("gewu.drawing") == tool, tool)

    def click(self, place: Place, count: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Click a place and wait until the drawing has that many corners."""
        at = self.hand.pixel(*place)
        self.hand.map_move(at)
        QTest.mouseClick(self.hand.page, LEFT, modifiers, at)
        self.hand.until(lambda: self.corners() == count, f"corner {count}")

    def corners(self) -> int:
        return len(self.sketcher.sketch.path) if self.sketcher.sketch else 0

    def draw(self, *path: Place) -> None:
        for number, place in enumerate(path, 1):
            self.click(place, number, SHIFT)

    def finish(self) -> None:
        self.hand.map_key(Qt.Key.Key_Return)
        self.hand.until(lambda: self.hand.ask("gewu.drawing") is None, "finished")
        self.hand.rest()

    def shape(self, uuid: str = "") -> Any:
        card = places.card(self.window.session.ws, self.table, uuid or self.uuid)
        return shapely.from_geojson(__import__("json").dumps(card.geometry))

    def undo(self) -> None:
        self.hand.until(lambda: self.window.actions_["undo"].isEnabled() and not self.window.session.busy, "undo")
        self.hand.key(Qt.Key.Key_Z, CTRL, self.window)
        self.hand.rest()


@pytest.fixture
def drafter(desk: Hand) -> Drafter:
    return Drafter(desk)


def pick(drafter: Drafter, table: str, want: Callable[[Any], bool]) -> str:
    """Select and return the largest thing of a table that is wanted."""
    ws = drafter.window.session.ws
    box = {"type": "Polygon", "coordinates": [[[121, 30.9], [121.5, 30.9], [121.5, 31.2], [121, 31.2], [121, 30.9]]]}
    cards = [places.card(ws, table, hit.uuid) for hit in places.inside(ws, box, table)]
    found = [card for card in cards if want(card)]
    best = max(found, key=lambda card: (card.bounds[2] - card.bounds[0]) * (card.bounds[3] - card.bounds[1]))
    drafter.select(table, best.uuid)
    return best.uuid


def estate(card: Any) -> bool:
    return card.values["class"] == "estate" and len(card.geometry["coordinates"]) == 1


def across(shape: Any) -> tuple[Place, Place]:
    west, south, east, north = shape.bounds
    middle = (south + north) / 2
    return (west - 0.0003, middle), (east + 0.0003, middle)


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
        for hit in places.inside(window.session.ws, {"type": "Polygon", "coordinates": _around(ring[0])}, "place")
        if hit.uuid != uuid
        for xy in shapely.get_coordinates(drafter.shape(hit.uuid)).tolist()
    ]
    target = min(
        (xy for xy in others if shapely.distance(shapely.Point(xy), shapely.boundary(before)) > 2e-4),
        key=lambda xy: shapely.distance(shapely.Point(xy), shapely.Point(ring[0])),
    )
    start, end = hand.pixel(*ring[0]), hand.pixel(*target)
    _drag(hand, start, end + QPoint(3, 2))
    assert hand.ask("gewu.sketching.met.kind") == "vertex"
    assert "顶点" in hand.ask("document.querySelector('.gewu-note').textContent")
    QTest.mouseRelease(hand.page, LEFT, NONE, end + QPoint(3, 2))
    hand.until(lambda: drafter.sketcher.sketch.at == 1, "dropped")
    assert drafter.sketcher.sketch.now.paths[0][0] == target
    drafter.finish()
    assert shapely.from_wkb(shapely.to_wkb(drafter.shape())) != before
    corners = {tuple(xy) for xy in shapely.get_coordinates(drafter.shape()).tolist()}
    assert corners == {*ring[1:], target}
    drafter.undo()
    assert drafter.shape() == before


def _around(place: Place, away: float = 0.01) -> list[list[list[float]]]:
    x, y = place
    return [
        [[x - away, y - away], [x + away, y - away], [x + away, y + away], [x - away, y + away], [x - away, y - away]]
    ]


def _drag(hand: Hand, start: QPoint, end: QPoint) -> None:
    """Press on a handle and lead it somewhere, without letting go."""
    hand.map_move(start)
    QTest.mousePress(hand.page, LEFT, NONE, start)
    hand.until(lambda: hand.ask("Boolean(gewu.sketching.held)"), "held")
    for share in (0.3, 0.7, 1.0):
        at = start + (end - start) * share
        QTest.mouseMove(hand.page, at)
        hand.until(lambda at=at: hand.ask("[gewu.pointer.x, gewu.pointer.y]") == [at.x(), at.y()], "dragged")
    hand.until(lambda: hand.ask("gewu.sketching.met && gewu.sketching.met.text") != "", "met")
    x, y = end.x(), end.y()
    near = f"(p => Math.hypot(p.x - {x}, p.y - {y}))(gewu.map.latLngToContainerPoint([gewu.sketching.met.lat, gewu.sketching.met.lon]))"
    hand.until(lambda: hand.ask(near) < 12, "where the pointer is")


def test_a_corner_is_added_on_an_edge_taken_away_and_both_taken_back(drafter: Drafter):
    hand = drafter.hand
    pick(drafter, "place", estate)
    drafter.start("edit_shape")
    ring = drafter.sketcher.sketch.now.paths[0]
    middles = hand.ask("gewu.middles(gewu.sketching.sketch.paths[0])")
    (lon, lat), at = middles[0]
    start = hand.pixel(lon, lat)
    _drag(hand, start, start + QPoint(0, 25))
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
            window.session.ws, {"type": "Polygon", "coordinates": _around(before.centroid.coords[0])}, "place"
        )
        if hit.uuid != uuid and estate(places.card(window.session.ws, "place", hit.uuid))
    ]
    other = min(near, key=lambda hit: shapely.distance(drafter.shape(hit.uuid), before))
    inside = shapely.point_on_surface(drafter.shape(other.uuid))
    west, south, east, north = shapely.union(before, drafter.shape(other.uuid)).bounds
    window.map.view.fit((west, south, east, north), maxzoom=18)
    hand.map_still()
    drafter.start("merge")
    hand.map_click(inside.x, inside.y)
    hand.until(lambda: hand.ask("gewu.sketching.sketch.ghosts.length") == 2, "chosen")
    drafter.finish()
    assert shapely.area(drafter.shape()) == pytest.approx(shapely.area(before) + _area(drafter, other.uuid, before))
    drafter.undo()
    assert drafter.shape() == before


def _area(drafter: Drafter, _gone: str, before: Any) -> float:
    return float(shapely.area(drafter.shape()) - shapely.area(before))


def test_a_corner_is_cut_off_and_a_side_led_along_a_line(drafter: Drafter):
    pick(drafter, "place", estate)
    before = drafter.shape()
    west, south, east, north = before.bounds
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
    _drag(hand, start, start + QPoint(40, 0))
    QTest.mouseRelease(hand.page, LEFT, SHIFT, start + QPoint(40, 0))
    hand.until(lambda: drafter.sketcher.sketch.changed, "dragged")
    drafter.finish()
    assert drafter.shape().coords[0][0] > place[0]


def test_a_grid_is_refused_with_a_sentence(drafter: Drafter):
    window = drafter.window
    grid = window.left.tree.model.index(0, 0)
    drafter.hand.item(window.left.tree.view, grid)
    drafter.hand.until(lambda: window.selection.uuid("grid") != "", "a grid")
    drafter.hand.until(lambda: window.actions_["edit_shape"].isEnabled(), "allowed")
    window.actions_["edit_shape"].trigger()
    drafter.hand.until(lambda: "网格”工作区" in window.message.words.text(), "refused")
    assert drafter.sketcher.sketch is None
    assert not window.editing.bar.isVisible()


def test_a_line_is_drawn_by_typing_and_by_the_cross(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    window.map.view.fit((POINTER[0] - 0.003, POINTER[1] - 0.002, POINTER[0] + 0.003, POINTER[1] + 0.002))
    hand.map_still()
    hand.key(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier, window)
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "drawing")
    _type(hand, f"{POINTER[0]},{POINTER[1]}")
    hand.until(lambda: drafter.corners() == 1, "degrees")
    assert drafter.sketcher.sketch.path == (POINTER,)
    _type(hand, "80<90")
    hand.until(lambda: drafter.corners() == 2, "length and bearing")
    _type(hand, "5x")
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
    hand.key(Qt.Key.Key_Y, CTRL, window)
    hand.until(lambda: drafter.corners() == 3, "again")
    hand.map_key(Qt.Key.Key_Return)
    hand.until(window.inspector.task_form.isVisible, "the form of a new task")


def _type(hand: Hand, words: str) -> None:
    hand.map_key(Qt.Key(ord(words[0])))
    hand.until(lambda: hand.ask("gewu.typing()"), "the field")
    event = QInputMethodEvent()
    event.setCommitString(words[1:])
    QApplication.sendEvent(hand.page, event)
    hand.until(lambda: hand.ask("document.querySelector('.gewu-typed input').value") == words, "typed")
    hand.map_key(Qt.Key.Key_Return)


def test_a_rectangle_becomes_a_task(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    window.map.view.fit((POINTER[0] - 0.003, POINTER[1] - 0.002, POINTER[0] + 0.003, POINTER[1] + 0.002))
    hand.map_still()
    window.actions_["draw_rectangle"].trigger()
    hand.until(lambda: hand.ask("gewu.drawing") == "rectangle", "drawing")
    drafter.click((POINTER[0] - 0.0005, POINTER[1]), 1, SHIFT)
    drafter.click((POINTER[0] + 0.0005, POINTER[1] + 0.0002), 2, SHIFT)
    hand.map_move(hand.pixel(POINTER[0], POINTER[1] + 0.0006))
    hand.until(lambda: "×" in hand.ask("document.querySelector('.gewu-note').textContent"), "its size")
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
    drafter.click((POINTER[0] - 0.001, POINTER[1]), 1, SHIFT)
    drafter.click((POINTER[0], POINTER[1]), 2, SHIFT)
    at = hand.pixel(POINTER[0], POINTER[1] + 0.0008) + QPoint(3, 0)
    hand.map_move(at)
    hand.until(lambda: hand.ask("gewu.sketching.met.kind") == "right_angle", "met")
    assert len(hand.ask("gewu.sketching.met.guides")) == 1
    QTest.mouseClick(hand.page, LEFT, NONE, at)
    hand.until(lambda: drafter.corners() == 3, "set")
    first, second, third = drafter.sketcher.sketch.path
    assert third[0] == pytest.approx(second[0], abs=2e-6)
    hand.key(Qt.Key.Key_Z, CTRL, window)
    hand.until(lambda: drafter.corners() == 2, "back")
    QTest.mouseClick(hand.page, LEFT, SHIFT, at)
    hand.until(lambda: drafter.corners() == 3, "set freely")
    assert abs(drafter.sketcher.sketch.path[2][0] - second[0]) > 5e-6


def test_a_line_follows_the_sections(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    pick(
        drafter,
        "road_section",
        lambda card: card.values["class"] in ("main", "secondary") and len(card.geometry["coordinates"]) == 1,
    )
    xy = [tuple(place) for place in shapely.get_coordinates(drafter.shape()).tolist()]
    window.map.start_draw("line")
    hand.until(lambda: hand.ask("gewu.drawing") == "line", "drawing")
    drafter.click(xy[0], 1)
    hand.map_key(Qt.Key.Key_T)
    hand.until(lambda: drafter.sketcher.tracing, "tracing")
    hand.map_move(hand.pixel(*xy[-1]))
    hand.until(lambda: hand.ask("(gewu.sketching.met.preview || []).length") == len(xy) - 1, "the way ahead")
    drafter.click(xy[-1], len(xy))
    assert list(drafter.sketcher.sketch.path) == xy
    hand.map_key(Qt.Key.Key_Backspace)
    hand.until(lambda: drafter.corners() == 1, "the whole way back")


def _offers(bar: MessageBar) -> list[Any]:
    return [bar.offers.itemAt(i).widget() for i in range(bar.offers.count())]


def test_a_drawing_given_up_can_be_taken_up_once(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    pick(drafter, "place", estate)
    drafter.start("split")
    start, end = across(drafter.shape())
    drafter.draw(start, end)
    hand.map_key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.ask("gewu.drawing") is None and window.message.isVisible(), "given up")
    hand.click(_offers(window.message)[0])
    hand.until(lambda: hand.ask("gewu.drawing") == "split" and drafter.corners() == 2, "back")
    hand.map_key(Qt.Key.Key_Escape)
    hand.until(lambda: hand.ask("gewu.drawing") is None, "given up again")
    assert not window.message.isVisible()


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
    offers = _offers(second.window.message)
    assert [button.text() for button in offers] == ["继续", "丢弃"]
    second.click(offers[0])
    second.until(lambda: second.ask("gewu.drawing") == "cut", "going on")
    again = Drafter(second)
    again.table, again.uuid = "place", uuid
    assert again.corners() == 3
    before = again.shape()
    again.finish()
    assert shapely.area(again.shape()) < shapely.area(before)
    assert not second.window.editing.unfinished.file.exists()
