"""Reads a foreign GeoPackage without letting anything in it run: plain tables only, read-only, unchanged."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from layers.domain.tables import Problem, SourceField, tidy, unique_names
from layers.errors import SourceError
from layers.gis.drivers import pyogrio, raw, require_shut
from layers.gis.layer_head import Head, Raw, from_wkb, gdal, kind_of
from layers.gis.sqlite_pages import Entry, Pages, columns

# Nothing is locked, written or listed that the file does not register itself.
_OPEN = {"IMMUTABLE": "YES", "LIST_ALL_TABLES": "NO"}
_TYPES = {
    "OFTInteger": "integer",
    "OFTInteger64": "integer",
    "OFTReal": "real",
    "OFTDate": "date",
    "OFTDateTime": "datetime",
    "OFTTime": "text",
    "OFTBinary": "blob",
}
_MOST_BROKEN = 200  # geometries: beyond it the file is damaged, not a row
_EXACT = 2**53  # above this a float no longer holds every whole number

Fields = list[tuple[SourceField, str]]  # ours, and the name that GDAL knows it by


def layers(path: Path) -> list[Head]:
    """Return the feature and attribute layers that are plain tables, in the order of ``gpkg_contents``.

    Raises ``SourceError`` when the file is open elsewhere, damaged, has no layer, or would have to run
    something of its own (views, generated columns) to be read.
    """
    require_shut(path.name)
    found = []
    for table, count in _tables(path):
        with gdal(path.name):
            info = pyogrio.read_info(path, layer=table, **_OPEN)
        if info["driver"] != "GPKG":
            raise SourceError("source_damaged", path=path.name)
        bounds = info.get("total_bounds")
        whole = bounds is not None and np.isfinite(bounds).all()
        found.append(
            Head(
                table,
                kind_of(info["geometry_type"]),
                count,
                _fields(info),
                str(info["crs"] or ""),
                "utf-8",
                "sources.encoding_fixed",
                tuple(float(b) for b in bounds) if whole else None,  # type: ignore[arg-type]
            )
        )
    return found


def _fields(info: dict[str, Any]) -> tuple[SourceField, ...]:
    names = unique_names(info["fields"])
    found = []
    for name, kind, sub in zip(names, info["ogr_types"], info["ogr_subtypes"], strict=True):
        special = {"OFSTBoolean": "boolean", "OFSTJSON": "json"}.get(sub)
        found.append(SourceField(name, special or _TYPES.get(kind, "text")))
    return tuple(found)


def _tables(path: Path) -> list[tuple[str, int]]:
    """Return the registered layers that are plain tables, with their exact number of rows."""
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size and beside.read_bytes()[:8].strip(b"\0"):
            raise SourceError("source_open_elsewhere", path=path.name)
    try:
        with Pages(path) as pages:
            entries = {entry.name.lower(): entry for entry in pages.schema() if entry.kind in ("table", "view")}
            for name, entry in entries.items():
                if name.startswith("gpkg_") and not _plain(entry):
                    raise SourceError("source_runs_code", path=path.name, name=entry.name)
            contents = entries["gpkg_contents"]
            names = columns(contents.sql)
            rows = [dict(zip(names, values, strict=False)) for _, values in pages.rows(contents.root)]
            found, skipped = [], []
            for row in rows:
                if row.get("data_type") not in ("features", "attributes"):
                    continue
                table = entries.get(str(row.get("table_name")).lower())
                if table is None:
                    continue
                if _plain(table):
                    found.append((table.name, pages.count_rows(table.root)))
                else:
                    skipped.append(table.name)
    except (ValueError, IndexError, KeyError):
        raise SourceError("source_damaged", path=path.name) from None
    if not found and skipped:
        raise SourceError("source_runs_code", path=path.name, name=skipped[0])
    if not found:
        raise SourceError("source_no_layers", path=path.name)
    return found


def _plain(entry: Entry) -> bool:
    """Say whether reading the table runs nothing: no view, no virtual table, no generated column."""
    if entry.kind != "table" or not entry.root:
        return False
    bare = re.sub(r"""("[^"]*"|'[^']*'|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/)""", " ", entry.sql, flags=re.DOTALL)
    return not re.search(r"\bGENERATED\b|\bAS\s*\(|\bWITHOUT\s+ROWID\b|^\s*CREATE\s+VIRTUAL\b", bare, re.IGNORECASE)


