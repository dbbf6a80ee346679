"""`gewu restore`: lists the backups, brings one back, keeps what was there."""

import json
from collections.abc import Callable
from pathlib import Path

from layers import tasks, workspace
from layers.domain.things import TaskFilter
from tests.commands.conftest import Said


def found(path: Path, text: str) -> int:
    ws = workspace.open(path)
    try:
        return tasks.counts(ws, TaskFilter(text=text))["all"]
    finally:
        ws.close()


def test_a_backup_is_listed_and_brought_back(gewu: Callable[..., Said], own: Path) -> None:
    assert "还没有" in gewu("restore", own)[1]
    ws = workspace.open(own)
    try:
        saved = workspace.backup(ws)
        tasks.draw(ws, kind="case", title="之后画的", actor="dispatcher")
    finally:
        ws.close()
    code, out, err = gewu("restore", own)
    assert (code, err) == (0, "")
    assert saved.name in out
    assert "MB" in out
    listed = json.loads(gewu("restore", own, "--json")[1])["backups"]
    assert listed == [{"path": str(saved), "made": listed[0]["made"], "bytes": saved.stat().st_size}]
    assert found(own, "之后画的") == 1
    code, out, err = gewu("restore", own, saved.name)
    assert (code, err) == (0, "")
    assert found(own, "之后画的") == 0
    kept = workspace.backups(own)[0]
    assert str(kept) in out
    assert gewu("restore", own, kept)[0] == 0
    assert found(own, "之后画的") == 1


def test_what_is_no_backup_changes_nothing(gewu: Callable[..., Said], own: Path, tmp_path: Path) -> None:
    before = own.read_bytes()
    (tmp_path / "x.gpkg").write_bytes(b"nothing of the kind" * 20)
    for wrong in (tmp_path / "x.gpkg", tmp_path / "没有.gpkg"):
        code, out, err = gewu("restore", own, wrong)
        assert (code, out) == (2, "")
        assert wrong.name in err
    assert own.read_bytes() == before
