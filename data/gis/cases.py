"""The 300 tasks of the last sixty days: where, what, who, how they went and how long ago they began."""

import random
import re
from typing import Any

import shapely
from shapely.affinity import rotate
from shapely.geometry import LineString, Point
from shapely.ops import substring

from data.gis import courses, stories
from data.gis.courses import Course
from data.gis.facts import lead_of
from data.gis.people import STREET_WIDE, TEAMS
from data.gis.rows import single, uid, wkb
from data.gis.scene import (
    Road,
    Scene,
    Spot,
    degrees,
    house_number,
    inset,
    km,
    micro_at,
    nearest_road,
    point_beside,
    point_in,
)
from data.gis.stories import DAY, Story

OVERDUE, SOON = 9, 8  # of those whose clock runs
TRAY = {"reported": 4, "verified": 1, "filed": 1}  # hotline orders whose place nobody knows yet
SKETCHES = 15
# Working hours are counted back from this hour of a working day; see meta.clock in the file.
NOMINAL_HOUR = 15
Task = dict[str, Any]


def make_tasks(scene: Scene) -> list[Task]:
    """Return the tasks, oldest first; keys are columns of ``task`` and geom, status, steps, sketches, minutes."""
    rng = random.Random(300)
    tray = dict(TRAY)
    lamps = ["overdue"] * OVERDUE + ["soon"] * SOON
    plan = [(kind, status) for kind, by in stories.PLAN.items() for status, n in by.items() for _ in range(n)]
    rng.shuffle(plan)
    running = [i for i, (kind, status) in enumerate(plan) if kind != "patrol" and status in ("dispatched", "handling")]
    lamp_of = dict(zip(running, lamps, strict=False))
    tasks = []
    for i, (kind, status) in enumerate(plan):
        lost = kind == "hotline" and tray.get(status, 0) > 0
        if lost:
            tray[status] -= 1
        task = (
            _patrol(scene, status, rng)
            if kind == "patrol"
            else _task(scene, kind, status, lost, lamp_of.get(i, "fine"), rng)
        )
        tasks.append(task)
    tasks.sort(key=lambda t: (-t["reported_minutes_ago"], t["kind"], t["address"] or ""))
    for n, task in enumerate(tasks):
        task["uuid"] = uid("task", f"T{n + 1:03d}")
        if task["kind"] == "hotline":
            task["source_number"] = f"SJ310117{20260000 + 17 * n + n % 7}"
    _link_duplicates(tasks)
    _add_sketches(scene, tasks, rng)
    return tasks


def _choose_road(scene: Scene, kinds: tuple[str, ...], rng: random.Random) -> Road:
    pool = [r for r in scene.roads if r.kind in kinds]
    return rng.choices(pool, weights=[(5, 2, 4)[r.zone] * r.shape.length for r in pool])[0]


def _where(scene: Scene, story: Story, rng: random.Random) -> tuple[Point, Spot | None]:
    """Choose a point in the street that suits the matter, and the place it lies in."""
    while True:
        spot: Spot | None = None
        if story.where in stories.SPOT_KINDS:
            pool = [s for s in scene.spots if s.kind in stories.SPOT_KINDS[story.where]]
            if story.where == "factory":
                pool = [s for s in pool if "产业园" in s.name]
            spot = rng.choice(pool)
            point = point_in(spot.shape, rng)
        elif story.where == "shops":
            faces = [
                f for f, use in zip(scene.town.faces, scene.uses, strict=True) if use == "commercial" and not f.ribbon
            ]
            shape = inset(rng.choice(faces).shape, 6)
            if shape is None:
                continue
            point = point_beside(LineString(shape.exterior.coords), rng, 0.0, 1.0)
        elif story.where == "river":
            point = point_beside(_choose_road(scene, ("river",), rng).shape, rng, 4, 12)
        else:
            kinds = ("main", "main", "secondary", "branch", "back_street")
            point = point_beside(_choose_road(scene, (rng.choice(kinds),), rng).shape, rng, 3, 11)
        if scene.tiers.street.shape.contains(point) and micro_at(scene, point) >= 0:
            return point, spot


def _address(road: Road, point: Point, spot: Spot | None, rng: random.Random) -> str:
    if spot and spot.kind == "estate":
        return re.sub(r"(\d+)弄$", r" \1 弄 ", spot.address) + f"{rng.randint(1, 48)} 号旁"
    number = house_number(road, point)
    return rng.choice((
        f"{road.name} {number} 号门前", f"{road.name} {number} 弄 {rng.randint(1, 30)} 号旁",
        f"{road.name}（{road.between[0]}—{road.between[1]}）", f"{road.name}近{road.between[rng.randint(0, 1)]}",
    ))  # fmt: skip


