"""The tools of the task table, with real keys: what is pasted, what is filled down."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication

from app.hand import Hand
from app.importing import ImportDialog
from app.pasting import cells_of
from layers import tasks
from layers.domain import flow

CONTROL = Qt.KeyboardModifier.ControlModifier


def mime(words: str = "", html: str = "") -> QMimeData:
    data = QMimeData()
    data.setText(words)
    if html:
        data.setHtml(html)
    return data


def dialogs(desk: Hand) -> list[ImportDialog]:
    return [one for one in desk.window.findChildren(ImportDialog) if one.isVisible()]


def test_cells_are_told_from_a_text(qapp):
    assert cells_of(mime('名称\t地址\n井盖\t"中山\n东路"\n\n')) == [["名称", "地址"], ["井盖", "中山\n东路"]]
    assert cells_of(mime("井盖\n垃圾", "<TABLE><tr><td>井盖")) == [["井盖"], ["垃圾"]]
    assert cells_of(mime("来电人反映：\n中山东路有垃圾。")) == []
    assert cells_of(mime("一格\t又一格")) == []


@pytest.mark.window
def test_pasted_cells_open_the_import_preview(desk: Hand):
    QApplication.clipboard().setMimeData(mime("标题\t经度\t纬度\n井盖破损\t121.22\t31.01\n暴露垃圾\t121.23\t31.02\n"))
    desk.key(Qt.Key.Key_V, CONTROL, desk.window.tasks.table)
    desk.until(lambda: bool(dialogs(desk)), "preview")
    source = dialogs(desk)[0]._path
    assert source.read_bytes().startswith(b"\xef\xbb\xbf")
    assert source.read_text(encoding="utf-8-sig").splitlines()[1] == "井盖破损,121.22,31.01"
    dialogs(desk)[0].reject()
    desk.rest()


@pytest.mark.window
def test_a_pasted_text_becomes_a_task_without_a_place(desk: Hand):
    window = desk.window
    QApplication.clipboard().setText("来电人反映：\n中山东路路口有积水。")
    desk.key(Qt.Key.Key_V, CONTROL, desk.page)
    form = window.inspector.task_form
    desk.until(form.isVisible, "form")
    assert form.description.toPlainText() == "来电人反映：\n中山东路路口有积水。"
    desk.write(form.title, "积水")
    desk.press("task-save")
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.title == "积水", "saved")
    assert window.inspector.card.geometry is None


@pytest.mark.window
def test_a_text_field_keeps_what_is_pasted_into_it(desk: Hand):
    QApplication.clipboard().setText("垃圾")
    desk.click(desk.window.tasks.text)
    desk.key(Qt.Key.Key_V, CONTROL, desk.window.tasks.text)
    assert desk.window.tasks.text.text() == "垃圾"
    assert not desk.window.inspector.task_form.isVisible()


@pytest.mark.window
def test_a_pasted_file_is_imported_as_if_dropped(desk: Hand, tmp_path: Path):
    path = tmp_path / "设 施.csv"
    path.write_text("名称,经度,纬度\n井盖,121.22,31.01\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    QApplication.clipboard().setMimeData(data)
    desk.key(Qt.Key.Key_V, CONTROL, desk.window.tasks.table)
    desk.until(lambda: bool(dialogs(desk)), "preview")
    assert dialogs(desk)[0]._path == path
    dialogs(desk)[0].reject()
    desk.rest()


@pytest.mark.window
def test_an_empty_clipboard_says_so(desk: Hand, messages: list[tuple[str, str]]):
    QApplication.clipboard().clear()
    desk.key(Qt.Key.Key_V, CONTROL, desk.window.tasks.table)
    assert [words for _tone, words in messages] == ["剪贴板里没有可用的内容。"]


@pytest.mark.window
def test_the_priority_of_the_first_row_is_filled_down_and_undone_at_once(desk: Hand, messages: list[tuple[str, str]]):
    window = desk.window
    table, model, ws = window.tasks.table, window.tasks.model, window.session.ws
    assert ws is not None
    assert not window.actions_["fill_down"].isEnabled()
    before = {one.uuid: one.priority for one in model.lines[:4]}
    first = model.lines[0]
    other = next(one for one in flow.PRIORITIES if one not in (first.priority, model.lines[1].priority))
    window.session.work(tasks.edit, model.lines[1].uuid, {"priority": other})
    desk.until(lambda: model.lines[1].priority == other, "another priority")
    desk.until(window.actions_["undo"].isEnabled, "undo")
    desk.item(table, model.index(0, 0))
    desk.item(table, model.index(3, 0), Qt.KeyboardModifier.ShiftModifier)
    desk.until(lambda: len(table.picked()) == 4 and window.actions_["fill_down"].isEnabled(), "four rows")
    now = lambda: [tasks.line(ws, uuid).priority for uuid in before]  # noqa: E731
    mixed = now()
    desk.key(Qt.Key.Key_D, CONTROL, table)
    desk.until(lambda: now() == [first.priority] * 4, "filled")
    desk.until(lambda: {one.priority for one in model.lines[:4]} == {first.priority}, "shown")
    desk.until(lambda: window.bar.undo.accessibleName().endswith("修改 3 件任务"), "undo names it")
    desk.key(Qt.Key.Key_D, CONTROL, table)
    assert "优先级都已是" in messages[-1][1]
    desk.key(Qt.Key.Key_Z, CONTROL, window)
    desk.until(lambda: now() == mixed, "taken back")
