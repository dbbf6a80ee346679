"""Forms answer once, keep what was drawn in sight, and close when what they ask about has changed."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app import journey
from app.hand import Hand
from layers import demo, tasks, workspace
from layers.domain.things import ColumnFilter, TaskFilter
from layers.words import t

Said = list[tuple[str, str]]

pytestmark = pytest.mark.window
CONTROL = Qt.KeyboardModifier.ControlModifier
PLACE = journey.PLACE


def draw(desk: Hand) -> None:
    """Place a pin and wait for its form."""
    window = desk.window
    window.map.view.fit((PLACE[0] - 0.003, PLACE[1] - 0.002, PLACE[0] + 0.003, PLACE[1] + 0.002))
    desk.map_still()
    desk.key(Qt.Key.Key_N, at=window)
    desk.until(lambda: desk.ask("gewu.drawing") == "point", "drawing")
    desk.map_click(*PLACE)
    desk.until(lambda: window.inspector.task_form.isVisible() and window.inspector.task_form.facts.count() > 6, "form")


@pytest.mark.parametrize("name", ["category", "title", "address", "description"])
def test_control_enter_in_any_field_makes_one_task(desk: Hand, name: str):
    window, form = desk.window, desk.window.inspector.task_form
    draw(desk)
    desk.write(form.title, "井盖缺失")
    field = getattr(form, name)
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    desk.key(Qt.Key.Key_Return, CONTROL, field)
    desk.key(Qt.Key.Key_Return, CONTROL, field)
    desk.until(lambda: window.selection.uuid("task") != "" and not window.session.busy, "saved")
    ws = window.session.ws
    assert ws is not None
    assert workspace.counts(ws)["task"] == 301


def test_what_was_drawn_stays_in_sight_until_the_form_is_closed(desk: Hand):
    form = desk.window.inspector.task_form
    draw(desk)
    desk.until(lambda: desk.ask("gewu.draft.geometry") is not None, "draft")
    assert desk.ask("gewu.draft.pin") == pytest.approx(list(PLACE), abs=2e-5)
    desk.click(form.cancel)
    desk.until(lambda: desk.ask("gewu.draft.geometry") is None, "gone")


def test_the_form_names_the_systems_and_what_a_missing_category_means(desk: Hand):
    form = desk.window.inspector.task_form
    draw(desk)
    names = [form.facts.itemAtPosition(row, 0).widget().text() for row in range(1, 3)]
    assert names == [one.name for one in desk.window.left.tree.systems]
    assert not form.uncounted.isVisible()
    desk.write(form.title, "井盖缺失")
    assert form.uncounted.isVisible()


def open_step(desk: Hand, step: str = "return") -> str:
    """Open the form of a step that needs a reason; return the task's uuid."""
    window = desk.window
    ws = window.session.ws
    assert ws is not None
    line = tasks.table(ws, TaskFilter(statuses=("handling",), kinds=("case",)), limit=1)[0]
    window.selection.set("task", line.uuid)
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == line.uuid, "card")
    window.inspector.take_step(step)
    desk.until(window.inspector.step_form.isVisible, "form")
    return line.uuid


def test_the_form_of_a_step_closes_when_another_sits_at_the_desk(desk: Hand, messages: list[tuple[str, str]]):
    window = desk.window
    open_step(desk, "suspend")  # a dispatcher's, not a grid leader's
    window.do.set_post("grid_leader")
    desk.until(lambda: not window.inspector.step_form.isVisible(), "closed")
    assert any("已有变化" in words for _tone, words in messages)


def test_the_form_of_a_step_closes_when_the_task_went_on(desk: Hand):
    window = desk.window
    uuid = open_step(desk)
    window.session.work(tasks.advance, [uuid], "submit", post=window.session.post)
    desk.until(lambda: not window.inspector.step_form.isVisible(), "closed")


