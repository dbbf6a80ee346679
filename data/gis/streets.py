"""The streets: the plan's arteries, and side streets laid into the land between them, largest parcels first."""

import heapq
import math
import random
from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from data.gis import plan

SEED = 310117004


@dataclass(frozen=True)
class Street:
    """A street of the plan: ``piece`` (plan km) is one straight run; runs of one street share ``key``."""

    key: str
    kind: str
    piece: LineString


@dataclass
class _Ends:
    """Where side streets end, so that a street on the other side of the road can carry on from there."""

    points: list[tuple[float, float]]
    keys: list[str]
    upright: list[bool]


def target_area(u: float, v: float) -> float:
    """Return how large a block should be here (km²): small in the old town, large where the factories are."""
    district = plan.zone(u, v)
    if district == 0:
        core = math.exp(-(((u + 1.25) / 0.95) ** 2) - ((v + 1.7) / 0.75) ** 2)
        return 0.040 - 0.026 * core
    if district == 2:
        heart = math.exp(-(((u - 1.1) / 0.7) ** 2) - ((v + 0.6) / 0.8) ** 2)
        return 0.054 - 0.022 * heart
    village = math.exp(-(((u + 0.1) / 0.45) ** 2) - ((v - 2.2) / 0.4) ** 2)
    return 0.086 - 0.045 * village + 0.012 * max(0.0, v - 1.0)


def skeleton() -> tuple[Polygon, list[Street]]:
    """Return the outline and the plan's own lines clipped to it; the lake's shore counts as an edge."""
    outline, shore = plan.outline(), plan.lake()
    streets = [
        Street("街道界", "edge", LineString(outline.exterior.coords)),
        Street("五龙湖", "edge", LineString(shore.exterior.coords)),
    ]
    for line in plan.LINES:
        for piece in shapely.get_parts(plan.smooth(line).intersection(outline.buffer(1e-5))):
            if piece.length > 0.04:
                streets.append(Street(line.name, line.kind, piece))
    return outline, streets


def node(streets: list[Street]) -> list[tuple[LineString, Street]]:
    """Cut all lines where they meet (one-millimetre grid); each edge keeps the street it is part of."""
    pieces = [street.piece for street in streets]
    edges = shapely.get_parts(shapely.line_merge(shapely.unary_union(pieces, grid_size=plan.PLAN_GRID)))
    edges = shapely.get_parts(shapely.unary_union(edges, grid_size=plan.PLAN_GRID))
    edges = np.array(sorted(edges, key=lambda e: (e.coords[0], e.coords[-1], e.length)), dtype=object)
    tree = shapely.STRtree(pieces)
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    near_edge, near_street = tree.query(middles, predicate="dwithin", distance=1e-5)
    rank = {
        "river": 8,
        "highway": 7,
        "rail": 6,
        "main": 5,
        "secondary": 4,
        "branch": 3,
        "internal": 2,
        "edge": 1,
        "bank": 0,
    }
    owner: dict[int, Street] = {}
    for e, s in sorted(zip(near_edge.tolist(), near_street.tolist(), strict=True)):
        if e not in owner or rank[streets[s].kind] > rank[owner[e].kind]:
            owner[e] = streets[s]
    return _pruned([(edges[e], owner[e]) for e in range(len(edges)) if e in owner])


def _pruned(edges: list[tuple[LineString, Street]]) -> list[tuple[LineString, Street]]:
    """Drop what runs into nowhere: tails of rivers and paths beyond the line they join."""
    while True:
        meets = Counter(end for edge, _ in edges for end in (edge.coords[0], edge.coords[-1]))
        kept = [(e, s) for e, s in edges if min(meets[e.coords[0]], meets[e.coords[-1]]) > 1]
        if len(kept) == len(edges):
            return kept
        edges = kept


def lay() -> tuple[Polygon, list[Street]]:
    """Return the outline and every street, arteries first, then side streets by falling size of the parcel."""
    rng = random.Random(SEED)
    outline, streets = skeleton()
    shore = plan.lake().buffer(-0.001)
    cells = [
        c
        for c in shapely.get_parts(shapely.polygonize([e for e, _ in node(streets)]))
        if outline.buffer(0.001).covers(c) and not shore.covers(c.representative_point())
    ]
    ends = _Ends([], [], [])
    heap: list[tuple[float, int, Polygon, int]] = []
    count = 0
    for cell in sorted(cells, key=lambda c: (-round(c.area, 6), c.centroid.x)):
        heapq.heappush(heap, (-_weight(cell), count, cell, 0))
        count += 1
    while heap:
        weight, _, cell, depth = heapq.heappop(heap)
        if -weight < rng.uniform(1.25, 1.75):
            continue
        cut = _cut(cell, ends, rng)
        if cut is None:
            continue
        line, parts, carried, upright = cut
        big = cell.area > 0.20 or (cell.area > 0.11 and depth < 1)
        kind = "secondary" if depth == 0 and cell.area > 0.30 else "branch" if big or depth < 2 else "internal"
        key = carried or f"S{len(streets):04d}"
        streets.append(Street(key, kind, line))
        for end in (line.coords[0], line.coords[-1]):
            ends.points.append(end)
            ends.keys.append(key)
            ends.upright.append(upright)
        for part in parts:
            heapq.heappush(heap, (-_weight(part), count, part, depth + 1))
            count += 1
    return outline, _one_kind(streets)


