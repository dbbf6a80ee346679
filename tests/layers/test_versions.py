"""The versions that stand at the head of every report."""

import re
import sqlite3

import layers
from layers.versions import versions


def test_every_engine_says_its_version():
    found = versions()
    assert list(found) == ["Gewu", "Python", "SQLite", "GDAL", "GEOS", "PROJ"]
    assert found["Gewu"] == layers.__version__
    assert found["SQLite"] == sqlite3.sqlite_version
    assert all(re.match(r"\d+\.\d+", value) for value in found.values())
