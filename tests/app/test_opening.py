"""Opening, dropping, refusing: one clear sentence, and what is open stays as it is."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from app import report
from app.hand import Hand
from app.settings import Settings
from layers import workspace
from layers.errors import Refused

pytestmark = pytest.mark.window


def drop(hand: Hand, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(200, 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    hand.window.dropEvent(event)


def test_an_empty_window_says_how_to_begin(hand: Hand):
    window = hand.window
    assert window.pages.currentWidget() is window.welcome
    assert all(button.isVisible() for button in window.welcome.buttons.values())
    accents = [one for one in window.welcome.findChildren(QPushButton) if one.property("part") == "primary"]
    assert [one.objectName() for one in accents] == ["welcome-demo"]
    assert not any(dock.isVisible() for dock in window.docks.values())


def test_the_demonstration_is_written_and_opened_by_one_button(hand: Hand, tmp_path: Path, monkeypatch: Any):
    from PySide6.QtCore import QStandardPaths

    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _which: str(tmp_path / "文档"))
    hand.press("welcome-demo")
    hand.until(lambda: hand.window.session.ws is not None, "open")
    assert hand.window.session.ws.synthetic
    assert "演示" in hand.window.windowTitle()
    assert hand.window.settings.recents == [(tmp_path / "文档" / "格物演示街道.gpkg").resolve()]


def test_a_dropped_workspace_is_opened(hand: Hand, street: Path):
    drop(hand, street)
    hand.until(lambda: hand.window.session.ws is not None, "open")
    assert hand.window.session.ws.path == street


def test_another_file_is_not_imported_into_nothing(hand: Hand, tmp_path: Path, messages: list[tuple[str, str]]):
    path = tmp_path / "清单.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    drop(hand, path)
    hand.until(lambda: bool(messages), "said")
    assert messages[0][0] == "bad"
    assert "清单.csv" in messages[0][1]
    assert hand.window.message.isVisible()


def test_another_file_opens_the_import_with_it(desk: Hand, tmp_path: Path):
    from app.importing import ImportDialog

    path = tmp_path / "清单.csv"
    path.write_text("名称,经度,纬度\n方塔,121.23,31.01\n", encoding="utf-8")
    drop(desk, path)
    desk.until(lambda: bool(desk.window.findChildren(ImportDialog)), "dialog")
    dialog = desk.window.findChildren(ImportDialog)[0]
    assert "清单.csv" in dialog.windowTitle()
    desk.until(lambda: not dialog.loading.isVisible(), "read")
    dialog.reject()
    desk.until(lambda: not desk.window.findChildren(ImportDialog), "closed")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.gpkg", b""),
        ("别的程序.gpkg", b"not a database at all" * 100),
        ("文本.gpkg", b"SQLite format 3\x00" + b"\x00" * 80),
    ],
)
def test_what_is_no_workspace_is_one_sentence(hand: Hand, tmp_path: Path, messages: Any, name: str, content: bytes):
    path = tmp_path / name
    path.write_bytes(content)
    drop(hand, path)
    hand.until(lambda: bool(messages), "said")
    tone, words = messages[0]
    assert tone == "bad"
    assert name in words
    assert "Traceback" not in words
    assert path.read_bytes() == content
    assert hand.window.session.ws is None


def test_a_file_that_cannot_be_opened_leaves_the_open_one_alone(desk: Hand, tmp_path: Path, messages: Any):
    before = desk.window.session.ws
    desk.window.files.open(tmp_path / "没有.gpkg")
    desk.until(lambda: bool(messages), "said")
    assert desk.window.session.ws is before
    assert len(desk.window.tasks.model.lines) > 0


def test_foreign_triggers_are_offered_a_cleaned_copy(hand: Hand, street: Path):
    db = sqlite3.connect(street)
    db.execute("CREATE TRIGGER evil AFTER INSERT ON task BEGIN DELETE FROM grid; END")
    db.commit()
    db.close()
    hand.window.files.open(street)
    window = hand.window
    hand.until(window.message.isVisible, "said")
    assert "evil" in window.message.words.text()
    offer = next(one for one in window.message.findChildren(QPushButton) if one.isVisible())
    assert offer.text() == "打开清理后的副本"
    hand.click(offer)
    hand.until(lambda: window.session.ws is not None, "open")
    assert window.session.ws.path.name == "中山 街道-已清理.gpkg"
    assert not window.session.ws.read_only


def test_a_recent_workspace_is_one_click_away(make_window: Any, settings: Settings, street: Path):
    settings.remember(street)
    hand = make_window(settings)
    entry = hand.window.welcome.recents.itemAt(0).widget()
    assert any("中山 街道" in label.text() for label in entry.findChildren(QLabel))
    hand.click(entry)
    hand.until(lambda: hand.window.session.ws is not None, "open")


def test_a_new_workspace_is_made(hand: Hand, tmp_path: Path, monkeypatch: Any):
    from app import files
    from app.dialogs import NewWorkspace

    target = tmp_path / "新 街道.gpkg"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))

    def fill(dialog: NewWorkspace) -> int:
        dialog.accept()
        assert dialog.missing.text() == "请填写名称"
        dialog.name.setText("新街道")
        dialog.code.setText("12")
        dialog.accept()
        assert "9 位" in dialog.missing.text()
        dialog.code.setText("310117004")
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(files.NewWorkspace, "exec", fill)
    hand.window.actions_["new"].trigger()
    hand.until(lambda: hand.window.session.ws is not None, "open")
    ws = hand.window.session.ws
    assert (ws.name, ws.area_code) == ("新街道", "310117004")
    hand.until(lambda: hand.window.left.tree.nothing.isVisible(), "empty state")


def test_closing_the_workspace_goes_back_to_the_beginning(desk: Hand, street: Path):
    window = desk.window
    window.actions_["leave"].trigger()
    desk.until(lambda: window.pages.currentWidget() is window.welcome, "welcome")
    assert window.tasks.model.lines == []
    assert window.left.tree.model.rowCount() == 0
    assert not window.actions_["export"].isEnabled()
    desk.until(lambda: not street.with_name(street.name + "-wal").exists(), "one file again")


def test_a_known_failure_is_shown_in_the_bar_and_goes_with_escape(hand: Hand):
    report.show(Refused("no_title"))
    assert hand.window.message.isVisible()
    assert hand.window.message.words.text() == str(Refused("no_title"))
    hand.key(Qt.Key.Key_Escape, at=hand.window)
    assert not hand.window.message.isVisible()


@pytest.mark.logs_errors
def test_a_mistake_of_ours_can_be_copied_and_work_goes_on(make_window: Any, settings: Settings, crashes: list[str]):
    from PySide6.QtWidgets import QDialog, QPlainTextEdit

    hand = make_window(settings)
    report.show(ZeroDivisionError("division by zero"))
    dialog = next(one for one in hand.window.findChildren(QDialog, "crash"))
    assert "ZeroDivisionError" in dialog.findChild(QPlainTextEdit).toPlainText()
    copy = next(one for one in dialog.findChildren(QPushButton) if one.text() == "复制报告")
    hand.click(copy)
    assert "ZeroDivisionError" in QApplication.clipboard().text()
    dialog.accept()
    assert len(crashes) == 1
    crashes.clear()


def test_a_workspace_can_be_backed_up(desk: Hand, messages: Any):
    desk.window.actions_["backup"].trigger()
    desk.until(lambda: any(tone == "info" for tone, _words in messages), "saved")
    folder = workspace.backups(desk.window.session.ws.path)
    assert len(folder) == 1


def test_a_demonstration_that_finds_no_documents_folder_is_one_sentence(
    hand: Hand, tmp_path: Path, monkeypatch: Any, messages: Any
):
    (tmp_path / "家").write_bytes(b"no folder")
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _which: str(tmp_path / "家" / "文档"))
    hand.window.actions_["demo"].trigger()
    hand.until(lambda: bool(messages), "said")
    assert [tone for tone, _words in messages] == ["bad"]
    assert "文档" in messages[0][1]
    assert hand.window.session.ws is None


def test_two_settings_files_do_not_meet(tmp_path: Path, street: Path):
    one = Settings(QSettings(str(tmp_path / "a.ini"), QSettings.Format.IniFormat))
    other = Settings(QSettings(str(tmp_path / "b.ini"), QSettings.Format.IniFormat))
    shutil.copy(street, tmp_path / "x.gpkg")
    one.remember(tmp_path / "x.gpkg")
    assert other.recents == []
    assert len(one.recents) == 1
