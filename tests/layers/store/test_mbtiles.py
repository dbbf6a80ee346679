"""MBTiles from outside: every known layout is read, nothing in the file runs, whatever is broken is one sentence."""

import sqlite3
import time

import pytest

from layers.errors import Cancelled, SourceError
from layers.store import mbtiles
from tests.layers import base_files as made

AT = (14, *made.tiles_of((121.234, 31.014, 121.234, 31.014), 14)[0])


@pytest.fixture(params=["plain", "deduplicated"])
def file(request, tmp_path):
    return made.mbtiles(tmp_path / "影像 图.mbtiles", made.street_tiles(), shape=request.param, bounds="1,2,3,4")


def test_tiles_are_found_where_maps_expect_them(file, closing):
    tiles = closing(mbtiles.Tiles(file))
    assert tiles.levels == (10, 16)
    assert tiles.about["format"] == "png"
    assert tiles.about["bounds"] == "1,2,3,4"
    assert tiles.tile(*AT) == made.flat(made.RED)
    assert tiles.tile(14, 0, 0) is None
    assert tiles.tile(20, 0, 0) is None
    assert tiles.some_tiles(3) == [made.flat(made.RED)] * 3


def test_the_box_is_that_of_the_deepest_tiles_counted_from_the_north(file, closing):
    wanted = made.tiles_of(made.STREET, 16)
    xs, ys = [x for x, _ in wanted], [y for _, y in wanted]
    assert closing(mbtiles.Tiles(file)).box() == (min(xs), min(ys), max(xs), max(ys))


def test_nothing_is_made_beside_the_file(file, closing):
    closing(mbtiles.Tiles(file)).tile(*AT)
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_a_tile_that_is_no_blob_or_too_large_is_none_of_ours(tmp_path, closing):
    path = made.mbtiles(tmp_path / "a.mbtiles", [(1, 0, 0, b"x"), (1, 1, 0, b"y" * (5 << 20))])
    db = sqlite3.connect(path)
    db.execute("UPDATE tiles SET tile_data='text' WHERE tile_column=0")
    db.commit()
    db.close()
    tiles = closing(mbtiles.Tiles(path))
    assert tiles.tile(1, 0, 0) is None
    with pytest.raises(SourceError, match="已损坏"):
        tiles.tile(1, 1, 0)


def foreign(path, *statements):
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    return path


ROW = "(zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"


@pytest.mark.parametrize(
    ("statements", "key"),
    [
        (["CREATE TABLE other (a)"], "base_no_tiles"),
        ([f"CREATE TABLE tiles {ROW}"], "base_no_tiles"),
        (
            [
                "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                "SELECT i AS zoom_level, i AS tile_column, i AS tile_row, zeroblob(100000000) AS tile_data FROM n"
            ],
            "base_runs_code",
        ),
        (
            [
                "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, "
                "tile_data BLOB AS (zeroblob(1000000000)))",
            ],
            "base_runs_code",
        ),
        ([f"CREATE VIRTUAL TABLE tiles USING fts5{ROW.replace('INTEGER', '').replace('BLOB', '')}"], "base_runs_code"),
        (
            [f"CREATE TABLE tiles {ROW}", "CREATE INDEX odd ON tiles (zoom_level, hex(zeroblob(1000000)))"],
            "base_runs_code",
        ),
        ([f"CREATE TABLE tiles {ROW}", "INSERT INTO tiles VALUES (-1, 0, 0, x'00')"], "source_damaged"),
        ([f"CREATE TABLE tiles {ROW}", "INSERT INTO tiles VALUES ('deep', 0, 0, x'00')"], "source_damaged"),
        (["CREATE TABLE tiles (a, b)"], "source_damaged"),
    ],
    ids=["none", "empty", "endless view", "computed", "virtual", "odd index", "negative", "text", "other columns"],
)
def test_what_is_foreign_or_broken_is_refused_at_once(tmp_path, statements, key):
    path = foreign(tmp_path / "坏.mbtiles", *statements)
    before = path.read_bytes()
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        mbtiles.Tiles(path)
    assert caught.value.key == key
    assert "坏.mbtiles" in str(caught.value)
    assert time.monotonic() - began < 3
    assert path.read_bytes() == before


def test_a_trigger_in_the_file_never_runs(tmp_path, closing):
    path = made.mbtiles(tmp_path / "a.mbtiles", made.street_tiles(levels=[14]))
    foreign(path, "CREATE TRIGGER t AFTER INSERT ON tiles BEGIN DELETE FROM tiles; END")
    assert closing(mbtiles.Tiles(path)).tile(*AT) == made.flat(made.RED)


@pytest.mark.parametrize("cut", [0, 50, 100, 512, 3_000, 9_000])
def test_a_file_cut_short_is_one_sentence(tmp_path, cut):
    path = made.mbtiles(tmp_path / "a.mbtiles", made.street_tiles())
    path.write_bytes(path.read_bytes()[:cut])

    def read():
        tiles = mbtiles.Tiles(path)
        try:
            tiles.tile(*AT)
            tiles.box()
        finally:
            tiles.close()

    with pytest.raises(SourceError):
        read()


def test_no_file_at_all_is_one_sentence(tmp_path):
    with pytest.raises(SourceError, match="无法读取"):
        mbtiles.Tiles(tmp_path / "none.mbtiles")


def test_a_tile_asked_of_a_closed_file_is_a_known_failure(file):
    tiles = mbtiles.Tiles(file)
    tiles.close()
    with pytest.raises(SourceError):
        tiles.tile(*AT)


def test_a_question_that_takes_too_long_is_given_up(tmp_path, closing, monkeypatch):
    tiles = closing(mbtiles.Tiles(made.mbtiles(tmp_path / "a.mbtiles", made.street_tiles())))
    monkeypatch.setattr(mbtiles, "SECONDS", -1.0)
    tiles._db.set_progress_handler(lambda: int(time.monotonic() > tiles._until), 1)
    with pytest.raises(SourceError) as caught:
        tiles.box()
    assert caught.value.key == "base_no_index"


def test_what_is_written_is_read_back(tmp_path, closing):
    path = tmp_path / "cache" / "a.cut"
    mbtiles.write(path, [(0, 0, 0, b"all"), (3, 5, 6, b"one")], {"width": "7"})
    tiles = closing(mbtiles.Tiles(path))
    assert (tiles.levels, tiles.about) == ((0, 3), {"width": "7"})
    assert (tiles.tile(0, 0, 0), tiles.tile(3, 5, 6), tiles.tile(3, 6, 5)) == (b"all", b"one", None)


def test_a_cancelled_writing_leaves_nothing_behind(tmp_path):
    def some():
        yield 0, 0, 0, b"all"
        raise Cancelled

    with pytest.raises(Cancelled):
        mbtiles.write(tmp_path / "a.cut", some(), {})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SourceError, match="缓存文件夹"):
        mbtiles.write(tmp_path / "file" / "a.cut", [], {})
