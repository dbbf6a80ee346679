"""The export dialog: what is chosen is what is written, and where."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QWidget
from shiboken6 import isValid

from app import theme
from app.exporting import ExportDialog
from app.session import Session

PATIENT = 20_000


@pytest.fixture
def session(qapp: QApplication, street: Path, qtbot, crashes: list[str]) -> Iterator[Session]:
    theme.apply("light")
    made = Session()
    with qtbot.waitSignal(made.opened, timeout=PATIENT):
        made.open(street)
    yield made
    made.close()


@pytest.fixture
def dialog(session: Session, qtbot) -> ExportDialog:
    made = ExportDialog(session)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.open()
    QTest.qWaitForWindowExposed(made)
    qtbot.waitUntil(lambda: made.counts["task"].text() == "300", timeout=PATIENT)
    return made


def layers(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT table_name FROM gpkg_contents ORDER BY rowid")]


def click(widget: QWidget) -> None:
    # A tick box answers on its box and its words, which stand at its left.
    spot = QPoint(8, widget.height() // 2) if isinstance(widget, QCheckBox) else widget.rect().center()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)


def test_everything_one_layer_per_tier(dialog: ExportDialog, tmp_path: Path, qtbot) -> None:
    dialog.set_target(tmp_path / "街道 导出")
    assert dialog.target.whole.endswith("街道 导出.gpkg")
    click(dialog.per_tier)
    assert dialog.per_tier.isChecked()
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.go.text() == "打开文件夹", timeout=PATIENT)
    assert "18" in dialog.summary.text()
    assert layers(tmp_path / "街道 导出.gpkg")[:5] == [
        "grid_four_1", "grid_four_2", "grid_four_3", "grid_four_4", "grid_base_1",
    ]  # fmt: skip
    click(dialog.cancel)
    assert not dialog.isVisible()


def test_only_what_is_ticked_goes_out(dialog: ExportDialog, tmp_path: Path, qtbot) -> None:
    for name in ("grid", "road_section", "place", "facility", "people"):
        QTest.keyClick(dialog.tables[name], Qt.Key.Key_Space)
    assert not dialog.per_tier.isEnabled()
    dialog.set_target(tmp_path / "任务.gpkg")
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.go.text() == "打开文件夹", timeout=PATIENT)
    assert layers(tmp_path / "任务.gpkg") == ["task", "task_sketch", "task_log", "layer_styles"]


def test_nothing_ticked_is_nothing_to_do(dialog: ExportDialog) -> None:
    for box in dialog.tables.values():
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert not dialog.go.isEnabled()


def test_what_is_said_about_personal_data_follows_the_choice(dialog: ExportDialog) -> None:
    assert "遮盖" in dialog.personal_note.text()
    click(dialog.personal)
    assert "原样" in dialog.personal_note.text()


def test_a_place_that_cannot_be_written_is_said_in_the_dialog(
    dialog: ExportDialog, street: Path, tmp_path: Path, qtbot
) -> None:
    dialog.set_target(street)
    click(dialog.go)
    qtbot.waitUntil(dialog.trouble.isVisible, timeout=PATIENT)
    assert street.name in dialog.trouble.text()
    qtbot.waitUntil(dialog.go.isEnabled, timeout=PATIENT)
    dialog.set_target(tmp_path / "别处.gpkg")
    assert not dialog.trouble.isVisible()
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.go.text() == "打开文件夹", timeout=PATIENT)
    assert (tmp_path / "别处.gpkg").exists()


def test_somebody_elses_file_is_replaced_only_when_that_is_pressed(dialog: ExportDialog, tmp_path: Path, qtbot) -> None:
    theirs = tmp_path / "会议纪要.gpkg"
    theirs.write_text("不是地图", encoding="utf-8")
    dialog.set_target(theirs)
    click(dialog.go)
    qtbot.waitUntil(dialog.trouble.isVisible, timeout=PATIENT)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=PATIENT)
    assert dialog.go.text() == "替换"
    assert theirs.read_text("utf-8") == "不是地图"
    dialog.set_target(tmp_path / "别处.gpkg")
    assert dialog.go.text() == "导出"
    dialog.set_target(theirs)
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.go.text() == "替换" and dialog.go.isEnabled(), timeout=PATIENT)
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.go.text() == "打开文件夹", timeout=PATIENT)
    assert "grid" in layers(theirs)


def test_what_the_file_dialog_asked_is_not_asked_again(
    dialog: ExportDialog, tmp_path: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "会议 3.1.gpkg"
    theirs.write_text("不是地图", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(theirs), ""))
    click(dialog.choose)
    click(dialog.go)
    qtbot.waitUntil(lambda: dialog.go.text() == "打开文件夹", timeout=PATIENT)
    assert "grid" in layers(theirs)


def test_closed_at_once_it_hears_no_more(session: Session, qtbot, crashes: list[str]) -> None:
    dialog = ExportDialog(session)
    dialog.open()
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog), timeout=PATIENT)
    heard: list[object] = []
    session.look(lambda ws: ws.name, key="behind them all", done=heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENT)
    session.closing.emit()
    assert crashes == []