def test_what_was_typed_outlives_a_click_elsewhere(desk: Hand):
    window, form = desk.window, desk.window.inspector.task_form
    draw(desk)
    desk.write(form.description, "两袋垃圾")
    desk.item(window.tasks.table, window.tasks.model.index(1, 0))
    other = window.tasks.model.lines[1].uuid
    desk.until(lambda: window.selection.uuid("task") == other, "selected")
    desk.rest()
    assert form.isVisible()
    assert form.description.toPlainText() == "两袋垃圾"
    desk.click(form.cancel)
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == other, "its card")


def test_a_form_that_nobody_typed_into_gives_way(desk: Hand):
    window = desk.window
    draw(desk)
    desk.item(window.tasks.table, window.tasks.model.index(1, 0))
    desk.until(lambda: window.inspector.card is not None, "card")
    assert not window.inspector.task_form.isVisible()


def test_drawing_again_moves_the_task_and_keeps_its_words(desk: Hand):
    window, form = desk.window, desk.window.inspector.task_form
    draw(desk)
    desk.write(form.title, "井盖缺失")
    desk.key(Qt.Key.Key_N, at=window)
    desk.until(lambda: desk.ask("gewu.drawing") == "point", "drawing")
    desk.map_click(PLACE[0] + 0.001, PLACE[1])
    desk.until(lambda: form._spot is not None and abs(form._spot[0] - PLACE[0] - 0.001) < 1e-4, "moved")
    assert form.title.text() == "井盖缺失"
    window.inspector.start_task(None, "另一段文字")
    assert form.description.toPlainText() == ""


def test_a_reason_that_is_being_written_keeps_its_task_above_it(desk: Hand):
    window = desk.window
    line = next(one for one in window.tasks.model.lines if one.status == "filed")
    window.selection.set("task", line.uuid)
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == line.uuid, "card")
    window.inspector.take_step("dispatch")
    step = window.inspector.step_form
    desk.until(step.isVisible, "form")
    desk.write(step.reason, "请尽快")
    row = next(i for i, one in enumerate(window.tasks.model.lines) if one.uuid != line.uuid)
    desk.item(window.tasks.table, window.tasks.model.index(row, 0))
    desk.rest()
    assert step.isVisible()
    assert window.inspector.card.uuid == line.uuid
    desk.click(step.cancel)
    other = window.tasks.model.lines[row].uuid
    desk.until(lambda: window.inspector.card.uuid == other, "the other's card")


def test_a_begun_form_is_not_thrown_away_by_a_step_an_edit_or_a_photo(desk: Hand, tmp_path: Path, messages: Said):
    window, form = desk.window, desk.window.inspector.task_form
    line = next(one for one in window.tasks.model.lines if one.status == "handling")
    window.selection.set("task", line.uuid)
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == line.uuid, "card")
    draw(desk)
    desk.write(form.title, "井盖缺失")
    path = tmp_path / "现场.jpg"
    journey.picture(path)
    for act in (
        lambda: window.inspector.take_steps("submit", [line]),
        lambda: window.inspector.ask("edit"),
        lambda: desk.drop(window, [path]),
    ):
        messages.clear()
        act()
        desk.until(lambda: bool(messages), "said")
        assert messages == [("info", t("window.form_open"))]
        desk.rest()
        assert form.isVisible()
        assert form.title.text() == "井盖缺失"
    ws = window.session.ws
    assert ws is not None
    assert tasks.line(ws, line.uuid).status == "handling"


def test_another_workspace_begins_without_form_and_filters(desk: Hand, tmp_path: Path, opening: Any):
    window, form = desk.window, desk.window.inspector.task_form
    draw(desk)
    desk.write(form.title, "井盖缺失")
    desk.write(window.tasks.text, "垃圾")
    window.tasks.headings._narrow("status", ColumnFilter("status", values=("handling",)))
    other = tmp_path / "另一个.gpkg"
    demo.write(other)
    opening(desk, other)
    assert not form.isVisible()
    assert window.tasks.text.text() == ""
    assert window.tasks.headings.set == {}
    ws = window.session.ws
    assert ws is not None
    expected = tasks.counts(ws, TaskFilter(open_only=True))["all"]
    desk.until(lambda: len(window.tasks.model.lines) == expected, "all open ones")
