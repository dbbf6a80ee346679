"""What every format tells about a layer before its rows are read, and the rows as the file has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain.tables import Problem, SourceField
from layers.errors import Known, SourceError
from layers.gis.drivers import pyogrio, quietly

Geometries = NDArray[np.object_]
_KINDS = {"point": "point", "linestring": "line", "polygon": "polygon", "curve": "line", "surface": "polygon"}


@dataclass(frozen=True)
class Head:
    """A layer as its file describes it; ``crs`` is the file's own word, "" for none; ``bounds`` are in it."""

    name: str
    geometry_kind: str
    count: int
    fields: tuple[SourceField, ...]
    crs: str
    encoding: str
    encoding_reason: str
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Raw:
    """Rows as the file has them; ``geometry`` is in the CRS of the file, None for a table."""

    rows: list[int]
    columns: dict[str, list[Any]]
    geometry: Geometries | None
    problems: list[Problem]


def kind_of(gdal_type: str | None) -> str:
    """Return point, line, polygon, mixed or "" for the geometry type that GDAL names."""
    if gdal_type is None or gdal_type.lower() == "none":
        return ""
    plain = gdal_type.lower().replace("2.5d", "").replace("3d", "").replace("measured", "").strip().split(" ")[0]
    plain = plain.removeprefix("multi").removeprefix("compound").removeprefix("circular")
    return _KINDS.get(plain.removeprefix("curve") or plain, "mixed")


def kinds_in(geometries: Geometries) -> str:
    """Return the kind of the geometries that are really there: one of them, or mixed ("" for none)."""
    dimensions = {int(d) for d in np.unique(shapely.get_dimensions(geometries)) if d >= 0}
    collections = bool((shapely.get_type_id(geometries) == 7).any())
    if len(dimensions) == 1 and not collections:
        return ("point", "line", "polygon")[dimensions.pop()]
    return "mixed" if dimensions else ""


def from_wkb(wkb: NDArray[np.object_], rows: list[int], problems: list[Problem]) -> Geometries:
    """Return geometries for WKB; what is none becomes None and a problem."""
    made = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    for i in np.flatnonzero(shapely.is_missing(made)):
        if wkb[i] is not None:
            problems.append(Problem(rows[i], "sources.broken_geometry", {}))
    return made


@contextmanager
def gdal(path: str) -> Iterator[None]:
    """Turn what GDAL may raise for a damaged file into a ``SourceError``, and its remarks into silence."""
    try:
        with quietly():
            yield
    except Known:
        raise
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.FieldError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.CRSError,
        shapely.GEOSException,
        UnicodeDecodeError,
        RuntimeError,
        ValueError,
        OverflowError,
    ):
        raise SourceError("source_damaged", path=path) from None
