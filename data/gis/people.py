"""Rows of departments, posts, teams and duties; people carry the title of their post, never a name."""

import shapely

from data.gis.facts import CONTRACTORS, DEPARTMENTS, LEADS, VALID_FROM
from data.gis.rows import add
from data.gis.scene import Scene

ROOT = "中山街道办事处（演示）"
TEAMS = (
    ("府城一组", 0), ("府城二组", 0), ("功能区一组", 1), ("功能区二组", 1), ("商务区一组", 2), ("商务区二组", 2),
    ("综合执法机动组", -1), ("道路抢修组", -1), ("环卫快处组", -1), ("绿化养护组", -1), ("河道保洁组", -1),
    ("应急小分队", -1),
)  # fmt: skip
TEAM_HOMES = ("综合行政执法队", "道路养护单位", "环卫作业单位", "绿化养护单位", "河道养护单位", "城运中心")
STREET_WIDE = tuple(name for name, district in TEAMS if district < 0)
# Every person's name contains one of these.
TITLES = (
    "片区长",
    "网格长",
    "网格员",
    "督查",
    "值班长",
    "派遣员",
    "路长",
    "河长",
    "段长",
    "组长",
    "组员",
    "经办",
    "楼组长",
)


def _department(scene: Scene, code: str, name: str, kind: str, parent: str | None) -> None:
    scene.people[name] = add(scene.tables, "department", code, name=name, kind=kind, parent_uuid=parent)


def add_departments(scene: Scene) -> None:
    """Write departments: the street, those its plan names, the maintenance firms."""
    _department(scene, "D00", ROOT, "street", None)
    root = scene.people[ROOT]
    for n, (name, kind) in enumerate(DEPARTMENTS):
        _department(scene, f"D{n + 1:02d}", name, kind, root)
    for n, name in enumerate(CONTRACTORS):
        _department(scene, f"Y{n + 1:02d}", name, "contractor", root)


def _person(scene: Scene, name: str, post: str, department: str, note: str | None = None) -> str:
    scene.people[name] = add(
        scene.tables, "person", f"{department}/{name}", name=name, post=post, department_uuid=scene.people[department],
        active=1, note=note,
    )  # fmt: skip
    return scene.people[name]


def add_people(scene: Scene) -> None:
    """Write the district centres, residents' quarters, posts and teams (needs the grids)."""
    root = scene.people[ROOT]
    for z, (_, _, name) in enumerate(scene.districts):
        _department(scene, f"F{z + 1:02d}", f"{name}分中心", "district_center", root)
    for x, (_, _, name, z) in enumerate(scene.small):
        _department(
            scene, f"C{x + 1:02d}", f"{name}居民区", "community", scene.people[f"{scene.districts[z][2]}分中心"]
        )
    for name in ("值班长甲班", "值班长乙班", "值班长丙班"):
        _person(scene, name, "shift_leader", "城运中心")
    for n in range(4):
        _person(scene, f"派遣员{n + 1}席", "dispatcher", "城运中心")
        _person(scene, f"督查{n + 1}", "inspector", "城运中心")
    for _, _, name in scene.districts:
        _person(scene, f"{name}片区长", "district_leader", f"{name}分中心")
    for _, code, name, _ in scene.small:
        _person(scene, f"网格长 {code[-3:]}", "grid_leader", f"{name}居民区")
    for w, (_, code, x) in enumerate(scene.micro):
        quarter = f"{scene.small[x][2]}居民区"
        _person(scene, f"网格员 {code[-4:]}", "member", quarter, "专职网格员")
        if w % 3 == 0:
            _person(scene, f"兼职网格员 {code[-4:]}", "member", quarter, "兼职网格员")
    for name, _ in DEPARTMENTS:
        _person(scene, f"{name}经办", "officer", name)
    for n, (name, z) in enumerate(TEAMS):
        home = f"{scene.districts[z][2]}分中心" if z >= 0 else TEAM_HOMES[n - 6]
        scene.people[name] = add(scene.tables, "team", name, name=name)
        for title, post in ((f"{name}组长", "team_leader"), (f"{name}组员1", "member"), (f"{name}组员2", "member")):
            person = _person(scene, title, post, home)
            add(scene.tables, "team_member", f"{name}/{title}", team_uuid=scene.people[name], person_uuid=person)


def _duty(scene: Scene, kind: str, party: str, role: str, **where: str | None) -> None:
    key = scene.people[party]
    target = "/".join(f"{k}={v}" for k, v in sorted(where.items()) if v)
    add(
        scene.tables,
        "duty",
        f"{key}/{role}/{target}",
        party_kind=kind,
        party_uuid=key,
        role=role,
        from_on=VALID_FROM,
        **where,
    )


def add_duties(scene: Scene) -> None:
    """Write who answers for what: grids, sections, places, and categories by department (needs roads and places)."""
    for key, _, name in scene.districts:
        _duty(scene, "person", f"{name}片区长", "leader", grid_uuid=key)
    first: dict[int, int] = {}
    for x, (key, code, _, z) in enumerate(scene.small):
        _duty(scene, "person", f"网格长 {code[-3:]}", "leader", grid_uuid=key)
        half = first.setdefault(z, x)
        team = TEAMS[2 * z + (1 if (x - half) * 2 >= sum(s[3] == z for s in scene.small) else 0)][0]
        for prefix in ("06", "09"):
            _duty(scene, "team", team, "lead", grid_uuid=key, category=prefix)
    for key, code, _ in scene.micro:
        _duty(scene, "person", f"网格员 {code[-4:]}", "full_time", grid_uuid=key)
        if f"兼职网格员 {code[-4:]}" in scene.people:
            _duty(scene, "person", f"兼职网格员 {code[-4:]}", "part_time", grid_uuid=key)
    tree = shapely.STRtree([g.shape for g in scene.tiers.micro])
    for (key, _), grid in zip(scene.base, scene.tiers.base, strict=True):
        micro = int(min(tree.query(grid.shape.representative_point(), predicate="intersects")))
        _duty(scene, "person", f"网格员 {scene.micro[micro][1][-4:]}", "full_time", grid_uuid=key)
    for prefix, department in LEADS:
        _duty(scene, "department", department, "lead", grid_uuid=scene.street, category=prefix)
    for prefix in ("07", "09"):
        _duty(scene, "department", "管理办", "co", grid_uuid=scene.street, category=prefix)
    _add_chiefs(scene)


def _add_chiefs(scene: Scene) -> None:
    """One chief per main street and river; the railway has two, as 双段长 demands (杨府发〔2021〕9号)."""
    titles = {"main": ("路长", "section_chief", "城建中心"), "river": ("河长", "section_chief", "城建中心")}
    for road in scene.roads:
        if road.kind in titles:
            title, role, home = titles[road.kind]
            name = f"{road.name}{title}"
            if name not in scene.people:
                _person(scene, name, "section_chief", home)
            _duty(scene, "person", name, role, road_uuid=road.uuid)
        elif road.kind == "rail":
            for name, home in ((f"{road.name}段长（街道）", "平安办"), (f"{road.name}段长（工务）", "铁路工务段")):
                if name not in scene.people:
                    _person(scene, name, "section_chief", home)
                _duty(scene, "person", name, "section_chief", road_uuid=road.uuid)
        elif road.kind == "frontage":
            _duty(scene, "department", "绿容所", "section_chief", road_uuid=road.uuid)
    for spot in scene.spots:
        if spot.kind == "building":
            _person(scene, f"{spot.name}楼组长", "building_leader", "党群中心")
            _duty(scene, "person", f"{spot.name}楼组长", "building_leader", place_uuid=spot.uuid)
