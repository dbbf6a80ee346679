"""Many rows in few statements are the same rows; points in one piece are the same blobs."""

import sqlite3
from contextlib import closing
from itertools import islice
from uuid import UUID

import numpy as np
import pytest
import shapely

from layers import exchange_uuids
from layers.store import blob, many


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 1234])
def test_every_row_goes_in_once_in_its_order(count: int) -> None:
    rows = [(i, f"行 {i}", None if i % 3 else i / 2) for i in range(count)]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE x (a, b, c)")
        many.insert(db, "x", ("a", "b", "c"), iter(rows))
        assert db.execute("SELECT a, b, c FROM x ORDER BY rowid").fetchall() == rows


def test_a_wide_table_stays_below_sqlites_limit() -> None:
    names = [f"c{i}" for i in range(900)]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE TABLE x ({', '.join(names)})")
        many.insert(db, "x", names, [tuple(range(900))] * 60)
        assert db.execute("SELECT count(*), min(c899) FROM x").fetchone() == (60, 899)


def test_a_generator_that_fails_fails_the_insertion() -> None:
    def rows():
        yield (1,)
        raise RuntimeError("stop")

    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE x (a)")
        with pytest.raises(RuntimeError, match="stop"):
            many.insert(db, "x", ("a",), rows())


def test_points_alone_are_written_as_among_others() -> None:
    points = shapely.points(np.random.default_rng(1).uniform(-180, 180, (200, 2)))
    alone = blob.encode_all(points)
    among = blob.encode_all(np.append(points, shapely.box(0, 0, 1, 1)))[:-1]
    assert alone == among
    assert [shapely.equals_exact(blob.decode(b), p) for b, p in zip(alone, points, strict=True)] == [True] * 200


def test_fresh_uuids_rise_and_are_version_7_and_greater_than_earlier_ones() -> None:
    earlier = list(islice(exchange_uuids.fresh(50), 50))
    made = list(islice(exchange_uuids.fresh(500), 700))
    assert earlier[0][:13] <= made[0][:13]
    assert made[:500] == sorted(made[:500])
    assert len(set(made)) == 700
    assert all(str(UUID(text)) == text and UUID(text).version == 7 for text in made)
    assert exchange_uuids.brought("{" + made[0].upper() + "}") == made[0]
    assert exchange_uuids.brought("no uuid") is None
