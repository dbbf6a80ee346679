"""Status shapes, lamps and facility icons for Qt, painted from the same symbol table as the map."""

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPainterPath, QPen, QPixmap

from layers.domain import symbols
from layers.domain.symbols import Glyph, Part

SIZES = (12, 14, 16, 20, 24)


def status(key: str, theme: str, size: float, dpr: float = 1.0, *, overdue: bool = False) -> QPixmap:
    """Return the shape of a status, ``size`` logical pixels square; with the ring when it is overdue.

    The ring reaches beyond the shape's box: the picture stays as large, the shape becomes smaller.
    """
    return _pixmap("status", key, theme, size, dpr, overdue)


def lamp(key: str, theme: str, size: float, dpr: float = 1.0) -> QPixmap:
    """Return the sign of a lamp (red, amber, green; none is empty), ``size`` logical pixels square."""
    return _pixmap("lamp", key, theme, size, dpr, False)


def facility(category: str | None, theme: str, size: float, dpr: float = 1.0) -> QPixmap:
    """Return the icon of a facility's category, ``size`` logical pixels square."""
    return _pixmap("facility", symbols.table().facility(category).key, theme, size, dpr, False)


def status_icon(key: str, theme: str, *, overdue: bool = False) -> QIcon:
    """Return the shape of a status as an icon that is sharp at every usual size and screen."""
    icon = QIcon()
    for size in SIZES:
        for dpr in (1.0, 1.25, 1.5, 2.0):
            icon.addPixmap(status(key, theme, size, dpr, overdue=overdue))
    return icon


def paint_status(painter: QPainter, box: QRectF, key: str, theme: str, *, overdue: bool = False) -> None:
    """Paint the shape of a status into a box; an unknown one paints nothing."""
    _paint_known(painter, symbols.table().statuses.get(key), box, theme, overdue=overdue)


def paint_lamp(painter: QPainter, box: QRectF, key: str, theme: str) -> None:
    """Paint the sign of a lamp (red, amber, green) into a box; none paints nothing."""
    _paint_known(painter, symbols.table().lamps.get(key), box, theme)


def paint_facility(painter: QPainter, box: QRectF, key: str, theme: str) -> None:
    """Paint a facility icon by its key in the symbol table (not its category) into a box."""
    _paint_known(painter, symbols.table().facilities.get(key), box, theme)


def _paint_known(painter: QPainter, glyph: Glyph | None, box: QRectF, theme: str, *, overdue: bool = False) -> None:
    if glyph is not None:
        paint(painter, glyph, box, theme, overdue=overdue)


def paint(painter: QPainter, glyph: Glyph, box: QRectF, theme: str, *, overdue: bool = False) -> None:
    """Paint a glyph into a box with any painter (screen, PDF, picture)."""
    table = symbols.table()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / symbols.BOX, box.height() / symbols.BOX)
    if overdue:
        reach = table.ring.radius + table.ring.width / 2
        middle = symbols.BOX / 2
        painter.translate(middle, middle)
        painter.scale(middle / reach, middle / reach)
        painter.setPen(QPen(QColor(table.ring.colour.of(theme)), table.ring.width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(0, 0), table.ring.radius, table.ring.radius)
        painter.translate(-middle, -middle)
    for part in glyph.parts:
        _paint_part(painter, part, glyph, theme)
    painter.restore()


def _paint_part(painter: QPainter, part: Part, glyph: Glyph, theme: str) -> None:
    path = outline(part.path)
    if part.fill != "none":
        painter.fillPath(path, _role(part.fill, glyph, theme))
    if part.stroke != "none":
        pen = QPen(_role(part.stroke, glyph, theme), part.width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if part.dash else Qt.PenCapStyle.RoundCap)
        if part.dash:
            pen.setDashPattern([length / part.width for length in part.dash])
        painter.strokePath(path, pen)


def _role(role: str, glyph: Glyph, theme: str) -> QColor:
    tokens = symbols.table().tokens
    if role == "paper":
        return QColor(tokens["glyph_paper"].of(theme))
    if role == "outline":
        return QColor(tokens["outline"].of(theme))
    return QColor(glyph.colour.of(theme))


@cache
def outline(text: str) -> QPainterPath:
    """Return a path of absolute M, L, C, Z as Qt has it; raises ValueError for any other command."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    words = text.split()
    at = 0

    def point() -> QPointF:
        nonlocal at
        at += 2
        return QPointF(float(words[at - 2]), float(words[at - 1]))

    while at < len(words):
        command = words[at]
        at += 1
        if command == "M":
            path.moveTo(point())
        elif command == "L":
            path.lineTo(point())
        elif command == "C":
            first, second, end = point(), point(), point()
            path.cubicTo(first, second, end)
        elif command == "Z":
            path.closeSubpath()
        else:
            raise ValueError(f"unknown path command {command!r} in {text!r}")
    return path


@cache
def _pixmap(family: str, key: str, theme: str, size: float, dpr: float, overdue: bool) -> QPixmap:
    table = symbols.table()
    known = {"status": table.statuses, "lamp": table.lamps, "facility": table.facilities}[family]
    side = max(1, round(size * dpr))
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    if key in known:
        painter = QPainter(image)
        paint(painter, known[key], QRectF(0, 0, side, side), theme, overdue=overdue)
        painter.end()
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(dpr)
    return pixmap
