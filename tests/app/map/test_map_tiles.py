"""Tiles under the picture: which are asked for, which are made again after a change, and that nothing goes blank."""

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from layers.gis import picture
from tests.app.map.conftest import SIDE, SOUTH, WEST, _array

pytestmark = pytest.mark.window

WATCH = """gewu.blank = 0; gewu.seen = 0;
const look = () => {
  const layer = gewu.state.tiles, range = layer._pxBoundsToTileRange(gewu.map.getPixelBounds());
  for (let x = range.min.x; x <= range.max.x; x++) for (let y = range.min.y; y <= range.max.y; y++) {
    const tile = layer._tiles[x + ":" + y + ":" + layer._tileZoom];
    if (!tile || !tile.loaded || !tile.el.width) gewu.blank++;
  }
  gewu.seen++; requestAnimationFrame(look);
}; look()"""


def touch(drive, *bounds):
    drive.view.tell("touched", bounds=list(bounds) or None)
    drive.bot.waitUntil(lambda: drive.ask("gewu.refreshing") == 0, timeout=10_000)


def test_a_change_makes_only_the_touched_tiles_again_and_nothing_goes_blank(drive, town):
    drive.view.fit((121.2400, 31.0100, 121.2405, 31.0105))
    drive.still()
    spot = drive.pixel(WEST + 0.0002, SOUTH + 0.0006)
    before = drive.colour(spot)
    town.functions.columns["function"][0] = "industry"
    drive.run(WATCH)
    town.tiles.clear()
    drive.view.tell("touched", bounds=[WEST, SOUTH, WEST + SIDE, SOUTH + SIDE])
    drive.bot.waitUntil(lambda: drive.colour(spot) != before, timeout=5_000)
    drive.bot.waitUntil(lambda: drive.ask("gewu.refreshing") == 0, timeout=5_000)
    assert 0 < len(town.tiles) <= 12
    assert len(set(town.tiles)) == len(town.tiles)
    assert drive.ask("gewu.blank") == 0
    assert drive.ask("gewu.seen") > 2


def test_a_change_elsewhere_asks_for_nothing(drive, town):
    town.tiles.clear()
    touch(drive, 100.0, 20.0, 100.1, 20.1)
    assert town.tiles == []


def test_a_change_anywhere_asks_for_what_is_in_sight_once(drive, town):
    town.tiles.clear()
    touch(drive)
    assert town.tiles
    assert len(set(town.tiles)) == len(town.tiles)


def test_what_was_changed_out_of_sight_is_made_again_when_one_comes_back(drive, town):
    home = drive.view.bounds
    drive.view.fit((121.2400, 31.0100, 121.2405, 31.0105))
    drive.still()
    town.tiles.clear()
    touch(drive, *town.bounds)
    near = {z for _, _, z, _, _ in town.tiles}
    drive.view.fit(home)
    drive.still()
    assert {z for _, _, z, _, _ in town.tiles} - near  # the overview was made of the town as it was


def test_what_leaves_the_picture_before_its_turn_is_never_asked_for(drive, town):
    town.tiles.clear()
    # Both in one breath: the first place is gone before anything of it could come.
    drive.run(
        "gewu.map.setView([31.0101, 121.2401], 19, {animate: false}); "
        "gewu.map.setView([31.0299, 121.2599], 19, {animate: false})"
    )
    drive.still()
    west = [x for _, _, z, x, _ in town.tiles if z == 16]
    assert len(west) <= 3 + 12  # what was under way, and the second picture
    assert drive.ask("gewu.state.tiles.views.get('').tileCache.source.p.waiting.length") == 0


def crowd(town, count=500):
    x, y = town.middle
    town.facilities = picture.Rows(
        _array([shapely.Point(x + 0.003 + n * 1e-7, y - 0.003) for n in range(count)]),
        {
            "uuid": [f"f{n}" for n in range(count)],
            "name": ["充电桩"] * count,
            "category": ["05999"] * count,
            "state": ["intact"] * count,
        },
    )
    return x + 0.003, y - 0.003


