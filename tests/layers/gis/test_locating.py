"""Points in grids and nearest road sections, against slow and simple ways."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import Cancelled
from layers.gis import crs
from layers.gis.locating import Locator, nearest_line


def town(side: int = 8) -> tuple[list[str], np.ndarray]:
    boxes = [
        shapely.box(121 + i / 100, 31 + j / 100, 121.01 + i / 100, 31.01 + j / 100)
        for i in range(side)
        for j in range(side)
    ]
    codes = [f"310117004-W{(k * 37) % 64:03}" for k in range(side * side)]
    return codes, np.array(boxes, dtype=object)


CODES, BOXES = town()


@given(st.lists(st.tuples(st.integers(-100, 900), st.integers(-100, 900)), min_size=1, max_size=60))
def test_like_asking_every_grid(points: list[tuple[int, int]]) -> None:
    # Steps of a ten-thousandth of a degree: many lie exactly on borders and corners.
    x = np.array([shapely.get_coordinates(BOXES[0])[:, 0].min() + p[0] / 10_000 for p in points])
    y = np.array([31 + p[1] / 10_000 for p in points])
    found = Locator(CODES, BOXES).locate(x, y)
    for i, (lon, lat) in enumerate(zip(x, y, strict=True)):
        inside = [k for k in range(len(BOXES)) if BOXES[k].intersects(shapely.Point(lon, lat))]
        expected = min(inside, key=lambda k: CODES[k]) if inside else -1
        assert found[i] == expected


def test_many_points_are_answered_in_their_own_order() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(120.99, 121.09, 20_000), rng.uniform(30.99, 31.09, 20_000)
    x[7], y[8], x[9] = np.nan, np.inf, -np.inf
    locator = Locator(CODES, BOXES)
    one_by_one = np.concatenate([locator.locate(x[i : i + 1000], y[i : i + 1000]) for i in range(0, 20_000, 1000)])
    assert locator.locate(x, y).tolist() == one_by_one.tolist()
    assert (one_by_one[7:10] == -1).all()
    assert (one_by_one >= 0).mean() > 0.5


def test_a_border_and_a_corner_belong_to_the_lowest_code() -> None:
    corner = shapely.get_coordinates(BOXES[9])
    found = Locator(CODES, BOXES).locate(corner[:, 0], corner[:, 1])
    for (lon, lat), index in zip(corner, found, strict=True):
        around = [CODES[k] for k in range(64) if BOXES[k].intersects(shapely.Point(lon, lat))]
        assert len(around) > 1
        assert CODES[index] == min(around)


def test_nowhere_nothing_and_nan() -> None:
    locator = Locator(CODES, BOXES)
    assert locator.locate([0.0, np.nan, 121.005], [0.0, 31.0, 31.005]).tolist() == [-1, -1, 0]
    assert locator.locate([], []).tolist() == []
    assert Locator([], []).locate([121.0], [31.0]).tolist() == [-1]
    assert Locator(["a", "b"], [None, BOXES[0]]).locate([121.005], [31.005]).tolist() == [1]


def test_it_can_be_cancelled() -> None:
    def stop(done: int, total: int, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        Locator(CODES, BOXES).locate([121.0], [31.0], stop)


ROADS = np.array(
    [
        shapely.LineString([(121.20, 31.00), (121.21, 31.00)]),
        shapely.MultiLineString([[(121.20, 31.01), (121.21, 31.01)], [(121.22, 31.01), (121.23, 31.02)]]),
        None,
        shapely.LineString([(121.20, 31.00), (121.20, 31.02)]),
    ],
    dtype=object,
)


def test_the_nearest_road_within_fifty_metres() -> None:
    north = 40 / 110_870
    found, metres = nearest_line(ROADS, [121.205, 121.205, 121.225, 121.3], [31 + north, 31 + 2 * north, 31.015, 31.0])
    assert found.tolist() == [0, -1, 1, -1]
    assert metres[0] == pytest.approx(40, abs=0.05)
    assert metres[2] == pytest.approx(0, abs=1e-3)
    assert np.isnan(metres[[1, 3]]).all()


@given(lon=st.floats(121.19, 121.24), lat=st.floats(30.99, 31.03))
def test_distances_are_geodesic(lon: float, lat: float) -> None:
    found, metres = nearest_line(ROADS, [lon], [lat], max_m=1e5)
    best = np.inf
    for road in ROADS:
        if road is not None:
            dense = shapely.get_coordinates(shapely.segmentize(road, 1e-6))
            best = min(best, float(crs.distance_m(lon, lat, dense[:, 0], dense[:, 1]).min()))
    assert found[0] >= 0
    assert metres[0] == pytest.approx(best, abs=0.01)


def test_the_limit_is_sharp_and_a_tie_goes_to_the_first() -> None:
    lon, lat = crs._GEOD.fwd(121.205, 31.0, 0, 50.0)[:2]
    far = crs._GEOD.fwd(121.205, 31.0, 0, 50.01)[:2]
    # The geodesic from a point due north of a parallel meets it a hair beside; 1 mm covers that.
    found, _ = nearest_line(ROADS, [lon, far[0]], [lat, far[1]], max_m=50.001)
    assert found.tolist() == [0, -1]
    assert nearest_line(ROADS, [121.2], [31.0])[0].tolist() == [0]


def test_points_in_two_zones_and_far_from_china() -> None:
    roads = np.array(
        [shapely.LineString([(x, y), (x + 0.01, y)]) for x, y in ((121.4, 31), (121.6, 31), (-73.9, 40.7))],
        dtype=object,
    )
    found, _ = nearest_line(roads, [121.405, 121.605, -73.895, np.nan], [31.0001, 31.0001, 40.7001, 1.0])
    assert found.tolist() == [0, 1, 2, -1]
    assert nearest_line([], [121.0], [31.0])[0].tolist() == [-1]
