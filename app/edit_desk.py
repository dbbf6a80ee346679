"""Joins drawing to the workspace: what the pointer meets, which tool is at work, what becomes of a finished drawing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import report
from app.actions import Actions
from app.edit_bar import EditBar
from app.edit_tools import fitting
from app.follows import Follows
from app.map.finding import InUse
from app.map.gestures import Gesture
from app.map.met import Met
from app.map.sketcher import NEW
from app.map_desk import MapDesk
from app.meeting import meet, own_lines
from app.selection import Selection
from app.session import Session
from app.unfinished import Unfinished
from layers import editing, places, snapping
from layers.domain import sketching
from layers.domain.changes import Changes
from layers.domain.sketching import Place, Sketch
from layers.domain.things import Card, Hit
from layers.errors import Refused
from layers.words import t

# What each tool draws; the shape itself is edited, a partner chosen.
DRAWS = {"split": "line", "reshape": "line", "cut": "polygon", "merge": "point", "move_shape": "line"}
AT_ONCE = 100  # things merged in one step


class EditDesk(Follows, QObject):
    """The tools.

    ``offered(text, offers, stays)`` asks for a message with buttons: a drawing that can be taken up again; it stays
    until it is answered where nothing else would bring it back today.
    """

    offered = Signal(str, object, bool)

    def __init__(self, session: Session, selection: Selection, map_: MapDesk, folder: Path) -> None:
        super().__init__(map_)
        self._session, self._selection, self._map = session, selection, map_
        self._sketcher = map_.view.sketcher
        self._sketcher.snapper, self._sketcher.reader = self._snap, self._read
        self._sketcher.changed.connect(self._changed)
        self._sketcher.finished.connect(self._finished)
        self._sketcher.given_up.connect(self._given_up)
        self._sketcher.driven_away.connect(self._driven_away)
        self._sketcher.pressed.connect(self._pressed)
        self.unfinished = Unfinished(folder, self)
        self._target: editing.Target | None = None
        self._merging: dict[str, Any] = {}
        self._asked = 0
        self._given_back = False
        self._keeping = False
        self.bar: EditBar | None = None
        session.opened.connect(self._opened)
        session.closing.connect(self.unfinished.write)

    def stand(self, actions: Actions) -> None:
        """Put the bar on the map."""
        self.bar = EditBar(self._map, self._map.furniture, actions, self._sketcher.finish, self._sketcher.give_up)
        self._map.resized.connect(self.bar.place)
        self._map.view.heard.connect(self._heard)
        self._map.view.ready.connect(partial(self.bar.give_room, False))
        self._map.furniture.moved.connect(self.bar.place)
        self._map.furniture.watch(self.bar)

    # -- the workspace and what is selected ----------------------------------------------------------------

    def _opened(self) -> None:
        if self._sketcher.sketch is not None:
            self._keeping = True  # it was written as the workspace closed, and is offered when that is open again
            self._sketcher.stop()
            self._keeping = False
            self.unfinished.put_aside()
        ws = self._session.ws
        if self.bar is not None:
            self.bar.offer(())
        if ws is None or not self._session.writable:
            return
        self._offer_left()

    def _offer_left(self) -> None:
        """Offer the newest of the drawings that were left in the open workspace."""
        ws = self._session.ws
        left = self.unfinished.left(ws.path) if ws is not None else []
        if not left:
            return
        file, sketch = left[0]

        def discard() -> None:
            file.unlink(missing_ok=True)
            self._offer_left()

        offers = ((t("drawing.go_on"), partial(self.resume, sketch, file)), (t("drawing.discard"), discard))
        what = t(f"drawing.tool_{sketch.tool}")
        said = "edit3.unfinished_more" if len(left) > 1 else "drawing.unfinished"
        self.offered.emit(t(said, what=what, more=len(left) - 1), offers, True)

    def show_card(self, card: Card | None, _fly: bool = False) -> None:
        """Offer the tools that fit what is selected."""
        if self.bar is not None:
            self.bar.offer(fitting(card) if self._session.writable else ())

    def _heard(self, message: object) -> None:
        if isinstance(message, InUse) and self.bar is not None:
            self.bar.give_room(message.on)

    # -- tools ---------------------------------------------------------------------------------------------

    def start(self, tool: str) -> None:
        """Begin a tool for what is selected; a grid or a thing without a shape is refused with a sentence."""
        picked = self._selection.picked
        if not self._session.writable:
            return
        if picked is None:
            self._start_many(tool)
            return
        self._aim(tool, (picked.table, picked.uuid))

    def _aim(
        self,
        tool: str,
        at: tuple[str, str],
        left: Sketch | None = None,
        file: Path | None = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Ask for what a tool is for, and begin it unless a newer drawing has begun meanwhile."""
        turn = self._sketcher.turn

        def done(target: editing.Target) -> None:
            if self._sketcher.sketch is None or self._sketcher.turn == turn:
                self._begin(tool, left, target, file)

        self._session.look(editing.target, *at, key="edit-target", done=done, failed=failed)

    def _start_many(self, tool: str) -> None:
        """Merge the things that are selected together; every other tool wants a single one."""
        tables = {one.table for one in self._selection.many}
        if tool != "merge" or not tables:
            report.say(t("drawing.why_no_shape"))
            return
        table = tables.pop()
        uuids = [one.uuid for one in self._selection.many]
        if tables or len(uuids) > AT_ONCE:
            report.show(Refused("merge_kinds"))
            return

        def done(joined: editing.Joined) -> None:
            self._selection.set(table, uuids[0], fly=False)
            self._merged(joined)

        self._session.work(editing.merge, table, uuids, label="shape", done=done)

    def _begin(self, tool: str, left: Sketch | None, target: editing.Target, file: Path | None = None) -> None:
        table = self._table(target)
        if tool != "edit_shape" and (target.kind == "point" or (tool == "merge" and table == "task")):
            report.show(Refused("merge_kinds" if tool == "merge" else "shape_mixed"))
            return
        if tool == "edit_shape":
            try:
                target.require_handy()
            except Refused as error:
                report.show(error)
                return
        self._make_room(file)
        self._target = target
        self._given_back = left is not None
        uuid = self._owner(target)
        if tool == "edit_shape":
            sketch = left or sketching.edit(tool, sketching.shape_of(target.geometry), (table, uuid))
            self._sketcher.start(sketch)
        else:
            sketch = left or sketching.begin(tool, DRAWS[tool], (table, uuid))
            self._merging = {uuid: target.geometry} if tool == "merge" else {}
            ghosts = (target.geometry,) if tool in ("merge", "move_shape") else ()
            self._sketcher.start(sketch, picking=tool == "merge", most=2 if tool == "move_shape" else 0, ghosts=ghosts)
        self._map.view.setFocus()

    def _table(self, target: editing.Target) -> str:
        return "task" if target.table == "task_sketch" else target.table

    def _owner(self, target: editing.Target) -> str:
        return self._selection.uuid("task") or target.uuid if target.table == "task_sketch" else target.uuid

    def _make_room(self, file: Path | None) -> None:
        """Put aside what is under way; ``file`` is that of the drawing that takes its place, if it has one."""
        self._sketcher.leave()
        if file is not None:
            self.unfinished.adopt(file)

    def resume(self, left: Sketch, file: Path | None = None) -> None:
        """Take up a drawing that was left, with its file; if what it changes is gone, say so and forget it."""
        if left.target == ("", ""):
            self._make_room(file)
            self._given_back = True
            self._sketcher.start(left)
            self._map.view.setFocus()
            return

        def failed(error: BaseException) -> None:
            if file is not None:
                file.unlink(missing_ok=True)
            report.show(error)

        self._selection.set(*left.target)
        self._aim(left.tool, left.target, left, file, failed)

    # -- while drawing -------------------------------------------------------------------------------------

    def _changed(self, sketch: Sketch | None) -> None:
        if self.bar is not None:
            self.bar.working(sketch.tool if sketch is not None else "")
        self._map.show_legend(sketch is None)
        ws = self._session.ws
        if sketch is None or ws is None:
            if not self._keeping:
                self.unfinished.drop()
        elif sketch.changed or self._given_back:
            self.unfinished.keep(ws.path, sketch)

    def _given_up(self, sketch: Sketch) -> None:
        if not sketch.changed:
            return
        self.offered.emit(t("drawing.given_up"), ((t("drawing.take_back"), partial(self.resume, sketch)),), False)

    def _driven_away(self, sketch: Sketch) -> None:
        """A newer tool begins: what was drawn is kept, and offered again now and at the next opening."""
        ws = self._session.ws
        if ws is not None and sketch.changed:
            self.unfinished.keep(ws.path, sketch)
            self._offer_kept(sketch, self.unfinished.put_aside())

    def _offer_kept(self, sketch: Sketch, file: Path) -> None:
        what = t(f"drawing.tool_{sketch.tool}")
        offers = ((t("drawing.take_back"), partial(self.resume, sketch, file)),)
        self.offered.emit(t("edit3.put_aside", what=what), offers, True)

    def _snap(self, gesture: Gesture, sketch: Sketch, tracing: bool, then: Callable[[Met | None], None]) -> None:
        if self._session.ws is None or sketch.tool == "merge":
            then(None)
            return
        self._asked += 1

        def failed(error: BaseException) -> None:
            report.show(error)
            then(None)

        # Every press is answered; of hovering only the last question matters.
        key = "snap" if gesture.what == "hover" else f"snap-{self._asked}"
        self._session.look(
            meet, gesture, sketch, tracing, self._scene(gesture, sketch), key=key, done=then,
            failed=failed,
        )  # fmt: skip

    def _read(self, text: str, last: Place | None, pointer: Place, then: Callable[[Place | None, str], None]) -> None:
        if self._session.ws is None:
            then(None, "")
            return

        def failed(error: BaseException) -> None:
            if not isinstance(error, Refused):
                report.show(error)
            then(None, str(error))

        self._session.look(
            snapping.read, text, last, pointer, key="typed", done=lambda place: then(place, ""), failed=failed
        )

    def _scene(self, gesture: Gesture, sketch: Sketch) -> snapping.Scene:
        tables = frozenset(self._map.tables())
        skip = sketch.target[1] if not sketch.drawing else ""
        return snapping.Scene(tables, self._map.system, self._map.view.zoom, skip, own_lines(gesture, sketch))

    # -- choosing what to merge ----------------------------------------------------------------------------

    def _pressed(self, gesture: Gesture) -> None:
        sketch = self._sketcher.sketch
        if sketch is None:
            return
        table = sketch.target[0]
        self._session.look(
            places.pick, gesture.lon, gesture.lat, self._map.view.zoom, self._map.system, {table},
            key="merge-pick", done=partial(self._picked, table),
        )  # fmt: skip

    def _picked(self, table: str, hit: Hit | None) -> None:
        if hit is None:
            report.say(t(f"drawing.merge_none_{table}"))
            return
        self._session.look(editing.target, table, hit.uuid, key="merge-target", done=partial(self._chosen, hit.uuid))

    def _chosen(self, uuid: str, found: editing.Target) -> None:
        sketch = self._sketcher.sketch
        if sketch is None or sketch.tool != "merge" or uuid == sketch.target[1]:
            return
        if self._merging.pop(uuid, None) is None and len(self._merging) < AT_ONCE:
            self._merging[uuid] = found.geometry
        self._sketcher.show_ghosts(list(self._merging.values()))

    # -- what becomes of it --------------------------------------------------------------------------------

    def _finished(self, sketch: Sketch) -> None:
        if sketch.tool == NEW:
            return
        table, uuid = sketch.target
        target, chosen = self._target, dict(self._merging)
        ver = target.ver if target is not None else None

        def failed(error: BaseException) -> None:
            # Nothing that was drawn is lost by a refusal: it can be mended where it is.
            ws = self._session.ws
            if self._sketcher.sketch is not None and ws is not None:
                self._offer_kept(sketch, self.unfinished.store(ws.path, sketch))
            elif target is not None:
                self._begin(sketch.tool, sketch if sketch.tool != "merge" else None, target)
                if sketch.tool == "merge":
                    self._merging = chosen
                    self._sketcher.show_ghosts(list(chosen.values()))
            report.show(error)

        work = partial(self._session.work, label="shape", failed=failed)
        if sketch.tool == "edit_shape":
            if sketch.changed:
                work(editing.set_shape, table, uuid, sketching.geojson(sketch.now), ver=ver)
        elif sketch.tool == "move_shape":
            work(editing.move, table, uuid, *sketch.path[:2])
        elif sketch.tool == "merge":
            work(editing.merge, table, list(self._merging), done=self._merged)
        else:
            change: Callable[..., Changes] = getattr(editing, sketch.tool)
            work(change, table, uuid, sketching.geojson(sketch.now), done=partial(self._said, sketch.tool))

    def _said(self, tool: str, changes: Changes) -> None:
        if tool == "split":
            parts = len([row for row in changes.rows if row.op == "insert"]) + 1
            report.say(t("drawing.was_split", count=parts))

    def _merged(self, joined: editing.Joined) -> None:
        report.say(" ".join((t("drawing.was_merged"), *joined.differs)))
