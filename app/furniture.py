"""What stands on the map, told both ways: the page's buttons and scale to the window, its cards to the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.map import messages
from app.map.view import MapView

MARGIN = 12  # px to the map's edges
GAP = 8  # px between two things on the map
LEAST, MOST = 320, 560  # px: how narrow and how wide a message may be
_TOLD = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


@dataclass(frozen=True)
class Furnished:
    """Where the page's own furniture stands, in px of the map: name -> (x, y, width, height)."""

    boxes: Mapping[str, tuple[int, int, int, int]]


def _furnished(raw: Mapping[str, Any]) -> Furnished:
    boxes = {}
    for name, box in dict(raw["boxes"]).items():
        x, y, width, height = (round(float(part)) for part in box)
        boxes[str(name)] = (x, y, width, height)
    return Furnished(boxes)


messages.know("furniture", _furnished)


class Furniture(QObject):
    """Knows every rectangle of the map that something stands on. ``moved`` says that they are others."""

    moved = Signal()

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self._cards: list[QWidget] = []
        self._page: dict[str, QRect] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._say)
        self._said: list[tuple[int, int, int, int]] | None = None
        view.heard.connect(self._heard)

    def watch(self, *cards: QWidget) -> None:
        """Tell the page where these cards lie, now and whenever they move."""
        for card in cards:
            self._cards.append(card)
            card.installEventFilter(self)
        self._soon.start()

    def box(self, name: str) -> QRect:
        """Return where a piece of the page's furniture stands (``bar``, ``strip``, …); empty if it is not there."""
        return self._page.get(name, QRect())

    def taken(self, but: QWidget | None = None) -> list[QRect]:
        """Return everything that is taken, in px of the map, but for one card."""
        return [*self._page.values(), *self._lying(but)]

    def _lying(self, but: QWidget | None = None) -> list[QRect]:
        return [card.geometry() for card in self._cards if card is not but and card.isVisible()]

    def _heard(self, message: object) -> None:
        if isinstance(message, Furnished):
            self._page = {name: QRect(*box) for name, box in message.boxes.items()}
            self.moved.emit()

    def _say(self) -> None:
        if not all(isValid(card) for card in self._cards):
            return  # the window is going down
        boxes = [(box.x(), box.y(), box.width(), box.height()) for box in self._lying()]
        if boxes != self._said:
            self._said = boxes
            self._view.keep("covered", boxes=boxes)
            self.moved.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOLD:
            self._soon.start()
        return super().eventFilter(watched, event)


def free_place(room: QRect, taken: Sequence[QRect], wanted: int, height_of: Callable[[int], int]) -> QRect:
    """Return the topmost place in a room that nothing else stands on, as near its middle as it goes.

    ``wanted`` is the width in px that would be best, ``height_of(width)`` the height that goes with one. Where
    nothing is free the place is at the top: what is said is more important than what it covers.
    """
    inside = room.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    kept = [box.adjusted(-GAP, -GAP, GAP, GAP) for box in taken]
    best = min(wanted, MOST, inside.width())
    for top in sorted({inside.top(), *(box.bottom() + 1 for box in kept)}):
        for left, right in _gaps(inside, kept, top, top + height_of(best)):
            width = min(best, right - left)
            if width < min(LEAST, best) or top + height_of(width) > inside.center().y():
                continue
            x = min(max(inside.center().x() - width // 2, left), right - width)
            place = QRect(x, top, width, height_of(width))
            if not any(place.intersects(box) for box in kept):
                return place
    return QRect(inside.center().x() - best // 2, inside.top(), best, height_of(best))


def _gaps(room: QRect, taken: Sequence[QRect], top: int, bottom: int) -> list[tuple[int, int]]:
    """Return the free stretches (left, right) of a band of a room, the one nearest its middle first."""
    spans = sorted((box.left(), box.right() + 1) for box in taken if box.top() < bottom and box.bottom() >= top)
    end, at = room.right() + 1, room.left()
    free: list[tuple[int, int]] = []
    for left, right in [*spans, (end, end)]:
        if left > at:
            free.append((at, min(left, end)))
        at = max(at, right)
    middle = room.center().x()
    return sorted(free, key=lambda span: (max(span[0] - middle, middle - span[1], 0), span[0] - span[1]))
