"""The coordinate systems and the encodings that the import dialog offers, and what they are called."""

from layers import exchange
from layers.words import t

CODINGS = ("UTF-8", "GB18030", "Big5", "UTF-16")
# Coordinate systems that are offered; the text of each.
SYSTEMS = {
    "EPSG:4490": "importing.crs_epsg_4490",
    "EPSG:4326": "importing.crs_epsg_4326",
    "GCJ-02": "importing.crs_gcj_02",
    "BD-09": "importing.crs_bd_09",
    "EPSG:4549": "importing.crs_epsg_4549",
    "EPSG:4548": "importing.crs_epsg_4548",
    "EPSG:4547": "importing.crs_epsg_4547",
    "EPSG:3857": "importing.crs_epsg_3857",
}


def crs_name(crs: str, place: bool) -> str:
    """Return the words for a coordinate system; ``place`` says whether the layer has shapes."""
    if not crs:
        return t("importing.crs_unknown" if place else "importing.crs_auto")
    return t(SYSTEMS[crs]) if crs in SYSTEMS else exchange.crs_name(crs)


def coding_name(name: str) -> str:
    """Return the words for an encoding."""
    known = {"utf-8-sig": "UTF-8", "big5hkscs": "Big5", "ascii": "ASCII"}
    return known.get(name, name.upper() if name.islower() else name)
