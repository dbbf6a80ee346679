"""The sieve only spares looking: with it, without it, and with any wrong one, the same tasks are found."""

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from layers.domain.things import TaskFilter
from layers.store import bulk, queries_search, queries_tasks, text_sieve
from layers.store.connection import connect
from layers.store.geopackage import Store
from tests.layers.store.conftest import new_task

LETTERS = "中山路弄号井盖Aab12 -%_𠮷é"
NOW = "2026-11-20T00:00:00.000Z"


@pytest.fixture
def many(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A workspace of 300 tasks with texts of few letters, and a sieve of parts of 64 tasks."""
    monkeypatch.setattr(text_sieve, "WORTH", 1)
    monkeypatch.setattr(text_sieve, "MOST_CHANGED", 5)
    monkeypatch.setattr(text_sieve, "_BITS", 6)
    chosen = random.Random(7)

    def text() -> str:
        return "".join(chosen.choices(LETTERS, k=chosen.randrange(1, 9)))

    with store.step("x", "x") as writing:
        writing.insert("team", {"name": "井盖班", "uuid": "0" * 36})
        writing.insert("grid", {"system": "s", "tier": 1, "code": "W-山1", "uuid": "1" * 36})
        writing.insert(
            "category", {"standard": "local", "kind": "matter", "code": "9", "name": "弄号类", "from_on": "2020-01-01"}
        )
        columns = ("uuid", "number", "title", "address", "description", "placed", "assignee_kind", "assignee_uuid",
                   "grid_uuid", "standard", "category_kind", "category")  # fmt: skip
        rows = [
            (f"{i:08d}-0000-4000-8000-000000000000", f"{i}-{text()}", text(), text(), text(), "none",
             *(("team", "0" * 36) if i % 40 == 0 else (None, None)), "1" * 36 if i % 50 == 0 else None,
             *(("local", "matter", "9") if i % 60 == 0 else (None, None, None)))
            for i in range(300)
        ]  # fmt: skip
        bulk.insert(writing, "task", columns, rows)
    return store


def prepared(store: Store) -> Path:
    while text_sieve.refresh(store.read()):
        pass
    path = store.path.with_name(store.path.name + "-search")
    assert path.exists()
    return path


def found(store: Store, text: str) -> list[str]:
    lines = queries_tasks.page(store.read(), TaskFilter(text=text), NOW, "number", False, 1000, 0)
    counted = queries_tasks.counts(store.read(), TaskFilter(text=text), NOW)
    assert counted["all"] == len(lines)
    return [line["uuid"] for line in lines]


def words() -> list[str]:
    chosen = random.Random(8)
    made = ["".join(chosen.choices(LETTERS, k=chosen.randrange(1, 5))) for _ in range(120)]
    return [*made, "W-", "井盖班", "弄号类", "山1 1", "𠮷", "É", "aB", "299-", "\x1f", "中 山 路"]


def the_same(store: Store) -> bool:
    """Ask for many words with the sieve that is there, then without any; most of them must find something."""
    path = store.path.with_name(store.path.name + "-search")
    with_it = {word: (found(store, word), queries_search.tasks(store.read(), word, 1000)) for word in words()}
    aside = path.rename(path.with_name("aside"))
    without = {word: (found(store, word), queries_search.tasks(store.read(), word, 1000)) for word in words()}
    aside.rename(path)
    assert sum(bool(a) for a, _ in without.values()) > 50
    # The search box breaks ties of the time as it likes.
    return all(
        with_it[word][0] == without[word][0] and sorted(with_it[word][1]) == sorted(without[word][1])
        for word in words()
    )


def test_the_same_tasks_are_found_with_it_and_without_it(many: Store) -> None:
    prepared(many)
    assert the_same(many)


def test_it_spares_looking_at_most_tasks(many: Store) -> None:
    prepared(many)
    for word in ("井盖山", "12a", "299-"):
        sieved = text_sieve.fids(many.read(), (word,))
        assert sieved is not None
        assert len(sieved) < 30


def test_what_others_wrote_since_is_found(many: Store) -> None:
    prepared(many)
    other = connect(many.path)
    other.execute("UPDATE task SET title='仙乐斯广场' WHERE fid=70")
    other.execute("INSERT INTO task (title, placed) VALUES ('仙乐斯大厦', 'none')")
    other.execute("DELETE FROM task WHERE fid=71")
    other.execute("UPDATE team SET name='仙乐斯班'")
    other.close()
    assert len(found(many, "仙乐斯")) == 2 + 8
    assert len(found(many, "仙乐斯班")) == 8
    assert the_same(many)
    with many.step("x", "x") as writing:
        rows = [(f"{i:08d}-1111-4000-8000-000000000000", "仙乐斯路口", "none") for i in range(100)]
        bulk.insert(writing, "task", ("uuid", "title", "placed"), rows)
    assert len(found(many, "仙乐斯路")) == 100
    prepared(many)
    assert len(found(many, "仙乐斯路")) == 100
    assert the_same(many)


def test_what_was_prepared_needs_no_more(many: Store) -> None:
    path = prepared(many)
    before = path.read_bytes()
    assert not text_sieve.refresh(many.read())
    assert path.read_bytes() == before


def test_too_common_a_word_is_left_to_looking(many: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(many)
    monkeypatch.setattr(text_sieve, "MOST_FOUND", 10)
    assert text_sieve.fids(many.read(), ("中",)) is None
    assert the_same(many)


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def not_sqlite(path: Path) -> None:
    path.write_bytes(b"text")


def foreign(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE VIEW more AS SELECT 1")
    db.close()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def of_another(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("UPDATE mark SET workspace='another'")
    db.execute("DELETE FROM gram")
    db.commit()
    db.close()


@pytest.mark.parametrize("harm", [damaged, cut, not_sqlite, foreign, emptied, of_another, Path.unlink])
def test_one_that_is_harmed_or_not_ours_is_made_anew(many: Store, harm: Callable[[Path], None]) -> None:
    path = prepared(many)
    harm(path)
    assert len(found(many, "井盖班")) == 8
    prepared(many)
    assert text_sieve.fids(many.read(), ("井盖班",)) is not None
    assert the_same(many)


def test_after_a_backup_was_put_back_the_old_one_is_not_believed(many: Store, tmp_path: Path) -> None:
    many.backup(tmp_path / "backup.gpkg")
    new_task(many, title="一")
    prepared(many)
    many.close()
    (tmp_path / "backup.gpkg").replace(many.path)
    again = Store(many.path)
    assert text_sieve.fids(again.read(), ("仙乐斯",)) is None
    new_task(again, title="仙乐斯")
    assert len(found(again, "仙乐斯")) == 1
    again.close()


def test_where_none_can_be_made_all_is_looked_at(many: Store) -> None:
    many.path.with_name(many.path.name + "-search").mkdir()
    assert not text_sieve.refresh(many.read())
    assert len(found(many, "井盖班")) == 8


def test_while_another_desk_makes_it_nobody_waits_for_long(many: Store) -> None:
    path = prepared(many)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert not text_sieve.refresh(many.read())
    assert text_sieve.fids(many.read(), ("井盖班",)) is None
    other.close()
    assert len(found(many, "井盖班")) == 8


def test_a_small_workspace_has_none(store: Store) -> None:
    new_task(store)
    assert not text_sieve.refresh(store.read())
    assert not store.path.with_name(store.path.name + "-search").exists()
