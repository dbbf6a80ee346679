"""What stands on the map keeps clear of each other, of the names, and of what somebody is doing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from app.furniture import GAP, MARGIN, MOST, Furnished, free_place
from app.hand import Hand
from app.map import messages
from app.map.messages import Unreadable
from layers.indicators import Wish

pytestmark = pytest.mark.window
HERE = (121.2440, 31.0130, 121.2490, 31.0160)  # some blocks of the old town
boxes = st.builds(QRect, st.integers(0, 700), st.integers(0, 400), st.integers(1, 300), st.integers(1, 200))


@given(st.lists(boxes, max_size=6), st.integers(200, 900))
def test_a_place_is_free_and_inside_or_at_the_top(taken: list[QRect], wanted: int) -> None:
    room = QRect(0, 0, 757, 447)
    place = free_place(room, taken, wanted, lambda width: 40 if width > 400 else 60)
    assert room.contains(place)
    assert place.width() <= MOST
    free = not any(place.adjusted(1 - GAP, 1 - GAP, GAP - 1, GAP - 1).intersects(box) for box in taken)
    assert free or place.top() == MARGIN


def test_a_place_goes_below_what_stands_at_the_top() -> None:
    room, card, bar = QRect(0, 0, 757, 447), QRect(12, 12, 160, 200), QRect(711, 12, 34, 250)
    assert free_place(room, [], 400, lambda _: 40) == QRect(178, 12, 400, 40)
    beside = free_place(room, [card, bar], 400, lambda _: 40)
    assert (beside.top(), beside.left()) == (12, 180)
    tool = QRect(300, 12, 160, 44)
    assert free_place(room, [card, bar, tool], 400, lambda _: 40).top() == 12 + 44 + GAP


@pytest.mark.parametrize("text", ['{"type":"furniture"}', '{"type":"furniture","boxes":{"bar":[1,2]}}'])
def test_a_malformed_message_is_no_message(text: str) -> None:
    with pytest.raises(Unreadable):
        messages.parse(text)


def test_the_message_is_typed() -> None:
    found = messages.parse('{"type":"furniture","boxes":{"bar":[1.4,2,3,4]}}')
    assert found == Furnished({"bar": (1, 2, 3, 4)})


def rect(desk: Hand, selector: str) -> QRect:
    box = desk.ask(
        f"(b => [b.x, b.y, b.width, b.height])(document.querySelector('{selector}').getBoundingClientRect())"
    )
    return QRect(*(round(part) for part in box))


def cards(desk: Hand) -> list[QRect]:
    window = desk.window
    return [one.geometry() for one in (window.map.legend, window.board_card, window.editing.bar) if one.isVisible()]


def lying(desk: Hand) -> set[tuple[int, ...]]:
    return {tuple(box) for box in desk.ask("gewu.furniture.cards")}


def test_a_message_floats_and_the_map_stays_where_it_is(desk: Hand) -> None:
    window = desk.window
    desk.until(lambda: not window.map.furniture.box("bar").isEmpty(), "furniture")
    window.do.draw("polygon")
    desk.map_still()
    desk.until(lambda: window.editing.bar is not None and window.editing.bar.isVisible(), "bar")
    desk.until(lambda: window.editing.bar.geometry() in window.map.furniture.taken(), "known")
    size = "[gewu.map.getSize().x, gewu.map.getSize().y]"
    before = window.map.geometry(), desk.ask(size), desk.pixel(121.245, 31.0145)
    for words in ("没有找到。", "一句长得多的话，说明发生了什么、发生在哪里、接下来可以怎样做。" * 3):
        window.message.say(words, "bad", (("撤销", lambda: None),))
        desk.map_still()
        message = window.message
        assert (window.map.geometry(), desk.ask(size)) == before[:2]
        assert desk.pixel(121.245, 31.0145) == before[2]
        place = message.geometry().translated(-window.pages.geometry().topLeft())
        assert not any(place.intersects(box) for box in window.map.furniture.taken())
        assert not place.intersects(rect(desk, ".gewu-hint"))
        assert window.map.rect().contains(place)
        assert message.words.height() >= message.words.heightForWidth(message.words.width())
        desk.click(message.shut)
        assert not message.isVisible()
    window.message.say("没有找到。", "bad")
    desk.key(Qt.Key.Key_Escape, at=window)
    assert not window.message.isVisible()


def test_a_message_goes_aside_for_a_tool_that_begins(desk: Hand) -> None:
    window = desk.window
    window.message.say("没有找到。", "bad")
    window.do.draw("polygon")
    desk.until(lambda: window.editing.bar is not None and window.editing.bar.isVisible(), "bar")

    def apart() -> bool:
        place = window.message.geometry().translated(-window.pages.geometry().topLeft())
        return not place.intersects(window.editing.bar.geometry())

    desk.until(apart, "aside")
    assert window.message.isVisible()


@pytest.mark.parametrize("zoom", [None, 14, 16, 18])
def test_no_name_is_written_under_what_stands_on_the_map(desk: Hand, zoom: int | None) -> None:
    window = desk.window
    if zoom:
        window.map.view.fit(HERE, maxzoom=zoom)
    window.shades.use(Wish("open", "quantiles", 4))
    desk.until(lambda: window.shades.shading is not None, "shading")
    desk.map_still()
    desk.until(lambda: lying(desk) == {(b.x(), b.y(), b.width(), b.height()) for b in cards(desk)}, "the page knows")
    desk.map_still()
    covered = desk.ask("gewu.furniture.boxes()")
    assert len(covered) >= 6
    written = desk.ask(
        "gewu.labels.placed.filter((l) => !l.line).map((l) => [l.x + l.dx - l.w / 2, l.y + l.dy - l.h / 2, "
        "l.x + l.dx + l.w / 2, l.y + l.dy + l.h / 2]).concat(gewu.labels.placed.filter((l) => l.line)"
        ".flatMap((l) => l.set.map((c) => [c.x - 4, c.y - 4, c.x + 4, c.y + 4])))"
    )
    assert written
    under = [(a, b) for a in written for b in covered if a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]]
    assert under == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hint_leaves_the_mark_of_synthetic_data_and_the_scale_in_sight(desk: Hand, language: str) -> None:
    desk.window.do.set_language(language)
    for start in (lambda: desk.window.do.draw("polygon"), desk.window.finding.measure, desk.window.finding.lasso):
        start()
        desk.until(lambda: desk.ask("gewu.hint.classList.contains('gewu-on')"), "hint")
        hint = rect(desk, ".gewu-hint")
        for other in (".gewu-mark", ".gewu-scale", ".gewu-north", ".gewu-bar"):
            assert not hint.intersects(rect(desk, other)), other
        desk.key(Qt.Key.Key_Escape, at=desk.page)
        desk.until(lambda: not desk.ask("gewu.hint.classList.contains('gewu-on')"), "no hint")


def test_the_small_legend_scrolls_before_it_is_cut_and_never_lies_under_the_buttons(desk: Hand) -> None:
    window = desk.window
    legend = window.map.legend
    desk.click(window.tasks.views["all"])
    desk.until(lambda: len(legend.explained) > 10, "explained")
    window.docks["tasks"].hide()
    window.resize(1366, 420)
    desk.until(lambda: not legend.open, "folded where it would cover the map")
    assert not any(row.isVisibleTo(legend) for row in legend._rows.values())
    desk.click(legend.head)
    assert legend.open  # whoever wants it has it
    for height in (768, 560, 370):
        window.resize(1366, height)
        desk.until(lambda height=height: window.map.height() > height - 100, "laid out")  # type: ignore[misc]
        desk.map_still()
        desk.until(lambda: legend.isVisible() and window.map.rect().contains(legend.geometry()), "placed")
        for name in ("bar", "strip", "mark", "scale"):  # the page says a moment later where it stands now
            desk.until(lambda name=name: not legend.geometry().intersects(window.map.furniture.box(name)), name)  # type: ignore[misc]
    bar = legend.rows.verticalScrollBar()
    assert bar.maximum() > 0
    last = [row for row in legend._rows.values() if row.isVisibleTo(legend)][-1]
    bar.setValue(bar.maximum())
    bottom = last.mapTo(legend.rows.viewport(), QPoint(0, last.height())).y()
    assert bottom <= legend.rows.viewport().height()


def test_on_a_small_screen_nothing_lies_on_anything_else(desk: Hand) -> None:
    window = desk.window
    window.resize(1092, 614)  # 1366 × 768 at 125 %
    window.shades.use(Wish("open", "quantiles", 7))
    desk.until(lambda: window.shades.shading is not None, "shading")
    for start in (lambda: window.do.draw("polygon"), window.finding.measure, lambda: window.map.view.cancel_draw()):
        start()
        desk.map_still()
        desk.until(lambda: lying(desk) == {(b.x(), b.y(), b.width(), b.height()) for b in cards(desk)}, "known")
        desk.map_still()
        boxes = [*cards(desk), *(window.map.furniture.box(name) for name in ("bar", "strip", "scale", "hint"))]
        clash = [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.intersects(b)]
        assert clash == []
        assert all(window.map.rect().adjusted(0, 0, 4, 4).contains(box) for box in boxes)


def test_the_overview_stays_away_while_the_whole_is_in_sight(desk: Hand) -> None:
    hidden = "document.querySelector('.gewu-overview').hidden && document.querySelector('.gewu-fold').hidden"
    desk.until(lambda: desk.ask("gewu.overview.areas.length > 0"), "overview")
    assert desk.ask(hidden)
    desk.window.map.view.fit(HERE, maxzoom=16)
    desk.map_still()
    assert not desk.ask(hidden)
    QTest.mouseMove(desk.page, QPoint(200, 200))
    desk.window.map.whole()
    desk.until(lambda: desk.ask(hidden), "whole again")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_north_arrow_has_a_ground_of_its_own(desk: Hand, theme: str) -> None:
    desk.window.do.set_theme(theme)
    desk.until(lambda: desk.ask("gewu.theme") == theme, "theme")
    ground, panel = desk.ask(
        "[getComputedStyle(document.querySelector('.gewu-north')).backgroundColor, "
        "getComputedStyle(document.querySelector('.gewu-bar')).backgroundColor]"
    )
    assert ground == panel
    assert ground.startswith("rgb(")
