"""The inspector (详情): the card of whatever is selected, and every form, in one place on the right."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app import parts, report, theme
from app.card_page import CardPage
from app.edit_form import EditForm
from app.guest import Guest
from app.panel import Panel
from app.photos import STAGES, Large
from app.selection import Picked, Selection
from app.session import Session
from app.step_form import StepForm, basis, lines_of
from app.task_form import TaskForm
from layers import places, tasks
from layers.domain import flow
from layers.domain.changes import Changes
from layers.domain.things import Card, Photo, TaskLine
from layers.words import t

# These want no word more than the button: what they do can be undone.
_ASKS_REASON = ("extend",)


class Inspector(Panel):
    """The panel. ``shown(card, fly)`` tells the map what to mark; ``draw_wanted(kind, then)`` starts a drawing."""

    shows = (
        "task", "task_log", "task_sketch", "media", "grid", "road_section", "place", "facility",
        "person", "team", "department",
    )  # fmt: skip
    shown = Signal(object, bool)
    move_wanted = Signal(str)
    draw_wanted = Signal(str)
    drafted = Signal(object)  # what was drawn for the form that is open, None when it is closed

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session)
        self.selection = selection
        self.stray: Callable[[list[Path]], None] = lambda _paths: None  # pictures dropped while no task is shown
        self.stack = QStackedWidget()
        self.page = CardPage()
        self.task_form = TaskForm(session)
        self.edit_form = EditForm()
        self.step_form = StepForm(session)
        self.step_form.hide()
        self._make_empty()
        card = QWidget()
        card.setLayout(parts.column(self.page, self.step_form, gap=0))
        self.card_box = card
        for widget in (self.empty, card, self.task_form, self.edit_form):
            self.stack.addWidget(widget)
        self.setLayout(parts.column(self.stack, gap=0))
        self.guest: Guest | None = None  # a page that stands where the card would
        self._step_uuids: list[str] = []
        self._step_basis: list[tuple[str, ...]] = []  # the tasks as they were when the form was opened
        selection.changed.connect(self._selected)
        self.page.step.connect(self.take_step)
        self.page.link.connect(lambda table, uuid: selection.set(table, uuid))
        self.page.asked.connect(self.ask)
        self.page.photos_given.connect(self.attach)
        self.page.photo_opened.connect(self._open_photo)
        self.task_form.saved.connect(self._save_task)
        self.task_form.cancelled.connect(self.end_form)
        self.edit_form.saved.connect(self._save_edit)
        self.edit_form.cancelled.connect(self.end_form)
        self.step_form.sent.connect(self._send_step)
        self.step_form.cancelled.connect(self.end_form)
        session.rested.connect(self._answered)
        session.closing.connect(self.emptied)  # what was typed belongs to that workspace and no other
        self.dressed()

    def _make_empty(self) -> None:
        self.empty = QWidget()
        self.empty_icon = parts.label()
        self.empty_icon.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.empty_text = parts.label("quiet", wrap=True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.empty_hint = parts.label("small", wrap=True)
        self.empty_hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.empty.setLayout(
            parts.column(None, self.empty_icon, self.empty_text, self.empty_hint, None, None, margins=(32, 0, 32, 0))
        )

    def retranslate(self) -> None:
        self.empty_text.setText(t("window.nothing_selected"))
        self._show_hint()
        self.task_form.retranslate()

    def _show_hint(self) -> None:
        # Who may only look is not told how to draw.
        self.empty_hint.setText(t("window.nothing_selected_hint") if self.session.writable else "")

    def tint(self) -> None:
        self.empty_icon.setPixmap(theme.pixmap("map-pin", 24, self.devicePixelRatioF()))

    # -- the card ----------------------------------------------------------------------------------------

    @property
    def card(self) -> Card | None:
        """What is shown now."""
        return self.page.card if self.stack.currentWidget() is self.card_box else None

    @property
    def holds_something(self) -> bool:
        """Whether a card or a form is open."""
        return self.stack.currentWidget() is not self.empty

    def host(self, page: Guest | None) -> None:
        """Let the page of a tool stand where the card stands, None when it goes; what is typed stays in front."""
        self.guest = page
        if not self.begun:
            self.end_form()

    def emptied(self) -> None:
        self.guest = None
        self.end_form()
        self._show_hint()
        self.page.card = None
        self.stack.setCurrentWidget(self.empty)

    def refresh(self) -> None:
        self._show_hint()
        self._recheck_step()
        card = self.page.card
        if self._step_begun:  # what stands above its form stays, whatever was selected since
            if card is not None:
                self._ask(Picked(card.table, card.uuid), fly=False)
        elif self.selection.picked is not None:
            self._ask(self.selection.picked, fly=False)

    @property
    def _step_begun(self) -> bool:
        return not self.step_form.isHidden() and parts.touched(self.step_form)

    @property
    def begun(self) -> bool:
        """Whether somebody has typed into the form that is open: a click elsewhere must not throw that away."""
        current = self.stack.currentWidget()
        return self._step_begun or (current in (self.task_form, self.edit_form) and parts.touched(current))

    def _kept(self) -> bool:
        """Say of a begun form that it must be ended first, if there is one."""
        if self.begun:
            report.say(t("window.form_open"))
        return self.begun

    def _selected(self, picked: Picked | None, fly: bool) -> None:
        self.guest = None
        if self._step_begun:
            return  # shown when the form is closed
        kept = self.begun
        if not kept:
            self.end_form(catch_up=False)
        if picked is None:
            self.page.card = None
            if not kept:
                self.stack.setCurrentWidget(self.empty)
            self.shown.emit(None, False)
        else:
            self._ask(picked, fly)

    def _ask(self, picked: Picked, fly: bool) -> None:
        self.session.look(
            places.card,
            picked.table,
            picked.uuid,
            key="card",
            done=partial(self._got, fly),
            failed=lambda _error: self.selection.clear(),
        )

    def _got(self, fly: bool, card: Card) -> None:
        ws = self.session.ws
        if ws is None:
            return
        self.page.show_card(card, self.session.post, ws.zone, self.session.writable)
        if self.stack.currentWidget() is self.empty:
            self.stack.setCurrentWidget(self.card_box)
        self.shown.emit(card, fly)

    def ask(self, name: str) -> None:
        """Do what a button or action wants with what is shown: fly, edit, move, draw, delete."""
        card = self.page.card
        if card is None:
            return
        if name == "fly":
            self.shown.emit(card, True)
        elif name == "edit" and not self._kept():
            self.edit_form.start(card)
            self.stack.setCurrentWidget(self.edit_form)
        elif name == "move":
            self.move_wanted.emit(card.uuid)
        elif name == "draw":
            self.draw_wanted.emit("point")
        elif name == "delete":
            self.session.work(tasks.delete, card.uuid, done=lambda _changes: self.selection.clear())

    # -- steps -------------------------------------------------------------------------------------------

    def primary(self) -> None:
        """Take the step of the accent button, or send the form that is open."""
        if self.step_form.isVisible():
            self.step_form.send()
        elif self.stack.currentWidget() is self.task_form:
            self.task_form.send()
        elif self.guest is not None:
            self.guest.primary()
        elif self.card is not None and self.page.primary and self.session.writable:
            self.take_step(self.page.primary)

    def take_step(self, step: str) -> None:
        """Take a step of the task that is shown."""
        card = self.page.card
        if card is None or card.table != "task":
            return

        def got(line: TaskLine | None) -> None:
            if line is not None:
                self.take_steps(step, [line])

        self.session.look(tasks.line, card.uuid, key="step-line", done=got)

    def take_steps(self, step: str, lines: Sequence[TaskLine]) -> None:
        """Take a step of one or many tasks: at once, or after what it needs was asked in a form."""
        rule = next((found for one in lines if (found := flow.find(one.kind, one.status, step))), None)
        if rule is None or not self.session.writable or self._kept():
            return
        self._step_uuids = [line.uuid for line in lines]
        self._step_basis = [basis(line) for line in lines]
        if not (rule.needs_assignee or rule.needs_reason or step in _ASKS_REASON):
            self._send_step(step, "", None)
            return
        card = self.page.card
        category = card.values.get("category") if card and card.uuid == lines[0].uuid else None
        self.stack.setCurrentWidget(self.card_box)
        self.page.foot.hide()
        self.step_form.show()
        self.step_form.start(rule, lines[0].kind, lines, category)

    def _recheck_step(self) -> None:
        """Close the form of a step that its tasks, or whoever sits at the desk, may not take any more."""
        rule, uuids, before = self.step_form.rule, self._step_uuids, self._step_basis
        if not self.step_form.isVisible() or rule is None or self.session.busy:
            return

        def got(now: list[TaskLine | None]) -> None:
            if not self.step_form.isVisible() or self._step_basis is not before:
                return
            allowed = all(
                line is not None
                and any(one.step == rule.step for one in flow.allowed(line.kind, line.status, self.session.post))
                for line in now
            )
            if not allowed or [basis(line) for line in now] != before or not self.session.writable:
                self.end_form()
                report.say(t("window.step_stale"))

        self.session.look(lines_of, uuids, key="step-check", done=got)

    def _answered(self) -> None:
        if not self.session.busy:
            self.task_form.answered()
            self.step_form.answered()

    def _send_step(self, step: str, reason: str, party: object) -> None:
        self.session.work(
            tasks.advance,
            self._step_uuids,
            step,
            reason=reason,
            assignee=party,
            post=self.session.post,
            label="step",
            done=lambda _changes: None if self.step_form.isHidden() else self.end_form(),
        )

    # -- forms -------------------------------------------------------------------------------------------

    def start_task(self, geometry: Mapping[str, Any] | None, description: str = "") -> None:
        """Open the form of a new task at what was drawn, or without a place."""
        drawn_anew = self.stack.currentWidget() is self.task_form and not description
        if not drawn_anew and self._kept():
            return
        if self.begun:  # drawn anew: what was typed stays
            self.task_form.place(geometry)
        else:
            self.end_form()
            self.stack.setCurrentWidget(self.task_form)
            self.task_form.start(geometry, description)
        self.drafted.emit(geometry)

    def end_form(self, catch_up: bool = True) -> None:
        """Close any form and show the card of what is selected again."""
        self.step_form.hide()
        self.step_form.reason.clear()
        picked, card = self.selection.picked, self.page.card
        if catch_up and picked is not None and card is not None and picked.uuid != card.uuid:
            self._ask(picked, fly=False)
        self.page.foot.show()
        self.drafted.emit(None)
        self.stack.setCurrentWidget(self.guest or (self.card_box if self.page.card is not None else self.empty))

    def _save_task(self, values: dict[str, Any]) -> None:
        def saved(changes: Changes) -> None:
            self.end_form()
            self.selection.set("task", changes.uuids("task")[0], fly=False)

        self.session.work(tasks.draw, label="draw", done=saved, **values)

    def _save_edit(self, table: str, uuid: str, values: dict[str, Any]) -> None:
        done = lambda _changes: self.end_form()  # noqa: E731
        if table == "task":
            self.session.work(tasks.edit, uuid, values, label="edit", done=done)
        else:
            self.session.work(places.edit, table, uuid, values, label="edit", done=done)

    # -- photos ------------------------------------------------------------------------------------------

    def attach(self, paths: list[Path]) -> None:
        """Attach photos to the task that is shown; the stage follows from its status."""
        card = self.card
        if self._kept():
            return
        if card is None or card.table != "task":
            self.stray(paths)
        elif self.session.writable:
            stage = STAGES.get(str(card.values["status"]), "document")
            self.session.work(tasks.attach, card.uuid, paths, stage, label="attach")

    def _open_photo(self, photo: Photo) -> None:
        card = self.page.card
        if card is None:
            return

        def fetch(sha256: str, done: Any) -> None:
            self.session.look(tasks.photo, sha256, key="photo", done=done)

        Large(self.window(), card.photos, card.photos.index(photo), fetch).open()
