"""What a shaded map says of itself: every class, what is counted, and which tasks only, in both languages."""

from datetime import UTC, datetime

import pytest

from layers import indicators, shade_words, tasks, words
from layers.domain.things import ColumnFilter, TaskFilter
from layers.indicators import Wish
from layers.workspace import Workspace

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
HAZARDS = TaskFilter(open_only=True, columns=(ColumnFilter("kind", values=("hazard",)),))


@pytest.fixture(autouse=True)
def chinese():  # type: ignore[no-untyped-def]
    words.use("zh")
    yield
    words.use("zh")


@pytest.mark.parametrize("indicator", indicators.INDICATORS)
def test_the_rows_are_all_grids_of_the_tier(street: Workspace, indicator: str) -> None:
    shading = indicators.shade(street, "four", 14, Wish(indicator), NOW)
    assert shading is not None
    assert sum(row.grids for row in shade_words.rows(shading)) == len(
        indicators.measure(street, indicator, "four", shading.tier, NOW)
    )
    classes = [str(i) for i in range(len(shading.classes))]
    assert [row.key for row in shade_words.rows(shading) if row.key not in ("", "zero")] == classes


def test_the_risk_map_says_that_it_counts_hazards_only(street: Workspace) -> None:
    shading = indicators.shade(street, "four", 13, Wish("open"), NOW, HAZARDS)
    assert shading is not None
    total = sum(int(number) for one in shading.numbers for number in one)
    assert shade_words.notes(shading) == (f"共 {total} 件", "只计：隐患")
    words.use("en")
    assert shade_words.notes(shading) == (f"{total} in all", "Only: Hazard")
    every = indicators.shade(street, "four", 13, Wish("open"), NOW, TaskFilter(open_only=True))
    assert every is not None
    assert len(shade_words.notes(every)) == 2  # in all, and how many lie nowhere yet


def test_a_filter_is_told_part_by_part() -> None:
    wanted = TaskFilter(
        statuses=("filed", "handling"), kinds=("case",), due="soon", text="积水", tray=True,
        columns=(ColumnFilter("grid", values=("a", "b", "", "d", "e")), ColumnFilter("title", text="井盖")),
    )  # fmt: skip
    said = shade_words.filter_words(wanted, "张三")
    assert said == "案件，待派遣/处置中，即将超期，待落图，张三，a/b/（无） 等（另 2 项），标题含“井盖”，含“积水”"
    assert shade_words.filter_words(TaskFilter()) == ""


def test_what_is_in_no_grid_and_what_is_too_small_is_said(street: Workspace) -> None:
    every = indicators.shade(street, "four", 12.0, Wish("open", tier=4), NOW, TaskFilter(open_only=True))
    assert every is not None
    counts = tasks.counts(street, TaskFilter(open_only=True), NOW)
    assert every.tray == counts["tray"] > 0
    assert every.total == counts["open"] - counts["tray"]
    assert every.tier < 4
    assert shade_words.notes(every)[1:] == (f"另有 {every.tray} 件待落图", "微网格在此比例太小，放大后显示")
    near = indicators.shade(street, "four", 15.0, Wish("open", tier=4), NOW, TaskFilter(open_only=True))
    assert near is not None
    assert near.too_small == ""
