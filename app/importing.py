"""The import dialog: what the file holds, as what it comes in, where it would land; nothing is written before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QStackedLayout, QWidget
from shiboken6 import isValid

from app import parts, report, text
from app.importing_fields import Fields, FieldsView
from app.importing_grids import GridChoices
from app.importing_picture import Picture
from app.importing_result import Result
from app.importing_systems import CODINGS, SYSTEMS, coding_name, crs_name
from app.session import Session
from app.worker import Job
from layers import exchange
from layers.domain.tables import Source, SourceLayer
from layers.errors import Known
from layers.exchange_forecast import COUNTED, Forecast, forecast
from layers.exchange_landing import Landing, landing
from layers.words import t
from layers.workspace import Workspace

LOADING, CHOOSING, RESULT = 0, 1, 2
Ahead = tuple[Landing | None, Forecast | None]


SETTLE = 1000  # ms between closing and deleting


class ImportDialog(QDialog):
    """Asks what a foreign file means and brings it in; lives until it is closed. ``imported(result)`` is said once."""

    imported = Signal(object)

    def __init__(
        self, session: Session, path: Path, parent: QWidget | None = None, source: Source | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setWindowTitle(t("importing.title", name=path.name))
        self._session = session
        self._path = path
        self._source: Source | None = None
        self._layer: SourceLayer | None = None
        self._as = ""
        self._encoding: str | None = None
        self._crs: str | None = None
        self._job: Job | None = None  # the import under way
        self._over = False
        self._placeless = False  # shapes whose coordinate system nobody has said
        self._build()
        self.resize(980, 676)
        session.progressed.connect(self._show_progress)
        session.closing.connect(self.reject)
        if source is None:
            self._read()
        else:
            self._show(source)

    # -- the page ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.loading = parts.label("quiet", t("importing.reading", name=self._path.name))
        self.loading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.outcome = Result()
        self.pages = QStackedLayout()
        self.choosing = self._choosing()
        for page in (self.loading, self.choosing, self.outcome):
            self.pages.addWidget(page)
        self.trouble = parts.label("red", wrap=True)
        self.trouble.setObjectName("trouble")
        self.trouble.hide()
        self.summary = parts.label("quiet", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.hide()
        self.cancel = parts.button("", self.reject)
        self.cancel.setText(t("importing.cancel"))
        self.go = parts.button("primary", self._import)
        self.go.setText(t("importing.go"))
        self.go.setDefault(True)
        self.go.setEnabled(False)
        foot = parts.box(
            "foot", parts.row(self.summary, self.bar, self.cancel, self.go, gap=12, margins=(20, 12, 20, 12))
        )
        self.summary.setSizePolicy(
            self.summary.sizePolicy().Policy.Expanding, self.summary.sizePolicy().verticalPolicy()
        )
        holder = QWidget()
        holder.setLayout(self.pages)
        trouble = parts.row(self.trouble, margins=(20, 8, 20, 0))
        whole = parts.column(holder, trouble, foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def _choosing(self) -> QWidget:
        self.layers = self._choice(self._choose_layer)
        self.kinds = self._choice(self._choose_kind)
        self.encodings = self._choice(self._choose_encoding)
        self.crss = self._choice(self._choose_crs)
        self.encoding_why = parts.label("small", wrap=True)
        self.crs_why = parts.label("small", wrap=True)
        self.grid_box = GridChoices(self._path.stem, self._session.ws.name if self._session.ws else "")
        self.grid_box.changed.connect(self._land)
        self.picture = Picture()
        self.landed = parts.label("small", wrap=True)
        left = QWidget()
        left.setFixedWidth(272)
        left.setLayout(
            parts.column(
                self._titled("importing.as", self.kinds), self._titled("importing.layer", self.layers), self.grid_box,
                self._titled("importing.crs", self.crss, self.crs_why),
                self._titled("importing.encoding", self.encodings, self.encoding_why), self.picture, self.landed, None,
                gap=10,
            )
        )  # fmt: skip
        self.fields = Fields(self)
        self.fields.changed.connect(self._land)
        self.table = FieldsView(self.fields)
        right = parts.box("card", parts.column(self.table, margins=(1, 1, 1, 1)))
        page = QWidget()
        page.setLayout(parts.row(left, right, gap=16, margins=(20, 16, 20, 8)))
        return page

    def _choice(self, chosen: Callable[[Any], None]) -> parts.Choice:
        made = parts.Choice("field")
        made.setSizePolicy(made.sizePolicy().Policy.Ignored, made.sizePolicy().Policy.Fixed)
        made.setMinimumHeight(30)
        made.chosen.connect(chosen)
        return made

    def _titled(self, key: str, *widgets: QWidget) -> Any:
        widgets[0].setAccessibleName(t(key))
        return parts.column(parts.label("head", t(key)), *widgets, gap=4)

    # -- reading the file --------------------------------------------------------------------------------

    def _read(self) -> None:
        """Look into the file aside from the window; only the newest answer counts."""
        self.pages.setCurrentIndex(LOADING if self._source is None else CHOOSING)
        path, encoding, crs = self._path, self._encoding, self._crs
        self._look(
            lambda _ws: exchange.preview(path, encoding=encoding, crs=crs), key="import-preview", done=self._show
        )

    def _look(self, find: Callable[[Workspace], Any], key: str, done: Callable[[Any], None]) -> None:
        self._session.look(find, key=key, done=self._alive(done), failed=self._alive(self._fail), aside=True)

    def _alive(self, answer: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return ``answer`` for as long as the dialog is open: what comes later has nobody to tell it to."""

        def tell(what: Any) -> None:
            if isValid(self) and not self._over:
                answer(what)

        return tell

    def _show(self, source: Source) -> None:
        self.trouble.hide()
        name = self._layer.name if self._layer else None
        self._source = source
        self.layers.offer([(n, self._layer_text(one)) for n, one in enumerate(source.layers)], 0)
        known = [one for one in source.layers if one.name == name]
        self._take_layer(known[0] if known else source.layers[0], fresh=not known)
        self.pages.setCurrentIndex(CHOOSING)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _layer_text(layer: SourceLayer) -> str:
        return t("importing.layer_count", name=layer.name, count=text.number(layer.count))

    def _take_layer(self, layer: SourceLayer, *, fresh: bool) -> None:
        self._layer = layer
        assert self._source is not None
        at = self._source.layers.index(layer)
        self.layers.offer([(n, self._layer_text(one)) for n, one in enumerate(self._source.layers)], at)
        if fresh or not self._as:
            self._as = exchange.guess_kind(layer)
        self.kinds.offer([(kind, t(f"importing.as_{kind}")) for kind in exchange.KINDS], self._as)
        codings = list(dict.fromkeys([layer.encoding, *CODINGS]))
        self.encodings.offer([(c, coding_name(c)) for c in codings], layer.encoding)
        self.encoding_why.setText(t(layer.encoding_reason) if layer.encoding_reason else "")
        place = bool(layer.geometry_kind)
        crs = layer.crs or self._crs
        self._placeless = place and not crs
        shown = list(dict.fromkeys([crs or "", *SYSTEMS]))
        self.crss.offer([(c, crs_name(c, place)) for c in shown], crs or "")
        self.crs_why.setText(t(layer.crs_reason) if layer.crs_reason else "" if place else t("importing.crs_columns"))
        fields = [field.name for field in layer.fields if field.type != "blob"]
        mapping = exchange.guess_mapping(layer, self._as)
        self.fields.show(layer, self._as, mapping)
        self.grid_box.offer(fields, mapping.values())
        self.go.setEnabled(not self._placeless)
        self._land()

    def _land(self) -> None:
        self.grid_box.setVisible(self._as == "grids")
        layer, source = self._layer, self._source
        if layer is None or source is None:
            return
        self._summarise(layer)
        as_, mapping, crs, encoding = self._as, dict(self.fields.mapping), self._crs, self._encoding
        tiers, dissolve = self.grid_box.named(), self.grid_box.dissolved()

        def find(ws: Workspace) -> Ahead:
            try:
                found = landing(ws, source, layer, as_, mapping, crs, encoding)
                counted = forecast(
                    ws, source, layer, as_, mapping, tiers=tiers, dissolve=dissolve, crs=crs, encoding=encoding
                )
            except Known:
                return None, None  # importing says what is wrong
            return found, counted

        if self._placeless:
            self.picture.say(t("importing.choose_crs"))
            self.landed.setText("")
            return
        self.picture.say(t("importing.looking"))
        self._look(find, key="import-landing", done=self._show_ahead)

    def _summarise(self, layer: SourceLayer) -> None:
        count = text.number(layer.count)
        self.summary.setText(t("importing.summary", count=count, kind=t(f"importing.as_{self._as}")))

    def _show_ahead(self, ahead: Ahead) -> None:
        found, counted = ahead
        self.picture.show_landing(found)
        said = []
        if counted is not None and self._as == "grids":
            said.append(t("importing.ahead_tiers", tiers="+".join(str(count) for count in counted.tiers)))
        elif counted is not None:
            key = "importing.ahead_tasks" if self._as == "tasks" else "importing.ahead_facilities"
            said.append(t(key, placed=text.number(counted.placed), unplaced=text.number(counted.unplaced)))
        elif self._layer is not None and self._layer.count > COUNTED:
            said.append(t("importing.ahead_later", count=text.number(COUNTED)))
        if found is not None and found.apart:
            said.append(t("importing.apart"))
        self.landed.setText("\n".join(said))

    # -- choices -----------------------------------------------------------------------------------------

    def _choose_layer(self, at: Any) -> None:
        if self._source is not None:
            self._take_layer(self._source.layers[int(at)], fresh=True)

    def _choose_kind(self, kind: Any) -> None:
        self._as = str(kind)
        if self._layer is not None:
            self._take_layer(self._layer, fresh=False)

    def _choose_encoding(self, name: Any) -> None:
        self._encoding = str(name)
        self._read()

    def _choose_crs(self, name: Any) -> None:
        self._crs = str(name) or None
        self._read()

    # -- doing it ----------------------------------------------------------------------------------------

    def _import(self) -> None:
        if self.pages.currentIndex() == RESULT:
            self.accept()
            return
        if self._layer is None or self._job is not None:
            return
        self._set_working(True)
        self._job = self._session.work(
            exchange.import_file,
            self._path,
            as_=self._as,
            layer=self._layer.name,
            mapping=self.fields.mapping,
            system=self.grid_box.name() if self._as == "grids" else None,
            tier=(self.grid_box.named() or None) if self._as == "grids" else None,
            dissolve=self.grid_box.dissolved() if self._as == "grids" else [],
            crs=self._crs,
            encoding=self._encoding,
            label="import",
            done=self._alive(self._finished),
            failed=self._alive(self._fail),
            ended=self._ended,
        )

    def _set_working(self, on: bool) -> None:
        self.trouble.hide()
        self.bar.setVisible(on)
        self.bar.setRange(0, 0 if on else 1)  # an endless bar goes on moving, hidden or not
        self.go.setEnabled(not on and not self._placeless)
        self.choosing.setEnabled(not on)

    def _show_progress(self, label: str, done: int, total: int, words: str) -> None:
        if self._job is not None and label == "import":
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.summary.setText(words)

    def _ended(self) -> None:
        """The import is over, well or not: the choices stand again."""
        self._job = None
        if not isValid(self) or self._over:
            return
        self._set_working(False)
        if self._layer is not None:
            self.summary.setText(
                t("importing.summary", count=text.number(self._layer.count), kind=t(f"importing.as_{self._as}"))
            )

    def _finished(self, done: exchange.Imported) -> None:
        self.outcome.show_result(done, self._as)
        self.pages.setCurrentIndex(RESULT)
        self.summary.setText("")
        self.cancel.hide()
        self.go.setText(t("importing.close"))
        self.go.setEnabled(True)
        report.say(self.outcome.headline)
        self.imported.emit(done)

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, Known):
            self.reject()
            report.show(error)
            return
        self.trouble.setText(str(error))
        self.trouble.show()
        if self._source is None:
            self.loading.setText("")

    def done(self, result: int) -> None:
        self._over = True
        super().done(result)
        # Not WA_DeleteOnClose: deleted in the turn of the import's answer, Qt 6.11 crashed in its own deletion.
        QTimer.singleShot(SETTLE, self, self.deleteLater)

    def reject(self) -> None:
        if self._job is not None:
            self._job.stopped = True
        elif not self._over:  # a closed dialog still hears that the session closes
            super().reject()
