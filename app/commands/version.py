"""`gewu --version`: the program and what it stands on."""

import argparse
import platform
from functools import cache
from importlib import metadata

from app.commands import speaking
from layers import versions as beneath

PACKAGES = ("PySide6", "geopandas", "shapely", "pyproj", "pyogrio", "folium", "openpyxl")


@cache
def versions() -> dict[str, str]:
    """Return name -> version of the program and its foundations (GDAL, GEOS, PROJ, Qt, SQLite …)."""
    found = {name.lower(): version for name, version in beneath.versions().items()}
    return found | {"system": platform.platform()} | {package: metadata.version(package) for package in PACKAGES}


def header() -> str:
    """Return the one line that heads every report."""
    head = " · ".join(f"{name} {version}" for name, version in beneath.versions().items())
    return f"{head} · Qt {versions()['PySide6']} · {versions()['system']}"


def run(given: argparse.Namespace) -> int:
    """Print the versions."""
    if speaking.wants_json(given):
        speaking.emit(versions())
    else:
        print(header())
    return 0
