"""The shifts of Chinese web maps against published pairs, and there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.gis import china, crs

# WGS84 and GCJ-02 (lat, lon) pairs of the tests of googollee/eviltransform.
PAIRS = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ((39.739200, 116.9), (39.73934523, 116.90614)),
]


@pytest.mark.parametrize(("wgs", "gcj"), PAIRS[:3])
def test_published_pairs(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    lon, lat = china.wgs84_to_gcj02(wgs[1], wgs[0])
    assert float(crs.distance_m(lon, lat, gcj[1], gcj[0])) < 1e-6
    lon, lat = china.gcj02_to_wgs84(gcj[1], gcj[0])
    assert float(crs.distance_m(lon, lat, wgs[1], wgs[0])) < 1e-6


def test_baidu_against_its_published_pair() -> None:
    # The worked example of the coordtransform programs: BD-09 116.404, 39.915 is GCJ-02 116.39762729, 39.90865673.
    lon, lat = china.bd09_to_gcj02(116.404, 39.915)
    assert float(crs.distance_m(lon, lat, 116.39762729119315, 39.90865673957631)) < 0.5
    lon, lat = china.gcj02_to_bd09(116.404, 39.915)
    assert float(crs.distance_m(lon, lat, 116.41036949371029, 39.92133699351021)) < 1e-6


@pytest.mark.parametrize("there", ["wgs84_to_gcj02", "gcj02_to_bd09", "wgs84_to_bd09"])
@given(points=st.lists(st.tuples(st.floats(72.6, 137.2), st.floats(1.4, 55.2)), min_size=1, max_size=50))
def test_there_and_back(there: str, points: list[tuple[float, float]]) -> None:
    first, second = there.split("_to_")
    back = getattr(china, f"{second}_to_{first}")
    lon, lat = np.array(points).T
    again = back(*getattr(china, there)(lon, lat))
    assert crs.distance_m(lon, lat, *again).max() <= 1e-6


def test_outside_china_nothing_moves() -> None:
    lon, lat = np.array([-73.98, 2.35, 139.7, 121.5]), np.array([40.75, 48.85, 35.68, -31.2])
    for name in (
        "wgs84_to_gcj02",
        "gcj02_to_wgs84",
        "gcj02_to_bd09",
        "bd09_to_gcj02",
        "wgs84_to_bd09",
        "bd09_to_wgs84",
    ):
        x, y = getattr(china, name)(lon, lat)
        assert x.tolist() == lon.tolist()
        assert y.tolist() == lat.tolist()


def test_in_shanghai_the_shift_is_some_500_metres() -> None:
    lon, lat = china.wgs84_to_gcj02([121.2481], [31.0207])
    assert 400 < float(crs.distance_m(121.2481, 31.0207, lon, lat)[0]) < 650
