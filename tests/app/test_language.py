"""Both languages and both themes, switched at once, without a word or colour left behind; long names stay readable."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

from app import theme
from app.hand import Hand
from app.parts import Elided
from layers import words

pytestmark = pytest.mark.window
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
CHINESE = re.compile("[\u4e00-\u9fff]")
# Names of the street's own are data and stay as they are.
OURS = {zh for zh, _en in words.table().values() if CHINESE.search(zh)}


def spoken(root: QWidget) -> set[str]:
    """Return every word of ours that can be seen."""
    found: set[str] = set()
    for kind, read in (
        (QLabel, QLabel.text),
        (QAbstractButton, QAbstractButton.text),
        (QLineEdit, QLineEdit.placeholderText),
    ):
        found |= {read(one).strip() for one in root.findChildren(kind) if one.isVisible()}
    return found - {""}


@pytest.mark.parametrize("place", ["today", "map", "grids", "reports"])
def test_the_whole_window_speaks_english_at_once(desk: Hand, place: str):
    window = desk.window
    window.go(place)
    desk.item(window.tasks.table, window.tasks.model.index(0, 0))
    desk.until(lambda: window.inspector.card is not None, "card")
    chinese = spoken(window)
    assert chinese & OURS
    desk.key(Qt.Key.Key_L, BOTH, window)
    desk.until(lambda: window.bar.places["today"].text() == "Today", "English")
    desk.until(lambda: not (spoken(window) & OURS), f"still Chinese: {spoken(window) & OURS}")
    assert window.actions_["undo"].text() == "Undo"
    assert window.settings.language == "en"
    desk.key(Qt.Key.Key_L, BOTH, window)
    desk.until(lambda: window.bar.places["today"].text() == "今日", "Chinese again")


def test_the_menu_and_the_table_headings_follow(desk: Hand):
    window = desk.window
    window.do.set_language("en")
    assert [menu.text() for menu in window.bar.menu.actions()] == ["File", "Edit", "Task", "View", "Help"]
    assert window.tasks.model.headerData(0, Qt.Orientation.Horizontal) == "Number"
    desk.until(lambda: desk.ask("document.querySelector('[title^=\"Zoom in\"]') !== null") is True, "the map's buttons")


def test_the_theme_changes_everywhere_at_once(desk: Hand):
    window = desk.window
    light = window.bar.grab().toImage().pixelColor(600, 2).name()
    desk.key(Qt.Key.Key_T, BOTH, window)
    desk.until(lambda: desk.ask("document.documentElement.dataset.theme") == "dark", "the map")
    dark = window.bar.grab().toImage().pixelColor(600, 2).name()
    assert light == theme.LIGHT.panel.lower()
    assert dark == theme.DARK.panel.lower()
    assert window.settings.theme == "dark"
    desk.key(Qt.Key.Key_T, BOTH, window)
    assert theme.tokens() is theme.LIGHT


def test_a_long_name_is_shortened_in_its_middle_and_told_whole(qtbot):
    label = Elided("", "")
    qtbot.addWidget(label)
    name = "上海市松江区中山街道茸梅路与荣乐东路交叉口东北角公共绿地及附属设施"
    label.resize(120, 20)
    label.show()
    label.say(name)
    assert "…" in label.text()
    assert label.text()[:2] == name[:2]
    assert label.toolTip() == name
    label.resize(900, 20)
    assert label.text() == name
    assert label.toolTip() == ""


def test_everything_that_takes_the_focus_has_a_name_for_screen_readers(desk: Hand):
    window = desk.window
    desk.item(window.tasks.table, window.tasks.model.index(0, 0))
    desk.until(lambda: window.inspector.card is not None, "card")
    nameless = [
        f"{type(one).__name__} {one.objectName()}"
        for one in window.findChildren(QWidget)
        if one.isVisible()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not one.accessibleName()
        and not (isinstance(one, QAbstractButton | QLabel) and one.text())
        and not one.objectName().startswith("qt_")
        and not window.map.isAncestorOf(one)
    ]
    assert nameless == []


def test_tab_goes_from_the_top_to_the_table(desk: Hand):
    window = desk.window
    window.bar.menu_button.setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        focused = window.focusWidget()
        assert focused is not None
        seen.append(focused)
        if focused is window.tasks.table:
            break
        window.focusNextChild()
    order = [window.bar.menu_button, window.finder, window.left.tree.search, window.left.tree.view, window.tasks.table]
    places = [seen.index(one) for one in order]
    assert places == sorted(places)
