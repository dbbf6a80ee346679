"""Several threads, desks and crashes on one file: nobody waits for nothing, nobody is locked out, nothing crashes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from layers import workspace
from layers.errors import WorkspaceError
from layers.store import bulk, guard, rows
from layers.store.connection import connect
from layers.store.desk import Desk
from layers.store.geopackage import Store
from layers.store.schema import VERSION
from layers.store.verifying import faults
from tests.layers.store.conftest import new_task

# Closing under readers once crashed Python itself: so in a process of its own.
CLOSING = """
import sys, threading
from pathlib import Path
from layers.errors import WorkspaceError
from layers.store.geopackage import Store
wrong = []
def look(store, begun):
    while True:
        try:
            begun.set()
            store.read().execute("SELECT count(*) FROM place WHERE name LIKE '%7%'").fetchone()
            for row in store.read().execute("SELECT name FROM place LIMIT 3000"):
                pass
        except WorkspaceError as error:
            if error.key != "closed":
                wrong.append(error)
            return
        except Exception as error:
            wrong.append(error)
            return
for turn in range(40):
    store = Store(Path(sys.argv[1]))
    begun = threading.Event()
    threads = [threading.Thread(target=look, args=(store, begun)) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait()
    store.close()
    for thread in threads:
        thread.join()
print(wrong)
"""


def fill(store: Store, count: int) -> None:
    with store.step("x", "x") as writing:
        names = [(f"{i:08d}-0000-4000-8000-000000000000", f"n{i}") for i in range(count)]
        bulk.insert(writing, "place", ("uuid", "name"), names)


def test_closing_under_readers_ends_them_with_a_sentence(path: Path) -> None:
    store = Store(path)
    fill(store, 10_000)
    store.close()
    done = subprocess.run([sys.executable, "-c", CLOSING, str(path)], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_nothing_is_read_or_written_after_closing(path: Path) -> None:
    store = Store(path)
    store.read()
    store.close()
    store.close()
    with pytest.raises(WorkspaceError, match=path.name):
        store.read()
    with pytest.raises(WorkspaceError, match=path.name), store.step("x", "x"):
        pytest.fail("no step begins")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_readers_and_polls_do_not_wait_for_a_long_step(store: Store) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(rows.count(store.read(), "place"))
        seen.append(store.moved_on())

    with store.step("x", "x") as writing:
        writing.insert("place", {"name": "x"})
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(5)
        assert seen == [0, False]
    assert not store.moved_on()


def test_many_threads_write_and_read_and_nothing_is_lost(store: Store) -> None:
    wrong: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for i in range(25):
                with store.step(f"{name}{i}", name) as writing:
                    writing.insert("place", {"name": f"{name}{i}"})
                    writing.insert("facility", {"name": f"{name}{i}"})
        except BaseException as error:
            wrong.append(error)

    def look() -> None:
        try:
            while any(thread.is_alive() for thread in writers):
                db = store.read()
                both = db.execute("SELECT (SELECT count(*) FROM place), (SELECT count(*) FROM facility)").fetchone()
                assert both[0] == both[1]
                store.moved_on()
        except BaseException as error:
            wrong.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    readers = [threading.Thread(target=look) for _ in range(3)]
    for thread in writers + readers:
        thread.start()
    for thread in writers + readers:
        thread.join()
    assert wrong == []
    assert rows.count(store.read(), "place") == rows.count(store.read(), "gewu_journal") == 100
    assert store.read().execute("SELECT count(DISTINCT tx) FROM gewu_feed").fetchone()[0] == 100
    assert faults(store.read()) == []


def test_a_taking_over_that_fails_leaves_the_desk_to_others(path: Path) -> None:
    first, second = Store(path), Store(path)
    first.close()
    other = connect(path)
    other.execute("UPDATE gewu_meta SET value='99' WHERE key='schema_version'")
    for _ in range(2):
        with pytest.raises(WorkspaceError, match="99"):
            second.take_over()
        assert second.read_only
        with pytest.raises(WorkspaceError), second.step("x", "x"):
            pytest.fail("no step begins")
    other.execute("UPDATE gewu_meta SET value=? WHERE key='schema_version'", (str(VERSION),))
    other.close()
    third = Store(path)
    assert not third.read_only
    assert not second.take_over()
    third.close()
    assert second.take_over()
    new_task(second)
    second.close()


def test_where_no_desk_can_be_made_nobody_is_said_to_hold_it(path: Path) -> None:
    path.with_name(path.name + "-desk").mkdir()
    looking = Store(path)
    assert looking.read_only
    assert looking.holder is None
    with pytest.raises(WorkspaceError) as caught, looking.step("x", "x"):
        pytest.fail("no step begins")
    assert caught.value.key == "read_only"
    looking.close()


RACE = """
import sys
from pathlib import Path
from layers.store.desk import Desk
held = 0
sys.stdin.readline()
for _ in range(60):
    desk = Desk(Path(sys.argv[1]))
    desk.take()
    if desk.held:
        # Two at once would both find this file missing.
        mark = Path(sys.argv[1] + ".mark")
        with mark.open("x"):
            held += 1
        mark.unlink()
    desk.leave()
print(held)
"""


def test_of_many_who_race_for_the_desk_one_at_a_time_has_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACE, str(tmp_path / "库.gpkg")]
    pipe = subprocess.PIPE
    racers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    found = [racer.communicate(timeout=120) for racer in racers]
    assert [error for _, error in found] == ["", "", ""]
    assert sum(int(said) for said, _ in found) > 0
    desk = Desk(tmp_path / "库.gpkg")
    assert desk.take() is None
    assert desk.held
    desk.leave()
    assert os.listdir(tmp_path) == []


def test_a_damaged_page_is_said_in_one_sentence(path: Path) -> None:
    store = Store(path)
    fill(store, 5000)
    root = store.read().execute("SELECT rootpage FROM sqlite_master WHERE name='place'").fetchone()[0]
    size = store.read().execute("PRAGMA page_size").fetchone()[0]
    store.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    store = Store(path)
    with pytest.raises(WorkspaceError) as caught:
        rows.count(store.read(), "place", "name='x'")
    assert caught.value.key == "damaged"
    with pytest.raises(WorkspaceError) as caught, store.step("x", "x") as writing:
        writing.insert("place", {"name": "x"})
    assert caught.value.key == "damaged"
    store.close()


CRASHED = """
import os, sys
from pathlib import Path
from layers.store.geopackage import Store
store = Store(Path(sys.argv[1]))
for i in range(30):
    with store.step("x", "x") as writing:
        writing.insert("place", {"name": str(i)})
print("written", flush=True)
os._exit(1)
"""


def test_a_backup_is_not_mixed_with_the_log_of_a_crash(path: Path, tmp_path: Path) -> None:
    saved = tmp_path / "备份 [1].gpkg"
    store = Store(path)
    new_task(store)
    store.backup(saved)
    store.close()
    subprocess.run([sys.executable, "-c", CRASHED, str(path)], capture_output=True, timeout=60, check=False)
    assert path.with_name(path.name + "-wal").exists()
    kept = workspace.restore(saved, path)
    assert kept is not None
    for file, places in ((path, 0), (kept, 30)):
        opened = Store(file)
        assert rows.count(opened.read(), "place") == places
        assert faults(opened.read()) == []
        opened.close()
    assert guard.look(path).foreign == ()


def test_a_restoring_that_fails_leaves_what_there_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "备份.gpkg"
    store = Store(path)
    store.backup(saved)
    store.close()
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(WorkspaceError) as caught:
        workspace.restore(saved, path)
    assert caught.value.key == "disk_full"
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([saved.name, path.name])


def test_backups_of_a_name_with_brackets_are_found(tmp_path: Path) -> None:
    ws = workspace.create(tmp_path / "库 [甲].gpkg", name="x")
    made = workspace.backup(ws)
    ws.close()
    assert workspace.backups(ws.path) == [made]
