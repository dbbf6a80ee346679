"""Rows of the road sections: about 400, with the lanes of the old town and the shop fronts."""

import shapely

from data.gis import plan
from data.gis.roads import Section, beside
from data.gis.rows import add, pack, wkb
from data.gis.scene import STREET, Road, Scene, km, length_m

WANTED = 400
LANES, NAMELESS, FRONTS = 22, 8, 12
SHOPPING = ("中山东路", "荣乐东路", "松东路", "茸梅路", "方塔北路")
CUSTODIANS = {"river": "河道养护单位", "rail": "铁路工务段", "highway": "高速公路养护单位", "frontage": "环卫作业单位"}


def add_roads(scene: Scene) -> None:
    """Write road_section; streets first, then rivers, railway, lanes and shop fronts."""
    streets = [s for s in scene.sections if s.kind in ("main", "secondary", "branch")]
    ways = [s for s in scene.sections if s.kind in ("highway", "rail", "river")]
    lanes = _lanes(scene, WANTED - len(streets) - len(ways) - FRONTS - NAMELESS)
    nameless = sorted(
        (s for s in scene.sections if s.kind == "internal" and s.key not in scene.names and plan.zone(*s.middle) > 0),
        key=lambda s: (-round(s.length, 4), s.middle),
    )[:NAMELESS]
    for section in streets + ways:
        kind = "main" if section.kind == "highway" else section.kind
        _row(scene, section, scene.names[section.key], kind, section.shape)
    for section in lanes:
        _row(scene, section, scene.names[section.key], "back_street", section.shape)
    for n, section in enumerate(nameless):
        _row(scene, section, f"规划{'一二三四五六七八九十'[n]}路", "internal", section.shape)
    _add_fronts(scene, [s for s in streets if s.kind == "main"])


def _lanes(scene: Scene, wanted: int) -> list[Section]:
    """Return the named lanes nearest the old town, one section of each."""
    best: dict[str, Section] = {}
    for s in scene.sections:
        if s.kind == "internal" and s.key in scene.names and (s.key not in best or s.length > best[s.key].length):
            best[s.key] = s
    order = {name: i for i, name in enumerate(scene.names.values())}
    return sorted(best.values(), key=lambda s: order[scene.names[s.key]])[:wanted]


def _end(scene: Scene, keys: tuple[str, ...]) -> str:
    """Return the name of what a section meets: the most important street that has a name."""
    return next((scene.names[k] for k in keys if k in scene.names), "弄堂口" if keys else "路端")


def _grade(kind: str, section: Section) -> str | None:
    zone = plan.zone(*section.middle)
    return {
        "main": "特级" if zone != 1 else "一级", "secondary": "一级" if zone != 1 else "二级",
        "branch": "二级" if zone != 1 else "三级", "back_street": "二级", "internal": "三级", "frontage": "一级",
    }.get(kind)  # fmt: skip


def _row(
    scene: Scene,
    section: Section,
    name: str,
    kind: str,
    shape: shapely.LineString,
    side: str = "both",
    note: str | None = None,
) -> None:
    number = len(scene.roads) + 1
    code = f"{STREET}-R{number:03d}"
    motorway = section.kind == "highway"
    custodian = CUSTODIANS.get("highway" if motorway else kind, "道路养护单位")
    owner = {"river": "城建中心", "rail": None, "frontage": "绿容所"}.get(kind, None if motorway else "城建中心")
    ends = (_end(scene, section.meets[0]), _end(scene, section.meets[1]))
    key = add(
        scene.tables, "road_section", code, name=name, from_name=ends[0], to_name=ends[1], side=side,
        cleaning_grade=None if motorway else _grade(kind, section), custodian_uuid=scene.people[custodian],
        owner_uuid=scene.people[owner] if owner else None, length_m=length_m(shape), state="intact", note=note,
        attrs=pack({"motorway": True}) if motorway else None, geom=wkb(shape), **{"class": kind},
    )  # fmt: skip
    scene.roads.append(Road(key, code, name, ends, "highway" if motorway else kind, shape, plan.zone(*section.middle)))


def _add_fronts(scene: Scene, streets: list[Section]) -> None:
    """Write rows of shop fronts on the side where the shops are, longest streets of shops first."""
    shops = shapely.union_all(
        [km(f.shape) for f, use in zip(scene.town.faces, scene.uses, strict=True) if use == "commercial"]
    )
    shapely.prepare(shops)
    found = []
    for section in streets:
        name = scene.names[section.key]
        if name not in SHOPPING or section.length < 0.2:
            continue
        for side, metres in (("left", -24.0), ("right", 24.0)):
            line = beside(section.shape, metres)
            share = km(line).intersection(shops).length / km(line).length
            found.append((-round(share * section.length, 4), section.key, section.middle, side, section, line))
    for n, (_, _, _, side, section, line) in enumerate(sorted(found, key=lambda f: f[:4])[:FRONTS]):
        _row(scene, section, f"{scene.names[section.key]}沿街商铺{n + 1}", "frontage", line, side, "店招店牌、门责管理")
