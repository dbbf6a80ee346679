"""The form of a new task, in the inspector: it already knows where it is and who answers there."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from app import parts
from app.lookup import Lookup, Offer
from app.pin import pin_of
from app.session import Session
from app.text import place as written
from layers import grids, people, places, standards
from layers.domain import flow
from layers.domain.things import GridNode, Located, Suggestion
from layers.standards import Category
from layers.words import t
from layers.workspace import Workspace

DRAWN_KINDS = ("case", "hotline", "hazard", "spot_check")


def whereabouts(ws: Workspace, lon: float, lat: float) -> tuple[Located, dict[str, str]]:
    """Return where a point lies, and the name of every grid system by its code."""
    return places.locate(ws, lon, lat), {system.code: system.name for system in grids.systems(ws)}


class TaskForm(QFrame):
    """The form. ``saved(values)`` carries what `tasks.draw` takes, ``cancelled`` that it was given up."""

    saved = Signal(dict)
    cancelled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._session = session
        self._sketch: Mapping[str, Any] | None = None
        self._spot: tuple[float, float] | None = None
        self._located: Located | None = None
        self._category: Category | None = None
        self._titled = False  # whether the title was written by hand
        self._sent = False  # handed over and not answered yet: a second Enter makes no second task
        self.heading = parts.label("title")
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(8)
        self.facts.setVerticalSpacing(4)
        self.facts.setColumnMinimumWidth(0, 64)
        self.facts.setColumnStretch(1, 1)
        self.kind = parts.Choice("field")
        self.category = Lookup()
        self.title = QLineEdit()
        self.address = QLineEdit()
        self.description = QPlainTextEdit()
        self.description.setFixedHeight(72)
        self.description.setTabChangesFocus(True)
        self.priorities = QButtonGroup(self)
        self.priority_buttons = {name: parts.tool("segment") for name in flow.PRIORITIES}
        for button in self.priority_buttons.values():
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.priorities.addButton(button)
        self.missing = parts.label("red", wrap=True)
        self.suggestion = parts.label("small", wrap=True)
        self.uncounted = parts.label("small", wrap=True)
        self.save = parts.button("primary", self.send)
        self.save.setObjectName("task-save")
        self.cancel = parts.button("", self.cancelled.emit)
        self._lay_out()
        self.kind.chosen.connect(self._kind_chosen)
        self.category.asked.connect(self._ask_categories)
        self.category.taken.connect(self._take_category)
        self.category.textEdited.connect(lambda _text: self._drop_category())
        self.title.textEdited.connect(self._title_edited)
        self.title.returnPressed.connect(self.send)
        self.title.textChanged.connect(lambda _words: self._ask_for_category())
        self.retranslate()

    def _lay_out(self) -> None:
        self.labels = {name: parts.label("quiet") for name in ("kind", "category", "title", "address", "priority",
                                                               "description")}  # fmt: skip
        form = QGridLayout()
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(8)
        form.setColumnMinimumWidth(0, 64)
        form.setColumnStretch(1, 1)
        fields: list[tuple[str, QWidget]] = [
            ("kind", self.kind), ("category", self.category), ("title", self.title), ("address", self.address),
            ("priority", parts.box("ground", parts.row(*self.priority_buttons.values(), gap=2, margins=(2, 2, 2, 2)))),
            ("description", self.description),
        ]  # fmt: skip
        for i, (name, field) in enumerate(fields):
            top = Qt.AlignmentFlag.AlignTop if name == "description" else Qt.AlignmentFlag.AlignVCenter
            form.addWidget(self.labels[name], i, 0, top)
            side = Qt.AlignmentFlag.AlignLeft if name == "priority" else Qt.AlignmentFlag(0)
            form.addWidget(field, i, 1, side)
        inner = QWidget()
        inner.setProperty("part", "panel")
        inner.setLayout(
            parts.column(
                self.heading, self.facts, 4, parts.rule(), 4, form, self.uncounted, self.suggestion, self.missing, None,
                gap=8, margins=(16, 2, 16, 12),
            )
        )  # fmt: skip
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        foot = parts.box("foot", parts.row(self.save, self.cancel, None, margins=(16, 10, 16, 10)))
        self.setLayout(parts.column(scroll, foot, gap=0))

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.heading.setText(t("window.new_task"))
        for name, one in self.labels.items():
            one.setText(t(f"window.form_{name}"))
        self.kind.offer([(kind, t(f"tasks.kind_{kind}")) for kind in DRAWN_KINDS], self.kind.value or "case")
        for name, button in self.priority_buttons.items():
            button.setText(t(f"tasks.priority_{name}"))
        self.category.setPlaceholderText(t("window.form_category_hint"))
        self.address.setPlaceholderText(t("window.form_address_hint"))
        for name, field in (
            ("kind", self.kind), ("category", self.category), ("title", self.title),
            ("address", self.address), ("description", self.description),
        ):  # fmt: skip
            field.setAccessibleName(t(f"window.form_{name}"))
        self.save.setText(t("window.save"))
        self.save.setToolTip(t("window.save_tip"))
        self.cancel.setText(t("window.cancel"))
        self.uncounted.setText(t("window.form_no_category"))

    def start(self, geometry: Mapping[str, Any] | None, description: str = "") -> None:
        """Begin a task at what was drawn: a point, or a line or area with its pin; None: it has no place yet."""
        self._category, self._titled = None, False
        self.answered()
        for field in (self.category, self.title, self.address, self.description):
            field.clear()
        self.description.setPlainText(description)
        self.priority_buttons["normal"].setChecked(True)
        self.missing.hide()
        self.place(geometry)
        self._ask_for_category()
        self.category.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self, geometry: Mapping[str, Any] | None) -> None:
        """Put the task at what was drawn; what was typed stays."""
        self._sketch = geometry if geometry and geometry["type"] != "Point" else None
        self._spot = pin_of(geometry) if geometry else None
        self._located = None
        self.suggestion.hide()
        parts.clear(self.facts)
        if self._spot is not None:
            self._session.look(whereabouts, *self._spot, key="locate", aside=True, done=self._show_located)
        else:
            self.facts.addWidget(parts.label("quiet", t("window.form_place")), 0, 0)
            self.facts.addWidget(parts.label("", t("window.not_placed")), 0, 1)

    def _show_located(self, found: tuple[Located, dict[str, str]]) -> None:
        if self._spot is None:
            return  # the answer for a form that was given up
        self._located, names = found
        located = found[0]
        parts.clear(self.facts)
        rows: list[tuple[str, str]] = [(t("window.form_place"), written(located.lon, located.lat))]
        several = len(located.chains) > 1
        rows += [
            (
                names[code] if several else t("window.form_grid"),
                " ‹ ".join(_said(node) for node in chain),
            )
            for code, chain in located.chains.items()
        ]
        if not located.chains:
            rows.append((t("window.form_grid"), t("window.form_no_grid")))
        if located.road:
            rows.append((t("window.form_road"), located.road[1]))
        if located.place:
            rows.append((t("window.form_site"), located.place[1]))
        who = "、".join(dict.fromkeys(duty.party.name for duty in located.duties[:3]))
        if who:
            rows.append((t("window.form_duty"), who))
        for i, (name, said) in enumerate(rows):
            self.facts.addWidget(parts.label("quiet", name), i, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(parts.label("", said, wrap=True), i, 1)
        if located.road and not self.address.text():
            self.address.setText(located.road[1].split("（")[0])
        self._suggest()

    def _suggest(self) -> None:
        if self._located is None:
            return
        found: list[Suggestion] = people.suggest(self._located, self._category.code if self._category else None)
        self.suggestion.setVisible(bool(found))
        if found:
            self.suggestion.setText(t("window.form_suggest", who=found[0].party.name, why=found[0].reason))

    def _ask_categories(self, needle: str) -> None:
        if self._category is None:
            self._session.look(standards.categories, needle, key="categories", aside=True, done=self._offer_categories)

    def _offer_categories(self, found: list[Category]) -> None:
        self.category.offer([Offer(one, one.name, one.path) for one in found])

    def _take_category(self, category: Category) -> None:
        self._category = category
        self._ask_for_category()
        if not self._titled:
            self.title.setText(category.name)
        self._suggest()
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title.selectAll()

    def _drop_category(self) -> None:
        self._category = None
        self._ask_for_category()

    def _ask_for_category(self) -> None:
        """Say what a task without a category misses, as soon as it could be saved without one."""
        words = self.title.text().strip() or self.category.text().strip()
        self.uncounted.setVisible(self._category is None and bool(words))

    def _title_edited(self, words: str) -> None:
        self._titled = bool(words)

    def _kind_chosen(self, kind: object) -> None:
        self.kind.offer([(one, t(f"tasks.kind_{one}")) for one in DRAWN_KINDS], kind)

    def send(self) -> None:
        """Hand the form over once, or say what is missing; the next time is after `answered`."""
        if self._sent:
            return
        title = self.title.text().strip() or (self.category.text().strip())
        if not title:
            self.missing.setText(t("window.missing_title"))
            self.missing.show()
            self.title.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._sent = True
        self.save.setEnabled(False)
        lon, lat = self._spot or (None, None)
        priority = next(name for name, button in self.priority_buttons.items() if button.isChecked())
        one = self._category
        self.saved.emit(
            {
                "kind": self.kind.value,
                "title": title,
                "category": one.key if one else None,
                "lon": lon,
                "lat": lat,
                "sketch": self._sketch,
                "description": self.description.toPlainText().strip(),
                "priority": priority,
                "address": self.address.text().strip(),
            }
        )

    def answered(self) -> None:
        """Let the form be sent again: what was sent is saved or refused."""
        self._sent = False
        self.save.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.send()
        else:
            super().keyPressEvent(event)


def _said(node: GridNode) -> str:
    tail = node.code.rpartition("-")[2]
    return node.name if tail in node.name or "-" not in node.code or tail.startswith("Z") else f"{tail} {node.name}"
