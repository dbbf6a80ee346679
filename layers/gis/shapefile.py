"""Reads a shapefile: shapes by GDAL, the attribute table by our own exact reader."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from layers.domain.tables import tidy
from layers.errors import SourceError
from layers.gis import dbf
from layers.gis.drivers import pyogrio, raw, require_shut
from layers.gis.layer_head import Head, Raw, from_wkb, gdal, kind_of

_MOST_PRJ = 20_000


def beside(path: Path, extension: str) -> Path | None:
    """Return the companion file with that extension in either case, None if there is none."""
    for ending in (extension, extension.upper(), extension.capitalize()):
        for candidate in (path.with_suffix(ending), path.with_name(path.name + ending)):
            if candidate.is_file():
                return candidate
    return None


def table(path: Path) -> dbf.Dbf | None:
    """Return the attribute table of a shapefile (or of a .dbf itself), None if it has none."""
    found = path if path.suffix.lower() == ".dbf" else beside(path, ".dbf")
    return dbf.header(found) if found else None


def layers(path: Path, by_hand: str | None) -> list[Head]:
    """Return the one layer of a shapefile; raises ``SourceError`` for one without index or damaged."""
    if beside(path, ".shx") is None:
        raise SourceError("shape_no_index", path=path.name)
    require_shut(path.name)
    with gdal(path.name):
        info = pyogrio.read_info(path, encoding="ISO-8859-1", force_total_bounds=True)
    if info["driver"] != "ESRI Shapefile":
        raise SourceError("source_damaged", path=path.name)
    head = attributes(path, by_hand)[0]
    prj = beside(path, ".prj")
    wkt = prj.read_bytes()[:_MOST_PRJ].decode("utf-8", "replace").strip("\ufeff\0 \r\n") if prj else ""
    bounds = info.get("total_bounds")
    whole = bounds is not None and np.isfinite(bounds).all()
    return [
        Head(
            path.stem,
            kind_of(info["geometry_type"]),
            int(info["features"]),
            head.fields,
            wkt,
            head.encoding,
            head.encoding_reason,
            tuple(float(b) for b in bounds) if whole else None,  # type: ignore[arg-type]
        )
    ]


def attributes(path: Path, by_hand: str | None) -> list[Head]:
    """Return the attribute table alone, as a layer without geometry."""
    header = table(path)
    if header is None:
        return [Head(path.stem, "", 0, (), "", "ascii", "sources.encoding_ascii", None)]
    encoding = dbf.encoding(header, by_hand, beside(header.path, ".cpg"))
    fields = dbf.fields(header, encoding.name)
    return [Head(path.stem, "", header.count, fields, "", encoding.name, encoding.reason, None)]


def read(path: Path, encoding: str, size: int) -> Iterator[Raw]:
    """Yield shapes with their attributes in slices; a row's number is its place in the file from 0.

    Records marked as deleted are left out, as every GIS does.
    """
    require_shut(path.name)
    header = table(path)
    with gdal(path.name):
        count = int(pyogrio.read_info(path, encoding="ISO-8859-1")["features"])
    for first in range(0, count, size):
        with gdal(path.name):
            _, fids, wkb, _ = raw.read(
                path,
                columns=[],
                encoding="ISO-8859-1",
                skip_features=first,
                max_features=size,
                return_fids=True,
                force_2d=True,
            )
        if len(fids):
            yield _slice([int(f) for f in fids], wkb, header, encoding)


def read_table(path: Path, encoding: str, size: int) -> Iterator[Raw]:
    """Yield the rows of an attribute table without shapes; numbers count from 0."""
    header = table(path)
    if header is None:
        return
    for first in range(0, header.count, size):
        yield _slice(list(range(first, min(first + size, header.count))), None, header, encoding)


def _slice(fids: list[int], wkb: object, header: dbf.Dbf | None, encoding: str) -> Raw:
    problems: list = []  # type: ignore[type-arg]
    columns, deleted = dbf.read(header, encoding, fids[0], fids[-1] + 1) if header else ({}, [])
    kept = [f - fids[0] for f in fids if f - fids[0] >= len(deleted) or not deleted[f - fids[0]]]
    rows = [fids[0] + k for k in kept]
    found = {
        name: tidy([values[k] if k < len(values) else None for k in kept], rows, problems)
        for name, values in columns.items()
    }
    geometry = None
    if wkb is not None:
        places = {f: i for i, f in enumerate(fids)}
        geometry = from_wkb(np.asarray(wkb, dtype=object)[[places[r] for r in rows]], rows, problems)
    return Raw(rows, found, geometry, problems)
