"""Drawing a task with real clicks: a pin, an area, a line; it knows where it is before it is saved."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.hand import Hand
from layers import places

pytestmark = pytest.mark.window
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLACE = (121.2304, 31.0171)
CORNERS = [(121.2296, 31.0167), (121.2312, 31.0167), (121.2312, 31.0177), (121.2296, 31.0177)]


def near(desk: Hand) -> None:
    """Go close to the place, so that a pixel is about a metre."""
    desk.window.map.view.fit((PLACE[0] - 0.003, PLACE[1] - 0.002, PLACE[0] + 0.003, PLACE[1] + 0.002))
    desk.map_still()


def said(widget: Any) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_a_pin_knows_its_grids_section_and_who_answers(desk: Hand):
    window, form = desk.window, desk.window.inspector.task_form
    near(desk)
    desk.key(Qt.Key.Key_N, at=window)
    desk.until(lambda: desk.ask("gewu.drawing") == "point", "drawing")
    desk.map_click(*PLACE)
    desk.until(lambda: form.isVisible() and form.facts.count() > 6, "located")
    desk.until(lambda: any("W004" in one and "X01" in one and "府城" in one for one in said(form)), "grids")
    words = said(form)
    assert any(one.startswith("J") for one in words)
    assert any("竹竿汇街" in one for one in words)
    assert form.address.text() != ""
    assert form.suggestion.text().startswith("建议派给")
    assert "网格" in form.suggestion.text()


def test_a_form_without_a_title_says_what_is_missing(desk: Hand):
    window, form = desk.window, desk.window.inspector.task_form
    near(desk)
    desk.key(Qt.Key.Key_N, at=window)
    desk.until(lambda: desk.ask("gewu.drawing") == "point", "drawing")
    desk.map_click(*PLACE)
    desk.until(form.isVisible, "form")
    desk.press("task-save")
    assert form.missing.isVisible()
    assert form.title.hasFocus()
    assert not window.actions_["undo"].isEnabled()


def test_an_area_is_drawn_with_its_pin_inside_and_kept_as_a_sketch(desk: Hand):
    window, form = desk.window, desk.window.inspector.task_form
    near(desk)
    desk.key(Qt.Key.Key_N, SHIFT, window)
    desk.until(lambda: desk.ask("gewu.drawing") == "polygon", "drawing")
    for corner in [*CORNERS, CORNERS[0]]:
        desk.map_click(*corner)
    desk.until(form.isVisible, "form")
    desk.write(form.title, "占道施工")
    desk.key(Qt.Key.Key_Return, at=form.title)
    desk.until(lambda: window.selection.uuid("task") != "", "saved")
    ws = window.session.ws
    assert ws is not None
    card = places.card(ws, "task", window.selection.uuid("task"))
    assert card.title == "占道施工"
    kinds = sorted(part["type"] for part in card.geometry["geometries"])
    assert kinds == ["Point", "Polygon"]
    point = next(part["coordinates"] for part in card.geometry["geometries"] if part["type"] == "Point")
    assert CORNERS[0][0] < point[0] < CORNERS[1][0]
    assert CORNERS[0][1] < point[1] < CORNERS[2][1]


def test_escape_gives_the_drawing_up(desk: Hand):
    window = desk.window
    near(desk)
    desk.key(Qt.Key.Key_N, at=window)
    desk.until(lambda: desk.ask("gewu.drawing") == "point", "drawing")
    desk.map_key(Qt.Key.Key_Escape)
    desk.until(lambda: desk.ask("gewu.drawing") is None, "given up")
    assert not window.inspector.task_form.isVisible()


def test_typing_n_in_a_field_draws_nothing(desk: Hand):
    window = desk.window
    desk.write(window.tasks.text, "n")
    assert window.tasks.text.text() == "n"
    assert desk.ask("gewu.drawing") is None


def test_a_pin_is_moved_to_another_grid_and_back(desk: Hand):
    from app import journey

    window = desk.window
    journey.open_district(desk)
    uuid = journey.draw(desk)
    ws = window.session.ws
    assert ws is not None

    def spot() -> list[float]:
        geometry: Any = places.card(ws, "task", uuid).geometry
        return list(geometry["coordinates"])

    before = spot()
    desk.until(lambda: window.actions_["move"].isEnabled(), "possible")
    desk.map_still()
    window.actions_["move"].trigger()
    desk.until(lambda: desk.ask("gewu.drawing") == "point", "placing")
    desk.map_click(PLACE[0] + 0.002, PLACE[1] + 0.001)
    desk.until(lambda: spot() != before, "moved")
    assert spot() == pytest.approx([PLACE[0] + 0.002, PLACE[1] + 0.001], abs=2e-5)
    desk.until(lambda: window.actions_["undo"].isEnabled() and not window.session.busy, "undo")
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, window)
    desk.until(lambda: spot() == before, "back")
    assert not window.inspector.task_form.isVisible()
