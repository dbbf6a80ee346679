"""Joining small regions to larger ones: the lightest goes to the neighbour with the longest common border."""

import heapq
import math
from collections.abc import Callable, Sequence

import shapely
from shapely.geometry import Polygon


def group(
    shapes: Sequence[Polygon],
    weights: Sequence[float],
    borders: Sequence[dict[int, float]],
    count: int,
    willing: Callable[[int, int], float] = lambda a, b: 1.0,
    settled: Callable[[int], bool] = lambda a: False,
) -> list[list[int]]:
    """Return ``count`` groups of indices, each connected and without a hole.

    ``borders[a][b]`` is how much a and b have in common; ``willing(a, b)`` of two first members scales it (0
    forbids); ``settled(a)`` keeps a region out unless somebody joins it. A union that would enclose another
    region is avoided. Compact unions are preferred: the common border counts times the roundness of the union.
    Raises ValueError when the wanted count cannot be reached.
    """
    shape: dict[int, Polygon] = dict(enumerate(shapes))
    weight = dict(enumerate(weights))
    near = {i: dict(b) for i, b in enumerate(borders)}
    members = {i: [i] for i in shape}
    heap = [(w, i) for i, w in weight.items() if not settled(i)]
    heapq.heapify(heap)
    while len(shape) > count:
        if not heap:
            raise ValueError(f"only {len(shape)} groups could be made, {count} were wanted")
        w, a = heapq.heappop(heap)
        if a not in shape or weight[a] != w:
            continue
        best = _partner(a, shape, near, weight, willing)
        if best is None:
            continue
        b, union = best
        keep, gone = (a, b) if weight[a] > weight[b] else (b, a)
        shape[keep], weight[keep] = union, weight[a] + weight[b]
        members[keep] += members.pop(gone)
        for other, length in near.pop(gone).items():
            near[other].pop(gone, None)
            if other != keep:
                near[keep][other] = near[other][keep] = near[keep].get(other, 0.0) + length
        del shape[gone], weight[gone]
        heapq.heappush(heap, (weight[keep], keep))
    return [sorted(m) for _, m in sorted(members.items())]


def _partner(
    a: int,
    shape: dict[int, Polygon],
    near: dict[int, dict[int, float]],
    weight: dict[int, float],
    willing: Callable[[int, int], float],
) -> tuple[int, Polygon] | None:
    """Return the neighbour to join and the union of both, or None when nobody may."""
    options: list[tuple[float, int, Polygon]] = []
    for b, length in near[a].items():
        score = length * willing(a, b)
        if score <= 0:
            continue
        union = shapely.coverage_union(shape[a], shape[b])
        if union.geom_type != "Polygon":
            continue
        roundness = 4 * math.pi * union.area / union.length**2
        heavy = math.sqrt(weight[a] + weight[b])
        options.append((score * roundness / heavy * (1.0 if not union.interiors else 0.001), b, union))
    if not options:
        return None
    _, b, union = max(options, key=lambda o: (round(o[0], 12), -o[1]))
    return b, union


def relabel(groups: list[list[int]], borders: Sequence[dict[int, float]]) -> list[dict[int, float]]:
    """Return the borders between groups from the borders between their members."""
    of = {m: g for g, members in enumerate(groups) for m in members}
    found: list[dict[int, float]] = [{} for _ in groups]
    for m, others in enumerate(borders):
        if m not in of:
            continue
        for n, length in others.items():
            if n in of and of[n] != of[m]:
                found[of[m]][of[n]] = found[of[m]].get(of[n], 0.0) + length
    return found


def union(shapes: Sequence[Polygon], members: Sequence[int]) -> Polygon:
    """Dissolve members of a coverage; every outer vertex is kept, bit for bit."""
    dissolved = shapely.coverage_union_all([shapes[m] for m in members])
    parts = shapely.get_parts(dissolved)
    if len(parts) != 1:
        raise ValueError(f"a group of {len(members)} pieces is not connected")
    return parts[0]
