"""The real page in the real widget: it starts, draws, hears and answers; driven with real mouse and keys."""

import json
import math
import os
import signal
import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from layers import words
from layers.domain import symbols

pytestmark = pytest.mark.window

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def near(lon, lat):
    return pytest.approx((lon, lat), abs=2e-4)  # a pixel at this zoom is about 4e-5 degrees


def away(town, dx, dy):
    x, y = town.middle
    return x + dx * 0.01, y + dy * 0.01


def test_it_starts_and_the_picture_has_real_pixels(drive):
    image = drive.view.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 800, 5) for y in range(0, 600, 5)}
    assert len(colours) > 50
    paper = symbols.table().tokens["paper"].light.lower()
    assert image.pixelColor(3, 3).name() == paper


def test_tiles_are_asked_for_by_revision_and_system(drive, town):
    assert town.tiles
    assert {(revision, system) for revision, system, *_ in town.tiles} == {(1, "four")}
    drive.view.set_revision(2)
    drive.bot.waitUntil(lambda: town.tiles[-1][0] == 2, timeout=5_000)
    drive.view.set_system("党建")
    drive.bot.waitUntil(lambda: town.tiles[-1][:2] == (2, "党建"), timeout=5_000)
    drive.bot.waitUntil(lambda: drive.ask("document.querySelectorAll('.leaflet-layer').length") == 1, timeout=5_000)


def test_bulk_comes_through_the_scheme_whole(drive, town):
    town.tasks = [(f"任务{n}", 121.25 + n * 1e-6, 31.02, "filed", "none") for n in range(30_000)]
    drive.run(
        "fetch('pins?all=1').then(r => r.json()).then(j => { gewu.got = j.features.length + j.features[29999].id; })"
    )
    drive.bot.waitUntil(lambda: drive.ask("gewu.got || null") == "30000任务29999", timeout=15_000)


def test_commands_and_messages_cross_the_channel(drive):
    with drive.bot.waitSignal(drive.view.moved, timeout=5_000) as moved:
        drive.view.fit((121.245, 31.015, 121.25, 31.02))
    (west, south, east, north), zoom = moved.args
    assert west <= 121.245 <= 121.25 <= east
    assert south <= 31.015 <= 31.02 <= north
    assert drive.view.bounds == (west, south, east, north)
    assert drive.view.zoom == zoom > 14


def test_what_javascript_answers_arrives(drive):
    assert drive.ask("[1 + 1, '格物', null]") == [2, "格物", None]
    assert drive.ask("Object.keys(window).filter(k => k === 'gewu')") == ["gewu"]


def test_a_real_click_is_told_with_its_place(drive, town):
    drive.run("addEventListener('click', e => { gewu.trusted = e.isTrusted; }, true)")
    lon, lat = away(town, 0.4, 0.3)
    with drive.bot.waitSignal(drive.view.clicked, timeout=5_000) as clicked:
        drive.click(lon, lat, LEFT, Qt.KeyboardModifier.ControlModifier)
    assert clicked.args[:2] == list(near(lon, lat).expected) or tuple(clicked.args[:2]) == near(lon, lat)
    assert clicked.args[2:4] == ["left", "ctrl"]
    assert clicked.args[4] == drive.ask("gewu.map.getZoom()")
    assert drive.ask("gewu.trusted") is True


def test_the_other_button_is_told_too(drive, town):
    with drive.bot.waitSignal(drive.view.clicked, timeout=5_000) as clicked:
        drive.click(*town.middle, RIGHT)
    assert tuple(clicked.args[:2]) == near(*town.middle)
    assert clicked.args[2] == "right"


def test_a_double_click_is_told_and_does_not_zoom(drive, town):
    zoom = drive.view.zoom
    at = drive.pixel(*town.middle)
    with drive.bot.waitSignal(drive.view.clicked, timeout=5_000) as clicked:
        # Qt's test mouse cannot make Chromium count to two: the event itself is given to the page.
        drive.run(
            "gewu.map.getContainer().dispatchEvent(new MouseEvent('dblclick', "
            f"{{clientX: {at.x()}, clientY: {at.y()}, bubbles: true, detail: 2}}))"
        )
    assert clicked.args[2] == "double"
    drive.bot.wait(300)
    assert drive.view.zoom == zoom


