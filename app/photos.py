"""The photos of a task: a strip of thumbnails, a place to drop new ones, and one shown large."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton, QWidget

from app import parts, text, theme
from app.flow_layout import Flow
from layers.domain.things import Photo
from layers.words import t

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
WIDE, HIGH = 112, 68
# Which stage a photo belongs to when it is handed in while the task is in a status.
STAGES = {
    "reported": "report", "verified": "report", "filed": "report", "dispatched": "before", "handling": "after",
    "submitted": "check", "checked": "check",
}  # fmt: skip


class Thumb(parts.Pressed):
    """One small photo with its stage and time."""

    def __init__(self, photo: Photo, zone: str) -> None:
        super().__init__()
        self.photo = photo
        self._picture = QPixmap()
        self._picture.loadFromData(photo.thumb)
        at = text.when_short(photo.taken_at, zone)[6:] if photo.taken_at else ""
        self._words = f"{t(f'tasks.stage_{photo.stage}')} {at}".strip()
        self.setFixedSize(WIDE, HIGH)
        self.setToolTip(text.tip(f"{photo.name}\n{text.when(photo.taken_at, zone)}".strip()))
        self.setAccessibleName(f"{self._words} {photo.name}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), QColor(theme.tokens().line))
        if not self._picture.isNull():
            aspect = Qt.AspectRatioMode.KeepAspectRatioByExpanding
            size = self._picture.size().scaled(self.size(), aspect)
            x, y = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
            painter.drawPixmap(x, y, size.width(), size.height(), self._picture)
        painter.fillRect(0, HIGH - 20, WIDE, 20, QColor(0, 0, 0, 110))
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(theme.face(11))
        area = self.rect().adjusted(8, HIGH - 20, -4, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)
        if self.hasFocus() or self.underMouse():
            painter.setClipping(False)
            painter.setPen(QColor(theme.tokens().accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()


class Strip(QWidget):
    """The strip. ``given(paths)`` brings new photos, ``opened(photo)`` wants one large."""

    given = Signal(list)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.flow = Flow(8)
        self.setLayout(self.flow)
        self.drop = QPushButton(self)
        self.drop.setProperty("part", "drop")
        self.drop.setFixedSize(WIDE, HIGH)
        self.drop.setStyleSheet(f"min-height: {HIGH - 2}px; max-height: {HIGH - 2}px; padding: 0;")
        self.drop.clicked.connect(self.choose)
        self.setAcceptDrops(True)

    def show_photos(self, photos: Sequence[Photo], zone: str, writable: bool) -> None:
        """Show other photos."""
        self.flow.removeWidget(self.drop)
        parts.clear(self.flow)
        for photo in photos:
            thumb = Thumb(photo, zone)
            thumb.pressed.connect(partial(self.opened.emit, photo))
            self.flow.addWidget(thumb)
        self.drop.setText(t("window.photos_drop"))
        self.drop.setToolTip(t("window.photos_drop_tip") if writable else t("window.why_read_only"))
        self.drop.setEnabled(writable)
        self.setAcceptDrops(writable)
        self.flow.addWidget(self.drop)
        self.drop.show()
        self.updateGeometry()

    def choose(self) -> None:
        """Let somebody choose photos from the disk."""
        pattern = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        names, _ = QFileDialog.getOpenFileNames(
            self.window(), t("window.photos_choose"), "", f"{t('window.photos')} ({pattern})"
        )
        if names:
            self.given.emit([Path(name) for name in names])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if photos_in(event):
            parts.set_tone(self.drop, "over", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        parts.set_tone(self.drop, "over", "false")

    def dropEvent(self, event: QDropEvent) -> None:
        parts.set_tone(self.drop, "over", "false")
        paths = photos_in(event)
        if paths:
            event.acceptProposedAction()
            self.given.emit(paths)


def photos_in(event: QDropEvent) -> list[Path]:
    """Return the picture files that are being dragged."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in SUFFIXES]


class Large(QDialog):
    """One photo as large as the window allows; arrows go to the next, Escape closes."""

    def __init__(
        self,
        parent: QWidget,
        photos: Sequence[Photo],
        first: int,
        fetch: Callable[[str, Callable[[bytes], None]], None],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._photos, self._at, self._fetch = list(photos), first, fetch
        self._picture = QPixmap()
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(320, 240)
        self.setLayout(parts.column(self.picture))
        self.resize(parent.window().size() * 0.8)
        self._show()

    def _show(self) -> None:
        photo = self._photos[self._at]
        self.setWindowTitle(f"{t(f'tasks.stage_{photo.stage}')} · {photo.name}  {self._at + 1}/{len(self._photos)}")
        self._fetch(photo.sha256, self._arrived)

    def _arrived(self, data: bytes) -> None:
        self._picture = QPixmap()
        self._picture.loadFromData(data)
        self._scale()

    def _scale(self) -> None:
        if not self._picture.isNull():
            ratio = self.devicePixelRatioF()
            whole = self._picture.scaled(
                self.picture.size() * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            whole.setDevicePixelRatio(ratio)
            self.picture.setPixmap(whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scale()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self._at = (self._at + by) % len(self._photos)
            self._show()