def _assign(scene: Scene, story: Story, micro: int, rng: random.Random) -> tuple[str, str, str, str]:
    """Return kind and uuid of who handles it, the person who acts for them, and the loop."""
    _, code, small = scene.micro[micro]
    district = scene.small[small][3]
    draw = rng.random()
    if draw < 0.45:
        name = f"网格员 {code[-4:]}" if rng.random() < 0.8 else f"网格长 {scene.small[small][1][-3:]}"
        return "person", scene.people[name], scene.people[name], "community"
    if draw < 0.80:
        own = [name for name, z in TEAMS if z == district]
        team = rng.choice(own if rng.random() < 0.75 else list(STREET_WIDE))
        return "team", scene.people[team], scene.people[f"{team}组长"], "district" if team in own else "street"
    lead = lead_of(story.code)
    return "department", scene.people[lead], scene.people[f"{lead}经办"], "ward" if draw > 0.985 else "street"


def _blank(kind: str, story: Story, rng: random.Random) -> Task:
    words = rng.choice(story.words).replace("{n}", str(rng.randint(2, 9)))
    return {
        "uuid": "", "number": None, "kind": kind, "title": story.name, "description": words, "standard": story.standard,
        "category_kind": "matter", "category": story.code, "source": rng.choice(stories.SOURCES[kind]),
        "source_number": None,
        "reporter": None, "reporter_phone": None, "address": None, "placed": "none", "grid_uuid": None,
        "road_uuid": None,
        "place_uuid": None, "facility_uuid": None, "loop": None,
        "priority": rng.choices(("normal", "urgent", "key"), (86, 11, 3))[0],
        "lead_uuid": None, "assignee_kind": None, "assignee_uuid": None, "exempt": 0, "duplicate_of": None,
        "attrs": None, "geom": None, "sketches": [],
    }  # fmt: skip


def _put(scene: Scene, task: Task, point: Point, spot: Spot | None, rng: random.Random) -> int:
    """Write where a task lies; return its micro grid."""
    micro = micro_at(scene, point)
    every = tuple({r.kind for r in scene.roads})
    road, metres = nearest_road(scene, point, every)
    named, _ = nearest_road(scene, point)
    placed = {"hotline": ("address", "address", "learned", "map"), "camera": ("gps",)}.get(
        task["source"], ("gps", "gps", "map")
    )
    task |= {
        "geom": wkb(point), "grid_uuid": scene.micro[micro][0], "road_uuid": road.uuid if metres <= 50 else None,
        "place_uuid": spot.uuid if spot else None, "placed": rng.choice(placed),
        "address": _address(named, point, spot, rng),
    }  # fmt: skip
    return micro


