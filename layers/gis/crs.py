"""Coordinate systems: what a file's is, the way to EPSG:4490 and back, metres on the ground, areas and lengths."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from layers.errors import SourceError
from layers.gis import china
from layers.gis.proj import pyproj

CRS = pyproj.CRS
Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

STORAGE = "EPSG:4490"
GCJ02, BD09 = "GCJ-02", "BD-09"
_WEB = {"gcj02": GCJ02, "gcj": GCJ02, "mars": GCJ02, "bd09": BD09, "bd09ll": BD09, "baidu": BD09}

# Datums of which CGCS2000 differs by less than a metre: no shift, only the projection is undone.
_SAME = ("china2000", "worldgeodeticsystem1984", "wgs1984", "wgs84", "chinageodeticcoordinatesystem2000", "cgcs2000")
_GEOD = pyproj.Geod(ellps="GRS80")  # CGCS2000's ellipsoid equals it to a tenth of a millimetre


@dataclass(frozen=True)
class Guess:
    """The CRS of a layer: ``crs`` None means that a person must say it; ``reason`` is a translations key.

    ``sure`` is False for a guess from the numbers; ``rough`` is True when the shift to CGCS2000 is not exact.
    """

    crs: str | None
    reason: str
    sure: bool = True
    rough: bool = False


def _datum(crs: Any) -> str:
    base = crs.geodetic_crs
    return _plain(base.datum.name if base.datum else base.name)


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def normal(text: str, path: str = "") -> str:
    """Return the text by which a CRS is known here: ``EPSG:n``, ``GCJ-02``, ``BD-09`` or a WKT.

    Raises ``SourceError`` for an unknown one, a local one without a place on the earth, and Xi'an 80 or
    Beijing 54, whose shift to CGCS2000 is not public (it differs from city to city, by up to 100 m).
    """
    web = _WEB.get(_plain(text))
    if web:
        return web
    if len(text) > 20_000:
        raise SourceError("crs_unknown", path=path, crs=text[:60] + "…")
    try:
        crs = CRS.from_user_input(text.strip() if not text.strip().isdigit() else int(text))
    except (pyproj.exceptions.CRSError, UnicodeError, ValueError, TypeError):
        raise SourceError("crs_unknown", path=path, crs=text.strip()[:60]) from None
    flat = crs.sub_crs_list[0] if crs.is_compound else crs
    base = flat.source_crs if flat.is_bound else flat
    if base is None or base.geodetic_crs is None or not (base.is_geographic or base.is_projected):
        raise SourceError("crs_local", path=path, crs=crs.name)
    datum = _datum(base)
    if not flat.is_bound and ("beijing" in datum or ("xian" in datum and "80" in datum)):
        raise SourceError("crs_old_chinese", path=path, crs=crs.name)
    if crs.to_authority() == ("OGC", "CRS84"):
        return "EPSG:4326"
    code = flat.to_epsg(min_confidence=70)
    return f"EPSG:{code}" if code and not flat.is_bound else str(flat.to_wkt())


def name(crs: str) -> str:
    """Return what a person calls a CRS that ``normal`` has passed."""
    return crs if crs in (GCJ02, BD09) else str(CRS.from_user_input(crs).name)


@lru_cache(maxsize=64)
def _to_storage(crs: str) -> tuple[Any, bool]:
    """Return (transformer or None for no change, whether the datum shift is rough)."""
    source: Any = CRS.from_user_input(crs)
    if not source.is_bound and _datum(source).startswith(_SAME):
        if source.is_geographic and source.prime_meridian.longitude == 0 and _degrees(source):
            return None, False
        return pyproj.Transformer.from_crs(source, source.geodetic_crs.to_2d(), always_xy=True), False
    # WGS84 and CGCS2000 are one within decimetres; PROJ knows the ways to WGS84, none to CGCS2000.
    way = pyproj.Transformer.from_crs(source, "EPSG:4326", always_xy=True)
    return way, "ballpark" in way.description.lower()


def _degrees(crs: Any) -> bool:
    return all(abs(axis.unit_conversion_factor - 0.017453292519943295) < 1e-12 for axis in crs.axis_info[:2])


def rough(crs: str) -> bool:
    """Say whether coordinates in ``crs`` come to CGCS2000 only roughly (no exact datum shift is known)."""
    return crs not in (GCJ02, BD09) and _to_storage(crs)[1]


def storage_xy(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes in EPSG:4490 for coordinates in ``crs`` (x east, y north).

    What cannot be projected becomes infinite; nothing is raised for it.
    """
    xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if crs == GCJ02:
        return china.gcj02_to_wgs84(xs, ys)
    if crs == BD09:
        return china.bd09_to_wgs84(xs, ys)
    way = _to_storage(crs)[0]
    if way is None:
        return xs, ys
    lon, lat = way.transform(xs, ys)
    return np.asarray(lon), np.asarray(lat)


