"""GeoPackage geometry blobs to and from shapely geometries, one by one and whole columns at a time.

Format: "GP", version 0, flags, srs_id (int32), envelope (minx, maxx, miny, maxy), WKB. Little endian.
Points carry no envelope. Source: OGC 12-128r17 §2.1.3.
"""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from layers.store.schema import SRS

_HEADER = struct.Struct("<2sBBi")
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_EMPTY_FLAG = 0b00010000


def encode(geometry: shapely.Geometry | None) -> bytes | None:
    """Return the blob of one geometry (EPSG:4490, 2D), None for None."""
    if geometry is None:
        return None
    return encode_all(np.asarray([geometry], dtype=object))[0]


def encode_all(geometries: Any) -> list[bytes | None]:
    """Return the blobs of an object array of N shapely geometries; None stays None."""
    geometries = np.asarray(geometries, dtype=object)
    kinds = shapely.get_type_id(geometries)
    if len(geometries) and (kinds == 0).all() and not shapely.is_empty(geometries).any():
        return _points(shapely.get_coordinates(geometries))
    wkbs = shapely.to_wkb(geometries, byte_order=1, output_dimension=2)
    bounds = shapely.bounds(geometries)
    empty = shapely.is_empty(geometries)
    plain = _HEADER.pack(b"GP", 0, 0b1, SRS)
    boxed = _HEADER.pack(b"GP", 0, 0b11, SRS)
    nothing = _HEADER.pack(b"GP", 0, _EMPTY_FLAG | 0b1, SRS)
    boxes = np.ascontiguousarray(bounds[:, [0, 2, 1, 3]], dtype="<f8")
    result: list[bytes | None] = []
    for i, wkb in enumerate(wkbs):
        if wkb is None:
            result.append(None)
        elif empty[i]:
            result.append(nothing + wkb)
        elif kinds[i] == 0:
            result.append(plain + wkb)
        else:
            result.append(boxed + boxes[i].tobytes() + wkb)
    return result


_POINT = np.dtype([("head", "V8"), ("order", "u1"), ("kind", "<u4"), ("xy", "<f8", (2,))])


def _points(xy: Any) -> list[bytes | None]:
    """Return the blobs of N points given as (N, 2) coordinates: all of one length, so made in one piece."""
    cells = np.empty(len(xy), dtype=_POINT)
    cells["head"] = np.void(_HEADER.pack(b"GP", 0, 0b1, SRS))
    cells["order"], cells["kind"], cells["xy"] = 1, 1, xy
    data, size = cells.tobytes(), _POINT.itemsize
    return [data[at : at + size] for at in range(0, len(data), size)]


def _start(blob: bytes) -> int:
    """Return where the WKB begins. Raises ``ValueError`` for what is no GeoPackage geometry."""
    if len(blob) < 8 or blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry")
    kind = blob[3] >> 1 & 0b111
    if kind > 4:
        raise ValueError("unknown envelope")
    return 8 + _ENVELOPE_BYTES[kind]


def decode(blob: bytes | None) -> shapely.Geometry | None:
    """Return the geometry of one blob, None for None. Raises ``ValueError`` for anything else."""
    if blob is None:
        return None
    try:
        return shapely.from_wkb(blob[_start(blob) :])
    except shapely.errors.GEOSException as error:
        raise ValueError(str(error)) from error


def decode_all(blobs: Sequence[bytes | None]) -> Any:
    """Return an object array of N geometries from N blobs; None stays None."""
    wkbs = np.empty(len(blobs), dtype=object)
    wkbs[:] = [None if blob is None else blob[_start(blob) :] for blob in blobs]
    return shapely.from_wkb(wkbs)


def bounds(blob: bytes | None) -> tuple[float, float, float, float] | None:
    """Return (minx, maxx, miny, maxy) of a blob without reading the whole geometry, None if empty or null."""
    if blob is None:
        return None
    try:
        start = _start(blob)
    except ValueError:
        return None
    order = "<" if blob[3] & 1 else ">"
    if blob[3] & _EMPTY_FLAG:
        return None
    if start > 8:
        box: tuple[float, float, float, float] = struct.unpack_from(f"{order}4d", blob, 8)
        return None if box[0] != box[0] else box
    wkb_order = "<" if blob[start] else ">"
    if struct.unpack_from(f"{wkb_order}I", blob, start + 1)[0] % 1000 == 1 and len(blob) >= start + 21:
        x, y = struct.unpack_from(f"{wkb_order}2d", blob, start + 5)
        return None if x != x else (x, x, y, y)
    west, south, east, north = shapely.from_wkb(blob[start:]).bounds
    return None if west != west else (west, east, south, north)
