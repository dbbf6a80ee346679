"""Rows of both grid systems: systems, tiers, and the 1+3+22+138 and 265 grids with codes and names."""

import math
from collections import Counter

import shapely
from shapely.geometry import Polygon

from data.gis import names
from data.gis.facts import ORDER_NO, VALID_FROM
from data.gis.rows import add, wkb
from data.gis.scene import STREET, Scene, area_m2

NOUNS = {
    "residential": "居住区", "commercial": "商业区", "industry": "产业区", "school": "校园", "green": "绿地",
    "water": "水域", "transport": "交通设施", "construction": "建设地块", "other": "其他用地",
}  # fmt: skip
SYNTHETIC = "合成演示数据"


def add_grids(scene: Scene) -> None:
    """Write grid_system, grid_tier and grid; keep their uuids and codes in the scene."""
    tables, tiers = scene.tables, scene.tiers
    add(tables, "grid_system", "four", code="four", name="四级网格", kind="governance", area_code=STREET, main=1)
    add(tables, "grid_system", "base", code="base", name="责任网格（265）", kind="base", area_code=STREET, main=0)
    for tier, name, letter, expected in (
        (1, "街道", "", 1),
        (2, "片区", "Z", 3),
        (3, "小网格", "X", 22),
        (4, "微网格", "W", 138),
    ):
        add(
            tables,
            "grid_tier",
            f"four-{tier}",
            system="four",
            tier=tier,
            name=name,
            letter=letter,
            expected=expected,
            covering=1,
        )
    add(tables, "grid_tier", "base-1", system="base", tier=1, name="责任网格", letter="J", expected=265, covering=1)

    street = _row(scene, "four", 1, STREET, "中山街道（演示）", None, tiers.street.shape, None)
    scene.street = street
    for z, grid in enumerate(tiers.districts):
        code = f"{STREET}-Z{z + 1}"
        key = _row(scene, "four", 2, code, names.DISTRICTS[z], street, grid.shape, None)
        scene.districts.append((key, code, names.DISTRICTS[z]))
    pools = [iter(pool) for pool in names.SMALL]
    for x, grid in enumerate(tiers.small):
        code, name = f"{STREET}-X{x + 1:02d}", next(pools[grid.parent])
        key = _row(scene, "four", 3, code, name, scene.districts[grid.parent][0], grid.shape, None)
        scene.small.append((key, code, name, grid.parent))
    sides = [(grid.parent, _side(grid.shape, tiers.small[grid.parent].shape)) for grid in tiers.micro]
    met: Counter[tuple[int, str]] = Counter()
    for w, grid in enumerate(tiers.micro):
        code, parent = f"{STREET}-W{w + 1:03d}", scene.small[grid.parent]
        side = sides[w][1]
        met[sides[w]] += 1
        if sides.count(sides[w]) > 1:  # two in the same wind are told apart as people do: 北一, 北二
            side += "一二三四五六七八九"[met[sides[w]] - 1]
        key = _row(scene, "four", 4, code, f"W{w + 1:03d} {parent[2]}{side}", parent[0], grid.shape, grid.function)
        scene.micro.append((key, code, grid.parent))
    _add_base(scene)


def _row(
    scene: Scene, system: str, tier: int, code: str, name: str, parent: str | None, shape: Polygon, function: str | None
) -> str:
    return add(
        scene.tables, "grid", code, system=system, tier=tier, name=name, parent_uuid=parent, function=function,
        area_m2=area_m2(shape), valid_from=VALID_FROM, order_no=ORDER_NO, note=SYNTHETIC, geom=wkb(shape),
    )  # fmt: skip


def _side(shape: Polygon, whole: Polygon) -> str:
    """Return where a micro grid lies in its small grid: one of eight winds or 中."""
    a, b = shape.centroid, whole.centroid
    dx, dy = a.x - b.x, (a.y - b.y) / 0.86
    if math.hypot(dx, dy) < 0.16 * math.sqrt(whole.area):
        return "中"
    winds = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")
    return winds[round(math.atan2(dy, dx) / (math.pi / 4)) % 8]


def _add_base(scene: Scene) -> None:
    small = shapely.STRtree([g.shape for g in scene.tiers.small])
    used: Counter[str] = Counter()
    for j, grid in enumerate(scene.tiers.base):
        inside = grid.shape.representative_point()
        where = scene.small[int(min(small.query(inside, predicate="intersects")))][2]
        ribbon = Counter(scene.town.faces[f].ribbon for f in grid.faces).most_common(1)[0][0]
        anchors = Counter(a for f in grid.faces if (a := scene.anchors[f]))
        if ribbon:
            name = ribbon
        elif anchors and grid.function in ("green", "commercial", "construction", "transport"):
            name = anchors.most_common(1)[0][0]
        else:
            name = where + NOUNS[grid.function]
        used[name] += 1
        number = f"{'段' if ribbon else ''}{used[name]}" if used[name] > 1 or (ribbon and ribbon != "五龙湖") else ""
        code = f"{STREET}-J{j + 1:03d}"
        key = _row(scene, "base", 1, code, f"J{j + 1:03d} {name}{number}", None, grid.shape, grid.function)
        scene.base.append((key, code))
