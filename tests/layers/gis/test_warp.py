"""Tiles bent from pictures that lie otherwise: how far they are off, and that neighbours meet."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from layers.gis import china, placement, warp
from tests.layers import base_files as made


def exact(z, x, y, u, v):
    """Return the source pixels of GCJ-02 for pixels u, v of a tile, one by one."""
    lon = (x + u / 256) / 2**z * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + v / 256) / 2**z))))
    gx, gy = china.wgs84_to_gcj02(lon, lat)
    wx, wy = made.world(gx, gy)
    return wx * 256 * 2**z, wy * 256 * 2**z


@given(st.integers(8, 19), st.floats(75, 134), st.floats(18, 53), st.floats(0, 256), st.floats(0, 256))
def test_the_shift_is_off_by_less_than_a_tenth_of_a_pixel(z, lon, lat, u, v):
    x, y = made.tiles_of((lon, lat, lon, lat), z)[0]
    px, py = warp.shifted_pixels(z, "gcj02")(*warp.nodes(z, x, y))
    i, j = min(int(v // 32), 7), min(int(u // 32), 7)
    fu, fv = u / 32 - j, v / 32 - i
    for nodes, wanted in zip((px, py), exact(z, x, y, u, v), strict=True):
        top = nodes[i, j] * (1 - fu) + nodes[i, j + 1] * fu
        below = nodes[i + 1, j] * (1 - fu) + nodes[i + 1, j + 1] * fu
        assert abs(top * (1 - fv) + below * fv - wanted) < 0.1


def test_the_shift_is_as_large_as_is_published():
    # 天安门 by the public converters: WGS84 116.3913, 39.9075 is GCJ-02 116.397543, 39.908903 (test_china has more).
    z = 16
    gx, gy = china.wgs84_to_gcj02(116.3913, 39.9075)
    x, y = warp.shifted_pixels(z, "gcj02")(np.array(116.3913), np.array(39.9075))
    wx, wy = made.world(float(gx), float(gy))
    assert (float(x), float(y)) == pytest.approx((wx * 256 * 2**z, wy * 256 * 2**z), abs=1e-6)
    plain = np.array(made.world(116.3913, 39.9075)) * 256 * 2**z
    off = np.hypot(float(x) - plain[0], float(y) - plain[1]) * 156543.03 * np.cos(np.radians(39.9075)) / 2**z
    assert off == pytest.approx(555, abs=10)  # metres


def gradient(limits):
    """Return a part function over a source whose red is x and whose green is y, a quarter of a step per pixel."""

    def part(box):
        x, y = np.meshgrid(np.arange(box[0], box[2]), np.arange(box[1], box[3]))
        rgba = np.dstack([x // 4 % 256, y // 4 % 256, 0 * x, 0 * x + 255]).astype(np.uint8)
        return Image.fromarray(rgba, "RGBA")

    return part


@pytest.mark.parametrize(("dx", "dy"), [(0.0, 0.0), (0.5, 0.25), (13.0, 40.0)])
def test_pixels_come_from_where_the_corners_say(dx, dy):
    steps = np.arange(9) * 32.0
    x, y = np.meshgrid(steps + 100 + dx, steps + 200 + dy)
    tile = warp.bent(x, y, None, gradient(None))
    rgb = np.asarray(tile.convert("RGB")).astype(float)
    u, v = np.meshgrid(np.arange(256), np.arange(256))
    assert np.abs(rgb[..., 0] - (u + 100 + dx) / 4).max() <= 1.5
    assert np.abs(rgb[..., 1] - (v + 200 + dy) / 4).max() <= 1.5


def test_neighbouring_tiles_meet_without_a_step():
    z = 15
    x, y = made.tiles_of((121.23, 31.01, 121.23, 31.01), z)[0]
    left = warp.shifted_pixels(z, "gcj02")(*warp.nodes(z, x, y))
    right = warp.shifted_pixels(z, "gcj02")(*warp.nodes(z, x + 1, y))
    below = warp.shifted_pixels(z, "gcj02")(*warp.nodes(z, x, y + 1))
    for a, b, c in zip(left, right, below, strict=True):
        assert np.allclose(a[:, -1], b[:, 0], atol=1e-6)
        assert np.allclose(a[-1, :], c[0, :], atol=1e-6)


def test_what_lies_beside_the_source_is_see_through():
    steps = np.arange(9) * 32.0
    x, y = np.meshgrid(steps - 128, steps - 128)
    tile = warp.bent(x, y, (64, 64), lambda box: Image.new("RGBA", (box[2] - box[0], box[3] - box[1]), "red"))
    assert tile.getpixel((10, 10))[3] == 0
    assert tile.getpixel((150, 150)) == (255, 0, 0, 255)
    assert tile.getpixel((220, 220))[3] == 0
    assert warp.bent(x - 5000, y, (64, 64), gradient(None)) is None
    assert warp.bent(x * np.nan, y, None, gradient(None)) is None
    assert warp.bent(x * 1e9, y, None, gradient(None)) is None


def test_beyond_the_horizon_there_is_nothing_and_nothing_fails():
    tilted = placement.Placement("EPSG:4490", (1e-5, 0, 121.2, 0, -1e-5, 31.1, -1e-3, 0, 1))
    px, py = warp.image_pixels(tilted)(*warp.nodes(3, 6, 3))
    made_tile = warp.bent(px, py, (1000, 1000), gradient(None))
    assert made_tile is None or made_tile.size == (256, 256)


def test_a_tile_is_packed_as_what_it_is():
    clear = Image.new("RGBA", (256, 256))
    assert warp.packed(None) is None
    assert warp.packed(clear) is None
    full = warp.packed(Image.new("RGBA", (256, 256), (1, 2, 3, 255)))
    assert full is not None
    assert full.startswith(b"\x89PNG")
    clear.putpixel((0, 0), (9, 9, 9, 200))
    assert warp.packed(clear) is not None


def test_the_scale_is_source_pixels_per_pixel_of_the_tile():
    steps = np.arange(9) * 32.0
    assert warp.scale(*np.meshgrid(steps * 3, steps * 3)) == pytest.approx(3)
    assert np.isnan(warp.scale(np.full((9, 9), np.nan), np.full((9, 9), np.nan)))
