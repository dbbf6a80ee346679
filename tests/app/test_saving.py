"""Names under which something is saved: a dot in a name stays, a suffix added afterwards replaces nothing unasked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app import saving


@pytest.mark.parametrize(
    ("chosen", "whole"),
    [
        ("街道 v1.2", "街道 v1.2.gpkg"),
        ("街道", "街道.gpkg"),
        ("街道.gpkg", "街道.gpkg"),
        ("街道.GPKG", "街道.GPKG"),
        ("2026.11.24", "2026.11.24.gpkg"),
    ],
)
def test_a_dot_in_a_name_stays(chosen: str, whole: str) -> None:
    assert saving.whole_name(Path(chosen), ".gpkg") == Path(whole)


@pytest.fixture
def ask(qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Path | None, list[str]]]:
    """Return a function: what somebody chooses, one after the other -> (the answer, where the dialogs started)."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def run(start: Path, *chosen: object) -> tuple[Path | None, list[str]]:
        left, started = [str(one) for one in chosen], []

        def dialog(_parent: object, _title: str, at: str, _pattern: str) -> tuple[str, str]:
            started.append(at)
            return left.pop(0), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
        return saving.ask(parent, "保存", start, "CSV (*.csv)", ".csv"), started

    return run


def test_the_dialog_is_asked_once_where_nothing_is_there(ask, tmp_path: Path) -> None:
    assert ask(tmp_path / "列表.csv", tmp_path / "11.24 列表") == (
        tmp_path / "11.24 列表.csv",
        [str(tmp_path / "列表.csv")],
    )


def test_a_name_that_was_completed_to_one_that_is_there_is_asked_again(ask, tmp_path: Path) -> None:
    there = tmp_path / "列表.csv"
    there.write_text("别人的", encoding="utf-8")
    path, started = ask(tmp_path / "x.csv", tmp_path / "列表", there)
    assert path == there
    assert started == [str(tmp_path / "x.csv"), str(there)], "the second dialog asks about the file itself"
    assert ask(tmp_path / "x.csv", tmp_path / "列表", "")[0] is None
