"""A drawing that is not finished is on the disk within a second, survives a kill, and is never in the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import unfinished
from app.unfinished import NAME, Unfinished
from layers.domain import sketching

pytestmark = pytest.mark.window
HERE = (121.2304, 31.0171)

DRAWS = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from app.unfinished import Unfinished
from layers.domain import sketching
app = QCoreApplication([])
kept = Unfinished(Path(sys.argv[1]))
sketch = sketching.begin("new", "polygon")
def more():
    global sketch
    sketch = sketching.add(sketch, (121.23 + len(sketch.path) / 1e4, 31.01))
    kept.keep(Path(sys.argv[2]), sketch)
    print(len(sketch.path), flush=True)
timer = QTimer(interval=20)
timer.timeout.connect(more)
timer.start()
app.exec()
"""


@pytest.fixture
def kept(qapp, tmp_path):
    made = Unfinished(tmp_path / "设置 夹")
    yield made
    made.drop()
    made.deleteLater()


def drawn(count: int) -> sketching.Sketch:
    sketch = sketching.begin("new", "line")
    for number in range(count):
        sketch = sketching.add(sketch, (HERE[0] + number / 1e4, HERE[1]))
    return sketch


def test_it_is_on_the_disk_within_a_second_and_found_again(kept, qtbot, tmp_path):
    kept.keep(tmp_path / "街道.gpkg", drawn(3))
    qtbot.waitUntil(kept.file.is_file, timeout=1_000)
    [(file, found)] = Unfinished(kept.file.parent).left(tmp_path / "街道.gpkg")
    assert file == kept.file
    assert found.path == drawn(3).path
    assert kept.left(tmp_path / "街道.gpkg") == []  # its own is no left one
    kept.drop()
    assert Unfinished(kept.file.parent).left(tmp_path / "街道.gpkg") == []


def test_that_of_another_workspace_is_left_alone(kept, tmp_path):
    kept.keep(tmp_path / "甲.gpkg", drawn(2))
    kept.put_aside()
    assert kept.left(tmp_path / "乙.gpkg") == []
    assert len(kept.left(tmp_path / "甲.gpkg")) == 1


def test_a_newer_drawing_leaves_the_older_where_it_is_and_either_can_be_taken_up(kept, tmp_path):
    path = tmp_path / "街道.gpkg"
    kept.keep(path, drawn(3))
    older = kept.put_aside()
    kept.keep(path, drawn(5))
    kept.write()
    other = kept.store(path, drawn(4))
    kept.drop()  # the newer one is finished
    assert {file: len(sketch.path) for file, sketch in kept.left(path)} == {older: 3, other: 4}
    kept.adopt(older)
    assert [file for file, _ in kept.left(path)] == [other]
    kept.keep(path, drawn(6))
    kept.write()
    assert len(Unfinished(older.parent).left(path)) == 2
    kept.drop()
    assert not older.exists()


def test_not_more_are_kept_than_anybody_looks_through(kept, tmp_path, monkeypatch):
    monkeypatch.setattr(unfinished, "MOST", 3)
    path = tmp_path / "街道.gpkg"
    for count in range(1, 6):
        kept.keep(path, drawn(count))
        file = kept.put_aside()
        os.utime(file, ns=(count, count))
    assert sorted(len(sketch.path) for _, sketch in kept.left(path)) == [3, 4, 5]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"workspace": 1}', '{"workspace": "W", "sketch": {"kind": "line"}}', "[" * 3000]
)
def test_a_file_that_is_no_drawing_is_forgotten(kept, tmp_path, text):
    path = tmp_path / "街道.gpkg"
    kept.file.parent.mkdir()
    file = kept.file.with_name("unfinished-old.json")
    file.write_text(text.replace('"W"', json.dumps(str(path.resolve()))), encoding="utf-8")
    assert kept.left(path) == []
    assert not file.exists() or json.loads(file.read_text(encoding="utf-8"))["workspace"] == 1


@pytest.mark.slow
def test_a_killed_program_leaves_a_whole_drawing(tmp_path):
    folder, path = tmp_path / "设置", tmp_path / "街道.gpkg"
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [sys.executable, "-c", DRAWS, str(folder), str(path)], stdout=subprocess.PIPE, text=True, env=env,
        cwd=Path(__file__).parents[2],
    ) as run:  # fmt: skip
        assert run.stdout is not None
        count = 0
        while count < 80:
            count = int(run.stdout.readline())
        run.kill()
    [(file, found)] = Unfinished(folder).left(path)
    # What was drawn within the last moment may be missing, nothing else.
    assert count - 30 <= len(found.path)
    assert [place[0] for place in found.path] == [121.23 + i / 1e4 for i in range(len(found.path))]
    assert list(folder.glob(NAME)) == [file]
