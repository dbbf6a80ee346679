"""What is here, by the right button and by keys; a typed coordinate flown to; tips; rows and pins light each other."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app import parts
from app.hand import Hand
from layers import tasks
from layers.domain.things import TaskLine

pytestmark = pytest.mark.window
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
RIGHT = Qt.MouseButton.RightButton


def placed(desk: Hand) -> TaskLine:
    return next(line for line in desk.window.tasks.model.lines if line.lon is not None)


def near(desk: Hand, line: TaskLine) -> None:
    """Bring a task's place into the middle, close enough for everything to be drawn."""
    reach = 0.0006
    desk.window.map.view.fit((line.lon - reach, line.lat - reach, line.lon + reach, line.lat + reach), maxzoom=18)
    desk.map_still()


def said(desk: Hand) -> str:
    page = desk.window.finding.here
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def ask_here(desk: Hand, line: TaskLine) -> None:
    near(desk, line)
    desk.map_click(line.lon, line.lat, button=RIGHT)
    page = desk.window.finding.here
    desk.until(lambda: page.isVisible() and page.found is not None, "here")
    QApplication.processEvents()


def test_the_right_button_says_what_is_here(desk: Hand):
    line = placed(desk)
    ask_here(desk, line)
    text = said(desk)
    for words in ("此处", "四级网格", "责任网格（265）", "中山街道（演示）", "责任人", "米内设施点", "米内在办任务"):
        assert words in text, text
    assert line.title in text
    assert "专职网格员" in text
    assert str(line.lon)[:7] in text
    desk.until(lambda: desk.ask("gewu.finding.marks.spot") is not None, "spot")
    assert desk.window.selection.picked is None  # asking selects nothing


def test_every_line_leads_to_its_thing(desk: Hand):
    line = placed(desk)
    ask_here(desk, line)
    page = desk.window.finding.here
    link = next(one for one in page.findChildren(parts.Link) if one.text() == line.title)
    page.scroller.ensureWidgetVisible(link)
    desk.click(link, QPoint(4, 8))
    desk.until(lambda: desk.window.selection.uuid("task") == line.uuid, "selected")
    desk.until(lambda: desk.window.inspector.card is not None, "card")
    desk.until(lambda: desk.ask("gewu.finding.marks.spot") is None, "no spot")


def test_a_task_is_begun_here(desk: Hand):
    line = placed(desk)
    ask_here(desk, line)
    desk.press("here-new")
    form = desk.window.inspector.task_form
    desk.until(form.isVisible, "form")
    assert desk.window.inspector.guest is None


def test_the_coordinate_is_copied_in_the_system_that_is_chosen(desk: Hand, messages: list[tuple[str, str]]):
    line = placed(desk)
    ask_here(desk, line)
    page = desk.window.finding.here
    menu = page.copy.menu()
    menu.aboutToShow.emit()
    shown = [action.text() for action in menu.actions()]
    assert len(shown) == 8
    chosen = next(action for action in menu.actions() if action.text().startswith("CGCS2000 3° 带 第 40 带"))
    chosen.trigger()
    copied = QApplication.clipboard().text()
    assert copied.startswith("X=34")
    assert any(copied in words for _, words in messages)


def test_keys_ask_what_is_in_the_middle_and_escape_goes_back(desk: Hand):
    window = desk.window
    near(desk, placed(desk))
    for press in (
        lambda: desk.key(Qt.Key.Key_F10, SHIFT, window),
        lambda: QTest.keyClick(desk.page, Qt.Key.Key_Menu),
        lambda: QTest.keyClick(desk.page, Qt.Key.Key_F10, SHIFT),
    ):
        press()
        desk.until(lambda: window.finding.here.isVisible() and window.finding.here.found is not None, "here")
        seen = window.map.view.bounds
        lon, lat = window.finding.here.place
        assert lon == pytest.approx((seen[0] + seen[2]) / 2, abs=2e-5)
        assert lat == pytest.approx((seen[1] + seen[3]) / 2, abs=2e-5)
        desk.map_key(Qt.Key.Key_Escape)
        desk.until(lambda: not window.finding.here.isVisible(), "gone")
        window.finding.here.found = None


