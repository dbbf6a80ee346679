"""Geometries from outside become fit for the workspace, or say why not."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.gis import repair
from layers.gis.repair import to_multi, usable


def one(wkt: str | None, want: str | None = None, crs: str = "EPSG:4490") -> tuple[shapely.Geometry | None, list[str]]:
    source = np.array([None if wkt is None else shapely.from_wkt(wkt)], dtype=object)
    found, problems = usable(source, [7], crs, want)  # type: ignore[arg-type]
    assert all(p.row == 7 and str(p) for p in problems)
    return found[0], [p.key.removeprefix("sources.") for p in problems]


@pytest.mark.parametrize(
    ("wkt", "keys"),
    [
        (None, ["no_geometry"]),
        ("POLYGON EMPTY", ["empty_geometry"]),
        ("POINT (NaN NaN)", ["not_finite"]),
        ("LINESTRING (121 31, Inf 31)", ["not_finite"]),
        ("POINT (31.2 121.5)", ["swapped"]),
        ("POINT (400 31)", ["out_of_range"]),
        ("POLYGON ((121 31, 121 31, 121 31, 121 31))", ["not_repairable"]),
        ("POLYGON ((121 31, 122 31, 121 31, 121 31))", ["not_repairable"]),
    ],
)
def test_what_cannot_be_used(wkt: str | None, keys: list[str]) -> None:
    assert one(wkt) == (None, keys)


def test_repairs() -> None:
    bow, keys = one("POLYGON ((121 31, 121.1 31.1, 121.1 31, 121 31.1, 121 31))")
    assert keys == ["repaired"]
    assert bow.geom_type == "MultiPolygon"
    assert bow.is_valid
    assert one("POLYGON Z ((121 31 5, 121.1 31 5, 121.1 31.1 5, 121 31 5))")[0].has_z is False


@pytest.mark.parametrize(
    ("wkt", "want", "expected", "keys"),
    [
        ("MULTIPOINT ((121 31))", "point", "POINT (121 31)", []),
        ("MULTIPOINT ((121 31), (122 31))", "point", None, ["wrong_kind"]),
        ("POINT (121 31)", "polygon", None, ["wrong_kind"]),
        ("LINESTRING (121 31, 122 31)", "line", "LINESTRING (121 31, 122 31)", []),
        (
            "GEOMETRYCOLLECTION (POINT (121 31), LINESTRING (121 31, 122 31))",
            "line",
            "MULTILINESTRING ((121 31, 122 31))",
            ["parts_left_out"],
        ),
        (
            "GEOMETRYCOLLECTION (POINT (121 31), LINESTRING (121 31, 122 31))",
            "point",
            "POINT (121 31)",
            ["parts_left_out"],
        ),
    ],
)
def test_wanted_dimensions(wkt: str, want: str, expected: str | None, keys: list[str]) -> None:
    found, said = one(wkt, want)
    assert (None if found is None else found.wkt, said) == (expected, keys)


def test_metres_that_are_no_place_on_earth() -> None:
    assert one("POINT (1e300 1e300)", crs="EPSG:4549")[1] == ["out_of_range"]


def test_too_many_vertices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "MAX_VERTICES", 3)
    assert one("LINESTRING (121 31, 122 31, 123 31, 124 31)")[1] == ["too_many_vertices"]


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=12), min_size=1, max_size=5)
)
def test_whatever_comes_the_answer_is_valid(rings: list[list[tuple[int, int]]]) -> None:
    source = np.array([shapely.Polygon([(121 + x / 10, 31 + y / 10) for x, y in ring]) for ring in rings], dtype=object)
    found, problems = usable(source, list(range(len(rings))), "EPSG:4490", "polygon")
    told = {p.row for p in problems}
    for i, geometry in enumerate(found):
        if geometry is None:
            assert i in told
        else:
            assert geometry.is_valid
            assert geometry.geom_type in ("Polygon", "MultiPolygon")
            assert geometry.equals(source[i]) or i in told


def test_to_multi() -> None:
    mixed = np.array(
        [
            shapely.Point(1, 2),
            shapely.box(0, 0, 1, 1),
            None,
            shapely.LineString([(0, 0), (1, 1)]),
            shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
        ],
        dtype=object,
    )
    kinds = [None if g is None else g.geom_type for g in to_multi(mixed)]
    assert kinds == ["Point", "MultiPolygon", None, "MultiLineString", "MultiPolygon"]
