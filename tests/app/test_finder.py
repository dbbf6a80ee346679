"""Ctrl+K finds grids, roads, tasks and commands, by name, number and pinyin."""

import pytest
from PySide6.QtCore import Qt

from app.hand import Hand
from app.lookup import OFFER, Offer

pytestmark = pytest.mark.window
CONTROL = Qt.KeyboardModifier.ControlModifier


def offers(desk: Hand) -> list[Offer]:
    popup = desk.window.finder.popup
    if not popup.isVisible():
        return []
    return [popup.list.item(i).data(OFFER) for i in range(popup.list.count())]


def find(desk: Hand, words: str) -> None:
    desk.key(Qt.Key.Key_K, CONTROL, desk.window)
    desk.until(desk.window.finder.hasFocus, "focus")
    desk.write(desk.window.finder, words)


def test_a_grid_is_found_by_the_initials_of_its_name_and_gone_to(desk: Hand):
    find(desk, "fucheng")
    desk.until(lambda: any(one.words.endswith("府城") and one.value for one in offers(desk)), "found")
    desk.key(Qt.Key.Key_Return, at=desk.window.finder)
    desk.until(lambda: desk.window.selection.uuid("grid") != "", "selected")
    desk.until(lambda: desk.window.inspector.card is not None and "府城" in desk.window.inspector.card.title, "card")
    assert desk.window.finder.text() == ""
    assert not desk.window.finder.popup.isVisible()


def test_a_task_is_found_by_its_number(desk: Hand):
    line = desk.window.tasks.model.lines[3]
    find(desk, line.number)
    desk.until(lambda: any(one.value is not None and line.number in one.hint for one in offers(desk)), "found")
    desk.key(Qt.Key.Key_Return, at=desk.window.finder)
    desk.until(lambda: desk.window.selection.uuid("task") == line.uuid, "selected")


def test_a_road_is_found_under_its_heading(desk: Hand):
    find(desk, "荣乐东路")
    desk.until(lambda: any(one.words.startswith("荣乐东路") for one in offers(desk)), "found")
    headings = [one.words for one in offers(desk) if one.value is None]
    assert "道路" in headings


def test_a_command_is_found_and_done(desk: Hand):
    find(desk, "报表")
    desk.until(lambda: any(one.words == "报表" and one.value is not None for one in offers(desk)), "found")
    popup = desk.window.finder.popup
    row = next(i for i, one in enumerate(offers(desk)) if one.words == "报表" and one.value is not None)
    desk.click(popup.list.viewport(), popup.list.visualItemRect(popup.list.item(row)).center())
    desk.until(lambda: desk.window.place == "reports", "done")


def test_what_is_not_there_is_said(desk: Hand):
    find(desk, "zzzz不存在")
    desk.until(lambda: any("zzzz不存在" in one.words for one in offers(desk)), "said")
    assert [one for one in offers(desk) if one.value is not None] == []


def test_escape_closes_the_list_and_nothing_is_selected(desk: Hand):
    find(desk, "方塔")
    desk.until(lambda: bool(offers(desk)), "found")
    desk.key(Qt.Key.Key_Escape, at=desk.window.finder)
    assert not desk.window.finder.popup.isVisible()
    assert desk.window.selection.picked is None


def test_arrows_go_over_headings(desk: Hand):
    find(desk, "方塔")
    desk.until(lambda: len(offers(desk)) > 3, "found")
    popup = desk.window.finder.popup
    seen = set()
    for _ in range(len(offers(desk))):
        desk.key(Qt.Key.Key_Down, at=desk.window.finder)
        offer = popup.list.currentItem().data(OFFER)
        assert offer.value is not None
        seen.add(offer.words)
    assert len(seen) > 2


def test_without_a_street_commands_are_found_all_the_same(hand: Hand):
    find(hand, "演示")
    hand.until(lambda: any(one.words == "打开演示街道" for one in offers(hand)), "found")
    assert hand.window.session.ws is None
