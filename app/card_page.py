"""The card in the inspector: title, state, facts, photos, record, and the buttons of what may be done next."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QMenu, QPushButton, QScrollArea, QWidget

from app import parts, signs, text
from app.photos import Strip
from app.record import Record
from layers import tasks
from layers.domain import clock, flow
from layers.domain.things import Card, Field
from layers.words import t

EDGE = 16
LABEL = 64


class Sign(QWidget):
    """A painted status or lamp."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self._status, self._lamp = "", ""

    def show_status(self, status: str) -> None:
        """Show the shape of a status."""
        self._status, self._lamp = status, ""
        self.update()

    def show_lamp(self, lamp: str) -> None:
        """Show a lamp."""
        self._status, self._lamp = "", lamp
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._status:
            signs.status(painter, self.rect().toRectF(), self._status)
        elif self._lamp:
            signs.lamp(painter, self.rect().toRectF(), self._lamp)
        painter.end()


class CardPage(QFrame):
    """The page. It asks and never changes anything itself.

    ``step(step)`` asks for a step of the task, ``link(table, uuid)`` for another thing, ``photos_given(paths)``,
    ``photo_opened(photo)``, and ``asked(name)`` for ``fly``, ``edit``, ``move``, ``delete`` or ``draw``.
    """

    step = Signal(str)
    link = Signal(str, str)
    photos_given = Signal(list)
    photo_opened = Signal(object)
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.card: Card | None = None
        self.primary: str = ""
        self.title = parts.label("title", wrap=True)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.code = parts.label("small")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sign, self.status = Sign(14), parts.label()
        self.lamp_sign, self.left = Sign(12), parts.label()
        self.state = QWidget()
        self.state.setLayout(parts.row(self.sign, self.status, 8, self.lamp_sign, self.left, None, gap=6))
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(8)
        self.facts.setVerticalSpacing(6)
        self.facts.setColumnMinimumWidth(0, LABEL)
        self.facts.setColumnStretch(1, 1)
        self.strip = Strip()
        self.strip.given.connect(self.photos_given)
        self.strip.opened.connect(self.photo_opened)
        self.record_head = parts.label("head")
        self.record = Record()
        inner = QWidget()
        inner.setProperty("part", "panel")
        inner.setLayout(
            parts.column(
                parts.column(self.title, self.code, gap=2), self.state, 2, self.facts, 4, self.strip, 4,
                self.record_head, self.record, None, gap=8, margins=(EDGE, 2, EDGE, 12),
            )
        )  # fmt: skip
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inner)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons = parts.row(gap=8, margins=(EDGE, 10, EDGE, 10))
        self.foot = parts.box("foot", self.buttons)
        self.setLayout(parts.column(self.scroller, self.foot, gap=0))

    def show_card(self, card: Card, post: str, zone: str, writable: bool) -> None:
        """Show a thing as somebody at a post sees it."""
        same = self.card is not None and self.card.uuid == card.uuid
        self.card = card
        self.title.setText(card.title)
        self.code.setText(card.code)
        self.code.setVisible(bool(card.code) and card.code != card.title)
        self._show_state(card)
        self._show_facts(card)
        task = card.table == "task"
        self.strip.setVisible(task)
        if task:
            self.strip.show_photos(card.photos, zone, writable)
        self.record_head.setVisible(bool(card.lines))
        self.record_head.setText(t("window.record"))
        self.record.setVisible(bool(card.lines))
        self.record.show_lines(card.lines, str(card.values.get("kind", "case")), zone)
        self._show_buttons(card, post, writable)
        if not same:
            self.scroller.verticalScrollBar().setValue(0)

    def _show_state(self, card: Card) -> None:
        self.state.setVisible(card.table == "task")
        if card.table != "task":
            return
        row = card.values
        self.sign.show_status(str(row["status"]))
        self.status.setText(tasks.status_label(str(row["status"]), str(row["kind"])))
        left = remaining(row)
        self.left.setText(text.left(left.minutes))
        self.left.setVisible(left.minutes is not None)
        parts.set_tone(self.left, "part", "red" if left.lamp == "red" else "")
        self.lamp_sign.setVisible(left.lamp != "none")
        self.lamp_sign.show_lamp(left.lamp)

    def _show_facts(self, card: Card) -> None:
        parts.clear(self.facts)
        # The code stands below the title already.
        facts = [fact for fact in card.fields if fact.label != "cards.code" or fact.value != card.code]
        for i, fact in enumerate(facts):
            name = parts.label("quiet", t(fact.label))
            name.setMinimumWidth(LABEL)
            self.facts.addWidget(name, i, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(self._value(fact), i, 1)

    def _value(self, fact: Field) -> QWidget:
        if fact.link is not None:
            link = parts.Link(fact.value)
            link.setToolTip(text.tip(fact.note) or link.toolTip())
            link.pressed.connect(partial(self.link.emit, *fact.link))
            return link
        said = fact.value + (f"（{fact.note}）" if fact.note else "")
        value = parts.label("", said, wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return value

    def _show_buttons(self, card: Card, post: str, writable: bool) -> None:
        # The buttons are made anew; the focus must not wander off into the card and scroll it.
        focused = QApplication.focusWidget()
        held = focused is not None and self.foot.isAncestorOf(focused)
        if held:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        parts.clear(self.buttons)
        why = "" if writable else t("window.why_read_only")
        names: list[tuple[str, str]] = []
        if card.table == "task":
            kind = str(card.values["kind"])
            rules = flow.allowed(kind, str(card.values["status"]), post)
            names = [(rule.step, tasks.step_label(rule.step, kind)) for rule in rules]
            if not names and card.values["status"] not in flow.ENDED:
                self.buttons.addWidget(QLabel(t("window.no_step")), 1)
        self.primary = names[0][0] if names else ""
        for i, (step, words) in enumerate(names[:3]):
            button = parts.button("primary" if i == 0 else "", partial(self.step.emit, step))
            button.setText(words)
            button.setObjectName(f"step-{step}")
            button.setEnabled(writable)
            button.setToolTip(why or (t("window.primary_tip") if i == 0 else ""))
            self.buttons.addWidget(button)
        self.buttons.addStretch(1)
        more = parts.Choice("plain")
        more.setText(t("window.more"))
        self._fill_more(more.menu(), card, names[3:], writable)
        self.buttons.addWidget(more)
        if held:
            (self.foot.findChild(QPushButton) or more).setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_more(self, menu: QMenu, card: Card, names: list[tuple[str, str]], writable: bool) -> None:
        menu.setToolTipsVisible(True)
        for step, words in names:
            menu.addAction(words, partial(self.step.emit, step)).setEnabled(writable)
        if names:
            menu.addSeparator()
        task = card.table == "task"
        menu.addAction(t("window.fly_there"), partial(self.asked.emit, "fly")).setEnabled(card.bounds is not None)
        asks = ["edit", "move", "delete"] if task else ["edit", "draw"] if card.table == "grid" else ["edit"]
        for ask in asks:
            action = menu.addAction(t(f"window.card_{ask}"), partial(self.asked.emit, ask))
            action.setEnabled(writable)
            action.setToolTip("" if writable else t("window.why_read_only"))

    def sizeHint(self) -> QSize:
        return QSize(400, 400)


def remaining(row: Mapping[str, Any]) -> clock.Remaining:
    """Return the lamp and the minutes left of a task's row, now."""
    return clock.remaining(
        str(row["status"]), row.get("dispatched_at"), row.get("due_at"), row.get("submitted_at"), datetime.now(UTC)
    )
