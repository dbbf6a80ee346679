"""Drawing with real clicks and keys: every gesture ends in clean GeoJSON, and leaves nothing behind."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from layers import words

pytestmark = pytest.mark.window

LEFT = Qt.MouseButton.LeftButton


def near(lon, lat):
    return pytest.approx((lon, lat), abs=2e-4)  # a pixel at this zoom is about 4e-5 degrees


def away(town, dx, dy):
    x, y = town.middle
    return x + dx * 0.01, y + dy * 0.01


def corners(drive, places):
    """Click corner by corner, slowly enough not to be taken for a double click."""
    for lon, lat in places:
        drive.click(lon, lat)
        drive.bot.wait(350)


def test_an_area_is_drawn_with_real_clicks_and_ended_with_enter(drive, town):
    places = [away(town, -0.5, -0.5), away(town, 0.5, -0.5), away(town, 0.5, 0.5)]
    clicks = []
    drive.view.clicked.connect(lambda *args: clicks.append(args))
    drive.view.start_draw("polygon")
    drive.bot.waitUntil(lambda: drive.ask("gewu.drawing") == "polygon", timeout=5_000)
    corners(drive, places)
    with drive.bot.waitSignal(drive.view.drawn, timeout=5_000) as drawn:
        drive.key(Qt.Key.Key_Return)
    kind, geometry = drawn.args
    assert (kind, geometry["type"]) == ("polygon", "Polygon")
    ring = geometry["coordinates"][0]
    assert ring[0] == ring[-1]
    assert [tuple(c) for c in ring[:-1]] == [near(*p) for p in places]
    assert clicks == []  # clicks that draw do not select
    left = "document.querySelectorAll('.leaflet-overlay-pane path, .leaflet-marker-pane > *').length"
    assert drive.ask(left) == 0  # the program decides what stays


def test_an_area_is_ended_at_its_first_corner(drive, town):
    places = [away(town, -0.5, -0.5), away(town, 0.5, -0.5), away(town, 0, 0.5)]
    drive.view.start_draw("polygon")
    with drive.bot.waitSignal(drive.view.drawn, timeout=10_000) as drawn:
        corners(drive, [*places, places[0]])
    assert len(drawn.args[1]["coordinates"][0]) == 4


def test_a_line_is_ended_with_a_double_click(drive, town):
    first, last = away(town, -0.6, 0.2), away(town, 0.6, 0.1)
    zoom = drive.ask("gewu.map.getZoom()")
    drive.view.start_draw("line")
    corners(drive, [first])
    with drive.bot.waitSignal(drive.view.drawn, timeout=5_000) as drawn:
        drive.click(*last)
        drive.bot.wait(60)
        drive.click(*last)
    kind, geometry = drawn.args
    assert (kind, geometry["type"]) == ("line", "LineString")
    assert [tuple(c) for c in geometry["coordinates"]] == [near(*first), near(*last)]
    drive.bot.wait(300)
    assert drive.ask("gewu.map.getZoom()") == zoom


def test_an_area_is_ended_with_a_double_click_and_keeps_no_double_corner(drive, town):
    places = [away(town, -0.5, -0.5), away(town, 0.5, -0.5), away(town, 0.5, 0.5)]
    drive.view.start_draw("polygon")
    corners(drive, [*places, places[-1]])
    at = drive.pixel(*places[-1])
    with drive.bot.waitSignal(drive.view.drawn, timeout=5_000) as drawn:
        # Qt's test mouse cannot make Chromium count to two: the event itself is given to the page.
        drive.run(
            "gewu.map.getContainer().dispatchEvent(new MouseEvent('dblclick', "
            f"{{clientX: {at.x()}, clientY: {at.y()}, bubbles: true, detail: 2}}))"
        )
    assert [tuple(c) for c in drawn.args[1]["coordinates"][0][:-1]] == [near(*p) for p in places]


def test_a_point_is_drawn_by_the_button_and_one_click(drive, town):
    box = drive.ask("(b => [b.x + b.width / 2, b.y + b.height / 2])(gewu.buttons.point.getBoundingClientRect())")
    at = QPoint(*map(round, box))
    with drive.bot.waitSignal(drive.view.draw_started, timeout=5_000) as started:
        QTest.mouseMove(drive.target, at)
        QTest.mouseClick(drive.target, LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert started.args == ["point"]
    drive.bot.waitUntil(lambda: drive.ask("gewu.drawing") == "point", timeout=5_000)
    assert drive.ask("gewu.hint.textContent") == words.t("drawing.hint_point")
    place = away(town, 0.25, -0.25)
    with drive.bot.waitSignal(drive.view.drawn, timeout=5_000) as drawn:
        drive.click(*place)
    assert drawn.args[0] == "point"
    assert tuple(drawn.args[1]["coordinates"]) == near(*place)


def test_backspace_takes_a_corner_back_and_escape_gives_up(drive, town):
    drive.view.start_draw("line")
    corners(drive, [away(town, -0.5, 0), away(town, 0, 0.5), away(town, 0.5, 0)])
    count = "gewu.sketching.sketch.paths[0].length"
    drive.bot.waitUntil(lambda: drive.ask(count) == 3, timeout=5_000)
    drive.key(Qt.Key.Key_Backspace)
    drive.bot.waitUntil(lambda: drive.ask(count) == 2, timeout=5_000)
    with drive.bot.waitSignal(drive.view.draw_cancelled, timeout=5_000):
        drive.key(Qt.Key.Key_Escape)
    assert drive.ask("gewu.drawing") is None
    assert drive.ask("gewu.hint.textContent") == ""


def test_a_kind_that_cannot_be_drawn_is_refused(drive):
    with pytest.raises(ValueError, match="circle"):
        drive.view.start_draw("circle")
