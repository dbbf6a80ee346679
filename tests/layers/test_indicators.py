"""Indicators: values against counting by hand, every grid in one class, tiers by zoom, coverage of the streets."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from layers import grids, indicators, tasks, tiles
from layers.domain import symbols
from layers.domain.things import ColumnFilter, TaskFilter
from layers.indicators import INDICATORS, Wish
from layers.store import rows
from layers.workspace import Workspace

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def of_tier(ws: Workspace, tier: int) -> list[str]:
    return [node.uuid for node in grids.tree(ws, "four", NOW) if node.tier == tier]


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_counts_are_those_of_the_tree_and_of_the_task_table(street: Workspace, tier: int) -> None:
    nodes = {node.uuid: node for node in grids.tree(street, "four", NOW) if node.tier == tier}
    opened = indicators.measure(street, "open", "four", tier, NOW)
    overdue = indicators.measure(street, "overdue", "four", tier, NOW)
    assert opened == {uuid: node.open_tasks for uuid, node in nodes.items()}
    assert overdue == {uuid: node.overdue for uuid, node in nodes.items()}
    first = next(iter(nodes))
    assert overdue[first] == tasks.counts(street, TaskFilter(grid=first), NOW)["overdue"]


HAZARDS = TaskFilter(open_only=True, columns=(ColumnFilter("kind", values=("hazard",)),))


@pytest.mark.parametrize(
    "wanted",
    [
        HAZARDS,
        TaskFilter(open_only=True, kinds=("hotline", "case"), text="路"),
        TaskFilter(statuses=("handling", "submitted")),
        TaskFilter(due="overdue", columns=(ColumnFilter("priority", values=("urgent", "key")),)),
    ],
    ids=["hazards", "text", "statuses", "columns"],
)
@pytest.mark.parametrize("indicator", ["open", "overdue"])
def test_a_grid_counts_the_tasks_that_the_list_shows_when_narrowed_to_it(
    street: Workspace, indicator: str, wanted: TaskFilter
) -> None:
    shading = indicators.shade(street, "four", 13, Wish(indicator, tier=3), NOW, replace(wanted, grid="elsewhere"))
    assert shading is not None
    written = dict(zip(sum(shading.grids, ()), map(int, sum(shading.numbers, ())), strict=True))
    listed = {}
    for uuid in of_tier(street, 3):
        within = tasks.counts(street, replace(wanted, grid=uuid), NOW)
        listed[uuid] = within["open" if indicator == "open" else "overdue"]
    assert written == {uuid: n for uuid, n in listed.items() if n}
    assert shading.total == sum(listed.values()) > 0
    assert shading.zero == sum(not n for n in listed.values())
    density = indicators.measure(street, "density", "four", 3, NOW, indicators.counted("density", wanted))
    if indicator == "open":
        assert {uuid for uuid, value in density.items() if value} == set(written)


def test_what_is_no_count_of_tasks_does_not_follow_the_list(street: Workspace) -> None:
    for name in ("facilities", "coverage"):
        assert indicators.counted(name, HAZARDS) == TaskFilter()
    assert indicators.counted("open", TaskFilter(open_only=True, grid="x")) == TaskFilter()


def test_density_is_open_tasks_per_square_kilometre(street: Workspace) -> None:
    opened = indicators.measure(street, "open", "four", 2, NOW)
    for uuid, density in indicators.measure(street, "density", "four", 2, NOW).items():
        area = rows.get(street.store.read(), "grid", uuid)["area_m2"]  # type: ignore[index]
        assert density == pytest.approx((opened[uuid] or 0) / (area / 1e6))


def test_density_without_a_stored_area_measures_the_outline(ws: Workspace) -> None:
    before = indicators.measure(ws, "density", "four", 3, NOW)
    with ws.store.step("elsewhere", "b", journal=False) as writing:
        writing.db.execute("UPDATE grid SET area_m2=NULL WHERE tier=3")
    after = indicators.measure(ws, "density", "four", 3, NOW)
    assert after == pytest.approx(before, rel=1e-4)


def test_facilities_count_once_and_not_when_removed(ws: Workspace) -> None:
    there = rows.count(ws.store.read(), "facility", "coalesce(state,'')<>'removed'")
    assert 2000 < there < rows.count(ws.store.read(), "facility")
    assert list(indicators.measure(ws, "facilities", "four", 1).values()) == [there]
    assert sum(v or 0 for v in indicators.measure(ws, "facilities", "four", 4).values()) == there
    with ws.store.step("elsewhere", "b", journal=False) as writing:
        writing.db.execute("UPDATE facility SET state='removed'")
    assert list(indicators.measure(ws, "facilities", "four", 1).values()) == [0.0]


def test_coverage_is_the_share_of_street_with_a_duty_in_force(ws: Workspace) -> None:
    values = indicators.measure(ws, "coverage", "four", 4, NOW)
    assert all(value is None or 0 <= value <= 100 for value in values.values())
    assert len({value for value in values.values() if value is not None}) > 20
    with ws.store.step("elsewhere", "b", journal=False) as writing:
        writing.db.execute("UPDATE duty SET to_on='2026-11-19'")
    ended = indicators.measure(ws, "coverage", "four", 1, NOW)
    assert list(ended.values()) == [0.0]
    with ws.store.step("elsewhere", "b", journal=False) as writing:
        writing.db.execute("DELETE FROM placement WHERE owner_table='road_section'")
    assert list(indicators.measure(ws, "coverage", "four", 1, NOW).values()) == [None]


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("zoom", [12, 14])
def test_every_grid_is_in_one_class_or_none(street: Workspace, indicator: str, zoom: int) -> None:
    shading = indicators.shade(street, "four", zoom, Wish(indicator), NOW)
    assert shading is not None
    coloured = [uuid for uuids in shading.grids for uuid in uuids]
    assert len(coloured) == len(set(coloured))
    assert len(coloured) + shading.zero + shading.without == len(of_tier(street, shading.tier))
    assert len(shading.zeros) == shading.zero
    assert not set(shading.zeros) & set(coloured)
    assert tuple(map(len, shading.grids)) == shading.classes.counts
    assert [len(texts) for texts in shading.numbers] == list(shading.classes.counts)


def test_the_tier_follows_the_zoom_and_is_always_one_that_is_drawn(street: Workspace) -> None:
    found = [indicators.tier_at(street, "four", zoom) for zoom in range(8, 18)]
    assert found == sorted(found)
    assert found[-1] == 4
    for zoom in range(8, 18):
        drawn = tiles.tiers_at(street, "four", zoom)
        assert indicators.tier_at(street, "four", zoom) in drawn
        assert indicators.tier_at(street, "four", zoom, 4) == drawn[-1]
        assert indicators.tier_at(street, "four", zoom, 1) == 1


def test_nothing_wished_or_nothing_there(street: Workspace) -> None:
    assert indicators.shade(street, "four", 14, Wish()) is None
    assert indicators.shade(street, "none", 14, Wish("open")) is None


def test_numbers_are_short(street: Workspace) -> None:
    assert indicators.written("open", 12.0) == "12"
    assert indicators.written("density", 3.14159) == "3.1"
    assert indicators.written("density", 31.4159) == "31"
    assert indicators.written("coverage", 66.7) == "67%"
    with pytest.raises(ValueError, match="wealth"):
        indicators.measure(street, "wealth", "four", 1)
    with pytest.raises(ValueError, match="jenks"):
        Wish("open", "jenks")


def luminance(colour: str) -> float:
    """CIE lightness L* of an sRGB colour (IEC 61966-2-1, CIE 15)."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("count", range(3, 8))
def test_classes_differ_in_grey(theme: str, count: int) -> None:
    tones = [luminance(colour.of(theme)) for colour in symbols.table().classes(count)]
    paper = luminance(symbols.table().tokens["paper"].of(theme))
    steps = [b - a for a, b in zip([paper, *tones], tones, strict=False)]
    if theme == "light":
        steps = [-step for step in steps]
    assert steps[0] > 2, "the least class stands off the paper"
    assert min(steps[1:]) > 6, steps
