"""Says for every row of a foreign file in which grids it lies, and writes the table with the answers beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.domain import mapping as mappings
from layers.domain.tables import Problem, Progress
from layers.errors import Refused
from layers.exchange_reading import Plan, Reading, Tally, slices
from layers.store import queries_grids
from layers.workspace import Workspace

SUFFIXES = (".csv", ".xlsx", ".geojson")


@dataclass(frozen=True)
class Answers:
    """The rows of the file with their answers: ``headings`` and one list per row; ``outside`` are in no grid.

    For the main system three columns are added: ``grid_code``, ``grid_name`` and ``grid_path`` (names from the
    top); for every other system the same with its code in front. ``source`` is the file that was located.
    """

    source: Path
    headings: tuple[str, ...]
    rows: list[list[Any]]
    points: Any
    located: int
    outside: int
    unplaced: int
    problems: tuple[Problem, ...]


def locate_xy(ws: Workspace, lon: Any, lat: Any, system: str) -> tuple[list[dict[str, Any]], Any]:
    """Return (grids, index of the deepest current grid at each of N points or -1) of a system.

    ``lon`` and ``lat`` are (N,) degrees in EPSG:4490, NaN for none. At a border the lowest code wins.
    """
    from layers.gis.locating import Locator

    grids = queries_grids.whole(ws.store.read(), system)
    found = np.full(len(lon), -1)
    for tier in sorted({grid["tier"] for grid in grids}, reverse=True):
        left = np.flatnonzero((found < 0) & ~np.isnan(lon))
        if not len(left):
            break
        here = np.array([i for i, grid in enumerate(grids) if grid["tier"] == tier])
        areas = np.empty(len(here), dtype=object)
        areas[:] = [grids[i]["geom"] for i in here]
        hit = Locator([grids[i]["code"] for i in here], areas).locate(lon[left], lat[left])
        found[left[hit >= 0]] = here[hit[hit >= 0]]
    return grids, found


def locate_file(
    ws: Workspace,
    path: Path | str,
    *,
    layer: str | None = None,
    mapping: Mapping[str, str] | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    progress: Progress | None = None,
) -> Answers:
    """Locate every row of a foreign file; ``mapping`` says which fields are ``lon`` and ``lat``.

    An area or line is located by a point on it. Raises ``SourceError``, ``Refused`` (no coordinates), ``Cancelled``.
    """
    from layers import exchange

    source = exchange.preview(path, encoding=encoding, crs=crs, progress=progress)
    chosen = exchange.choose_layer(source, layer, "facilities")
    guessed = dict(mapping) if mapping is not None else mappings.guess(chosen, "facilities")
    kept = {field: column for field, column in guessed.items() if column in ("lon", "lat", "lonlat")}
    fields = [field.name for field in chosen.fields if field.type != "blob"]
    try:
        columns = mappings.reading(kept, "facilities", fields)
    except KeyError as error:
        raise Refused("import_no_field", path=source.path.name, field=error.args[0]) from None
    except ValueError as error:
        raise Refused("import_twice", column=error.args[0]) from None
    if not chosen.geometry_kind and not ({"lon", "lat"} <= set(columns) or "lonlat" in columns):
        raise Refused("locate_no_place", path=source.path.name)
    tally = Tally()
    plan = Plan(source, chosen, "facilities", columns, {}, crs, encoding, ws.zone, "", progress)
    reading = Reading(plan, tally, {})
    rows: list[list[Any]] = []
    points: list[Any] = []
    for part in slices(plan):
        found, rest = reading.columns(part)
        spots, _ = reading.points(part, found, rest)
        points.append(spots)
        rows.extend(list(row) for row in zip(*(part.columns[name] for name in fields), strict=True))
    where = np.concatenate(points) if points else np.empty(0, dtype=object)
    return _answered(ws, source.path, fields, rows, where, tally)


def _answered(
    ws: Workspace, source: Path, fields: list[str], rows: list[list[Any]], where: Any, tally: Tally
) -> Answers:
    lon, lat = shapely.get_x(where), shapely.get_y(where)
    headings = list(fields)
    inside = np.zeros(len(rows), dtype=bool)
    for number, system in enumerate(queries_grids.systems(ws.store.read())):
        before = "" if number == 0 else f"{system['code']}_"
        headings += [f"{before}grid_code", f"{before}grid_name", f"{before}grid_path"]
        grids, found = locate_xy(ws, lon, lat, system["code"])
        by = {grid["uuid"]: grid for grid in grids}
        texts = [[grid["code"], grid["name"], _path(grid, by)] for grid in grids]
        nothing = [None, None, None]
        for row, at in zip(rows, found.tolist(), strict=True):
            row += texts[at] if at >= 0 else nothing
        inside |= found >= 0
    unplaced = int(np.isnan(lon).sum())
    located = int(inside.sum())
    outside = len(rows) - located - unplaced
    return Answers(source, tuple(headings), rows, where, located, outside, unplaced, tuple(tally.problems))


def _path(grid: Mapping[str, Any], by: Mapping[str, Mapping[str, Any]]) -> str:
    names: list[str] = []
    at: Mapping[str, Any] | None = grid
    while at is not None and len(names) < 10:
        names.append(at["name"] or at["code"])
        at = by.get(at["parent_uuid"] or "")
    return " / ".join(reversed(names))


def check_target(source: Path | str, path: Path) -> None:
    """Refuse to write answers where they cannot go: another suffix, or onto the very file that asks (links included).

    Raises ``Refused``; asked before anything is located.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise Refused("locate_suffix", path=path.name, suffixes=" ".join(SUFFIXES))
    asked = Path(source)
    if asked.resolve() == path.resolve() or (asked.exists() and path.exists() and asked.samefile(path)):
        raise Refused("locate_onto_source", path=path)


def write_answers(answers: Answers, path: Path) -> None:
    """Write located rows as ``.csv``, ``.xlsx`` or ``.geojson``; the file appears whole or not at all.

    Raises ``Refused`` as `check_target`, ``WorkspaceError`` when it cannot be written.
    """
    from layers.documents import tables_out

    check_target(answers.source, path)

    suffix = path.suffix.lower()
    if suffix == ".csv":
        tables_out.write_csv(path, answers.headings, answers.rows)
    elif suffix == ".xlsx":
        tables_out.write_xlsx(path, {path.stem: (answers.headings, answers.rows)})
    else:
        tables_out.write_text(path, _geojson(answers))


def _geojson(answers: Answers) -> str:
    shapes = shapely.to_geojson(answers.points)
    lines = [
        '{"type": "Feature", "properties": '
        + json.dumps(dict(zip(answers.headings, row, strict=True)), ensure_ascii=False, default=str)
        + f', "geometry": {shape or "null"}}}'
        for row, shape in zip(answers.rows, shapes, strict=True)
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
