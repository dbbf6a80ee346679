"""Measuring and buffers with the real mouse and keys; the numbers are the program's, whatever the page foretells."""

import json
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.hand import Hand
from layers import measuring, places
from layers.domain import measures
from layers.gis import crs

pytestmark = pytest.mark.window
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
CORNERS = [QPoint(200, 150), QPoint(420, 130), QPoint(400, 320)]


def begin(desk: Hand) -> None:
    desk.key(Qt.Key.Key_M, at=desk.window)
    desk.until(lambda: desk.ask("gewu.measuring"), "measuring")


def press(desk: Hand, at: QPoint) -> None:
    """Click a pixel, once the double-click time has passed since the last one: each is a corner of its own."""
    before = desk.ask("gewu.measure.path.length")
    desk.map_move(at)
    QTest.mouseClick(desk.page, LEFT, Qt.KeyboardModifier.NoModifier, at)
    desk.until(lambda: desk.ask("gewu.measure.path.length") != before or desk.ask("gewu.measure.ended"), "corner")


def path(desk: Hand) -> list[tuple[float, float]]:
    return [tuple(corner) for corner in desk.ask("gewu.measure.path")]


def summed(desk: Hand, legs: int) -> str:
    desk.until(lambda: desk.ask("gewu.measure.legs.length") == legs and desk.ask("gewu.measure.sum"), "sum")
    desk.until(lambda: desk.ask("gewu.measure.box.classList.contains('gewu-on')"), "shown")
    return str(desk.ask("gewu.measure.text.textContent"))


def test_a_length_is_measured_leg_by_leg_and_stays_until_escape(desk: Hand):
    window = desk.window
    begin(desk)
    assert desk.ask("gewu.hint.textContent").startswith("单击加点")
    for at in CORNERS:
        press(desk, at)
    found = measuring.measure(window.session.ws, path(desk))
    assert summed(desk, 2) == measuring.summary(found)
    assert desk.ask("gewu.measure.legs.map(l => l.bearing)") == [measures.bearing(leg.bearing) for leg in found.legs]
    assert desk.ask("gewu.measure.legs[1].total") == measures.length(found.metres, finer=True)
    desk.map_key(Qt.Key.Key_Return)
    desk.until(lambda: desk.ask("gewu.measure.ended"), "ended")
    assert window.selection.picked is None  # clicks that measure do not select
    desk.map_key(Qt.Key.Key_Escape)
    desk.until(lambda: not desk.ask("gewu.measuring"), "over")
    assert desk.ask("gewu.measure.box.classList.contains('gewu-on')") is False
    assert not desk.ask("gewu.taken()")


def test_the_first_corner_closes_an_area_and_the_result_is_copied(desk: Hand, messages: list[tuple[str, str]]):
    window = desk.window
    begin(desk)
    for at in [*CORNERS, CORNERS[0]]:
        press(desk, at)
    found = measuring.measure(window.session.ws, path(desk), True)
    assert found.area_m2 is not None
    assert summed(desk, 3) == measuring.summary(found)
    QTest.keyClick(desk.page, Qt.Key.Key_C, CONTROL)
    desk.until(lambda: ("info", "测量结果已复制") in messages, "copied")
    assert QApplication.clipboard().text() == measuring.said(found)
    # The button beside the sum does the same.
    QApplication.clipboard().clear()
    button = "gewu.measure.box.querySelector('button').getBoundingClientRect()"
    where = f"(b => [b.x + b.width / 2, b.y + b.height / 2])({button})"
    QTest.mouseClick(desk.page, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(*map(round, desk.ask(where))))
    desk.until(lambda: QApplication.clipboard().text() == measuring.said(found), "copied again")
    assert len(path(desk)) == 3  # pressing a button is no corner


