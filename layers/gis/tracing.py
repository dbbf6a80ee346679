"""The way along roads and borders: the shortest over corners that lines share and places where they cross or touch."""

from heapq import heappop, heappush
from typing import Any

import numpy as np
import shapely

from layers.gis import crs, noding

Place = tuple[float, float]
MOST = 60_000  # corners of the network; more would take longer than a click may


def trace(lines: Any, start: Place, end: Place, reach_m: float) -> list[Place] | None:
    """Return the corners from ``start`` to ``end`` along lines, both ends included; None where no way leads along them.

    ``lines`` is an object array of N lines or areas (whose outlines count) in EPSG:4490; an end within ``reach_m``
    metres of a line joins it at the nearest place. Lines that cross or touch lead into each other there, whether or not
    they have a corner in common. Corners of the lines keep their very numbers. Dijkstra's way.
    """
    edges, nodes = _network(lines)
    if not len(edges) or len(nodes) > MOST:
        return None
    edges, nodes = noding.noded(edges, nodes)
    zone = crs.local_crs(start[0])
    x, y = crs.metres_xy(nodes[:, 0], nodes[:, 1], zone)
    flat = np.column_stack([x, y])
    ends = []
    for place in (start, end):
        px, py = crs.metres_xy(place[0], place[1], zone)
        found = _joint(flat, nodes, edges, np.array([float(px), float(py)]), reach_m)
        if found is None:
            return None
        ends.append(found)
    (first, at_first, from_xy, from_place), (last, at_last, to_xy, to_place) = ends
    if first == last:
        middle: list[int] = []
    else:
        way = _shortest(flat, edges, (first, from_xy), (last, to_xy))
        if way is None:
            return None
        middle = way
    path = [from_place if at_first is None else _node(nodes, at_first)]
    path += [_node(nodes, i) for i in middle]
    path.append(to_place if at_last is None else _node(nodes, at_last))
    return [place for i, place in enumerate(path) if i == 0 or place != path[i - 1]]


def _node(nodes: Any, i: int) -> Place:
    return float(nodes[i, 0]), float(nodes[i, 1])


def _network(lines: Any) -> tuple[Any, Any]:
    """Return ((M, 2) numbers of the nodes that edges join, (K, 2) degrees of the nodes): a node is a shared corner."""
    parts = shapely.get_parts(lines)
    kinds = shapely.get_type_id(parts)
    paths = np.concatenate([parts[kinds == 1], shapely.get_rings(parts[kinds == 3])])
    if not len(paths):
        return np.empty((0, 2), dtype=int), np.empty((0, 2))
    xy, owner = shapely.get_coordinates(paths, return_index=True)
    nodes, number = np.unique(xy, axis=0, return_inverse=True)
    number = number.reshape(-1)
    edges = np.sort(np.column_stack([number[:-1], number[1:]])[owner[1:] == owner[:-1]], axis=1)
    edges = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)
    return edges, nodes


def _joint(flat: Any, nodes: Any, edges: Any, here: Any, reach_m: float) -> tuple[int, int | None, Any, Place] | None:
    """Return (edge, node if the foot is one, foot in metres, in degrees) of the nearest edge, None if it is too far."""
    a, way = flat[edges[:, 0]], flat[edges[:, 1]] - flat[edges[:, 0]]
    square = (way**2).sum(axis=1)
    at = np.clip(((here - a) * way).sum(axis=1) / np.where(square == 0, 1, square), 0, 1)
    foot = a + way * at[:, None]
    off = np.hypot(*(foot - here).T)
    i = int(np.argmin(off))
    if off[i] > reach_m:
        return None
    node = None
    for end in edges[i]:
        if np.hypot(*(flat[end] - foot[i])) < 0.01:
            node = int(end)
    place = nodes[edges[i, 0]] + (nodes[edges[i, 1]] - nodes[edges[i, 0]]) * at[i]
    return i, node, flat[node] if node is not None else foot[i], (float(place[0]), float(place[1]))


def _shortest(flat: Any, edges: Any, start: tuple[int, Any], end: tuple[int, Any]) -> list[int] | None:
    beside: dict[int, list[tuple[int, float]]] = {}
    lengths = np.hypot(*(flat[edges[:, 1]] - flat[edges[:, 0]]).T)
    for (a, b), length in zip(edges.tolist(), lengths.tolist(), strict=True):
        beside.setdefault(a, []).append((b, length))
        beside.setdefault(b, []).append((a, length))
    goal = {int(node): float(np.hypot(*(flat[node] - end[1]))) for node in edges[end[0]]}
    best: dict[int, float] = {}
    before: dict[int, int] = {}
    queue: list[tuple[float, int, int]] = []
    for node in edges[start[0]].tolist():
        heappush(queue, (float(np.hypot(*(flat[node] - start[1]))), node, -1))
    finish: tuple[float, int] | None = None
    while queue:
        length, node, came = heappop(queue)
        if finish is not None and length >= finish[0]:
            break
        if node in best:
            continue
        best[node], before[node] = length, came
        if node in goal and (finish is None or length + goal[node] < finish[0]):
            finish = (length + goal[node], node)
        for other, step in beside[node]:
            if other not in best:
                heappush(queue, (length + step, other, node))
    if finish is None:
        return None
    path, node = [], finish[1]
    while node >= 0:
        path.append(node)
        node = before[node]
    return path[::-1]
