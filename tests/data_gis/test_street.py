"""The demonstration street: its counts, its two exact coverages, its things, people and cases, and its making."""

import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from data.gis import facts, make, people, rows
from layers.domain import flow

FILE = Path(make.__file__).with_name("street.json.gz")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return json.loads(gzip.decompress(FILE.read_bytes()))


@pytest.fixture(scope="module")
def tables(content: dict[str, Any]) -> dict[str, list[Row]]:
    return {
        name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        for name, table in content["tables"].items()
    }


@pytest.fixture(scope="module")
def grids(tables: dict[str, list[Row]]) -> dict[tuple[str, int], list[Row]]:
    found: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in tables["grid"]:
        found[row["system"], row["tier"]].append(row | {"shape": shapely.from_wkb(row["geom"])})
    return found


def _shapes(rows_: list[Row]) -> np.ndarray:
    return np.array([row["shape"].geoms[0] for row in rows_], dtype=object)


def _same(a: BaseGeometry, b: BaseGeometry) -> bool:
    return shapely.to_wkb(shapely.normalize(a)) == shapely.to_wkb(shapely.normalize(b))


TIERS = [("four", 1, 1), ("four", 2, 3), ("four", 3, 22), ("four", 4, 138), ("base", 1, 265)]


@pytest.mark.parametrize(("system", "tier", "count"), TIERS)
def test_every_tier_has_its_planned_count_and_covers_the_street_exactly(grids, system, tier, count):
    shapes = _shapes(grids[system, tier])
    assert len(shapes) == count
    assert shapely.coverage_is_valid(shapes)
    assert _same(shapely.coverage_union_all(shapes), _shapes(grids["four", 1])[0])


@pytest.mark.parametrize(("system", "tier", "count"), TIERS)
def test_every_grid_is_one_sound_polygon_without_holes_or_spikes(grids, system, tier, count):
    for row in grids[system, tier]:
        assert len(row["shape"].geoms) == 1, row["code"]
        polygon = row["shape"].geoms[0]
        assert polygon.is_valid, row["code"]
        assert not polygon.interiors, row["code"]
        if row["function"] not in ("water", "transport"):  # rivers and railways are long and thin
            # Eight metres drawn in and out again loses only corners: no part is a needle.
            core = polygon.buffer(-8e-5)
            assert core.geom_type == "Polygon", row["code"]
            assert core.buffer(9e-5, join_style="mitre").area > 0.97 * polygon.area, row["code"]


@pytest.mark.parametrize(("parent_tier", "child_tier"), [(1, 2), (2, 3), (3, 4)])
def test_parents_are_made_of_their_children_and_carry_their_vertices(grids, parent_tier, child_tier):
    children = defaultdict(list)
    for row in grids["four", child_tier]:
        children[row["parent_uuid"]].append(row)
    for parent in grids["four", parent_tier]:
        assert _same(shapely.coverage_union_all(_shapes(children[parent["uuid"]])), parent["shape"].geoms[0])
    assert sum(map(len, children.values())) == len(grids["four", child_tier])


def test_coordinates_are_on_the_grid_of_a_hundred_millionth_degree(tables):
    for name in ("grid", "road_section", "place", "facility"):
        points = shapely.get_coordinates([shapely.from_wkb(row["geom"]) for row in tables[name]])
        assert np.array_equal(points, np.round(points, 8)), name


def test_the_street_measures_41_km2(content, grids):
    areas = {key: sum(row["area_m2"] for row in value) for key, value in grids.items()}
    for key, area in areas.items():
        assert area == pytest.approx(41.03e6, rel=1e-4), key
    assert content["meta"]["synthetic"] is True
    assert "合成" in content["meta"]["notice"]


def test_codes_are_numbered_through_in_reading_order(grids):
    assert [row["code"] for row in grids["four", 4]] == [f"310117004-W{n + 1:03d}" for n in range(138)]
    assert [row["code"] for row in grids["base", 1]] == [f"310117004-J{n + 1:03d}" for n in range(265)]
    assert [row["name"] for row in grids["four", 2]] == ["府城", "功能区", "商务区"]
    parents = [row["parent_uuid"] for row in grids["four", 4]]
    assert [p for n, p in enumerate(parents) if n == 0 or parents[n - 1] != p] == [
        row["uuid"] for row in grids["four", 3]
    ]


def test_the_town_is_no_chequerboard(content, grids):
    assert 500 < content["meta"]["blocks"] < 950
    functions = Counter(row["function"] for row in grids["base", 1])
    assert set(functions) == {
        "residential", "commercial", "industry", "school", "green", "water", "transport", "construction", "other",
    }  # fmt: skip
    old, works = (
        np.median([row["area_m2"] for row in grids["four", 4] if row["code"] in codes])
        for codes in (
            {f"310117004-W{n:03d}" for n in range(1, 46)},
            {f"310117004-W{n:03d}" for n in range(46, 96)},
        )
    )
    assert old < 0.75 * works