def test_backspace_takes_a_corner_back_and_a_double_click_ends(desk: Hand):
    begin(desk)
    for at in CORNERS:
        press(desk, at)
    summed(desk, 2)
    desk.map_key(Qt.Key.Key_Backspace)
    summed(desk, 1)
    assert len(path(desk)) == 2
    desk.map_move(CORNERS[1])
    # Qt's test mouse cannot make Chromium count to two: the events themselves are given to the page. The hand shakes.
    for kind, x in (("click", CORNERS[1].x()), ("click", CORNERS[1].x() + 1), ("dblclick", CORNERS[1].x() + 1)):
        event = f"new MouseEvent('{kind}', {{clientX: {x}, clientY: {CORNERS[1].y()}, bubbles: true}})"
        desk.ask(f"gewu.map.getContainer().dispatchEvent({event})")
    desk.until(lambda: desk.ask("gewu.measure.ended"), "ended")
    assert len(path(desk)) == 2
    press(desk, QPoint(300, 300))  # the next click begins anew
    assert len(path(desk)) == 1


def test_keys_alone_measure_with_the_middle_of_the_map(desk: Hand):
    begin(desk)
    QTest.keyClick(desk.page, Qt.Key.Key_Space)
    desk.until(lambda: desk.ask("gewu.measure.path.length") == 1, "first")
    centre = desk.ask("gewu.map.getCenter()")
    QTest.keyClick(desk.page, Qt.Key.Key_Right)
    desk.until(lambda: desk.ask("gewu.map.getCenter().lng") > centre["lng"], "moved")
    desk.map_still()
    QTest.keyClick(desk.page, Qt.Key.Key_Space)
    assert summed(desk, 1).endswith("° 东")


def test_the_leg_under_the_pointer_is_said_by_the_program(desk: Hand):
    begin(desk)
    press(desk, CORNERS[0])
    for at in CORNERS[1:]:
        desk.map_move(at)
        x, y = at.x(), at.y()
        place = desk.ask(f"(p => [p.lng, p.lat])(gewu.map.containerPointToLatLng([{x}, {y}]))")
        leg = measuring.leg_words(measuring.measure(desk.window.session.ws, [*path(desk), place]).legs[0])
        said = f"{leg['metres']} · {leg['bearing']}"
        desk.until(lambda said=said: desk.ask("gewu.measure.ahead") == said, said)
        desk.until(lambda said=said: said in [one[0] for one in desk.ask("gewu.measure.written")], "written")
    press(desk, CORNERS[2])
    desk.map_key(Qt.Key.Key_Return)
    desk.until(lambda: len(desk.ask("gewu.measure.written")) == 2, "the leg's length and bearing, nothing ahead")


def boxes(desk: Hand) -> list[tuple[str, float, float, float]]:
    """What is written on the measured path: text, x, y and half its width in px."""
    measure = (
        "(ctx => gewu.measure.written.map(([text, x, y, strong]) => {"
        " ctx.font = gewu.font(12, strong ? 600 : 400); return [text, x, y, ctx.measureText(text).width / 2]; }))"
        "(document.createElement('canvas').getContext('2d'))"
    )
    return [tuple(one) for one in desk.ask(measure)]


def test_on_short_legs_no_label_lies_on_another(desk: Hand):
    begin(desk)
    zigzag = [QPoint(200 + 26 * n, 180 + (18 if n % 2 else 0)) for n in range(9)]
    for at in [*zigzag, QPoint(434, 320)]:
        press(desk, at)
    summed(desk, 9)
    desk.map_key(Qt.Key.Key_Return)
    desk.until(lambda: desk.ask("gewu.measure.ended"), "ended")
    desk.until(lambda: bool(desk.ask("gewu.measure.written")), "written")
    found = boxes(desk)
    for n, (text, x, y, half) in enumerate(found):
        for other, x2, y2, half2 in found[n + 1 :]:
            assert abs(x - x2) >= half + half2 or abs(y - y2) >= 12, (text, other)
    last = desk.ask("gewu.measure.legs[8]")  # the one long leg says all of itself
    assert {last["metres"], last["bearing"], "∑ " + last["total"]} <= {text for text, *_ in found}
    assert len(found) < 25  # of nine lengths, nine bearings and eight sums


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sums_stand_on_nothing_else_at_the_foot_of_the_map(desk: Hand, language: str):
    window = desk.window
    window.do.set_language(language)
    desk.until(lambda: window.map.legend.isVisible(), "the legend")
    begin(desk)
    for at in [*CORNERS, CORNERS[0]]:
        press(desk, at)
    summed(desk, 3)
    desk.until(lambda: not window.map.legend.isVisible(), "the legend gives its ground")
    rect = "(e => (b => [b.left, b.top, b.right, b.bottom])(e.getBoundingClientRect()))"
    own = desk.ask(f"{rect}(gewu.measure.box)")
    assert own[2] - own[0] > 100
    for other in ("gewu.mark", "gewu.scale.root", "gewu.notes.element", "document.querySelector('.gewu-corner')"):
        box = desk.ask(f"{rect}({other})")
        apart = own[0] >= box[2] or own[2] <= box[0] or own[1] >= box[3] or own[3] <= box[1]
        assert apart or box[2] == box[0], other
    desk.map_key(Qt.Key.Key_Escape)
    desk.until(window.map.legend.isVisible, "the legend again")


