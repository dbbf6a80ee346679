"""The only door to pyogrio: shuts every driver outside our list and the network before GDAL loads."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from layers.errors import SourceError

# MEM opens no file (it is GDAL's own scratch pad; GDAL crashes without it).
ALLOWED = frozenset({"GPKG", "ESRI Shapefile", "MEM"})

# Every other vector driver of the GDAL in pyogrio's wheels. GeoJSON and tables are read by our own code.
# A VRT would read local files and URLs under any name, so it must not exist at all.
_SKIPPED = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,Arrow,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,Elasticsearch,"
    "FlatGeobuf,GDALG,GML,GPSBabel,GPX,GTFS,GeoJSON,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,LIBKML,LVBAG,"
    "MBTiles,MVT,MapInfo File,MapML,MiraMonVector,MySQL,NGW,OAPIF,ODBC,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,"
    "OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,Parquet,PostgreSQL,S57,SQLite,SVG,SXF,Selafin,TopoJSON,"
    "VDV,VFK,VICAR,WAsP,WFS,XLSX"
)

_SETTINGS = {
    "GDAL_SKIP": _SKIPPED,
    "CPL_LOG": os.devnull,  # GDAL's own remarks; what matters comes back as exceptions
    "GDAL_DRIVER_PATH": "disable",  # no plug-ins from the disk
    "GDAL_CONFIG_FILE": os.devnull,  # no gdalrc of the user's
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    # No request leaves, whatever a file asks for: a proxy that is nobody, no extension that may be fetched.
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{noext}",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/nothing",
    "CPL_AWS_AUTODETECT_EC2": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "OGR_SQLITE_LIST_ALL_TABLES": "NO",
    "SHAPE_RESTORE_SHX": "NO",  # it would write beside the user's file
    "PROJ_NETWORK": "OFF",
}


# GDAL's are put back below; PROJ_NETWORK stays, because PROJ asks for it again in every thread.
_before = {name: os.environ.get(name) for name in _SETTINGS if name != "PROJ_NETWORK"}
os.environ.update(_SETTINGS)

import pyogrio  # noqa: E402 - GDAL reads GDAL_SKIP once, while it loads
from pyogrio import raw  # noqa: E402

# Only this process is shut: a program that we start (and a test's ogr2ogr) gets the environment as it was.
for _name, _value in _before.items():
    if _value is None:
        del os.environ[_name]
    else:
        os.environ[_name] = _value
pyogrio.set_gdal_config_options({k: v for k, v in _SETTINGS.items() if k not in ("GDAL_SKIP", "CPL_LOG")})


def open_drivers() -> frozenset[str]:
    """Return the names of the drivers that this process can open files with."""
    return frozenset(pyogrio.list_drivers())


def require_shut(path: str) -> None:
    """Raise ``SourceError`` if a driver outside our list is there: then no foreign file is opened at all."""
    extra = open_drivers() - ALLOWED
    if extra:
        raise SourceError("source_drivers_open", path=path, drivers=", ".join(sorted(extra)[:5]))


@contextmanager
def quietly() -> Iterator[None]:
    """Keep GDAL's remarks about a foreign file (odd dates, doubled ids) away from the person."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


__all__ = ["ALLOWED", "open_drivers", "pyogrio", "quietly", "raw", "require_shut"]
