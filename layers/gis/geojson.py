"""Reads GeoJSON by our own code, in slices: GDAL would fetch what a file's ``crs`` links to."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain.tables import MAX_FIELDS, Problem, tidy, unique_names
from layers.errors import SourceError
from layers.gis.geojson_text import walk

Geometries = NDArray[np.object_]

_SLICE_VERTICES = 2_000_000  # a slice ends early when it holds as many
_DEEPEST = 8  # collections within collections


@dataclass
class RawSlice:
    """Rows as the file has them, geometries in the CRS of the file; grows while a slice is read."""

    rows: list[int] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    weight: int = 0

    def columns(self, names: list[str]) -> dict[str, list[Any]]:
        """Return the named columns, None where a feature has no such property."""
        return {name: tidy([values.get(name) for values in self.values], self.rows, self.problems) for name in names}

    def geometry(self) -> Geometries:
        """Build the geometries; what is none becomes None and a problem."""
        found, bad = build(self.shapes)
        self.problems += [Problem(self.rows[i], "sources.broken_geometry", {}) for i in bad]
        return found


class Names:
    """Gives every raw property name its column name, the same in every pass over the file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        self._raw: list[str] = []

    def __getitem__(self, raw: str) -> str:
        if raw not in self._known:
            if len(self._raw) >= MAX_FIELDS:
                raise SourceError("too_many_fields", path=self._path, limit=MAX_FIELDS)
            self._raw.append(raw)
            self._known[raw] = unique_names(self._raw)[-1]
        return self._known[raw]


def slices(path: Path, encoding: str, size: int, errors: str = "strict") -> Iterator[RawSlice | str]:
    """Yield slices of at most ``size`` features; the CRS member, if there is one, comes as a text.

    Raises ``SourceError`` as ``walk`` does.
    """
    names = Names(path.name)
    pieces = enumerate(_numbered(path, encoding, errors), 1)
    while True:
        current = RawSlice()
        members: list[str] = []
        with _not_collecting():
            for number, (key, value) in pieces:
                if key == "crs":
                    members.append(crs_text(value))
                    continue
                _add(current, number, value, names)
                if len(current.rows) >= size or current.weight >= _SLICE_VERTICES:
                    break
        yield from members
        if not current.rows:
            return
        yield current


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Pause the collector of cycles: a million small lists without any would keep it busy half the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _numbered(path: Path, encoding: str, errors: str) -> Iterator[tuple[str, Any]]:
    """Yield the features first, then what else the walk met (so that features count from 1)."""
    others = []
    for key, value in walk(path, encoding, errors):
        if key == "feature":
            yield key, value
        else:
            others.append((key, value))
    yield from others


def crs_text(member: Any) -> str:
    """Return the CRS that a collection names ("" for none); a link is not followed."""
    try:
        name = member["properties"]["name"] if member["type"] == "name" else ""
    except (TypeError, KeyError):
        return ""
    return name if isinstance(name, str) else ""


def _add(current: RawSlice, number: int, feature: Any, names: Names) -> None:
    current.rows.append(number)
    values: dict[str, Any] = {}
    shape = None
    if isinstance(feature, dict):
        properties = feature.get("properties")
        if isinstance(properties, dict):
            for key, value in properties.items():
                values[names[key]] = _plain(value)
        if isinstance(feature.get("id"), str | int | float) and "id" not in values:
            values[names["id"]] = _plain(feature["id"])
        shape = feature.get("geometry")
    else:
        current.problems.append(Problem(number, "sources.broken_feature", {}))
    current.values.append(values)
    current.shapes.append(shape)
    current.weight += _weight(shape)


def _weight(shape: Any) -> int:
    """Estimate the number of vertices from the first part of each level, without walking them."""
    part = shape.get("coordinates") if isinstance(shape, dict) else None
    total = 1
    while isinstance(part, list) and part and isinstance(part[0], list):
        total *= len(part)
        part = part[0]
    return total


