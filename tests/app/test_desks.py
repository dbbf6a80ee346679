"""Two desks on one file: the second looks, follows what the first saves, and takes over when it is free."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from app.hand import Hand
from layers import tasks, workspace
from layers.words import t

pytestmark = pytest.mark.window


@pytest.fixture
def first(street: Path, closing: Any) -> workspace.Workspace:
    """The desk that opened the street before the window did."""
    return closing(workspace.open(street))


@pytest.fixture
def second(first: workspace.Workspace, hand: Hand, street: Path, opening: Any) -> Hand:
    """The window as the second desk."""
    opening(hand, street)
    return hand


def test_the_second_desk_sees_who_has_it_and_cannot_change_anything(second: Hand):
    window = second.window
    assert window.session.ws.read_only
    second.until(window.banner.isVisible, "banner")
    assert "正在" in window.banner.words.text()
    assert window.status.saved.text() == "只读"
    for name in ("draw_point", "import", "undo", "primary"):
        assert not window.actions_[name].isEnabled()
    assert t("window.why_read_only") in window.actions_["draw_point"].toolTip()
    assert window.actions_["export"].isEnabled()
    assert not window.actions_["take_over"].isEnabled()
    assert not window.banner.take.isVisible()


def test_buttons_of_the_card_are_off_and_say_why(second: Hand):
    window = second.window
    second.item(window.tasks.table, window.tasks.model.index(0, 0))
    second.until(lambda: window.inspector.card is not None, "card")
    from PySide6.QtWidgets import QPushButton

    accent = next(
        one for one in window.inspector.page.foot.findChildren(QPushButton) if one.property("part") == "primary"
    )
    assert not accent.isEnabled()
    assert accent.toolTip() == t("window.why_read_only")
    assert not window.inspector.page.strip.acceptDrops()


def test_what_the_first_desk_saves_is_seen_within_seconds(second: Hand, first: workspace.Workspace):
    window = second.window
    changes = tasks.draw(first, kind="case", title="新来的任务", lon=121.2304, lat=31.0171, actor="dispatcher")
    uuid = changes.uuids("task")[0]
    second.until(lambda: window.tasks.model.row_of(uuid) >= 0, "the new row")
    second.until(lambda: window.status.tasks.text() == "301 任务", "count")


def test_taking_over_is_refused_while_the_other_is_there(second: Hand, messages: list[tuple[str, str]]):
    window = second.window
    window.standing.take_over()  # as if the other had come back between the look and the click
    second.until(lambda: bool(messages), "said")
    tone, said = messages[-1]
    assert tone == "bad"
    assert window.session.ws.holder.host in said
    assert window.session.ws.read_only


def test_taking_over_when_it_is_free(second: Hand, first: workspace.Workspace, messages: list[tuple[str, str]]):
    window = second.window
    assert "正在" in window.banner.words.text()
    first.close()
    second.until(window.banner.take.isVisible, "free")
    assert window.banner.words.text() == t("window.read_only_free")
    assert window.actions_["take_over"].isEnabled()
    second.click(window.banner.take)
    second.until(lambda: window.session.writable, "taken over")
    second.until(lambda: not window.banner.isVisible(), "no banner")
    second.until(lambda: window.actions_["draw_point"].isEnabled(), "drawing")
    assert ("info", t("window.taken_over")) in messages


def test_another_program_that_writes_is_noticed(desk: Hand, street: Path):
    window = desk.window
    db = sqlite3.connect(street, timeout=5)
    db.execute("PRAGMA recursive_triggers=ON")
    db.execute("UPDATE grid_system SET name='由别的程序改名' WHERE code='base'")
    db.commit()
    db.close()
    desk.until(lambda: window.left.tree.systems[1].name == "由别的程序改名", "seen")
    assert "由别的程序改名" in window.status.grids.toolTip()
