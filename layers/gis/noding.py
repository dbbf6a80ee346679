"""Makes one network of edges that cross or touch without a common corner: each is parted where it meets another."""

from typing import Any

import numpy as np
import shapely

TOUCH_M = 0.02  # an end that misses another line by less lies on it: borders of two tiers differ by up to 11 mm
MOST_MEETINGS = 500_000  # pairs of edges that may meet; more are no streets but a hatching, and would take too long


def noded(edges: Any, nodes: Any) -> tuple[Any, Any]:
    """Return edges and nodes of a network whose edges meet only at nodes.

    ``edges`` are (M, 2) numbers of ``nodes``, (K, 2) EPSG:4490 degrees. The old nodes keep numbers and places; new ones
    follow them. A node within `TOUCH_M` of an edge parts it, and so does a crossing. Beyond `MOST_MEETINGS` the edges
    are returned as they are.
    """
    if not len(edges):
        return edges, nodes
    tree = shapely.STRtree(shapely.linestrings(nodes[edges]))
    touching = _touching(tree, edges, nodes)
    one, two = tree.query(tree.geometries)  # by their boxes; the rest is reckoned below, all at once
    a, b = edges[one], edges[two]
    apart = (one < two) & (a[:, 0] != b[:, 0]) & (a[:, 0] != b[:, 1]) & (a[:, 1] != b[:, 0]) & (a[:, 1] != b[:, 1])
    one, two = one[apart], two[apart]
    if len(one) + len(touching[0]) > MOST_MEETINGS:
        return edges, nodes
    crossed = _crossing(edges, nodes, one, two)
    count = len(crossed[4])
    new = np.arange(count) + len(nodes)
    owner = np.concatenate([touching[0], crossed[0], crossed[1]])
    if not len(owner):
        return edges, nodes
    share = np.concatenate([touching[1], crossed[2], crossed[3]])
    node = np.concatenate([touching[2], new, new])
    return _parted(edges, owner, share, node), np.concatenate([nodes, crossed[4]])


def _scale(nodes: Any) -> Any:
    """Return metres for a degree of longitude and latitude: enough to tell a few centimetres."""
    return np.array([111_320 * max(float(np.cos(np.radians(nodes[:, 1].mean()))), 0.01), 110_540.0])


def _touching(tree: Any, edges: Any, nodes: Any) -> tuple[Any, Any, Any]:
    """Return (edge, share of its way, node) for every node that lies on an edge which it does not end."""
    scale = _scale(nodes)
    used = np.unique(edges)
    node, edge = tree.query(shapely.points(nodes[used]), predicate="dwithin", distance=TOUCH_M / float(scale.min()))
    node = used[node]
    strange = (edges[edge] != node[:, None]).all(axis=1)
    node, edge = node[strange], edge[strange]
    a, b = nodes[edges[edge, 0]] * scale, nodes[edges[edge, 1]] * scale
    here, way = nodes[node] * scale, b - a
    length = np.hypot(*way.T)
    share = ((here - a) * way).sum(axis=1) / length**2
    off = np.hypot(*(a + way * share[:, None] - here).T)
    inner = (off <= TOUCH_M) & (share > 0) & (share < 1)
    return edge[inner], share[inner], node[inner]


def _crossing(edges: Any, nodes: Any, one: Any, two: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Return (edge, other edge, share of each, place) of crossings well inside both; at an end they touch."""
    a, r = nodes[edges[one, 0]], nodes[edges[one, 1]] - nodes[edges[one, 0]]
    b, s = nodes[edges[two, 0]], nodes[edges[two, 1]] - nodes[edges[two, 0]]
    turn = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    slanting = np.abs(turn) > 1e-9 * np.hypot(*r.T) * np.hypot(*s.T)
    safe = np.where(slanting, turn, 1.0)
    way = b - a
    t = (way[:, 0] * s[:, 1] - way[:, 1] * s[:, 0]) / safe
    u = (way[:, 0] * r[:, 1] - way[:, 1] * r[:, 0]) / safe
    scale = _scale(nodes)
    inner = slanting
    for share, whole in ((t, r), (u, s)):
        length = np.hypot(*(whole * scale).T)
        inner = inner & (np.minimum(share, 1 - share) * length > TOUCH_M)
    return one[inner], two[inner], t[inner], u[inner], a[inner] + r[inner] * t[inner][:, None]


def _parted(edges: Any, owner: Any, share: Any, node: Any) -> Any:
    """Return the edges parted at nodes that lie at a share of their way, each once."""
    every = np.arange(len(edges))
    owner = np.concatenate([every, owner, every])
    share = np.concatenate([np.zeros(len(edges)), share, np.ones(len(edges))])
    node = np.concatenate([edges[:, 0], node, edges[:, 1]])
    order = np.lexsort((share, owner))
    owner, node = owner[order], node[order]
    same = owner[1:] == owner[:-1]
    parted = np.sort(np.column_stack([node[:-1], node[1:]])[same], axis=1)
    return np.unique(parted[parted[:, 0] != parted[:, 1]], axis=0)