def from_storage_xy(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Return coordinates in ``crs`` (x east, y north) for degrees in EPSG:4490: `storage_xy` undone."""
    xs, ys = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if crs == GCJ02:
        return china.wgs84_to_gcj02(xs, ys)
    if crs == BD09:
        return china.wgs84_to_bd09(xs, ys)
    way = _to_storage(crs)[0]
    if way is None:
        return xs, ys
    x, y = way.transform(xs, ys, direction="INVERSE")
    return np.asarray(x), np.asarray(y)


def flat(geometries: Geometries) -> Geometries:
    """Return the geometries without heights and measures."""
    found = np.asarray(geometries, dtype=object)
    if shapely.has_z(found).any() or shapely.has_m(found).any():
        found = np.asarray(shapely.force_2d(found), dtype=object)
    return found


def to_storage(geometries: Geometries, crs: str) -> Geometries:
    """Return 2D geometries in EPSG:4490 for an object array of geometries in ``crs`` (None stays None)."""
    found = flat(geometries)
    if crs not in (GCJ02, BD09) and _to_storage(crs)[0] is None:
        return found
    xy = shapely.get_coordinates(found)
    return np.asarray(shapely.set_coordinates(found.copy(), np.column_stack(storage_xy(xy[:, 0], xy[:, 1], crs))))


def guess(
    given: str | None,
    x: ArrayLike,
    y: ArrayLike,
    *,
    near_lon: float | None = None,
    by_format: str | None = None,
    path: str = "",
) -> Guess:
    """Say what CRS a layer is in: by what the file says, else by the size of its numbers.

    Degrees are taken as CGCS2000. Eastings above a million carry the number of their Gauss-Krüger zone
    (25–45 of 3°, 13–23 of 6°). Plain metres need ``near_lon``, a longitude nearby, else they are asked for.
    ``by_format`` is what the format's standard prescribes; it holds unless the numbers are plainly metres.
    Raises ``SourceError`` as ``normal`` does for what the file says.
    """
    if given:
        crs = normal(given, path)
        return Guess(crs, "sources.crs_given", rough=rough(crs))
    xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
    keep = np.isfinite(xs) & np.isfinite(ys)
    if by_format and (not keep.any() or max(np.median(np.abs(xs[keep])), np.median(np.abs(ys[keep]))) < 1_000):
        return Guess(by_format, "sources.crs_by_format")
    if not keep.any():
        return Guess(STORAGE, "sources.crs_degrees", sure=False)
    # The middle 90 % speak; a few broken rows must not decide.
    west, east = np.percentile(xs[keep], [5, 95])
    south, north = np.percentile(ys[keep], [5, 95])
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return Guess(STORAGE, "sources.crs_degrees", sure=False)
    if south >= 1.5e6 and north <= 6.2e6:
        zone = int(west // 1_000_000)
        if zone == int(east // 1_000_000) and 50_000 < west % 1_000_000 < 950_000 and numbered_zone(zone):
            return Guess(numbered_zone(zone), f"sources.crs_zone{3 if zone >= 25 else 6}", sure=False)
        if west > 50_000 and east < 950_000 and near_lon is not None and local_zone(near_lon):
            return Guess(f"EPSG:{local_zone(near_lon)}", "sources.crs_near", sure=False)
    return Guess(None, "sources.crs_ask", sure=False)


# --- metres -------------------------------------------------------------------------------------------


def numbered_zone(zone: int) -> str:
    """Return the CGCS2000 zone whose number stands before the easting, "" for none: 25–45 are 3° wide, 13–23 6°."""
    if 25 <= zone <= 45:
        return f"EPSG:{4513 + zone - 25}"
    return f"EPSG:{4491 + zone - 13}" if 13 <= zone <= 23 else ""


def local_zone(lon: float) -> int:
    """Return the EPSG code of the CGCS2000 3-degree Gauss-Krüger zone of a longitude, 0 outside 73.5–136.5° E.

    The zones without a number in front of the easting: 4534 (central meridian 75° E) to 4554 (135° E).
    """
    middle = round(lon / 3) * 3
    return 4534 + (middle - 75) // 3 if 75 <= middle <= 135 else 0


def local_crs(lon: float) -> str:
    """Return the CRS in which metres are measured near a longitude: its Gauss-Krüger zone, anywhere on earth."""
    zone = local_zone(lon)
    if zone:
        return f"EPSG:{zone}"
    return f"+proj=tmerc +lon_0={round(lon / 3) * 3} +k=1 +x_0=500000 +ellps=GRS80 +units=m +no_defs"


@lru_cache(maxsize=64)
def _between(source: str, target: str) -> Any:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=64)
def _metres(crs: str) -> Any:
    base = STORAGE if crs.startswith("EPSG:") else "+proj=longlat +ellps=GRS80 +no_defs"
    return _between(base, crs)


def metres_xy(lon: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Return eastings and northings in metres in ``crs`` (one that ``local_crs`` gave)."""
    x, y = _metres(crs).transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    return np.asarray(x), np.asarray(y)


def degrees_xy(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes in EPSG:4490 for metres in ``crs`` (one that ``local_crs`` gave)."""
    lon, lat = _metres(crs).transform(np.asarray(x, np.float64), np.asarray(y, np.float64), direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)


def middle(geometries: Geometries) -> tuple[float, float]:
    """Return the middle (lon, lat) of the box around the geometries, (120, 30) when there is none."""
    boxes = shapely.bounds(np.asarray(geometries, dtype=object))
    boxes = boxes[np.isfinite(boxes).all(axis=-1)]
    if not len(boxes):
        return 120.0, 30.0
    return (
        float((boxes[:, 0].min() + boxes[:, 2].max()) / 2),
        float((boxes[:, 1].min() + boxes[:, 3].max()) / 2),
    )


def to_metres(geometries: Geometries, crs: str | None = None) -> tuple[Geometries, str]:
    """Return the geometries in metres and the CRS: ``crs``, else the local zone of their middle."""
    crs = crs or local_crs(middle(geometries)[0])
    flat = np.asarray(geometries, dtype=object)
    xy = shapely.get_coordinates(flat)
    moved = np.column_stack(metres_xy(xy[:, 0], xy[:, 1], crs))
    return np.asarray(shapely.set_coordinates(flat.copy(), moved)), crs


def area_m2(geometries: Geometries) -> Floats:
    """Return the areas on the ellipsoid in m² of geometries in EPSG:4490 (0 for lines, NaN for None).

    By Lambert's azimuthal equal-area projection about their middle: exact but for the bend of the edges,
    which is below 1e-7 of the area for edges up to 10 km within 100 km.
    """
    flat = np.asarray(geometries, dtype=object)
    lon, lat = middle(flat)
    equal = f"+proj=laea +lon_0={lon:.3f} +lat_0={lat:.3f} +ellps=GRS80 +units=m +no_defs"
    xy = shapely.get_coordinates(flat)
    moved = _metres(equal).transform(xy[:, 0], xy[:, 1])
    return np.asarray(shapely.area(shapely.set_coordinates(flat.copy(), np.column_stack(moved))), dtype=np.float64)


def length_m(geometries: Geometries) -> Floats:
    """Return the geodesic lengths in metres of lines in EPSG:4490 (of areas the outlines, 0 for points)."""
    flat = np.asarray(geometries, dtype=object)
    parts, owner = shapely.get_parts(flat, return_index=True)
    rings, ring_owner = shapely.get_rings(parts, return_index=True)
    lines = np.flatnonzero(shapely.get_type_id(parts) == 1)
    pieces = np.concatenate([parts[lines], rings])
    owners = np.concatenate([owner[lines], owner[ring_owner]]).astype(np.intp)
    xy, piece = shapely.get_coordinates(pieces, return_index=True)
    same = piece[1:] == piece[:-1]
    steps = _GEOD.inv(xy[:-1, 0][same], xy[:-1, 1][same], xy[1:, 0][same], xy[1:, 1][same])[2]
    return np.bincount(owners[piece[1:][same]], weights=steps, minlength=len(flat)).astype(np.float64)


def distance_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Return the geodesic distances in metres between points in EPSG:4490."""
    ends = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (lon1, lat1, lon2, lat2)))
    return np.asarray(_GEOD.inv(ends[0], ends[1], ends[2], ends[3])[2], dtype=np.float64)


def legs(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the geodesic metres and bearings (degrees from north, 0 to 360) of the N-1 legs of a path of N places."""
    xs, ys = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    forward, _, metres = _GEOD.inv(xs[:-1], ys[:-1], xs[1:], ys[1:])
    return np.asarray(metres), np.asarray(forward) % 360.0


def onward(lon: float, lat: float, metres: float, bearing: float) -> tuple[float, float]:
    """Return the place (lon, lat) at some metres and a bearing (degrees from north) from another: `legs` undone."""
    x, y, _ = _GEOD.fwd(lon, lat, bearing, metres)
    return float(x), float(y)


def ring_area_m2(lon: ArrayLike, lat: ArrayLike) -> float:
    """Return the area in m² within a ring of geodesics, by Karney's method (J. Geod. 87, 2013, §6)."""
    return abs(float(_GEOD.polygon_area_perimeter(np.asarray(lon, np.float64), np.asarray(lat, np.float64))[0]))
