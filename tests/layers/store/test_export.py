"""Where an export may go: a new file, an earlier export, and nobody else's work."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from layers import exchange
from layers.errors import WorkspaceError
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
