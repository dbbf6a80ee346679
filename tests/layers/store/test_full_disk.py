"""A disk that is full at opening, at closing and while the demonstration is written: one sentence, no debris."""

import errno
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from layers import demo
from layers.errors import WorkspaceError
from layers.store import geopackage, rows
from layers.store.connection import because
from layers.store.geopackage import Store
from tests.layers.conftest import NOW
from tests.layers.store.conftest import new_task


def full(*_: object) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_disk_full_at_closing_frees_the_desk_and_says_where_the_changes_are(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(path)
    new_task(store)
    with monkeypatch.context() as patch:
        patch.setattr(geopackage, "_fold", full)
        with pytest.raises(WorkspaceError, match="-wal") as caught:
            store.close()
    assert caught.value.key == "closed_full"
    store.close()  # a second time there is nothing left to say
    again = Store(path)
    assert (again.read_only, again.holder) == (False, None)
    assert rows.count(again.read(), "task") == 1
    again.close()
    assert names(path.parent) == [path.name]


class FullDesk(sqlite3.Connection):
    """A desk's side file on a disk that takes nothing more."""

    def execute(self, sql: str, *args: object) -> sqlite3.Cursor:  # type: ignore[override]
        if sql.startswith(("CREATE", "INSERT", "COMMIT")):
            full()
        return super().execute(sql, *args)  # type: ignore[arg-type]


def test_a_disk_full_at_opening_is_called_by_its_name_and_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sqlite3.connect

    def connect(*args: Any, **named: Any) -> sqlite3.Connection:
        if str(args[0]).endswith("-desk"):
            named["factory"] = FullDesk
        return real(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        with pytest.raises(WorkspaceError, match="磁盘已满") as caught:
            Store(path)
    assert caught.value.values["path"] == path
    assert names(path.parent) == [path.name]
    store = Store(path)
    assert not store.read_only
    store.close()


def test_an_opening_that_fails_says_its_own_reason_and_not_that_of_closing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*_: object) -> None:
        raise WorkspaceError("other_flow", path=path)

    monkeypatch.setattr(geopackage.guard, "verify_flow", other)
    monkeypatch.setattr(geopackage, "_fold", full)
    with pytest.raises(WorkspaceError) as caught:
        Store(path)
    assert caught.value.key == "other_flow"
    assert path.with_name(path.name + "-desk").exists() is False


def test_a_demonstration_that_finds_no_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "演示.gpkg"
    monkeypatch.setattr(geopackage, "_fold", full)
    monkeypatch.setattr(demo, "_fill", lambda *_: None)
    with pytest.raises(WorkspaceError) as caught:
        demo.write(path, NOW)
    assert (caught.value.key, caught.value.values["path"]) == ("disk_full", path)
    assert names(tmp_path) == []


def test_no_room_is_told_apart_from_no_permission() -> None:
    assert because(OSError(errno.ENOSPC, "")) == "disk_full"
    assert because(PermissionError(errno.EACCES, "")) == "read_only"
