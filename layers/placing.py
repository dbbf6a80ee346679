"""Which grid, of each system, every facility, place, section and task lies in; kept in `placement`.

A point belongs to the current grid of the deepest tier that intersects it, at a border the one with the lowest code;
a section to every grid it runs through, with its metres there (design §3).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from layers.domain import ground
from layers.errors import Refused, SourceError
from layers.store import queries_grids as ask
from layers.store import queries_map, rows
from layers.store.connection import Connection, Row
from layers.store.journal import Writing
from layers.workspace import Progress, Workspace

NEAR_ROAD_M = 50.0  # design §3: the nearest section within 50 m geodesic, else none
PLACED = ("facility", "place", "road_section", "task")


def spot(db: Connection, lon: float, lat: float) -> dict[str, dict[str, Any]]:
    """Return system -> row of the deepest current grid at a point; a border belongs to the lowest code."""
    point = shapely.Point(lon, lat)
    found: dict[str, dict[str, Any]] = {}
    for grid in ask.at(db, lon, lat):
        if grid["system"] not in found and grid["geom"] is not None and shapely.intersects(grid["geom"], point):
            found[grid["system"]] = grid
    return found


def near_road(db: Connection, lon: float, lat: float) -> tuple[str, str, float] | None:
    """Return (uuid, name with from–to, metres) of the nearest section within 50 m, None if there is none."""
    from layers.gis import locating

    lines, columns = queries_map.streets_in_box(db, ground.around(lon, lat, NEAR_ROAD_M))
    if not len(lines):
        return None
    index, metres = locating.nearest_line(lines, np.array([lon]), np.array([lat]), NEAR_ROAD_M)
    if index[0] < 0:
        return None
    i = int(index[0])
    name = columns["name"][i] or ""
    between = "—".join(part for part in (columns["from_name"][i], columns["to_name"][i]) if part)
    return columns["uuid"][i], f"{name}（{between}）" if between else name, float(metres[0])


def home(db: Connection, lon: float, lat: float) -> dict[str, Any]:
    """Return the columns of a task put at a point (degrees): geometry, grid of the main system, section.

    Raises ``Refused`` for a point that is not on the globe.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("off_the_globe", lon=lon, lat=lat)
    here = spot(db, lon, lat)
    main = next((row["code"] for row in ask.systems(db) if row["main"]), None)
    road = near_road(db, lon, lat)
    return {
        "geom": shapely.Point(lon, lat),
        "placed": "map",
        "grid_uuid": here[main]["uuid"] if main in here else None,
        "road_uuid": road[0] if road else None,
    }


def place(writing: Writing, table: str, uuids: Sequence[str] | None = None, progress: Progress | None = None) -> None:
    """Compute the placements of some rows of a table (None: all) inside an open step.

    Tasks keep the grid they were reported in: of all of them only those without one get it; imported ones
    also their `grid_uuid` and `road_uuid` where these are empty.
    """
    db = writing.db
    systems = ask.systems(db)
    if table == "task" and uuids is None:
        _place_homeless(writing, systems, progress)
        return
    owners, shapes = _owners(db, table, uuids)
    found: list[tuple[Any, ...]] = []
    box = None if uuids is None or not len(owners) else _box(shapes)
    for n, system in enumerate(systems):
        if progress is not None:
            progress(n, len(systems), system["name"])
        found += _placed(db, table, system["code"], owners, shapes, box)
    # Of all that was asked for, not only of what has a shape: what lost its shape lies nowhere.
    ask.set_placements(db, table, uuids, found)


def place_new(
    writing: Writing,
    table: str,
    owners: Sequence[str],
    x: Any,
    y: Any,
    shapes: Any | None = None,
    progress: Progress | None = None,
) -> None:
    """Place rows that the open step has just inserted and that have no placement yet: nothing is read again.

    ``x`` and ``y`` are degrees of a point of each owner, NaN for none; sections are placed by their ``shapes``.
    """
    db = writing.db
    systems = ask.systems(db)
    there = np.flatnonzero(~np.isnan(x))
    for n, system in enumerate(systems):
        if progress is not None:
            progress(n, len(systems), system["name"])
        grids = ask.cells(db, system["code"]) if len(there) else []
        if not grids:
            continue
        if table == "road_section":
            assert shapes is not None
            ask.add_placements(
                db, table, _along([owners[i] for i in there.tolist()], shapes[there], system["code"], grids)
            )
            continue
        inside = _inside_xy(x[there], y[there], grids)
        uuids = [grid["uuid"] for grid in grids]
        pairs = ((owners[i], uuids[g]) for i, g in zip(there.tolist(), inside.tolist(), strict=True) if g >= 0)
        ask.add_points(db, table, system["code"], pairs, len(there))
    if table == "task" and "task" in writing.batches and len(there):
        points = shapely.points(x[there], y[there])
        _home_tasks(db, systems, [owners[i] for i in there.tolist()], points, writing.batches["task"])


