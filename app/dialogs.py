"""The few dialogs: a new workspace, the list of shortcuts, what this program is, and a crash report."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from app import parts, report
from app.actions import MENUS, SPECS, Actions
from layers import workspace
from layers.words import t

MORE_KEYS = ("arrows", "plus_minus", "home", "enter", "escape", "space", "double_click", "ctrl_click", "copy")


def _dialog(parent: QWidget, title: str) -> QDialog:
    made = QDialog(parent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.setWindowTitle(title)
    return made


class NewWorkspace(QDialog):
    """Asks for the name and the area code of a new workspace."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("window.do_new"))
        self.name = QLineEdit()
        self.name.setAccessibleName(t("window.new_name"))
        self.name.setPlaceholderText(t("window.new_name_hint"))
        self.code = QLineEdit()
        self.code.setAccessibleName(t("window.new_code"))
        self.code.setPlaceholderText(t("window.new_code_hint"))
        self.missing = parts.label("red", wrap=True)
        self.missing.hide()
        save = parts.button("primary", self.accept)
        save.setText(t("window.new_make"))
        save.setDefault(True)
        cancel = parts.button("", self.reject)
        cancel.setText(t("window.cancel"))
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for i, (label, field) in enumerate((("window.new_name", self.name), ("window.new_code", self.code))):
            form.addWidget(parts.label("quiet", t(label)), i, 0)
            form.addWidget(field, i, 1)
        self.setLayout(
            parts.column(form, self.missing, 4, parts.row(None, cancel, save), gap=8, margins=(20, 20, 20, 16))
        )
        self.setMinimumWidth(440)

    def accept(self) -> None:
        code = self.code.text().strip()
        if not self.name.text().strip():
            self._miss("window.missing_name", self.name)
        elif not workspace.is_area_code(code):
            self._miss("window.bad_area_code", self.code)
        else:
            super().accept()

    def _miss(self, key: str, field: QLineEdit) -> None:
        self.missing.setText(t(key))
        self.missing.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)


def shortcuts(parent: QWidget, actions: Actions) -> QDialog:
    """Return the list of every shortcut."""
    made = _dialog(parent, t("window.do_shortcuts"))
    columns = [QGridLayout(), QGridLayout()]
    for menu in MENUS:
        grid = columns[0 if menu in ("file", "edit", "help") else 1]
        _keys(grid, t(f"window.menu_{menu}"), [actions[spec.id] for spec in SPECS if spec.menu == menu])
    rest = columns[0]
    line = rest.rowCount()
    head = parts.label("head", t("window.keys_more"))
    head.setContentsMargins(0, 12, 0, 4)
    rest.addWidget(head, line, 0, 1, 2)
    for i, key in enumerate(MORE_KEYS, line + 1):
        rest.addWidget(parts.label("", t(f"window.keys_{key}_what")), i, 0)
        rest.addWidget(parts.label("quiet", t(f"window.keys_{key}")), i, 1)
    inner = QWidget()
    inner.setProperty("part", "page")
    sides = [parts.column(grid, None) for grid in columns]
    inner.setLayout(parts.row(*sides, gap=48, margins=(24, 12, 24, 24)))
    scroll = QScrollArea()
    scroll.setWidget(inner)
    scroll.setWidgetResizable(True)
    made.setLayout(parts.column(scroll))
    made.resize(760, 640)
    return made


def _keys(grid: QGridLayout, name: str, actions: list[QAction]) -> None:
    line = grid.rowCount()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    head = parts.label("head", name)
    head.setContentsMargins(0, 12, 0, 4)
    grid.addWidget(head, line, 0, 1, 2)
    for i, action in enumerate(actions, line + 1):
        grid.addWidget(parts.label("", action.text()), i, 0)
        grid.addWidget(parts.label("quiet", action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)), i, 1)


def about(parent: QWidget) -> QDialog:
    """Return what this program is, and of which versions it is made."""
    made = _dialog(parent, t("window.do_about"))
    versions = "\n".join(f"{name} {value}" for name, value in report.versions().items())
    shut = parts.button("primary", made.accept)
    shut.setText(t("window.close"))
    shown = parts.label("small", versions)
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setLayout(
        parts.column(
            parts.label("hero", t("window.name")), parts.label("quiet", t("window.claim"), wrap=True), 8, shown,
            parts.label("small", t("window.licence")), 8, parts.row(None, shut), margins=(24, 20, 24, 16),
        )
    )  # fmt: skip
    made.setMinimumWidth(440)
    return made


def crash(parent: QWidget | None, words: str) -> QDialog:
    """Return the report of a mistake of ours: it can be copied or saved, and work goes on."""
    made = QDialog(parent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.setObjectName("crash")
    made.setWindowTitle(t("window.crash_title"))
    shown = QPlainTextEdit(words)
    shown.setReadOnly(True)
    shown.setAccessibleName(t("window.crash_title"))
    shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    def save() -> None:
        name, _ = QFileDialog.getSaveFileName(made, t("window.crash_save"), "gewu-report.txt", "*.txt")
        if name:
            Path(name).write_text(words, encoding="utf-8")

    copy = parts.button("", lambda: QApplication.clipboard().setText(words))
    copy.setText(t("window.crash_copy"))
    keep = parts.button("", save)
    keep.setText(t("window.crash_save"))
    shut = parts.button("primary", made.accept)
    shut.setText(t("window.crash_go_on"))
    made.setLayout(
        parts.column(
            parts.label("title", t("window.crash_title")), parts.label("quiet", t("window.crash_text"), wrap=True),
            shown, parts.row(copy, keep, None, shut), gap=12, margins=(20, 20, 20, 16),
        )
    )  # fmt: skip
    made.resize(680, 440)
    return made