def test_the_pointer_is_followed_and_its_rest_is_told(drive, town):
    place = away(town, -0.5, 0.5)
    with drive.bot.waitSignals([drive.view.cursor_moved, drive.view.hovered], timeout=5_000):
        drive.move(drive.pixel(*place))
    drive.view.show_tip("<b>丁</b>")
    drive.bot.waitUntil(lambda: drive.ask("gewu.tip.textContent") == "<b>丁</b>", timeout=2_000)
    assert drive.ask("gewu.tip.children.length") == 0  # text, never markup
    drive.move(drive.pixel(*town.middle))
    assert drive.ask("gewu.tip.classList.contains('gewu-on')") is False


def test_keys_move_the_map(drive, town):
    drive.target.setFocus()
    zoom = drive.ask("gewu.map.getZoom()")
    with drive.bot.waitSignal(drive.view.moved, timeout=5_000):
        drive.key(Qt.Key.Key_Plus)
    drive.bot.waitUntil(lambda: drive.view.zoom > zoom, timeout=5_000)
    west = drive.view.bounds[0]
    drive.key(Qt.Key.Key_Right)
    drive.bot.waitUntil(lambda: drive.view.bounds[0] > west, timeout=5_000)
    drive.key(Qt.Key.Key_Home)
    drive.bot.waitUntil(lambda: drive.view.zoom == zoom, timeout=5_000)
    assert drive.view.bounds[0] < town.bounds[0]
    assert drive.view.bounds[2] > town.bounds[2]


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
    assert drive.ask("gewu.hint.textContent") == words.t("map.hint_point")
    place = away(town, 0.25, -0.25)
    with drive.bot.waitSignal(drive.view.drawn, timeout=5_000) as drawn:
        drive.click(*place)
    assert drawn.args[0] == "point"
    assert tuple(drawn.args[1]["coordinates"]) == near(*place)


def test_backspace_takes_a_corner_back_and_escape_gives_up(drive, town):
    drive.view.start_draw("line")
    corners(drive, [away(town, -0.5, 0), away(town, 0, 0.5), away(town, 0.5, 0)])
    count = "gewu.map.pm.Draw.Line._layer.getLatLngs().length"
    assert drive.ask(count) == 3
    drive.key(Qt.Key.Key_Backspace)
    drive.bot.waitUntil(lambda: drive.ask(count) == 2, timeout=5_000)
    with drive.bot.waitSignal(drive.view.draw_cancelled, timeout=5_000):
        drive.key(Qt.Key.Key_Escape)
    assert drive.ask("gewu.drawing") is None
    assert drive.ask("gewu.hint.textContent") == ""


def test_the_complete_picture_is_announced_and_can_be_grabbed(drive, town):
    with drive.bot.waitSignal(drive.view.settled, timeout=5_000):
        drive.view.set_pins({})
    filed = symbols.table().statuses["filed"].colour.light.lower()
    drive.bot.waitUntil(lambda: drive.colour(drive.pixel(*town.tasks[0][1:3])) == filed, timeout=1_000)
    with drive.bot.waitSignal(drive.view.settled, timeout=5_000):
        drive.view.fit((121.245, 31.015, 121.25, 31.02))
    assert drive.view.zoom > 14


def test_the_whole_street_stays_in_the_picture_until_somebody_moves_it(drive, town):
    zoom = drive.view.zoom
    with drive.bot.waitSignal(drive.view.moved, timeout=5_000):
        drive.view.resize(420, 330)
    drive.bot.waitUntil(lambda: drive.view.zoom < zoom, timeout=5_000)
    west, south, east, north = drive.view.bounds
    assert west <= town.bounds[0] <= town.bounds[2] <= east
    assert south <= town.bounds[1] <= town.bounds[3] <= north
    drive.view.fit((121.245, 31.015, 121.25, 31.02))
    drive.bot.waitUntil(lambda: drive.view.zoom > 14, timeout=5_000)
    near_zoom = drive.view.zoom
    with drive.bot.waitSignal(drive.view.moved, timeout=5_000):
        drive.view.resize(800, 600)
    assert drive.view.zoom == near_zoom


def test_a_kind_that_cannot_be_drawn_is_refused(drive):
    with pytest.raises(ValueError, match="circle"):
        drive.view.start_draw("circle")


