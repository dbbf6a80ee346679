"""What is shown can be met; what is hidden, too small to be drawn, or being edited cannot."""

import pytest
import shapely

from layers import snapping
from layers.errors import Refused
from layers.gis import crs
from layers.snapping import Scene
from layers.store import rows
from layers.workspace import Workspace

ALL = frozenset({"grid", "road_section", "place", "facility", "task"})


@pytest.fixture(scope="module")
def estate(street: Workspace):
    found = [row for row in rows.many(street.store.read(), "place") if row["class"] == "estate"]
    return max(found, key=lambda row: shapely.area(row["geom"]))


def corner_of(row):
    x, y = shapely.get_coordinates(row["geom"])[0].tolist()
    return x, y


def beside(place, metres=2.0):
    return place[0] + metres / 95_000, place[1]


def test_a_corner_of_a_place_is_met_bit_by_bit(street: Workspace, estate):
    corner = corner_of(estate)
    found = snapping.find(street, beside(corner), 5.0, Scene(frozenset({"place"}), "", 17))
    assert found is not None
    assert (found.kind, (found.lon, found.lat)) == ("vertex", corner)


def test_what_is_hidden_or_not_drawn_at_this_zoom_or_edited_is_not_met(street: Workspace, estate):
    corner = corner_of(estate)
    for scene in (
        Scene(frozenset({"facility"}), "", 17),
        Scene(frozenset({"place"}), "", 5),
        Scene(frozenset({"place"}), "", 17, skip=estate["uuid"]),
    ):
        found = snapping.find(street, beside(corner), 3.0, scene)
        assert found is None or (found.lon, found.lat) != corner


def test_the_edited_shape_is_met_by_its_own_other_corners(street: Workspace, estate):
    path = tuple((x, y) for x, y in shapely.get_coordinates(shapely.get_parts(estate["geom"])[0]).tolist())[:-1]
    scene = Scene(frozenset({"place"}), "", 17, skip=estate["uuid"], own=(path[2:], path[:1]))
    found = snapping.find(street, beside(path[0]), 3.0, scene)
    assert found is not None
    assert (found.lon, found.lat) == path[0]


def test_grids_facilities_and_pins_are_met(street: Workspace):
    db = street.store.read()
    for table in ("facility", "task"):
        row = next(one for one in rows.many(db, table) if one["geom"] is not None)
        place = (row["geom"].x, row["geom"].y)
        found = snapping.find(street, place, 1.0, Scene(frozenset({table}), "", 19))
        assert found is not None
        assert (found.lon, found.lat) == place
    grid = next(one for one in rows.many(db, "grid") if one["tier"] == 1)
    corner = corner_of(grid)
    found = snapping.find(street, corner, 1.0, Scene(frozenset({"grid"}), grid["system"], 12))
    assert found is not None
    assert found.kind == "vertex"
    assert snapping.find(street, corner, 1.0, Scene(frozenset({"grid"}), "", 12)) is None


def test_a_way_follows_the_sections(street: Workspace):
    db = street.store.read()
    sections = [one for one in rows.many(db, "road_section") if one["class"] in ("main", "secondary", "branch")]
    one = max((row for row in sections if not shapely.is_closed(row["geom"])), key=lambda row: row["length_m"])
    xy = [tuple(place) for place in shapely.get_coordinates(one["geom"]).tolist()]
    way = snapping.trace(street, xy[0], xy[-1], 5.0, Scene(ALL, "", 18))
    assert way is not None
    assert (way[0], way[-1]) == (xy[0], xy[-1])
    metres = float(crs.length_m([shapely.LineString(way)])[0])
    assert metres <= one["length_m"] + 0.1
    assert snapping.trace(street, xy[0], (xy[0][0] + 0.5, xy[0][1]), 5.0, Scene(ALL, "", 18)) is None


def test_lengths_and_typing_go_together(street: Workspace):
    place = snapping.read(street, "120<45", (121.2, 31.0), None)
    way = snapping.measure((121.2, 31.0), place)
    assert (way.length, way.bearing) == pytest.approx((120, 45), abs=1e-4)
    with pytest.raises(Refused):
        snapping.read(street, "?", None, None)
    assert len(snapping.rectangle((121.2, 31.0), (121.201, 31.0), (121.2005, 31.001))) == 4