def read(path: Path, layer: str, size: int) -> Iterator[Raw]:
    """Yield the rows of one layer in slices, by rising feature id, which is the row's number."""
    require_shut(path.name)
    with gdal(path.name):
        info = pyogrio.read_info(path, layer=layer, **_OPEN)
    fields = [f for f in zip(_fields(info), info["fields"], strict=True) if f[0].type != "blob"]
    fid = '"' + str(info["fid_column"] or "fid").replace('"', '""') + '"'
    last, broken = -(1 << 63), 0
    while True:
        parts: Iterable[Raw]
        try:
            parts = [_slice(path, layer, fields, fid, f"{fid} > {last}", most=size)]
            ids = parts[0].rows
        except SourceError:
            # The ids alone first: one broken geometry must not hide where its slice ends.
            ids = _ids(path, layer, f"{fid} > {last}", size)
            parts = _whole(path, layer, fields, fid, ids)
        if not ids:
            return
        if ids[0] <= last or any(after <= before for before, after in pairwise(ids)):
            raise SourceError("source_damaged", path=path.name)
        for part in parts:
            broken += sum(1 for problem in part.problems if problem.key == "sources.broken_geometry")
            if broken > _MOST_BROKEN:
                raise SourceError("source_damaged", path=path.name)
            yield part
        last = ids[-1]


def _ids(path: Path, layer: str, where: str, most: int) -> list[int]:
    with gdal(path.name):
        found = raw.read(
            path,
            layer=layer,
            columns=[],
            read_geometry=False,
            where=where,
            max_features=most,
            return_fids=True,
            **_OPEN,
        )[1]
    ids: list[int] = found.tolist()
    return ids


def _whole(path: Path, layer: str, fields: Fields, fid: str, ids: list[int]) -> Iterator[Raw]:
    """Yield the rows with these ids; where GDAL stumbles over a geometry, in smaller and smaller parts."""
    where = f"{fid} >= {ids[0]} AND {fid} <= {ids[-1]}"
    try:
        yield _slice(path, layer, fields, fid, where)
        return
    except SourceError:
        if len(ids) == 1:
            part = _slice(path, layer, fields, fid, where, geometry=False)
            part.problems.append(Problem(ids[0], "sources.broken_geometry", {}))
            yield part
            return
    middle = len(ids) // 2
    yield from _whole(path, layer, fields, fid, ids[:middle])
    yield from _whole(path, layer, fields, fid, ids[middle:])


def _slice(
    path: Path, layer: str, fields: Fields, fid: str, where: str, *, geometry: bool = True, most: int | None = None
) -> Raw:
    with gdal(path.name):
        meta, fids, wkb, data = raw.read(
            path,
            layer=layer,
            columns=[source for _, source in fields],
            where=where,
            max_features=most,
            read_geometry=geometry,
            return_fids=True,
            force_2d=True,
            datetime_as_string=True,
            **_OPEN,
        )
    rows: list[int] = fids.tolist()
    problems: list[Problem] = []
    found: dict[str, list[Any]] = {}
    by_name = dict(zip(meta["fields"], data, strict=True))
    for field, source in fields:
        values = _values(by_name[source], field.type)
        if field.type == "integer" and by_name[source].dtype.kind == "f" and _rounded(by_name[source]):
            values = _exactly(path, layer, source, f"{fid} >= {min(rows)} AND {fid} <= {max(rows)}", rows)
        found[field.name] = tidy(values, rows, problems) if field.type in ("text", "json") else values
    if wkb is None:
        return Raw(rows, found, None if geometry else np.full(len(rows), None, dtype=object), problems)
    return Raw(rows, found, from_wkb(wkb, rows, problems), problems)


def _values(array: np.ndarray[Any, Any], kind: str) -> list[Any]:
    if array.dtype.kind == "f":
        if kind != "real":  # GDAL gives whole numbers and truths as floats where some are null
            whole = int if kind == "integer" else bool
            return [whole(v) if np.isfinite(v) else None for v in array.tolist()]
        found = array.astype(object)
        found[~np.isfinite(array)] = None
        return list(found.tolist())
    values: list[Any] = array.tolist()
    if kind == "boolean":
        return [None if v is None else bool(v) for v in values]
    if set(map(type, values)) <= {str, int, type(None)}:
        return values
    return [v if v is None or isinstance(v, str | int | float | bool) else str(v) for v in values]


def _rounded(array: np.ndarray[Any, Any]) -> bool:
    with np.errstate(invalid="ignore"):
        return bool((np.abs(array) >= _EXACT).any())


def _exactly(path: Path, layer: str, column: str, where: str, rows: list[int]) -> list[int | None]:
    """Read a column of long whole numbers again without its nulls, which had made it floats."""
    quoted = '"' + column.replace('"', '""') + '"'
    with gdal(path.name):
        _, fids, _, data = raw.read(
            path,
            layer=layer,
            columns=[column],
            where=f"{where} AND {quoted} IS NOT NULL",
            read_geometry=False,
            return_fids=True,
            **_OPEN,
        )
    exact = dict(zip((int(f) for f in fids), data[0].tolist(), strict=True))
    return [exact.get(row) for row in rows]
