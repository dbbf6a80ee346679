"""What is chosen by the thousand and what is named by the hundred leaves the map readable."""

import pytest

pytestmark = pytest.mark.window


# Strokes on the overview's ground, which is not in the page; sprites have no width in CSS.
COUNT_STROKES = """(() => {
  const kind = CanvasRenderingContext2D.prototype, old = kind.stroke;
  gewu.strokes = 0;
  kind.stroke = function (...more) {
    if (!this.canvas.isConnected && this.canvas.style.width === "116px") gewu.strokes++;
    return old.apply(this, more);
  };
  return 1;
})()"""


def points(town, count):
    west, south, east, north = town.bounds
    places = [
        [west + (east - west) * (i % 40 + 1) / 42, south + (north - south) * (i // 40 + 1) / 42] for i in range(count)
    ]
    return {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": at} for at in places]}


def test_a_crowd_of_chosen_points_is_a_soft_tint_with_dots_and_a_few_are_ringed(drive, town):
    drive.view.keep("many", geometry=points(town, 1600))
    drive.bot.waitUntil(lambda: drive.ask("gewu.finding.marks.crowd") is True, timeout=5_000)
    assert drive.ask("gewu.finding.marks.points.length") == 1600
    drive.view.keep("many", geometry=points(town, 40))
    drive.bot.waitUntil(lambda: drive.ask("gewu.finding.marks.crowd") is False, timeout=5_000)


def test_the_overview_paints_its_ground_once_and_not_at_every_move(drive, town):
    west, south, east, north = town.bounds
    line = ["main", [[west, south], [east, north]]]
    drive.view.keep(
        "overview", bounds=town.bounds, areas=[["street", [[west, south], [east, north]]]], lines=[line], open=True,
        room=True, words={},
    )  # fmt: skip
    assert drive.ask("document.querySelector('.gewu-overview').hidden")  # the whole area is in the picture
    drive.view.fit(((west + east) / 2, (south + north) / 2, east, north))
    drive.bot.waitUntil(lambda: drive.ask("!document.querySelector('.gewu-overview').hidden"), timeout=5_000)
    drive.ask(COUNT_STROKES)
    drive.ask("[1, 2, 3].map(i => (gewu.map.panBy([20 * i, 0], { animate: false }), i))")
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.done && gewu.labels.done"), timeout=5_000)
    assert drive.ask("gewu.strokes") == 0
    drive.view.keep("theme", theme="dark")
    drive.bot.waitUntil(lambda: drive.ask("gewu.strokes") > 0, timeout=5_000)