def test_pins_are_asked_for_and_drawn_in_their_colour(drive, town):
    place = town.tasks[0][1:3]
    before = drive.colour(drive.pixel(*place))
    drive.view.set_pins({"view": "我的"})
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.shown.length") == 3, timeout=5_000)
    assert town.asked[-1]["view"] == "我的"
    assert len(town.asked[-1]["bounds"].split(",")) == 4
    drive.still()
    filed = symbols.table().statuses["filed"].colour.light.lower()
    assert before != filed
    assert drive.colour(drive.pixel(*place)) == filed
    town.tasks.append(("t4", *town.middle, "closed", "none"))
    drive.view.refresh_pins()
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.shown.length") == 4, timeout=5_000)
    drive.view.set_pins(None)
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.shown.length") == 0, timeout=5_000)


def test_a_part_of_the_pins_is_asked_for_again_after_a_move(drive, town):
    town.complete = False
    drive.view.set_pins({})
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.shown.length") == 3, timeout=5_000)
    asked = len(town.asked)
    drive.view.fit((121.245, 31.015, 121.25, 31.02))
    drive.bot.waitUntil(lambda: len(town.asked) > asked, timeout=5_000)
    assert town.asked[-1]["bounds"] != town.asked[asked - 1]["bounds"]


def test_too_many_pins_are_thinned_and_the_pressing_ones_stay(drive, town):
    def place(n):
        return 121.245 + (n % 100) * 1e-4, 31.015 + (n // 100) * 2e-4

    town.tasks = [(f"t{n}", *place(n), "closed", "none") for n in range(4_900)]
    town.tasks.append(("late", *place(2_450), "handling", "red"))
    drive.view.set_pins({})
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.all.length") == 4_901, timeout=10_000)
    shown = drive.ask("gewu.pins.shown.map(s => s.pin.id)")
    assert len(shown) < 2_000
    assert "late" in shown


def test_the_selection_is_outlined_filled_and_hatched(drive, town):
    west, south, east, north = town.bounds[0], town.bounds[1], *town.middle
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    edge = drive.pixel((west + east) / 2, south)
    plain = drive.view.grab().toImage()
    drive.view.select({"type": "Polygon", "coordinates": [ring]})
    drive.still()
    marked = drive.view.grab().toImage()
    accent = symbols.table().selection.light.lower()
    assert accent in {marked.pixelColor(edge + QPoint(0, dy)).name() for dy in (-2, -1, 0, 1, 2)}
    inside = drive.pixel(west + 0.003, south + 0.004)
    row = {marked.pixelColor(inside + QPoint(dx, 0)).name() for dx in range(20)}
    assert len(row) > 1  # hatching
    assert marked.pixelColor(inside) != plain.pixelColor(inside)
    drive.view.select(None)
    drive.still()
    assert drive.view.grab().toImage().pixelColor(inside) == plain.pixelColor(inside)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [121.25, 31.02]},
        {"type": "MultiPoint", "coordinates": [[121.25, 31.02]]},
        {"type": "LineString", "coordinates": [[121.245, 31.02], [121.255, 31.02]]},
        {"type": "MultiLineString", "coordinates": [[[121.245, 31.02], [121.255, 31.02]]]},
        {
            "type": "GeometryCollection",
            "geometries": [{"type": "LineString", "coordinates": [[121.245, 31.02], [121.255, 31.02]]}],
        },
    ],
    ids=lambda g: g["type"],
)
def test_every_kind_of_thing_can_be_selected(drive, geometry):
    plain = drive.view.grab().toImage()
    drive.view.select(geometry)
    drive.still()
    marked = drive.view.grab().toImage()
    at = drive.pixel(121.25, 31.02)
    around = [at + QPoint(dx, dy) for dx in range(-20, 21) for dy in range(-20, 21)]
    accent = symbols.table().selection.light.lower()
    assert accent in {marked.pixelColor(p).name() for p in around}
    assert accent not in {plain.pixelColor(p).name() for p in around}


def test_the_theme_changes_the_paper(drive):
    drive.view.set_theme("dark")
    drive.still()
    paper = symbols.table().tokens["paper"].dark.lower()
    drive.bot.waitUntil(lambda: drive.colour(QPoint(3, 3)) == paper, timeout=5_000)


def test_the_words_follow_the_language(drive):
    assert drive.ask("gewu.buttons.polygon.title") == words.both("map.polygon")[0]
    words.use("en")
    drive.view.set_language()
    drive.bot.waitUntil(lambda: drive.ask("gewu.buttons.polygon.title") == words.both("map.polygon")[1], timeout=5_000)


