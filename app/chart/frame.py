"""What stands round the map on a sheet: title, date, frame with degrees, legend, north, scale, and its source."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app import text
from app.chart import ground, layout, legend, lettering
from app.chart.backdrop import Base
from app.chart.layout import EDGE, UNIT, Sheet, Wish
from app.chart.lettering import INK, LINE, PAPER, QUIET
from layers.domain import symbols
from layers.domain.measures import round_length
from layers.map_scene import Scene
from layers.words import t

DEGREES = 2.1  # mm: letters of the frame; 6 points
SMALL = 2.6  # mm: the smallest letters beside the map; 7.4 points
STANDING, LYING = 29.0, 58.0  # mm: the block of arrow and scale, its depth beside the map and its width below it
HEADING = 6.5  # mm that the word above the legend takes
BAR = 5.6  # mm: a scale bar with its figures
PLATE = 2.6  # mm round what stands on the map itself


def paint(painter: QPainter, wish: Wish, sheet: Sheet, scene: Scene, n: int, tick: Callable[[], None]) -> None:
    """Paint a whole sheet in mm, its upper left at the origin; ``tick`` is called now and then and may raise."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, sheet.size.width(), sheet.size.height()), QColor(PAPER))
    room = sheet.map
    on_map = [] if sheet.panel is not None else _plates(room, n)
    with ground.kept(painter):
        painter.setClipRect(room)
        painter.translate(room.topLeft())
        painter.scale(UNIT, UNIT)
        ground.paint(painter, scene, [_units(box, room) for box in on_map], tick, wish.bases)
    _head(painter, wish, sheet, scene)
    _edge(painter, sheet, scene)
    _foot(painter, wish, sheet, scene)
    if sheet.panel is not None:
        _panel(painter, sheet, scene, n)
    else:
        bar, north = on_map
        for box in on_map:
            painter.setPen(QPen(QColor(LINE), 0.15))
            painter.setBrush(QColor(255, 255, 255, 225))
            painter.drawRoundedRect(box, 0.8, 0.8)
        inner = bar.adjusted(PLATE, PLATE, -PLATE, -PLATE)
        scale_bar(painter, inner, n)
        north_arrow(painter, north.center(), north.height() - 2.4)


def _units(box: QRectF, room: QRectF) -> tuple[float, float, float, float]:
    moved = box.translated(-room.topLeft())
    return moved.left() / UNIT, moved.top() / UNIT, moved.right() / UNIT, moved.bottom() / UNIT


def _plates(room: QRectF, n: int) -> list[QRectF]:
    _, wide, _ = layout.bar(n, min(60.0, room.width() / 3))
    bar = QRectF(room.x() + 3, room.bottom() - 3 - 12.5, max(wide + 14, 34) + 2 * PLATE, 12.5)
    return [bar, QRectF(room.right() - 3 - 10, room.y() + 3, 10, 15)]


