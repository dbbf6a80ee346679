"""The dialog that makes a picture of the map: the form, the sheet beside it as it will be, and the making."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app import parts, report, saving
from app.chart import frame, output
from app.chart.layout import Wish
from app.picture_form import KINDS, PictureForm
from app.picture_preview import Preview
from app.session import Session
from app.settings import Settings
from app.writing_dialog import WritingDialog, documents
from layers import map_page
from layers.domain.things import Bounds
from layers.errors import Known
from layers.words import t
from layers.workspace import Progress, Workspace

WIDTH = 340  # px of the form
TITLE_BAR = 40  # px that the system takes above a dialog
REST = 200  # ms that somebody must leave the form alone before the preview follows


class PictureDialog(WritingDialog):
    """Asks how the picture shall be and writes it; lives until it is closed."""

    label = "picture"

    def __init__(
        self,
        session: Session,
        wish: Wish,
        settings: Settings,
        parent: QWidget | None = None,
        areas: Mapping[str, Bounds] = MappingProxyType({}),
    ) -> None:
        super().__init__(session, "picture", t("pictures.dialog"), parent)
        self._leave_out = ""
        assert session.ws is not None
        self.fields = PictureForm(wish, areas, settings)
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self._ask_preview)
        self._build()
        self.set_target(documents() / f"{session.ws.path.stem}-{t('pictures.suffix')}")
        self._changed()
        screen = self.screen().availableGeometry().size()
        self.resize(min(1040, screen.width() - 16), min(680, screen.height() - TITLE_BAR))
        self.fields.changed.connect(self._changed)
        self.fields.typed.connect(self._rest.start)

    def _build(self) -> None:
        self.way_out = parts.button("", self._go_without)
        self.way_out.setObjectName("picture-way-out")
        self.way_out.hide()
        inner = QWidget()
        inner.setLayout(
            parts.column(
                self.fields, 8, parts.label("head", t("exporting.where")), self.where(), None, self.trouble,
                parts.row(None, self.way_out), gap=8, margins=(20, 20, 20, 12),
            )
        )  # fmt: skip
        self.form = QScrollArea()
        self.form.setFrameShape(QFrame.Shape.NoFrame)
        self.form.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.form.setWidgetResizable(True)
        self.form.setWidget(inner)
        self.form.setFixedWidth(WIDTH)
        self.preview = Preview()
        self.go.setObjectName("picture-go")
        middle = parts.row(self.form, parts.rule(vertical=True), self.preview, gap=0)
        middle.setStretch(2, 1)
        self.setLayout(parts.column(middle, self.foot(), gap=0))

    def _changed(self) -> None:
        if self._target.suffix.lower() != f".{self.fields.kind}":
            self.set_target(self._target.with_suffix(f".{self.fields.kind}"))
        self._done = None
        self.go.setText(t("pictures.make"))
        self.cancel.setText(t("exporting.cancel"))
        self.go.setEnabled(bool(self.fields.wish.layers))
        self.clear_trouble()
        self._rest.start()

    def clear_trouble(self) -> None:
        super().clear_trouble()
        self.way_out.hide()

    def _ask(self) -> None:
        kind = self.fields.kind
        pattern = f"{t(f'pictures.kind_{kind}')} (*.{kind})"
        path = saving.ask(self, t("pictures.dialog"), self._target, pattern, f".{kind}")
        if path is not None:
            self.set_target(path)

    def set_target(self, path: Path) -> None:
        """Write to this file; its name ends as its kind does."""
        ending = f".{self.fields.kind}"
        ours = path.suffix.lower().removeprefix(".") in KINDS
        self._target = path.with_suffix(ending) if ours else path.with_name(path.name + ending)
        self.target.say(str(self._target))
        self.clear_trouble()

    # -- the preview -------------------------------------------------------------------------------------

    def _ask_preview(self) -> None:
        if self._over:
            return
        wish = self.fields.wish
        if not wish.layers:
            self.preview.show_image(QImage())
            self.preview.say(t("pictures.no_layer"))
            return
        room = self.preview.room()
        self._session.look(
            small, wish, self.fields.kind, room.width(), room.height(), key="picture-preview", aside=True,
            done=self._previewed, failed=self._alive(self._fail),
        )  # fmt: skip

    def _previewed(self, made: tuple[QImage, int, bool]) -> None:
        if self._over:
            return
        image, n, empty = made
        self.preview.show_image(image)
        self.preview.say(t("pictures.nothing_here") if empty else "")
        if not self.working and self._done is None:
            self.sum_up(t("pictures.at_scale", scale=frame.text_scale(n)) if n else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rest.start()

    # -- making ------------------------------------------------------------------------------------------

    def begin(self) -> None:
        self.fields.remember()
        form = self.fields
        self.write(
            make, self._target, form.wish, form.width_px, form.personal.isChecked(), done=self._finished
        )  # fmt: skip

    def _finished(self, path: Path) -> None:
        self.finished_with(path, t("boards3.made", name=path.name, size=f"{path.stat().st_size / 1e6:.1f}"))
        report.say(t("pictures.written", path=path))

    def fail(self, error: Known) -> None:
        super().fail(error)
        self._leave_out = str(error.values.get("leave_out", ""))
        if self._leave_out in self.fields.layers:
            self.way_out.setText(t("pictures.leave_out", layer=t(f"pictures.legend_{self._leave_out}")))
            self.way_out.show()

    def _go_without(self) -> None:
        """Leave out the layer that is too much."""
        self.fields.layers[self._leave_out].setChecked(False)

    def done(self, result: int) -> None:
        self._rest.stop()
        super().done(result)


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
        picked=wish.picked, shade=wish.shade, kinds=wish.kinds, personal=personal, progress=progress,
    )  # fmt: skip
    return path
