"""R-trees written whole: SQLite itself finds them sound, answers rightly and goes on editing them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from layers.store import rtree


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.execute('CREATE VIRTUAL TABLE "rtree_grid_geom" USING rtree(id, minx, maxx, miny, maxy)')
        yield made


def boxes(count: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    corner, size = rng.uniform(-100, 100, (count, 2)), rng.uniform(0, 0.5, (count, 2))
    return np.stack([corner[:, 0], corner[:, 0] + size[:, 0], corner[:, 1], corner[:, 1] + size[:, 1]], axis=1)


def sound(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT rtreecheck('rtree_grid_geom')").fetchone()[0])


@pytest.mark.parametrize("count", [0, 1, 39, 40, 41, 51, 52, 1700, 30_000])
@pytest.mark.parametrize("fill", [rtree.FILL_EDITED, rtree.FILL_FINAL])
def test_a_packed_tree_is_sound_and_finds_everything(db: sqlite3.Connection, count: int, fill: int) -> None:
    ids = np.random.default_rng(2).permutation(count) + 1
    here = boxes(count)
    rtree.refill(db, "grid", ids, here, fill)
    assert sound(db) == "ok"
    assert db.execute("SELECT count(*) FROM rtree_grid_geom").fetchone()[0] == count
    sql = "SELECT id FROM rtree_grid_geom WHERE maxx>=0 AND minx<=20 AND maxy>=0 AND miny<=20"
    found = {row[0] for row in db.execute(sql)}
    inside = (here[:, 1] >= 0) & (here[:, 0] <= 20) & (here[:, 3] >= 0) & (here[:, 2] <= 20)
    assert set(ids[inside].tolist()) <= found
    assert len(found) <= inside.sum() + 2  # rounding outwards may add one at the rim


def test_a_packed_tree_can_be_edited(db: sqlite3.Connection) -> None:
    rtree.refill(db, "grid", np.arange(1, 3001), boxes(3000))
    for i in range(3001, 3400):
        db.execute("INSERT INTO rtree_grid_geom VALUES (?,1,2,1,2)", (i,))
    for i in range(1, 2900):
        db.execute("DELETE FROM rtree_grid_geom WHERE id=?", (i,))
    assert sound(db) == "ok"
    assert db.execute("SELECT count(*) FROM rtree_grid_geom").fetchone()[0] == 500


@pytest.mark.parametrize(("there", "more"), [(0, 10), (1000, 10), (1000, 900)])
def test_appending_few_or_many(db: sqlite3.Connection, there: int, more: int) -> None:
    if there:
        rtree.refill(db, "grid", np.arange(1, there + 1), boxes(there))
    fresh = boxes(more, 3)
    fresh[0] = np.nan  # a row without a geometry is in no tree
    rtree.append(db, "grid", np.arange(there + 1, there + more + 1), fresh)
    assert sound(db) == "ok"
    assert db.execute("SELECT count(*) FROM rtree_grid_geom").fetchone()[0] == there + more - 1
    ids, again = rtree.read(db, "grid")
    assert len(ids) == len(again) == there + more - 1


def test_many_beside_more_hang_below_the_root_until_it_is_full(db: sqlite3.Connection) -> None:
    count, more = 40_000, 2_000
    everything = [boxes(count)]
    rtree.refill(db, "grid", np.arange(1, count + 1), everything[0])
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    for turn in range(16):
        fresh = boxes(more, 100 + turn)
        ids = np.random.default_rng(turn).permutation(more) + count + 1
        everything.append(fresh[np.argsort(ids)])
        rtree.append(db, "grid", ids, fresh)
        count += more
        assert sound(db) == "ok"
    db.set_trace_callback(None)
    assert sum("UPDATE" in sql and "_node" in sql for sql in asked) > 10, "packed beside the others"
    assert any('INTO "rtree_grid_geom" ' in sql for sql in asked), "one by one when the root was full"
    here = np.concatenate(everything)
    assert db.execute("SELECT count(*) FROM rtree_grid_geom").fetchone()[0] == count
    sql = "SELECT id FROM rtree_grid_geom WHERE maxx>=0 AND minx<=20 AND maxy>=0 AND miny<=20"
    found = {row[0] for row in db.execute(sql)}
    inside = (here[:, 1] >= 0) & (here[:, 0] <= 20) & (here[:, 3] >= 0) & (here[:, 2] <= 20)
    assert set((np.flatnonzero(inside) + 1).tolist()) <= found
    assert len(found) <= inside.sum() + 10
    for i in range(1, count, 7):
        db.execute("DELETE FROM rtree_grid_geom WHERE id=?", (i,))
    assert sound(db) == "ok"


def test_boxes_never_lose_their_border(db: sqlite3.Connection) -> None:
    exact = boxes(500, 9)
    rtree.refill(db, "grid", np.arange(1, 501), exact)
    ids, kept = rtree.read(db, "grid")
    given = exact[ids - 1]
    assert (kept[:, [0, 2]] <= given[:, [0, 2]]).all()
    assert (kept[:, [1, 3]] >= given[:, [1, 3]]).all()
    assert np.abs(kept - given).max() < 1e-4