def _head(painter: QPainter, wish: Wish, sheet: Sheet, scene: Scene) -> None:
    title = wish.title.strip()[: layout.LONGEST_TITLE]
    lettering.paragraph(painter, sheet.head, title, layout.title_faces(wish), INK)
    y = sheet.head.bottom() - 2.4
    face = lettering.font(2.7 * sheet.grown)
    lettering.write(painter, wish.date, QPointF(sheet.head.right(), y), face, QUIET, side=1)
    room = sheet.head.width() - lettering.width(wish.date, face) - 8
    x = sheet.head.x()
    if scene.synthetic:
        mark = t("window.synthetic")
        strong = lettering.font(2.5 * sheet.grown, lettering.STRONG)
        box = QRectF(x, y - 2.1 * sheet.grown, lettering.width(mark, strong) + 3, 4.2 * sheet.grown)
        painter.setPen(QPen(QColor("#B3261E"), 0.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 0.8, 0.8)
        lettering.write(painter, mark, box.center(), strong, "#B3261E", side=0.5)
        x, room = box.right() + 2.5, room - box.width() - 2.5
    if scene.system is not None:
        said = t("pictures.system_line", name=scene.system.name, summary=scene.system.summary)
        lettering.write(painter, lettering.fitted(said, face, room), QPointF(x, y), face, QUIET)


def _edge(painter: QPainter, sheet: Sheet, scene: Scene) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box, width in ((sheet.frame, 0.45), (sheet.map, 0.18)):
        pen = QPen(QColor(INK), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(box)
    face = lettering.font(DEGREES * sheet.grown)
    across, down = layout.ticks(scene.extent, max(2, int(sheet.map.width() // 55)))
    painter.setPen(QPen(QColor(INK), 0.18))
    for degrees, share in across:
        x = sheet.map.x() + share * sheet.map.width()
        for y, way in ((sheet.map.top(), -1), (sheet.map.bottom(), 1)):
            painter.drawLine(QPointF(x, y), QPointF(x, y + way * 0.9))
            if sheet.map.left() + 9 < x < sheet.map.right() - 9:
                at = QPointF(x, y + way * EDGE * 0.62)
                lettering.write(painter, _degrees(degrees, "E", "W"), at, face, QUIET, side=0.5)
                painter.setPen(QPen(QColor(INK), 0.18))
    for degrees, share in down:
        y = sheet.map.y() + share * sheet.map.height()
        for x, way in ((sheet.map.left(), -1), (sheet.map.right(), 1)):
            painter.drawLine(QPointF(x, y), QPointF(x + way * 0.9, y))
            if sheet.map.top() + 9 < y < sheet.map.bottom() - 9:
                at = QPointF(x + way * EDGE * 0.62, y)
                lettering.write(painter, _degrees(degrees, "N", "S"), at, face, QUIET, side=0.5, angle=-90)
                painter.setPen(QPen(QColor(INK), 0.18))


def _degrees(value: float, plus: str, minus: str) -> str:
    seconds = round(abs(value) * 3600)
    d, m, s = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{d}°{m:02}′{f'{s:02}″' if s else ''}{plus if value >= 0 else minus}"


def _foot(painter: QPainter, wish: Wish, sheet: Sheet, scene: Scene) -> None:
    face = lettering.font(SMALL * sheet.grown)
    y = sheet.foot.center().y() + 0.6
    made = t("pictures.made_by")
    lettering.write(painter, made, QPointF(sheet.foot.right(), y), face, QUIET, side=1)
    room = sheet.foot.width() - lettering.width(made, face) - 8
    source = t("pictures.source", name=scene.workspace)
    if wish.bases:
        names = t("pictures.and").join(base.name for base in reversed(wish.bases))
        source = t("boards3.with_base", source=source, names=names)
    lettering.write(painter, lettering.fitted(source, face, room), QPointF(sheet.foot.x(), y), face, QUIET)


def _panel(painter: QPainter, sheet: Sheet, scene: Scene, n: int) -> None:
    panel = sheet.panel
    assert panel is not None
    painter.setPen(QPen(QColor(LINE), 0.2))
    if sheet.beside:
        block = QRectF(panel.x(), panel.bottom() - STANDING, panel.width(), STANDING)
        painter.drawLine(block.topLeft(), block.topRight())
    else:
        block = QRectF(panel.right() - LYING, panel.y(), LYING, panel.height())
        painter.drawLine(block.topLeft(), block.bottomLeft())
        block = QRectF(block.x() + 5, block.y(), block.width() - 5, STANDING)
    _compass(painter, block, n)
    strong = lettering.font(3.6 * sheet.grown, lettering.STRONG)
    lettering.write(painter, t("pictures.legend"), QPointF(panel.x(), panel.y() + 2.2), strong, INK)
    legend.paint(painter, legend_room(sheet), scene)


def legend_room(sheet: Sheet) -> QRectF:
    """Return the room of the signs in a sheet's panel: below its heading, beside or above the scale."""
    panel = sheet.panel or QRectF()
    if sheet.beside:
        return panel.adjusted(0, HEADING, 0, -STANDING - 3)
    return panel.adjusted(0, HEADING, -LYING - 4, 0)


def _compass(painter: QPainter, block: QRectF, n: int) -> None:
    """Paint the arrow, the scale as a number beside it, and the scale bar at the foot of a block of mm."""
    north_arrow(painter, QPointF(block.x() + 4, block.y() + 10), 14)
    at = QPointF(block.x() + 13, block.y() + 8)
    lettering.write(painter, text_scale(n), at, lettering.font(4.6, lettering.STRONG), INK)
    below = QPointF(block.x() + 13, block.y() + 13)
    lettering.write(painter, t("pictures.scale"), below, lettering.font(SMALL), QUIET)
    scale_bar(painter, QRectF(block.x(), block.bottom() - BAR, block.width(), BAR), n, numeric=False)


def text_scale(n: int) -> str:
    """Return a scale as it is written: ``1:12 000``."""
    return f"1:{text.number(n)}"


def scale_bar(painter: QPainter, box: QRectF, n: int, numeric: bool = True) -> None:
    """Paint a scale bar for 1:n from the left of a box of mm, its figures above it; with 1:n below if wanted."""
    metres, long, parts = layout.bar(n, min(box.width() - 12, 60.0))
    face = lettering.font(2.5)
    top, tall = box.y() + 4.0, 1.4
    step = long / parts
    painter.save()
    for i in range(parts):
        painter.setPen(QPen(QColor(INK), 0.18))
        painter.setBrush(QColor(INK if i % 2 == 0 else PAPER))
        painter.drawRect(QRectF(box.x() + 1 + i * step, top, step, tall))
    shown = metres / 1000 if metres >= 1000 else metres
    # In four parts the middle is marked, in five the second fifth: round figures both.
    share = 0.5 if parts == 4 else 0.4
    marks: Sequence[tuple[float, str]] = (
        (0.0, "0"),
        (long * share, f"{shown * share:g}"),
        (long, round_length(metres)),
    )
    for i, (x, said) in enumerate(marks):
        at = QPointF(box.x() + 1 + x, box.y() + 1.6)
        lettering.write(painter, said, at, face, INK, side=0.0 if i == 0 else 0.5)
    if numeric:
        at = QPointF(box.x() + 1, top + tall + 2.4)
        lettering.write(painter, text_scale(n), at, lettering.font(2.5, lettering.STRONG), INK)
    painter.restore()


def north_arrow(painter: QPainter, centre: QPointF, tall: float) -> None:
    """Paint an arrow to the north round a point, so many mm high with its letter."""
    painter.save()
    painter.translate(centre)
    painter.scale(tall / 15, tall / 15)
    painter.setPen(QPen(QColor(INK), 0.25))
    for side, fill in ((-1, INK), (1, PAPER)):
        half = QPainterPath(QPointF(0, -3.2))
        half.lineTo(QPointF(side * 3.0, 6.6))
        half.lineTo(QPointF(0, 4.6))
        half.closeSubpath()
        painter.setBrush(QColor(fill))
        painter.drawPath(half)
    lettering.write(
        painter, t("pictures.north"), QPointF(0, -5.6), lettering.font(3.4, lettering.STRONG), INK, side=0.5
    )
    painter.restore()


def plain(painter: QPainter, scene: Scene, height: float, bases: Sequence[Base] = ()) -> None:
    """Paint the map alone in units, with a small scale bar and the mark of synthetic data in its corners."""
    what = scene.extent
    n = what.unit / (UNIT / 1000)
    metres, _, _ = layout.bar(n, 30.0)
    long = metres / what.unit
    bar = (10.0, height - 30, 10 + long + 4, height - 6)
    free = [bar]
    mark = t("window.synthetic") if scene.synthetic else ""
    face = lettering.font(11, lettering.STRONG)
    if mark:
        free.append((8.0, 8.0, 16 + lettering.width(mark, face), 28.0))
    ground.paint(painter, scene, free, bases=bases)
    halo = QColor(symbols.table().tokens["panel"].of(symbols.LIGHT))
    path = QPainterPath(QPointF(12, height - 14))
    path.lineTo(QPointF(12, height - 9))
    path.lineTo(QPointF(12 + long, height - 9))
    path.lineTo(QPointF(12 + long, height - 14))
    painter.strokePath(path, QPen(halo, 4))
    painter.strokePath(path, QPen(QColor(INK), 1.4))
    at = QPointF(12 + long / 2, height - 18)
    lettering.write(painter, round_length(metres), at, lettering.font(11), INK, side=0.5, halo=halo)
    if mark:
        lettering.write(painter, mark, QPointF(12, 18), face, "#B3261E", halo=halo)