def test_roads_run_between_named_crossings(tables, grids):
    roads = tables["road_section"]
    assert 380 <= len(roads) <= 420
    classes = Counter(row["class"] for row in roads)
    assert set(classes) == {"main", "secondary", "branch", "back_street", "internal", "rail", "river", "frontage"}
    street = _shapes(grids["four", 1])[0]
    for row in roads:
        assert all((row["from_name"], row["to_name"], row["custodian_uuid"])), row["code"]
        assert row["length_m"] > 40, row["code"]
        assert shapely.from_wkb(row["geom"]).within(street.buffer(3e-4)), row["code"]
    names = {row["name"] for row in roads}
    assert {
        "中山东路",
        "荣乐东路",
        "松东路",
        "茸梅路",
        "方塔北路",
        "沪昆铁路",
        "通波塘",
        "洞泾港",
        "袜子弄四支弄",
    } <= names


def test_roads_lie_on_the_borders_of_blocks(tables, grids):
    borders = shapely.union_all([shape.exterior for shape in _shapes(grids["four", 4])])
    shapely.prepare(borders)
    mains = [shapely.from_wkb(row["geom"]) for row in tables["road_section"] if row["class"] == "main"]
    on_border = sum(line.intersection(borders).length for line in mains)
    assert on_border > 0.5 * sum(line.length for line in mains)


def test_places_and_facilities_are_those_of_the_plans(tables, grids):
    counted = Counter(json.loads(row["attrs"])["fact"] for row in tables["facility"])
    assert counted == facts.facility_counts()
    assert (counted["shelter"], counted["board"], counted["camera"], counted["sensor"]) == (78, 78, 30, 2000)
    assert (counted["charger"], counted["barrier_free"], counted["waste_yard"]) == (50, 65, 20)
    tagged = Counter(json.loads(row["attrs"])["fact"] for row in tables["place"] if row["attrs"])
    assert tagged == {fact.key: fact.count for fact in facts.PLACES}
    assert 150 <= len(tables["place"]) <= 260
    street = _shapes(grids["four", 1])[0]
    points = shapely.from_wkb([row["geom"] for row in tables["facility"]])
    assert shapely.covers(street, points).all()
    for row in tables["place"]:
        assert shapely.from_wkb(row["geom"]).is_valid, row["name"]


def test_facility_codes_have_17_digits_and_known_categories(tables):
    known = {(row["standard"], row["code"]) for row in tables["category"] if row["kind"] == "component"}
    codes = [row["code"] for row in tables["facility"]]
    assert len(set(codes)) == len(codes)
    for row in tables["facility"]:
        assert len(row["code"]) == 17, row["code"]
        assert row["code"].isdigit(), row["code"]
        assert row["code"].startswith("310117" + row["category"]), row["code"]
        assert (row["standard"], row["category"]) in known, row["code"]


def test_the_national_list_is_complete(tables):
    kinds = Counter(
        row["kind"] for row in tables["category"] if row["standard"] == facts.NATIONAL and row["parent_code"]
    )
    assert kinds == {"component": 153, "matter": 250}


def test_uuids_are_unique_and_every_reference_resolves(content, tables):
    known: dict[str, str] = {}
    for name, table in tables.items():
        for row in table:
            assert row["uuid"] not in known, (name, row)
            known[row["uuid"]] = name
    for task in content["tasks"]:
        assert task["uuid"] not in known, task
        known[task["uuid"]] = "task"
    target = {
        "custodian_uuid": "department", "owner_uuid": "department", "department_uuid": "department",
        "place_uuid": "place", "grid_uuid": "grid", "road_uuid": "road_section", "team_uuid": "team",
        "person_uuid": "person", "lead_uuid": "department", "duplicate_of": "task",
    }  # fmt: skip
    for name, table in [*tables.items(), ("task", content["tasks"])]:
        for row in table:
            for column, value in row.items():
                if value and column in target:
                    assert known.get(value) == target[column], (name, column, row)
                elif value and column == "parent_uuid":
                    assert known.get(value) == name, (name, column, row)
                elif value and column in ("party_uuid", "assignee_uuid"):
                    assert known.get(value) == row[column.replace("uuid", "kind")], (name, column, row)


def test_people_carry_titles_and_no_phone_numbers(tables):
    for row in tables["person"]:
        assert any(title in row["name"] for title in people.TITLES), row["name"]
        assert row["phone"] is None, row["name"]


