"""Which versions of the geographic libraries are beneath."""


def versions() -> dict[str, str]:
    """Return name -> version of GDAL, GEOS and PROJ."""
    import shapely

    from layers.gis.drivers import pyogrio
    from layers.gis.proj import pyproj

    return {
        "GDAL": pyogrio.__gdal_version_string__,
        "GEOS": shapely.geos_version_string,
        "PROJ": pyproj.proj_version_str,
    }
