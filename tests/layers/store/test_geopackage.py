"""The file: valid, one again at close, one desk writing, foreign content never run, nothing lost by kill -9."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import shapely

from layers.errors import ForeignContent, Refused, SourceError, WorkspaceError
from layers.store import ddl, guard, rows
from layers.store.connection import connect
from layers.store.geopackage import Store, create
from layers.store.schema import VERSION, features, registered, tables
from layers.store.verifying import faults
from tests.layers.store.conftest import new_task

VALIDATOR = "/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py"
SAMPLES = Path(__file__).parent / "samples"


def system_python(what: str) -> str:
    """The system's Python with GDAL's own tools: needed here and in CI, skipped where they are absent."""
    if not Path(VALIDATOR).exists():
        message = f"{what} needs Debian's python3-gdal"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return "/usr/bin/python3"


def test_gdal_finds_the_file_valid(store: Store, task: str) -> None:
    python = system_python("GDAL's validator")
    store.close()
    done = subprocess.run([python, VALIDATOR, "-k", str(store.path)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_one_file_again_after_closing(path: Path) -> None:
    store = Store(path)
    new_task(store)
    assert sorted(p.name for p in path.parent.iterdir()) != [path.name]
    store.close()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    db = connect(path)
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    db.close()


def test_titles_and_words_are_in_the_file(store: Store) -> None:
    db = store.read()
    titles = dict(db.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name='task'").fetchall())
    assert titles["status"] == "状态"
    words = {
        row[0]
        for row in db.execute("SELECT value FROM gpkg_data_column_constraints WHERE constraint_name='task_status'")
    }
    assert "dispatched" in words
    for item in registered():
        assert all(column.title for column in item.columns), item.name


def test_every_table_of_the_schema_is_there_with_its_columns(store: Store) -> None:
    for item in tables().values():
        found = [row["name"] for row in store.read().execute(f'PRAGMA table_info("{item.name}")')]
        assert tuple(found) == item.names


def test_extents_follow(store: Store) -> None:
    new_task(store, geom=shapely.Point(121.5, 31.5))
    row = store.read().execute("SELECT * FROM gpkg_contents WHERE table_name='task'").fetchone()
    assert row["min_x"] <= 121.5 <= row["max_x"]
    assert row["max_x"] - row["min_x"] < 1e-4


def test_a_second_desk_only_reads_and_takes_over(path: Path) -> None:
    first, second = Store(path), Store(path)
    assert not first.read_only
    assert second.read_only
    assert second.holder is not None
    with pytest.raises(WorkspaceError), second.step("x", "x") as writing:
        writing.insert("place", {"name": "x"})
    assert not second.moved_on()
    new_task(first)
    assert second.moved_on()
    assert not second.moved_on()
    assert rows.count(second.read(), "task") == 1
    assert not second.take_over()
    first.close()
    assert second.take_over()
    new_task(second, number="2")
    second.close()


def test_a_desk_whose_program_died_holds_nothing(path: Path) -> None:
    code = (
        "import sys,os;from pathlib import Path;from layers.store.geopackage import Store;"
        "s=Store(Path(sys.argv[1]));print('open',flush=True);sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    looking = Store(path)
    assert looking.read_only
    child.kill()
    child.communicate()
    assert looking.take_over()
    looking.close()


KILLED = """
import sys
from pathlib import Path
from layers.store.geopackage import Store
from layers.store import bulk
store = Store(Path(sys.argv[1]))
i = 0
while True:
    with store.step("x", "x") as writing:
        writing.insert("place", {"name": str(i)})
        rows = [(f"{i:08d}-0000-4000-8000-{k:012d}", str(i)) for k in range(9)]
        bulk.insert(writing, "facility", ("uuid", "name"), rows)
    print(i, flush=True)
    i += 1
