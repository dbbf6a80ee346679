"""Our reader of SQLite pages against SQLite itself."""

import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.gis.sqlite_pages import Pages, columns


@pytest.mark.parametrize("page_size", [512, 4096, 65536])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le"])
def test_rows_are_those_that_sqlite_sees(tmp_path: Path, page_size: int, encoding: str) -> None:
    path = tmp_path / "网格.db"
    random.seed(5)
    rows = [
        (
            i,
            random.choice([None, -1, 0, 1, 300, -70_000, 1 << 40, (1 << 63) - 1]),
            "字" * random.randrange(2000),
            bytes(random.randrange(9000)),
        )
        for i in [*range(1, 400), 10**12]
    ]
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA page_size = {page_size}")
    database.execute(f"PRAGMA encoding = '{encoding}'")
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n, s, b)")
    database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    with Pages(path) as pages:
        entry = next(e for e in pages.schema() if e.name == "t")
        assert pages.count_rows(entry.root) == len(rows)
        assert [(rowid, *values[1:]) for rowid, values in pages.rows(entry.root)] == rows


@settings(max_examples=60)
@given(data=st.data())
def test_damage_ends_in_value_error_and_in_time(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("d") / "a.db"
    database = sqlite3.connect(path)
    database.executescript("CREATE TABLE t (a, b); CREATE TABLE u (c)")
    database.executemany("INSERT INTO t VALUES (?, ?)", [(i, "x" * (i * 7 % 5000)) for i in range(60)])
    database.commit()
    database.close()
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 30))):
        raw[data.draw(st.integers(16, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        with Pages(path) as pages:
            seen = sum(1 for entry in pages.schema() if entry.root for _ in pages.rows(entry.root))
    except (ValueError, IndexError):
        seen = 0
    assert seen <= 1_000_000


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        (
            "CREATE TABLE t (a INTEGER, b TEXT DEFAULT (strftime('%Y', 'now')), CONSTRAINT k UNIQUE (a, b))",
            ["a", "b"],
        ),
        ('CREATE TABLE "q(" ("x, y" REAL, \'z\' INT, [w w] TEXT, `v` BLOB)', ["x, y", "z", "w w", "v"]),
        ("CREATE TABLE t (名称 TEXT, CHECK (名称 <> ')'))", ["名称"]),
    ],
)
def test_columns_of_a_table(sql: str, names: list[str]) -> None:
    assert columns(sql) == names
