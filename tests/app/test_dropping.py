"""What is dropped on the window: photos go to the task that is shown, one file at a time is brought in."""

from pathlib import Path

import pytest

from app import journey
from app.hand import Hand
from app.importing import ImportDialog
from layers.words import t

pytestmark = pytest.mark.window


def test_a_photo_dropped_on_the_window_goes_to_the_task_that_is_shown(desk: Hand, tmp_path: Path):
    window = desk.window
    path = tmp_path / "现场.jpg"
    journey.picture(path)
    desk.drop(window, [path])
    desk.until(window.message.isVisible, "said")
    assert window.message.words.text() == t("errors.base_stray", path="现场.jpg")
    line = next(one for one in window.tasks.model.lines if one.status == "handling")
    window.selection.set("task", line.uuid)
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == line.uuid, "card")
    before = len(window.inspector.card.photos)
    desk.drop(window, [path])
    desk.until(lambda: len(window.inspector.card.photos) == before + 1, "attached")


def test_of_several_files_the_first_is_taken_and_the_others_are_named(
    desk: Hand, tmp_path: Path, messages: list[tuple[str, str]]
):
    paths = [tmp_path / name for name in ("甲.csv", "乙.csv", "丙.csv")]
    for path in paths:
        path.write_text("名称,经度,纬度\n井盖,121.22,31.01\n", encoding="utf-8")
    desk.drop(desk.window, paths)
    desk.until(lambda: any(one.isVisible() for one in desk.window.findChildren(ImportDialog)), "preview")
    dialog = next(one for one in desk.window.findChildren(ImportDialog) if one.isVisible())
    assert dialog._path == paths[0]
    assert "乙.csv、丙.csv" in messages[0][1]
    dialog.reject()
    desk.rest()
