"""Shapes with very many corners: what is shown can be hit, what is near comes closer in, what can work does work."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.hand import Hand
from layers import editing
from layers.domain import sketching
from tests.app.drafting import LEFT, NONE, SHIFT, Drafter, drag, estate, pick

pytestmark = pytest.mark.window
SHOWN = "gewu.handles(gewu.sketching.sketch.paths[0])"
NEAREST = f"""(() => {{
  const path = gewu.sketching.sketch.paths[0];
  const spots = {SHOWN}.map((i) => gewu.map.latLngToContainerPoint([path[i][1], path[i][0]]));
  return Math.min(...spots.slice(1).map((p, i) => p.distanceTo(spots[i])));
}})()"""


@pytest.fixture
def drafter(desk: Hand) -> Drafter:
    return Drafter(desk)


def give(drafter: Drafter, shape: Any) -> None:
    """Give what is selected another shape, and look at it."""
    window, geometry = drafter.window, json.loads(shapely.to_geojson(shape))
    window.session.work(editing.set_shape, drafter.table, drafter.uuid, geometry, label="shape")
    drafter.hand.rest()
    drafter.hand.until(lambda: window.inspector.card.bounds == pytest.approx(shape.bounds), "its new shape")
    x, y = shape.centroid.coords[0]
    sees = lambda box: box[0] < x < box[2] and box[1] < y < box[3]  # noqa: E731
    drafter.hand.until(lambda: sees(window.map.view.bounds), "the map there")
    drafter.hand.map_still()


def dense_road(drafter: Drafter) -> np.ndarray:
    pick(drafter, "road_section", lambda card: card.geometry["type"] == "MultiLineString")
    along = np.linspace(0, 1, 500)
    xy = np.column_stack([121.215 + 0.05 * along, 31.017 + 0.0006 * np.sin(along * 20)]).round(9)
    give(drafter, shapely.multilinestrings([xy]))
    return xy


def look(drafter: Drafter, lon: float, lat: float, zoom: int) -> None:
    drafter.window.map.view.fit((lon - 1e-6, lat - 1e-6, lon + 1e-6, lat + 1e-6), maxzoom=zoom)
    drafter.hand.map_still()
    assert drafter.hand.ask("gewu.map.getZoom()") == zoom


def test_of_a_dense_road_as_many_corners_are_shown_as_can_be_hit_and_closer_in_all(drafter: Drafter):
    hand = drafter.hand
    xy = dense_road(drafter)
    drafter.start("edit_shape")
    look(drafter, *xy[250].tolist(), 13)
    few = hand.ask(SHOWN)
    assert 10 < len(few) < 100
    assert (few[0], few[-1]) == (0, 499)
    assert hand.ask(NEAREST) >= 10
    look(drafter, *xy[250].tolist(), 16)
    more = hand.ask(SHOWN)
    assert len(few) < len(more) < 500
    assert hand.ask(NEAREST) >= 10
    look(drafter, *xy[250].tolist(), 20)
    assert hand.ask(SHOWN) == list(range(500))
    # One that is not shown from afar is held from near by, and only it goes along.
    hidden = next(i for i in range(250, 300) if i not in few)
    look(drafter, *xy[hidden].tolist(), 19)
    start = hand.pixel(*xy[hidden].tolist())
    drag(hand, start, start + QPoint(0, -40))
    QTest.mouseRelease(hand.page, LEFT, SHIFT, start + QPoint(0, -40))
    hand.until(lambda: drafter.sketcher.sketch.changed, "moved")
    now = drafter.sketcher.sketch.now.paths[0]
    assert [i for i in range(500) if now[i] != tuple(xy[i].tolist())] == [hidden]


def test_a_press_where_corners_are_dense_holds_one_that_is_seen(drafter: Drafter):
    hand = drafter.hand
    xy = dense_road(drafter)
    drafter.start("edit_shape")
    look(drafter, *xy[250].tolist(), 13)
    at = hand.pixel(*xy[253].tolist())
    hand.map_move(at)
    QTest.mousePress(hand.page, LEFT, NONE, at)
    hand.until(lambda: hand.ask("Boolean(gewu.sketching.held)"), "held")
    assert hand.ask("gewu.sketching.held.at") in hand.ask(SHOWN)
    QTest.mouseRelease(hand.page, LEFT, NONE, at)
    hand.until(lambda: not hand.ask("Boolean(gewu.sketching.held)"), "let go")
    assert not drafter.sketcher.sketch.changed
    # The keys go through every corner, seen from afar or not.
    before = hand.ask("gewu.sketching.active.at")
    hand.map_key(Qt.Key.Key_PageDown)
    hand.until(lambda: hand.ask("gewu.sketching.active.at") == before + 1, "the next one")


def test_of_a_huge_shape_only_the_corners_are_refused(drafter: Drafter):
    hand, window = drafter.hand, drafter.window
    pick(drafter, "place", estate)
    x, y = drafter.shape().centroid.coords[0]
    turns = np.linspace(0, 2 * np.pi, sketching.MOST + 5_002)[:-1]
    ring = np.column_stack([x + 0.001 * np.cos(turns), y + 0.001 * np.sin(turns)])
    give(drafter, shapely.multipolygons([shapely.Polygon(ring)]))
    drafter.select("place", drafter.uuid)
    before = drafter.shape()
    window.actions_["edit_shape"].trigger()
    hand.until(lambda: "最多 20,000 个" in window.message.words.text(), "refused")
    assert drafter.sketcher.sketch is None
    assert window.actions_["cut"].isEnabled()
    drafter.start("cut")
    drafter.draw((x, y), (x + 0.0005, y), (x + 0.0005, y + 0.0005), (x, y + 0.0005))
    drafter.finish()
    assert shapely.area(drafter.shape()) < shapely.area(before)
    drafter.undo()
    drafter.start("split")
    drafter.draw((x - 0.0012, y), (x + 0.0012, y))
    drafter.finish()
    assert shapely.area(drafter.shape()) == pytest.approx(shapely.area(before) / 2, rel=0.01)
    drafter.undo()
    drafter.start("move_shape")
    assert len(hand.ask("gewu.sketching.sketch.ghosts[0].paths[0]")) <= editing.SHOWN
    drafter.click((x, y), 1, SHIFT)
    hand.map_click(x + 0.0004, y, SHIFT)
    hand.until(lambda: hand.ask("gewu.drawing") is None, "moved")
    hand.rest()
    assert drafter.shape().centroid.x == pytest.approx(x + 0.0004, abs=2e-5)
    drafter.undo()
    assert shapely.equals_exact(drafter.shape(), before)
