"""The export dialog: which tables, how the grids are split, whether personal data stays; then where it is."""

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app import parts, report, saving, text
from app.session import Session
from app.writing_dialog import WritingDialog, documents
from layers import exchange, workspace
from layers.errors import Known
from layers.words import t

# What is offered by name; the rest of the tables come along with the people.
OFFERED = ("grid", "road_section", "place", "facility", "task", "people")
_PEOPLE = ("department", "person", "team", "team_member", "duty")


class ExportDialog(WritingDialog):
    """Asks what to hand over and writes it; lives until it is closed."""

    label, wraps = "export", True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "export", t("exporting.title"), parent)
        self._replace = False
        assert session.ws is not None
        self._build()
        self.set_target(documents() / f"{session.ws.path.stem}-{t('exporting.suffix')}.gpkg")
        self.setMinimumWidth(520)
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
        self.form = QWidget()
        self.form.setLayout(
            parts.column(
                parts.label("head", t("exporting.what")), grid, 8,
                parts.label("head", t("exporting.how")), self.per_tier, self.personal, self.personal_note, 8,
                parts.label("head", t("exporting.where")), self.where(),
                gap=8, margins=(24, 20, 24, 12),
            )
        )  # fmt: skip
        self.setLayout(
            parts.column(self.form, parts.row(self.trouble, margins=(24, 0, 24, 8)), None, self.foot(), gap=0)
        )

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

    def begin(self) -> None:
        self.write(
            exchange.export,
            self._target,
            tables=self.chosen(),
            per_tier=self.per_tier.isChecked() and self.tables["grid"].isChecked(),
            personal=self.personal.isChecked(),
            replace=self._replace,
            done=self._finished,
        )

    def _finished(self, done: exchange.Exported) -> None:
        rows = sum(count for _name, count in done.layers)
        words = t("exporting.done_short", layers=len(done.layers), rows=text.number(rows))
        empty = [t(f"exporting.table_{name}") for name in OFFERED if {"people": "person"}.get(name, name) in done.empty]
        if empty:
            words += t("exporting.empty", names=t("exporting.and").join(empty))
        self.finished_with(done.path, words)
        report.say(t("exporting.done", layers=len(done.layers), rows=text.number(rows), path=done.path))

    def fail(self, error: Known) -> None:
        super().fail(error)
        if error.key == "export_would_replace":
            self.trouble.setText(t("exporting.there", path=self._target.name))
            self._agree(True)
