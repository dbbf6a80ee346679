"""The real window in the hands of a test, with a fresh copy of the demonstration street."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, QSize
from PySide6.QtWidgets import QApplication

from app import language, report
from app.hand import Hand
from app.launch import window as new_window
from app.settings import Settings
from app.window import Window
from layers import demo

SIZE = QSize(1366, 768)


@pytest.fixture(scope="session")
def written_street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration street, written once; tests take copies."""
    path = tmp_path_factory.mktemp("street") / "street.gpkg"
    demo.write(path)
    return path


@pytest.fixture
def street(written_street: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration street of the test's own, under a Chinese name with a space."""
    path = tmp_path / "中山 街道.gpkg"
    shutil.copy(written_street, path)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in a file of the test's own: Chinese, light, a dispatcher at the desk."""
    made = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.language, made.theme, made.post = "zh", "light", "dispatcher"
    return made


@pytest.fixture
def crashes() -> Iterator[list[str]]:
    """What was reported as a mistake of ours; a test fails if anything is left in it."""
    found: list[str] = []
    report.board.crashed.connect(found.append)
    yield found
    report.board.crashed.disconnect(found.append)
    assert found == [], found[0]


@pytest.fixture
def messages() -> Iterator[list[tuple[str, str]]]:
    """What was said in the message bar, as (tone, words)."""
    found: list[tuple[str, str]] = []

    def hear(words: str, tone: str) -> None:
        found.append((tone, words))

    report.board.message.connect(hear)
    yield found
    report.board.message.disconnect(hear)


@pytest.fixture
def make_window(qapp: QApplication, settings: Settings, crashes: list[str]) -> Iterator[Callable[..., Hand]]:
    """Return a function that shows a new window; all are closed at the end."""
    windows: list[Window] = []

    def make(kept: Settings | None = None) -> Hand:
        window = new_window(kept or settings)
        windows.append(window)
        window.resize(SIZE)
        window.show()
        hand = Hand(window)
        hand.map_ready()
        return hand

    yield make
    for window in windows:
        window.close()
        window.deleteLater()
    language.use("zh")
    qapp.processEvents()


@pytest.fixture
def hand(make_window: Callable[..., Hand]) -> Hand:
    """A hand at a new window with nothing open."""
    return make_window()


@pytest.fixture
def desk(hand: Hand, street: Path) -> Hand:
    """A hand at a window with the street open and everything drawn."""
    open_street(hand, street)
    return hand


def open_street(hand: Hand, path: Path) -> None:
    """Open a workspace and wait until tree, table and map show it."""
    window = hand.window
    window.files.open(path)
    hand.until(lambda: window.session.ws is not None, "open")
    hand.until(lambda: window.left.tree.model.rowCount() > 0 and bool(window.tasks.model.lines), "tree and table")
    hand.until(lambda: "1+3+22+138" in window.status.grids.text(), "status bar")
    hand.map_still()


@pytest.fixture
def opening() -> Callable[[Hand, Path], Any]:
    """Return the function that opens a workspace and waits for it."""
    return open_street
