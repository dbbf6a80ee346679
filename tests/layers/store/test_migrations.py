"""An older file becomes one of today: with the same rows, the same rules as a new file, whole or not at all."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from layers.errors import ForeignContent
from layers.store import migrations, rows, undo
from layers.store.geopackage import Store, create
from layers.store.schema import VERSION
from layers.store.verifying import faults

SAMPLES = Path(__file__).parent / "samples"
OLDER = [sample for sample in sorted(SAMPLES.glob("v*.gpkg")) if sample.stem != f"v{VERSION}"]


@pytest.fixture(params=OLDER, ids=lambda sample: sample.stem)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    copy = tmp_path / request.param.name
    shutil.copy(request.param, copy)
    return copy


def master(path: Path) -> dict[str, str]:
    db = sqlite3.connect(path)
    found = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    db.close()
    return found


def run(path: Path, sql: str, *args: object) -> list[tuple[object, ...]]:
    db = sqlite3.connect(path, isolation_level=None)
    found = db.execute(sql, args).fetchall()
    db.close()
    return found


def test_it_has_the_tables_indexes_and_rules_of_a_new_file(older: Path, tmp_path: Path) -> None:
    create(tmp_path / "new.gpkg", {})
    Store(older).close()
    assert master(older) == master(tmp_path / "new.gpkg")
    assert run(older, "SELECT value FROM gewu_meta WHERE key='schema_version'") == [(str(VERSION),)]
    assert run(older, "PRAGMA integrity_check") == [("ok",)]


def test_every_row_is_still_there_and_what_was_done_can_be_undone(older: Path) -> None:
    names = [name for name, sql in master(older).items() if sql.startswith("CREATE TABLE")]
    run(
        older, "INSERT INTO placement VALUES ('facility', 'b', 'four', 'g2', NULL), ('facility', 'a', 'four', 'g', 1.5)"
    )

    def content() -> dict[str, list[tuple[object, ...]]]:
        return {name: sorted(run(older, f'SELECT * FROM "{name}"'), key=repr) for name in names}

    before = content()
    store = Store(older)
    assert faults(store.read())[-1][0] == "placement"  # the ones made up here lie in no grid
    task = rows.many(store.read(), "task", ("uuid", "status"))[0]
    store.close()
    after = content()
    assert {key: value for key, value in after.pop("gewu_meta") if key != "schema_version"} == {
        key: value for key, value in before.pop("gewu_meta") if key != "schema_version"
    }
    assert after == before
    store = Store(older)
    with store.step("undo", "x", journal=False) as writing:
        undo.undo(writing)
    assert rows.raw(store.read(), "task", task["uuid"])["status"] != task["status"]  # type: ignore[index]
    store.close()


def test_it_was_backed_up_as_it_was(older: Path) -> None:
    before = master(older)
    Store(older).close()
    assert master(older.with_name(f"{older.stem}-{older.stem}.bak.gpkg")) == before


def test_a_migration_that_fails_leaves_the_file_as_it_was(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = master(older)

    def fail(db: sqlite3.Connection) -> None:
        migrations.lean(db)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setitem(migrations.STEPS, VERSION, fail)
        with pytest.raises(KeyboardInterrupt):
            Store(older)
    assert master(older) == before
    Store(older).close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sqlite_master SET sql=replace(sql, 'last_reason', 'last_by') WHERE name='gewu_task_step'",
        "UPDATE sqlite_master SET sql=replace(sql, 'REAL', 'REAL CHECK (zeroblob(9))') WHERE name='placement'",
        "DROP TRIGGER gewu_task_flow",
    ],
)
def test_a_changed_rule_or_table_of_an_older_file_is_not_run(older: Path, statement: str) -> None:
    db = sqlite3.connect(older, isolation_level=None)
    db.execute("PRAGMA writable_schema = ON")
    db.execute(statement)
    db.close()
    with pytest.raises(ForeignContent):
        Store(older)
