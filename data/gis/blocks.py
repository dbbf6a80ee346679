"""The blocks: the land between the streets, cut further by the banks of rivers, railway and motorway."""

import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from data.gis import plan
from data.gis.streets import Street, node

STEP = 0.055  # km between the vertices of a long edge, so that the bend of the town shows
# How willingly two blocks join across a line: nobody divides a grid across a river if a lane will do.
JOINS = {
    "river": 0.12, "rail": 0.10, "highway": 0.06, "main": 0.42, "secondary": 0.80, "branch": 1.0, "internal": 1.25,
    "bank": 1.0, "edge": 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class Face:
    """The smallest piece of ground: a block, or its strip of river, railway or motorway.

    ``shape`` is in degrees (EPSG:4490); ``area`` in km² and ``centre`` in plan km; ``block`` is shared by a
    block and its strips; ``ribbon`` names the river, railway or motorway the strip belongs to, else "".
    """

    shape: Polygon
    area: float
    centre: tuple[float, float]
    block: int
    ribbon: str
    zone: int


@dataclass(frozen=True)
class Town:
    """Everything cut: ``borders[a][b]`` is the weighted length (km) of the line between faces a and b."""

    outline: Polygon
    faces: list[Face]
    borders: list[dict[int, float]]
    edges: list[tuple[LineString, Street]]  # degrees
    plan_edges: list[tuple[LineString, Street]]  # plan km, same order


def ribbons() -> list[tuple[str, str, Polygon]]:
    """Return name, kind and area (plan km) of what has a width: waters first, they lie below the rest."""
    outline = plan.outline()
    found: list[tuple[str, str, Polygon]] = [("五龙湖", "river", plan.lake())]
    taken = plan.lake()
    for kind in ("river", "highway", "rail"):
        for line in plan.LINES:
            if line.half_width and line.kind == kind:
                shape = plan.smooth(line).buffer(line.half_width, quad_segs=4, cap_style="flat")
                parts = shapely.get_parts(shape.intersection(outline).difference(taken))
                # A tail beyond the water it flows into is no river.
                shape = shapely.union_all([p for p in parts if p.area / (2 * line.half_width) > 0.22])
                found.append((line.name, kind, shape))
                taken = taken.union(shape)
    return found


def _bent(shape: LineString | Polygon) -> LineString | Polygon:
    return shapely.transform(shape, plan.to_degrees)


def cut(streets: list[Street]) -> Town:
    """Cut the town into faces; every vertex is bent to degrees once, so shared vertices are bit-identical."""
    strips = ribbons()
    banks = [
        Street(name, "bank", line)
        for name, _, area in strips
        for line in shapely.get_parts(shapely.boundary(area))
        if line.length > 0.002
    ]
    coarse = shapely.get_parts(shapely.polygonize([e for e, _ in node(streets)]))
    cut_edges = [
        (LineString(np.round(shapely.get_coordinates(shapely.segmentize(e, STEP)), 6)), s)
        for e, s in node(streets + banks)
    ]
    faces = shapely.get_parts(shapely.polygonize([e for e, _ in cut_edges]))
    faces = sorted(faces, key=lambda f: (round(f.centroid.x, 5), round(f.centroid.y, 5)))
    inner = [f.representative_point() for f in faces]
    block_tree, face_block = shapely.STRtree(coarse), {}
    for f, b in sorted(zip(*(a.tolist() for a in block_tree.query(inner, predicate="within")), strict=True)):
        face_block[f] = b
    rows = []
    for i, face in enumerate(faces):
        ribbon = next((name for name, _, area in strips if area.covers(inner[i])), "")
        centre = (face.centroid.x, face.centroid.y)
        block_at = coarse[face_block[i]].representative_point() if i in face_block else inner[i]
        rows.append(
            Face(_bent(face), face.area, centre, face_block.get(i, -1 - i), ribbon, plan.zone(block_at.x, block_at.y))
        )
    outline = shapely.coverage_union_all(np.array([row.shape for row in rows], dtype=object))
    edges = [(_bent(e), s) for e, s in cut_edges]
    return Town(_single(outline), rows, _borders(faces, cut_edges), edges, cut_edges)


def _single(shape: Polygon) -> Polygon:
    """Return the one polygon of a dissolved set."""
    parts = shapely.get_parts(shape)
    if len(parts) != 1:
        raise ValueError(f"expected one polygon, got {len(parts)}: {[p.area for p in parts]}")
    return parts[0]


def _borders(faces: list[Polygon], edges: list[tuple[LineString, Street]]) -> list[dict[int, float]]:
    """Return for each face its neighbours with the length (km) of their border, weighted by what lies on it."""
    factor: dict[tuple[tuple[float, float], tuple[float, float]], float] = {}
    for edge, street in edges:
        points = list(edge.coords)
        for a, b in itertools.pairwise(points):
            factor[min(a, b), max(a, b)] = JOINS[street.kind]
    sides: dict[tuple[tuple[float, float], tuple[float, float]], list[int]] = defaultdict(list)
    for i, face in enumerate(faces):
        for ring in (face.exterior, *face.interiors):
            points = list(ring.coords)
            for a, b in itertools.pairwise(points):
                sides[min(a, b), max(a, b)].append(i)
    borders: list[dict[int, float]] = [{} for _ in faces]
    for (a, b), pair in sides.items():
        if len(pair) == 2:
            length = float(np.hypot(a[0] - b[0], a[1] - b[1])) * factor[a, b]
            for i, j in (pair, pair[::-1]):
                borders[i][j] = borders[i].get(j, 0.0) + length
    return borders
