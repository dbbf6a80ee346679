"""How things stand: saved or read-only and by whom, what undo would take back, and what is possible now."""

from PySide6.QtCore import QObject

from app import edit_tools, report
from app.actions import Actions
from app.dock import Dock
from app.messages import Banner
from app.selection import Selection
from app.session import EVERYTHING, Session, touches
from app.statusbar import StatusBar
from app.tasks_view import TaskView
from app.text import when
from app.topbar import TopBar
from layers import history, workspace
from layers.domain.changes import Changes
from layers.domain.sketching import Sketch
from layers.domain.things import Card
from layers.words import t

SWITCHED = ("tree", "inspector", "tasks", "history")


class Standing(QObject):
    """Keeps actions, banner, status bar and the labels of undo and redo in step with the session."""

    def __init__(
        self,
        session: Session,
        selection: Selection,
        actions: Actions,
        bar: TopBar,
        status: StatusBar,
        banner: Banner,
        table: TaskView,
        docks: dict[str, Dock],
    ) -> None:
        super().__init__(actions)
        self._session, self._selection, self._actions = session, selection, actions
        self._bar, self._status, self._banner = bar, status, banner
        self._table, self._docks = table, docks
        self._labels: tuple[str | None, str | None] = (None, None)
        self._drawing: tuple[bool, bool] | None = None  # whether the drawing under way has a step back, and one again
        self._card: Card | None = None
        session.opened.connect(self.opened)
        session.changed.connect(self._changed)
        session.rested.connect(self.show_state)
        session.desk_asked.connect(self.show_state)
        selection.changed.connect(lambda *_: self.allow())
        selection.gathered.connect(lambda *_: self.allow())
        table.selectionModel().selectionChanged.connect(lambda *_: self.allow())
        for name in SWITCHED:
            docks[name].visibilityChanged.connect(lambda _on: self.allow())

    def opened(self) -> None:
        """Another workspace is open, or none."""
        self._labels = (None, None)
        ws = self._session.ws
        self._bar.show_labels(None, None)
        self._bar.show_open(ws is not None)
        self._status.show_synthetic(ws is not None and ws.synthetic)
        if self._session.ws is None:
            self._status.clear_map()
        else:
            self._ask_labels()
            self._count()
        self.show_state()

    def _changed(self, changes: Changes) -> None:
        self._ask_labels()
        if touches(changes, "task"):
            self._count()
        if changes is EVERYTHING:
            self.show_state()

    def _count(self) -> None:
        # Aside: in a city it counts for a quarter of a second, and the map waits for what is asked after it.
        self._session.look(
            workspace.counts, key="counts", aside=True, done=lambda found: self._status.show_tasks(found["task"])
        )

    def _ask_labels(self) -> None:
        self._session.look(history.labels, key="labels", done=self._got_labels)

    def _got_labels(self, labels: tuple[str | None, str | None]) -> None:
        self._labels = labels
        self._bar.show_labels(*labels)
        self.allow()

    def show_state(self) -> None:
        """Say whether all is saved, or who has the workspace; the banner says it too."""
        ws = self._session.ws
        self._banner.setVisible(ws is not None and ws.read_only)
        if ws is None:
            self._status.show_state("")
        elif ws.read_only:
            holder = ws.holder
            said = t("window.read_only_free")
            if holder is not None:
                since = when(holder.since, ws.zone)
                said = t("window.read_only_by", who=holder.who or t("window.nobody"), host=holder.host, since=since)
            self._banner.say(said, t("window.do_take_over"), free=holder is None)
            self._status.show_state("window.state_read_only", said)
        else:
            self._status.show_state("window.state_saving" if self._session.busy else "window.state_saved", str(ws.path))
        self.allow()

    def draws(self, sketch: Sketch | None) -> None:
        """While somebody draws, undo and redo are those of the drawing."""
        now = None if sketch is None else (sketch.at > 0, sketch.at < len(sketch.states) - 1)
        if self._drawing != now:
            self._drawing = now
            self.allow()

    def show_card(self, card: Card | None, _fly: bool = False) -> None:
        """The shape of what is selected is known, and with it which tools fit."""
        self._card = card
        self.allow()

    def take_over(self) -> None:
        """Become the desk that writes, if the other has left."""

        def done(ours: bool) -> None:
            self.show_state()
            if ours:
                report.say(t("window.taken_over"))
                self._session.changed.emit(EVERYTHING)
            else:
                report.board.message.emit(self._still_held(), "bad")

        if self._session.ws is not None and self._session.ws.read_only:
            self._session.work(workspace.take_over, done=done)

    def _still_held(self) -> str:
        """Return the sentence that says who has the workspace yet."""
        ws = self._session.ws
        holder = ws.holder if ws is not None else None
        if ws is None or holder is None:
            return t("window.still_held")
        since = when(holder.since, ws.zone)
        return t("window.still_held_by", who=holder.who or t("window.nobody"), host=holder.host, since=since)

    def allow(self) -> None:
        """Enable what is possible now, and say of the rest why not."""
        ws, writable = self._session.ws, self._session.writable
        task = bool(self._selection.uuid("task"))
        undo, redo = self._drawing or tuple(label is not None for label in self._labels)
        locked = t("window.why_nothing_open" if ws is None else "window.why_read_only")
        shapes = edit_tools.refusals(self._selection.all, self._card)
        self._actions.allow(
            {
                "always": True, "open": ws is not None, "write": writable, "task_write": task and writable,
                "step": writable and (task or any(one.table == "task" for one in self._selection.many)),
                "picked": bool(self._selection.all), "rows": bool(self._table.picked()),
                **{tool: writable and not why for tool, why in shapes.items()},
                "several": writable and len(self._table.picked()) > 1,
                "undo": writable and undo,
                "redo": writable and redo,
                "read_only": ws is not None and ws.read_only and ws.holder is None,
            },
            {
                "open": t("window.why_nothing_open"), "write": locked, "picked": t("window.why_nothing_picked"),
                "rows": t("window.why_no_task"), "task_write": t("window.why_no_task") if writable else locked,
                "step": t("window.why_no_task") if writable else locked,
                "several": t("window.why_not_several") if writable else locked,
                **{tool: why if writable else locked for tool, why in shapes.items()},
                "undo": t("window.why_no_undo") if writable else locked,
                "redo": t("window.why_no_redo") if writable else locked,
                "read_only": t("window.still_held" if ws is not None and ws.read_only else "window.why_writable"),
            },
        )  # fmt: skip
        for name in SWITCHED:
            self._actions[f"dock_{name}"].setChecked(self._docks[name].isVisible())