def _weight(cell: Polygon) -> float:
    centre = cell.centroid
    return float(cell.area / target_area(centre.x, centre.y))


def _one_kind(streets: list[Street]) -> list[Street]:
    """Give all runs of one street the kind of its most important run."""
    order = ("internal", "branch", "secondary")
    best: dict[str, str] = {}
    for s in streets:
        if s.kind in order and order.index(s.kind) >= order.index(best.get(s.key, "internal")):
            best[s.key] = s.kind
    return [Street(s.key, best.get(s.key, s.kind), s.piece) for s in streets]


def _cut(cell: Polygon, ends: _Ends, rng: random.Random) -> tuple[LineString, list[Polygon], str | None, bool] | None:
    """Lay one street through a parcel, carrying on a street that ends at its border where there is one."""
    box = shapely.minimum_rotated_rectangle(cell)
    corners = np.array(box.exterior.coords)[:4]
    side_a, side_b = corners[1] - corners[0], corners[2] - corners[1]
    long_side = side_a if np.hypot(*side_a) >= np.hypot(*side_b) else side_b
    length = float(np.hypot(*long_side))
    short = float(min(np.hypot(*side_a), np.hypot(*side_b)))
    lean = math.degrees(math.atan2(long_side[1], long_side[0])) % 90
    lean = lean - 90 if lean > 45 else lean
    lean = lean if abs(lean) < 32 else 0.0
    upright = abs(long_side[0]) >= abs(long_side[1])  # a street across the long side
    centre = cell.centroid
    core = plan.zone(centre.x, centre.y) == 0
    for attempt in range(9):
        angle = math.radians(lean + rng.gauss(0, 4.5 if core else 2.0) + (90 if upright else 0))
        way = (math.cos(angle), math.sin(angle))
        shift = rng.uniform(-0.13, 0.13) * length * (1 + attempt / 9)
        start = (centre.x + shift * way[1], centre.y - shift * way[0])
        carried = None
        if attempt < 4 and (found := _carry_on(cell, ends, upright, start, 0.24 * length)):
            start, carried = found
        line = _across(cell, start, way, rng)
        if line is None:
            continue
        parts = [
            p
            for p in shapely.get_parts(
                shapely.polygonize(
                    shapely.get_parts(shapely.unary_union([cell.exterior, line], grid_size=plan.PLAN_GRID)).tolist()
                )
            )
            if p.area > 1e-7
        ]
        inside = [p for p in parts if cell.buffer(1e-5).covers(p)]
        if len(inside) != 2 or min(p.area for p in inside) < 0.28 * cell.area:
            continue
        if attempt < 7 and any(_thin(p) < 0.42 for p in inside):
            continue
        if short < 0.04:
            return None
        return line, sorted(inside, key=lambda p: (p.centroid.x, p.centroid.y)), carried, upright
    return None


def _thin(cell: Polygon) -> float:
    """Return how square a parcel is: 1 for a square, towards 0 for a sliver."""
    return float(4 * math.sqrt(cell.area) / cell.length)


def _carry_on(
    cell: Polygon, ends: _Ends, upright: bool, start: tuple[float, float], reach: float
) -> tuple[tuple[float, float], str] | None:
    """Find the end of a street of the same direction on this parcel's border, near the wanted place."""
    axis = 0 if upright else 1
    best: tuple[float, int] | None = None
    for i, end in enumerate(ends.points):
        gap = abs(end[axis] - start[axis])
        if (
            ends.upright[i] == upright
            and gap < reach
            and (best is None or gap < best[0])
            and cell.exterior.distance(Point(end)) < 2e-6
        ):
            best = (gap, i)
    return (ends.points[best[1]], ends.keys[best[1]]) if best else None


def _across(
    cell: Polygon, start: tuple[float, float], way: tuple[float, float], rng: random.Random
) -> LineString | None:
    """Return the run through ``start`` from border to border of the parcel, slightly bowed."""
    far = 6.0
    ray = LineString(
        [(start[0] - far * way[0], start[1] - far * way[1]), (start[0] + far * way[0], start[1] + far * way[1])]
    )
    runs = [r for r in shapely.get_parts(ray.intersection(cell)) if isinstance(r, LineString) and r.length > 0.03]
    if not runs:
        return None
    run = min(runs, key=lambda r: (r.distance(Point(start)), -r.length))
    (ax, ay), (bx, by) = run.coords[0], run.coords[-1]
    bow = rng.gauss(0, 0.012) * run.length
    middle = ((ax + bx) / 2 - bow * way[1], (ay + by) / 2 + bow * way[0])
    line = LineString(np.round(np.array([(ax, ay), middle, (bx, by)]), 6))
    return line if cell.buffer(2e-5).covers(line) else run if len(runs) == 1 else None
