"""What the map shows: tiles, pins, selection, names, themes, and an edit."""

import math
import time

import pytest
from PySide6.QtCore import QPoint

from layers.domain import symbols

pytestmark = pytest.mark.window


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


def test_the_complete_picture_is_announced_and_can_be_grabbed(drive, town):
    with drive.bot.waitSignal(drive.view.settled, timeout=5_000):
        drive.view.set_pins({})
    filed = symbols.table().statuses["filed"].colour.light.lower()
    drive.bot.waitUntil(lambda: drive.colour(drive.pixel(*town.tasks[0][1:3])) == filed, timeout=1_000)
    with drive.bot.waitSignal(drive.view.settled, timeout=5_000):
        drive.view.fit((121.245, 31.015, 121.25, 31.02))
    assert drive.view.zoom > 14


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