def test_a_typed_coordinate_is_flown_to_and_marked(desk: Hand):
    window = desk.window
    desk.key(Qt.Key.Key_K, CONTROL, window)
    desk.until(window.finder.hasFocus, "focus")
    desk.write(window.finder, "619359.880 3433862.759")
    desk.until(lambda: window.finder.popup.isVisible() and window.finder.popup.list.count() > 1, "offers")
    desk.key(Qt.Key.Key_Return, at=window.finder)
    desk.until(lambda: window.finding.here.isVisible(), "here")
    desk.until(lambda: window.map.view.zoom >= 16, "near")
    desk.map_still()
    spot = desk.ask("gewu.finding.marks.spot")
    assert spot == [pytest.approx(121.25, abs=1e-7), pytest.approx(31.02, abs=1e-7)]
    centre = desk.ask("gewu.map.getCenter()")
    assert centre["lng"] == pytest.approx(121.25, abs=1e-4)
    assert centre["lat"] == pytest.approx(31.02, abs=1e-4)


def test_a_script_in_a_name_is_text_in_the_tip_and_in_the_panel(desk: Hand):
    window = desk.window
    line = placed(desk)
    evil = "<img src=x onerror=document.title='hit'><b>夜</b>"
    window.session.work(tasks.edit, line.uuid, {"title": evil, "address": "<script>1</script>"})
    desk.rest()
    near(desk, line)
    desk.map_move(desk.pixel(line.lon, line.lat))
    desk.until(lambda: evil in (desk.ask("gewu.tip.textContent") or ""), "tip")
    assert "<script>1</script>" in desk.ask("gewu.tip.textContent")
    assert desk.ask("gewu.tip.querySelectorAll('img, b, script').length") == 0
    assert desk.ask("document.title") == "Gewu"
    ask_here(desk, line)
    assert evil in said(desk)


def test_the_tip_of_a_task_shows_its_status_and_its_lamp(desk: Hand):
    window = desk.window
    desk.click(window.tasks.views["overdue"])
    desk.until(lambda: all(line.lamp == "red" for line in window.tasks.model.lines), "overdue")
    line = placed(desk)
    near(desk, line)
    desk.map_move(desk.pixel(line.lon, line.lat))
    desk.until(lambda: line.number in (desk.ask("gewu.tip.textContent") or ""), "tip")
    said = desk.ask("gewu.tip.textContent")
    assert tasks.status_label(line.status, line.kind) in said
    assert "超期" in said
    assert desk.ask("gewu.tip.querySelectorAll('canvas').length") == 2


def test_a_pin_lights_its_row_and_a_row_its_pin(desk: Hand):
    window = desk.window
    table, line = window.tasks.table, placed(desk)
    near(desk, line)
    desk.map_move(desk.pixel(line.lon, line.lat))
    row = window.tasks.model.row_of(line.uuid)
    desk.until(lambda: table.itemDelegate().lit == row, "row")
    QTest.mouseMove(table.viewport(), table.visualRect(window.tasks.model.index(row, 0)).center())
    desk.until(lambda: desk.ask("gewu.finding.marks.lit") is not None, "pin")
    assert desk.ask("gewu.finding.marks.lit") == [pytest.approx(line.lon), pytest.approx(line.lat)]
    QTest.mouseMove(table.viewport(), QPoint(20, table.viewport().height() - 1))
    QTest.mouseMove(window.finder, QPoint(5, 5))
    desk.until(lambda: desk.ask("gewu.finding.marks.lit") is None, "dark")


def test_who_may_only_look_begins_no_task_here(desk: Hand, street: Any, make_window: Any, opening: Any):
    other = make_window()
    other.window.files.open(street)
    other.until(lambda: other.window.session.ws is not None and bool(other.window.tasks.model.lines), "second desk")
    other.map_still()
    line = placed(other)
    other.window.finding.show_here(line.lon, line.lat)
    other.until(lambda: other.window.finding.here.found is not None, "here")
    assert not other.window.finding.here.new.isEnabled()
