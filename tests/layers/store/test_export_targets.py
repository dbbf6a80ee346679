"""Where an export may go: a new file, an earlier export, and nobody else's work."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from layers import exchange
from layers.errors import WorkspaceError
from layers.store import export as store_export
from layers.workspace import Workspace


def somebodys_text(path: Path) -> Path:
    path.write_text("会议纪要", encoding="utf-8")
    return path


def somebodys_geopackage(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
        db.execute("CREATE TABLE wells (fid INTEGER, depth REAL)")
        db.execute("INSERT INTO gpkg_contents VALUES ('wells')")
    return path


@pytest.mark.parametrize("make", [somebodys_text, somebodys_geopackage])
def test_somebody_elses_file_is_replaced_only_if_that_is_said(
    ws: Workspace, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    target = make(tmp_path / "水井.gpkg")
    before = target.read_bytes()
    with pytest.raises(WorkspaceError, match="没有覆盖") as caught:
        exchange.export(ws, target)
    assert caught.value.key == "export_would_replace"
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.glob("*水井*")] == [target.name]
    exchange.export(ws, target, tables=["task"], replace=True)
    exchange.export(ws, target, per_tier=True)
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("SELECT count(*) FROM grid_four_3").fetchone() == (22,)


def test_no_room_says_how_much_is_needed_for_what_was_chosen(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = exchange.export(ws, tmp_path / "全.gpkg").path.stat().st_size
    tight = whole // 3
    assert tight < ws.path.stat().st_size // 2, "half the workspace was asked for, whatever was chosen"
    monkeypatch.setattr(store_export.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=tight))
    with pytest.raises(WorkspaceError, match="大约需要") as caught:
        exchange.export(ws, tmp_path / "又.gpkg")
    assert caught.value.key == "no_room"
    assert 0.5 * whole < int(str(caught.value.values["needed"])) * 1e6 < 2 * whole
    assert [p.name for p in tmp_path.glob("*又*")] == []
    assert exchange.export(ws, tmp_path / "人.gpkg", tables=["person"]).path.exists()


def test_a_tier_without_grids_is_told_and_not_written(ws: Workspace, tmp_path: Path) -> None:
    with ws.store.step("x", "me") as writing:
        writing.db.execute("UPDATE grid SET valid_to='2026-01-01' WHERE system='four' AND tier=4")
    done = exchange.export(ws, tmp_path / "分级.gpkg", per_tier=True)
    assert "grid_four_4" not in dict(done.layers)
    assert "grid_four_4" in done.empty
    assert dict(done.layers)["grid_four_3"] == 22
