"""Backups in the window: made by themselves once a day, and brought back from the file menu."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app import files, session
from app.hand import Hand
from app.restoring import RestoreDialog
from layers import tasks, workspace
from layers.domain.things import TaskFilter

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def titled(desk: Hand, title: str) -> int:
    return tasks.counts(desk.window.session.ws, TaskFilter(text=title))["all"]


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the day's backup every moment: before the window is made."""
    monkeypatch.setattr(session, "DAILY", 50)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """What came of each question for the day's backup."""
    answers: list[Path | None] = []
    real = workspace.backup_if_due

    def ask(ws: workspace.Workspace) -> Path | None:
        answers.append(real(ws))
        return answers[-1]

    monkeypatch.setattr(workspace, "backup_if_due", ask)
    return answers


def test_the_days_backup_makes_itself_once(
    often: None, asked: list[Path | None], desk: Hand, street: Path, messages: Any
) -> None:
    desk.until(lambda: len(workspace.backups(street)) == 1, "the day's backup")
    desk.until(lambda: workspace.settings(desk.window.session.ws).get("backed_up") is not None, "noted")
    desk.until(lambda: len(asked) > 3, "asked again")
    assert len([made for made in asked if made]) == len(workspace.backups(street)) == 1
    assert messages == [], "nobody is told of what goes well by itself"


def test_a_backup_that_cannot_be_made_is_said_once(
    often: None, hand: Hand, street: Path, messages: Any, opening
) -> None:
    street.with_name(f"{street.stem}-backups").write_text("in the way", encoding="utf-8")
    opening(hand, street)
    hand.until(lambda: len(messages) == 1, "said")
    assert not hand.window.session._daily.isActive()
    assert [tone for tone, _words in messages] == ["bad"]


def choose(monkeypatch: pytest.MonkeyPatch, wanted: Path) -> None:
    """Choose a backup in the dialog and press its button."""

    def use(dialog: RestoreDialog) -> int:
        dialog.show()
        at = next(i for i in range(dialog.list.count()) if dialog.list.item(i).toolTip() == str(wanted))
        for _ in range(at):
            QTest.keyClick(dialog.list, Qt.Key.Key_Down)
        assert dialog.chosen == wanted
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        return dialog.result()

    monkeypatch.setattr(RestoreDialog, "exec", use)


def test_a_backup_is_brought_back_and_back_again(desk: Hand, street: Path, monkeypatch: Any, messages: Any) -> None:
    ws = desk.window.session.ws
    saved = workspace.backup(ws)
    tasks.draw(ws, kind="case", title="之后画的", actor="dispatcher")
    choose(monkeypatch, saved)
    desk.key(Qt.Key.Key_B, CONTROL_SHIFT)
    desk.until(lambda: desk.window.session.ws not in (ws, None), "open again")
    assert titled(desk, "之后画的") == 0
    assert not desk.window.session.ws.read_only
    assert any("已恢复" in words for _tone, words in messages)
    kept = workspace.backups(street)[0]
    assert kept != saved
    ws = desk.window.session.ws
    choose(monkeypatch, kept)
    desk.window.actions_["restore"].trigger()
    desk.until(lambda: desk.window.session.ws not in (ws, None), "open once more")
    assert titled(desk, "之后画的") == 1


def test_a_backup_that_is_junk_leaves_the_workspace_open(desk: Hand, street: Path, messages: Any) -> None:
    ws = desk.window.session.ws
    junk = workspace.backup(ws)
    junk.write_bytes(b"x" * 200)
    desk.window.session.restore(junk, street)
    desk.until(lambda: desk.window.session.ws not in (ws, None), "open again")
    assert [tone for tone, _words in messages] == ["bad"]
    assert not desk.window.session.ws.read_only


def test_without_backups_it_is_said_how_they_come(desk: Hand, street: Path, qtbot: Any) -> None:
    dialog = RestoreDialog(street, desk.window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.chosen is None
    assert not dialog.go.isVisible()
    assert not dialog.list.isVisible()
    assert any(button.text() == "关闭" for button in dialog.findChildren(QPushButton) if button.isVisible())


def test_a_broken_workspace_is_offered_its_backup(desk: Hand, street: Path, monkeypatch: Any, qtbot: Any) -> None:
    window = desk.window
    saved = workspace.backup(window.session.ws)
    window.session.leave()
    desk.until(lambda: not Path(f"{street}-desk").exists(), "closed")
    street.write_bytes(b"nothing of what was there" * 50)
    offered: list[Any] = []
    monkeypatch.setattr(files.report, "offer", lambda error, words, do: offered.append((error.key, words, do)))
    window.files.open(street)
    desk.until(lambda: bool(offered), "offered")
    assert offered[0][:2] == ("not_a_geopackage", "恢复备份…")
    choose(monkeypatch, saved)
    offered[0][2]()
    desk.until(lambda: window.session.ws is not None, "open")
    assert tasks.counts(window.session.ws, TaskFilter())["all"] == 300
