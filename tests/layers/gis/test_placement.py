"""Where an image lies: pixels there and back, and the fit to clicked places, with its error in metres."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from layers.domain.base_maps import AFFINE, PROJECTIVE, ControlPoint
from layers.errors import SourceError
from layers.gis import china, crs, placement

CORNERS = ((100.0, 80.0), (3900.0, 120.0), (3800.0, 2900.0), (150.0, 2800.0), (2000.0, 1500.0))
ZONE = crs.local_crs(121.23)


def clicked(matrix, pixels=CORNERS):
    """Return control points of an image that a matrix lays down in local metres."""
    m = np.array(matrix, float).reshape(3, 3)
    made = []
    for x, y in pixels:
        east, north, w = m @ (x, y, 1.0)
        lon, lat = crs.degrees_xy(east / w, north / w, ZONE)
        made.append(ControlPoint(x, y, float(lon), float(lat)))
    return tuple(made)


TURNED = (0.48, -0.05, 617_000.0, -0.06, -0.47, 3_433_000.0, 0.0, 0.0, 1.0)
TILTED = (0.48 + 617_000 * 1e-6, -0.05, 617_000.0, -0.06 + 3_433_000 * 1e-6, -0.47, 3_433_000.0, 1e-6, 0.0, 1.0)


def test_an_affine_image_is_found_again_without_any_error():
    fit = placement.fitted(clicked(TURNED), AFFINE)
    assert max(fit.residuals) < 1e-5
    assert np.allclose(fit.placement.matrix, TURNED, rtol=1e-7, atol=1e-7)


def test_a_photographed_sheet_needs_the_projective_fit():
    points = clicked(TILTED)
    assert max(placement.fitted(points, PROJECTIVE).residuals) < 1e-4
    assert max(placement.fitted(points, AFFINE).residuals) > 0.5


@given(
    st.floats(0.01, 20), st.floats(0, 6.28), st.floats(0.5, 2), st.floats(-0.3, 0.3), st.floats(0, 4000),
    st.floats(0, 3000),
)  # fmt: skip
def test_pixels_go_to_the_earth_and_come_back(size, turn, stretch, skew, x, y):
    c, s = np.cos(turn) * size, np.sin(turn) * size
    made = placement.Placement(
        ZONE, (c, s + skew * size, 617_000.0, s, -c * stretch, 3_433_000.0, 0.0, 0.0, 1.0), origin="gcj02"
    )
    assume(placement.usable(made))
    lon, lat = placement.to_degrees(made, x, y)
    bx, by = placement.to_pixels(made, lon, lat)
    assert abs(float(bx) - x) < 0.01
    assert abs(float(by) - y) < 0.01


def test_the_residual_of_a_point_clicked_wrong_is_its_distance_on_the_ground():
    points = list(clicked(TURNED, CORNERS * 10))
    east, north = (float(v) for v in crs.metres_xy(points[0].lon, points[0].lat, ZONE))
    lon, lat = crs.degrees_xy(east + 30.0, north + 40.0, ZONE)
    points[0] = ControlPoint(points[0].x, points[0].y, float(lon), float(lat))
    fit = placement.fitted(points, AFFINE)
    assert fit.residuals[0] == pytest.approx(50, rel=0.08)
    assert fit.mean < 10
    assert fit.residuals.index(max(fit.residuals)) == 0


@pytest.mark.parametrize(
    ("points", "kind", "key"),
    [
        (clicked(TURNED)[:2], AFFINE, "base_few_points"),
        (clicked(TURNED)[:3], PROJECTIVE, "base_few_points"),
        (clicked(TURNED, [(0, 0), (100, 100), (200, 200.1)]), AFFINE, "base_points_line"),
        (clicked(TURNED, [(5, 5)] * 4), AFFINE, "base_points_line"),
        ((*clicked(TURNED)[:3], ControlPoint(0, 0, -60.0, 30.0)), AFFINE, "base_points_apart"),
        (clicked(TURNED)[:2] + (ControlPoint(9, 9, *[getattr(clicked(TURNED)[0], k) for k in ("lon", "lat")]),) * 2,
         PROJECTIVE, "base_points_line"),
    ],
    ids=["two", "three", "line", "one spot", "far apart", "twice"],
)  # fmt: skip
def test_points_that_place_nothing_say_so(points, kind, key):
    with pytest.raises(SourceError) as caught:
        placement.fitted(points, kind, "规划图.jpg")
    assert caught.value.key == key
    assert "规划图.jpg" in str(caught.value)


def test_a_shifted_image_lies_where_gcj02_is_undone():
    plain = placement.affine("EPSG:4490", 1e-5, 0, 121.2, 0, -1e-5, 31.1)
    shifted = placement.Placement(plain.crs, plain.matrix, origin="gcj02")
    lon, lat = placement.to_degrees(plain, 500.0, 400.0)
    assert np.allclose(placement.to_degrees(shifted, 500.0, 400.0), china.gcj02_to_wgs84(lon, lat), atol=1e-12)


def test_the_box_holds_every_pixel_of_a_turned_image():
    made = placement.Placement(ZONE, TURNED)
    west, south, east, north = placement.bounds(made, 4000, 3000)
    lon, lat = placement.to_degrees(made, *np.meshgrid(np.linspace(0, 4000, 9), np.linspace(0, 3000, 9)))
    assert lon.min() >= west - 1e-12
    assert lon.max() <= east + 1e-12
    assert lat.min() >= south - 1e-12
    assert lat.max() <= north + 1e-12


@pytest.mark.parametrize(
    "made",
    [
        placement.affine("EPSG:4490", 1, 0, 500, 0, -1, 31),
        placement.affine("EPSG:4490", 1e-300, 0, 121, 0, -1e-300, 31),
        placement.affine("EPSG:4549", 1, 0, 1e30, 0, -1, 1e30),
        placement.Placement("EPSG:4490", (1e-5, 0, 121, 0, -1e-5, 31, -1.0, 0, 1)),
    ],
    ids=["beyond", "no size", "no projection", "horizon"],
)
def test_an_image_that_lies_nowhere_is_refused(made):
    with pytest.raises(ValueError, match="earth"):
        placement.bounds(made, 100, 100)


@pytest.mark.parametrize("numbers", [(0, 0, 1, 0, 0, 1), (1, 2, 0, 2, 4, 0), (float("nan"), 0, 0, 0, 1, 0)])
def test_a_matrix_that_cannot_be_undone_is_not_usable(numbers):
    assert not placement.usable(placement.affine("EPSG:4490", *numbers))


@pytest.mark.parametrize("kind", ["affine", "projective"])
@pytest.mark.parametrize("wrong", range(6))
def test_the_point_that_was_placed_wrongly_is_found(kind, wrong):
    """The wrong point is not always the one farthest off: least squares bend the sheet towards it."""
    places = [(60, 60), (1140, 60), (1140, 840), (60, 840), (600, 450), (300, 700)]
    points = [ControlPoint(x, y, 121.225 + x * 3.3e-5, 31.035 - y * 3.3e-5) for x, y in places]
    assert placement.outlier(points, kind, placement.fitted(points, kind).mean) == (-1, 0.0)
    bad = points[wrong]
    points[wrong] = ControlPoint(bad.x, bad.y, bad.lon + 0.004, bad.lat)
    found, mean = placement.outlier(points, kind, placement.fitted(points, kind).mean)
    assert found == wrong
    assert mean < 1
    few = points[: placement.NEEDED[kind] + 1]
    assert placement.outlier(few, kind, 500.0) == (-1, 0.0)
