"""Geometry blobs: every kind goes out and comes back, and the box is read without the geometry."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.store import blob

degrees = st.tuples(st.floats(-180, 180, allow_nan=False, width=64), st.floats(-90, 90, allow_nan=False, width=64))


@given(st.lists(st.lists(degrees, min_size=2, max_size=6), min_size=1, max_size=4))
def test_lines_go_out_and_come_back_bit_by_bit(lines: list[list[tuple[float, float]]]) -> None:
    shape = shapely.MultiLineString(lines)
    stored = blob.encode(shape)
    assert shapely.to_wkb(blob.decode(stored)) == shapely.to_wkb(shape)
    west, south, east, north = shape.bounds
    assert blob.bounds(stored) == (west, east, south, north)


@given(degrees)
def test_points_carry_no_envelope_but_have_a_box(xy: tuple[float, float]) -> None:
    stored = blob.encode(shapely.Point(xy))
    assert stored is not None
    assert len(stored) == 8 + 21
    assert blob.bounds(stored) == (xy[0], xy[0], xy[1], xy[1])
    assert blob.decode(stored) == shapely.Point(xy)


@pytest.mark.parametrize("shape", [shapely.Point(), shapely.Polygon(), shapely.MultiPolygon(), None])
def test_nothing_has_no_box(shape: shapely.Geometry | None) -> None:
    stored = blob.encode(shape)
    assert blob.bounds(stored) is None
    back = blob.decode(stored)
    assert back is None if shape is None else back.is_empty


def test_whole_columns_keep_their_order_and_their_gaps() -> None:
    shapes = [shapely.box(0, 0, 1, 1), None, shapely.Point(3, 4)]
    assert list(blob.decode_all(blob.encode_all(shapes))) == shapes


@pytest.mark.parametrize(
    "junk", [b"", b"GP", b"XX\0\0\0\0\0\0", b"GP\0\x0f\0\0\0\0rest", b"GP\0\x01\x8a\x11\0\0broken"]
)
def test_junk_is_told_from_geometry(junk: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        blob.decode(junk)
