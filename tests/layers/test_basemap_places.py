"""In which coordinate system an image lies when nobody says so: told by where it would land, asked for, kept."""

import pytest

from layers import basemaps
from layers.errors import SourceError
from tests.layers import base_files as made

STREET = (121.2, 30.98, 121.29, 31.06)


def laid(path, lon, lat, crs_text, pixel=2.0, prj=""):
    """Write an image with a world file whose upper left corner is a place in some system."""
    from layers.gis import crs

    x, y = (float(v) for v in crs.from_storage_xy(lon, lat, crs_text))
    made.quarters(400, 300).save(path)
    path.with_suffix(".pgw").write_text(f"{pixel}\n0\n0\n{-pixel}\n{x!r}\n{y!r}\n", "ascii")
    if prj:
        path.with_suffix(".prj").write_text(prj, "utf-8")
    return path


@pytest.mark.parametrize(
    ("crs_text", "pixel", "best", "reason"),
    [
        ("EPSG:4549", 2.0, "EPSG:4549", "sources.crs_near"),
        ("EPSG:4528", 2.0, "EPSG:4528", "sources.crs_zone3"),
        ("EPSG:4499", 2.0, "EPSG:4499", "sources.crs_zone6"),
        ("EPSG:4510", 2.0, "EPSG:4550", "base3.why_meets"),  # about 123° E: one zone of 3° and of 6°
        ("EPSG:3857", 2.0, "EPSG:3857", "base3.why_meets"),
        ("EPSG:4490", 2e-5, "EPSG:4490", "sources.crs_degrees"),
    ],
)
def test_the_system_that_meets_the_street_comes_first(tmp_path, crs_text, pixel, best, reason):
    path = laid(tmp_path / "图.png", 121.24, 31.03, crs_text, pixel)
    found = basemaps.systems(path, STREET)
    assert found.best is not None
    assert (found.best.crs, found.reason) == (best, reason)
    assert found.best is found.landings[0]
    assert found.best.away == 0
    assert found.best.size[0] == pytest.approx(800 if pixel == 2.0 and crs_text != "EPSG:3857" else 762, rel=0.12)
    aways = [one.away for one in found.landings]
    assert aways == sorted(aways)


def test_where_it_would_land_is_told_in_metres_and_direction(tmp_path):
    found = basemaps.systems(laid(tmp_path / "a.png", 121.24, 31.03, "EPSG:4549"), STREET)
    far = {one.crs: one for one in found.landings}
    west = far["EPSG:4548"]  # three degrees to the west, some 286 km
    assert west.away == pytest.approx(283_000, rel=0.02)
    assert west.towards == pytest.approx(270, abs=2)
    assert far["EPSG:4550"].towards == pytest.approx(90, abs=2)
    assert not [one for one in found.landings if one.crs.startswith("EPSG:45") and int(one.crs[5:]) < 4502]
    nowhere = basemaps.systems(laid(tmp_path / "b.png", 121.24, 31.03, "EPSG:4549"), None)
    assert nowhere.best is None
    assert all(one.away == 0 and one.towards is None for one in nowhere.landings)


@pytest.mark.parametrize(
    ("prj", "key"),
    [
        ("PROJCS[broken", "crs_unknown"),
        ('LOCAL_CS["城建坐标系",UNIT["metre",1]]', "crs_local"),
        ("EPSG:2385", "crs_old_chinese"),  # Xi'an 80 / 3-degree, 120° E
        ("EPSG:4490", "base_off_the_earth"),  # metres that call themselves degrees
    ],
)
def test_a_system_that_cannot_be_used_is_asked_for_and_kept(tmp_path, closing, prj, key):
    path = laid(tmp_path / "a.png", 121.24, 31.03, "EPSG:4549", prj=prj)
    with pytest.raises(basemaps.Undecided) as caught:
        basemaps.look(path, street=STREET)
    assert caught.value.key == key
    assert "a." in str(caught.value)
    base = basemaps.look(path, crs="EPSG:4549").base
    assert base.crs == "EPSG:4549"
    kept = basemaps.read(basemaps.written([base]))[0]
    layer = closing(basemaps.open_layer(kept, tmp_path / "cache"))
    assert layer.bounds[0] == pytest.approx(121.24, abs=1e-4)


def test_a_guess_that_misses_the_street_is_asked_for(tmp_path):
    path = laid(tmp_path / "a.png", 121.24, 31.03, "EPSG:3857")
    with pytest.raises(basemaps.Undecided):
        basemaps.look(path, street=STREET)
    near = laid(tmp_path / "b.png", 121.24, 31.03, "EPSG:4549")
    assert basemaps.look(near, street=STREET).guessed == "sources.crs_near"
    assert basemaps.look(near, crs="EPSG:4549", street=STREET).guessed == ""


def test_a_typed_system_is_tried(tmp_path):
    path = laid(tmp_path / "a.png", 121.24, 31.03, "EPSG:32651")
    assert basemaps.landing(path, " 32651 ", STREET).away == 0
    for typed, key in (("99999", "crs_unknown"), ("2385", "crs_old_chinese"), ("4490", "base_off_the_earth")):
        with pytest.raises(SourceError) as caught:
            basemaps.landing(path, typed, STREET)
        assert caught.value.key == key


def test_systems_have_names_that_people_use():
    assert "120" in basemaps.system_name("EPSG:4549")
    assert "GCJ-02" in basemaps.system_name("EPSG:4490", "gcj02")
    assert "BD-09" in basemaps.system_name("EPSG:3857", "bd09")
    assert basemaps.system_name("EPSG:4326") != basemaps.system_name("EPSG:4490")
