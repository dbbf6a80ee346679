"""Today, map, grids and reports: real figures that lead to their rows; layouts that are remembered."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.hand import Hand
from app.reports_page import FIGURES, figures
from app.today import Line
from layers import tasks
from layers.domain.things import Finding, TaskFilter

pytestmark = pytest.mark.window
MODE = QAbstractItemModelTester.FailureReportingMode.Fatal
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_today_lists_what_is_due_and_a_line_goes_to_its_task(desk: Hand):
    window = desk.window
    ws = window.session.ws
    assert ws is not None
    desk.key(Qt.Key.Key_1, CONTROL, window)
    page = window.today
    overdue = tasks.counts(ws, TaskFilter(due="overdue"))["all"]
    desk.until(lambda: page.isVisible() and page.sections["overdue"].count.text() == str(overdue), "counts")
    desk.until(lambda: len(page.findChildren(Line)) >= 18, "lines")
    assert not window.docks["tasks"].isVisible()
    line = page.sections["overdue"].findChildren(Line)[1]
    desk.click(line)
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == line.line.uuid, "card")
    assert line.picked


def test_a_list_of_today_opens_in_the_table(desk: Hand):
    window = desk.window
    window.go("today")
    page = window.today
    desk.until(lambda: page.sections["came_back"].all.isVisible(), "more than fits")
    desk.click(page.sections["came_back"].all)
    desk.until(
        lambda: window.place == "map" and {one.status for one in window.tasks.model.lines} == {"submitted", "checked"},
        "list",
    )


def test_every_figure_of_the_report_opens_exactly_its_rows(desk: Hand):
    window = desk.window
    desk.key(Qt.Key.Key_4, CONTROL, window)
    page = window.reports
    desk.until(lambda: len(page.model.rows) == 5, "three districts, not placed, the sum")
    assert [row.grid.name for row in page.model.rows[:3] if row.grid] == ["府城", "功能区", "商务区"]
    total = page.model.rows[4].counts
    for column, (key, _statuses, _view) in enumerate(FIGURES, 1):
        if key == "handling":
            for row in (0, 4):
                count = page.model.rows[row].counts[key]
                desk.item(page.table, page.model.index(row, column))
                desk.until(lambda count=count: len(window.tasks.model.lines) == count, f"{key} {row}")
                assert {one.status for one in window.tasks.model.lines} == {"handling"}
    assert total["all"] == 300
    assert sum(row.counts["all"] for row in page.model.rows[:4]) == total["all"]


def test_the_report_orders_by_a_figure_and_keeps_the_sum_last(desk: Hand):
    window = desk.window
    window.go("reports")
    page = window.reports
    desk.until(lambda: len(page.model.rows) == 5, "figures")
    tester = QAbstractItemModelTester(page.model, MODE)
    column = len(FIGURES)
    page._order(column)
    counts = [row.counts["all"] for row in page.model.rows[:3]]
    assert counts == sorted(counts, reverse=True)
    assert [row.role for row in page.model.rows[3:]] == ["tray", "sum"]
    page._order(column)
    assert [row.counts["all"] for row in page.model.rows[:3]] == sorted(counts)
    assert tester.model() is page.model


def test_the_report_goes_down_to_the_micro_grids_and_onto_the_clipboard(desk: Hand):
    from PySide6.QtWidgets import QApplication, QToolButton

    window = desk.window
    window.go("reports")
    page = window.reports
    desk.until(lambda: len(page.model.rows) == 5, "figures")
    segment = next(one for one in page.findChildren(QToolButton) if one.text() == "微网格 138")
    desk.click(segment)
    desk.until(lambda: len(page.model.rows) == 140, "micro grids")
    page.copy_csv()
    rows = QApplication.clipboard().text().splitlines()
    assert len(rows) == 141
    assert rows[0].startswith("网格,待核实")
    assert rows[-1].startswith("合计")


def test_figures_are_what_the_table_counts(desk: Hand):
    ws = desk.window.session.ws
    assert ws is not None
    for row in figures(ws, "four", 3):
        wanted = TaskFilter(grid=row.grid.uuid if row.grid else "", tray=row.role == "tray")
        assert row.counts == tasks.counts(ws, wanted)


def test_the_check_of_a_sound_street_finds_nothing(desk: Hand):
    window = desk.window
    desk.key(Qt.Key.Key_3, CONTROL, window)
    desk.until(window.checks.isVisible, "panel")
    desk.press("check-start")
    desk.until(lambda: "无缝隙、无重叠" in window.checks.outcome.text(), "checked")
    assert not window.checks.table.isVisible()
    desk.until(window.checks.start.isEnabled, "ready again")


def test_a_finding_takes_the_map_to_its_place(desk: Hand):
    window = desk.window
    window.go("grids")
    node = next(one for one in window.left.tree.model.whole if one.code.endswith("W004"))
    found = Finding(
        "overlap", "grid", (node.uuid,), (node.code,), 121.2304, 31.0171, {"area_m2": 12.5, "width_m": 0.8}, "four"
    )
    tester = QAbstractItemModelTester(window.checks.model, MODE)
    window.checks._got(([found], {"four": "四级网格"}))
    assert "12 m²" in window.checks.model.index(0, 1).data()
    assert window.checks.model.index(0, 0).data() == "四级网格"
    assert window.checks.model.index(0, 2).data() == "W004"
    desk.item(window.checks.table, window.checks.model.index(0, 1))
    desk.until(lambda: window.selection.uuid("grid") == node.uuid, "selected")
    desk.until(lambda: window.map.view.zoom > 15, "there")
    assert tester.model() is window.checks.model


def test_docks_close_come_back_and_are_remembered_for_each_workplace(desk: Hand, make_window: Any, opening: Any):
    window = desk.window
    desk.click(window.docks["inspector"].shut)
    desk.until(lambda: not window.docks["inspector"].isVisible(), "closed")
    assert not window.actions_["dock_inspector"].isChecked()
    window.go("today")
    assert window.docks["inspector"].isVisible()
    window.go("map")
    assert not window.docks["inspector"].isVisible()
    path = window.session.ws.path
    window.close()
    again = make_window(window.settings)
    opening(again, path)
    assert not again.window.docks["inspector"].isVisible()
    again.window.actions_["dock_inspector"].trigger()
    assert again.window.docks["inspector"].isVisible()
    again.window.actions_["reset_layout"].trigger()
    assert again.window.docks["tasks"].isVisible()


def test_the_history_lists_steps_and_strikes_out_what_was_undone(desk: Hand):
    from app import journey

    window = desk.window
    desk.key(Qt.Key.Key_H, CONTROL, window)
    desk.until(window.history.isVisible, "panel")
    assert window.history.nothing.isVisible()
    journey.open_district(desk)
    journey.draw(desk)
    desk.until(lambda: len(window.history.model.steps) == 1, "one step")
    assert window.history.model.index(0, 0).data().startswith("新建任务")
    desk.until(lambda: window.actions_["undo"].isEnabled(), "undo")
    desk.key(Qt.Key.Key_Z, CONTROL, window)
    desk.until(lambda: any(step.undone for step in window.history.model.steps), "undone")
