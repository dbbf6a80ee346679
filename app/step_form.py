"""The small form in the inspector for a step that needs somebody to do it or a reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from app import parts
from app.lookup import Lookup, Offer
from app.session import Session
from layers import people, places, tasks
from layers.domain import flow
from layers.domain.things import Party, Suggestion, TaskLine
from layers.words import t
from layers.workspace import Workspace

KINDS = ("team", "person", "department")  # in the order they are offered
ICONS = {"person": "user", "team": "users", "department": "building-2"}


def suggestions(ws: Workspace, lon: float, lat: float, category: str | None) -> list[Suggestion]:
    """Return whom to give a task at a point, each with its reason."""
    return people.suggest(places.locate(ws, lon, lat), category)


def lines_of(ws: Workspace, uuids: Sequence[str]) -> list[TaskLine | None]:
    """Return tasks as they are now, None for one that is gone."""
    return [tasks.line(ws, uuid) for uuid in uuids]


def basis(line: TaskLine | None) -> tuple[str, ...]:
    """Return what a step was chosen by: of the rest (the minutes left) nobody need be told."""
    return () if line is None else (line.uuid, line.status, line.assignee, line.category_name, line.title)


class PartyField(Lookup):
    """Chooses who shall do it: types a part of a name, or takes one of the suggestions.

    ``party_changed(party)`` says who is chosen now, None for nobody yet.
    """

    party_changed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(wide=440)
        self._session = session
        self.party: Party | None = None
        self._parties: list[Party] = []
        self._suggested: list[Suggestion] = []
        self.asked.connect(self._offer_parties)
        self.taken.connect(self.choose)
        self.textEdited.connect(lambda _text: self._forget())

    def start(self, suggested: Sequence[Suggestion]) -> None:
        """Begin with suggestions; the first is not taken by itself, only put on top."""
        self._suggested = list(suggested)
        self._session.look(people.parties, key="parties", done=self._got)

    def _got(self, parties: list[Party]) -> None:
        self._parties = parties

    def _forget(self) -> None:
        if self.party is not None:
            self.party = None
            self.party_changed.emit(None)

    def choose(self, party: Party) -> None:
        """Take a party."""
        self.party = party
        self.setText(party.name)
        self.party_changed.emit(party)

    def _offer_parties(self, needle: str) -> None:
        needle = needle.strip().lower() if self.party is None else ""
        offers: list[Offer] = []
        first = [one for one in self._suggested if needle in one.party.name.lower()]
        if first:
            offers.append(Offer(None, t("window.suggested")))
            offers += [Offer(one.party, one.party.name, one.reason, ICONS[one.party.kind]) for one in first[:4]]
        rest = [one for one in self._parties if needle in one.name.lower()]
        rest.sort(key=lambda one: (one.name.lower() != needle, not one.name.lower().startswith(needle)))
        kinds = list(dict.fromkeys([*(one.kind for one in rest if one.name.lower() == needle), *KINDS]))
        for kind in kinds:
            some = [one for one in rest if one.kind == kind][: 40 if needle else 12]
            if some:
                offers.append(Offer(None, t(f"window.party_{kind}")))
                offers += [Offer(one, one.name, _load(one), ICONS[kind]) for one in some]
        self.offer(offers)


def _load(party: Party) -> str:
    return t("window.open_tasks", count=party.open_tasks) if party.open_tasks else ""


class StepForm(QFrame):
    """The form. ``sent(step, reason, party)`` when it is complete, ``cancelled`` when given up."""

    sent = Signal(str, str, object)
    cancelled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("part", "foot")
        self._session = session
        self.rule: flow.Rule | None = None
        self._sent = False  # handed over and not answered yet
        self.title = parts.label("strong", wrap=True)
        self.who_label = parts.label("quiet")
        self.who = PartyField(session)
        self.hint = parts.label("small", wrap=True)
        self.reason_label = parts.label("quiet")
        self.reason = QPlainTextEdit()
        self.reason.setFixedHeight(64)
        self.reason.setTabChangesFocus(True)
        self.missing = parts.label("red", wrap=True)
        self.save = parts.button("primary", self.send)
        self.save.setObjectName("step-save")
        self.cancel = parts.button("", self.cancelled.emit)
        self.setLayout(
            parts.column(
                self.title, self.who_label, self.who, self.hint, self.reason_label, self.reason, self.missing,
                parts.row(self.save, self.cancel, None), gap=6, margins=(16, 12, 16, 12),
            )
        )  # fmt: skip

    def start(self, rule: flow.Rule, kind: str, lines: Sequence[TaskLine], category: str | None = None) -> None:
        """Ask for what a step of some tasks needs."""
        self._open(rule, kind, lines[0].number if len(lines) == 1 else t("window.some_tasks", count=len(lines)))
        if rule.needs_assignee:
            self._suggest(lines[0], category)

    def start_many(self, rule: flow.Rule, kind: str, count: int) -> None:
        """Ask for what a step of many tasks all over the map needs: nobody is suggested for all of them."""
        self._open(rule, kind, t("window.some_tasks", count=count))
        self.who.start([])

    def _open(self, rule: flow.Rule, kind: str, what: str) -> None:
        self.rule = rule
        self.answered()
        words = tasks.step_label(rule.step, kind)
        self.title.setText(f"{words} · {what}")
        self.save.setText(words)
        self.cancel.setText(t("window.cancel"))
        self.who_label.setText(t("window.assign_to"))
        self.who.setPlaceholderText(t("window.assign_search"))
        self.who.setAccessibleName(t("window.assign_to"))
        self.reason_label.setText(t("window.reason"))
        self.reason.setAccessibleName(t("window.reason"))
        for widget in (self.who_label, self.who):
            widget.setVisible(rule.needs_assignee)
        self.hint.hide()
        self.reason_label.setText(t("window.reason" if rule.needs_reason else "window.reason_optional"))
        self.missing.hide()
        self.reason.clear()
        self.who.party = None
        self.who.clear()
        if rule.needs_assignee:
            self.who.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _suggest(self, line: TaskLine, category: str | None) -> None:
        self.who.start([])
        if line.lon is not None and line.lat is not None:
            self._session.look(
                suggestions, line.lon, line.lat, category, key="suggest", aside=True, done=self._suggested
            )

    def _suggested(self, found: list[Suggestion]) -> None:
        self.who.start(found)
        if found and self.who.party is None and not self.who.text():
            # The best one is filled in with its reason; it counts only when the button is pressed.
            self.who.choose(found[0].party)
            self.hint.setText(found[0].reason)
            self.hint.show()

    def send(self) -> None:
        """Hand the form over once, or say what is missing; the next time is after `answered`."""
        assert self.rule is not None
        if self._sent:
            return
        reason = self.reason.toPlainText().strip()
        if self.rule.needs_assignee and self.who.party is None:
            self._miss("window.missing_assignee", self.who)
        elif self.rule.needs_reason and not reason:
            self._miss("window.missing_reason", self.reason)
        else:
            self._sent = True
            self.sent.emit(self.rule.step, reason, self.who.party if self.rule.needs_assignee else None)

    def answered(self) -> None:
        """Let the form be sent again: the step was taken or refused."""
        self._sent = False

    def _miss(self, key: str, field: QPlainTextEdit | Lookup) -> None:
        self.missing.setText(t(key))
        self.missing.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.send()
        else:
            super().keyPressEvent(event)
