"""Mapbox vector tiles (version 2.1) written from shapely geometry, all features of a layer at once.

The format: https://github.com/mapbox/vector-tile-spec/tree/master/2.1. Geometry goes through numpy as one
flat array of numbers; only tags and framing are put together feature by feature.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.gis import bounded
from layers.gis.tiles import EXTENT, Geometries, bounds, clip, to_pixels

BUFFER = 64  # units beyond the tile's edge, so that outlines and casings do not end at a seam

_POINT, _LINE, _POLYGON = 1, 2, 3
# shapely type id -> kind of feature; collections are not drawn
_KINDS = {0: _POINT, 4: _POINT, 1: _LINE, 2: _LINE, 5: _LINE, 3: _POLYGON, 6: _POLYGON}
_MOVE, _DRAW, _CLOSE = 1, 2, 7


@dataclass(frozen=True)
class TileLayer:
    """One named layer: geometries (n,) with whole-number ids (n,) and columns of n values each.

    In `encode_tile` the geometries are EPSG:4490 degrees, in `encode` tile units. A value is str, bool, int,
    float or None (left out). ``ids`` may be empty: then features carry none.
    """

    name: str
    geometries: Geometries
    ids: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    attributes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    buffer: int = BUFFER


def encode_tile(z: int, x: int, y: int, layers: Sequence[TileLayer], extent: int = EXTENT) -> bytes:
    """Return the tile z/x/y of layers given in degrees: clipped, rounded, valid, empty layers left out.

    Polygons that rounding would break are mended; what becomes smaller than a unit is dropped.
    """
    return encode([into_tile(z, x, y, layer, extent)[0] for layer in layers], extent)


def encode(layers: Sequence[TileLayer], extent: int = EXTENT) -> bytes:
    """Return a tile of layers whose geometries are already in tile units (whole numbers, y down, valid)."""
    out = bytearray()
    for layer in layers:
        body = _layer(layer, extent)
        if body:
            out += b"\x1a" + _varint(len(body)) + body
    return bytes(out)


def into_tile(z: int, x: int, y: int, layer: TileLayer, extent: int = EXTENT) -> tuple[TileLayer, int]:
    """Return (a layer of degrees in the units of a tile, how many of its features are left out).

    Left out is what has a coordinate that is no number, and what would make the tile too large.
    """
    known = np.flatnonzero(bounded.finite(layer.geometries))
    cut = clip(bounded.lightened(layer.geometries[known], z), bounds(z, x, y, layer.buffer / extent))
    seen = np.flatnonzero(~shapely.is_missing(cut) & ~shapely.is_empty(cut))
    degrees, drawn = bounded.limited(cut[seen], z)
    left_out = int((~shapely.is_missing(layer.geometries) & ~shapely.is_empty(layer.geometries)).sum()) - len(known)
    left_out += int((~drawn).sum())
    degrees, here = degrees[drawn], known[seen[drawn]]
    units = to_pixels(degrees, z, x, y, extent)
    broken = ~shapely.is_valid(units) & (shapely.get_dimensions(units) == 2)
    if broken.any():
        units[broken] = _mend(to_pixels(degrees[broken], z, x, y, extent, whole=False))
    attributes = {key: [values[i] for i in here.tolist()] for key, values in layer.attributes.items()}
    ids = layer.ids[here] if len(layer.ids) else layer.ids
    return TileLayer(layer.name, units, ids, attributes, layer.buffer), left_out


def _mend(units: Geometries) -> Geometries:
    """Round polygons so that they stay valid; a spike or a sliver collapses into nothing."""
    try:
        mended: Geometries = shapely.set_precision(units, 1.0)
    except shapely.errors.GEOSException:
        mended = shapely.set_precision(shapely.make_valid(units), 1.0)
    mixed = shapely.get_type_id(mended) == 7
    for i in np.flatnonzero(mixed):
        parts = shapely.get_parts(mended[i])
        mended[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return mended


def _layer(layer: TileLayer, extent: int) -> bytes:
    geometries = layer.geometries
    commands: dict[int, tuple[int, bytes]] = {}
    types = shapely.get_type_id(geometries) if len(geometries) else np.empty(0, dtype=int)
    kinds = np.array([_KINDS.get(int(t), 0) for t in types], dtype=int)
    for kind in (_POINT, _LINE, _POLYGON):
        members = np.flatnonzero((kinds == kind) & ~shapely.is_empty(geometries)) if len(kinds) else kinds
        if len(members):
            for member, part in zip(members, _commands(geometries[members], kind), strict=True):
                if part:
                    commands[int(member)] = (kind, part)
    if not commands:
        return b""
    order = sorted(commands)
    keys, values, tags = _tags(layer.attributes, order)
    out = bytearray(b"\x0a" + _framed(layer.name.encode()))
    for i, tag in zip(order, tags, strict=True):
        kind, part = commands[i]
        body = bytearray()
        if len(layer.ids):
            body += b"\x08" + _varint(int(layer.ids[i]))
        if tag:
            body += b"\x12" + _framed(tag)
        body += b"\x18" + _varint(kind) + b"\x22" + _framed(part)
        out += b"\x12" + _framed(bytes(body))
    for key in keys:
        out += b"\x1a" + _framed(key.encode())
    for value in values:
        out += b"\x22" + _framed(value)
    return bytes(out + b"\x28" + _varint(extent) + b"\x78\x02")


def _tags(attributes: Mapping[str, Sequence[Any]], order: Sequence[int]) -> tuple[list[str], list[bytes], list[bytes]]:
    """Return keys, encoded values (each once) and the packed tags of the features in ``order``."""
    keys = list(attributes)
    numbers: dict[tuple[type, Any], int] = {}
    tags = [bytearray() for _ in order]
    for k, key in enumerate(keys):
        column, prefix = attributes[key], _varint(k)
        known: dict[tuple[type, Any], bytes] = {}
        for tag, i in zip(tags, order, strict=True):
            value = column[i]
            if value is None:
                continue
            name = (type(value), value)  # the type too: True, 1 and 1.0 are equal in Python
            pair = known.get(name)
            if pair is None:
                pair = known[name] = prefix + _varint(numbers.setdefault(name, len(numbers)))
            tag += pair
    return keys, [_value(value) for _, value in numbers], [bytes(tag) for tag in tags]


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        return b"\x0a" + _framed(value.encode())
    if isinstance(value, (bool, np.bool_)):
        return b"\x38" + _varint(int(value))
    if isinstance(value, (int, np.integer)):
        return b"\x30" + _varint(_zigzag(int(value)))
    if isinstance(value, (float, np.floating)):
        return b"\x19" + struct.pack("<d", value)
    raise TypeError(f"a tile cannot hold {type(value).__name__}")


def _commands(geometries: Geometries, kind: int) -> list[bytes]:
    """Return the packed command numbers of each feature; b"" for one that vanished in rounding."""
    if kind == _POLYGON:
        geometries = shapely.orient_polygons(geometries)  # counter-clockwise with y down = positive area
    n = len(geometries)
    xy, feature, part, ring = _vertices(geometries, kind)
    if kind == _POINT:
        keep = np.ones(len(xy), dtype=bool)
        keep[1:] = (feature[1:] != feature[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)
    else:
        keep = _tidy(xy, part, ring, kind)
    xy, feature, part = xy[keep], feature[keep], part[keep]
    if not len(xy):
        return [b""] * n
    before = np.zeros_like(xy)
    before[1:] = np.where((feature[1:] == feature[:-1])[:, None], xy[:-1], 0)
    delta = xy - before
    steps = ((delta << 1) ^ (delta >> 63)).astype(np.uint64)
    if kind == _POINT:
        return _points(steps, feature, n)
    return _paths(steps, feature, part, n, closed=kind == _POLYGON)


def _vertices(
    geometries: Geometries, kind: int
) -> tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return all vertices (m, 2) with their feature, their path, and the place of the path in its polygon."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    if kind == _POLYGON:
        rings, polygon = shapely.get_rings(parts, return_index=True)
        owner = owner[polygon]
        place = np.arange(len(rings)) - np.searchsorted(polygon, polygon)
    else:
        rings, place = parts, np.zeros(len(parts), dtype=np.intp)
    coords, path = shapely.get_coordinates(rings, return_index=True)
    return np.rint(coords).astype(np.int64), owner[path], path, place[path]


def _tidy(xy: NDArray[np.int64], path: NDArray[np.intp], place: NDArray[np.intp], kind: int) -> NDArray[np.bool_]:
    """Mark the vertices to keep: no repeats, no closing vertex, no path too short, no hole without a shell."""
    if not len(xy):
        return np.empty(0, dtype=bool)
    starts = np.flatnonzero(np.r_[True, path[1:] != path[:-1]])
    keep = np.r_[True, (path[1:] != path[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)]
    index = np.cumsum(np.r_[False, path[1:] != path[:-1]])
    if kind == _POLYGON:
        # A ring repeats its first vertex last; ClosePath says it. What rounding made equal to it goes too.
        kept = np.flatnonzero(keep)
        keep[kept[np.searchsorted(kept, np.r_[starts[1:], len(xy)]) - 1]] = False
    count = np.add.reduceat(keep.astype(np.int64), starts)
    good = count >= (3 if kind == _POLYGON else 2)
    if kind == _POLYGON:
        after = np.r_[xy[1:], xy[:1]]
        cross = xy[:, 0] * after[:, 1] - xy[:, 1] * after[:, 0]
        cross[np.r_[starts[1:], len(xy)] - 1] = 0
        good &= np.add.reduceat(cross, starts) != 0
        shell = np.flatnonzero(place[starts] == 0)
        good &= good[shell[np.searchsorted(shell, np.arange(len(starts)), side="right") - 1]]
    return np.asarray(keep & good[index], dtype=np.bool_)


def _points(steps: NDArray[np.uint64], feature: NDArray[np.intp], n: int) -> list[bytes]:
    count = np.bincount(feature, minlength=n)
    numbers = np.empty(2 * len(steps) + n, dtype=np.uint64)
    start = np.r_[0, np.cumsum(2 * count + 1)]
    at = start[feature] + 1 + 2 * (np.arange(len(steps)) - np.r_[0, np.cumsum(count)][feature])
    numbers[at], numbers[at + 1] = steps[:, 0], steps[:, 1]
    numbers[start[:-1]] = (count << 3) | _MOVE
    return _packed(numbers, start)


def _paths(
    steps: NDArray[np.uint64], feature: NDArray[np.intp], path: NDArray[np.intp], n: int, *, closed: bool
) -> list[bytes]:
    first = np.flatnonzero(np.r_[True, path[1:] != path[:-1]])
    count = np.diff(np.r_[first, len(steps)])
    size = 2 * count + 2 + closed  # MoveTo, its point, LineTo, its points, ClosePath
    start = np.r_[0, np.cumsum(size)]
    numbers = np.empty(int(start[-1]), dtype=np.uint64)
    which = np.repeat(np.arange(len(first)), count)
    step = np.arange(len(steps)) - first[which]
    at = start[which] + 1 + 2 * step + (step > 0)
    numbers[at], numbers[at + 1] = steps[:, 0], steps[:, 1]
    numbers[start[:-1]] = (1 << 3) | _MOVE
    numbers[start[:-1] + 3] = ((count - 1) << 3) | _DRAW
    if closed:
        numbers[start[1:] - 1] = (1 << 3) | _CLOSE
    ends = np.zeros(n + 1, dtype=np.intp)
    np.add.at(ends, feature[first] + 1, size)
    return _packed(numbers, np.cumsum(ends))


def _packed(numbers: NDArray[np.uint64], start: NDArray[np.intp]) -> list[bytes]:
    """Return numbers as varints, cut at ``start`` (n + 1 positions in ``numbers``)."""
    length = np.ones(len(numbers), dtype=np.intp)
    for k in range(1, 5):
        length += numbers >= np.uint64(1 << (7 * k))
    at = np.r_[0, np.cumsum(length)]
    out = np.empty(int(at[-1]), dtype=np.uint8)
    for k in range(int(length.max(initial=1))):
        here = np.flatnonzero(length > k)
        septet = (numbers[here] >> np.uint64(7 * k)) & np.uint64(0x7F)
        out[at[here] + k] = septet | np.where(length[here] > k + 1, 0x80, 0).astype(np.uint64)
    whole, cuts = out.tobytes(), at[start]
    return [whole[a:b] for a, b in pairwise(cuts)]


def _framed(body: bytes) -> bytes:
    return _varint(len(body)) + body


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1
