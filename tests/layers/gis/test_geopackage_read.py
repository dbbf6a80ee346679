"""Foreign GeoPackages: every kind of column, holes in the numbering, damage, and nothing of theirs ever runs."""

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.gis import sources
from tests.layers.gis.foreign_files import change, everything, gpkg

Shared = Callable[[str], Path]


def test_a_geopackage_with_all_kinds_of_columns(tmp_path: Path) -> None:
    path = change(
        gpkg(tmp_path / "网格 库.gpkg"),
        "ALTER TABLE grid ADD COLUMN big INTEGER",
        "ALTER TABLE grid ADD COLUMN bits BLOB",
        "ALTER TABLE grid ADD COLUMN yes BOOLEAN",
        "ALTER TABLE grid ADD COLUMN at DATETIME",
        "ALTER TABLE grid ADD COLUMN on_day DATE",
        "ALTER TABLE grid ADD COLUMN size REAL",
        "UPDATE grid SET big = 310117198001011235, bits = x'00ff', yes = 1, at = '2026-07-01T08:00:00.000Z',"
        " on_day = '2026-07-01', size = 1.5 WHERE n = 1",
        "UPDATE grid SET 编码 = 'a' || char(0) || 'b' WHERE n = 2",
    )
    source = sources.inspect(path)
    assert {f.name: f.type for f in source.layer().fields} == {
        "编码": "text",
        "n": "integer",
        "big": "integer",
        "bits": "blob",
        "yes": "boolean",
        "at": "datetime",
        "on_day": "date",
        "size": "real",
    }
    rows, problems = everything(source, slice_size=2)
    assert problems == [] or [p.key for p in problems] == ["sources.text_cleaned"]
    assert rows.rows == [1, 2, 3]
    assert rows.columns["big"] == [None, 310117198001011235, None]
    assert rows.columns["yes"] == [None, True, None]
    assert rows.columns["on_day"][1] == "2026-07-01"
    assert rows.columns["at"][1].startswith("2026-07-01T08:00:00")
    assert rows.columns["size"] == [None, 1.5, None]
    assert "bits" not in rows.columns


def test_holes_in_the_numbering_and_slices(tmp_path: Path) -> None:
    path = change(
        gpkg(tmp_path / "a.gpkg", count=50),
        "DELETE FROM grid WHERE fid % 3 = 0",
        "UPDATE grid SET fid = -5 WHERE fid = 1",
    )
    source = sources.inspect(path)
    rows, _ = everything(source, slice_size=7)
    assert rows.rows == [-5, *(i for i in range(2, 51) if i % 3)]
    assert source.layer().count == len(rows)


def test_several_layers_and_an_attribute_table(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", "网格")
    gpkg(path, "路段; DROP TABLE", append=True)
    change(
        path,
        "CREATE TABLE people (fid INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO people VALUES (1, '网格长')",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('people', 'attributes', 'people')",
    )
    source = sources.inspect(path)
    assert [(layer.name, layer.geometry_kind) for layer in source.layers] == [
        ("网格", "polygon"),
        ("路段; DROP TABLE", "polygon"),
        ("people", ""),
    ]
    rows, _ = everything(source, "people")
    assert (rows.columns, rows.geometry) == ({"name": ["网格长"]}, None)
    with pytest.raises(SourceError):
        everything(source, "nobody")


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE grid RENAME TO hidden", "CREATE VIEW grid AS SELECT * FROM hidden"],
        ["ALTER TABLE grid ADD COLUMN bomb TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL"],
        ["ALTER TABLE grid ADD COLUMN bomb TEXT AS/**/(hex(zeroblob(100000000)))"],
        ["ALTER TABLE gpkg_extensions RENAME TO e", "CREATE VIEW gpkg_extensions AS SELECT * FROM e"],
    ],
)
def test_what_would_have_to_run_is_refused(tmp_path: Path, statements: list[str]) -> None:
    path = change(gpkg(tmp_path / "a.gpkg"), "PRAGMA legacy_alter_table = ON", *statements)
    before = path.read_bytes()
    with pytest.raises(SourceError) as caught:
        sources.inspect(path)
    assert caught.value.key == "source_runs_code"
    assert path.read_bytes() == before


def test_a_file_that_is_being_edited_is_not_read(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg")
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE more (x)")
    database.commit()
    try:
        with pytest.raises(SourceError) as caught:
            sources.inspect(path)
        assert caught.value.key == "source_open_elsewhere"
    finally:
        database.close()
    assert sources.inspect(path).layer().count == 3


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may write anywhere")
def test_a_read_only_folder_is_enough(tmp_path: Path) -> None:
    gpkg(tmp_path / "a.gpkg")
    tmp_path.chmod(0o555)
    try:
        assert sources.inspect(tmp_path / "a.gpkg").layer().count == 3
    finally:
        tmp_path.chmod(0o755)


def test_a_cut_geopackage_is_damaged(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", count=2000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceError) as caught:
        everything(sources.inspect(path))
    assert caught.value.key == "source_damaged"


def test_broken_geometry_blobs_keep_their_rows(tmp_path: Path) -> None:
    path = change(
        gpkg(tmp_path / "a.gpkg", count=40),
        "UPDATE grid SET geom = x'47500001ffffffff' WHERE n = 1",
        "UPDATE grid SET geom = x'' WHERE n = 17",
        "UPDATE grid SET geom = substr(geom, 1, 60) WHERE n = 18",
        "UPDATE grid SET geom = NULL WHERE n = 2",
    )
    rows, problems = everything(sources.inspect(path))
    assert [row for row, g in zip(rows.rows, rows.geometry, strict=True) if g is None] == [2, 3, 18, 19]
    assert [(p.row, p.key) for p in problems] == [
        (2, "sources.broken_geometry"),
        (3, "sources.no_geometry"),
        (18, "sources.broken_geometry"),
        (19, "sources.broken_geometry"),
    ]
    assert rows.columns["编码"] == [f"W{i:03}" for i in range(40)]
