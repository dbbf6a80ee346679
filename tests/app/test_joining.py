"""What the status bar, the layers and the legend say is what is there; progress and its Cancel are seen."""

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.hand import Hand
from app.legend import LAYERS, WORDS
from layers import words
from layers.domain import symbols
from layers.errors import Cancelled

pytestmark = pytest.mark.window


def test_the_status_bar_says_where_how_large_and_how_much(desk: Hand):
    status = desk.window.status
    desk.map_move(desk.pixel(121.2304, 31.0171))
    desk.until(lambda: status.where.text().startswith("121.230"), "coordinates")
    assert status.crs.text() == "CGCS2000"
    assert status.scale.text().startswith("1:")
    assert status.tasks.text() == "300 任务"
    assert status.saved.text() == "已保存"
    assert "微网格 138/138" in status.grids.toolTip()


def test_long_work_shows_what_it_does_and_can_be_cancelled(desk: Hand):
    window = desk.window
    ended = threading.Event()

    def slow(_ws: Any, progress: Any) -> None:
        try:
            for number in range(1_000_000):
                progress(number, 1_000_000, "微网格")
                ended.wait(0.001)
        except Cancelled:
            ended.set()
            raise

    window.session.work(slow, label="check")
    desk.until(window.status.work.isVisible, "progress")
    assert window.status.doing.whole.startswith("正在检查网格")
    assert "微网格" in window.status.doing.whole
    desk.click(window.status.stop)
    desk.until(lambda: not window.status.work.isVisible(), "gone")
    assert ended.is_set()
    assert not window.message.isVisible()
    assert window.status.saved.isVisible()


def test_a_layer_that_is_switched_off_is_gone_from_the_map_and_stays_off(desk: Hand, make_window: Any):
    window = desk.window
    assert not window.left.layers.isVisible()
    desk.press("layers-fold")
    assert window.left.layers.isVisible()
    desk.press("layer-facility")
    desk.until(lambda: desk.ask("gewu.visible.has('facility')") is False, "off")
    assert "facility" not in window.left.layers.tables()
    again = make_window(window.settings)
    assert not again.window.left.layers.switches["facility"].isChecked()
    assert again.window.left.layers.switches["road"].isChecked()


def test_the_legend_has_words_for_every_sign_of_the_symbol_table():
    table = symbols.table()
    kinds = {
        "grid": table.grids, "function": table.functions, "road": table.roads, "place": table.places,
        "facility": table.facilities,
    }  # fmt: skip
    missing = [
        f"{WORDS[kind]}_{key}"
        for kind, keys in kinds.items()
        for key in keys
        if f"{WORDS[kind]}_{key}" not in words.table()
    ]
    assert missing == []
    assert set(LAYERS) == {"task", "grid", "functions", "road", "place", "facility"}


def test_hovering_tells_what_is_there_as_plain_text(desk: Hand):
    desk.map_move(desk.pixel(121.2304, 31.0171))
    desk.until(lambda: bool(desk.ask("gewu.tip.textContent")), "tip")
    assert desk.ask("[...gewu.tip.querySelectorAll('*')].every((e) => ['DIV', 'SPAN', 'CANVAS'].includes(e.tagName))")


def test_nothing_is_selected_after_escape_and_the_table_is_whole_again(desk: Hand):
    window = desk.window
    tree = window.left.tree
    whole = len(window.tasks.model.lines)
    desk.item(tree.view, tree.model.index(0, 0, tree.model.index(0, 0)))
    desk.until(lambda: len(window.tasks.model.lines) < whole, "narrowed")
    assert window.tasks.chip.isVisible()
    desk.key(Qt.Key.Key_Escape, at=window)
    desk.until(lambda: len(window.tasks.model.lines) == whole, "whole")
    assert not window.tasks.chip.isVisible()
    assert window.inspector.stack.currentWidget() is window.inspector.empty


def test_the_chip_of_the_grid_takes_the_narrowing_away(desk: Hand):
    window = desk.window
    tree = window.left.tree
    whole = len(window.tasks.model.lines)
    desk.item(tree.view, tree.model.index(0, 0, tree.model.index(0, 0)))
    desk.until(lambda: len(window.tasks.model.lines) < whole, "narrowed")
    desk.click(window.tasks.chip)
    desk.until(lambda: len(window.tasks.model.lines) == whole, "whole")
    assert window.selection.picked is None


def test_a_person_narrows_the_list(desk: Hand):
    window = desk.window
    desk.until(lambda: len(window.tasks.who.menu().actions()) > 3, "parties")
    window.tasks.who.menu().actions()[1].trigger()
    desk.until(lambda: 0 < len(window.tasks.model.lines) < 100, "narrowed")
    name = window.tasks.who.menu().actions()[1].text().split()[0]
    assert name in {one.assignee.split()[0] for one in window.tasks.model.lines}
