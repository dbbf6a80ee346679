"""Lengths, bearings and areas against values computed elsewhere; buffers that hold what is within their metres."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers import history, measuring, places
from layers.errors import Refused
from layers.gis import crs
from layers.gis.proj import pyproj
from layers.workspace import Workspace

LON, LAT = 121.25, 31.02


def test_a_degree_of_latitude_and_of_longitude_are_as_long_as_the_ellipsoid_says(street: Workspace):
    # One degree along the equator is a·π/180; the meridian from 0° to 90° of GRS80 is 10 001 965.729 m.
    east = measuring.measure(street, [(0, 0), (1, 0)])
    assert east.metres == pytest.approx(6378137 * math.pi / 180, abs=1e-3)
    assert east.legs[0].bearing == pytest.approx(90)
    north = measuring.measure(street, [(0, 0), (0, 90)])
    assert north.metres == pytest.approx(10_001_965.729, abs=1e-3)


def test_totals_run_and_an_area_is_that_of_the_ellipsoid(street: Workspace):
    side = 0.01
    ring = [(LON, LAT), (LON + side, LAT), (LON + side, LAT + side), (LON, LAT + side)]
    open_, closed = measuring.measure(street, ring), measuring.measure(street, ring, True)
    assert open_.area_m2 is None
    assert (len(open_.legs), len(closed.legs)) == (3, 4)
    assert closed.legs[-1].total == pytest.approx(sum(leg.metres for leg in closed.legs))
    # The cell between two parallels and two meridians, in closed form (Snyder 1987, eq. 3-12, authalic q).
    e = math.sqrt(0.00669438002290)

    def q(phi: float) -> float:
        sine = e * math.sin(phi)
        return (1 - e * e) * (math.sin(phi) / (1 - sine**2) - math.log((1 - sine) / (1 + sine)) / (2 * e))

    cell = 6378137**2 * math.radians(side) * (q(math.radians(LAT + side)) - q(math.radians(LAT))) / 2
    assert closed.area_m2 == pytest.approx(cell, rel=2e-6)  # a geodesic bends off the parallel by that much


@given(
    st.floats(74, 134),
    st.floats(-50, 53),
    st.lists(st.tuples(st.floats(0.05, 1), st.floats(0, 359)), min_size=3, max_size=9),
)
def test_area_and_outline_are_those_of_geodesics(lon: float, lat: float, spokes: list[tuple[float, float]]):
    turns = sorted({round(turn) for _, turn in spokes})
    ring = [
        (lon + 0.03 * far * math.cos(math.radians(turn)), lat + 0.03 * far * math.sin(math.radians(turn)))
        for (far, _), turn in zip(spokes, turns, strict=False)
    ]
    if len(turns) < 3 or max(b - a for a, b in pairwise([*turns, turns[0] + 360])) > 170:
        return  # no ring round its middle
    found = measuring.measure(None, ring, True)  # type: ignore[arg-type]
    earth = pyproj.Geod(a=6378137.0, rf=298.257222101)  # the defining numbers of CGCS2000
    area, outline = earth.geometry_area_perimeter(shapely.Polygon(ring))
    assert found.area_m2 == pytest.approx(abs(area), rel=1e-8)
    assert found.metres == pytest.approx(outline, rel=1e-9)


@given(st.floats(74, 134), st.floats(-53, 53), st.floats(-0.004, 0.004), st.floats(-0.004, 0.004))
def test_length_and_bearing_are_those_of_space(lon: float, lat: float, dx: float, dy: float):
    # Without any geodesic: both places in space, the difference seen from the middle between them.
    def space(x: float, y: float) -> np.ndarray:
        a, e2 = 6378137.0, 0.006694380022900788
        n = a / math.sqrt(1 - e2 * math.sin(y) ** 2)
        return np.array([n * math.cos(y) * math.cos(x), n * math.cos(y) * math.sin(x), n * (1 - e2) * math.sin(y)])

    if math.hypot(dx, dy) < 1e-5:
        return
    leg = measuring.measure(None, [(lon, lat), (lon + dx, lat + dy)]).legs[0]  # type: ignore[arg-type]
    x, y = math.radians(lon), math.radians(lat)
    away = space(math.radians(lon + dx), math.radians(lat + dy)) - space(x, y)
    east = away @ np.array([-math.sin(x), math.cos(x), 0.0])
    north = away @ np.array([-math.sin(y) * math.cos(x), -math.sin(y) * math.sin(x), math.cos(y)])
    assert leg.metres == pytest.approx(float(np.linalg.norm(away)), rel=1e-6)  # a chord of 600 m is 0.2 µm short
    assert (leg.bearing - math.degrees(math.atan2(east, north)) + 180) % 360 - 180 == pytest.approx(0, abs=1e-4)


def test_a_ring_that_crosses_itself_has_no_area(street: Workspace):
    bow = [(LON, LAT), (LON + 0.01, LAT + 0.01), (LON + 0.01, LAT), (LON, LAT + 0.01)]
    found = measuring.measure(street, bow, True)
    assert (found.area_m2, found.crossed) == (None, True)
    assert "自相交" in measuring.summary(found)


def test_too_many_corners_are_refused(street: Workspace):
    with pytest.raises(Refused, match="10000"):
        measuring.measure(street, [(LON, LAT)] * 10_001)


@given(st.lists(st.tuples(st.floats(121.2, 121.3), st.floats(31, 31.1)), min_size=2, max_size=12))
def test_a_path_is_as_long_backwards(path: list[tuple[float, float]]):
    there, back = (measuring.measure(None, one) for one in (path, path[::-1]))  # type: ignore[arg-type]
    assert there.metres == pytest.approx(back.metres, abs=1e-6)


def test_the_whole_as_text(street: Workspace):
    said = measuring.said(measuring.measure(street, [(LON, LAT), (LON + 0.001, LAT), (LON + 0.001, LAT + 0.001)]))
    assert said.splitlines()[0].startswith("第 1 段 95.48 m，方位角 090.0° 东")
    assert said.splitlines()[-1].startswith("总长 ")


def test_a_buffer_is_round_and_holds_what_is_near(street: Workspace):
    metres = 200.0
    point = {"type": "Point", "coordinates": [LON, LAT]}
    found = measuring.buffer(street, point, metres, ("task", "facility", "road_section", "place"))
    assert found.area_m2 == pytest.approx(math.pi * metres**2, rel=1e-3)
    outline = shapely.get_coordinates(shapely.from_geojson(json.dumps(found.geometry)))
    away = crs.distance_m(LON, LAT, outline[:, 0], outline[:, 1])
    assert away.min() > metres * 0.999
    assert away.max() < metres * 1.001
    assert sum(found.counts.values()) == len(found.picks) > 0
    for table, uuid in found.picks:
        if table != "facility":
            continue
        x, y = places.card(street, table, uuid).geometry["coordinates"]
        assert float(crs.distance_m(LON, LAT, [x], [y])[0]) <= metres * 1.001


@pytest.mark.parametrize("metres", [0.0, -5.0, 20_001.0, float("nan"), float("inf")])
def test_a_buffer_of_no_sensible_width_is_refused(street: Workspace, metres: float):
    with pytest.raises(Refused, match="20000"):
        measuring.buffer(street, {"type": "Point", "coordinates": [LON, LAT]}, metres)


def test_a_buffer_is_kept_as_a_place_and_taken_back(ws: Workspace):
    found = measuring.buffer(ws, {"type": "Point", "coordinates": [LON, LAT]}, 50)
    (uuid,) = measuring.keep_as_place(ws, found.geometry, " 管控区 ", "dispatcher").uuids("place")
    card = places.card(ws, "place", uuid)
    assert (card.title, card.values["class"]) == ("管控区", "other")
    history.undo(ws, actor="dispatcher")
    with pytest.raises(Refused):
        places.card(ws, "place", uuid)


def test_a_place_needs_a_name_and_an_area(ws: Workspace):
    found = measuring.buffer(ws, {"type": "Point", "coordinates": [LON, LAT]}, 50)
    with pytest.raises(Refused, match="名称"):
        measuring.keep_as_place(ws, found.geometry, "  ", "dispatcher")
    with pytest.raises(Refused):
        measuring.keep_as_place(ws, {"type": "Point", "coordinates": [LON, LAT]}, "点", "dispatcher")


def test_a_buffer_becomes_a_sketch_of_its_task_and_is_taken_back(ws: Workspace):
    from layers import tasks

    task = tasks.table(ws, tasks.TaskFilter(), sort="number", limit=1)[0]
    found = measuring.buffer(ws, {"type": "Point", "coordinates": [LON, LAT]}, 50)
    before = places.card(ws, "task", task.uuid).geometry
    measuring.keep_as_sketch(ws, task.uuid, found.geometry, "50 米", "dispatcher")
    assert places.card(ws, "task", task.uuid).geometry["type"] == "GeometryCollection"
    history.undo(ws, actor="dispatcher")
    assert places.card(ws, "task", task.uuid).geometry == before
    with pytest.raises(Refused):
        measuring.keep_as_sketch(ws, "gone", found.geometry, "", "dispatcher")
