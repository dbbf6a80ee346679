"""Rows of the places: estates, schools, greens, waters, markets, sites, parking, space under bridges, buildings."""

import itertools
import math
import random
from collections import Counter, defaultdict

import shapely
from shapely.affinity import rotate
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.ops import substring

from data.gis import names, plan
from data.gis.blocks import ribbons
from data.gis.rows import add, pack, wkb
from data.gis.scene import STREET, Road, Scene, Spot, degrees, house_number, inset, km, nearest_road

ESTATES = 84
# The plans' three (任务 12), then where the motorway crosses a main street.
UNDER_BRIDGES = (
    ("通波塘茸龙路桥下空间", "通波塘", ""),
    ("大塔路光星路桥下空间", "大塔路", "光星路"),
    ("大塔浜茸梅路桥下空间", "大塔浜", "茸梅路"),
)
SCHOOLS = ("小学", "幼儿园", "中学", "第二小学", "实验幼儿园", "职业学校")
VILLAGE_PLOTS = ("南内路地块", "小涨泾地块", "松汇东路17弄地块", "府城城中村地块")
# Use of the block, class of the place, metres drawn in, how it is called.
BY_USE = (
    ("green", "green", 9, ("绿地",)),
    ("construction", "site", 8, ("工地",)),
    ("school", "other", 10, SCHOOLS),
    ("industry", "other", 10, ("产业园",)),
)
MARKETS = (
    "方塔集贸市场",
    "荣乐集贸市场",
    "松汇集贸市场",
    "茸北集贸市场",
    "花桥集贸市场",
    "茸梅集贸市场",
    "明南集贸市场",
    "蓝天菜市场",
)


def add_places(scene: Scene) -> None:
    """Write place; all polygons lie inside blocks, except waters and the space under bridges."""
    rng = random.Random(4047)
    _add_waters(scene)
    _add_estates(scene)
    _add_by_use(scene)
    _add_boxes(scene, rng)
    _add_under_bridges(scene)
    _add_gardens(scene, rng)


def _row(
    scene: Scene, name: str, kind: str, shape: Polygon | MultiPolygon, tag: str = "", aliases: str | None = None,
    custodian: str = "物业服务企业", owner: str | None = None, note: str | None = None,
) -> Spot:  # fmt: skip
    code = f"{STREET}-P{len(scene.spots) + 1:03d}"
    inside = shape.representative_point()
    road, _ = nearest_road(scene, inside)
    lane = "弄" if kind == "estate" else "号"
    address = _lane(name) or f"{road.name}{house_number(road, inside)}{lane}"
    key = add(
        scene.tables, "place", code, name=name, aliases=aliases, address=address,
        owner_uuid=scene.people[owner] if owner else None, custodian_uuid=scene.people[custodian], note=note,
        attrs=pack({"fact": tag}) if tag else None, geom=wkb(shape), **{"class": kind},
    )  # fmt: skip
    scene.spots.append(Spot(key, name, kind, shape, address, tag))
    return scene.spots[-1]


def _lane(name: str) -> str | None:
    """Return the address that the name itself says (中山东路120弄小区)."""
    return name.removesuffix("小区").removesuffix("地块") if "路" in name and "弄" in name else None


def _by_use(scene: Scene, use: str) -> list[int]:
    return [i for i, f in enumerate(scene.town.faces) if scene.uses[i] == use and not f.ribbon]


def _add_waters(scene: Scene) -> None:
    for name, kind, _ in ribbons():
        if kind != "river":
            continue
        own = [f.shape for f in scene.town.faces if f.ribbon == name]
        whole = shapely.coverage_union_all(own)
        for n, part in enumerate(sorted(shapely.get_parts(whole), key=lambda p: -p.area)):
            if part.area > 2e-7:
                label = "" if n == 0 else f"（{n + 1}）"
                _row(scene, name + label, "water", Polygon(part.exterior), custodian="河道养护单位", owner="城建中心")


