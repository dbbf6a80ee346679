"""Holds what is being drawn on the map: turns the page's gestures into corners, with undo, and shows them again."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app import report
from app.map import sketch_words
from app.map.gestures import Gesture
from app.map.met import Met, before, near, shown
from layers import snapping
from layers.domain import sketching
from layers.domain.sketching import Place, Sketch
from layers.errors import Refused
from layers.words import t

if TYPE_CHECKING:
    from app.map.view import MapView

NEW = sketch_words.NEW


# Asked where a gesture means to be; the answer may come later, from another thread.
Snapper = Callable[[Gesture, Sketch, bool, Callable[[Met | None], None]], None]
# Asked which place was typed (text, corner before, pointer); answers with it or with why there is none.
Reader = Callable[[str, Place | None, Place, Callable[[Place | None, str], None]], None]


class Sketcher(QObject):
    """The one drawing of a map.

    ``changed(sketch)`` tells of every state (None: nothing is drawn any more), ``finished(sketch)`` brings a complete
    one, ``given_up(sketch)`` one that was left, ``driven_away(sketch)`` one that a newer tool takes the place of (told
    while it is still there), ``pressed(gesture)`` a click of a tool that only chooses.
    """

    changed = Signal(object)
    finished = Signal(object)
    given_up = Signal(object)
    driven_away = Signal(object)
    pressed = Signal(object)

    def __init__(self, view: "MapView") -> None:
        super().__init__(view)
        self._view = view
        self.sketch: Sketch | None = None
        self.snapper: Snapper | None = None
        self.reader: Reader | None = None
        self.tracing = False
        self._picking = False
        self._most = 0
        self._ghosts: list[dict[str, Any]] = []
        self._waiting: deque[Gesture] = deque()
        self._busy = False
        self._turn = 0
        self._last: Met | None = None
        self._going = False
        view.heard.connect(self._hear)

    @property
    def turn(self) -> int:
        """A number that is another one whenever a drawing begins or ends."""
        return self._turn

    # -- beginning and ending ------------------------------------------------------------------------------

    def start(
        self, sketch: Sketch, *, picking: bool = False, most: int = 0, ghosts: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Let somebody draw. ``picking`` only tells of presses, ``most`` corners finish it, ``ghosts`` are GeoJSON."""
        self.leave()
        self.sketch, self._picking, self._most = sketch, picking, most
        self.tracing, self._going, self._last = False, False, None
        self._waiting.clear()
        self._busy = False
        self._turn += 1
        self.show_ghosts(ghosts)
        self._going = True
        self.changed.emit(sketch)

    def stop(self) -> None:
        """Take the drawing away without a word."""
        self.sketch = None
        self._waiting.clear()
        self._turn += 1
        self._busy = False
        self.say()
        self.changed.emit(None)

    def give_up(self) -> None:
        """Leave the drawing; who listens may offer it again."""
        sketch = self.sketch
        if sketch is not None:
            self.stop()
            self.given_up.emit(sketch)

    def leave(self) -> None:
        """Make room for a newer tool; who listens keeps what is unfinished."""
        sketch = self.sketch
        if sketch is not None:
            self.driven_away.emit(sketch)
            self.stop()

    def finish(self) -> None:
        """End the drawing if it is complete."""
        sketch = self.sketch
        if sketch is None:
            return
        if not (self._picking or sketch.complete):
            report.say(t("drawing.more_corners"))
            return
        try:
            sketch = self._whole(sketch)
        except Refused as error:
            report.show(error)
            return
        self.stop()
        self.finished.emit(sketch)

    def _whole(self, sketch: Sketch) -> Sketch:
        """Return a rectangle with its four corners, anything else as it is. Raises ``Refused`` for no sound shape."""
        if sketch.kind != "rectangle" or not sketch.drawing or len(sketch.path) != 3:
            if not self._picking and sketch.changed:
                snapping.require_sound(sketch.now)
            return sketch
        return sketching.step(sketch, replace(sketch.now, paths=(tuple(snapping.rectangle(*sketch.path)),)))

    def back(self) -> bool:
        """Take the last step within the drawing back; says whether a drawing is under way."""
        return self._travel(sketching.back)

    def again(self) -> bool:
        """Do the step that was taken back again; says whether a drawing is under way."""
        return self._travel(sketching.again)

    def _travel(self, way: Callable[[Sketch], Sketch]) -> bool:
        if self.sketch is None:
            return False
        self._use(way(self.sketch))
        return True

    # -- what the page shows -------------------------------------------------------------------------------

    def show_ghosts(self, geometries: Sequence[Mapping[str, Any]]) -> None:
        """Show geometries (GeoJSON) that the drawing is about."""
        self._ghosts = []
        for geometry in geometries:
            shape = sketching.shape_of(geometry)
            self._ghosts.append({"paths": shape.paths, "closed": shape.closed})
        self.say()

    def say(self) -> None:
        """Tell the page what is drawn, in the language in use."""
        sketch = self.sketch
        if sketch is None:
            self._view.keep("sketch", tool=None)
            return
        self._view.keep(
            "sketch",
            tool=sketch.tool,
            turn=self._turn,
            kind=sketch.kind,
            drawing=sketch.drawing,
            picking=self._picking,
            going=self._going,
            paths=sketch.now.paths,
            closed=sketch.kind in ("polygon", "rectangle"),
            ghosts=self._ghosts,
            hint=sketch_words.hint(sketch, self._picking, self.tracing),
            typed=t("drawing.typed_hint"),
        )

    # -- gestures ------------------------------------------------------------------------------------------

    def _hear(self, message: object) -> None:
        if not isinstance(message, Gesture) or self.sketch is None:
            return
        if message.what == "hover" and self._waiting and self._waiting[-1].what == "hover":
            self._waiting.pop()
        self._waiting.append(message)
        self._next()

    def _next(self) -> None:
        """Take the next gesture: one after the other, because each may depend on where the last one ended."""
        while self._waiting and not self._busy and self.sketch is not None:
            gesture = self._waiting.popleft()
            if gesture.what in ("hover", "press", "drop"):
                self._busy = True
                turn = self._turn
                self._ask(gesture, partial(self._answered, gesture, turn))
            elif gesture.what == "type" and self.reader is not None:
                self._busy = True
                pointer = self._last.place if self._last else gesture.place
                start = before(self.sketch, gesture)
                self.reader(gesture.text, start, pointer, partial(self._typed, gesture, self._turn))
            else:
                self._do(gesture)

    def _ask(self, gesture: Gesture, then: Callable[[Met | None], None]) -> None:
        assert self.sketch is not None
        if self.snapper is None or gesture.free:
            then(None)
        else:
            self.snapper(gesture, self.sketch, self.tracing, then)

    def _answered(self, gesture: Gesture, turn: int, met: Met | None) -> None:
        if turn != self._turn:
            return
        self._busy = False
        found = met or Met(gesture.place)
        if gesture.what == "hover":
            self._last = found
            self._show(gesture, found)
        elif self._picking:
            self.pressed.emit(gesture)
        elif gesture.what == "press":
            self._press(gesture, found)
        else:
            self._drop(gesture, found)
        self._next()

    def _show(self, gesture: Gesture, found: Met) -> None:
        assert self.sketch is not None
        self._view.tell("met", **shown(self.sketch, gesture, found, self._picking))

    def _press(self, gesture: Gesture, met: Met) -> None:
        sketch = self.sketch
        assert sketch is not None
        if not sketch.drawing:
            return
        path = sketch.path
        first = sketch.kind == "polygon" and len(path) > 2 and near(path[0], gesture)
        last = sketch.kind == "line" and len(path) > 1 and not self._most and near(path[-1], gesture)
        if first or last:
            self.finish()
        else:
            self._use(sketching.add(sketch, *(met.way or (met.place,))))
            most = self._most or {"point": 1, "rectangle": 3}.get(sketch.kind, 0)
            if most and self.sketch is not None and len(self.sketch.path) >= most:
                self._end()

    def _end(self) -> None:
        """Finish by itself; a rectangle without height waits for another third corner."""
        sketch = self.sketch
        assert sketch is not None
        try:
            self._whole(sketch)
        except Refused as error:
            report.show(error)
            self._use(sketching.back(sketch))
            return
        self.finish()

    def _drop(self, gesture: Gesture, met: Met) -> None:
        sketch = self.sketch
        assert sketch is not None
        if sketch.drawing or gesture.corner is None:
            return
        change = sketching.insert_corner if gesture.mid else sketching.move_corner
        try:
            self._use(sketching.step(sketch, change(sketch.now, *gesture.corner, met.place)))
        except IndexError:
            self.say()  # the corner went away while it was held: the page is told how things are

    def _do(self, gesture: Gesture) -> None:
        match gesture.what:
            case "finish":
                self.finish()
            case "back":
                self.back()
            case "again":
                self.again()
            case "give_up":
                self.give_up()
            case "leave":
                self.leave()
            case "trace":
                self.tracing = not self.tracing
                self.say()
            case "delete":
                self._delete(gesture)

    def _delete(self, gesture: Gesture) -> None:
        sketch = self.sketch
        assert sketch is not None
        if sketch.drawing or gesture.corner is None:
            return
        try:
            self._use(sketching.step(sketch, sketching.delete_corner(sketch.now, *gesture.corner)))
        except sketching.TooFew as few:
            report.say(t("drawing.too_few", least=str(few)))
        except IndexError:
            self.say()

    def _typed(self, gesture: Gesture, turn: int, place: Place | None, why: str) -> None:
        if turn != self._turn or self.sketch is None:
            return
        self._busy = False
        self._view.tell("typed", why=why)
        if place is not None and self.sketch.drawing:
            self._press(replace(gesture, lon=place[0], lat=place[1], reach=0.0), Met(place))
        elif place is not None:
            self._drop(gesture, Met(place))
        self._next()

    def _use(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.say()
        self.changed.emit(sketch)
