"""Coordinates at the front desk: offered by the search box in words, and written in every system in use."""

import pytest

from layers import coordinates, search, words
from layers.workspace import Workspace


def test_a_typed_coordinate_is_offered_before_all_else(street: Workspace):
    first = search.find(street, "121.25, 31.02")[0]
    assert (first.table, first.title, first.hint) == ("coordinate", "坐标 121.25000, 31.02000", "CGCS2000 经纬度")
    assert coordinates.place(first.uuid) == (121.25, 31.02)
    assert first.bounds is not None
    assert first.bounds[0] < 121.25 < first.bounds[2]


def test_a_guessed_system_is_said_to_be_one(street: Workspace):
    (found,) = coordinates.find(street, "619280 3433000")
    assert found.hint == "按 CGCS2000 3° 带 中央经线 120°（无带号） 理解"


@pytest.mark.parametrize("text", ["府城", "W138", "20261120-A-0001", "1号", "500"])
def test_names_and_numbers_are_no_coordinates(street: Workspace, text: str):
    assert coordinates.find(street, text) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_that_is_copied_is_read_again(street: Workspace, language: str):
    words.use(language)
    forms = coordinates.forms(121.25, 31.02)
    assert len(forms) == 8
    for name, written in forms:
        found = coordinates.find(street, written)
        assert found, (name, written)
        lon, lat = coordinates.place(found[0].uuid)
        assert lon == pytest.approx(121.25, abs=2e-6), name
        assert lat == pytest.approx(31.02, abs=2e-6), name


@pytest.mark.parametrize(
    ("lon", "lat", "place"),
    [("121.25", "31.02", (121.25, 31.02)), ("121°15′0″E", "31°1′12″N", (121.25, 31.02)), ("-0.5", "-59", (-0.5, -59)),
     ("31.02", "121.25", None), ("121.25", "", None), ("nan", "31", None), ("no", "place", None)],
)  # fmt: skip
def test_halves_typed_each_by_itself(lon: str, lat: str, place: tuple[float, float] | None):
    assert coordinates.halves(lon, lat) == (place if place is None else pytest.approx(place, abs=1e-9))


def test_degrees_minutes_and_seconds_are_rounded_as_one():
    assert coordinates.dms(121.25, 31.02) == "31°01′12.00″N 121°15′00.00″E"
    assert coordinates.dms(-0.5, -59.999999999) == "60°00′00.00″S 0°30′00.00″W"


def test_systems_have_names_that_people_know():
    assert coordinates.name("EPSG:4528") == "CGCS2000 3° 带 第 40 带（中央经线 120°）"
    assert coordinates.name("EPSG:4499") == "CGCS2000 6° 带 第 21 带（中央经线 123°）"
    assert coordinates.name("EPSG:4502") == "CGCS2000 6° 带 中央经线 75°（无带号）"
    assert coordinates.name("EPSG:32651") == "WGS 84 / UTM zone 51N"