def _add_estates(scene: Scene) -> None:
    """One estate to a residential block; the named ones stand in the old town, the rest is spread evenly."""
    blocks = [
        (i, shape) for i in _by_use(scene, "residential") if (shape := inset(scene.town.faces[i].shape, 15)) is not None
    ]
    named = _named(scene, [i for i, _ in blocks if scene.town.faces[i].zone == 0])
    village = {i for i, _ in blocks if scene.anchors[i] == "花桥新村"}
    rest = [b for b in blocks if b[0] not in named and b[0] not in village]
    step = len(rest) / (ESTATES - len(named) - len(village))
    chosen = {rest[int(k * step)][0] for k in range(ESTATES - len(named) - len(village))}
    made: Counter[int] = Counter()
    for i, shape in blocks:
        if i in named:
            name, tag = named[i]
            alias = name.removesuffix("小区") if name.endswith("弄小区") else None
            _row(scene, name, "estate", shape, tag, alias, note="旧住房改造" if tag == "old_estate" else "部队军产房")
        elif i in village:
            made[-1] += 1
            _row(
                scene,
                f"花桥新村{'一二三四五六七八九十'[made[-1] - 1]}组",
                "estate",
                shape,
                aliases="花桥新村",
                note="农民自建房小区",
            )
        elif i in chosen:
            zone = scene.town.faces[i].zone
            name = names.estates(zone, made[zone])
            made[zone] += 1
            short = name[:2] + name[-2:] if len(name) > 4 else None
            _row(scene, name, "estate", shape, aliases=short)


def _named(scene: Scene, blocks: list[int]) -> dict[int, tuple[str, str]]:
    """Return block → named estate: in the small grid of its name, along its street, else near the heart."""
    left, found = set(blocks), {}
    small = {name[:2]: scene.tiers.small[x].faces for x, (_, _, name, _) in enumerate(scene.small)}
    for name, tag in names.ESTATES_NAMED:
        home = [i for i in small.get(name[:2], ()) if i in left] or sorted(left)
        weight = (0.3, 4.0) if name.startswith("中山东路") else (1.0, 1.0)

        def far(i: int, weight: tuple[float, float] = weight) -> tuple[float, int]:
            u, v = scene.town.faces[i].centre
            return round(weight[0] * abs(u + 1.15) + weight[1] * abs(v + 1.5), 6), i

        best = min(home, key=far)
        left.discard(best)
        found[best] = (name, tag)
    return found


def _add_by_use(scene: Scene) -> None:
    """Greens, sites, schools and factory parks: whole blocks; the blocks of a named place are one place."""
    small = shapely.STRtree([g.shape for g in scene.tiers.small])
    count: Counter[str] = Counter()
    for use, kind, metres, tails in BY_USE:
        groups: dict[str, list[Polygon]] = defaultdict(list)
        for i in _by_use(scene, use):
            face = scene.town.faces[i]
            shape = inset(face.shape, metres)
            little = use == "green" and not scene.anchors[i] and face.area < 0.022
            if shape is None or little or (use == "industry" and i % 19):
                continue
            name = scene.anchors[i]
            if not name or use in ("school", "industry"):
                where = scene.small[int(min(small.query(shape.representative_point(), predicate="intersects")))][2]
                turn, tail = divmod(count[where + use], len(tails))
                name = f"{where}{tails[tail]}" + (f"（{turn + 1}）" if turn else "")
                count[where + use] += 1
            groups[name].append(shape)
        for name in sorted(groups):
            shape = groups[name][0] if len(groups[name]) == 1 else shapely.multipolygons(groups[name])
            kind_here = "woodland" if name == "新城绿环中山段" else kind
            keeper, owner = ("绿化养护单位", "绿容所") if use == "green" else ("物业服务企业", None)
            tag = "village_plot" if name in VILLAGE_PLOTS else ""
            _row(scene, name, kind_here, shape, tag, custodian=keeper, owner=owner)


