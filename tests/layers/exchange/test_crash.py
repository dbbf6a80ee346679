"""Killed in the middle of an import or of a series of edits: nothing acknowledged is lost, the file opens."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from layers import exchange, workspace
from layers.workspace import Workspace
from tests.layers.exchange.conftest import column

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")

_EDITS = """
    import sys
    from pathlib import Path
    from layers import tasks, workspace
    ws = workspace.open(Path(sys.argv[1]))
    for i in range(100_000):
        changes = tasks.draw(ws, kind="case", title=f"任务 {i}", actor="dispatcher", lon=121.23, lat=31.02)
        print(changes.uuids("task")[0], flush=True)
"""
_IMPORT = """
    import sys
    from pathlib import Path
    from layers import exchange, workspace
    ws = workspace.open(Path(sys.argv[1]))
    print("ready", flush=True)
    def tell(done, total, text):
        print(done, flush=True)
    exchange.import_file(ws, sys.argv[2], as_="tasks", actor="dispatcher", progress=tell)
    print("done", flush=True)
"""


def start(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip


def lines_until(process: "subprocess.Popen[str]", count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def kill(process: "subprocess.Popen[str]") -> list[str]:
    """Kill without warning; return what it had still said."""
    os.kill(process.pid, signal.SIGKILL)
    out, _ = process.communicate(timeout=30)
    return out.split()


@pytest.mark.parametrize("after", [1, 7, 40])
def test_killed_while_drawing_tasks(ws: Workspace, after: int) -> None:
    path = ws.path
    ws.close()
    process = start(_EDITS, str(path))
    told = lines_until(process, after)
    told += [word for word in kill(process) if len(word) == 36]
    opened = workspace.open(path)
    try:
        assert not opened.read_only  # the dead desk holds nothing
        assert set(told) <= set(column(opened, "task", "uuid"))
        assert workspace.verify(opened) == []
    finally:
        opened.close()


@pytest.mark.parametrize("stage", ["ready", "40000"])
def test_killed_in_the_middle_of_an_import(ws: Workspace, tmp_path: Path, stage: str) -> None:
    sheet = tmp_path / "很多.csv"
    sheet.write_text("标题,问题描述\n" + "\n".join(f"任务 {i},说明 {i}" for i in range(120_000)), "utf-8")
    path, before = ws.path, sorted(column(ws, "task", "uuid"))
    journal = column(ws, "gewu_journal", "id", order="id")
    ws.close()
    process = start(_IMPORT, str(path), str(sheet))
    while (said := lines_until(process, 1)[0]) not in (stage, ""):
        pass
    assert said == stage
    assert "done" not in kill(process)
    opened = workspace.open(path)
    try:
        assert not opened.read_only
        assert sorted(column(opened, "task", "uuid")) == before
        assert column(opened, "gewu_journal", "id", order="id") == journal
        assert workspace.verify(opened) == []
        assert exchange.import_file(opened, sheet, as_="tasks", actor="dispatcher").added == 120_000
    finally:
        opened.close()