def _task(scene: Scene, kind: str, status: str, lost: bool, lamp: str, rng: random.Random) -> Task:
    pool = stories.POOLS[kind]
    story = rng.choices(pool, weights=[s.weight for s in pool])[0]
    task = _blank(kind, story, rng)
    if task["source"] in ("hotline", "resident"):
        task["reporter"] = "市民" if task["source"] == "hotline" else "居民"
    point, spot = _where(scene, story, rng)
    micro = _put(scene, task, point, spot, rng)
    desk, leader = (
        scene.people[f"派遣员{rng.randint(1, 4)}席"],
        scene.people[rng.choice(("值班长甲班", "值班长乙班", "值班长丙班"))],
    )
    who, party, actor, loop = _assign(scene, story, micro, rng)
    member = scene.people[f"网格员 {scene.micro[micro][1][-4:]}"]
    course = Course(rng, desk, leader, scene.people[f"督查{rng.randint(1, 4)}"], actor, desk if lost else member)
    twist = _twist(status, lamp, rng)
    limit = story.limit if task["priority"] != "urgent" else max(120, story.limit // 2)
    late = status in ("closed", "checked", "submitted") and rng.random() < 0.12
    courses.run(course, status, limit, late, twist)
    if status not in ("reported", "verified", "refused"):
        task["lead_uuid"], task["loop"] = scene.people[lead_of(story.code)], loop
    sent = course.sent > 0
    if sent and status != "filed":
        task["assignee_kind"], task["assignee_uuid"] = who, party
    if lost:
        hint = rng.choice(
            ("恒大星级公寓门口", "老菜场对面", "地铁站旁边小路", "幼儿园后门", "桥边小公园", "某小区北门")
        )
        task |= {
            "geom": None,
            "grid_uuid": None,
            "road_uuid": None,
            "place_uuid": None,
            "placed": "none",
            "address": hint,
        }
    due = limit * (1 + course.counts["extended_n"]) if sent else None
    task |= {
        **course.counts, "status": status, "steps": course.steps, "due_minutes": due,
        "reported_minutes_ago": _ago(course, status, due, lamp, rng),
    }  # fmt: skip
    return task


def _twist(status: str, lamp: str, rng: random.Random) -> str:
    """Choose at most one exception on the way; tasks whose lamp is fixed go straight."""
    if rng.random() > 0.24 or lamp != "fine":
        return "urge" if lamp == "overdue" and status == "handling" and rng.random() < 0.5 else ""
    choices = {
        "filed": ("return",), "dispatched": ("reassign", "return"),
        "handling": ("rework", "urge", "extend", "supervise", "return"),
        "submitted": ("rework", "urge"), "checked": ("rework", "supervise"), "suspended": ("urge", "extend"),
        "closed": ("return", "rework", "rework", "urge", "extend", "supervise", "pause"),
    }  # fmt: skip
    return rng.choice(choices.get(status, ("",)))


def _ago(course: Course, status: str, due: int | None, lamp: str, rng: random.Random) -> int:
    """Return how many minutes before the writing the task was reported."""
    last = course.minute
    if status in ("dispatched", "handling") and due:
        share = {"overdue": rng.uniform(1.08, 1.7), "soon": rng.uniform(0.83, 0.96), "fine": rng.uniform(0.06, 0.66)}[
            lamp
        ]
        return max(course.sent + round(due * share), last + 2)
    if status in ("reported", "verified", "filed"):
        return last + round(rng.uniform(3, 300))
    if status in ("submitted", "checked"):
        return last + round(rng.uniform(8, 420))
    if status == "suspended":
        return last + round(rng.uniform(1.0, 24.0) * DAY)
    days = max(1 + last // DAY, round(rng.triangular(1, 59, 16)))
    ago = days * DAY + NOMINAL_HOUR * 60 - round(rng.triangular(7.5 * 60, 20 * 60, 10 * 60))
    return ago if ago > last else ago + DAY


def _patrol(scene: Scene, status: str, rng: random.Random) -> Task:
    """A patrol is due from the start: walked, missed or still open."""
    story = stories.PATROLS[0]
    task = _blank("patrol", story, rng)
    road = _choose_road(scene, ("main", "secondary"), rng)
    at = km(road.shape)
    point = degrees(at.interpolate(0.5, normalized=True))
    micro = _put(scene, task, point, None, rng)
    person = scene.people[f"网格员 {scene.micro[micro][1][-4:]}"]
    steps: list[courses.Step] = []
    ago = round(rng.uniform(20, 380))
    if status != "dispatched":
        ago = rng.randint(1, 40) * DAY + (NOMINAL_HOUR - 8) * 60 + rng.choice((0, -360))
        walked = status == "closed"
        walk: courses.Step = ["walk", rng.randint(40, 300), person, None]
        steps = [walk if walked else ["miss", 500, person, rng.choice(courses.MISS_REASONS)]]
    task |= {
        "address": f"{road.name}（{road.between[0]}—{road.between[1]}）", "road_uuid": road.uuid, "placed": "map",
        "lead_uuid": scene.people["城运中心"], "assignee_kind": "person", "assignee_uuid": person, "loop": "community",
        "priority": "normal", "urged_n": 0, "supervised": 0, "extended_n": 0, "rework_n": 0, "return_n": 0,
        "status": status, "steps": steps, "due_minutes": story.limit, "reported_minutes_ago": ago,
    }  # fmt: skip
    return task


def _link_duplicates(tasks: list[Task]) -> None:
    """Hotline orders voided as repeated point to the earlier one, in whose place they lie."""
    same = (
        "title",
        "description",
        "standard",
        "category",
        "address",
        "placed",
        "grid_uuid",
        "road_uuid",
        "place_uuid",
        "geom",
    )
    for n, task in enumerate(tasks):
        if task["kind"] == "hotline" and task["status"] == "void":
            first = next(
                t for t in reversed(tasks[:n]) if t["kind"] == "hotline" and t["status"] == "closed" and t["geom"]
            )
            task |= {column: first[column] for column in same} | {"duplicate_of": first["uuid"]}
            task["lead_uuid"] = first["lead_uuid"]
            task["steps"][-1][3] = "重复上报"


def _add_sketches(scene: Scene, tasks: list[Task], rng: random.Random) -> None:
    """Draw an area or a stretch of road on some tasks."""
    roads = {r.uuid: r for r in scene.roads}
    wanted = ("06011", "06013", "10995", "08002", "06025", "06010", "06001", "06012")
    pool = [t for t in tasks if t["geom"] and t["category"] in wanted and t["status"] not in ("refused", "void")]
    still_open = [t for t in pool if t["status"] != "closed"]
    chosen = rng.sample(still_open, min(10, len(still_open)))
    chosen += rng.sample([t for t in pool if t["status"] == "closed"], SKETCHES - len(chosen))
    for n, task in enumerate(sorted(chosen, key=lambda t: t["uuid"])):
        at = km(shapely.from_wkb(task["geom"]))
        if task["category"] in ("06013", "10995", "06012", "06025") and task["road_uuid"]:
            line = km(roads[task["road_uuid"]].shape)
            along = line.project(at)
            shape = substring(line, max(0.0, along - 0.035), min(line.length, along + 0.035))
            label = "影响路段"
        else:
            wide, deep = rng.uniform(0.008, 0.022), rng.uniform(0.006, 0.014)
            shape = rotate(shapely.box(at.x - wide, at.y - deep, at.x + wide, at.y + deep), rng.uniform(-20, 20))
            label = "影响范围"
        task["sketches"].append(
            {"uuid": uid("task_sketch", f"{n + 1:02d}"), "label": label, "geom": single(degrees(shape))}
        )
