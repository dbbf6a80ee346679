"""What others made and we ship is recorded, licensed and unchanged."""

import hashlib
import json

import pytest

import resources

VENDORED = json.loads(resources.text("map", "vendor.json"))
ICONS = json.loads(resources.text("icons", "icons.json"))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("row", VENDORED, ids=lambda row: row["file"])
def test_a_vendored_file_is_the_published_one(row):
    assert set(row) == {"name", "version", "licence", "licence_file", "file", "sha256"}
    assert digest(resources.path("map", "vendor", row["file"])) == row["sha256"]
    assert "opyright" in resources.path("map", "vendor", row["licence_file"]).read_text(encoding="utf-8")


def test_nothing_vendored_is_unrecorded():
    there = {f.name for f in resources.path("map", "vendor").iterdir()}
    recorded = {row[key] for row in VENDORED for key in ("file", "licence_file")}
    assert there == recorded


def test_the_versions_are_those_that_the_design_chose():
    assert {row["name"]: row["version"] for row in VENDORED} == {
        "leaflet": "1.9.4",
        "protomaps-leaflet": "5.1.0",
    }


def test_the_icons_are_the_published_ones():
    there = {f.name: digest(f) for f in resources.path("icons").glob("*.svg")}
    assert there == ICONS["files"]
    assert "ISC License" in resources.path("icons", ICONS["licence_file"]).read_text(encoding="utf-8")


def test_our_own_scripts_reach_for_no_address():
    for file in resources.path("map").glob("*.*"):
        text = file.read_text(encoding="utf-8")
        assert "http:" not in text, file
        assert "https:" not in text, file
        assert "innerHTML" not in text, file
