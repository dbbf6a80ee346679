"""Shading the grids: chosen on the left, seen on the map, explained in the legend, remembered in the workspace."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.hand import Hand
from app.shades import KEY
from layers import indicators, tasks, workspace
from layers.domain import symbols
from layers.domain.things import TaskFilter
from layers.indicators import Wish

pytestmark = pytest.mark.window


def shaded(desk: Hand, indicator: str) -> None:
    def there() -> bool:
        shading = desk.window.shades.shading
        return shading is not None and shading.wish.indicator == indicator

    desk.until(there, indicator)
    desk.until(lambda: desk.ask("gewu.choropleth.count") == len(desk.window.shades.shading.classes), "page")  # type: ignore[union-attr]
    desk.map_still()


def choose(desk: Hand, part: str, value: object) -> None:
    """Open a choice with the keyboard and take the entry of a value."""
    control = desk.window.shade_control
    choice = getattr(control, part)
    order = {
        "indicator": ["", *indicators.INDICATORS],
        "method": ["natural", "quantiles", "equal"],
        "count": list(range(3, 8)),
    }[part]
    desk.until(choice.isVisible, part)
    choice.menu().actions()[order.index(value)].trigger()


def test_it_is_chosen_in_the_panel_and_seen_on_the_map(desk: Hand) -> None:
    window = desk.window
    desk.press("layers-fold")
    assert window.shade_control.indicator.isVisible()
    assert not window.shade_control.method.isVisible()
    assert not window.board_card.legend.isVisible()
    before = window.map.view.grab().toImage()
    choose(desk, "indicator", "open")
    shaded(desk, "open")
    shading = window.shades.shading
    assert shading is not None
    # The colour of a class is on the map where one of its grids is.
    colours = symbols.table().classes(len(shading.classes))
    picture = window.map.view.grab().toImage()
    found = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)
    }
    for colour in (*colours, symbols.table().zero):
        assert QColor(colour.light).name() in found
    assert shading.zero  # a grid with nothing is not like what lies beyond the street
    assert QColor(colours[-1].light).name() not in {
        before.pixelColor(x, y).name() for x in range(0, before.width(), 3) for y in range(0, before.height(), 3)
    }
    assert window.shade_control.method.isVisible()
    assert [one.text() for one in window.shade_control.tier.menu().actions()] == [
        "层级随缩放", "街道", "片区", "小网格", "微网格",
    ]  # fmt: skip
    window.shade_control.tier.menu().actions()[2].trigger()
    desk.until(lambda: window.shades.shading.tier == 2, "districts")  # type: ignore[union-attr]
    window.shade_control.tier.menu().actions()[0].trigger()
    choose(desk, "count", 3)
    desk.until(lambda: len(window.shades.shading.classes) == 3, "three classes")  # type: ignore[union-attr]
    choose(desk, "method", "equal")
    desk.until(lambda: window.shades.shading.wish.method == "equal", "equal")  # type: ignore[union-attr]


def test_the_legend_has_ranges_and_counts_of_all_grids(desk: Hand) -> None:
    window = desk.window
    window.shades.use(Wish("open", "quantiles", 4))
    shaded(desk, "open")
    shading = window.shades.shading
    assert shading is not None
    legend = window.board_card.legend
    assert legend.isVisible()
    assert legend.title.text() == "小网格 · 未结任务（件）"
    rows = [(span.text(), count.text()) for _, span, count in legend.rows if span.isVisible()]
    assert rows[0] == ("0", f"{shading.zero} 个网格")
    assert len(rows) == 1 + len(shading.classes)
    assert sum(int(count.split()[0]) for _, count in rows) == 22
    low, high = shading.classes.ranges[-1]
    assert rows[-1][0] == (f"{low:.0f}–{high:.0f}" if low != high else f"{low:.0f}")


def test_every_grid_carries_its_number(desk: Hand) -> None:
    window = desk.window
    window.shades.use(Wish("facilities"))
    shaded(desk, "facilities")
    shading = window.shades.shading
    assert shading is not None
    wanted = {uuid: text for uuids, texts in zip(shading.grids, shading.numbers, strict=True)
              for uuid, text in zip(uuids, texts, strict=True)}  # fmt: skip
    written = desk.ask(
        "Object.fromEntries(gewu.labels.placed.filter((l) => l.key.startsWith('grid ')).map((l) => "
        "[l.key.slice(5), l.rows[0].text]))"
    )
    shown = {uuid: text for uuid, text in written.items() if uuid in wanted}
    assert len(shown) == len(wanted) == 22
    assert shown == wanted


def test_the_tier_follows_the_zoom(desk: Hand) -> None:
    window = desk.window
    window.shades.use(Wish("open"))
    shaded(desk, "open")
    assert window.shades.shading is not None
    assert window.shades.shading.tier == 3
    window.map.view.fit((121.235, 31.005, 121.255, 31.02), maxzoom=16)
    desk.until(lambda: window.shades.shading.tier == 4, "micro grids")  # type: ignore[union-attr]
    assert "微网格" in window.board_card.legend.title.text()


def test_a_change_of_tasks_changes_the_numbers(desk: Hand) -> None:
    window = desk.window
    window.shades.use(Wish("open"))
    shaded(desk, "open")

    def total() -> float:
        shading = window.shades.shading
        return sum(int(text) for texts in shading.numbers for text in texts) if shading else 0

    before = total()
    line = tasks.table(window.session.ws, TaskFilter(statuses=("filed",)))[0]  # type: ignore[arg-type]
    window.session.work(tasks.advance, [line.uuid], "void", reason="重复", label="step")
    desk.until(lambda: total() == before - 1, "one less")


def test_it_is_remembered_by_the_workspace_and_forgotten_when_it_makes_no_sense(
    make_window: Callable[..., Hand], opening: Callable[[Hand, Path], None], street: Path
) -> None:
    hand = make_window()
    opening(hand, street)

    def again() -> None:
        hand.rest()
        hand.window.session.leave()
        hand.until(lambda: hand.window.session.ws is None, "closed")
        opening(hand, street)
        # What was open a moment ago may still hold the file.
        hand.until(lambda: workspace.take_over(hand.window.session.ws), "writer")  # type: ignore[arg-type]

    hand.key(Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    shaded(hand, "open")
    hand.window.shades.use(Wish("open", "equal", 7))
    again()
    hand.until(lambda: hand.window.shades.wish == Wish("open", "equal", 7), "remembered")
    shaded(hand, "open")
    hand.window.session.work(workspace.set_setting, KEY, '["wealth","x",99,0]')
    again()
    hand.until(lambda: hand.window.shades.wish == Wish(), "forgotten")
    hand.map_still()
    assert hand.ask("gewu.choropleth.count") == 0
