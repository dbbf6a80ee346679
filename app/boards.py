"""Themed maps (专题图) in the window: what is shown taken together and saved, and put up again by name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import report
from app.lookup import Offer
from app.session import Session, touches
from app.shades import Shades
from app.tasks_panel import VIEWS, TasksPanel
from layers import boards, search
from layers.boards import Board
from layers.domain.changes import Changes
from layers.domain.things import Bounds, TaskFilter
from layers.words import said, t

if TYPE_CHECKING:
    from app.left import LeftPanel
    from app.map_desk import MapDesk


class Boards(QObject):
    """The themed maps of the open workspace. ``changed`` says that there are others, or that another one is up."""

    changed = Signal()

    def __init__(self, session: Session, desk: "MapDesk", left: "LeftPanel", tasks: TasksPanel, shades: Shades) -> None:
        super().__init__(desk)
        self._session, self._desk, self._tasks, self._shades = session, desk, tasks, shades
        self._layers, self._tree = left.layers, left.tree
        self.all: list[Board] = []
        self.current = ""  # the uuid of the one that is up
        self._before: Board | None = None  # what was shown before the first one
        self.entered: Callable[[], Any] = lambda: None  # goes where the map is seen
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        desk.view.moved.connect(lambda *_: self._ask_marks())
        self._was_altered = False
        self._put_up: Board | None = None  # what was seen once the one that is up had been put up, or kept
        for one in (shades.wished, tasks.filter_changed, left.layers.visible_changed):
            # The map hears of it too, in no order that is known: asked when all have.
            one.connect(lambda *_: QTimer.singleShot(0, self, self._look_altered))

    @property
    def board(self) -> Board | None:
        """The one that is up."""
        return next((one for one in self.all if one.uuid == self.current), None)

    @property
    def altered(self) -> bool:
        """Whether the map shows something else by now than the one that is up says."""
        return self.board is not None and self._put_up is not None and not _alike(self._put_up, self.seen(""))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of facility that are marked."""
        return self._desk.kinds

    # -- putting one up ----------------------------------------------------------------------------------

    def show(self, uuid: str) -> None:
        """Put a themed map up; "" goes back to what was shown before."""
        if not uuid:
            self._leave()
            return
        board = next((one for one in self.all if one.uuid == uuid), None)
        if board is None:
            return
        if not self.current:
            self._before = self.seen("")
        self.current = uuid
        self._put(board)
        if board.bounds is not None:
            self._desk.view.fly_to(board.bounds, maxzoom=20)
        else:
            self._desk.whole()
        self.entered()
        self._put_up = None
        QTimer.singleShot(0, self, self._stands)
        self.changed.emit()

    def _leave(self) -> None:
        before, self._before = self._before, None
        self.current = ""
        if before is not None:
            self._put(before, lent=False)
        self.changed.emit()

    def _put(self, board: Board, lent: bool = True) -> None:
        if board.system in {one.code for one in self._tree.systems}:
            self._tree.use(board.system)
        elif board.system and lent:
            shown = next((one.name for one in self._tree.systems if one.code == self._tree.system), "")
            report.say(t("boards3.system_gone", name=said(board.name), system=board.system, shown=shown))
        self._layers.use(board.layers, lent)
        self._shades.use(board.wish, remember=False)
        self._desk.kinds = board.kinds
        self._ask_marks()
        narrow(self._tasks, board.tasks)

    def seen(self, name: str) -> Board:
        """Return what the map shows now, as a themed map of this name."""
        return Board(
            name, self._layers.switched(), replace(self._desk.source.filter, grid="", assignee=""), self._shades.wish,
            self.kinds, self._desk.view.bounds, system=self._desk.system,
        )  # fmt: skip

    # -- keeping them ------------------------------------------------------------------------------------

    def save(self, name: str, failed: Callable[[Any], None] | None = None) -> None:
        """Keep what is seen now under a name and put it up."""

        def done(changes: Changes) -> None:
            if not self.current:
                self._before = self.seen("")
            self.current = changes.uuids("gewu_view")[0]
            self._stands()
            self.ask()

        self._session.work(boards.save, self.seen(name), label="board", done=done, failed=failed)

    def update(self) -> None:
        """Let the one that is up show what is seen now."""
        if self.board is not None:
            self._session.work(boards.update, self.current, self.seen(""), label="board", done=lambda _: self._stands())

    def rename(self, name: str, failed: Callable[[Any], None] | None = None) -> None:
        """Give the one that is up another name."""
        if self.board is not None:
            self._session.work(boards.rename, self.current, name, label="board", failed=failed)

    def delete(self) -> None:
        """Delete the one that is up; what it shows stays."""
        if self.board is not None:
            self._session.work(boards.delete, self.current, label="board")

    def offers(self, needle: str) -> list[Offer]:
        """Return those whose name or its pinyin holds what was typed, for the search box."""
        needle = needle.lower()
        found = [one for one in self.all if _fits(said(one.name), needle)]
        lines = [Offer(partial(self.show, one.uuid), said(one.name), t("cartography.board"), "layers") for one in found]
        return [Offer(None, t("cartography.found")), *lines] if needle and lines else []

    # -- what there is -----------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for the themed maps of the workspace."""
        self._session.look(boards.all_of, key="boards", done=self._got)

    def _opened(self) -> None:
        self.all, self.current, self._before, self._desk.kinds = [], "", None, ()
        self._desk.view.keep("marks", on=False, items=[])
        self.changed.emit()
        self.ask()

    def _changed(self, changes: Changes) -> None:
        if touches(changes, boards.TABLE):
            self.ask()
        if touches(changes, "facility"):
            self._ask_marks()

    def _got(self, found: list[Board]) -> None:
        before = self.board
        self.all = found
        now = self.board
        if self.current and now is None:
            self.current = ""  # deleted, here or at another desk
        elif before is not None and now is not None and not _alike(before, now) and not _alike(now, self.seen("")):
            self._put(now)  # it says something else again: its change was undone
        self.changed.emit()

    def _stands(self) -> None:
        self._put_up = self.seen("")
        self._look_altered()

    def _look_altered(self) -> None:
        if self.altered != self._was_altered:
            self._was_altered = self.altered
            self.changed.emit()

    def _ask_marks(self) -> None:
        box: Bounds | None = self._desk.view.bounds
        if not self.kinds or box is None:
            self._desk.view.keep("marks", on=False, items=[])
        else:
            self._session.look(boards.marks, self.kinds, box, key="marks", aside=True, done=self._got_marks)

    def _got_marks(self, items: list[tuple[str, float, float]]) -> None:
        if self.kinds:
            self._desk.view.keep("marks", on=True, items=items)


def _alike(one: Board, other: Board) -> bool:
    """Say whether two show the same, wherever they go."""
    return replace(one, name="", uuid="", bounds=None) == replace(other, name="", uuid="", bounds=None)


def narrow(panel: TasksPanel, wanted: TaskFilter) -> None:
    """Let the task table, and so the pins, show what a themed map says."""
    base = replace(wanted, text="", columns=(), grid="", assignee="")
    view = next((name for name, (one, _) in VIEWS.items() if one == base), None)
    if view is not None:
        panel.narrow(None, view=view)
    else:
        panel.narrow(None, wanted.statuses, tray=wanted.tray)
    panel.text.setText(wanted.text)
    panel.headings.set.update({one.column: one for one in wanted.columns})
    panel.headings.show()
    panel.apply()


def _fits(name: str, needle: str) -> bool:
    return needle in name.lower() or any(one.startswith(needle) for one in search.pinyin(name))
