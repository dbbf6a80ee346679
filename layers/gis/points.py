"""Makes points of two columns of a table; a row without usable coordinates keeps its place without a point."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain import cells
from layers.domain.tables import Problem, Slice, shown
from layers.errors import SourceError
from layers.gis import crs as systems
from layers.gis.repair import usable

Floats = NDArray[np.float64]


def points_from(rows: Slice, lon_field: str, lat_field: str, crs: str = systems.STORAGE, path: str = "") -> Slice:
    """Return the slice with points in EPSG:4490 made of two of its columns, which may hold text.

    Read are numbers (full-width too), degrees with minutes and seconds, and both in one column
    (``121.5,31.2``) when the two fields are the same. A row that is empty or 0, 0 goes to the tray with the
    problem ``sources.no_place``, one that cannot be read with ``sources.not_a_number``. ``crs`` may also be
    ``GCJ-02`` or ``BD-09``; for metres the first field is the easting. Raises ``SourceError`` for a field
    that is not there or a CRS that is not known.
    """
    for name in (lon_field, lat_field):
        if name not in rows.columns:
            raise SourceError("source_no_such_field", path=path, field=shown(name, 60))
    first, second = rows.columns[lon_field], rows.columns[lat_field]
    if lon_field == lat_field:
        pairs = [_split(value) for value in first]
        x, y = numbers([p[0] for p in pairs]), numbers([p[1] for p in pairs])
    else:
        x, y = numbers(first), numbers(second)
    empty = np.array([_empty(a) and _empty(b) for a, b in zip(first, second, strict=True)], dtype=bool)
    with np.errstate(invalid="ignore"):
        empty |= (x == 0) & (y == 0)
    half = np.array([_empty(a) != _empty(b) for a, b in zip(first, second, strict=True)], dtype=bool)
    problems = []
    for i in np.flatnonzero(empty | half):
        problems.append(Problem(rows.rows[i], "sources.no_place", {}))
    for i in np.flatnonzero(~empty & ~half & ~(np.isfinite(x) & np.isfinite(y))):
        values = {"x": shown(first[i], 30), "y": shown(second[i], 30)}
        problems.append(Problem(rows.rows[i], "sources.not_a_number", values))
    good = np.flatnonzero(~empty & np.isfinite(x) & np.isfinite(y))
    geometry = np.full(len(rows), None, dtype=object)
    made = np.asarray(shapely.points(x[good], y[good]), dtype=object)
    geometry[good], more = usable(made, [rows.rows[i] for i in good], systems.normal(crs, path), "point")
    found = sorted([*rows.problems, *problems, *more], key=lambda problem: problem.row)
    return replace(rows, geometry=geometry, problems=tuple(found))


def numbers(values: Sequence[Any]) -> Floats:
    """Return what coordinates a column holds, NaN for what is none."""
    try:
        # Almost every column is plain numbers; float() also reads full-width digits.
        return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    except (ValueError, TypeError):
        return np.array([_number(v) for v in values], dtype=np.float64)


def _number(value: Any) -> float:
    try:
        # Seconds may be two minute signs: that is what full-width forms become when made narrow.
        found = cells.degrees(value.replace("″", '"').replace("′′", '"') if isinstance(value, str) else value)
    except ValueError:
        return np.nan
    return np.nan if found is None else found


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _split(value: Any) -> tuple[str, str]:
    """Return the two halves of ``121.5,31.2`` (also with ，; blank or POINT(…) around), "" for what has none."""
    text = cells.plain(str(value or "")).upper().removeprefix("POINT").strip(" ()[]")
    parts = text.replace(";", ",").replace(",", " ").split()
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")


def guess(rows: Slice, lon_field: str, lat_field: str, near_lon: float | None = None) -> systems.Guess:
    """Say what CRS two columns seem to be in, by the size of their numbers."""
    return systems.guess(None, numbers(rows.columns[lon_field]), numbers(rows.columns[lat_field]), near_lon=near_lon)
