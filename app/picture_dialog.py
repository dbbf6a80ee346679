"""The dialog that makes a picture of the map: the form, the sheet beside it as it will be, and the making."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QResizeEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from app import parts, report, saving
from app.chart import frame, output
from app.chart.layout import Wish
from app.picture_form import KINDS, PictureForm
from app.picture_preview import Preview
from app.session import Session
from app.settings import Settings
from layers import map_page
from layers.domain.things import Bounds
from layers.errors import Known
from layers.words import t
from layers.workspace import Progress, Workspace

REST = 200  # ms that somebody must leave the form alone before the preview follows


class PictureDialog(QDialog):
    """Asks how the picture shall be and writes it; lives until it is closed."""

    def __init__(
        self,
        session: Session,
        wish: Wish,
        settings: Settings,
        parent: QWidget | None = None,
        areas: Mapping[str, Bounds] = MappingProxyType({}),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("picture")
        self.setWindowTitle(t("pictures.dialog"))
        self._session = session
        self._working = self._over = False
        self._done: Path | None = None
        self._leave_out = ""
        assert session.ws is not None
        self.form = PictureForm(wish, areas, settings)
        self._target = _folder() / f"{session.ws.path.stem}-{t('pictures.suffix')}.{self.form.kind}"
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self._ask_preview)
        self._build()
        self.set_target(self._target)
        self._changed()
        self.resize(1040, 680)
        self.form.changed.connect(self._changed)
        self.form.typed.connect(self._rest.start)
        session.progressed.connect(self._show_progress)
        session.closing.connect(self.reject)

    def _build(self) -> None:
        self.target = parts.Elided("", str(self._target))
        self.choose = parts.button("", self._ask_target)
        self.choose.setText(t("exporting.choose"))
        where = parts.row(self.target, self.choose, gap=12)
        where.setStretch(0, 1)
        self.trouble = parts.label("red", wrap=True)
        self.trouble.setObjectName("trouble")
        self.trouble.hide()
        self.way_out = parts.button("", self._go_without)
        self.way_out.setObjectName("picture-way-out")
        self.way_out.hide()
        self.left = QWidget()
        self.left.setFixedWidth(340)
        self.left.setLayout(
            parts.column(
                self.form, 8, parts.label("head", t("exporting.where")), where, None, self.trouble,
                parts.row(None, self.way_out), gap=8, margins=(20, 20, 20, 12),
            )
        )  # fmt: skip
        self.preview = Preview()
        self.summary = parts.Elided("quiet")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(140)
        self.bar.hide()
        self.cancel = parts.button("", self.reject)
        self.cancel.setText(t("exporting.cancel"))
        self.go = parts.button("primary", self._make)
        self.go.setObjectName("picture-go")
        self.go.setDefault(True)
        foot = parts.row(self.summary, self.bar, self.cancel, self.go, gap=12, margins=(24, 12, 24, 12))
        foot.setStretch(0, 1)
        middle = parts.row(self.left, parts.rule(vertical=True), self.preview, gap=0)
        middle.setStretch(2, 1)
        self.setLayout(parts.column(middle, parts.box("foot", foot), gap=0))

    def _changed(self) -> None:
        if self._target.suffix.lower() != f".{self.form.kind}":
            self.set_target(self._target.with_suffix(f".{self.form.kind}"))
        self._done = None
        self.go.setText(t("pictures.make"))
        self.cancel.setText(t("exporting.cancel"))
        self.go.setEnabled(bool(self.form.wish.layers))
        self._clear_trouble()
        self._rest.start()

    def _clear_trouble(self) -> None:
        self.trouble.hide()
        self.way_out.hide()

    def _ask_target(self) -> None:
        kind = self.form.kind
        pattern = f"{t(f'pictures.kind_{kind}')} (*.{kind})"
        path = saving.ask(self, t("pictures.dialog"), self._target, pattern, f".{kind}")
        if path is not None:
            self.set_target(path)

    def set_target(self, path: Path) -> None:
        """Write to this file; its name ends as its kind does."""
        ending = f".{self.form.kind}"
        ours = path.suffix.lower().removeprefix(".") in KINDS
        self._target = path.with_suffix(ending) if ours else path.with_name(path.name + ending)
        self.target.say(str(self._target))
        self._clear_trouble()

    # -- the preview -------------------------------------------------------------------------------------

    def _ask_preview(self) -> None:
        if self._over:
            return
        wish = self.form.wish
        if not wish.layers:
            self.preview.show_image(QImage())
            self.preview.say(t("pictures.no_layer"))
            return
        room = self.preview.room()
        self._session.look(
            small, wish, self.form.kind, room.width(), room.height(), key="picture-preview", aside=True,
            done=self._previewed, failed=self._fail,
        )  # fmt: skip

    def _previewed(self, made: tuple[QImage, int, bool]) -> None:
        if self._over:
            return
        image, n, empty = made
        self.preview.show_image(image)
        self.preview.say(t("pictures.nothing_here") if empty else "")
        if not self._working and self._done is None:
            self.summary.say(t("pictures.at_scale", scale=frame.text_scale(n)) if n else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rest.start()

    # -- making ------------------------------------------------------------------------------------------

    def _make(self) -> None:
        if self._done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._done.parent)))
            self.accept()
            return
        self.form.remember()
        self._set_working(True)
        self._session.work(
            make, self._target, self.form.wish, self.form.width_px, self.form.personal.isChecked(),
            label="picture", done=self._finished, failed=self._fail,
        )  # fmt: skip
        self._session.rested.connect(lambda: self._set_working(False), Qt.ConnectionType.SingleShotConnection)

    def _set_working(self, on: bool) -> None:
        if self._over:
            return
        self._working = on
        self.bar.setVisible(on)
        self.bar.setRange(0, 0)
        self.go.setEnabled(not on)
        self.left.setEnabled(not on)
        if on:
            self._clear_trouble()

    def _show_progress(self, label: str, done: int, total: int, words: str) -> None:
        if self._working and label == "picture":
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.summary.say(words)

    def _finished(self, path: Path) -> None:
        report.say(t("pictures.written", path=path))
        if self._over:
            return
        self._done = path
        self.summary.say(t("pictures.written", path=path.name))
        self.go.setText(t("exporting.open_folder"))
        self.cancel.setText(t("exporting.close"))

    def _fail(self, error: BaseException) -> None:
        if self._over:
            return
        if not isinstance(error, Known):
            self._working = False
            self.reject()
            report.show(error)
            return
        self.summary.say("")
        self.trouble.setText(str(error))
        self.trouble.show()
        self._leave_out = str(error.values.get("leave_out", ""))
        if self._leave_out in self.form.layers:
            self.way_out.setText(t("pictures.leave_out", layer=t(f"pictures.legend_{self._leave_out}")))
            self.way_out.show()

    def _go_without(self) -> None:
        """Leave out the layer that is too much."""
        self.form.layers[self._leave_out].setChecked(False)

    def done(self, result: int) -> None:
        self._over = True
        self._rest.stop()
        super().done(result)

    def reject(self) -> None:
        if self._working:
            self._session.cancel()
        elif not self._over:  # a closed dialog still hears that the session closes
            super().reject()


def small(ws: Workspace, wish: Wish, kind: str, width: int, height: int) -> tuple[QImage, int, bool]:
    """Return the sheet (for a page the map alone) as large as fits, N of its scale or 0, and whether it is empty."""
    if kind == "html":
        image, empty = output.view_of(ws, wish.bounds, max(width, 200), max(height, 200), 1.0, wish)
        return image, 0, empty
    size = wish.size
    scene, n = output.read(ws, wish)
    across = min(width, height * size.width() / size.height())
    return output.image(wish, scene, n, max(200, round(across))), n, scene.empty


def make(ws: Workspace, path: Path, wish: Wish, width: int, personal: bool, progress: Progress) -> Path:
    """Write the picture in the kind that the file's name ends in."""
    if path.suffix.lower() != ".html":
        return output.write(ws, path, wish, width, progress)
    map_page.write(
        ws, path, wish.bounds, wish.title, system=wish.system, layers=wish.layers, filter=wish.filter,
        picked=wish.picked, shade=wish.shade, personal=personal, progress=progress,
    )  # fmt: skip
    return path


def _folder() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or ".")