def _plain(value: Any) -> Any:
    """Return a JSON value as a column holds it: nested ones as JSON text, numbers that fit nowhere as text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if -(1 << 63) <= value < 1 << 63 else str(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    return json.dumps(value, ensure_ascii=False)


# --- geometry -----------------------------------------------------------------------------------------


def build(shapes: list[Any]) -> tuple[Geometries, list[int]]:
    """Make 2D shapely geometries of GeoJSON geometry objects; ``None`` for none.

    Returns the object array and the indices of what could not be understood (None there).
    """
    found = np.full(len(shapes), None, dtype=object)
    groups: dict[str, list[int]] = {}
    bad = []
    for i, shape in enumerate(shapes):
        if shape is None:
            continue
        kind = shape.get("type") if isinstance(shape, dict) else None
        if isinstance(kind, str) and (kind in _BUILD or kind == "GeometryCollection"):
            groups.setdefault(kind, []).append(i)
        else:
            bad.append(i)
    for kind, indices in groups.items():
        if kind == "GeometryCollection":
            for i in indices:
                _one(found, i, lambda i=i: _collection(shapes[i], 0), bad)
            continue
        full = [i for i in indices if not _hollow(shapes[i].get("coordinates"))]
        for i in set(indices) - set(full):
            found[i] = shapely.from_wkt(f"{kind.upper()} EMPTY")
        make = _BUILD[kind]
        try:
            made = make([shapes[i]["coordinates"] for i in full]) if full else []
            if len(made) != len(full):
                raise ValueError("parts without vertices")
            found[full] = made
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, shapely.GEOSException):
            for i in full:
                _one(found, i, lambda i=i, make=make: make([shapes[i]["coordinates"]])[0], bad)
    return found, sorted(bad)


def _hollow(coordinates: Any) -> bool:
    """Say whether coordinates hold nothing: null, [], [[]] and so on, as programs write empty geometries."""
    while isinstance(coordinates, list) and len(coordinates) == 1:
        coordinates = coordinates[0]
    return coordinates is None or coordinates == []


def _one(found: Geometries, index: int, make: Any, bad: list[int]) -> None:
    try:
        found[index] = make()
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, shapely.GEOSException):
        bad.append(index)


def _xy(positions: list[Any]) -> NDArray[np.float64]:
    """Return the first two numbers of every position; raises ``ValueError`` for texts, nulls and the like."""
    xy = np.column_stack([np.array([p[0] for p in positions]), np.array([p[1] for p in positions])])
    if xy.dtype.kind not in "iuf":
        raise ValueError("a coordinate that is no number")
    return xy.astype(np.float64)


def _flat(lists: list[Any]) -> tuple[list[Any], NDArray[np.intp]]:
    return [item for items in lists for item in items], np.repeat(np.arange(len(lists)), [len(i) for i in lists])


def _points(coordinates: list[Any]) -> Any:
    return shapely.points(_xy(coordinates))


def _lines(coordinates: list[Any]) -> Any:
    positions, owner = _flat(coordinates)
    return shapely.linestrings(_xy(positions), indices=owner)


def _polygons(coordinates: list[Any]) -> Any:
    rings, polygon = _flat(coordinates)
    positions, ring = _flat(rings)
    made = shapely.linearrings(_xy(positions), indices=ring)
    if len(made) != len(rings):
        raise ValueError("a ring without vertices")
    return shapely.polygons(made, indices=polygon)


def _multi(parts: Any, gather: Any) -> Any:
    def make(coordinates: list[Any]) -> Any:
        items, owner = _flat(coordinates)
        made = parts(items)
        if len(made) != len(items):
            raise ValueError("a part without vertices")
        return gather(made, indices=owner)

    return make


_BUILD: dict[str, Any] = {
    "Point": _points,
    "LineString": _lines,
    "Polygon": _polygons,
    "MultiPoint": _multi(_points, shapely.multipoints),
    "MultiLineString": _multi(_lines, shapely.multilinestrings),
    "MultiPolygon": _multi(_polygons, shapely.multipolygons),
}


def _collection(shape: Any, depth: int) -> shapely.Geometry:
    if depth > _DEEPEST:
        raise ValueError("collections too deep")
    parts = []
    for part in shape["geometries"]:
        if part["type"] == "GeometryCollection":
            parts.append(_collection(part, depth + 1))
        else:
            coordinates = part["coordinates"]
            empty = shapely.from_wkt(f"{part['type'].upper()} EMPTY")
            parts.append(_BUILD[part["type"]]([coordinates])[0] if not _hollow(coordinates) else empty)
    return shapely.GeometryCollection(parts)