def test_a_badge_counts_what_crowds_and_a_click_goes_nearer(drive, town):
    crowd(town)
    drive.view.fit((121.2400, 31.0100, 121.2600, 31.0300))
    drive.run("gewu.map.setZoom(15, {animate: false})")
    drive.still()
    touch(drive)
    drive.still()
    found = drive.ask(
        "[...gewu.state.tiles.views.get('').tileCache.cache.values()].flatMap(e => e.data.get('facility') || [])"
        ".filter(f => f.props.count).map(f => f.props.count)"
    )
    assert set(found) == {500}
    spot = drive.ask(
        "(() => { for (let x = 0; x < 800; x += 4) for (let y = 0; y < 600; y += 4) "
        "{ const c = gewu.clusterAt(L.point(x, y)); if (c) return [x + 4, y + 4, c.count]; } return null; })()"
    )
    assert spot is not None
    assert spot[2] == 500
    at = QPoint(spot[0], spot[1])
    zoom = drive.view.zoom
    clicks = []
    drive.view.clicked.connect(lambda *said: clicks.append(said))
    drive.move(at)
    QTest.mouseClick(drive.target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    drive.bot.waitUntil(lambda: drive.view.zoom == zoom + 2, timeout=5_000)
    assert clicks == []


def test_the_tip_of_a_badge_says_how_many(drive, town):
    drive.view.keep("badge_words", words={"task": "{count} 个任务", "facility": "x"})
    town.tasks = [(f"t{n}", 121.25 + (n % 50) * 1e-5, 31.02, "closed", "none") for n in range(2_500)]
    town.tasks.append(("late", 121.25, 31.02, "handling", "red"))
    drive.view.set_pins({})
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.all.length") == 2_501, timeout=10_000)
    x, y, n = drive.ask(
        "(s => { const p = gewu.map.latLngToContainerPoint(gewu.map.unproject([s.x, s.y])); "
        "return [Math.round(p.x), Math.round(p.y), s.count]; })"
        "(gewu.pins.shown.reduce((a, b) => ((b.count || 0) > (a.count || 0) ? b : a)))"
    )
    drive.move(QPoint(x, y))
    drive.bot.waitUntil(lambda: drive.ask("gewu.tip.textContent") == f"{n} 个任务", timeout=5_000)


def test_pins_together_lose_none_and_stand_still_while_panning(drive, town):
    town.tasks = [(f"t{n}", WEST + (n % 60) * 3e-4, SOUTH + (n // 60) * 3e-4, "closed", "none") for n in range(3_000)]
    drive.view.set_pins({})
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.all.length") == 3_000, timeout=10_000)
    said = "gewu.pins.shown.map(s => [s.x.toFixed(3), s.y.toFixed(3), s.count || 1].join(' ')).sort()"
    before = drive.ask(said)
    assert sum(int(one.split()[2]) for one in before) == 3_000
    drive.run("gewu.map.panBy([37, 21], {animate: false})")
    drive.still()
    inside = set(drive.ask(said))
    assert len(inside & set(before)) >= len(inside) * 0.8


@pytest.mark.parametrize(("lang", "said"), [("zh", "1.2万"), ("en", "12k")])
def test_large_counts_are_written_as_the_language_does(drive, lang, said):
    drive.run(f"document.documentElement.lang = {lang!r}")
    assert drive.ask("[gewu.countText(9999), gewu.countText(12345)]") == ["9999", said]


def test_what_is_left_out_is_said_in_one_line(drive, town):
    drive.view.keep("left_out", whole="3 <b>", here="此处 {count} 个")
    drive.bot.waitUntil(lambda: drive.ask("gewu.notes.element.textContent") == "3 <b>", timeout=5_000)
    lost = shapely.from_wkt("LINESTRING (121.24 31.01, inf 31.02)")
    town.roads = picture.Rows(_array([lost]), {"uuid": ["r"], "name": [None], "class": ["main"]})
    with drive.bot.waitSignal(drive.view.settled, timeout=10_000):
        touch(drive)
    assert "此处" in drive.ask("gewu.notes.element.textContent")
    assert drive.ask("gewu.notes.element.children.length") == 0