def test_layers_are_hidden(drive, town):
    x, y = away(town, -0.4, 0.4)
    at = drive.pixel(x, y)
    with_fill = drive.colour(at)
    drive.view.set_visible({"road"})
    drive.still()
    paper = symbols.table().tokens["paper"].light.lower()
    drive.bot.waitUntil(lambda: drive.colour(at) == paper, timeout=5_000)
    assert with_fill != paper
    assert drive.ask("gewu.labels.placed.length") == 0


def test_names_are_placed_without_touching_and_roads_are_named_once(drive):
    placed = drive.ask("gewu.labels.placed.map(l => l.line ? l.name : l.rows.map(r => r.text).join(' '))")
    assert "W004 <b>丁</b>" in placed or "W004" in placed
    assert any(name.startswith("X01") for name in placed)
    assert placed.count("中山东路") >= 1
    boxes = drive.ask(
        "gewu.labels.placed.filter(l => !l.line)"
        ".map(l => [l.x + l.dx - l.w / 2, l.y + l.dy - l.h / 2, l.x + l.dx + l.w / 2, l.y + l.dy + l.h / 2])"
    )
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_the_scale_tells_the_truth(drive):
    length, text = drive.ask("[gewu.scale.root.getBoundingClientRect().width, gewu.scale.text.textContent]")
    number, unit = text.split()
    metres = float(number) * (1000 if unit == "km" else 1)
    per_pixel = 156543.034 * math.cos(math.radians(31.02)) / 2 ** drive.ask("gewu.map.getZoom()")
    assert length * per_pixel == pytest.approx(metres, rel=0.02)
    assert length <= 112


def test_the_bar_asks_to_locate(drive):
    box = drive.ask("(b => [b.x + b.width / 2, b.y + b.height / 2])(gewu.buttons.locate.getBoundingClientRect())")
    with drive.bot.waitSignal(drive.view.locate_asked, timeout=5_000):
        QTest.mouseClick(drive.target, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(*map(round, box)))


def test_an_edit_is_seen_and_the_old_picture_stays_until_then(drive, town):
    at = drive.pixel(*away(town, -0.4, 0.4))
    before = drive.colour(at)
    town.functions.columns["function"][1] = "industry"
    paper = symbols.table().tokens["paper"].light.lower()
    seen = set()
    drive.view.set_revision(9)
    until = time.monotonic() + 5
    while time.monotonic() < until and drive.colour(at) == before:
        seen.add(drive.colour(at))
        drive.bot.wait(10)
    assert drive.colour(at) != before
    assert paper not in seen


@pytest.mark.logs_errors
def test_what_goes_wrong_in_the_page_is_heard(drive, caplog):
    with drive.bot.waitSignal(drive.view.failed, timeout=5_000) as failed:
        drive.run("setTimeout(gewu.commands.theme, 0)")
    assert "TypeError" in failed.args[0]
    assert "map.js" in failed.args[0]
    drive.run("console.error('格')")
    drive.bot.waitUntil(lambda: any("格" in r.message for r in caplog.records), timeout=5_000)


@pytest.mark.logs_errors
def test_an_unreadable_message_is_dropped_and_heard(drive, caplog):
    drive.run("gewu.tell('clicked', {lon: 'x'})")
    drive.bot.waitUntil(lambda: "unreadable" in caplog.text, timeout=5_000)
    assert drive.ask("1") == 1


@pytest.mark.logs_errors
def test_a_page_that_died_comes_back_with_all_it_was_told(drive, town):
    drive.view.set_theme("dark")
    drive.view.set_pins({"view": "x"})
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.shown.length") == 3, timeout=5_000)
    with drive.bot.waitSignal(drive.view.ready, timeout=20_000):
        os.kill(drive.view.web.page().renderProcessPid(), signal.SIGTERM)
    drive.bot.waitUntil(lambda: drive.ask("gewu.theme") == "dark", timeout=5_000)
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.shown.length") == 3, timeout=5_000)
    drive.still()


def test_the_page_goes_nowhere_else(drive):
    drive.run("location.href = 'https://example.com/'")
    drive.run("window.open('https://example.com/')")
    drive.bot.wait(200)
    assert drive.view.web.url().toString() == "app://map/index.html"
    assert json.loads(json.dumps(drive.ask("gewu.theme"))) == "light"
