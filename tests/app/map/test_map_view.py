"""The real page in the real widget: it starts, hears and answers; driven with real mouse and keys."""

import os
import signal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.map.view import whole_pixels
from layers import words

pytestmark = pytest.mark.window

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def near(lon, lat):
    return pytest.approx((lon, lat), abs=2e-4)  # a pixel at this zoom is about 4e-5 degrees


def away(town, dx, dy):
    x, y = town.middle
    return x + dx * 0.01, y + dy * 0.01


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
    assert tuple(clicked.args[:2]) == near(lon, lat)
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


def test_the_words_follow_the_language(drive):
    assert drive.ask("gewu.buttons.polygon.title") == words.both("map.polygon")[0]
    words.use("en")
    drive.view.set_language()
    drive.bot.waitUntil(lambda: drive.ask("gewu.buttons.polygon.title") == words.both("map.polygon")[1], timeout=5_000)


def test_the_bar_asks_to_locate(drive):
    box = drive.ask("(b => [b.x + b.width / 2, b.y + b.height / 2])(gewu.buttons.locate.getBoundingClientRect())")
    with drive.bot.waitSignal(drive.view.locate_asked, timeout=5_000):
        QTest.mouseClick(drive.target, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(*map(round, box)))


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
    assert drive.ask("gewu.theme") == "light"


def test_pins_are_asked_for_again_when_the_map_moves_on_before_they_are_there(drive, town):
    town.complete = False
    drive.run(
        "gewu.pins.complete = true; const real = window.fetch; window.fetch = (...asked) => { window.fetch = real; "
        "gewu.map.setView([30.0, 120.0], 14, { animate: false }); return real(...asked); }; "
        "gewu.pins.query = {}; gewu.pins.ask()"
    )

    def there() -> bool:
        boxes = [tuple(map(float, query["bounds"].split(","))) for query in town.asked]
        return any(west < 120.0 < east and south < 30.0 < north for west, south, east, north in boxes)

    drive.bot.waitUntil(there, timeout=5_000)


@pytest.mark.parametrize(
    ("side", "ratio", "whole"), [(482, 1.0, 482), (482, 1.25, 484), (293, 1.5, 294), (293, 1.75, 296), (5, 1.1, 10)]
)
def test_the_page_ends_on_a_whole_pixel_of_the_screen(side: int, ratio: float, whole: int) -> None:
    assert whole_pixels(side, ratio) == whole
