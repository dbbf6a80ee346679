"""The small picture of where an import would land: the workspace quiet, the file in the accent colour."""

from collections.abc import Iterable
from math import cos, radians

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from layers.domain.things import Bounds
from layers.exchange_landing import Landing, Line
from layers.words import t

EDGE = 12


class Picture(QWidget):
    """Paints a `Landing`; empty until there is one."""

    def __init__(self) -> None:
        super().__init__()
        self._landing: Landing | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(72)
        self.setMaximumHeight(200)
        self.setAccessibleName(t("importing.picture"))

    def show_landing(self, landing: Landing | None) -> None:
        """Show where the file would land, or nothing."""
        self._landing = landing
        self._words = t("importing.no_place")
        self.update()

    def say(self, words: str) -> None:
        """Show a sentence instead: what is waited for, or must be chosen first."""
        self._landing, self._words = None, words
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, 168)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tk = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tk.line), 1))
        painter.setBrush(QColor(tk.well))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        found = self._landing
        # A file that lies elsewhere is shown alone: beside each other both would be dots.
        frame = found.frame if found and not found.apart else None
        boxes = [box for box in (frame, found.box) if box is not None] if found else []
        if not found or not boxes:
            painter.setPen(QColor(tk.quiet))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(EDGE, 0, -EDGE, 0), flags, self._words)
            painter.end()
            return
        way = _Way(boxes, QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE))
        if frame is not None:
            painter.setBrush(QColor(tk.panel))
            painter.setPen(QPen(theme.mix(tk.quiet, tk.panel, 0.7), 1))
            self._draw(painter, way, found.around or (_corners(frame),), closed=True)
        accent = QColor(tk.accent)
        soft = QColor(accent)
        soft.setAlphaF(0.14)
        painter.setBrush(soft)
        painter.setPen(QPen(accent, 1))
        lines = found.lines
        if not lines and not found.points and found.box is not None:
            lines = (_corners(found.box),)
        self._draw(painter, way, lines, closed=False)
        painter.setBrush(accent)
        painter.setPen(QPen(QColor(tk.panel), 0.75))
        for lon, lat in found.points:
            painter.drawEllipse(way.at(lon, lat), 2.5, 2.5)
        painter.end()

    @staticmethod
    def _draw(painter: QPainter, way: "_Way", lines: Iterable[Line], *, closed: bool) -> None:
        for line in lines:
            polygon = QPolygonF([way.at(lon, lat) for lon, lat in line])
            if closed or (len(line) > 3 and line[0] == line[-1]):
                painter.drawPolygon(polygon)
            else:
                painter.drawPolyline(polygon)


def _corners(box: Bounds) -> Line:
    west, south, east, north = box
    return (west, south), (east, south), (east, north), (west, north), (west, south)


class _Way:
    """From degrees into the picture, true to shape in the middle of both."""

    def __init__(self, boxes: list[Bounds], area: QRectF) -> None:
        west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
        east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
        self._squeeze = max(cos(radians((south + north) / 2)), 0.01)
        width, height = max((east - west) * self._squeeze, 1e-6), max(north - south, 1e-6)
        self._scale = min(area.width() / width, area.height() / height)
        self._west, self._north = west, north
        self._x = area.center().x() - width * self._scale / 2
        self._y = area.center().y() - height * self._scale / 2

    def at(self, lon: float, lat: float) -> QPointF:
        """Return the pixel of a place."""
        return QPointF(
            self._x + (lon - self._west) * self._squeeze * self._scale, self._y + (self._north - lat) * self._scale
        )
