"""The card of many selected things: how many of which class and status, and the steps they can take together."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import parts, report, text
from app.card_page import Sign
from app.guest import Guest
from app.selection import Picked
from app.session import Session
from app.step_form import StepForm
from layers import gathered, tasks
from layers.domain import flow
from layers.domain.changes import Changes
from layers.domain.found import Gathered, Group, Offered, Part
from layers.domain.things import Party, TaskLine
from layers.words import t

MOST_PARTS = 9  # classes of one kind that are listed by name


class ManyPage(Guest):
    """The page. ``marked(Gathered)`` tells the map what to mark; the rest are wishes of its buttons."""

    shows = ("task", "task_log", "facility", "road_section", "place", "grid")
    marked = Signal(object)
    fly_wanted = Signal()
    copy_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("many")
        self.whole: Gathered | None = None
        self.offers: list[Offered] = []
        self.step = ""
        self._picks: tuple[Picked, ...] = ()
        self.dry = parts.label("strong", wrap=True)
        self.dry.setObjectName("dry-run")
        self.dry_hint = parts.label("small", wrap=True)
        self.form = StepForm(session)
        self.form.layout().insertLayout(1, parts.column(self.dry, self.dry_hint, gap=2))  # type: ignore[union-attr]
        self.form.hide()
        self.fit(self.form)
        self.form.cancelled.connect(self.close_form)
        self.form.sent.connect(self._send)
        self.form.who.party_changed.connect(lambda _party: self._forecast())
        session.rested.connect(lambda: None if session.busy else self.form.answered())
        self.dressed()

    def retranslate(self) -> None:
        self.dry_hint.setText(t("finding.dry_run_hint"))

    @property
    def uuids(self) -> list[str]:
        """The tasks among what is selected."""
        return _tasks(self._picks)

    def show_many(self, picks: Sequence[Picked]) -> None:
        """Show other things."""
        self._picks = tuple(picks)
        self.close_form()
        self.title.setText(t("finding.chosen_mixed", count=text.number(len(picks))))
        self.refresh()

    def refresh(self) -> None:
        if not self._picks:
            return
        self._stale = False
        picks, post = self._picks, self.session.post
        # Ten thousand things are put into lists where nobody waits for it.
        self.session.look(
            lambda ws: gathered.together(ws, [(one.table, one.uuid) for one in picks]), key="many", done=self._got
        )
        self.session.look(
            lambda ws: gathered.offers(ws, _tasks(picks), post), key="many-steps", done=self._got_offers
        )  # fmt: skip
        if not self.form.isHidden():
            self._forecast()

    def emptied(self) -> None:
        self._picks = ()
        self.whole = None

    def _got(self, whole: Gathered) -> None:
        self.whole = whole
        only = whole.groups[0] if len(whole.groups) == 1 else None
        self.title.setText(t(f"finding.chosen_{only.table if only else 'mixed'}", count=text.number(len(whole.picks))))
        parts.clear(self.body)
        for group in whole.groups:
            self._show_group(group, headed=only is None)
        self.marked.emit(whole)

    def _show_group(self, group: Group, headed: bool) -> None:
        if headed:
            head = parts.row(parts.label("head", t(f"finding.kind_{group.table}")), None, _count(group.count, "head"))
            self.body.addLayout(head)
        for part in group.parts[:MOST_PARTS]:
            self.body.addLayout(self._line(part))
        rest = group.parts[MOST_PARTS:]
        if rest:
            self.body.addLayout(self._line(Part(t("finding.other_classes"), sum(part.count for part in rest))))
        self.body.addSpacing(6)

    @staticmethod
    def _line(part: Part) -> QHBoxLayout:
        items: list[QWidget | None] = []
        if part.status:
            sign = Sign(14)
            sign.show_status(part.status)
            items.append(sign)
        return parts.row(*items, parts.Elided("", part.words), _count(part.count), gap=8)

    def _got_offers(self, offers: list[Offered]) -> None:
        self.offers = offers
        parts.clear(self.buttons)
        why = "" if self.session.writable else t("window.why_read_only")
        for i, offer in enumerate(offers[:2]):
            button = parts.button("primary" if i == 0 else "", partial(self.start, offer.step))
            button.setText(t("finding.step_count", step=offer.words, count=text.number(len(offer.fits))))
            button.setObjectName(f"many-{offer.step}")
            button.setEnabled(self.session.writable)
            button.setToolTip(why or (t("window.primary_tip") if i == 0 else ""))
            self.buttons.addWidget(button)
        if not self.uuids:
            for name, wish in (("copy_list", self.copy_wanted), ("save_list", self.save_wanted)):
                button = parts.button("", wish.emit)
                button.setText(t(f"finding.{name}"))
                button.setObjectName(f"many-{name}")
                self.buttons.addWidget(button)
        elif not offers:
            self.buttons.addWidget(parts.label("small", t("finding.no_step"), wrap=True), 1)
        self.buttons.addStretch(1)
        more = parts.Choice("plain")
        more.setText(t("window.more"))
        menu = more.menu()
        for offer in offers[2:]:
            words = t("finding.step_count", step=offer.words, count=text.number(len(offer.fits)))
            menu.addAction(words, partial(self.start, offer.step)).setEnabled(self.session.writable)
        if offers[2:]:
            menu.addSeparator()
        menu.addAction(t("finding.show_all"), self.fly_wanted.emit)
        menu.addAction(t("finding.copy_list"), self.copy_wanted.emit)
        menu.addAction(t("finding.save_list"), self.save_wanted.emit)
        menu.addAction(t("finding.let_go"), self.left.emit)
        self.buttons.addWidget(more)

    # -- one step for all --------------------------------------------------------------------------------

    def primary(self) -> None:
        """Send the form that is open, or begin the step of the accent button."""
        if not self.form.isHidden():
            self.form.send()
        elif self.offers and self.session.writable:
            self.start(self.offers[0].step)

    def start(self, step: str) -> None:
        """Ask for what a step of all these tasks needs, and say beforehand what it would do."""
        fits = next((offer.fits for offer in self.offers if offer.step == step), ())
        if not fits:
            return

        def got(line: TaskLine | None) -> None:
            rule = flow.find(line.kind, line.status, step) if line is not None else None
            if line is None or rule is None:
                return
            self.step = step
            self.foot.hide()
            self.dry.setText("")
            self.form.show()
            self.form.start_many(rule, line.kind, len(fits))
            self._forecast()

        self.session.look(tasks.line, fits[0], key="many-line", done=got)

    def _forecast(self) -> None:
        if self.form.isHidden():
            return
        party = self.form.who.party if self.form.rule is not None and self.form.rule.needs_assignee else None
        self.session.look(
            gathered.forecast, self.uuids, self.step, self.session.post, party,
            key="many-dry", done=self.dry.setText,
        )  # fmt: skip

    def close_form(self) -> None:
        """Give the step up, or be done with it."""
        focused = self.form.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.form.hide()
        self.form.reason.clear()
        self.foot.show()
        if focused:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self, step: str, reason: str, party: Party | None) -> None:
        # Only those it fits: of the others the form has said why not.
        fits = next((offer.fits for offer in self.offers if offer.step == step), ())

        def done(changes: Changes) -> None:
            self.close_form()
            count = len(changes.uuids("task"))
            if count:
                report.say(gathered.did(step, count, party))

        self.session.work(
            tasks.advance, fits, step, reason=reason, assignee=party, post=self.session.post, label="step", done=done
        )


def _tasks(picks: Sequence[Picked]) -> list[str]:
    return [one.uuid for one in picks if one.table == "task"]


def _count(number: int, part: str = "quiet") -> QWidget:
    label = parts.label(part, text.number(number))
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