def _box(scene: Scene, face: int, wide: float, deep: float, rng: random.Random) -> Polygon | None:
    """Return a rectangle of metres laid along the longest side of a block, inside it."""
    room = inset(scene.town.faces[face].shape, 12)
    if room is None:
        return None
    local = km(room)
    ring = list(local.exterior.coords)
    a, b = max(itertools.pairwise(ring), key=lambda s: round(math.dist(*s), 7))
    angle = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
    for _ in range(40):
        west, south, east, north = local.bounds
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        box = rotate(shapely.box(x, y, x + wide / 1000, y + deep / 1000), angle)
        if local.covers(box):
            return degrees(box)
    return None


def _add_boxes(scene: Scene, rng: random.Random) -> None:
    """Markets, parking and office towers: rectangles in commercial blocks."""
    shops = _by_use(scene, "commercial")
    rng.shuffle(shops)
    small = shapely.STRtree([g.shape for g in scene.tiers.small])
    wanted = [(name, "market", 70.0, 45.0) for name in MARKETS]
    wanted += [(f"公共停车场{n + 1}", "parking", 60.0, 35.0) for n in range(11)]
    wanted += [(f"商务楼{n + 1}号", "building", 42.0, 24.0) for n in range(12)]
    for name, kind, wide, deep in wanted:
        while shops:
            shape = _box(scene, shops.pop(), wide, deep, rng)
            if shape is not None:
                where = scene.small[int(min(small.query(shape.representative_point(), predicate="intersects")))][2]
                label = name if kind == "market" else where + name
                _row(scene, label, kind, shape, custodian="物业服务企业", owner="市场所" if kind == "market" else None)
                break


def _crossing(scene: Scene, first: str, second: str) -> Point | None:
    a, b = ([km(r.shape) for r in scene.roads if r.name == name] for name in (first, second))
    meet = shapely.union_all(a).intersection(shapely.union_all(b)) if a and b else None
    return None if meet is None or meet.is_empty else Point(shapely.get_parts(meet)[0].coords[0])


def _add_under_bridges(scene: Scene) -> None:
    """The three the plan names, and five where the motorway runs over a main street."""
    spots: list[tuple[str, Point | None, str]] = []
    for name, first, second in UNDER_BRIDGES:
        spots.append((name, _crossing(scene, first, second or "茸龙路"), "under_bridge"))
    for street in ("方塔北路", "松东路", "茸梅路", "茸平路", "明南路"):
        spots.append((f"G60{street}桥下空间", _crossing(scene, "G60沪昆高速", street), ""))
    for name, point, tag in spots:
        if point is None:
            raise ValueError(f"nothing crosses at {name}")
        road, _ = nearest_road(scene, degrees(point), ("main", "secondary", "branch"))
        shape = degrees(_along(road, point).buffer(0.016, cap_style="flat"))
        _row(scene, name, "under_bridge", shape, tag, custodian="道路养护单位", owner="城建中心")


def _along(road: Road, point: Point) -> LineString:
    line = km(road.shape)
    at = line.project(point)
    return substring(line, max(0.0, at - 0.028), min(line.length, at + 0.028))


def _add_gardens(scene: Scene, rng: random.Random) -> None:
    """Four corner parks and five community gardens (the plan of 东明路街道)."""
    homes = [i for i in _by_use(scene, "residential") if plan.zone(*scene.town.faces[i].centre) != 1]
    rng.shuffle(homes)
    wanted = [(f"街角公园{n + 1}", 46.0, 30.0, "corner_park") for n in range(4)]
    wanted += [(f"社区花园{n + 1}", 26.0, 18.0, "community_garden") for n in range(5)]
    for name, wide, deep, tag in wanted:
        shape = None
        while shape is None:
            shape = _box(scene, homes.pop(), wide, deep, rng)
        _row(scene, name, "green", shape, tag, custodian="绿化养护单位", owner="绿容所")
