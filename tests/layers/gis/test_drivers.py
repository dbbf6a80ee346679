"""GDAL can open what is on our list and nothing else, and asks nobody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.gis import drivers


def test_only_our_drivers_are_there() -> None:
    assert drivers.open_drivers() <= drivers.ALLOWED
    drivers.require_shut("a.gpkg")


def test_another_driver_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "open_drivers", lambda: frozenset({"GPKG", "OGR_VRT"}))
    with pytest.raises(SourceError, match="OGR_VRT"):
        drivers.require_shut("a.gpkg")


def test_the_network_is_off() -> None:
    from pyproj import network

    assert not network.is_network_enabled()
    assert os.environ["PROJ_NETWORK"] == "OFF"
    assert drivers.pyogrio.get_gdal_config_option("GDAL_HTTP_PROXY") == "http://127.0.0.1:9"


@pytest.mark.parametrize("name", ["x.geojson", "x.csv", "x.gpkg", "x.vrt"])
def test_a_vrt_is_impossible_even_for_gdal_itself(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "secret.csv"
    inner.write_text("a\n1\n", encoding="utf-8")
    layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{inner}</SrcDataSource></OGRVRTLayer>'
    (tmp_path / name).write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>", encoding="utf-8")
    with pytest.raises(drivers.pyogrio.errors.DataSourceError):
        drivers.pyogrio.read_info(tmp_path / name)


def test_loading_says_nothing_and_shuts_first() -> None:
    code = "from layers.gis import drivers; print(sorted(drivers.open_drivers())); "
    code += "import os; print(os.environ.get('GDAL_SKIP'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.strip().splitlines()[-1] == "None"
    assert done.stdout.strip().splitlines()[0] == "['ESRI Shapefile', 'GPKG', 'MEM']"


def test_locating_and_measuring_do_without_gdal() -> None:
    code = "import sys, layers.places, layers.gis.locating, layers.gis.crs; print('pyogrio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "False"
