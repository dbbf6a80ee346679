"""The form in the inspector that changes the plain facts of a thing: its name, a note, an address."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from app import parts
from layers.domain.things import Card
from layers.words import t

# What is offered per table; the front desk allows these and some more.
FIELDS = {
    "grid": ("name", "note"),
    "road_section": ("name", "from_name", "to_name", "note"),
    "place": ("name", "aliases", "address", "note"),
    "facility": ("name", "address", "note"),
    "task": ("title", "address", "description"),
}
LABELS = {
    "name": "window.form_name", "title": "window.form_title", "from_name": "window.form_from",
    "to_name": "window.form_to",
}  # fmt: skip
LONG = ("note", "description")


class EditForm(QFrame):
    """The form. ``saved(table, uuid, values)`` carries only what was changed; ``cancelled`` else."""

    saved = Signal(str, str, dict)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._card: Card | None = None
        self._fields: dict[str, QLineEdit | QPlainTextEdit] = {}
        self.heading = parts.label("title", wrap=True)
        self.form = QGridLayout()
        self.form.setHorizontalSpacing(8)
        self.form.setVerticalSpacing(8)
        self.form.setColumnMinimumWidth(0, 64)
        self.form.setColumnStretch(1, 1)
        self.save = parts.button("primary", self.send)
        self.save.setObjectName("edit-save")
        self.cancel = parts.button("", self.cancelled.emit)
        foot = parts.box("foot", parts.row(self.save, self.cancel, None, margins=(16, 10, 16, 10)))
        body = parts.column(self.heading, self.form, None, gap=12, margins=(16, 2, 16, 12))
        self.setLayout(parts.column(body, foot, gap=0))

    def start(self, card: Card) -> None:
        """Show the present facts of a thing."""
        self._card = card
        parts.clear(self.form)
        self._fields = {}
        self.heading.setText(card.title)
        self.save.setText(t("window.save"))
        self.cancel.setText(t("window.cancel"))
        for i, column in enumerate(FIELDS[card.table]):
            name = t(LABELS.get(column, f"cards.{column}"))
            value = str(card.values.get(column) or "")
            field: QLineEdit | QPlainTextEdit
            if column in LONG:
                field = QPlainTextEdit(value)
                field.setFixedHeight(96)
                field.setTabChangesFocus(True)
            else:
                field = QLineEdit(value)
                field.returnPressed.connect(self.send)
            field.setAccessibleName(name)
            field.setObjectName(f"edit-{column}")
            self._fields[column] = field
            self.form.addWidget(parts.label("quiet", name), i, 0, Qt.AlignmentFlag.AlignTop)
            self.form.addWidget(field, i, 1)
        first: QWidget = next(iter(self._fields.values()))
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def send(self) -> None:
        """Hand over what was changed; nothing changed counts as cancelled."""
        assert self._card is not None
        changed: dict[str, Any] = {}
        for column, field in self._fields.items():
            said = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
            if said.strip() != str(self._card.values.get(column) or ""):
                changed[column] = said.strip()
        if changed:
            self.saved.emit(self._card.table, self._card.uuid, changed)
        else:
            self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.send()
        else:
            super().keyPressEvent(event)
