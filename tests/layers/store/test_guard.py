"""What a file may carry into the house and what not: by other names, other cases, behind other things."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from layers.errors import ForeignContent, WorkspaceError
from layers.store import ddl, guard, rows
from layers.store.geopackage import Store
from layers.store.verifying import faults
from tests.layers.store.conftest import new_task

EVIL = "AFTER INSERT ON place BEGIN INSERT INTO person (name) VALUES ('evil'); END"
# What is left of the name of a layer when blanks and quotes are struck out must not be read as SQL.
BROKEN_OUT = 't" AFTER INSERT ON place BEGIN INSERT INTO person (name) VALUES (1); END; --'


def change(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA writable_schema = ON")
    for statement in statements:
        db.execute(statement)
    db.close()


def opens_for_writing(path: Path) -> bool:
    store = Store(path)
    store.close()
    return not store.read_only


@pytest.mark.parametrize(
    "statements",
    [
        (f"CREATE TRIGGER bad {EVIL}", "CREATE TABLE bad (a)"),
        (f'CREATE TRIGGER "rtree_{BROKEN_OUT.replace(chr(34), "")}_geom_insert" {EVIL}',),
        (f'CREATE TRIGGER "rtree_t_geom_insert" {EVIL}', f"CREATE TRIGGER RTREE_T_geom_update1 {EVIL}"),
        ('ALTER TABLE place ADD COLUMN "more" TEXT CHECK (length(zeroblob(9)))',),
        ('ALTER TABLE place ADD COLUMN "more" TEXT AS (hex(name)) VIRTUAL',),
        ('ALTER TABLE place ADD COLUMN "more" TEXT DEFAULT (hex(randomblob(4)))',),
        ("ALTER TABLE task RENAME TO old", "CREATE TABLE task AS SELECT * FROM old"),
        ("DROP TABLE gewu_flow",),
        ("DROP TABLE gewu_journal",),
        ("DROP TRIGGER gewu_task_flow",),
        ("DROP TRIGGER rtree_place_geom_insert",),
        ("UPDATE sqlite_master SET sql=replace(sql, 'CREATE', 'CREATE /**/') WHERE name='gewu_task_flow'",),
        ("UPDATE sqlite_master SET sql=replace(sql, '''report''', '''REPORT''') WHERE name='gewu_task_new'",),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_not_ours_or_was_changed_does_not_open_and_is_cleaned_away(
    path: Path, statements: tuple[str, ...]
) -> None:
    store = Store(path)
    new_task(store)
    store.close()
    change(path, *statements)
    before = path.read_bytes()
    with pytest.raises(ForeignContent):
        Store(path)
    assert path.read_bytes() == before
    copy = path.with_name("清理.gpkg")
    guard.clean_copy(path, copy)
    clean = Store(copy)
    assert rows.count(clean.read(), "task") == 1
    assert faults(clean.read()) == []
    new_task(clean, number="2")
    with clean.step("x", "x") as writing:
        writing.insert("place", {"name": "x"})
    assert rows.count(clean.read(), "person") == 0
    clean.close()


def test_nothing_hides_behind_a_long_list(path: Path) -> None:
    change(path, "BEGIN", *(f"CREATE TABLE junk{i} (a)" for i in range(20_001)), f"CREATE TRIGGER bad {EVIL}", "COMMIT")
    with pytest.raises(WorkspaceError):
        Store(path)


@pytest.mark.parametrize("version", ["²", "1" * 5000, "", "-1", "x"])
def test_a_version_that_is_no_number_is_no_workspace(path: Path, version: str) -> None:
    change(path, f"UPDATE gewu_meta SET value='{version}' WHERE key='schema_version'")
    with pytest.raises(WorkspaceError, match=path.name):
        Store(path)


def test_settings_that_make_no_sense_do_no_harm(path: Path) -> None:
    change(path, "UPDATE gewu_meta SET value='x' WHERE key='tx'", "DELETE FROM gewu_meta WHERE key='actor'")
    store = Store(path)
    new_task(store)
    assert rows.count(store.read(), "task") == 1
    store.close()


def test_a_cleaned_copy_has_the_words_and_extents_of_a_new_workspace(path: Path) -> None:
    store = Store(path)
    new_task(store)
    store.close()
    copy = path.with_name("清理.gpkg")
    change(path, "DELETE FROM gewu_flow WHERE step='close'", "CREATE VIEW bad AS SELECT 1")
    guard.clean_copy(path, copy)
    db = sqlite3.connect(copy)
    fresh = sqlite3.connect(path)
    for sql in (
        "SELECT * FROM gpkg_data_column_constraints ORDER BY 1, 3",
        "SELECT table_name, min_x, max_y FROM gpkg_contents ORDER BY 1",
        "SELECT name, sql FROM sqlite_master WHERE name NOT IN ('bad') ORDER BY type, name",
    ):
        assert db.execute(sql).fetchall() == fresh.execute(sql).fetchall()
    assert sorted(db.execute("SELECT * FROM gewu_flow").fetchall()) == sorted(ddl.flow_rows())
    db.close()
    fresh.close()


def test_columns_that_another_program_added_are_welcome(path: Path) -> None:
    change(
        path,
        'ALTER TABLE place ADD COLUMN "备 注" TEXT(20)',
        "ALTER TABLE place ADD COLUMN n INTEGER DEFAULT 3",
        'ALTER TABLE "place" ADD COLUMN "d" TEXT DEFAULT \'x y\'',
    )
    store = Store(path)
    with store.step("x", "x") as writing:
        uuid = writing.insert("place", {"name": "x"})
    assert rows.raw(store.read(), "place", uuid) is not None
    store.close()


@pytest.mark.parametrize("options", [[], ["-lco", "GEOMETRY_NAME=the_shape", "-lco", "FID=id"]], ids=["plain", "odd"])
def test_layers_that_gdal_added_are_welcome(path: Path, tmp_path: Path, options: list[str]) -> None:
    tool = shutil.which("ogr2ogr")
    if tool is None:
        pytest.skip("needs Debian's gdal-bin")
    source = tmp_path / "t.csv"
    source.write_text("WKT,n\nPOINT (1 2),1\n", encoding="utf-8")
    command = [tool, "-update", "-f", "GPKG", "-nln", "树 木", *options, str(path), str(source)]
    subprocess.run([*command, "-oo", "GEOM_POSSIBLE_NAMES=WKT"], check=True, timeout=60, capture_output=True)
    assert opens_for_writing(path)


def test_a_layer_of_any_geopackage_writer_here_is_welcome(path: Path) -> None:
    code = (
        "import sys, shapely, geopandas\n"
        "frame = geopandas.GeoDataFrame({'a': [1]}, geometry=[shapely.Point(1, 2)], crs=4326)\n"
        "frame.to_file(sys.argv[1], layer='另一层', mode='a')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=120)
    assert opens_for_writing(path)


def test_an_r_tree_as_gdal_3_8_writes_it_is_welcome(path: Path) -> None:
    """GDAL of Ubuntu 24.04 quotes the columns; older and newer ones do not."""
    change(path, 'CREATE VIRTUAL TABLE "rtree_树 木_geom" USING rtree("id", "minx", "maxx", "miny", "maxy")')
    assert opens_for_writing(path)