def test_measuring_and_drawing_do_not_get_into_each_other(desk: Hand):
    desk.window.do.draw("line")
    desk.until(lambda: desk.ask("gewu.drawing") == "line", "drawing")
    begin(desk)
    assert desk.ask("gewu.drawing") is None
    desk.key(Qt.Key.Key_M, at=desk.window)
    desk.until(lambda: not desk.ask("gewu.measuring"), "over")


# -- buffers -----------------------------------------------------------------------------------------------


def buffer_round_a_task(desk: Hand) -> Any:
    window = desk.window
    line = next(one for one in window.tasks.model.lines if one.lon is not None)
    window.selection.set("task", line.uuid)
    desk.until(lambda: window.inspector.card is not None, "card")
    desk.key(Qt.Key.Key_B, at=window)
    page = window.finding.buffer
    desk.until(lambda: page.isVisible() and page.found is not None, "buffer")
    return line


def test_a_buffer_is_shown_while_its_width_is_typed_and_selects_what_is_inside(desk: Hand):
    window, page = desk.window, desk.window.finding.buffer
    line = buffer_round_a_task(desk)
    assert page.metres.hasFocus()
    desk.write(page.metres, "200")
    desk.until(lambda: page.found is not None and page.found.metres == 200, "200 m")
    desk.until(lambda: desk.ask("gewu.finding.marks.buffer.type") == "Polygon", "shown")
    assert page.found.counts["task"] > 0
    assert page.kinds["task"].text() == f"任务  {page.found.counts['task']}"
    expected = {uuid for _, uuid in page.found.picks}
    assert line.uuid in expected
    desk.key(Qt.Key.Key_Return, at=page.metres)
    desk.until(lambda: {one.uuid for one in window.selection.many} == expected, "selected")
    desk.until(lambda: window.finding.many.isVisible(), "card of many")
    desk.until(lambda: desk.ask("gewu.finding.marks.buffer") is None, "ground gone")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("0", "1 到 20000 米"), ("-5", "1 到 20000 米"), ("99 999", "1 到 20000 米"), ("9" * 300, "1 到 20000 米"),
     ("五十", "请填写一个距离"), ("1e3", "请填写一个距离"), ("nan", "请填写一个距离"), (" ", "请填写一个距离")],
)  # fmt: skip
def test_a_width_that_is_none_is_said_to_be(desk: Hand, typed: str, answer: str):
    page = desk.window.finding.buffer
    buffer_round_a_task(desk)
    desk.write(page.metres, typed)
    desk.until(lambda: page.wrong.isVisible() and answer in page.wrong.text(), "said")
    assert not page.choose.isEnabled()
    assert not page.keep.isEnabled()
    desk.until(lambda: desk.ask("gewu.finding.marks.buffer") is None, "nothing shown")


@pytest.mark.parametrize(("typed", "metres"), [("80 m", 80), ("0.2km", 200), ("1,200", 1200), ("６０米", 60)])
def test_a_width_is_read_with_its_unit(desk: Hand, typed: str, metres: float):
    page = desk.window.finding.buffer
    buffer_round_a_task(desk)
    desk.write(page.metres, typed)
    desk.until(lambda: page.found is not None and page.found.metres == metres, typed)
    assert not page.wrong.isVisible()


def test_enter_takes_the_width_that_stands_there_however_fast_it_came(desk: Hand):
    window, page = desk.window, desk.window.finding.buffer
    buffer_round_a_task(desk)
    near = {uuid for _, uuid in page.found.picks}
    page.metres.selectAll()
    QTest.keyClicks(page.metres, "300")
    QTest.keyClick(page.metres, Qt.Key.Key_Return)  # before the ground of 300 m is known
    desk.until(lambda: bool(window.selection.many), "selected")
    assert near < {one.uuid for one in window.selection.many}


