"""The inspector: cards, forms that say what is missing, photos, posts, links, edits that can be undone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from app import journey, parts
from app.hand import Hand
from layers import places

pytestmark = pytest.mark.window
CONTROL = Qt.KeyboardModifier.ControlModifier


def choose(desk: Hand, view: str, row: int = 0) -> str:
    """Select a task of a quick view; return its uuid."""
    window = desk.window
    desk.click(window.tasks.views[view])
    desk.until(lambda: window.tasks.model.filter == window.tasks.filter() and window.tasks.model.lines, view)
    statuses = window.tasks.filter().statuses
    desk.until(lambda: not statuses or {one.status for one in window.tasks.model.lines} <= set(statuses), view)
    desk.item(window.tasks.table, window.tasks.model.index(row, 0))
    uuid = window.tasks.model.lines[row].uuid
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == uuid, "card")
    return uuid


def accents(desk: Hand) -> list[QPushButton]:
    found = desk.window.inspector.findChildren(QPushButton)
    return [one for one in found if one.isVisible() and one.property("part") == "primary"]


def test_a_task_has_exactly_one_accent_button(desk: Hand):
    for view in ("filed", "handling", "submitted"):
        choose(desk, view)
        desk.until(lambda: len(accents(desk)) == 1, view)
    assert accents(desk)[0].text() in ("核查通过", "复查通过")


def test_a_step_that_needs_a_reason_asks_for_it_and_says_so_when_it_is_missing(desk: Hand):
    uuid = choose(desk, "handling")
    window = desk.window
    form = window.inspector.step_form
    window.inspector.take_step("return")
    desk.until(form.isVisible, "form")
    assert form.reason.hasFocus()
    desk.press("step-save")
    assert form.missing.isVisible()
    assert "理由" in form.missing.text()
    desk.write(form.reason, "不属于本部门")
    desk.press("step-save")
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.values["status"] == "filed", "filed")
    ws = window.session.ws
    assert ws is not None
    assert places.card(ws, "task", uuid).lines[-1].reason == "不属于本部门"


def test_an_assignee_must_come_from_the_list(desk: Hand):
    choose(desk, "filed")
    form = desk.window.inspector.step_form
    desk.window.inspector.take_step("dispatch")
    desk.until(lambda: form.isVisible() and form.who.party is not None, "suggestion")
    assert form.hint.text() != ""
    desk.write(form.who, "nobody of this name")
    assert form.who.party is None
    desk.press("step-save")
    assert form.missing.isVisible()
    desk.write(form.who, "城运中心")
    desk.until(lambda: form.who.popup.isVisible(), "offers")
    desk.key(Qt.Key.Key_Return, at=form.who)
    assert form.who.party is not None
    assert form.who.party.name == "城运中心"


def test_escape_gives_a_form_up(desk: Hand):
    choose(desk, "handling")
    inspector = desk.window.inspector
    inspector.take_step("return")
    desk.until(inspector.step_form.isVisible, "form")
    desk.key(Qt.Key.Key_Escape, at=inspector.step_form.reason)
    desk.until(lambda: not inspector.step_form.isVisible(), "gone")
    assert inspector.page.foot.isVisible()


def test_the_post_decides_which_steps_are_offered(desk: Hand):
    choose(desk, "filed")
    window = desk.window
    assert window.inspector.page.primary == "dispatch"
    window.bar.post.menu().actions()[4].trigger()  # 网格员
    desk.until(lambda: window.inspector.page.primary == "", "nothing to do for a member")
    assert window.bar.post.text() == "当前岗位：网格员"
    assert window.settings.post == "member"


def test_the_primary_step_has_a_key(desk: Hand):
    uuid = choose(desk, "handling")
    window = desk.window
    desk.until(lambda: window.actions_["primary"].isEnabled(), "possible")
    desk.key(Qt.Key.Key_Return, CONTROL, window)
    desk.until(
        lambda: window.inspector.card is not None and window.inspector.card.values["status"] == "submitted", "done"
    )
    assert window.selection.uuid("task") == uuid


def test_a_link_goes_to_the_grid(desk: Hand):
    choose(desk, "handling")
    window = desk.window
    link = next(one for one in window.inspector.findChildren(parts.Link) if "府城" in one.text() or "区" in one.text())
    desk.click(link)
    desk.until(lambda: window.selection.uuid("grid") != "", "grid")
    desk.until(lambda: window.tasks.scope is not None, "the table follows")


def test_facts_are_edited_in_place_and_undone(desk: Hand):
    window = desk.window
    tree = window.left.tree
    desk.item(tree.view, tree.model.index(0, 0, tree.model.index(0, 0)))
    desk.until(lambda: window.inspector.card is not None, "card")
    desk.until(lambda: window.actions_["edit"].isEnabled(), "possible")
    desk.key(Qt.Key.Key_F2, at=window)
    field = desk.named("edit-name")
    desk.write(field, "府城片区（新）")
    desk.press("edit-save")
    desk.until(lambda: window.inspector.card is not None and "（新）" in window.inspector.card.title, "renamed")
    desk.until(lambda: tree.model.index(0, 0, tree.model.index(0, 0)).data() == "府城片区（新）", "in the tree")
    desk.until(lambda: "修改" in window.bar.undo.text(), "label")
    desk.click(window.bar.undo)
    desk.until(lambda: tree.model.index(0, 0, tree.model.index(0, 0)).data() == "府城", "undone")
    desk.until(lambda: window.actions_["redo"].isEnabled(), "redo")


def test_nothing_changed_is_nothing_saved(desk: Hand):
    window = desk.window
    tree = window.left.tree
    desk.item(tree.view, tree.model.index(0, 0, tree.model.index(0, 0)))
    desk.until(lambda: window.inspector.card is not None, "card")
    window.inspector.ask("edit")
    desk.press("edit-save")
    desk.until(lambda: window.inspector.stack.currentWidget() is window.inspector.card_box, "card again")
    assert not window.session.busy
    assert not window.actions_["undo"].isEnabled()


def test_photos_are_dropped_on_the_strip_and_shown_large(desk: Hand, tmp_path: Path):
    choose(desk, "handling")
    window = desk.window
    path = tmp_path / "处置 后.jpg"
    journey.picture(path)
    strip = window.inspector.page.strip
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl.fromLocalFile(str(tmp_path / "list.xlsx"))])
    before = len(window.inspector.card.photos) if window.inspector.card else 0
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    entering = QDragEnterEvent(
        QPoint(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(strip, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(strip, event)
    desk.until(lambda: window.inspector.card is not None and len(window.inspector.card.photos) == before + 1, "photo")
    photo = window.inspector.page.card.photos[-1]
    assert photo.stage == "after"
    from app.photos import Large, Thumb

    thumb = strip.findChildren(Thumb)[-1]
    desk.click(thumb)
    desk.until(lambda: bool(window.findChildren(Large)), "large")
    large = window.findChildren(Large)[0]
    desk.until(lambda: not large.picture.pixmap().isNull(), "picture")
    assert photo.name in large.windowTitle()
    desk.key(Qt.Key.Key_Escape, at=large)
    desk.until(lambda: not window.findChildren(Large), "closed")


def test_a_deleted_task_leaves_the_inspector_empty(desk: Hand):
    window = desk.window
    journey.open_district(desk)
    uuid = journey.draw(desk)
    desk.until(lambda: window.actions_["delete"].isEnabled(), "possible")
    window.actions_["delete"].trigger()
    desk.until(lambda: window.selection.picked is None, "gone")
    desk.until(lambda: window.tasks.model.row_of(uuid) < 0, "not in the table")
    assert window.inspector.stack.currentWidget() is window.inspector.empty
    desk.until(lambda: window.actions_["undo"].isEnabled(), "undo")
    desk.key(Qt.Key.Key_Z, CONTROL, window)
    desk.until(lambda: window.tasks.model.row_of(uuid) >= 0, "back again")
