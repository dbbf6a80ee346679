"""The only door to pyproj: shuts its network before it loads; apart from GDAL, which most days do without."""

import os

os.environ["PROJ_NETWORK"] = "OFF"  # it stays: PROJ asks for it again in every thread

import pyproj
import pyproj.exceptions
from pyproj import network

network.set_network_enabled(active=False)  # type: ignore[attr-defined]

__all__ = ["pyproj"]
