"""The columns of the task table: narrowed in their headings, frozen while the others are scrolled; with real mouse."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QListWidget, QPushButton

from app.column_popup import SPANS
from app.hand import Hand
from app.tasks_model import COLUMNS, KEYS
from app.text import as_day
from layers import task_columns, tasks
from layers.domain.things import TaskFilter


def column(key: str) -> int:
    return KEYS.index(key)


def open_heading(desk: Hand, key: str) -> None:
    """Move the mouse onto a heading, wait for its funnel, press it."""
    table = desk.window.tasks.table
    head = table.cold if table.cold.isVisible() and column(key) in table.frozen_columns() else table.head
    desk.click(head.viewport(), head.funnel(column(key)).center())
    desk.until(desk.window.tasks.headings.popup.isVisible, "popup")
    desk.rest()


def choose(desk: Hand, words: str) -> None:
    values = desk.window.tasks.headings.popup.values
    found: list[Any] = []

    def there() -> bool:
        found[:] = [values.item(i) for i in range(values.count()) if values.item(i).text() == words]
        return bool(found)

    desk.until(there, words)
    desk.click(values.viewport(), values.visualItemRect(found[0]).center())


def shown(desk: Hand) -> set[str]:
    return {one.category_name for one in desk.window.tasks.model.lines}


def test_every_column_of_the_table_can_be_narrowed():
    assert {one.key for one in COLUMNS} == set(task_columns.WAYS)


def test_days_are_read_as_people_type_them():
    from datetime import date

    day = date(2026, 11, 20)
    for typed in ("2026-11-20", "2026/11/20", "20261120", "2026.11.20", "2026年11月20日", " 2026-11-20 "):
        assert as_day(typed) == day, typed
    assert as_day("11-20", date(2026, 1, 1)) == day
    assert as_day("11月20日", date(2026, 1, 1)) == day
    for typed in ("", "2026-13-01", "昨天", "13-11", "1-2-3-4"):
        assert as_day(typed, day) is None, typed
    assert SPANS["this_month"](day) == (date(2026, 11, 1), date(2026, 11, 30))
    assert SPANS["last_month"](date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert SPANS["this_month"](date(2026, 2, 3))[1] == date(2026, 2, 28)


@pytest.mark.window
def test_values_of_a_heading_narrow_table_map_and_counts_and_the_chip_takes_them_back(desk: Hand):
    panel = desk.window.tasks
    ws = desk.window.session.ws
    assert ws is not None
    offered = task_columns.values(ws, TaskFilter(open_only=True), "category")
    first, second = offered[:2]
    whole = len(panel.model.lines)
    order = panel.model.sort_key
    open_heading(desk, "category")
    choose(desk, first.words)
    desk.until(lambda: shown(desk) == {first.value}, "one value")
    assert len(panel.model.lines) == first.count
    choose(desk, second.words)
    desk.until(lambda: shown(desk) == {first.value, second.value}, "two values")
    desk.key(Qt.Key.Key_Escape, at=panel.headings.popup)
    desk.until(lambda: not panel.headings.popup.isVisible(), "closed")
    assert panel.model.sort_key == order  # the funnel does not order
    assert panel.table.head.narrowed == {column("category")}
    assert panel.headings.chip.text() == "列筛选 1"
    assert [one.column for one in desk.window.map.source.filter.columns] == ["category"]
    narrowed = tasks.counts(ws, TaskFilter(columns=tuple(panel.headings.set.values())))
    desk.until(lambda: panel.views["all"].text() == f"全部 {narrowed['all']}", "counts")
    desk.click(panel.headings.chip)
    desk.until(lambda: len(panel.model.lines) == whole, "all again")
    assert not panel.headings.chip.isVisible()
    assert panel.table.head.narrowed == frozenset()


@pytest.mark.window
def test_keys_alone_find_a_value_and_choose_it(desk: Hand):
    panel = desk.window.tasks
    panel.table.setCurrentIndex(panel.model.index(0, column("assignee")))
    desk.rest()
    desk.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, desk.window)
    popup = panel.headings.popup
    desk.until(popup.isVisible, "popup")
    desk.write(popup.field, "府城")
    desk.until(
        lambda: (
            popup.values.count() > 0 and all("府城" in popup.values.item(i).text() for i in range(popup.values.count()))
        ),
        "found",
    )
    desk.key(Qt.Key.Key_Down, at=popup.field)
    assert popup.values.hasFocus()
    wanted = popup.values.item(0).text()
    desk.key(Qt.Key.Key_Space, at=popup.values)
    desk.until(lambda: {one.assignee for one in panel.model.lines} == {wanted}, "narrowed")
    desk.key(Qt.Key.Key_Escape, at=popup.values)
    desk.until(lambda: not popup.isVisible(), "closed")


@pytest.mark.window
def test_words_and_days_narrow_too_and_nothing_found_leaves_the_headings(desk: Hand):
    panel = desk.window.tasks
    popup = panel.headings.popup
    open_heading(desk, "where")
    desk.write(popup.field, "中山")
    desk.until(
        lambda: all("中山" in one.address for one in panel.model.lines) and "where" in panel.headings.set, "words"
    )
    panel.columns.show_column(column("reported"), True)
    popup.close()
    open_heading(desk, "reported")
    button = next(one for one in popup.findChildren(QPushButton) if one.text() == "今天")
    desk.click(button)
    desk.until(lambda: "reported" in panel.headings.set, "today")
    assert popup.since.text() == popup.until.text() != ""
    desk.write(popup.since, "2031-01-01")
    desk.write(popup.until, "2031-13-01")
    assert popup.until.property("wrong")
    desk.write(popup.until, "2031-01-02")
    desk.until(panel.nothing.isVisible, "nothing")
    popup.close()
    assert panel.table.head.isVisible()
    open_heading(desk, "reported")
    assert popup.since.text() == "2031-01-01"
    assert popup.until.text() == "2031-01-02"
    desk.click(popup.clear_all)
    desk.until(lambda: bool(panel.model.lines), "rows again")
    assert set(panel.headings.set) == {"where"}


@pytest.mark.window
def test_values_that_come_late_do_not_stand_below_another_heading(desk: Hand):
    panel = desk.window.tasks
    popup = panel.headings.popup
    panel.headings.open(column("status"))
    popup.close()
    panel.headings.open(column("number"))
    desk.rest()
    asked: list[int] = []
    desk.window.session.look(lambda _ws: 1, key="behind", done=asked.append)
    desk.until(lambda: bool(asked), "answers")
    assert popup.values.count() == 0 or not popup.values.isVisible()
    desk.write(popup.field, "0006")
    popup.close()  # before the pause after the last letter is over
    desk.until(lambda: panel.headings.set.get("number") is not None, "taken all the same")
    assert panel.headings.set["number"].text == "0006"
    desk.until(lambda: bool(panel.model.lines) and all("0006" in one.number for one in panel.model.lines), "narrowed")


@pytest.mark.window
def test_a_figure_of_the_reports_lets_go_of_the_headings(desk: Hand):
    panel = desk.window.tasks
    open_heading(desk, "status")
    choose(desk, "待派遣")
    desk.until(lambda: {one.status for one in panel.model.lines} == {"filed"}, "filed")
    panel.headings.popup.close()
    panel.narrow(None, ("closed",))
    desk.until(lambda: {one.status for one in panel.model.lines} == {"closed"}, "closed ones")
    assert panel.headings.set == {}


@pytest.mark.window
def test_frozen_columns_stay_are_clicked_and_remembered(desk: Hand, make_window: Any, street: Path, opening: Any):
    panel = desk.window.tasks
    table = panel.table
    for one in COLUMNS:
        panel.columns.show_column(column(one.key), True)
    bar = table.horizontalScrollBar()
    desk.until(lambda: bar.maximum() > 0, "more than fits")
    panel.columns.freeze(2)
    bar.setValue(bar.maximum())
    assert table.cold.isVisible()
    assert table.frozen_columns() == [column("number"), column("category")]
    at = table.visualRect(table.lines.index(1, column("category")))
    assert QRect(0, 0, table.viewport().width(), table.viewport().height()).contains(at)
    assert table.indexAt(at.center()) == table.lines.index(1, column("category"))
    assert table.indexAt(QPoint(at.right() + 5, at.y() + 5)).column() not in table.frozen_columns()
    before = bar.value()
    desk.click(table.viewport(), at.center())
    desk.until(lambda: [one.uuid for one in table.picked()] == [table.lines.lines[1].uuid], "picked")
    assert bar.value() == before
    # What is painted there is the frozen cell, not what was scrolled below it.
    at.setRight(at.right() - 1)  # without the line at the edge
    shot = table.viewport().grab(at).toImage()
    bar.setValue(0)
    assert table.viewport().grab(at).toImage() == shot
    assert not table.cold.isVisible()
    table.setCurrentIndex(table.lines.index(1, column("location")))
    desk.until(lambda: bar.value() > 0, "scrolled to the current cell")
    table.setCurrentIndex(table.lines.index(1, column("title")))
    desk.until(lambda: table.visualRect(table.currentIndex()).x() >= table._cold_width(), "not below the frozen ones")
    bar.setValue(bar.maximum())
    open_heading(desk, "category")
    assert isinstance(panel.headings.popup.values, QListWidget)
    panel.headings.popup.close()
    again = make_window(desk.window.settings)
    assert again.window.tasks.table.frozen == 2
    panel.columns.fill()
    panel.columns.reset()
    assert table.frozen_columns() == []
