"""Hands that draw on the map of the real window: corners by clicks, handles by drags, typing, and what came of it."""

import json
from collections.abc import Callable
from typing import Any

import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.hand import Hand
from app.messages import MessageBar
from layers import places
from layers.domain.sketching import Place

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Drafter:
    """A hand that draws: at a place selected and looked at closely."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.window = hand, hand.window
        self.sketcher = hand.window.map.view.sketcher
        self.uuid = ""
        self.table = ""

    def select(self, table: str, uuid: str) -> None:
        window = self.window
        self.table, self.uuid = table, uuid
        window.selection.set(table, uuid)
        self.hand.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == uuid, "card")
        box = window.inspector.card.bounds
        margin = 0.0006
        window.map.view.fit((box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin), maxzoom=18)
        self.hand.map_still()

    def start(self, tool: str) -> None:
        self.hand.until(lambda: self.window.actions_[tool].isEnabled(), "allowed")
        self.window.actions_[tool].trigger()
        self.hand.until(lambda: self.hand.ask("gewu.drawing") == tool, tool)

    def click(self, place: Place, count: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Click a place and wait until the drawing has that many corners."""
        at = self.hand.pixel(*place)
        self.hand.map_move(at)
        QTest.mouseClick(self.hand.page, LEFT, modifiers, at)
        self.hand.until(lambda: self.corners() == count, f"corner {count}")

    def corners(self) -> int:
        return len(self.sketcher.sketch.path) if self.sketcher.sketch else 0

    def draw(self, *path: Place) -> None:
        for number, place in enumerate(path, 1):
            self.click(place, number, SHIFT)

    def finish(self) -> None:
        self.hand.map_key(Qt.Key.Key_Return)
        self.hand.until(lambda: self.hand.ask("gewu.drawing") is None, "finished")
        self.hand.rest()

    def shape(self, uuid: str = "") -> Any:
        card = places.card(self.window.session.ws, self.table, uuid or self.uuid)
        return shapely.from_geojson(json.dumps(card.geometry))

    def undo(self) -> None:
        self.hand.until(lambda: self.window.actions_["undo"].isEnabled() and not self.window.session.busy, "undo")
        self.hand.key(Qt.Key.Key_Z, CTRL, self.window)
        self.hand.rest()


def pick(drafter: Drafter, table: str, want: Callable[[Any], bool]) -> str:
    """Select and return the largest thing of a table that is wanted."""
    ws = drafter.window.session.ws
    box = {"type": "Polygon", "coordinates": [[[121, 30.9], [121.5, 30.9], [121.5, 31.2], [121, 31.2], [121, 30.9]]]}
    cards = [places.card(ws, table, hit.uuid) for hit in places.inside(ws, box, table)]
    found = [card for card in cards if want(card)]
    best = max(found, key=lambda card: (card.bounds[2] - card.bounds[0]) * (card.bounds[3] - card.bounds[1]))
    drafter.select(table, best.uuid)
    return best.uuid


def estate(card: Any) -> bool:
    return card.values["class"] == "estate" and len(card.geometry["coordinates"]) == 1


def across(shape: Any) -> tuple[Place, Place]:
    west, south, east, north = shape.bounds
    middle = (south + north) / 2
    return (west - 0.0003, middle), (east + 0.0003, middle)


def around(place: Place, away: float = 0.01) -> list[list[list[float]]]:
    x, y = place
    return [
        [[x - away, y - away], [x + away, y - away], [x + away, y + away], [x - away, y + away], [x - away, y - away]]
    ]


def drag(hand: Hand, start: QPoint, end: QPoint) -> None:
    """Press on a handle and lead it somewhere, without letting go."""
    hand.map_move(start)
    QTest.mousePress(hand.page, LEFT, NONE, start)
    hand.until(lambda: hand.ask("Boolean(gewu.sketching.held)"), "held")
    for share in (0.3, 0.7, 1.0):
        at = start + (end - start) * share
        QTest.mouseMove(hand.page, at)
        hand.until(lambda at=at: hand.ask("[gewu.pointer.x, gewu.pointer.y]") == [at.x(), at.y()], "dragged")
    x, y = end.x(), end.y()
    page = "gewu.map.latLngToContainerPoint([gewu.sketching.met.lat, gewu.sketching.met.lon])"
    near = f"gewu.sketching.met && (p => Math.hypot(p.x - {x}, p.y - {y}))({page}) < 12"
    hand.until(lambda: hand.ask(near), "where the pointer is")


def type_in(hand: Hand, words: str) -> None:
    # The answer to what was typed before closes its field; until then a digit would go into that.
    hand.until(lambda: not hand.ask("gewu.typing()"), "no field")
    hand.map_key(Qt.Key(ord(words[0])))
    hand.until(lambda: hand.ask("gewu.typing()"), "the field")
    event = QInputMethodEvent()
    event.setCommitString(words[1:])
    QApplication.sendEvent(hand.page, event)
    hand.until(lambda: hand.ask("document.querySelector('.gewu-typed input').value") == words, "typed")
    hand.map_key(Qt.Key.Key_Return)


def offers(bar: MessageBar) -> list[Any]:
    return [bar.offers.itemAt(i).widget() for i in range(bar.offers.count())]
