"""The task table: a sound model in pages, quick views, filters, many rows at once, columns, the clipboard."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app import tasks_model
from app.hand import Hand
from app.tasks_model import COLUMNS, KEYS, SHOWN, TaskModel
from layers import tasks
from layers.domain.things import TaskFilter, TaskLine

MODE = QAbstractItemModelTester.FailureReportingMode.Fatal
CONTROL = Qt.KeyboardModifier.ControlModifier


def line(number: int, status: str = "handling") -> TaskLine:
    return TaskLine(
        f"u{number}", f"20261120-A-{number:04}", "case", "暴露垃圾", "暴露垃圾", "中山东路", "310117004-W010", "方塔",
        "府城二组", status, "normal", "green", 200, "2026-11-20T00:00:00.000Z", None, 121.2, 31.0,
    )  # fmt: skip


class Answers:
    """Stands for a session: answers in pages, when told to, as a thread would."""

    ws = None

    def __init__(self, lines: list[TaskLine]) -> None:
        self.lines = lines
        self.asked: list[tuple[int, int]] = []
        self.waiting: list[Any] = []

    def look(self, _fn: Any, _filter: Any, *, limit: int, offset: int, done: Any, **_named: Any) -> None:
        self.asked.append((offset, limit))
        self.waiting.append(lambda: done(self.lines[offset : offset + limit]))

    def answer(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


def test_the_model_keeps_the_rules_of_qt(qapp):
    answers = Answers([line(n) for n in range(5)])
    model = TaskModel(answers)  # type: ignore[arg-type]
    tester = QAbstractItemModelTester(model, MODE)
    model.ask()
    answers.answer()
    answers.lines = answers.lines[:2]
    model.ask()
    answers.answer()
    model.empty()
    assert model.rowCount() == 0
    assert tester.model() is model


def test_rows_come_in_pages(qapp, monkeypatch):
    monkeypatch.setattr(tasks_model, "PAGE", 10)
    answers = Answers([line(n) for n in range(25)])
    model = TaskModel(answers)  # type: ignore[arg-type]
    tester = QAbstractItemModelTester(model, MODE)
    model.ask()
    answers.answer()
    while model.canFetchMore(model.index(-1, -1)):
        model.fetchMore(model.index(-1, -1))
        answers.answer()
    assert model.rowCount() == 25
    assert answers.asked == [(0, 10), (10, 10), (20, 10)]
    assert tester.model() is model


def test_the_same_rows_with_other_contents_leave_the_selection_alone(qapp):
    answers = Answers([line(1), line(2)])
    model = TaskModel(answers)  # type: ignore[arg-type]
    model.ask()
    answers.answer()
    resets: list[int] = []
    changed: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    answers.lines = [line(1), line(2, "submitted")]
    model.ask()
    answers.answer()
    assert resets == []
    assert changed == [1]
    assert model.index(1, KEYS.index("status")).data() == "待核查"


def test_every_order_is_one_that_the_workspace_knows():
    assert {column.sort for column in COLUMNS if column.sort} <= set(tasks.SORTS)


@pytest.mark.window
def test_quick_views_narrow_table_and_pins_and_tell_their_counts(desk: Hand):
    window = desk.window
    panel = window.tasks
    ws = window.session.ws
    assert ws is not None
    counts = tasks.counts(ws, TaskFilter())
    assert panel.views["open"].text() == f"在办 {counts['open']}"
    assert panel.views["all"].text() == f"全部 {counts['all']}"
    assert counts["all"] == 300
    desk.click(panel.views["filed"])
    desk.until(lambda: len(panel.model.lines) == counts["filed"], "filed")
    assert {one.status for one in panel.model.lines} == {"filed"}
    assert window.map.source.filter.statuses == ("filed",)
    desk.click(panel.views["overdue"])
    desk.until(lambda: len(panel.model.lines) == counts["overdue"], "overdue")
    assert {one.lamp for one in panel.model.lines} == {"red"}
    assert panel.model.index(0, KEYS.index("left")).data().startswith("超期")


@pytest.mark.window
def test_a_text_narrows_the_list_and_nothing_found_says_what_to_do(desk: Hand):
    panel = desk.window.tasks
    desk.key(Qt.Key.Key_F, CONTROL, desk.window)
    desk.until(panel.text.hasFocus, "focus")
    desk.write(panel.text, "垃圾")
    ws = desk.window.session.ws
    assert ws is not None
    expected = tasks.counts(ws, TaskFilter(open_only=True, text="垃圾"))["all"]
    desk.until(lambda: len(panel.model.lines) == expected, "found")
    assert 0 < expected < 100
    desk.write(panel.text, "不可能有的词")
    desk.until(lambda: panel.nothing.isVisible(), "nothing")
    assert "按 N" in panel.nothing.text()
    assert panel.table.height() <= 28  # the headings stay


@pytest.mark.window
def test_a_heading_orders_and_again_turns_round(desk: Hand):
    panel = desk.window.tasks
    head = panel.table.head
    x = head.sectionViewportPosition(KEYS.index("number")) + 20
    from PySide6.QtCore import QPoint

    desk.click(head.viewport(), QPoint(x, 14))
    desk.until(
        lambda: [one.number for one in panel.model.lines] == sorted(one.number for one in panel.model.lines), "up"
    )
    first = panel.model.lines[0].number
    desk.click(head.viewport(), QPoint(x, 14))
    desk.until(lambda: panel.model.lines[0].number > first, "down")
    assert head.descending
    assert head.ordered_by == KEYS.index("number")


@pytest.mark.window
def test_rows_are_copied_with_headings_as_text_and_table(desk: Hand):
    table = desk.window.tasks.table
    model = desk.window.tasks.model
    desk.item(table, model.index(0, 0))
    desk.item(table, model.index(2, 0), Qt.KeyboardModifier.ShiftModifier)
    desk.until(lambda: len(table.picked()) == 3, "three rows")
    desk.key(Qt.Key.Key_C, CONTROL, table)
    board = QApplication.clipboard()
    rows = [row.split("\t") for row in board.text().split("\n")]
    assert rows[0] == ["编号", "类别", "位置 / 网格", "责任人", "状态", "剩余", "时限"]
    assert [row[0] for row in rows[1:]] == [one.number for one in model.lines[:3]]
    html = board.mimeData().html()
    assert html.count("<tr>") == 4
    assert model.lines[0].number in html


@pytest.mark.window
def test_columns_are_shown_hidden_and_remembered(desk: Hand, make_window: Any, street: Path, opening: Any):
    panel = desk.window.tasks
    reported = KEYS.index("reported")
    assert panel.table.isColumnHidden(reported)
    panel.columns.show_column(reported, True)
    panel.columns.show_column(KEYS.index("assignee"), False)
    panel.table.head.moveSection(panel.table.head.visualIndex(KEYS.index("status")), 0)
    order = panel.table.visible_columns()
    again = make_window(desk.window.settings)
    assert again.window.tasks.table.visible_columns() == order
    assert order[0] == KEYS.index("status")
    again.window.tasks.columns.reset()
    assert [KEYS[i] for i in again.window.tasks.table.visible_columns()] == list(SHOWN)


@pytest.mark.window
def test_many_rows_take_a_step_at_once_and_undo_takes_all_back(desk: Hand):
    window = desk.window
    panel = window.tasks
    desk.click(panel.views["filed"])
    desk.until(lambda: {one.status for one in panel.model.lines} == {"filed"}, "filed")
    desk.item(panel.table, panel.model.index(0, 0))
    desk.item(panel.table, panel.model.index(3, 0), Qt.KeyboardModifier.ShiftModifier)
    desk.until(lambda: len(panel.table.picked()) == 4, "four rows")
    chosen = [one.uuid for one in panel.table.picked()]
    menu = panel.menu_for(panel.table.picked())
    step = next(
        action for action in menu.actions() if action.text().startswith("派遣") or action.text().startswith("派单")
    )
    assert "4" in step.text()
    step.trigger()
    menu.deleteLater()
    form = window.inspector.step_form
    desk.until(lambda: form.isVisible() and form.who.party is not None, "suggestion")
    desk.press("step-save")
    ws = window.session.ws
    assert ws is not None
    status = lambda: {tasks.line(ws, uuid).status for uuid in chosen}  # noqa: E731
    desk.until(lambda: status() == {"dispatched"}, "dispatched")
    desk.until(lambda: window.actions_["undo"].isEnabled(), "undo")
    desk.key(Qt.Key.Key_Z, CONTROL, window)
    desk.until(lambda: status() == {"filed"}, "taken back")


@pytest.mark.window
def test_the_table_turns_full_height_with_eighteen_rows_and_back(desk: Hand):
    window = desk.window
    table = window.tasks.table
    before = table.viewport().height()
    desk.key(Qt.Key.Key_F11, at=window)
    desk.until(lambda: table.viewport().height() >= 18 * 28, "full height")
    assert not window.docks["tree"].isVisible()
    assert window.map.isVisible()
    desk.key(Qt.Key.Key_F11, at=window)
    desk.until(lambda: table.viewport().height() < before + 40, "as before")
    desk.until(window.docks["tree"].isVisible, "tree")


@pytest.mark.window
def test_double_click_flies_to_the_task(desk: Hand):
    window = desk.window
    placed = next(i for i, one in enumerate(window.tasks.model.lines) if one.lon is not None)
    desk.double(window.tasks.table, window.tasks.model.index(placed, 1))
    desk.until(lambda: window.map.view.zoom > 15, "near")
    lon = window.tasks.model.lines[placed].lon
    west, _, east, _ = window.map.view.bounds
    assert west < lon < east


@pytest.mark.window
def test_the_list_is_saved_whole(desk: Hand, tmp_path: Path, monkeypatch: Any):
    from PySide6.QtWidgets import QFileDialog

    target = tmp_path / "列表.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.click(desk.window.tasks.views["all"])
    desk.until(lambda: len(desk.window.tasks.model.lines) == 300, "all")
    desk.click(desk.window.tasks.export)
    desk.until(target.exists, "saved")
    rows = target.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 301
    assert rows[0].startswith("编号,类别")
