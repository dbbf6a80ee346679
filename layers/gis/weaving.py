"""Gives parents the vertices of their children, so that a border is one and the same line in every tier.

A child's corner that lies on a parent's straight edge does not lie on it any more once both are reprojected:
the edge bends by up to 11 mm. So the parent's edge takes in the corner itself (design §3).
"""

from typing import Any

import numpy as np
import shapely

from layers.domain import ground

REACH_M = 0.02  # twice what reprojection moves an edge


def weave(parents: Any, children: Any, reach_m: float = REACH_M) -> tuple[Any, Any]:
    """Return (N parents with the children's vertices on their edges, N flags of which have changed).

    Both are object arrays of areas in EPSG:4490. A vertex of a child within ``reach_m`` of an edge becomes a
    vertex of that edge, in its order along it; a parent's own vertices stay bit-identical.
    """
    parents = np.asarray(parents, dtype=object)
    changed = np.zeros(len(parents), dtype=bool)
    own = shapely.get_coordinates(parents)
    corners = shapely.get_coordinates(np.asarray(children, dtype=object))
    if not len(own) or not len(corners):
        return parents, changed
    # Degrees are shortened to equal lengths both ways; distances of centimetres need no projection.
    latitude = np.radians((own[:, 1].min() + own[:, 1].max()) / 2)
    squeeze = np.array([np.cos(latitude), 1.0])
    corners = np.unique(corners, axis=0)
    known = {tuple(xy) for xy in own.tolist()}
    strange = np.array([tuple(xy) not in known for xy in corners.tolist()], dtype=bool)
    corners = corners[strange]
    if not len(corners):
        return parents, changed
    tree = shapely.STRtree(shapely.points(corners * squeeze))
    result = parents.copy()
    reach = reach_m / ground.DEGREE
    for i, parent in enumerate(parents):
        woven = _woven(parent, corners, squeeze, tree, reach)
        if woven is not None:
            result[i], changed[i] = woven, True
    return result, changed


def _woven(parent: Any, corners: Any, squeeze: Any, tree: Any, reach: float) -> Any | None:
    rings = shapely.get_rings(shapely.get_parts(parent))
    new, any_new = [], False
    for ring in rings:
        xy = shapely.get_coordinates(ring)
        flat = xy * squeeze
        edges = shapely.linestrings(np.stack([flat[:-1], flat[1:]], axis=1))
        edge, corner = tree.query(edges, predicate="dwithin", distance=reach)
        if not len(edge):
            new.append(ring)
            continue
        start, along = flat[edge], flat[edge + 1] - flat[edge]
        square = (along**2).sum(axis=1)
        at = ((corners[corner] * squeeze - start) * along).sum(axis=1) / np.where(square == 0, 1, square)
        # A corner beside the end of an edge belongs to that end.
        close = reach / np.sqrt(np.where(square == 0, 1, square))
        inside = (square > 0) & (at > close) & (at < 1 - close)
        if not inside.any():
            new.append(ring)
            continue
        edge, corner, at = edge[inside], corner[inside], at[inside]
        # A corner near two edges (a narrow spike) goes into the first one only.
        _, first = np.unique(corner, return_index=True)
        edge, corner, at = edge[first], corner[first], at[first]
        order = np.lexsort((at, edge))
        new.append(shapely.linearrings(np.insert(xy, edge[order] + 1, corners[corner[order]], axis=0)))
        any_new = True
    if not any_new:
        return None
    woven = _rebuilt(parent, new)
    return woven if shapely.is_valid(woven) else None


def _rebuilt(parent: Any, rings: list[Any]) -> Any:
    """Return an area of the parent's kind from its rings in their order."""
    polygons, at = [], 0
    for part in shapely.get_parts(parent):
        holes = int(shapely.get_num_interior_rings(part))
        polygons.append(shapely.polygons(rings[at], rings[at + 1 : at + 1 + holes] or None))
        at += 1 + holes
    return shapely.multipolygons(polygons)


def dissolved(children: Any) -> Any:
    """Return the union of areas: along their common vertices if they form a coverage, else by overlay."""
    shapes = np.asarray(children, dtype=object)
    if shapely.coverage_is_valid(shapes):
        union = shapely.coverage_union_all(shapes)
        if shapely.is_valid(union):
            return union
    return shapely.union_all(shapes)


def reading_order(points: Any) -> Any:
    """Return the order in which grids are numbered: rows from north to south, within a row from west to east.

    ``points`` are (N, 2) degrees. Source: the numbering rule of DB11 单元网格划分与编码规则 (west to east, north to
    south), with as many rows as a square of the grids would have.
    """
    xy = np.asarray(points, dtype="f8").reshape(-1, 2)
    if not len(xy):
        return np.empty(0, dtype="i8")
    rows = max(1, round(float(np.sqrt(len(xy)))))
    rank = np.empty(len(xy), dtype="i8")
    rank[np.argsort(-xy[:, 1], kind="stable")] = np.arange(len(xy)) * rows // len(xy)
    return np.lexsort((xy[:, 0], rank))