def test_what_is_asked_for_a_page_that_is_left_draws_nothing(desk: Hand):
    page = desk.window.finding.buffer
    buffer_round_a_task(desk)
    page.metres.selectAll()
    QTest.keyClicks(page.metres, "20000")
    page._typing.stop()
    page._ask()
    QTest.keyClick(page.metres, Qt.Key.Key_Escape)
    desk.until(lambda: not page.isVisible(), "left")
    desk.rest()
    desk.until(lambda: desk.ask("gewu.finding.marks.buffer") is None, "nothing drawn")


@pytest.mark.parametrize("table", ["facility", "road_section", "place"])
def test_a_point_a_line_and_an_area_have_a_buffer_that_is_of_use(desk: Hand, table: str):
    window, page = desk.window, desk.window.finding.buffer
    ws = window.session.ws
    box = {"type": "Polygon", "coordinates": [[[121.22, 31.01], [121.24, 31.01], [121.24, 31.03], [121.22, 31.01]]]}
    uuid = places.inside(ws, box, table)[0].uuid
    thing = shapely.from_geojson(json.dumps(places.card(ws, table, uuid).geometry))
    window.selection.set(table, uuid)
    desk.until(lambda: window.inspector.page.card is not None and window.inspector.page.card.uuid == uuid, "card")
    desk.key(Qt.Key.Key_B, at=window)
    desk.until(lambda: page.isVisible() and page.found is not None, "buffer")
    desk.write(page.metres, "35 m")
    desk.write(page.name, "警戒范围")
    desk.press("buffer-keep")
    desk.until(lambda: window.selection.uuid("place") not in ("", uuid), "kept")
    kept = window.selection.uuid("place")
    ground = shapely.from_geojson(json.dumps(places.card(ws, "place", kept).geometry))
    assert ground.is_valid
    assert ground.contains(thing)
    out = shapely.get_coordinates(ground)
    corners = shapely.get_coordinates(shapely.segmentize(thing, 1e-5))
    away = [crs.distance_m(x, y, corners[:, 0], corners[:, 1]).min() for x, y in out[::8]]
    assert min(away) > 34.9  # m
    assert max(away) < 35.2
    # The place it became is a thing like any other: found, and the middle of the next buffer.
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.title == "警戒范围", "its card")
    desk.key(Qt.Key.Key_B, at=window)
    desk.until(lambda: page.isVisible() and page.found is not None, "a buffer round it")
    assert shapely.from_geojson(json.dumps(page.found.geometry)).contains(ground)


def test_a_buffer_is_kept_as_a_place_and_undone(desk: Hand):
    window, page = desk.window, desk.window.finding.buffer
    buffer_round_a_task(desk)
    desk.write(page.name, "临时管控区")
    desk.press("buffer-keep")
    desk.until(lambda: window.selection.uuid("place") != "", "place")
    uuid = window.selection.uuid("place")
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.title == "临时管控区", "card")
    desk.until(lambda: window.actions_["undo"].isEnabled(), "undo")
    desk.key(Qt.Key.Key_Z, CONTROL, window)
    desk.until(lambda: window.selection.picked is None, "gone")
    with pytest.raises(Exception, match="已"):
        places.card(window.session.ws, "place", uuid)


def test_a_buffer_becomes_the_sketch_of_its_task(desk: Hand):
    window = desk.window
    buffer_round_a_task(desk)
    desk.press("buffer-sketch")
    desk.until(lambda: window.inspector.card is not None and window.inspector.guest is None, "card")
    desk.until(lambda: window.inspector.card.geometry["type"] == "GeometryCollection", "sketch")


def test_escape_leaves_the_buffer_and_shows_the_card_again(desk: Hand):
    window, page = desk.window, desk.window.finding.buffer
    line = buffer_round_a_task(desk)
    desk.key(Qt.Key.Key_Escape, at=page.metres)
    desk.until(lambda: not page.isVisible() and window.inspector.card is not None, "card")
    assert window.selection.uuid("task") == line.uuid
    desk.until(lambda: desk.ask("gewu.finding.marks.buffer") is None, "ground gone")
