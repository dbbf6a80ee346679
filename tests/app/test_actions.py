"""Everything in the menu has a shortcut of its own, words in both languages, and a reason when it is not possible."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from app.actions import MENUS, SPECS, WHEN, Actions
from app.hand import Hand
from app.settings import Settings
from layers import words


def test_every_action_has_a_shortcut_of_its_own():
    assert all(spec.shortcut for spec in SPECS)
    assert [key for key, times in Counter(spec.shortcut for spec in SPECS).items() if times > 1] == []
    assert all(not QKeySequence(spec.shortcut).isEmpty() for spec in SPECS)


def test_every_action_stands_in_a_menu_and_knows_when_it_is_possible():
    assert {spec.menu for spec in SPECS} == set(MENUS)
    assert {spec.when for spec in SPECS} <= set(WHEN)


def test_every_action_has_words_in_both_languages():
    for spec in SPECS:
        zh, en = words.both(f"window.do_{spec.id}")
        assert zh
        assert en


def test_an_action_without_a_deed_is_a_mistake(qtbot):
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    qtbot.addWidget(widget)
    with pytest.raises(ValueError, match="undo"):
        Actions(widget, {spec.id: lambda: None for spec in SPECS if spec.id != "undo"})


@pytest.mark.window
def test_what_is_not_possible_says_why(hand: Hand):
    actions = hand.window.actions_
    for name in ("undo", "export", "draw_point", "backup", "fly"):
        assert not actions[name].isEnabled()
        assert words.t("window.why_nothing_open") in actions[name].toolTip() or name == "fly"
    assert actions["open"].isEnabled()
    assert actions["quit"].isEnabled()


@pytest.mark.window
def test_with_a_street_open_drawing_is_possible_and_undo_is_not(desk: Hand):
    actions = desk.window.actions_
    desk.until(lambda: actions["draw_point"].isEnabled(), "draw")
    assert actions["export"].isEnabled()
    assert not actions["undo"].isEnabled()
    assert words.t("window.why_no_undo") in actions["undo"].toolTip()
    assert not actions["primary"].isEnabled()
    assert not actions["take_over"].isEnabled()


@pytest.mark.window
def test_the_main_menu_lists_every_action(hand: Hand):
    listed = {
        action.objectName()
        for menu in hand.window.bar.menu.actions()
        for action in menu.menu().actions()
        if action.objectName()
    }
    assert listed == {spec.id for spec in SPECS}


@pytest.mark.window
def test_the_shortcuts_are_listed(hand: Hand, settings: Settings):
    from PySide6.QtWidgets import QLabel

    from app import dialogs

    shown = dialogs.shortcuts(hand.window, hand.window.actions_)
    said = {label.text() for label in shown.findChildren(QLabel)}
    assert {hand.window.actions_[spec.id].text() for spec in SPECS} <= said
    shown.close()
    shown.deleteLater()