"""


@pytest.mark.parametrize("after", [1, 7, 40])
def test_kill_9_loses_nothing_acknowledged(path: Path, after: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = -1
    while said < after:
        said = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    rest = child.communicate()[0].split()
    said = int(rest[-1]) if rest else said
    store = Store(path)
    places, parts = rows.count(store.read(), "place"), rows.count(store.read(), "facility")
    assert places >= said + 1
    assert parts == 9 * places
    assert faults(store.read()) == []
    assert guard.look(path).foreign == ()
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER bad AFTER INSERT ON place BEGIN DELETE FROM task; END",
        "CREATE VIEW bad AS SELECT * FROM task",
        "CREATE VIRTUAL TABLE bad USING rtree(id, a, b)",
        "CREATE TRIGGER rtree_other_geom_insert AFTER INSERT ON place BEGIN DELETE FROM task; END",
    ],
)
def test_foreign_content_is_never_run_and_a_clean_copy_is_made(path: Path, statement: str) -> None:
    store = Store(path)
    new_task(store)
    store.close()
    db = connect(path)
    db.execute(statement)
    db.close()
    with pytest.raises(ForeignContent):
        Store(path)
    copy = path.with_name("清理.gpkg")
    guard.clean_copy(path, copy)
    clean = Store(copy)
    assert rows.count(clean.read(), "task") == 1
    assert rows.count(clean.read(), "task_log") == 1
    assert faults(clean.read()) == []
    new_task(clean, number="2")
    clean.close()


def test_a_trigger_of_ours_with_another_text_is_foreign(path: Path) -> None:
    db = connect(path)
    db.execute("DROP TRIGGER gewu_task_flow")
    db.execute("CREATE TRIGGER gewu_task_flow AFTER INSERT ON task BEGIN DELETE FROM place; END")
    db.close()
    with pytest.raises(ForeignContent):
        Store(path)


def test_a_layer_that_qgis_added_is_welcome(path: Path) -> None:
    from layers.store import rules

    db = connect(path)
    db.execute('CREATE TABLE "树" (fid INTEGER PRIMARY KEY, geom POINT)')
    db.execute(ddl.rtree_sql("树"))
    for sql in rules.rtree("树").values():
        db.execute(sql)
    db.close()
    store = Store(path)
    assert store.read_only is False
    store.close()


def test_a_newer_schema_is_refused_and_untouched(path: Path) -> None:
    db = connect(path)
    db.execute("UPDATE gewu_meta SET value=? WHERE key='schema_version'", (str(VERSION + 1),))
    db.close()
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match=str(VERSION + 1)):
        Store(path)
    assert path.read_bytes() == before


def test_another_flow_is_refused(path: Path) -> None:
    db = connect(path)
    db.execute("DELETE FROM gewu_flow WHERE step='close'")
    db.close()
    with pytest.raises(WorkspaceError, match=path.name):
        Store(path)


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("v*.gpkg")), ids=lambda p: p.stem)
def test_every_frozen_sample_opens(sample: Path, tmp_path: Path) -> None:
    copy = tmp_path / sample.name
    shutil.copy(sample, copy)
    store = Store(copy)
    assert rows.count(store.read(), "task") >= 1
    assert faults(store.read()) == []
    store.close()


def test_there_is_a_sample_of_this_version() -> None:
    assert (SAMPLES / f"v{VERSION}.gpkg").exists()


def junk(path: Path) -> Path:
    path.write_bytes(b"PK\3\4 not a database" * 50)
    return path


def other_sqlite(path: Path) -> Path:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE contacts (name TEXT)")
    db.commit()
    db.close()
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def cut(path: Path) -> Path:
    create(path, {})
    path.write_bytes(path.read_bytes()[:5000])
    return path


@pytest.mark.parametrize("make", [junk, other_sqlite, empty, cut, lambda p: p, lambda p: p.parent], ids=range(6))
def test_what_is_no_workspace_is_said_in_one_sentence(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    path = make(tmp_path / "别人 的.gpkg")
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises((SourceError, WorkspaceError)) as caught:
        Store(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert before is None or path.read_bytes() == before


def test_an_existing_file_is_not_overwritten(path: Path) -> None:
    with pytest.raises(WorkspaceError, match="已经存在"):
        create(path, {})


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError):
        create(tmp_path / "没有" / "库.gpkg", {})


def test_a_backup_of_an_open_file_is_whole(store: Store, tmp_path: Path) -> None:
    new_task(store)
    target = tmp_path / "备份.gpkg"
    store.backup(target)
    copy = Store(target)
    assert rows.count(copy.read(), "task") == 1
    copy.close()


def test_a_backup_is_whole_while_others_write_and_one_plain_file(store: Store, tmp_path: Path) -> None:
    stopped = threading.Event()

    def write() -> None:
        for number in range(10_000):
            if stopped.is_set():
                break
            new_task(store, number=f"w{number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for i in range(5):
            target = tmp_path / f"备份{i}.gpkg"
            store.backup(target)
            assert target.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log to look for
    finally:
        stopped.set()
        writer.join()
    assert sorted(p.name for p in tmp_path.glob("备份*")) == [f"备份{i}.gpkg" for i in range(5)]
    for i in range(5):
        copy = Store(tmp_path / f"备份{i}.gpkg")
        assert faults(copy.read()) == []
        assert rows.count(copy.read(), "task") == rows.count(copy.read(), "task_log")
        copy.close()


def test_an_unknown_word_says_which_are_allowed(store: Store) -> None:
    with pytest.raises(Refused, match="intact"), store.step("x", "x") as writing:
        writing.insert("facility", {"name": "x", "state": "great"})


def test_every_feature_table_has_its_tree(store: Store) -> None:
    names = {row[0] for row in store.read().execute("SELECT name FROM sqlite_master")}
    assert {f"rtree_{item.name}_geom" for item in features()} <= names
