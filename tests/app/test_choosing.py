"""Choosing many things with the real mouse and keys: lasso, box, Ctrl and Alt, the table, and their one card."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.hand import Hand
from app.selection import Picked, Selection

pytestmark = pytest.mark.window
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
A, B = QPoint(230, 230), QPoint(330, 330)


def square(a: QPoint = A, b: QPoint = B) -> list[QPoint]:
    return [a, QPoint(b.x(), a.y()), b, QPoint(a.x(), b.y()), a]


def pins_in(desk: Hand, a: QPoint = A, b: QPoint = B) -> set[str]:
    """Return the uuids of the pins that the page has in a box of pixels, once it has some and lies still."""
    desk.until(lambda: desk.ask("gewu.pins.done && gewu.pins.all.length > 0"), "pins")
    desk.map_still()
    inside = (
        "((nw, se) => gewu.pins.all.filter(p => { const at = gewu.map.unproject([p.x, p.y], 0);"
        "return at.lng > nw.lng && at.lng < se.lng && at.lat < nw.lat && at.lat > se.lat }).map(p => p.id))"
        f"(gewu.map.containerPointToLatLng([{a.x()}, {a.y()}]), gewu.map.containerPointToLatLng([{b.x()}, {b.y()}]))"
    )
    return set(desk.ask(inside))


def many(desk: Hand) -> set[str]:
    return {one.uuid for one in desk.window.selection.many}


def box(desk: Hand, a: QPoint = A, b: QPoint = B, more: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    desk.map_drag([a, QPoint((a.x() + b.x()) // 2, b.y()), b], SHIFT | more)


def test_one_selection_holds_one_thing_or_many(qtbot: Any):
    selection = Selection()
    heard: list[Any] = []
    selection.gathered.connect(heard.append)
    selection.changed.connect(lambda picked, _fly: heard.append(picked))
    one, two = Picked("task", "1"), Picked("facility", "2")
    selection.gather([one])
    assert (selection.picked, selection.many, selection.all) == (one, (), (one,))
    selection.toggle("facility", "2")
    assert (selection.picked, selection.many) == (None, (one, two))
    selection.gather([one, two, one])
    selection.toggle("task", "1")
    assert (selection.picked, selection.all) == (two, (two,))
    selection.gather([one, two])
    selection.clear()
    selection.clear()
    assert heard == [one, (one, two), (), two, (one, two), ()]


def test_a_lasso_selects_the_pins_it_goes_round_everywhere(desk: Hand):
    window = desk.window
    expected = pins_in(desk)
    assert len(expected) > 5
    desk.key(Qt.Key.Key_L, at=window)
    desk.until(lambda: desk.ask("gewu.sweep.on"), "lasso")
    assert desk.ask("gewu.hint.textContent").startswith("拖动圈选")
    desk.map_drag(square())
    desk.until(lambda: many(desk) == expected, "selected")
    desk.until(lambda: {line.uuid for line in window.tasks.table.picked()} == expected, "rows")
    page = window.finding.many
    desk.until(lambda: page.isVisible() and page.title.text() == f"已选 {len(expected)} 件任务", "card")
    desk.until(lambda: desk.ask("gewu.finding.marks.many.length") == len(expected), "marks")
    assert sum(part.count for part in page.whole.groups[0].parts) == len(expected)
    assert not desk.ask("gewu.sweep.on")  # the map can be moved again
    assert desk.ask("gewu.map.dragging.enabled()")
    desk.map_key(Qt.Key.Key_Escape)
    desk.until(lambda: not window.selection.many, "let go")
    desk.until(lambda: desk.ask("gewu.finding.marks.many.length") == 0, "unmarked")
    assert window.tasks.table.picked() == []
    assert window.inspector.stack.currentWidget() is window.inspector.empty


def test_a_box_is_drawn_with_shift_and_control_adds_and_alt_takes_away(desk: Hand):
    first, second = pins_in(desk), pins_in(desk, QPoint(330, 230), QPoint(430, 330))
    box(desk)
    desk.until(lambda: many(desk) == first, "first")
    box(desk, QPoint(330, 230), QPoint(430, 330), CONTROL)
    desk.until(lambda: many(desk) == first | second, "both")
    box(desk, more=ALT)
    desk.until(lambda: many(desk) == second, "second")


def test_control_and_a_click_add_one_and_take_it_away(desk: Hand):
    window = desk.window
    one, two = [line for line in window.tasks.model.lines if line.lon is not None][:2]
    window.selection.set("task", two.uuid)
    desk.until(lambda: window.inspector.card is not None, "card")
    window.map.view.fit((one.lon - 1e-3, one.lat - 1e-3, one.lon + 1e-3, one.lat + 1e-3))
    desk.map_still()
    desk.map_click(one.lon, one.lat, CONTROL)
    desk.until(lambda: many(desk) == {one.uuid, two.uuid}, "both")
    desk.until(lambda: desk.ask("gewu.finding.marks.many.length") == 2, "marks")
    desk.map_click(one.lon, one.lat, CONTROL)
    desk.until(lambda: window.selection.uuid("task") == two.uuid, "one")


@pytest.mark.parametrize(("kind", "presses"), [("facility", 1), ("road_section", 2), ("place", 3), ("grid", 4)])
def test_any_kind_of_thing_is_chosen_by_keys_alone(desk: Hand, kind: str, presses: int):
    window = desk.window
    window.map.view.fit((121.258, 31.018, 121.264, 31.022))
    desk.map_still()
    desk.key(Qt.Key.Key_L, at=window)
    desk.until(lambda: desk.ask("gewu.sweep.on"), "lasso")
    for _ in range(presses):
        desk.map_key(Qt.Key.Key_K)
    desk.until(lambda: desk.ask("gewu.sweep.kind") == kind, "kind")
    middle = desk.ask("gewu.map.getCenter().lng")
    desk.map_key(Qt.Key.Key_Right)  # the arrows move the picture, here as everywhere
    desk.until(lambda: desk.ask("gewu.map.getCenter().lng") > middle, "moved")
    desk.map_key(Qt.Key.Key_Left)
    desk.map_still()
    assert desk.ask("gewu.sweep.kind") == kind
    desk.map_key(Qt.Key.Key_Return)
    desk.until(lambda: len(window.selection.many) > 1, "selected")
    assert {one.table for one in window.selection.many} == {kind}
    page = window.finding.many
    desk.until(lambda: page.whole is not None and len(page.whole.picks) == len(window.selection.many), "card")
    assert "已选" in page.title.text()
    assert page.whole.groups[0].table == kind
    assert page.offers == []


def test_things_are_chosen_with_the_mouse_on_the_switch(desk: Hand):
    window = desk.window
    button = desk.ask("(b => [b.x + b.width / 2, b.y + b.height / 2])(gewu.sweep.button.getBoundingClientRect())")
    QTest.mouseClick(desk.page, Qt.MouseButton.LeftButton, pos=QPoint(*map(round, button)))
    desk.until(lambda: desk.ask("gewu.sweep.on"), "lasso")
    desk.until(lambda: desk.ask("gewu.sweep.buttons.place.getBoundingClientRect().width") > 0, "switch")
    where = "(b => [b.x + b.width / 2, b.y + b.height / 2])(gewu.sweep.buttons.place.getBoundingClientRect())"
    QTest.mouseClick(desk.page, Qt.MouseButton.LeftButton, pos=QPoint(*map(round, desk.ask(where))))
    desk.until(lambda: desk.ask("gewu.sweep.buttons.place.getAttribute('aria-pressed')") == "true", "places")
    desk.map_drag(square())
    desk.until(lambda: bool(window.selection.many), "selected")
    assert {one.table for one in window.selection.many} == {"place"}


def test_the_bar_of_what_is_selected_leaves_its_place_to_the_kinds_and_comes_back(desk: Hand):
    window = desk.window
    window.selection.set("task", next(line.uuid for line in window.tasks.model.lines if line.lon is not None))
    desk.until(window.editing.bar.isVisible, "the bar")
    for key, on in ((Qt.Key.Key_L, "gewu.sweep.on"), (Qt.Key.Key_M, "gewu.measuring")):
        desk.key(key, at=window)
        desk.until(lambda on=on: desk.ask(on) and not window.editing.bar.isVisible(), "room")
    desk.map_key(Qt.Key.Key_Escape)
    desk.until(window.editing.bar.isVisible, "back")


def test_where_nothing_lies_it_is_said_and_escape_ends_the_lasso(desk: Hand, messages: list[tuple[str, str]]):
    desk.key(Qt.Key.Key_L, at=desk.window)
    desk.until(lambda: desk.ask("gewu.sweep.on"), "lasso")
    desk.map_drag(square(QPoint(20, 60), QPoint(80, 120)))
    desk.until(lambda: ("info", "圈内没有任务") in messages, "said")
    desk.key(Qt.Key.Key_L, at=desk.window)
    desk.until(lambda: desk.ask("gewu.sweep.on"), "lasso")
    desk.map_key(Qt.Key.Key_Escape)
    desk.until(lambda: not desk.ask("gewu.sweep.on"), "ended")
    assert desk.ask("gewu.hint.classList.contains('gewu-on')") is False


def test_a_click_in_the_lasso_is_a_click(desk: Hand):
    window = desk.window
    desk.key(Qt.Key.Key_L, at=window)
    desk.until(lambda: desk.ask("gewu.sweep.on"), "lasso")
    desk.map_click(121.2304, 31.0171)
    desk.until(lambda: window.selection.picked is not None, "one thing")
    assert window.selection.many == ()


def test_rows_chosen_in_the_table_are_marked_on_the_map(desk: Hand):
    window = desk.window
    table, model = window.tasks.table, window.tasks.model
    desk.item(table, model.index(0, 0))
    desk.item(table, model.index(3, 0), SHIFT)
    desk.until(lambda: len(window.selection.many) == 4, "four")
    placed = sum(line.lon is not None for line in model.lines[:4])
    desk.until(lambda: desk.ask("gewu.finding.marks.many.length") == placed, "marks")
    desk.until(lambda: window.finding.many.isVisible(), "card")
    desk.item(table, model.index(1, 0))
    desk.until(lambda: window.inspector.card is not None, "one card again")
    assert window.selection.many == ()


def test_rows_chosen_beside_the_reports_lead_nowhere_else(desk: Hand):
    window = desk.window
    window.go("reports")
    table, model = window.tasks.table, window.tasks.model
    desk.until(table.isVisible, "table")
    desk.item(table, model.index(0, 0))
    desk.item(table, model.index(2, 0), SHIFT)
    desk.until(lambda: len(window.selection.many) == 3, "three")
    assert window.place == "reports"
    assert not window.docks["inspector"].isVisible()


def test_what_is_chosen_stays_chosen_when_the_tasks_change(desk: Hand):
    window = desk.window
    box(desk)
    desk.until(lambda: window.finding.many.isVisible() and bool(window.finding.many.offers), "card")
    before = many(desk)
    desk.key(Qt.Key.Key_Return, CONTROL, window)
    page = window.finding.many
    desk.until(lambda: page.form.isVisible() and bool(page.dry.text()), "form")
    assert page.form.who.party is None  # nobody is suggested for tasks all over the map
    desk.key(Qt.Key.Key_Escape, at=page.form.who)
    desk.until(lambda: page.form.isHidden(), "given up")
    step = next(offer.step for offer in page.offers if offer.step == "urge")
    page.start(step)
    desk.until(lambda: page.form.isVisible() and "催办" in page.dry.text(), "urge")
    desk.key(Qt.Key.Key_Return, CONTROL, window)
    desk.until(lambda: window.actions_["undo"].isEnabled() and page.form.isHidden(), "urged")
    assert many(desk) == before
    desk.until(lambda: {line.uuid for line in window.tasks.table.picked()} == before, "rows")


def test_what_is_gone_is_not_chosen_any_more_and_another_post_is_offered_its_own_steps(desk: Hand):
    from layers import tasks

    window = desk.window
    ws = window.session.ws
    made = []
    for i in range(3):
        window.session.work(
            tasks.draw, kind="case", title=f"临 {i}", lon=121.26, lat=31.02, done=lambda c: made.extend(c.uuids("task"))
        )
    desk.until(lambda: len(made) == 3, "made")
    window.selection.gather(Picked("task", uuid) for uuid in made)
    page = window.finding.many
    desk.until(lambda: page.whole is not None and bool(page.offers), "card")
    assert page.offers[0].step == "file"
    window.do.set_post("member")
    desk.until(lambda: [offer.step for offer in page.offers] == ["verify"], "the member's steps")
    window.session.work(tasks.delete, made[0])
    desk.until(lambda: many(desk) == set(made[1:]), "two left")
    desk.until(lambda: page.title.text() == "已选 2 件任务", "said")
    assert ws is window.session.ws


def test_a_list_of_things_is_copied_and_saved(desk: Hand, tmp_path: Path, monkeypatch: Any, messages: list[Any]):
    from PySide6.QtWidgets import QFileDialog

    window = desk.window
    window.selection.gather(Picked(*pick) for pick in [("facility", uuid) for uuid in _some(window, "facility", 3)])
    desk.until(lambda: window.finding.many.whole is not None, "card")
    desk.press("many-copy_list")
    desk.until(lambda: any("已复制 3 行" in said for _, said in messages), "copied")
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["种类", "编码", "名称"]
    assert len(lines) == 4
    target = tmp_path / "设施 清单.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.press("many-save_list")
    desk.until(target.exists, "saved")
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == 4


def _some(window: Any, table: str, count: int) -> list[str]:
    from layers import gathered

    ring = {"type": "Polygon", "coordinates": [[[121, 30], [122, 30], [122, 32], [121, 32], [121, 30]]]}
    return [uuid for _, uuid in gathered.within(window.session.ws, ring, (table,))][:count]


def test_the_words_follow_the_language(desk: Hand):
    desk.key(Qt.Key.Key_L, CONTROL | SHIFT, desk.window)
    desk.until(lambda: desk.ask("gewu.sweep.buttons.task.textContent") == "Tasks", "English")
    assert desk.ask("gewu.sweep.button.title") == "Lasso (L)"
