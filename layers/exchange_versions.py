"""The versions of the geographic libraries in use, for reports."""


def geographic() -> dict[str, str]:
    """Return the versions of GDAL and PROJ as they are loaded."""
    from layers.gis.drivers import pyogrio, pyproj

    return {"gdal": pyogrio.__gdal_version_string__, "proj": pyproj.proj_version_str}
