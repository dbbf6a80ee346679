"""What the window says by the way: synthetic data, the legend, sums that add up, words that are not cut."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app import reports_page, topbar
from app.hand import Hand
from app.tasks_model import KEYS
from layers import history, tasks
from layers.domain import flow
from layers.domain.things import TaskFilter

pytestmark = pytest.mark.window


def test_synthetic_data_is_marked_in_both_languages(desk: Hand):
    window = desk.window
    assert window.status.synthetic.text() == "合成演示数据"
    assert window.status.synthetic.isVisible()
    desk.until(lambda: desk.ask("gewu.mark.textContent") == "合成演示数据", "corner")
    window.do.set_language("en")
    desk.until(lambda: desk.ask("gewu.mark.textContent") == "Synthetic demonstration data", "corner")
    assert window.status.synthetic.text() == "Synthetic demonstration data"
    window.session.leave()
    assert not window.status.synthetic.isVisible()
    assert window.status.crs.text() == ""
    assert not window.bar.places["map"].isVisible()


def test_the_sum_of_the_reports_is_the_sum_of_its_rows(desk: Hand):
    ws = desk.window.session.ws
    assert ws is not None
    for tier in (2, 3, 4):
        *rows, whole = reports_page.figures(ws, "four", tier)
        assert rows[-1].role in ("tray", "outside")
        for name, _statuses, _view in reports_page.FIGURES:
            assert sum(row.counts[name] for row in rows) == whole.counts[name]


def test_the_figure_of_what_is_not_placed_opens_its_rows(desk: Hand):
    window = desk.window
    window.go("reports")
    desk.until(lambda: any(row.role == "tray" for row in window.reports.model.rows), "figures")
    at = next(i for i, row in enumerate(window.reports.model.rows) if row.role == "tray")
    column = len(reports_page.FIGURES)
    count = window.reports.model.rows[at].counts["all"]
    window.reports._open(at, column)
    desk.until(lambda: len(window.tasks.model.lines) == count, "rows")
    assert all(line.lon is None for line in window.tasks.model.lines)


def test_no_heading_of_the_reports_is_cut_in_english(desk: Hand):
    window = desk.window
    window.do.set_language("en")
    window.go("reports")
    desk.until(lambda: window.reports.model.rows, "figures")
    head = window.reports.table.horizontalHeader()
    for i in range(window.reports.model.columnCount()):
        words = str(window.reports.model.headerData(i, Qt.Orientation.Horizontal))
        assert head.fontMetrics().horizontalAdvance(words) + 24 <= head.sectionSize(i)


def test_only_pins_that_are_shown_are_picked_and_a_selected_task_keeps_its_sign(desk: Hand):
    window = desk.window
    ws = window.session.ws
    assert ws is not None
    closed = [one for one in tasks.table(ws, TaskFilter(statuses=("closed",)), limit=300) if one.lon is not None]
    window.selection.set("task", closed[0].uuid)
    desk.until(lambda: (desk.ask("gewu.selection.pin") or {}).get("status") == "closed", "sign")
    assert window.map.source.filter.open_only
    shown = {one.uuid for one in tasks.table(ws, TaskFilter(open_only=True), limit=1000)}
    for one in closed[:5]:
        window.selection.clear()
        assert one.lon is not None
        assert one.lat is not None
        window.map._clicked(one.lon, one.lat, "left", "", 17)
        desk.until(lambda: window.selection.picked is not None, "picked")
        assert window.selection.uuid("task") in shown | {""}


def test_the_legend_explains_what_is_drawn_and_folds(desk: Hand):
    window = desk.window
    legend = window.map.legend

    def seen() -> set[str]:
        return {status for status, row in legend._rows.items() if row.isVisibleTo(legend)}

    desk.until(lambda: seen() == {*flow.OPEN, "overdue"}, "what is open")
    window.tasks.choose_view("all")
    desk.until(lambda: seen() == {*flow.STATUSES, "overdue"}, "everything")
    before = legend.height()
    desk.click(legend.head)
    assert legend.height() < before


def test_copied_rows_carry_the_limit_as_an_instant(desk: Hand):
    window = desk.window
    window.tasks.choose_view("overdue")
    desk.until(lambda: window.tasks.model.lines and window.tasks.model.lines[0].due_at, "rows")
    window.tasks.table.selectRow(0)
    window.tasks.table.copy_rows()
    data = QApplication.clipboard().mimeData()
    head, row = (line.split("\t") for line in data.text().split("\n"))
    assert head[head.index("剩余") + 1] == "时限"
    due = row[head.index("时限")]
    assert len(due) == len("2026-11-20 14:05")
    assert f"yyyy\\-mm\\-dd\\ hh\\:mm'\">{due}</td>" in data.html()


def test_redo_keeps_its_verb(desk: Hand):
    window = desk.window
    ws = window.session.ws
    assert ws is not None
    line = next(one for one in tasks.table(ws, TaskFilter(statuses=("handling",)), limit=9) if one.kind == "case")
    window.session.work(tasks.advance, [line.uuid], "submit", post="dispatcher")
    desk.rest()
    window.session.work(history.undo)
    desk.until(lambda: window.bar._labels[1] is not None, "redo")
    verb, _, rest = window.bar.redo.text().strip().partition(" ")
    assert verb == "重做"
    assert rest
    assert topbar.WIDTHS["redo"] + 12 >= window.bar.fontMetrics().horizontalAdvance(f"{verb} {rest}")


def test_the_full_height_table_keeps_its_columns_button_and_hides_empty_details(desk: Hand):
    window = desk.window
    desk.key(Qt.Key.Key_F11, at=window)
    desk.until(lambda: window.layouts.full, "full")
    assert not window.docks["inspector"].isVisible()
    assert window.tasks.columns.isVisible()
    window.tasks.table.selectRow(0)
    desk.until(window.docks["inspector"].isVisible, "details")
    assert window.tasks.columns.isVisible()
    desk.key(Qt.Key.Key_F11, at=window)
    assert window.docks["inspector"].isVisible()


def test_no_status_is_cut_in_english(desk: Hand):
    window = desk.window
    window.do.set_language("en")
    table = window.tasks.table
    column = KEYS.index("status")
    longest = max(
        table.fontMetrics().horizontalAdvance(tasks.status_label(status, kind))
        for kind in flow.KINDS
        for status in flow.STATUSES
    )
    assert table.columnWidth(column) >= longest + 12 + 22 + 8
