"""A drawing that is not finished is on the disk within a second, survives a kill, and is never in the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    found = Unfinished(kept.file.parent).found(tmp_path / "街道.gpkg")
    assert found is not None
    assert found.path == drawn(3).path
    kept.drop()
    assert kept.found(tmp_path / "街道.gpkg") is None


def test_that_of_another_workspace_is_left_alone(kept, tmp_path):
    kept.keep(tmp_path / "甲.gpkg", drawn(2))
    kept.write()
    assert kept.found(tmp_path / "乙.gpkg") is None
    assert kept.found(tmp_path / "甲.gpkg") is not None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"workspace": 1}', '{"workspace": "W", "sketch": {"kind": "line"}}', "[" * 3000]
)
def test_a_file_that_is_no_drawing_is_forgotten(kept, tmp_path, text):
    path = tmp_path / "街道.gpkg"
    kept.file.parent.mkdir()
    kept.file.write_text(text.replace('"W"', json.dumps(str(path.resolve()))), encoding="utf-8")
    assert kept.found(path) is None
    assert not kept.file.exists() or json.loads(kept.file.read_text(encoding="utf-8"))["workspace"] == 1


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
    found = Unfinished(folder).found(path)
    assert found is not None
    # What was drawn within the last moment may be missing, nothing else.
    assert count - 30 <= len(found.path)
    assert [place[0] for place in found.path] == [121.23 + i / 1e4 for i in range(len(found.path))]
    assert [file.name for file in folder.glob(NAME)] == [NAME]
