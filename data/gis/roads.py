"""Road sections: stretches between two crossings, of streets, rivers, railway and shop fronts."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point

from data.gis import plan
from data.gis.blocks import Town, ribbons

RANK = {
    "main": 5,
    "secondary": 4,
    "highway": 3,
    "river": 3,
    "rail": 3,
    "branch": 2,
    "internal": 1,
    "edge": 0,
    "bank": -1,
}
# Where a section ends: only crossings with these make a new one.
BREAKS = {
    "main": ("main", "secondary"), "secondary": ("main",), "branch": ("main",),
    "internal": ("main", "secondary"), "river": ("main",), "rail": ("main",), "highway": ("main",),
}  # fmt: skip
JOG = {"main": 0.14, "secondary": 0.28, "branch": 0.46}  # km; shorter stretches join the next one
Node = tuple[float, float]


@dataclass(frozen=True)
class Section:
    """One section in the making: ``meets`` are the street keys at its west or north end and at the other."""

    key: str
    kind: str
    shape: LineString
    meets: tuple[tuple[str, ...], tuple[str, ...]]
    length: float  # plan km
    middle: Node  # plan km


def sections(town: Town) -> list[Section]:
    """Cut every street into its sections, sorted by street and place."""
    edges = _used(town)
    at: dict[Node, dict[str, str]] = defaultdict(dict)
    for i in edges:
        edge, street = town.plan_edges[i]
        for end in (edge.coords[0], edge.coords[-1]):
            at[end][street.key] = street.kind
    for edge, street in town.plan_edges:
        if street.kind == "edge" and street.key == "街道界":
            for end in (edge.coords[0], edge.coords[-1]):
                at[end].setdefault(street.key, "edge")
    by_key: dict[str, list[int]] = defaultdict(list)
    for i in edges:
        by_key[town.plan_edges[i][1].key].append(i)
    found: list[Section] = []
    for key in sorted(by_key):
        found += _chains(town, key, by_key[key], at)
    return sorted(found, key=lambda s: (-RANK[s.kind], s.key, round(s.middle[0] - s.middle[1], 4), s.middle))


def _used(town: Town) -> list[int]:
    """Return the edges that carry a section: a street that ends at a river ends on its bank."""
    wet = shapely.union_all([area for _, kind, area in ribbons()])
    shapely.prepare(wet)
    carriers = [i for i, (_, s) in enumerate(town.plan_edges) if s.kind in BREAKS]
    while True:
        degree: dict[Node, int] = defaultdict(int)
        for i in carriers:
            edge, street = town.plan_edges[i]
            if street.kind not in ("river", "rail", "highway"):
                degree[edge.coords[0]] += 1
                degree[edge.coords[-1]] += 1
        kept = []
        for i in carriers:
            edge, street = town.plan_edges[i]
            dead = min(degree[edge.coords[0]], degree[edge.coords[-1]]) == 1
            if street.kind in ("river", "rail", "highway", "main") or not dead or not wet.covers(_middle(edge)):
                kept.append(i)
        if len(kept) == len(carriers):
            return kept
        carriers = kept


def _middle(edge: LineString) -> Point:
    return edge.interpolate(0.5, normalized=True)


def _chains(town: Town, key: str, edges: list[int], at: dict[Node, dict[str, str]]) -> list[Section]:
    """Join the edges of one street up to its next breaking crossing."""
    ends_at: dict[Node, list[int]] = defaultdict(list)
    for i in edges:
        for end in (town.plan_edges[i][0].coords[0], town.plan_edges[i][0].coords[-1]):
            ends_at[end].append(i)

    def breaks(node: Node, kind: str) -> bool:
        others = [k for name, k in at[node].items() if name != key]
        return len(ends_at[node]) != 2 or any(k in BREAKS[kind] for k in others)

    left = set(edges)
    chains: list[list[int]] = []
    while left:
        todo, chain = [min(left)], []
        while todo:
            i = todo.pop()
            if i not in left:
                continue
            left.discard(i)
            chain.append(i)
            edge, street = town.plan_edges[i]
            for end in (edge.coords[0], edge.coords[-1]):
                if not breaks(end, street.kind):
                    todo += ends_at[end]
        chains.append(sorted(chain))
    return [_section(town, key, chain, at) for chain in _without_jogs(town, chains, ends_at)]


def _without_jogs(town: Town, chains: list[list[int]], ends_at: dict[Node, list[int]]) -> list[list[int]]:
    """Join a stretch of a few steps between two crossings to its neighbour: nobody answers for 30 metres."""
    while True:
        lengths = [sum(town.plan_edges[i][0].length for i in chain) for chain in chains]
        of = {i: c for c, chain in enumerate(chains) for i in chain}
        joined = None
        for c in sorted(range(len(chains)), key=lambda c: (lengths[c], c)):
            if lengths[c] >= JOG.get(town.plan_edges[chains[c][0]][1].kind, 0.1):
                break
            beside = {
                of[j] for i in chains[c] for end in (town.plan_edges[i][0].coords[0], town.plan_edges[i][0].coords[-1])
                if len(ends_at[end]) == 2 for j in ends_at[end] if of[j] != c
            }  # fmt: skip
            if beside:
                joined = (c, min(beside, key=lambda b: (lengths[b], b)))
                break
        if joined is None:
            return chains
        c, b = joined
        chains = [ch for k, ch in enumerate(chains) if k not in joined] + [sorted(chains[c] + chains[b])]


def _section(town: Town, key: str, chain: list[int], at: dict[Node, dict[str, str]]) -> Section:
    lines = [town.plan_edges[i][0] for i in chain]
    merged = shapely.line_merge(MultiLineString(lines))
    if merged.geom_type != "LineString":
        raise ValueError(f"the street {key} is not one line")
    start, end = merged.coords[0], merged.coords[-1]
    across = abs(end[0] - start[0]) >= abs(end[1] - start[1])
    if (across and start[0] > end[0]) or (not across and start[1] < end[1]):
        merged = shapely.reverse(merged)
        start, end = end, start
    meets = tuple(
        tuple(sorted((k for k in at[node] if k != key), key=lambda k: (-RANK[at[node][k]], k))) for node in (start, end)
    )
    meets = tuple(keys or _water(node) for keys, node in zip(meets, (start, end), strict=True))
    shape = shapely.transform(merged, plan.to_degrees)
    middle = _middle(merged)
    kind = town.plan_edges[chain[0]][1].kind
    return Section(key, kind, shape, (meets[0], meets[1]), merged.length, (middle.x, middle.y))


def _water(node: Node) -> tuple[str, ...]:
    """Return the river, railway or motorway on whose bank a street ends."""
    near = [(plan.smooth(w).distance(Point(node)) - w.half_width, w.name) for w in plan.LINES if w.half_width]
    return tuple(name for gap, name in sorted(near)[:1] if gap < 0.02)


def beside(shape: LineString, metres: float) -> LineString:
    """Return the line moved sideways (right of its direction is positive), degrees, for shop fronts."""
    points = np.array(shape.coords)
    km = (points - points[0]) / (plan.LON_KM, plan.LAT_KM)
    moved = shapely.offset_curve(LineString(km), -metres / 1000, join_style="mitre")
    return shapely.transform(moved, lambda p: np.round(p * (plan.LON_KM, plan.LAT_KM) + points[0], 8))
