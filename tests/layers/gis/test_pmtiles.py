"""PMTiles from outside: numbers of the curve, directories of two floors, and every lie of the header."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import SourceError
from layers.gis import pmtiles
from tests.layers import base_files as made

AT = (14, *made.tiles_of((121.234, 31.014, 121.234, 31.014), 14)[0])


@pytest.mark.parametrize(
    ("tile", "number"),
    [((0, 0, 0), 0), ((1, 0, 0), 1), ((1, 0, 1), 2), ((1, 1, 1), 3), ((1, 1, 0), 4), ((2, 0, 0), 5),
     ((12, 3423, 1763), 19078479)],
)  # fmt: skip
def test_the_numbers_are_those_of_the_specification(tile, number):
    assert pmtiles.tile_id(*tile) == number


@given(st.integers(0, 26).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, 2**z - 1)] * 2)))
def test_the_numbers_are_those_of_the_curve_walked_otherwise(tile):
    assert pmtiles.tile_id(*tile) == made.hilbert(*tile)


@given(st.integers(1, 6))
def test_every_tile_of_a_zoom_has_a_number_of_its_own(z):
    side = 2**z
    numbers = sorted(pmtiles.tile_id(z, x, y) for x in range(side) for y in range(side))
    first = (4**z - 1) // 3
    assert numbers == list(range(first, first + side * side))


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("leaves", [0, 5])
def test_tiles_are_found_in_the_root_and_in_leaves(tmp_path, closing, packed, leaves):
    tiles = [(z, x, y, f"{z} {x} {y}".encode()) for z, x, y, _ in made.street_tiles()]
    archive = closing(pmtiles.Archive(made.pmtiles(tmp_path / "图.pmtiles", tiles, packed=packed, leaves=leaves)))
    assert archive.levels == (10, 16)
    assert archive.about["name"] == "图"
    assert archive.about["bounds"] == ",".join(map(str, made.STREET))
    for z, x, y, body in tiles:
        assert archive.tile(z, x, y) == body
    assert archive.tile(14, 0, 0) is None
    assert archive.tile(9, 0, 0) is None
    assert archive.tile(22, 2**22 - 1, 0) is None
    assert set(archive.some_tiles(4)) <= {body for *_, body in tiles}
    assert archive.some_tiles(4)


def test_a_run_of_equal_tiles_is_one_entry_that_serves_all(tmp_path, closing):
    same = [(3, x, y, b"sea") for x in range(8) for y in range(8)]
    archive = closing(pmtiles.Archive(made.pmtiles(tmp_path / "a.pmtiles", same)))
    assert {archive.tile(3, x, y) for x in range(8) for y in range(8)} == {b"sea"}
    assert archive.tile(4, 0, 0) is None


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30))
def test_numbers_of_variable_length_are_read_back(numbers):
    assert pmtiles._varints(b"".join(map(made.varint, numbers))).tolist() == numbers


def lie(path, at, value):
    body = bytearray(path.read_bytes())
    body[at : at + len(value)] = value
    path.write_bytes(bytes(body))
    return path


def much(n):
    return n.to_bytes(8, "little")


@pytest.mark.parametrize(
    ("at", "value", "key"),
    [
        (8, much(1 << 60), "source_damaged"),  # where the root begins
        (16, much(1 << 60), "source_damaged"),  # how long it is
        (16, much(0), "source_damaged"),
        (32, much(1 << 50), "source_damaged"),  # metadata
        (97, b"\x03", "base_packing"),
        (98, b"\x04", "base_packing"),
        (99, b"\x01", "base_vector"),
        (100, b"\x10\x05", "source_damaged"),  # zooms the wrong way round
        (101, b"\xff", "source_damaged"),
        (102, b"\x00\x00\x00\x7f", "source_damaged"),  # west of its east
    ],
)
def test_a_lying_header_is_one_sentence(tmp_path, at, value, key):
    path = lie(made.pmtiles(tmp_path / "谎.pmtiles", made.street_tiles()), at, value)
    with pytest.raises(SourceError) as caught:
        pmtiles.Archive(path)
    assert caught.value.key == key
    assert "谎" in str(caught.value)


def with_root(tmp_path, root):
    """Write an archive whose root directory is these bytes."""
    path = made.pmtiles(tmp_path / "a.pmtiles", [(0, 0, 0, b"x")], packed=False)
    body = path.read_bytes()
    path.write_bytes(body + root)
    return lie(lie(path, 8, much(len(body))), 16, much(len(root)))


@pytest.mark.parametrize(
    "root",
    [
        made.varint(1 << 40),
        made.directory([(0, 1, 5, 0)])[:-1],
        made.varint(1) + made.varint(0) + made.varint(1) + made.varint(3) + made.varint(0),
        b"\xff" * 11 + b"\x01",
        b"\x80",
        made.varint(2) + b"\x00\x00" + b"\x01\x01" + b"\x01\x01" + b"\x01\x01",
    ],
    ids=["count", "cut", "first follows", "long number", "open number", "out of order"],
)
def test_a_broken_directory_is_one_sentence(tmp_path, root):
    with pytest.raises(SourceError, match="已损坏"):
        pmtiles.Archive(with_root(tmp_path, root))


@pytest.mark.parametrize(
    "entry",
    [(0, 1, 1 << 40, 0), (0, 1, 10, 1 << 50), (0, 0, 1 << 30, 0), (0, 0, 10, 1 << 40)],
    ids=["long tile", "far tile", "long leaf", "far leaf"],
)
def test_an_entry_that_points_nowhere_is_one_sentence(tmp_path, closing, entry):
    archive = closing(pmtiles.Archive(with_root(tmp_path, made.directory([entry]))))
    with pytest.raises(SourceError, match="已损坏"):
        archive.tile(0, 0, 0)


def test_leaves_that_point_to_themselves_end(tmp_path, closing):
    loop = made.directory([(0, 0, 9, 0)])
    path = made.pmtiles(tmp_path / "a.pmtiles", [(0, 0, 0, b"x")], packed=False)
    body = path.read_bytes() + loop
    path.write_bytes(body)
    for at, value in ((8, len(body) - len(loop)), (16, len(loop)), (40, len(body) - len(loop)), (48, 9)):
        lie(path, at, much(value))
    assert len(loop) <= 9
    path.write_bytes(path.read_bytes() + b"\0" * 9)
    with pytest.raises(SourceError):
        closing(pmtiles.Archive(path)).tile(0, 0, 0)


def test_a_bomb_in_the_root_is_not_unpacked(tmp_path):
    bomb = gzip.compress(b"\0" * (200 << 20))
    path = with_root(tmp_path, bomb)
    lie(path, 97, b"\x02")
    with pytest.raises(SourceError, match="已损坏"):
        pmtiles.Archive(path)


@pytest.mark.parametrize("cut", [0, 8, 126, 127, 140, 200])
def test_a_file_cut_short_is_one_sentence(tmp_path, cut):
    path = made.pmtiles(tmp_path / "a.pmtiles", made.street_tiles())
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SourceError):
        pmtiles.Archive(path)


def test_a_closed_archive_and_a_missing_one_are_known_failures(tmp_path):
    path = made.pmtiles(tmp_path / "a.pmtiles", made.street_tiles())
    archive = pmtiles.Archive(path)
    archive.close()
    with pytest.raises(SourceError):
        archive.tile(*AT)
    with pytest.raises(SourceError):
        pmtiles.Archive(tmp_path / "none.pmtiles")
