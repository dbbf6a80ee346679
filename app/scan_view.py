"""A large image to look at and click into: it moves and grows under the mouse, with the numbered points of a scan."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme

Box = tuple[float, float, float, float]
Ask = Callable[[Box, tuple[int, int], Callable[[bytes], None]], None]

GRAB = 11  # px around a point that take hold of it
STILL = 4  # px: a press that moved less is a click
SOON = 40  # ms between a movement and the question for a sharper part
MOST = 16.0  # screen pixels per image pixel
STEP = 12  # px that an arrow key moves the cross
RADIUS = 9


class ScanView(QWidget):
    """``clicked(x, y)`` tells of a place in the image, ``moved(i, x, y)`` of a point that was dragged there,
    ``chosen(i)`` of one that was pressed. Keys: arrows move a cross (Shift finer), Enter clicks there, + and - zoom.
    """

    clicked = Signal(float, float)
    moved = Signal(int, float, float)
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 240)
        self._size = (0, 0)
        self._ask: Ask | None = None
        self._scale, self._corner = 1.0, QPointF(0, 0)  # screen pixels per image pixel; the image's corner on screen
        self._whole: tuple[Box, QPixmap] | None = None
        self._sharp: tuple[Box, QPixmap] | None = None
        self._points: Sequence[tuple[float, float]] = ()
        self._pending: tuple[float, float] | None = None
        self._picked = -1
        self._cross: QPointF | None = None
        self._press: QPointF | None = None
        self._held = -1
        self._dragging = False
        self._moving = False
        self.begun = True  # whether what is told by ``moved`` is the first movement of a drag
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self._sharpen)

    # -- what is shown -----------------------------------------------------------------------------------

    def show_image(self, width: int, height: int, ask: Ask) -> None:
        """Show an image of so many pixels; ``ask(box, size, done)`` calls ``done`` with a part as PNG."""
        self._size, self._ask = (width, height), ask
        self.fit()

    def show_points(
        self, points: Sequence[tuple[float, float]], picked: int, pending: tuple[float, float] | None
    ) -> None:
        """Show numbered points, the picked one filled, and one whose place on the map is still wanted."""
        self._points, self._picked, self._pending = points, picked, pending
        self.update()

    def fit(self) -> None:
        """Show the whole image."""
        width, height = self._size
        if not width:
            return
        self._scale = min(self.width() / width, self.height() / height) * 0.96
        self._corner = QPointF((self.width() - width * self._scale) / 2, (self.height() - height * self._scale) / 2)
        self._ask_whole()
        self._look_again()

    def on_screen(self, x: float, y: float) -> QPointF:
        """Return where a pixel of the image is on the widget."""
        return self._corner + QPointF(x, y) * self._scale

    def in_image(self, at: QPointF) -> tuple[float, float]:
        """Return the pixel of the image at a place of the widget."""
        off = (at - self._corner) / self._scale
        return off.x(), off.y()

    @property
    def drawn(self) -> bool:
        """Whether the present part of the image is on the screen."""
        return self._sharp is not None and not self._soon.isActive() and self._sharp[0] == self._wanted()

    def zoom(self, factor: float, at: QPointF) -> None:
        """Make the image larger or smaller around a place of the widget."""
        if not self._size[0]:
            return
        least = min(self.width() / self._size[0], self.height() / self._size[1]) * 0.5
        new = min(max(self._scale * factor, least), MOST)
        self._corner = at - (at - self._corner) * (new / self._scale)
        self._scale = new
        self._look_again()

    def _look_again(self) -> None:
        self._soon.start()
        self.update()

    def _wanted(self) -> Box:
        """Return the part of the image that is in sight, in its pixels."""
        left, upper = self.in_image(QPointF(0, 0))
        right, lower = self.in_image(QPointF(self.width(), self.height()))
        width, height = self._size
        return max(left, 0.0), max(upper, 0.0), min(right, float(width)), min(lower, float(height))

    def _ask_whole(self) -> None:
        width, height = self._size
        if self._ask is None or self._whole is not None:
            return
        box = (0.0, 0.0, float(width), float(height))
        share = min(1.0, 1024 / max(width, height))
        size = (max(1, round(width * share)), max(1, round(height * share)))

        def done(png: bytes) -> None:
            self._whole = (box, _pixmap(png))
            self.update()

        self._ask(box, size, done)

    def _sharpen(self) -> None:
        box = self._wanted()
        if self._ask is None or box[2] - box[0] < 1 or box[3] - box[1] < 1:
            return
        ratio = self._scale * self.devicePixelRatioF()
        size = (max(1, round((box[2] - box[0]) * ratio)), max(1, round((box[3] - box[1]) * ratio)))

        def done(png: bytes) -> None:
            self._sharp = (box, _pixmap(png))
            self.update()

        self._ask(box, size, done)

    # -- painting ----------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        tk = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tk.well))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for part in (self._whole, self._sharp):
            if part is not None:
                box, pixmap = part
                target = QRectF(self.on_screen(box[0], box[1]), self.on_screen(box[2], box[3]))
                painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        for i, (x, y) in enumerate(self._points):
            self._paint_point(painter, self.on_screen(x, y), str(i + 1), i == self._picked)
        if self._pending is not None:
            self._paint_point(painter, self.on_screen(*self._pending), str(len(self._points) + 1), True)
        if self._cross is not None and self.hasFocus():
            painter.setPen(QPen(QColor(tk.accent), 1))
            painter.drawLine(self._cross - QPointF(14, 0), self._cross + QPointF(14, 0))
            painter.drawLine(self._cross - QPointF(0, 14), self._cross + QPointF(0, 14))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(tk.accent if self.hasFocus() else tk.line))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_point(self, painter: QPainter, at: QPointF, number: str, filled: bool) -> None:
        tk = theme.tokens()
        painter.setPen(QPen(QColor(tk.accent), 2))
        painter.setBrush(QColor(tk.accent if filled else tk.panel))
        painter.drawEllipse(at, RADIUS, RADIUS)
        painter.setPen(QColor(tk.on_accent if filled else tk.accent))
        painter.setFont(theme.face(11, strong=True))
        painter.drawText(
            QRectF(at.x() - RADIUS, at.y() - RADIUS, 2 * RADIUS, 2 * RADIUS), Qt.AlignmentFlag.AlignCenter, number
        )

    # -- mouse and keys ----------------------------------------------------------------------------------

    def _near(self, at: QPointF) -> int:
        for i in range(len(self._points) - 1, -1, -1):
            off = self.on_screen(*self._points[i]) - at
            if off.x() ** 2 + off.y() ** 2 <= GRAB**2:
                return i
        return -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press, self._dragging, self._moving = event.position(), False, False
        self._held = self._near(event.position()) if event.button() == Qt.MouseButton.LeftButton else -1
        self._cross = None
        if self._held >= 0:
            self.chosen.emit(self._held)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        off = event.position() - self._press
        self._dragging = self._dragging or off.manhattanLength() > STILL
        if not self._dragging:
            return
        if self._held >= 0:
            self.begun = not self._moving
            self._moving = True
            self.moved.emit(self._held, *self.in_image(event.position()))
        else:
            self._corner += off
            self._press = event.position()
            self._look_again()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        click = self._press is not None and not self._dragging and self._held < 0
        self._press, self._held = None, -1
        if click and event.button() == Qt.MouseButton.LeftButton:
            self._click(event.position())

    def _click(self, at: QPointF) -> None:
        x, y = self.in_image(at)
        if 0 <= x <= self._size[0] and 0 <= y <= self._size[1]:
            self.clicked.emit(x, y)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.2 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        ways = {
            Qt.Key.Key_Left: (-step, 0), Qt.Key.Key_Right: (step, 0),
            Qt.Key.Key_Up: (0, -step), Qt.Key.Key_Down: (0, step),
        }  # fmt: skip
        middle = QPointF(self.width() / 2, self.height() / 2)
        cross = self._cross if self._cross is not None else middle
        key = Qt.Key(event.key())
        if key in ways:
            moved = cross + QPointF(*ways[key])
            self._cross = QPointF(min(max(moved.x(), 0), self.width()), min(max(moved.y(), 0), self.height()))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._cross = cross
            self._click(cross)
        elif event.text() in ("+", "="):
            self.zoom(1.5, cross)
        elif event.text() in ("-", "_"):
            self.zoom(1 / 1.5, cross)
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() <= 0 or self._sharp is None:
            self.fit()
        else:
            self._look_again()


def _pixmap(png: bytes) -> QPixmap:
    made = QPixmap()
    made.loadFromData(png, "PNG")
    return made
