"""How long a degree is, against the geodesics of PROJ: a box round a place holds what is near, and hardly more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.domain import ground
from layers.gis import crs

LON, LAT = st.floats(-179, 179), st.floats(-85, 85)


@given(LAT)
def test_a_degree_is_as_long_as_the_geodesic(lat: float):
    across, along = ground.degree_m(lat)
    assert float(crs.distance_m(100, lat, 100.001, lat)) == pytest.approx(across / 1000, rel=1e-6)
    assert float(crs.distance_m(100, lat - 0.0005, 100, lat + 0.0005)) == pytest.approx(along / 1000, rel=1e-6)


@given(LON, LAT, st.floats(0.1, 3_000))
def test_a_box_holds_what_is_near_and_hardly_more(lon: float, lat: float, metres: float):
    west, south, east, north = ground.around(lon, lat, metres)
    for bearing in range(0, 360, 5):
        x, y = crs.onward(lon, lat, metres, bearing)
        assert west <= x <= east
        assert south <= y <= north
    middles = np.array([[west, lat], [east, lat], [lon, south], [lon, north]])
    away = crs.distance_m(lon, lat, middles[:, 0], middles[:, 1])
    assert away.max() < metres * 1.003


def test_the_mean_degree_is_a_ninetieth_of_the_quadrant():
    assert float(crs.distance_m(0, 0, 0, 90)) == pytest.approx(ground.DEGREE * 90, abs=1e-3)


@given(LAT, st.floats(0, 22))
def test_a_zoom_and_its_pixel_belong_together(lat: float, zoom: float):
    assert ground.zoom_of(lat, ground.pixel_m(lat, zoom)) == pytest.approx(zoom, abs=1e-9)


def test_a_pixel_of_the_equator():
    assert ground.pixel_m(0, 0) == pytest.approx(156_543.03392804097)
