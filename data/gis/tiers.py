"""The two systems made of the same blocks: 1+3+22+138 upwards by district, and 265 base grids by function."""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon

from data.gis import plan
from data.gis.blocks import Town
from data.gis.grouping import group, relabel, union

MICRO = (45, 50, 43)  # per district, 138 together
SMALL = (7, 8, 7)  # 22 together
BASE = 265
# Ribbons become few long base grids; each is this many kilometres long or more.
RIBBON_LENGTH = {"river": 1.55, "highway": 1.9, "rail": 1.9}
HEAVY = {"school": 4.0, "green": 3.2, "construction": 5.0, "transport": 4.0, "commercial": 2.0, "other": 3.0}


@dataclass(frozen=True)
class Grid:
    """One grid in the making: ``faces`` are the town's smallest pieces in it."""

    faces: tuple[int, ...]
    shape: Polygon
    parent: int = -1
    function: str = ""


@dataclass(frozen=True)
class Tiers:
    """Both systems; a ``parent`` is the position in the tier above."""

    street: Grid
    districts: list[Grid]
    small: list[Grid]
    micro: list[Grid]
    base: list[Grid]


def _reading_order(shapes: list[Polygon]) -> list[int]:
    """Return positions from north to south in bands, west to east inside a band (GB/T 30428.1's way)."""
    centres = [(s.centroid.x, s.centroid.y) for s in shapes]
    band = 1.15 * math.sqrt(sum(s.area for s in shapes) / len(shapes))
    north = max(y for _, y in centres)
    return sorted(range(len(shapes)), key=lambda i: (int((north - centres[i][1]) / band), centres[i][0]))


def _dominant(town: Town, uses: list[str], faces: tuple[int, ...]) -> str:
    areas: dict[str, float] = defaultdict(float)
    for f in faces:
        areas[uses[f]] += town.faces[f].area
    return max(sorted(areas), key=lambda use: areas[use])


def build(town: Town, uses: list[str]) -> Tiers:
    """Group the blocks into both systems with exactly the planned counts."""
    shapes = [face.shape for face in town.faces]
    by_block: dict[int, list[int]] = defaultdict(list)
    for i, face in enumerate(town.faces):
        by_block[face.block].append(i)
    blocks = [by_block[b] for b in sorted(by_block)]
    block_shapes = [union(shapes, b) for b in blocks]
    block_zone = [town.faces[b[0]].zone for b in blocks]
    block_borders = relabel(blocks, town.borders)
    districts: list[Grid] = []
    small: list[Grid] = []
    micro: list[Grid] = []
    for z in range(3):
        own = [i for i, zone in enumerate(block_zone) if zone == z]
        place = {b: k for k, b in enumerate(own)}
        borders = [{place[o]: w for o, w in block_borders[b].items() if o in place} for b in own]
        own_shapes = [block_shapes[b] for b in own]
        weights = [_weight(town, blocks[b]) for b in own]
        micros = group(own_shapes, weights, borders, MICRO[z])
        micro_shapes = [union(own_shapes, m) for m in micros]
        micro_weights = [sum(weights[k] for k in m) for m in micros]
        smalls = group(micro_shapes, micro_weights, relabel(micros, borders), SMALL[z])
        small_shapes = [union(micro_shapes, m) for m in smalls]
        for s in _reading_order(small_shapes):
            inside = [micro_shapes[m] for m in smalls[s]]
            for k in _reading_order(inside):
                faces = tuple(sorted(f for b in micros[smalls[s][k]] for f in blocks[own[b]]))
                micro.append(Grid(faces, inside[k], len(small), _dominant(town, uses, faces)))
            faces = tuple(sorted(f for g in micro if g.parent == len(small) for f in g.faces))
            small.append(Grid(faces, small_shapes[s], z))
        faces = tuple(sorted(f for g in small if g.parent == z for f in g.faces))
        districts.append(Grid(faces, union(small_shapes, range(len(small_shapes))), 0))
    street = Grid(tuple(range(len(shapes))), town.outline)
    return Tiers(street, districts, small, micro, _base(town, uses, shapes))


def _weight(town: Town, faces: list[int]) -> float:
    """Return how much work a block is: area, more of it towards the busy centres."""
    total = 0.0
    for f in faces:
        u, v = town.faces[f].centre
        core = math.exp(-(((u + 1.2) / 0.9) ** 2) - ((v + 1.65) / 0.8) ** 2)
        heart = math.exp(-(((u - 1.0) / 0.8) ** 2) - ((v + 0.5) / 0.8) ** 2)
        total += town.faces[f].area * (1 + 1.1 * core + 0.8 * heart)
    return total


def _base(town: Town, uses: list[str], shapes: list[Polygon]) -> list[Grid]:
    """Return the 265 base responsibility grids: long strips first, then the land by function."""
    kinds = {line.name: line.kind for line in plan.LINES} | {"五龙湖": "river"}
    width = {line.name: 2 * line.half_width for line in plan.LINES}
    strips: list[list[int]] = []
    for name in sorted({f.ribbon for f in town.faces} - {""}):
        own = [i for i, f in enumerate(town.faces) if f.ribbon == name]
        place = {f: k for k, f in enumerate(own)}
        borders = [{place[o]: 1.0 for o in town.borders[f] if o in place} for f in own]
        pieces = sum(town.faces[f].area for f in own) / (width.get(name) or 1.0) / RIBBON_LENGTH[kinds[name]]
        lone = _components(borders)
        count = max(len(lone), round(pieces))
        for members in group([shapes[f] for f in own], [town.faces[f].area for f in own], borders, count):
            strips.append([own[k] for k in members])
    land = [[i] for i, f in enumerate(town.faces) if not f.ribbon]
    start = land + strips
    start_shapes = [union(shapes, m) for m in start]
    use = [uses[m[0]] for m in start]
    weights = [_weight(town, m) * HEAVY.get(use[k], 1.0) for k, m in enumerate(start)]
    ribbon = [bool(town.faces[m[0]].ribbon) for m in start]

    def willing(a: int, b: int) -> float:
        if ribbon[a] or ribbon[b]:
            tiny = min(weights[a], weights[b]) < 0.0015
            return 0.02 if tiny else 0.0
        return 1.0 if use[a] == use[b] else 0.06

    groups = group(start_shapes, weights, relabel(start, town.borders), BASE, willing)
    grids = []
    for members in groups:
        faces = tuple(sorted(f for m in members for f in start[m]))
        grids.append(Grid(faces, union(shapes, faces), -1, _dominant(town, uses, faces)))
    return [grids[i] for i in _reading_order([g.shape for g in grids])]


def _components(borders: list[dict[int, float]]) -> list[set[int]]:
    """Return the connected pieces of a strip."""
    left, found = set(range(len(borders))), []
    while left:
        todo, seen = [min(left)], set()
        while todo:
            i = todo.pop()
            if i not in seen:
                seen.add(i)
                todo += [j for j in borders[i] if j not in seen]
        found.append(seen)
        left -= seen
    return found


def sound(shapes: list[Polygon], whole: Polygon) -> bool:
    """Say whether the shapes cover the whole without gap or overlap, and no vertex is missing on either side."""
    array = np.array(shapes, dtype=object)
    same = shapely.coverage_union_all(array)
    return bool(shapely.coverage_is_valid(array)) and shapely.normalize(same) == shapely.normalize(whole)
