"""A small town made in code, and the real map widget showing it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.map.view import MapView
from layers.gis import picture

WEST, SOUTH, SIDE = 121.24, 31.01, 0.01  # two by two blocks, about a kilometre each


def _array(shapes: list[Any]) -> Any:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


class Town:
    """Four micro grids in one small grid, two roads, a pond and three tasks; counts what it is asked."""

    bounds = (WEST, SOUTH, WEST + 2 * SIDE, SOUTH + 2 * SIDE)
    middle = (WEST + SIDE, SOUTH + SIDE)

    def __init__(self) -> None:
        cells = [(WEST + i * SIDE, SOUTH + j * SIDE) for i in (0, 1) for j in (0, 1)]
        grids = [shapely.box(x, y, x + SIDE, y + SIDE) for x, y in cells]
        names = [f"310117004-W{n:03}" for n in range(1, 5)]
        x, y = self.middle
        self.grids = picture.Rows(
            _array([*grids, shapely.box(*self.bounds)]),
            {
                "uuid": [*names, "X01"],
                "code": [*names, "310117004-X01"],
                "name": ["甲", "乙", "丙", "<b>丁</b>", "方塔"],
                "tier": [2, 2, 2, 2, 1],
                "function": ["residential", "commercial", "green", "school", None],
            },
        )
        self.functions = picture.Rows(_array(grids), {"uuid": names, "function": ["residential", "green"] * 2})
        self.roads = picture.Rows(
            _array(
                [
                    shapely.LineString([(WEST, y), (x, y), (WEST + 2 * SIDE, y)]),
                    shapely.LineString([(x, SOUTH), (x, SOUTH + 2 * SIDE)]),
                ]
            ),
            {"uuid": ["r1", "r2"], "name": ["中山东路", "茸梅路"], "class": ["main", "branch"]},
        )
        pond = shapely.Point(x + SIDE / 2, y + SIDE / 2).buffer(SIDE / 6)
        self.places = picture.Rows(_array([pond]), {"uuid": ["p1"], "name": ["五龙湖"], "class": ["water"]})
        self.facilities = picture.Rows(
            _array([shapely.Point(x + SIDE / 3, y - SIDE / 3)]),
            {"uuid": ["f1"], "name": ["充电桩"], "category": ["01054"], "state": ["intact"]},
        )
        self.book = picture.LabelBook()
        self.tiles: list[tuple[int, str, int, int, int]] = []
        self.asked: list[dict[str, str]] = []
        self.tasks: list[tuple[str, float, float, str, str]] = [
            ("t1", WEST + SIDE / 2, SOUTH + SIDE / 2, "filed", "none"),
            ("t2", WEST + SIDE * 1.5, SOUTH + SIDE / 2, "handling", "red"),
            ("t3", WEST + SIDE / 2, SOUTH + SIDE * 1.5, "closed", "none"),
        ]
        self.complete = True

    def tile(self, revision: int, system: str, z: int, x: int, y: int) -> bytes:
        self.tiles.append((revision, system, z, x, y))
        return picture.compose(
            z,
            x,
            y,
            self.book,
            tiers=2,
            grids=self.grids,
            functions=self.functions,
            roads=self.roads,
            places=self.places,
            facilities=self.facilities,
        )

    def pins(self, query: dict[str, str]) -> bytes:
        self.asked.append(query)
        features = [
            {
                "type": "Feature",
                "id": uuid,
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {"status": status, "lamp": lamp},
            }
            for uuid, lon, lat, status, lamp in self.tasks
        ]
        answer = {"type": "FeatureCollection", "features": features, "complete": self.complete}
        return json.dumps(answer).encode()


class Driver:
    """Drives a map as a person does, and looks at it as a person does."""

    def __init__(self, view: MapView, town: Town, qtbot: Any) -> None:
        self.view, self.town, self.bot = view, town, qtbot

    def ask(self, script: str) -> Any:
        """Return the value of a JavaScript expression; the page answers in JSON."""
        answers: list[Any] = []
        self.view.web.page().runJavaScript(f"JSON.stringify({script})", answers.append)
        self.bot.waitUntil(lambda: bool(answers), timeout=10_000)
        return json.loads(answers[0]) if answers[0] else None

    def run(self, script: str) -> None:
        """Run statements in the page and wait until they have."""
        self.ask(f"(() => {{ {script}; return 1; }})()")

    def pixel(self, lon: float, lat: float) -> QPoint:
        """Return where the page's own projection puts a place."""
        x, y = self.ask(f"(p => [p.x, p.y])(gewu.map.latLngToContainerPoint([{lat}, {lon}]))")
        return QPoint(round(x), round(y))

    @property
    def target(self) -> Any:
        """The widget that takes the mouse; another one after each load."""
        return self.view.web.focusProxy()

    def move(self, at: QPoint) -> None:
        """Move the mouse there, as the page sees it."""
        QTest.mouseMove(self.target, at)
        x, y = at.x(), at.y()
        self.bot.waitUntil(
            lambda: self.ask("gewu.pointer && [gewu.pointer.x, gewu.pointer.y]") == [x, y], timeout=5_000
        )

    def click(
        self,
        lon: float,
        lat: float,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Move to a place and press there."""
        at = self.pixel(lon, lat)
        self.move(at)
        QTest.mouseClick(self.target, button, modifiers, at)

    def key(self, key: Qt.Key) -> None:
        """Press a key with the map in focus."""
        QTest.keyClick(self.target, key)

    def still(self) -> None:
        """Wait until all tiles and names of the picture are drawn and composited."""
        drawn = "gewu.state.tiles && !gewu.state.tiles.isLoading() && gewu.labels.zoom === gewu.map.getZoom()"
        self.bot.waitUntil(lambda: self.ask(drawn) is True, timeout=10_000)
        self.run("gewu.frames = 0; const f = () => { if (++gewu.frames < 8) requestAnimationFrame(f); }; f()")
        self.bot.waitUntil(lambda: self.ask("gewu.frames") >= 8, timeout=5_000)

    def colour(self, at: QPoint) -> str:
        """Return the colour of a pixel of the picture."""
        return self.view.grab().toImage().pixelColor(at).name()


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def closed_views() -> Iterator[Callable[[MapView], MapView]]:
    """Take maps down in the order Chromium wants: page, then profile."""
    views: list[MapView] = []

    def keep(view: MapView) -> MapView:
        views.append(view)
        return view

    yield keep
    for view in views:
        view.close_page()


@pytest.fixture
def drive(qtbot: Any, town: Town, closed_views: Any) -> Driver:
    """The map of the town, ready and drawn, 800 by 600."""
    view = MapView(town)
    closed_views(view)
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.set_system("four")
    view.set_revision(1)
    view.set_home(town.bounds)
    with qtbot.waitSignal(view.ready, timeout=20_000):
        view.show()
    driver = Driver(view, town, qtbot)
    driver.still()
    return driver
