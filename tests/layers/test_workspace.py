"""The workspace as a whole: made, opened, backed up, restored, kept apart from other desks."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from layers import tasks, workspace
from layers.domain import keeping
from layers.domain.things import TaskFilter
from layers.errors import Refused, SourceError, WorkspaceError
from layers.workspace import Workspace


def test_a_new_workspace_is_empty_and_knows_its_name(tmp_path: Path) -> None:
    path = tmp_path / "我的 街道.gpkg"
    ws = workspace.create(path, name="周家渡街道", area_code="310115007")
    assert (ws.name, ws.area_code, ws.zone, ws.synthetic) == ("周家渡街道", "310115007", "Asia/Shanghai", False)
    assert workspace.extent(ws) is None
    assert not workspace.has_systems(ws)
    assert tasks.counts(ws, TaskFilter())["all"] == 0
    ws.close()
    ws.close()
    assert workspace.is_workspace(path)


@pytest.mark.parametrize("code", ["12", "3101150070", "31011500a", "３１０１１５００７"])
def test_an_area_code_has_nine_digits(tmp_path: Path, code: str) -> None:
    with pytest.raises(Refused, match="9 位"):
        workspace.create(tmp_path / "街道.gpkg", name="x", area_code=code)
    assert list(tmp_path.iterdir()) == []


def test_the_days_backup_is_made_once(ws: Workspace) -> None:
    made = workspace.backup_if_due(ws)
    assert made is not None
    assert workspace.backup_if_due(ws) is None
    assert workspace.backup_if_due(ws, hours=0) is None, "nothing changed since"
    tasks.draw(ws, kind="case", title="x", actor="dispatcher")
    assert workspace.backup_if_due(ws) is None, "the last one is fresh"
    assert workspace.backup_if_due(ws, hours=0) is not None


def made_at(ws: Workspace, *days_ago: float) -> list[Path]:
    """Make backups that are some days old."""
    found = []
    for days in days_ago:
        at = datetime.now() - timedelta(days=days)
        path = workspace.backup(ws, thin=False)
        found.append(path.rename(path.with_name(f"{ws.path.stem}-{at:%Y%m%d-%H%M%S-%f}.gpkg")))
    return found


def test_ten_imports_push_out_no_backup_of_another_day(ws: Workspace) -> None:
    old = made_at(ws, 1.2, 3.1, 12, 19, 200)
    theirs = old[0].with_name(f"{ws.path.stem}-年度.gpkg")
    theirs.write_bytes(b"kept by hand")
    made = [workspace.backup(ws) for _ in range(keeping.NEWEST + 2)]
    assert workspace.backups(ws.path) == [*sorted(made, reverse=True)[: keeping.NEWEST], *old[:4]]
    assert theirs.exists()


def test_backups_say_when_they_were_made_and_how_large_they_are(ws: Workspace) -> None:
    made_at(ws, 2, 1)
    first, second = workspace.saved_states(ws.path)
    assert first.made > second.made
    assert first.size == first.path.stat().st_size > 100_000
    workspace.drop_backup(first.path)
    workspace.drop_backup(second.path)
    assert not second.path.parent.exists()


def test_a_backup_comes_back_and_what_was_there_is_kept(ws: Workspace) -> None:
    saved = workspace.backup(ws)
    tasks.draw(ws, kind="case", title="之后画的", actor="dispatcher")
    with pytest.raises(WorkspaceError):
        workspace.restore(saved, ws.path)
    ws.close()
    kept = workspace.restore(saved, ws.path)
    assert workspace.backups(ws.path) == [kept, saved]
    assert kept is not None
    for path, there in ((ws.path, 0), (kept, 1)):
        opened = workspace.open(path)
        assert tasks.counts(opened, TaskFilter(text="之后画的"))["all"] == there
        opened.close()


def test_junk_is_not_restored(ws: Workspace, tmp_path: Path) -> None:
    junk = tmp_path / "junk.gpkg"
    junk.write_bytes(b"x" * 200)
    ws.close()
    before = ws.path.read_bytes()
    with pytest.raises(SourceError):
        workspace.restore(junk, ws.path)
    assert ws.path.read_bytes() == before


def test_settings_are_kept_and_ours_are_not_touched(ws: Workspace) -> None:
    workspace.set_setting(ws, "view", "四级")
    assert workspace.settings(ws)["view"] == "四级"
    with pytest.raises(Refused):
        workspace.set_setting(ws, "schema_version", "9")


def test_counts_leave_retired_grids_out(street: Workspace) -> None:
    counts = workspace.counts(street)
    assert counts["grid"] == 1 + 3 + 22 + 138 + 265
    assert counts["task"] == 300


def test_the_map_opens_on_the_grids_whatever_lies_elsewhere(ws: Workspace) -> None:
    home = workspace.extent(ws)
    assert home is not None
    tasks.draw(ws, kind="case", title="太远", actor="dispatcher", lon=-73.9, lat=40.7)
    assert workspace.extent(ws) == home
