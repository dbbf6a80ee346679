"""`gewu --version`: the program and what it stands on."""

import argparse
import platform
import sqlite3
from functools import cache
from importlib import metadata

from app.commands import speaking


@cache
def versions() -> dict[str, str]:
    """Return name -> version of the program and its foundations (GDAL, GEOS, PROJ, Qt, SQLite …)."""
    import shapely

    from layers.exchange_versions import geographic

    found = {"gewu": _of("gewu"), "python": platform.python_version(), "system": platform.platform()}
    found |= {"sqlite": sqlite3.sqlite_version, "geos": shapely.geos_version_string} | geographic()
    for package in ("PySide6", "geopandas", "shapely", "pyproj", "pyogrio", "folium", "openpyxl"):
        found[package] = _of(package)
    return found


def _of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "?"


def header() -> str:
    """Return the one line that heads every report."""
    found = versions()
    head = f"Gewu {found['gewu']} · Python {found['python']} · SQLite {found['sqlite']} · GDAL {found['gdal']}"
    return f"{head} · PROJ {found['proj']} · GEOS {found['geos']} · Qt {found['PySide6']} · {found['system']}"


def run(given: argparse.Namespace) -> int:
    """Print the versions."""
    if speaking.wants_json(given):
        speaking.emit(versions())
    else:
        print(header())
    return 0