def test_somebody_answers_for_every_grid(tables, grids):
    answered = {row["grid_uuid"] for row in tables["duty"] if row["role"] in ("leader", "full_time")}
    wanted = [row["uuid"] for key in (("four", 2), ("four", 3), ("four", 4), ("base", 1)) for row in grids[key]]
    assert set(wanted) <= answered


def test_there_are_300_tasks_of_every_kind_in_every_status(content):
    tasks = content["tasks"]
    assert len(tasks) == 300
    assert {task["status"] for task in tasks} == set(flow.STATUSES)
    assert {task["kind"] for task in tasks} == set(flow.KINDS)
    for kind in ("case", "hotline", "hazard"):
        assert {task["status"] for task in tasks if task["kind"] == kind} == set(flow.STATUSES), kind
    assert all(0 < task["reported_minutes_ago"] <= 60 * 1440 for task in tasks)
    ago = [task["reported_minutes_ago"] for task in tasks]
    assert ago == sorted(ago, reverse=True)


def test_every_course_is_legal_and_ends_in_its_status(content, tables):
    posts = {row["uuid"]: row["post"] for row in tables["person"]}
    for task in content["tasks"]:
        status = "dispatched" if task["kind"] == "patrol" else "reported"
        minute = 0
        for step, at, actor, reason in task["steps"]:
            rule = flow.find(task["kind"], status, step)
            assert rule is not None, (task["title"], status, step)
            assert not rule.posts or posts[actor] in rule.posts.split(","), (step, posts[actor])
            assert reason or not rule.needs_reason, (task["title"], step)
            assert minute < at < task["reported_minutes_ago"], (task["title"], step)
            status, minute = rule.to_status, at
        assert status == task["status"], task
        counted = Counter(flow.COUNTERS.get(step) for step, *_ in task["steps"])
        for column in flow.COUNTERS.values():
            assert task[column] == counted[column], (task["title"], column)


def test_clocks_run_out_for_some_and_soon_for_others(content):
    lamps: Counter[str] = Counter()
    for task in content["tasks"]:
        sent = [at for step, at, *_ in task["steps"] if step == "dispatch"] or [0] * (task["kind"] == "patrol")
        assert (task["due_minutes"] is not None) == bool(sent), task["title"]
        if task["status"] in flow.CLOCK_RUNS:
            spent = (task["reported_minutes_ago"] - sent[-1]) / task["due_minutes"]
            lamps["overdue" if spent > 1 else "soon" if spent >= 1 - flow.SOON else "fine"] += 1
    assert 6 <= lamps["overdue"] <= 14
    assert 5 <= lamps["soon"] <= 14
    assert lamps["fine"] > 2 * (lamps["overdue"] + lamps["soon"])


def test_tasks_lie_in_the_grid_they_name_or_wait_in_the_tray(content, grids):
    shapes = {row["uuid"]: row["shape"] for row in grids["four", 4]}
    tray = [task for task in content["tasks"] if task["geom"] is None]
    assert 3 <= len(tray) <= 10
    for task in content["tasks"]:
        if task["geom"]:
            assert shapes[task["grid_uuid"]].intersects(shapely.from_wkb(task["geom"])), task["title"]
        else:
            assert (task["placed"], task["grid_uuid"]) == ("none", None)


def test_tasks_have_known_categories_sources_and_sketches(content, tables):
    known = {(row["standard"], row["code"]): row["name"] for row in tables["category"] if row["kind"] == "matter"}
    for task in content["tasks"]:
        assert known[task["standard"], task["category"]] == task["title"]
        assert task["source"] in flow.SOURCES
        assert task["priority"] in flow.PRIORITIES
        assert task["loop"] in (None, *flow.LOOPS)
        assert (task["source_number"] is not None) == (task["kind"] == "hotline")
        assert task["address"]
    numbers = [task["source_number"] for task in content["tasks"] if task["source_number"]]
    assert len(set(numbers)) == len(numbers)
    sketches = [sketch for task in content["tasks"] for sketch in task["sketches"]]
    assert len(sketches) == 15
    assert {shapely.from_wkb(sketch["geom"]).geom_type for sketch in sketches} == {"LineString", "Polygon"}


def test_columns_are_those_of_the_file(content):
    assert set(content["tables"]) == set(rows.COLUMNS)
    for name, columns in rows.COLUMNS.items():
        assert content["tables"][name]["columns"] == ["uuid", *columns]


def test_the_file_is_small():
    assert FILE.stat().st_size < 5_000_000


@pytest.mark.slow
def test_making_it_again_gives_the_same_bytes(tmp_path):
    first, second = tmp_path / "a.json.gz", tmp_path / "b.json.gz"
    make.write(first)
    make.write(second)
    assert first.read_bytes() == second.read_bytes()
    # The packed bytes may differ between zlib versions; what they say may not.
    assert gzip.decompress(first.read_bytes()) == gzip.decompress(FILE.read_bytes())
