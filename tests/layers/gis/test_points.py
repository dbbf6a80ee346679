"""Points of two columns: what people write as coordinates, and rows without them are not lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.domain.tables import Slice
from layers.errors import SourceError
from layers.gis import points
from layers.gis.crs import metres_xy


def rows(lon: list[object], lat: list[object]) -> Slice:
    return Slice({"经度": lon, "纬度": lat}, None, list(range(2, len(lon) + 2)))


def made(lon: list[object], lat: list[object], crs: str = "EPSG:4490") -> tuple[list[object], list[tuple[int, str]]]:
    found = points.points_from(rows(lon, lat), "经度", "纬度", crs)
    assert found.geometry is not None
    where = [None if g is None else (round(g.x, 6), round(g.y, 6)) for g in found.geometry]
    return where, [(p.row, p.key.removeprefix("sources.")) for p in found.problems]


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("121.5", "31.2"),
        (" 121.5 ", "31.2"),
        ("１２１．５", "３１.２"),
        (121.5, 31.2),
        ("121°30′00″", "31°12′"),
        ("东经121度30分0秒", "北纬31度12分"),
        ("121°30'0.0\"E", "31°12'N"),
    ],
)
def test_ways_of_writing(lon: object, lat: object) -> None:
    assert made([lon], [lat]) == ([(121.5, 31.2)], [])


def test_rows_without_a_place_are_kept() -> None:
    where, problems = made(
        ["121.5", None, "", "无", "0", "31.2", "121.5", "121.6", "500"],
        ["31.2", None, " ", "31", "0", "121.5", "", "31.3", "31"],
    )
    assert where == [(121.5, 31.2), None, None, None, None, None, None, (121.6, 31.3), None]
    assert problems == [
        (3, "no_place"),
        (4, "no_place"),
        (5, "not_a_number"),
        (6, "no_place"),
        (7, "swapped"),
        (8, "no_place"),
        (10, "out_of_range"),
    ]


def test_both_in_one_column() -> None:
    source = Slice(
        {"坐标": ["121.5,31.2", "121.5，31.2", "121.5 31.2", "POINT (121.5 31.2)", "121.5", None]}, None, list(range(6))
    )
    found = points.points_from(source, "坐标", "坐标")
    assert [None if g is None else (g.x, g.y) for g in found.geometry] == [(121.5, 31.2)] * 4 + [None, None]
    assert [p.key for p in found.problems] == ["sources.not_a_number", "sources.no_place"]


@given(st.lists(st.tuples(st.floats(118.6, 121.4), st.floats(25, 40)), min_size=1, max_size=20))
def test_metres_with_a_zone_in_front_come_home(where: list[tuple[float, float]]) -> None:
    lon, lat = np.array(where).T
    x, y = metres_xy(lon, lat, "EPSG:4549")
    source = rows([f"{v + 40_000_000:.4f}" for v in x], [f"{v:.4f}" for v in y])
    guess = points.guess(source, "经度", "纬度")
    assert guess.crs == "EPSG:4528"
    found = points.points_from(source, "经度", "纬度", str(guess.crs))
    assert found.problems == ()
    assert [g.x for g in found.geometry] == pytest.approx(lon, abs=2e-9)
    assert [g.y for g in found.geometry] == pytest.approx(lat, abs=2e-9)


def test_web_map_coordinates_are_moved() -> None:
    (there,), _ = made(["121.5"], ["31.2"], "BD-09")
    assert there != (121.5, 31.2)
    assert abs(there[0] - 121.489) < 0.003  # type: ignore[index]


def test_a_field_that_is_not_there() -> None:
    with pytest.raises(SourceError, match="东经"):
        points.points_from(rows([], []), "东经", "纬度", path="a.csv")


def test_the_real_requests_have_their_places(shared_data) -> None:  # type: ignore[no-untyped-def]
    from layers.documents import sheets

    source = sheets.inspect(shared_data("nyc311_500.csv"))
    found = [points.points_from(s, "longitude", "latitude") for s in sheets.read(source)]
    placed = sum(g is not None for s in found for g in s.geometry)
    unplaced = [p for s in found for p in s.problems]
    assert placed + len(unplaced) == 500
    assert {p.key for p in unplaced} <= {"sources.no_place"}
    assert placed > 400
