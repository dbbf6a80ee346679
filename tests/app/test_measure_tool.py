"""Measuring and buffers with the real mouse and keys; the numbers are the program's, whatever the page foretells."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.hand import Hand
from layers import measuring, places

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
    assert desk.ask("gewu.measure.legs.map(l => l.bearing)") == [measuring.bearing(leg.bearing) for leg in found.legs]
    assert desk.ask("gewu.measure.legs[1].total") == measuring.length(found.metres)
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


def test_what_the_page_foretells_is_what_the_program_decides(desk: Hand):
    ws = desk.window.session.ws
    for one, two in [
        ((121.25, 31.02), (121.2512, 31.0233)),
        ((121.25, 31.02), (121.21, 31.05)),
        ((87.6, 43.8), (87.61, 43.79)),
    ]:
        foretold = desk.ask(f"gewu.measure.foretell({list(one)}, {list(two)})")
        leg = measuring.measure(ws, [one, two]).legs[0]
        assert foretold[0] == pytest.approx(leg.metres, rel=2e-6)
        assert foretold[1] == pytest.approx(leg.bearing, abs=0.02)


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
    ("typed", "answer"), [("0", "1 到 20000 米"), ("99999", "1 到 20000 米"), ("五十", "请填写一个距离")]
)
def test_a_width_that_is_none_is_said_to_be(desk: Hand, typed: str, answer: str):
    page = desk.window.finding.buffer
    buffer_round_a_task(desk)
    desk.write(page.metres, typed)
    desk.until(lambda: page.wrong.isVisible() and answer in page.wrong.text(), "said")
    assert not page.choose.isEnabled()
    assert not page.keep.isEnabled()
    desk.until(lambda: desk.ask("gewu.finding.marks.buffer") is None, "nothing shown")


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
