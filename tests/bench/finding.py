"""What finding costs in a whole city, beside the bare libraries or the limit that people notice."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers import gathered, grids, here, workspace
from layers.domain.things import TaskFilter

REACH = 0.03  # degrees: the lasso goes round some 9,000 points of the whole city
Note = Callable[..., None]


def _best(call: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    found, best = None, float("inf")
    for _ in range(times):
        start = time.perf_counter()
        found = call()
        best = min(best, time.perf_counter() - start)
    return best, found


def measure(path: Path, note: Note) -> None:
    """Measure a lasso, what is here and a tip in a filled workspace; ``note(name, value, reference, budget)``."""
    with closing(workspace.open(path)) as ws:
        west, south, east, north = workspace.extent(ws) or (0, 0, 1, 1)
        lon, lat = (west + east) / 2, (south + north) / 2
        circle = shapely.Point(lon, lat).buffer(REACH)
        ring = {"type": "Polygon", "coordinates": [shapely.get_coordinates(circle).tolist()]}
        seconds, ours = _best(lambda: gathered.within(ws, ring, ("facility",)))
        reference, theirs = _best(lambda: _bare(path, circle))
        assert {uuid for _, uuid in ours} == set(theirs)
        note("lasso", seconds, reference, 1.5)
        # What nobody notices waiting for: 0.2 s for an answer and 0.1 s for a tip.
        note("here", _best(lambda: here.what_is_here(ws, lon, lat))[0], 0.2, 1.0)
        system = grids.systems(ws)[0].code
        tables = {"task", "facility", "road_section", "place", "grid"}
        note("tip", _best(lambda: here.tip(ws, lon, lat, 18, system, tables, TaskFilter()))[0], 0.1, 1.0)


def _bare(path: Path, shape: shapely.Geometry) -> list[str]:
    """Ask the R-tree and test the points with nothing but sqlite3 and shapely."""
    west, south, east, north = shape.bounds
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        rows = db.execute(
            "SELECT f.uuid, substr(f.geom, 9) FROM rtree_facility_geom r CROSS JOIN facility f ON f.fid=r.id "
            "WHERE r.maxx>=? AND r.minx<=? AND r.maxy>=? AND r.miny<=? AND coalesce(f.state,'')<>'removed'",
            (west, east, south, north),
        ).fetchall()
    points = shapely.from_wkb(np.array([row[1] for row in rows], dtype=object))
    shapely.prepare(shape)
    inside = shapely.intersects_xy(shape, shapely.get_x(points), shapely.get_y(points))
    return [rows[i][0] for i in np.flatnonzero(inside)]
