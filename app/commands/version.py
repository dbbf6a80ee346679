"""`gewu --version`: the program and what it stands on."""

import argparse
import platform
from importlib import metadata

from app.commands import speaking
from layers import versions


def found() -> dict[str, str]:
    """Return name -> version of the program and its foundations (GDAL, GEOS, PROJ, SQLite, Qt …)."""
    try:
        qt = metadata.version("PySide6")
    except metadata.PackageNotFoundError:
        qt = "?"
    return {**versions.versions(), "Qt": qt, "System": platform.platform()}


def header() -> str:
    """Return the one line that heads every report."""
    return " · ".join(f"{name} {version}" for name, version in found().items())


def run(given: argparse.Namespace) -> int:
    """Print the versions."""
    if speaking.wants_json(given):
        speaking.emit(found())
    else:
        print(header())
    return 0
