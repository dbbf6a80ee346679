"""Rows of the facility points: exactly the classes and counts the plans name (`facts.FACILITIES`)."""

import random
from collections import Counter
from pathlib import Path

import shapely
from shapely.geometry import Point

from data.gis.facts import (
    FACILITIES,
    LOCAL_CLASSES,
    LOCAL_COMPONENTS,
    LOCAL_MATTERS,
    NATIONAL,
    NATIONAL_FROM,
    VALID_FROM,
    Fact,
)
from data.gis.rows import add, pack, wkb
from data.gis.scene import Scene, Spot, house_number, nearest_road, point_beside, point_in

LIST = Path(__file__).with_name("gbt47678_5_2026.tsv")
LOCAL = {code for code, _ in LOCAL_COMPONENTS}
STATES = ("intact",) * 93 + ("damaged",) * 4 + ("lost", "abandoned", "removed")
SENSORS = (
    ("智能烟感", 46, "estate"), ("消防通道占用感知", 9, "estate"), ("电梯运行监测", 8, "estate"), ("门磁", 7, "estate"),
    ("井盖位移", 9, "street"), ("噪声监测", 5, "street"), ("人体活动探测", 5, "street"), ("地下水位", 4, "street"),
    ("燃气泄漏监测", 4, "block"), ("消防水压", 3, "block"),
)  # fmt: skip
SHELTERED = ("school", "green", "commercial", "residential")
CARE = {
    "01999": "照明养护单位", "01050": "照明养护单位", "01998": "物业服务企业", "01054": "物业服务企业",
    "02034": "道路养护单位",
    "03999": "环卫作业单位", "01997": "道路养护单位", "01996": "物业服务企业", "01076": "物业服务企业",
    "01013": "物业服务企业",
    "03004": "环卫作业单位", "03998": "环卫作业单位", "05998": "绿化养护单位", "01995": "照明养护单位",
    "02041": "照明养护单位",
    "03997": "河道养护单位", "01072": "河道养护单位", "05999": "物业服务企业",
}  # fmt: skip


def add_categories(scene: Scene) -> None:
    """Write category: the whole list of GB/T 47678.5-2026 and our local extensions."""
    kinds = {"管理部件": "component", "管理事项": "matter"}
    seen: set[tuple[str, str]] = set()
    for line in LIST.read_text(encoding="utf-8").splitlines()[1:]:
        kind, big, big_name, code, name = line.split("\t")
        if (kind, big) not in seen:
            seen.add((kind, big))
            _category(scene, NATIONAL, kinds[kind], big, None, big_name, NATIONAL_FROM)
        _category(scene, NATIONAL, kinds[kind], code, big, name, NATIONAL_FROM)
    for code, name in LOCAL_CLASSES:
        kind = "matter" if code == "10" else "component"
        _category(scene, "local", kind, code, None, name, VALID_FROM)
    for kind, pool in (("component", LOCAL_COMPONENTS), ("matter", LOCAL_MATTERS)):
        for code, name in pool:
            _category(scene, "local", kind, code, code[:2], name, VALID_FROM)


def _category(scene: Scene, standard: str, kind: str, code: str, parent: str | None, name: str, start: str) -> None:
    add(
        scene.tables, "category", f"{standard}/{kind}/{code}", standard=standard, kind=kind, code=code,
        parent_code=parent, name=name, from_on=start,
    )  # fmt: skip


def add_facilities(scene: Scene) -> None:
    """Write facility, fact by fact; every point lies in the street and knows its place and its department."""
    rng = random.Random(2000)
    number: Counter[str] = Counter()
    estates = [s for s in scene.spots if s.kind == "estate"]
    tree = shapely.STRtree([s.shape for s in scene.spots])
    for fact in FACILITIES:
        for n in range(fact.count):
            what, spread = fact.what, fact.spread
            if fact.key == "sensor":
                what, _, spread = rng.choices(SENSORS, weights=[w for _, w, _ in SENSORS])[0]
            point, spot = _place(scene, fact, spread, n, estates, rng)
            if spot is None:
                around = [int(i) for i in tree.query(point, predicate="intersects")]
                spot = scene.spots[min(around)] if around else None
            number[fact.category] += 1
            _row(scene, fact, what, n, point, spot, number[fact.category], rng)


def _place(
    scene: Scene, fact: Fact, spread: str, n: int, estates: list[Spot], rng: random.Random
) -> tuple[Point, Spot | None]:
    """Choose a point that lies in the street and where such a thing stands."""
    while True:
        spot: Spot | None = None
        if spread == "estate":
            old = [e for e in estates if e.tag == "old_estate"]
            pool = old + estates[:20] if fact.key in ("old_lift", "new_lift", "fire", "ebike_charger") else estates
            spot = pool[n % 4] if fact.key == "ebike_charger" else rng.choice(pool)
            point = point_in(spot.shape, rng)
        elif spread == "block":
            wanted = SHELTERED if fact.key == "shelter" else ("commercial", "residential", "industry", "transport")
            face = rng.choice([i for i, f in enumerate(scene.town.faces) if scene.uses[i] in wanted and not f.ribbon])
            point = point_in(scene.town.faces[face].shape, rng)
        elif fact.key == "sluice":
            river = next(r for r in scene.roads if r.name == "通波塘" and "广富林东路" in r.between)
            end = river.shape.coords[-1] if river.between[1] == "广富林东路" else river.shape.coords[0]
            point = Point(end)
        else:
            kinds = {"river": ("river",), "low": ("main", "secondary")}.get(spread, ("main", "secondary", "branch"))
            road = rng.choice([r for r in scene.roads if r.kind in kinds])
            near, far = (0.0, 0.5) if spread == "river" else (1.0, 3.0) if spread == "low" else (6.0, 11.0)
            point = point_beside(road.shape, rng, near, far)
        if scene.town.outline.covers(point):
            return point, spot


def _row(
    scene: Scene, fact: Fact, what: str, n: int, point: Point, spot: Spot | None, sequence: int, rng: random.Random
) -> None:
    road, _ = nearest_road(scene, point)
    code = f"310117{fact.category}{sequence:06d}"
    started = f"202{rng.randint(3, 5)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    state = rng.choice(STATES) if fact.key != "sluice" else "intact"
    changed = f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d}"
    name = fact.what if fact.count == 1 else f"{what}{n + 1:0{len(str(fact.count))}d}"
    address = spot.address if spot and spot.kind == "estate" else f"{road.name}{house_number(road, point)}号旁"
    add(
        scene.tables, "facility", code, standard="local" if fact.category in LOCAL else NATIONAL,
        category=fact.category,
        name=name, state=state, place_uuid=spot.uuid if spot else None, owner_uuid=scene.people[fact.department],
        custodian_uuid=scene.people[CARE[fact.category]], department_uuid=scene.people[fact.department],
        source=rng.choice(("实测", "实测", "实测", "地形图", "其他")), first_on=started,
        changed_on=changed if state != "intact" else None, address=address,
        attrs=pack({"fact": fact.key} | ({"sensor": what} if fact.key == "sensor" else {})), geom=wkb(point),
    )  # fmt: skip
