"""The sheet as it will be, small, while somebody still chooses."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme

MARGIN = 16


class Preview(QWidget):
    """Shows the last picture of the sheet, whole and in its middle, on the ground of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(420, 420)
        self.image = QImage()
        self.words = ""

    def show_image(self, image: QImage) -> None:
        """Show a picture."""
        self.image = image
        self.update()

    def say(self, words: str) -> None:
        """Write a sentence across the sheet; empty for none."""
        self.words = words
        self.update()

    def room(self) -> QSize:
        """Return the pixels that a picture has room in, finer on a fine screen."""
        ratio = self.devicePixelRatioF()
        return QSize(round((self.width() - 2 * MARGIN) * ratio), round((self.height() - 2 * MARGIN) * ratio))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tk = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tk.ground))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.image.isNull():
            size = self.image.size().scaled(
                self.width() - 2 * MARGIN, self.height() - 2 * MARGIN, Qt.AspectRatioMode.KeepAspectRatio
            )
            box = QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, *size.toTuple())
            for i in (3, 2, 1):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(0, 0, 0, 14))
                painter.drawRoundedRect(box.adjusted(-i, -i + 1, i, i + 1), 3, 3)
            painter.drawImage(box, self.image)
            painter.setPen(QPen(QColor(tk.line), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        if self.words:
            painter.setPen(QColor(tk.quiet))
            painter.drawText(
                self.rect().adjusted(32, 32, -32, -32),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                self.words,
            )
        painter.end()
