"""Lengths, bearings, areas and buffers on the ground: what the map's measuring tools ask for."""

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import shapely

from layers import gathered, placing
from layers.domain.changes import Changes
from layers.domain.found import Buffered, Leg, Measured
from layers.domain.measures import area, bearing, length
from layers.errors import Refused
from layers.store import rows
from layers.words import stored, t
from layers.workspace import Workspace

NEAREST, FURTHEST = 1.0, 20_000.0  # m: how wide a buffer may be
_MOST_CORNERS = 10_000


def measure(_ws: Workspace, path: Sequence[Sequence[float]], closed: bool = False) -> Measured:
    """Return the legs of a path of places (lon, lat in degrees, EPSG:4490) on CGCS2000's ellipsoid.

    ``closed`` adds the leg back to the start and the area. Raises ``Refused`` for more than 10,000 corners.
    """
    from layers.gis import crs

    if len(path) > _MOST_CORNERS:
        raise Refused("too_many_corners", most=_MOST_CORNERS)
    ring = [*path, path[0]] if closed and len(path) > 2 else list(path)
    if len(ring) < 2:
        return Measured((), 0.0)
    xy = np.asarray(ring, np.float64)
    metres, bearings = crs.legs(xy[:, 0], xy[:, 1])
    legs = tuple(
        Leg(float(m), float(b), total)
        for m, b, total in zip(metres, bearings, accumulate(map(float, metres)), strict=True)
    )
    if not closed or len(path) < 3:
        return Measured(legs, legs[-1].total)
    if not shapely.is_valid(shapely.Polygon(xy)):
        return Measured(legs, legs[-1].total, crossed=True)
    return Measured(legs, legs[-1].total, crs.ring_area_m2(xy[:-1, 0], xy[:-1, 1]))


def leg_words(leg: Leg) -> dict[str, str]:
    """Return how long a leg is (``metres``), its ``bearing``, and how far it is to its end (``total``), as words."""
    return {
        "metres": length(leg.metres, finer=True),
        "bearing": bearing(leg.bearing),
        "total": length(leg.total, finer=True),
    }


def said(measured: Measured) -> str:
    """Return a measured path as plain text for other programs: a line for each leg, then the sums."""
    lines = [t("finding.leg", n=n, **words) for n, words in enumerate(map(leg_words, measured.legs), 1)]
    return "\n".join([*lines, summary(measured)])


def summary(measured: Measured) -> str:
    """Return the sums of a measured path in one line."""
    whole = length(measured.metres, finer=True)
    if measured.crossed:
        return t("finding.sum_crossed", length=whole)
    if measured.area_m2 is not None:
        return t("finding.sum_area", area=area(measured.area_m2, finer=True), length=whole)
    if len(measured.legs) == 1:
        return t("finding.sum_leg", length=whole, bearing=bearing(measured.legs[0].bearing))
    return t("finding.sum_length", length=whole)


def buffer(
    ws: Workspace,
    around: Mapping[str, Any],
    metres: float,
    tables: Sequence[str] = ("task", "facility", "road_section"),
) -> Buffered:
    """Return the ground within some metres of a geometry (GeoJSON, degrees), and what of some tables lies in it.

    It is made in the local Gauss-Krüger zone, whose scale is off by at most 1.5 in 10,000 there. Raises ``Refused``
    for a width outside 1 m to 20 km.
    """
    from layers.gis import crs

    if not NEAREST <= metres <= FURTHEST:
        raise Refused("buffer_width", least=int(NEAREST), most=int(FURTHEST))
    shape = shapely.force_2d(shapely.from_geojson(json.dumps(around)))
    if shape.is_empty:
        raise Refused("bad_sketch")
    flat, zone = crs.to_metres(np.asarray([shape], dtype=object))
    wide = shapely.buffer(flat[0], metres, quad_segs=32)
    xy = shapely.get_coordinates(wide)
    made = shapely.set_coordinates(wide, np.column_stack(crs.degrees_xy(xy[:, 0], xy[:, 1], zone)))
    geometry = json.loads(shapely.to_geojson(made))
    west, south, east, north = (float(side) for side in made.bounds)
    picks = gathered.within(ws, geometry, tables)
    counts = {name: sum(table == name for table, _ in picks) for name in tables}
    ground = float(crs.area_m2(np.asarray([made], dtype=object))[0])
    return Buffered(geometry, metres, ground, (west, south, east, north), tuple(picks), counts)


def keep_as_place(ws: Workspace, geometry: Mapping[str, Any], name: str, actor: str) -> Changes:
    """Keep a drawn area as a place of the class ``other``; ``uuids("place")[0]`` is its uuid.

    Raises ``Refused`` without a name, or for what is no area.
    """
    if not name.strip():
        raise Refused("no_place_name")
    shape = shapely.from_geojson(json.dumps(geometry))
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty or not shape.is_valid:
        raise Refused("bad_sketch")
    whole = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
    with ws.store.step(stored("finding.label_place", what=name.strip()), actor) as writing:
        uuid = writing.insert("place", {"name": name.strip(), "class": "other", "geom": whole})
        placing.place(writing, "place", [uuid])
    return writing.changes


def keep_as_sketch(ws: Workspace, task: str, geometry: Mapping[str, Any], label: str, actor: str) -> Changes:
    """Keep a drawn area as a sketch of a task. Raises ``Refused`` if the task is gone."""
    known = rows.raw(ws.store.read(), "task", task)
    if known is None:
        raise Refused("task_gone")
    shape = shapely.from_geojson(json.dumps(geometry))
    with ws.store.step(stored("finding.label_sketch", what=known["number"] or known["title"]), actor) as writing:
        writing.insert("task_sketch", {"task_uuid": task, "geom": shape, "label": label})
    return writing.changes
