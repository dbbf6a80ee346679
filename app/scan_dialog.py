"""The window that places a scan: click a spot in the image, then the same one on the map; it lies there at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QWidget

from app import parts, report
from app.base_maps import BaseMaps
from app.follows import Follows
from app.map import messages
from app.map.view import MapView
from app.scan_points import PointsTable
from app.scan_view import Box, ScanView
from app.session import Session
from layers import basemaps
from layers.basemaps import Base, ControlPoint, Fitted, Picture
from layers.errors import Known
from layers.words import t

WIDTH, HEIGHT = 520, 640
NEEDED = {"affine": 3, "projective": 4}


@dataclass(frozen=True)
class Picked:
    """A place on the map for the scan that is being placed."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Left:
    """Another tool of the map has begun: clicks on the map are no longer the scan's."""


def _picked(raw: Mapping[str, Any]) -> Picked:
    return Picked(*messages.degrees((raw["lon"], raw["lat"])))


messages.know("base_picked", _picked)
messages.know("base_left", lambda _raw: Left())


class ScanDialog(Follows, QDialog):
    """Places one image by points. What is found is seen on the map at once; Cancel leaves all as it was."""

    def __init__(self, session: Session, bases: BaseMaps, view: MapView, base: Base, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._session, self._bases, self._view = session, bases, view
        self._before = bases.get(base.id)  # None for a new one
        self.base = base
        self.points: list[ControlPoint] = list(base.points)
        self._past: list[tuple[ControlPoint, ...]] = []
        self._future: list[tuple[ControlPoint, ...]] = []
        self.pending: tuple[float, float] | None = None
        self.picked = -1
        self._picture: Picture | None = None
        self._fitted: Fitted | None = None
        self._over = False
        self._away = False  # whether another tool has the map
        self.hint = parts.label("strong", wrap=True)
        self.image = ScanView()
        self.table = PointsTable()
        self.error = parts.label("small", wrap=True)
        self.kind = parts.Choice("field")
        self.cancel = parts.button("", self.reject)
        self.finish = parts.button("primary", self.accept)
        self.finish.setObjectName("scan-finish")
        foot = parts.row(self.kind, None, self.cancel, self.finish)
        column = parts.column(self.hint, self.image, self.table, self.error, foot, gap=8, margins=(12, 12, 12, 12))
        column.setStretch(1, 1)
        self.setLayout(column)
        self.resize(WIDTH, HEIGHT)
        self.image.clicked.connect(self._image_clicked)
        self.image.moved.connect(self._image_moved)
        self.image.chosen.connect(self._choose)
        self.table.chosen.connect(self._row_chosen)
        self.table.placed.connect(self._typed)
        self.table.refused.connect(lambda: self._renew(fit=False))
        self.kind.chosen.connect(self._kind_chosen)
        view.heard.connect(self._heard)
        session.closing.connect(self.reject)
        self.dressed()
        self._open()

    # -- the image ---------------------------------------------------------------------------------------

    def _open(self) -> None:
        path, cache, name = self.base.path, self._bases.cache, self.base.name
        self.error.setText(t("basemaps.cutting", name=name))

        def opening(_ws: Any, progress: Any) -> Picture:
            return basemaps.open_picture(path, cache, progress, text=t("basemaps.cutting", name=name))

        self._session.work(opening, label="base", done=self._opened, failed=self._not_opened)

    def _opened(self, picture: Picture) -> None:
        if self._over:
            picture.close()
            return
        self._picture = picture
        self.image.show_image(picture.width, picture.height, self._part)
        self.error.setText("")
        self._renew()

    def _not_opened(self, error: BaseException) -> None:
        report.show(error)
        self.reject()

    def _part(self, box: Box, size: tuple[int, int], done: Callable[[bytes], None]) -> None:
        picture = self._picture
        if picture is None or self._over:
            return
        whole = box[0] <= 0 and box[1] <= 0 and box[2] >= picture.width and box[3] >= picture.height
        self._session.look(
            lambda _ws: picture.part(box, size),
            key=f"scan-{'whole' if whole and max(size) <= 1024 else 'part'}",
            done=lambda png: None if self._over else done(png),
            failed=lambda error: None if self._over else report.show(error),
            aside=True,
        )

    # -- points ------------------------------------------------------------------------------------------

    def _image_clicked(self, x: float, y: float) -> None:
        self.pending, self.picked, self._away = (x, y), -1, False
        self._renew(fit=False)

    def _keep(self) -> None:
        """Keep the points as they are: they are about to change."""
        self._past.append(tuple(self.points))
        self._future.clear()

    def _step(self, back: bool) -> None:
        """Take the last change of the points back, or make it again."""
        taken, given = (self._past, self._future) if back else (self._future, self._past)
        if not taken:
            return
        given.append(tuple(self.points))
        self.points = list(taken.pop())
        self.picked, self.pending = -1, None
        self._renew()

    def _image_moved(self, index: int, x: float, y: float) -> None:
        if self.image.begun:
            self._keep()
        self.points[index] = replace(self.points[index], x=x, y=y)
        self._renew()

    def _choose(self, index: int) -> None:
        self.picked, self.pending, self._away = index, None, False
        self._renew(fit=False)

    def _row_chosen(self, row: int) -> None:
        if row != self.picked and row < len(self.points):
            self._choose(row)

    def _heard(self, message: object) -> None:
        if isinstance(message, Picked) and not self._over:
            self.place(message.lon, message.lat)
        elif isinstance(message, Left) and not self._over:
            self.pending, self.picked, self._away = None, -1, True
            self._renew(fit=False)

    def place(self, lon: float, lat: float) -> None:
        """Say where on the map the spot clicked in the image lies, or the chosen point."""
        if self.pending is not None or self.picked >= 0:
            self._keep()
        if self.pending is not None and len(self.points) < basemaps.MOST_POINTS:
            self.points.append(ControlPoint(*self.pending, lon, lat))
            self.pending = None
        elif self.picked >= 0:
            self.points[self.picked] = replace(self.points[self.picked], lon=lon, lat=lat)
        self._renew()

    def _typed(self, row: int, lon: float, lat: float) -> None:
        if row < len(self.points):
            self._keep()
            self.points[row] = replace(self.points[row], lon=lon, lat=lat)
            self._renew()
        else:
            self.place(lon, lat)

    def remove(self) -> None:
        """Take the chosen point away."""
        if self.picked >= 0:
            self._keep()
            del self.points[self.picked]
            self.picked = -1
            self._renew()

    def _kind_chosen(self, kind: object) -> None:
        self.base = replace(self.base, fit=str(kind))
        self._renew()

    # -- what follows from them --------------------------------------------------------------------------

    def _renew(self, fit: bool = True) -> None:
        self._show()
        if not fit:
            return
        base = replace(self.base, points=tuple(self.points))
        if len(self.points) < NEEDED[base.fit]:
            self._fitted = None
            self._show()
            return
        self._session.look(
            lambda _ws: basemaps.fit(base), key="scan-fit", done=partial(self._found, base), failed=self._no_fit
        )

    def _found(self, base: Base, fitted: Fitted) -> None:
        if self._over:
            return
        self._fitted, self.base = fitted, base
        if self._bases.get(base.id) is None:
            self._bases.put(base)
            self._bases.change(base.id, visible=True)
        else:
            self._bases.change(base.id, points=base.points, fit=base.fit)
        self._show()

    def _no_fit(self, error: BaseException) -> None:
        if self._over:
            return
        self._fitted = None
        self._show()
        if isinstance(error, Known):
            self.error.setText(str(error))
        else:
            report.show(error)

    def _show(self) -> None:
        self.image.show_points([(one.x, one.y) for one in self.points], self.picked, self.pending)
        self.table.show_points(self.points, self.picked, self.pending is not None, self._fitted)
        self._view.keep(
            "base_points",
            points=[
                {"lon": one.lon, "lat": one.lat, "number": i + 1, "chosen": i == self.picked}
                for i, one in enumerate(self.points)
            ],
            picking=not (self._over or self._away),
        )
        self.hint.setText(self._next())
        # Only what is fitted and seen can be kept: an answer may still be under way.
        self.finish.setEnabled(self._fitted is not None and self.base.points == tuple(self.points))
        if self._fitted is not None:
            self.error.setText(self._how_well(self._fitted))
        elif self._picture is not None:
            self.error.setText("")
        self.kind.offer([(kind, t(f"basemaps.fit_{kind}")) for kind in NEEDED], self.base.fit)

    def _how_well(self, fitted: Fitted) -> str:
        if not fitted.known:
            return t("base3.no_error_known", count=len(fitted.residuals))
        mean, without = (f"{one:.1f}" for one in (fitted.mean, fitted.mean_without))
        if fitted.wrong < 0:
            return t("basemaps.mean_error", metres=mean, count=len(fitted.residuals))
        return t("base3.wrong_point", number=fitted.wrong + 1, mean=mean, without=without)

    def _next(self) -> str:
        if self.pending is not None:
            return t("basemaps.now_map", number=len(self.points) + 1)
        if self.picked >= 0:
            return t("basemaps.now_correct", number=self.picked + 1)
        missing = NEEDED[self.base.fit] - len(self.points)
        if missing > 0:
            return t("basemaps.now_image", number=len(self.points) + 1, missing=missing)
        return t("basemaps.now_done")

    # -- its end -----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.picked >= 0:
            self.remove()
        elif event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            self._step(event.matches(QKeySequence.StandardKey.Undo))
        elif event.key() == Qt.Key.Key_Escape and (self.pending is not None or self.picked >= 0):
            self.pending, self.picked = None, -1
            self._renew(fit=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # it ends an entry in the table, not the whole work
        else:
            super().keyPressEvent(event)

    def accept(self) -> None:
        self._end()
        super().accept()

    def reject(self) -> None:
        if not self._over:
            if self._before is not None:
                self._bases.change(self.base.id, points=self._before.points, fit=self._before.fit)
            else:
                self._bases.drop(self.base.id)
        self._end()
        super().reject()

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        self._view.heard.disconnect(self._heard)
        self._session.closing.disconnect(self.reject)
        self._view.keep("base_points", points=[], picking=False)
        if self._picture is not None:
            self._picture.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        super().closeEvent(event)

    def beside(self, window: QWidget) -> None:
        """Stand at the right of the window, so that the map can be clicked."""
        right = window.mapToGlobal(QPoint(window.width() - self.width() - 12, 56))
        self.move(right)

    def retranslate(self) -> None:
        self.setWindowTitle(t("basemaps.scan_title", name=self.base.name))
        self.cancel.setText(t("window.cancel"))
        self.finish.setText(t("basemaps.scan_finish"))
        self.image.setAccessibleName(t("basemaps.scan_title", name=self.base.name))
        self.image.setToolTip(t("basemaps.scan_keys"))
        self.table.retranslate()
        self._show()

    def tint(self) -> None:
        self.image.update()
        self._show()