def _placed(
    db: Connection, table: str, system: str, owners: Sequence[str], shapes: Any, box: queries_map.Box | None
) -> list[tuple[Any, ...]]:
    grids = ask.cells(db, system, box) if len(owners) else []
    if not grids:
        return []
    if table == "road_section":
        return _along(owners, shapes, system, grids)
    inside = _inside(shapes, grids)
    return [(owner, system, grids[i]["uuid"], None) for owner, i in zip(owners, inside, strict=True) if i >= 0]


def _place_homeless(writing: Writing, systems: list[Row], progress: Progress | None) -> None:
    """Give every placed task a grid in each system where it has none; the others keep what they were reported in."""
    db = writing.db
    seen: dict[str, Any] = {}
    for n, system in enumerate(systems):
        if progress is not None:
            progress(n, len(systems), system["name"])
        owners, points = queries_map.homeless_tasks(db, system["code"])
        seen.update(zip(owners, points, strict=True))
        ask.add_placements(db, "task", _placed(db, "task", system["code"], owners, points, None))
    if "task" in writing.batches and seen:
        points = np.empty(len(seen), dtype=object)
        points[:] = list(seen.values())
        _home_tasks(db, systems, list(seen), points, writing.batches["task"])


def _box(shapes: Any) -> tuple[float, float, float, float]:
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes))
    return west, south, east, north


def _owners(db: Connection, table: str, uuids: Sequence[str] | None) -> tuple[list[str], Any]:
    if uuids is None:
        return queries_map.shapes(db, table)
    known = rows.by_uuid(db, table, uuids, ("geom",))
    owners = [uuid for uuid in uuids if uuid in known and known[uuid]["geom"] is not None]
    shapes = np.empty(len(owners), dtype=object)
    shapes[:] = [known[uuid]["geom"] for uuid in owners]
    return owners, shapes


def _inside(shapes: Any, grids: list[dict[str, Any]]) -> Any:
    """Return for every shape the index of the deepest grid at its point on the surface, -1 for none."""
    points = shapely.point_on_surface(shapes)
    return _inside_xy(shapely.get_x(points), shapely.get_y(points), grids)


def _inside_xy(x: Any, y: Any, grids: list[dict[str, Any]]) -> Any:
    """Return for every point the index of the deepest grid that holds it, -1 for none."""
    from layers.gis import locating

    result = np.full(len(x), -1)
    for tier in sorted({grid["tier"] for grid in grids}, reverse=True):
        open_ = np.flatnonzero(result < 0)
        if not len(open_):
            break
        here = [i for i, grid in enumerate(grids) if grid["tier"] == tier]
        locator = locating.Locator([grids[i]["code"] for i in here], np.array([grids[i]["geom"] for i in here]))
        hit = locator.locate(x[open_], y[open_])
        result[open_[hit >= 0]] = np.array(here)[hit[hit >= 0]]
    return result


def _along(owners: Sequence[str], lines: Any, system: str, grids: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    from layers.gis import crs

    deepest = max(grid["tier"] for grid in grids)
    cells = [grid for grid in grids if grid["tier"] == deepest]
    shapes = np.array([grid["geom"] for grid in cells])
    tree = shapely.STRtree(shapes)
    line, cell = tree.query(lines, predicate="intersects")
    pieces = shapely.intersection(lines[line], shapes[cell])
    metres = crs.length_m(pieces)
    return [
        (owners[i], system, cells[j]["uuid"], round(float(m), 2))
        for i, j, m in zip(line, cell, metres, strict=True)
        if m > 0
    ]


def _home_tasks(db: Connection, systems: list[Row], owners: Sequence[str], points: Any, batch: tuple[int, int]) -> None:
    from layers.gis import locating

    uuids, lines = queries_map.streets(db)
    near: list[str | None] = [None] * len(owners)
    if uuids:
        index, _ = locating.nearest_line(lines, shapely.get_x(points), shapely.get_y(points), NEAR_ROAD_M)
        near = [uuids[i] if i >= 0 else None for i in index]
    main = next((row["code"] for row in systems if row["main"]), "")
    queries_map.home_tasks(db, main, list(zip(near, owners, strict=True)), batch)


def rebuild(ws: Workspace, progress: Progress | None = None) -> None:
    """Compute all placements afresh, in one step that is no part of undo; tasks keep the grids they have."""
    with ws.store.step("rebuild", "", journal=False) as writing:
        for n, table in enumerate(PLACED):
            if progress is not None:
                progress(n, len(PLACED), table)
            try:
                place(writing, table)
            except shapely.errors.GEOSException as error:
                raise SourceError("geometry", table=table, text=str(error)) from error
