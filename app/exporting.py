"""The export dialog: which tables, how the grids are split, whether personal data stays; then where it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QProgressBar, QWidget
from shiboken6 import isValid

from app import parts, report, saving, text
from app.session import Session
from app.worker import Job
from layers import exchange, workspace
from layers.errors import Known
from layers.words import t

# What is offered by name; the rest of the tables come along with the people.
OFFERED = ("grid", "road_section", "place", "facility", "task", "people")
_PEOPLE = ("department", "person", "team", "team_member", "duty")


class ExportDialog(QDialog):
    """Asks what to hand over and writes it; lives until it is closed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("export")
        self.setWindowTitle(t("exporting.title"))
        self._session = session
        self._over = self._replace = False
        self._job: Job | None = None  # the export under way
        self._done: Path | None = None
        assert session.ws is not None
        self._target = _folder() / f"{session.ws.path.stem}-{t('exporting.suffix')}.gpkg"
        self._build()
        self.setMinimumWidth(520)
        session.progressed.connect(self._show_progress)
        session.closing.connect(self.reject)
        session.look(workspace.counts, key="export-counts", done=self._count)

    def _build(self) -> None:
        self.tables: dict[str, QCheckBox] = {}
        self.counts = {name: parts.label("quiet") for name in OFFERED}
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for i, name in enumerate(OFFERED):
            box = QCheckBox(t(f"exporting.table_{name}"))
            box.setChecked(True)
            box.toggled.connect(self._changed)
            self.tables[name] = box
            grid.addWidget(box, i % 3, (i // 3) * 2)
            grid.addWidget(self.counts[name], i % 3, (i // 3) * 2 + 1)
        grid.setColumnStretch(3, 1)
        self.per_tier = QCheckBox(t("exporting.per_tier"))
        self.personal = QCheckBox(t("exporting.personal"))
        self.personal_note = parts.label("small", t("exporting.masked"), wrap=True)
        self.personal.toggled.connect(
            lambda on: self.personal_note.setText(t("exporting.unmasked" if on else "exporting.masked"))
        )
        self.target = parts.Elided("", str(self._target))
        self.choose = parts.button("", self._ask)
        self.choose.setText(t("exporting.choose"))
        self.trouble = parts.label("red", wrap=True)
        self.trouble.setObjectName("trouble")
        self.trouble.hide()
        self.summary = parts.label("quiet", wrap=True)
        self.summary.setSizePolicy(
            self.summary.sizePolicy().Policy.Expanding, self.summary.sizePolicy().verticalPolicy()
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(140)
        self.bar.hide()
        self.cancel = parts.button("", self.reject)
        self.cancel.setText(t("exporting.cancel"))
        self.go = parts.button("primary", self._export)
        self.go.setText(t("exporting.go"))
        self.go.setDefault(True)
        where = parts.row(self.target, self.choose, gap=12)
        where.setStretch(0, 1)
        self.form = QWidget()
        self.form.setLayout(
            parts.column(
                parts.label("head", t("exporting.what")), grid, 8,
                parts.label("head", t("exporting.how")), self.per_tier, self.personal, self.personal_note, 8,
                parts.label("head", t("exporting.where")), where,
                gap=8, margins=(24, 20, 24, 12),
            )
        )  # fmt: skip
        foot = parts.box(
            "foot", parts.row(self.summary, self.bar, self.cancel, self.go, gap=12, margins=(24, 12, 24, 12))
        )
        self.setLayout(parts.column(self.form, parts.row(self.trouble, margins=(24, 0, 24, 8)), None, foot, gap=0))

    def _count(self, counts: dict[str, int]) -> None:
        if self._over:
            return
        counts = {**counts, "people": counts.get("person", 0)}
        for name, label in self.counts.items():
            label.setText(text.number(counts.get(name, 0)))

    def _changed(self) -> None:
        self.per_tier.setEnabled(self.tables["grid"].isChecked())
        self.go.setEnabled(any(box.isChecked() for box in self.tables.values()))

    def _ask(self) -> None:
        path = saving.ask(self, t("exporting.title"), self._target, "GeoPackage (*.gpkg)", ".gpkg")
        if path is not None:
            self.set_target(path)
            self._agree(path.exists())  # the dialog has asked

    def set_target(self, path: Path) -> None:
        """Write to this file; its name ends in .gpkg."""
        self._target = saving.whole_name(path, ".gpkg")
        self.target.say(str(self._target))
        self.trouble.hide()
        self._agree(False)

    def _agree(self, on: bool) -> None:
        """Note whether a file of somebody else's may be replaced, which the button says then."""
        self._replace = on
        self.go.setText(t("exporting.replace" if on and self.trouble.isVisible() else "exporting.go"))

    def chosen(self) -> list[str]:
        """Return the tables to hand over, in the order of the schema."""
        wanted = {name for name, box in self.tables.items() if box.isChecked()}
        more = {"grid": ("grid_system", "grid_tier"), "task": ("task_sketch", "task_log", "media"), "people": _PEOPLE}
        names = {each for name in wanted for each in (name, *more.get(name, ()))}
        return [name for name in exchange.EXPORTED if name in names]

    def _export(self) -> None:
        if self._done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._done.parent)))
            self.accept()
            return
        if self._job is not None:
            return
        self._set_working(True)
        self._job = self._session.work(
            exchange.export,
            self._target,
            tables=self.chosen(),
            per_tier=self.per_tier.isChecked() and self.tables["grid"].isChecked(),
            personal=self.personal.isChecked(),
            replace=self._replace,
            label="export",
            done=self._alive(self._finished),
            failed=self._alive(self._fail),
            ended=self._ended,
        )

    def _ended(self) -> None:
        self._job = None
        if isValid(self) and not self._over:
            self._set_working(False)

    def _alive(self, answer: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return ``answer`` for as long as the dialog is open."""
        return lambda what: answer(what) if isValid(self) and not self._over else None

    def _set_working(self, on: bool) -> None:
        self.bar.setVisible(on)
        self.bar.setRange(0, 0)
        self.go.setEnabled(not on)
        self.form.setEnabled(not on)
        if on:
            self.trouble.hide()

    def _show_progress(self, label: str, done: int, total: int, words: str) -> None:
        if self._job is not None and label == "export":
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.summary.setText(words)

    def _finished(self, done: exchange.Exported) -> None:
        self._done = done.path
        rows = sum(count for _name, count in done.layers)
        said = t("exporting.done", layers=len(done.layers), rows=text.number(rows), path=done.path)
        self.summary.setText(t("exporting.done_short", layers=len(done.layers), rows=text.number(rows)))
        empty = [t(f"exporting.table_{name}") for name in OFFERED if {"people": "person"}.get(name, name) in done.empty]
        if empty:
            self.summary.setText(self.summary.text() + t("exporting.empty", names=t("exporting.and").join(empty)))
        self.go.setText(t("exporting.open_folder"))
        self.cancel.setText(t("exporting.close"))
        report.say(said)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, Known):
            self.reject()
            report.show(error)
            return
        self.summary.setText("")
        asks = error.key == "export_would_replace"
        self.trouble.setText(t("exporting.there", path=self._target.name) if asks else str(error))
        self.trouble.show()
        if asks:
            self._agree(True)

    def done(self, result: int) -> None:
        self._over = True
        super().done(result)

    def reject(self) -> None:
        if self._job is not None:
            self._job.stopped = True
        elif not self._over:  # a closed dialog still hears that the session closes
            super().reject()


def _folder() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or ".")
