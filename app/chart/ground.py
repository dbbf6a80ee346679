"""The map itself: fills, water, roads, borders, facilities, pins and names, from the one symbol table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import sqrt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app import theme
from app.chart import backdrop, lettering, names
from app.chart.backdrop import Base
from app.chart.names import Along, Box, Label
from app.map import glyphs
from layers.domain import symbols
from layers.domain.symbols import Glyph, GridStyle, PlaceStyle, RoadStyle
from layers.map_scene import Extent, Path, Scene, Shape, Spot

LIGHT = symbols.LIGHT
SHADE = 0.65  # opacity of a class over a base map
Tick = Callable[[], None]


@contextmanager
def kept(painter: QPainter) -> Iterator[None]:
    """Leave a painter as it was, even where the painting within is cancelled."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()


def paint(
    painter: QPainter,
    scene: Scene,
    kept_free: Sequence[Box] = (),
    tick: Tick = lambda: None,
    bases: Sequence[Base] = (),
) -> None:
    """Paint a scene in its units, its upper left at the origin; ``tick`` is called now and then and may raise.

    ``bases`` are base maps beneath it, the lowest first: areas are then seen through.
    """
    with kept(painter):
        _paint(painter, scene, kept_free, tick, bases)


def _paint(painter: QPainter, scene: Scene, kept_free: Sequence[Box], tick: Tick, bases: Sequence[Base]) -> None:
    what = scene.extent
    width, height = 2 * what.half_width / what.unit, 2 * what.half_height / what.unit
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(QRectF(0, 0, width, height), Qt.ClipOperation.IntersectClip)
    painter.fillRect(QRectF(0, 0, width, height), QColor(symbols.table().tokens["paper"].of(LIGHT)))
    through = False
    for base in bases:
        through |= backdrop.paint(painter, base, what, tick)
    for key, path in _joined(scene.functions, what, tick):
        paint_function(painter, key, path, through)
    colours = symbols.table().shades(len(scene.shading.classes)) if scene.shading else {}
    for key, path in _joined(scene.shades, what, tick):
        paint_shade(painter, colours[key].of(LIGHT), path, through)
    for key, path in _joined(scene.places, what, tick):
        paint_place(painter, key, path, through)
    _roads(painter, scene, tick)
    for key, path in _whole(scene.borders, what, tick):
        paint_border(painter, key, path, what.zoom)
    for spot in scene.facilities:
        paint_facility(painter, spot.key, _at(spot, what), what.zoom)
    for spot in scene.marks:
        paint_icon(painter, spot.key, _at(spot, what), symbols.at(symbols.table().mark_size, what.zoom) + 4)
    tick()
    if scene.picked is not None:
        _picked(painter, scene.picked[0], scene.picked[1], what, QRectF(0, 0, width, height))
    written = names.laid_out(scene, kept_free)[::-1]
    for name in written:
        if isinstance(name, Along) or not name.above:
            _name(painter, name)
    tick()
    for spot in scene.pins:
        paint_pin(painter, spot.key, _at(spot, what), symbols.at(symbols.table().pin_size, what.zoom), spot.red)
    # In an overview the districts' names matter more than any single pin.
    for name in written:
        if isinstance(name, Label) and name.above:
            _name(painter, name)
    tick()


# -- paths -----------------------------------------------------------------------------------------------


def _at(spot: Spot, what: Extent) -> QPointF:
    return QPointF((spot.x + what.half_width) / what.unit, (what.half_height - spot.y) / what.unit)


def traced(paths: Iterable[Path], what: Extent) -> QPainterPath:
    """Return paths of metres as one path of units; closed rings stay closed, areas are filled even-odd."""
    made = QPainterPath()
    for path in paths:
        moved = ((path * (1, -1)) + (what.half_width, what.half_height)) / what.unit
        made.addPolygon(QPolygonF([QPointF(x, y) for x, y in moved.tolist()]))
    return made


def _joined(shapes: Iterable[Shape], what: Extent, tick: Tick) -> Iterable[tuple[str, QPainterPath]]:
    for i, shape in enumerate(shapes):
        if i % 256 == 0:
            tick()
        yield shape.key, traced(shape.paths, what)


def _whole(shapes: Iterable[Shape], what: Extent, tick: Tick) -> list[tuple[str, QPainterPath]]:
    """Return one path for each key, in the order of first appearance."""
    found: dict[str, QPainterPath] = {}
    for key, path in _joined(shapes, what, tick):
        found.setdefault(key, QPainterPath()).addPath(path)
    return list(found.items())


# -- what is painted, here and in the legend -------------------------------------------------------------


def _mixed(colour: str, share: float) -> QColor:
    """Return an opaque colour as seen through: neighbours then meet without a darker seam."""
    return theme.mix(colour, symbols.table().tokens["paper"].of(LIGHT), share)


def _pen(colour: QColor | str, width: float, dash: Sequence[float] = (), flat: bool = False) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if flat or dash else Qt.PenCapStyle.RoundCap)
    if dash:
        pen.setDashPattern([length / width for length in dash])
    return pen


def _soft(colour: str, share: float, through: bool) -> QColor:
    """Return a colour mixed with the paper, or where a base map lies beneath one that is really seen through."""
    if not through:
        return _mixed(colour, share)
    seen = QColor(colour)
    seen.setAlphaF(share)
    return seen


def _fill(painter: QPainter, fill: QColor, path: QPainterPath) -> None:
    painter.setBrush(fill)
    # Half a unit of its own colour closes the hairline that antialiasing leaves between neighbours.
    painter.setPen(QPen(fill, 0.7) if fill.alpha() == 255 else Qt.PenStyle.NoPen)
    painter.drawPath(path)


def paint_function(painter: QPainter, key: str, path: QPainterPath, through: bool = False) -> None:
    """Fill an area with the colour of its function."""
    _fill(painter, _soft(*symbols.table().function_fill(key, LIGHT), through), path)


def paint_shade(painter: QPainter, colour: str, path: QPainterPath, through: bool = False) -> None:
    """Fill a grid with the colour of its class."""
    _fill(painter, _soft(colour, SHADE if through else 1.0, through), path)


def paint_place(painter: QPainter, key: str, path: QPainterPath, through: bool = False) -> None:
    """Fill and edge a place."""
    style: PlaceStyle = symbols.table().places[key]
    painter.setBrush(_soft(style.fill.of(LIGHT), style.opacity, through))
    painter.setPen(_pen(style.stroke.of(LIGHT), 0.8, style.dash))
    painter.drawPath(path)


def paint_road(painter: QPainter, key: str, path: QPainterPath, zoom: float, part: str = "") -> None:
    """Stroke a road section: its ``casing``, its ``fill``, or both."""
    style: RoadStyle = symbols.table().roads[key]
    width = symbols.at(style.width, zoom)
    fill, casing = style.fill.of(LIGHT), style.casing.of(LIGHT)
    rail = style.kind == "rail"
    if part != "fill" and style.kind != "dashed":
        more = {"water": 1.2, "rail": 1.0}.get(style.kind, 1.7)
        painter.strokePath(path, _pen(casing, width + more, flat=rail))
    if part != "casing":
        painter.strokePath(path, _pen(fill, max(width - 0.6, 0.4) if rail else width, style.dash, flat=rail))


def _roads(painter: QPainter, scene: Scene, tick: Tick) -> None:
    roads = symbols.table().roads
    paths = dict(_whole(scene.roads, scene.extent, tick))
    order = sorted(paths, key=lambda key: roads[key].order)
    for kind in ("water", "road", "rail", "dashed"):
        keys = [key for key in order if roads[key].kind == kind]
        # On a shade the streets are there for finding one's way, not for being looked at.
        shaded = kind == "road" and scene.shading is not None
        painter.setOpacity(symbols.table().shaded_street if shaded else 1.0)
        for part in ("fill",) if shaded else ("casing", "fill") if kind == "road" else ("",):
            for key in keys:
                paint_road(painter, key, paths[key], scene.extent.zoom, part)
                tick()
    painter.setOpacity(1.0)


def paint_border(painter: QPainter, key: str, path: QPainterPath, zoom: float) -> None:
    """Stroke the border of a tier, with its soft band if it has one."""
    style: GridStyle = symbols.table().grids[key]
    width = symbols.at(style.width, zoom)
    if style.glow:
        band = QColor(style.colour.of(LIGHT))
        band.setAlphaF(style.glow)
        painter.strokePath(path, _pen(band, width * 3 + 4))
    painter.strokePath(path, _pen(style.colour.of(LIGHT), width, style.paper_dash))


def paint_facility(painter: QPainter, key: str, at: QPointF, zoom: float) -> None:
    """Paint a facility: a dot from afar, its icon on a small plate near by."""
    table = symbols.table()
    glyph = table.facilities[key]
    if zoom < table.facility_icon_from(key):
        paint_dot(painter, glyph, at, zoom)
        return
    paint_icon(painter, key, at, symbols.at(table.icon_size, zoom))


def paint_icon(painter: QPainter, key: str, at: QPointF, size: float) -> None:
    """Paint the icon of a facility on its small plate."""
    table = symbols.table()
    glyph = table.facilities[key]
    rim = QColor(glyph.colour.of(LIGHT))
    rim.setAlphaF(0.45)
    painter.setBrush(QColor(table.tokens["panel"].of(LIGHT)))
    painter.setPen(QPen(rim, 0.8))
    painter.drawEllipse(at, size / 2, size / 2)
    inner = size - 4
    glyphs.paint(painter, glyph, QRectF(at.x() - inner / 2, at.y() - inner / 2, inner, inner), LIGHT)


def paint_dot(painter: QPainter, glyph: Glyph, at: QPointF, zoom: float) -> None:
    """Paint a facility as the dot that it is from afar."""
    table = symbols.table()
    radius = symbols.at(table.dot_size, zoom)
    painter.setBrush(QColor(glyph.colour.of(LIGHT)))
    painter.setPen(QPen(QColor(table.tokens["paper"].of(LIGHT)), 0.6))
    painter.drawEllipse(at, radius, radius)


def paint_pin(painter: QPainter, key: str, at: QPointF, size: float, red: bool = False) -> None:
    """Paint a task's status with a light rim that lifts it off the ground, ringed when overdue."""
    table = symbols.table()
    glyph: Glyph = table.statuses[key]
    drawn = size * 0.78 if key in table.quiet and not red else size
    paper = QColor(table.tokens["paper"].of(LIGHT))
    if red:
        veil = QColor(paper)
        veil.setAlphaF(0.55)
        painter.setBrush(veil)
        painter.setPen(QPen(QColor(table.ring.colour.of(LIGHT)), table.ring.width * size / symbols.BOX))
        radius = table.ring.radius * size / symbols.BOX
        painter.drawEllipse(at, radius, radius)
    painter.save()
    painter.translate(at.x() - drawn / 2, at.y() - drawn / 2)
    painter.scale(drawn / symbols.BOX, drawn / symbols.BOX)
    for part in glyph.parts:
        if part.stroke in ("outline", "colour"):
            painter.strokePath(glyphs.outline(part.path), _pen(paper, 3.0))
    painter.restore()
    glyphs.paint(painter, glyph, QRectF(at.x() - drawn / 2, at.y() - drawn / 2, drawn, drawn), LIGHT)


# -- the selection and the names -------------------------------------------------------------------------


def _picked(painter: QPainter, kind: str, paths: tuple[Path, ...], what: Extent, sheet: QRectF) -> None:
    table = symbols.table()
    accent = QColor(table.selection.of(LIGHT))
    soft = QColor(accent)
    if kind == "point":
        soft.setAlphaF(0.2)
        radius = symbols.at(table.pin_size, what.zoom) / 2 + 5
        for path in paths:
            x, y = path[0]
            at = QPointF((x + what.half_width) / what.unit, (what.half_height - y) / what.unit)
            painter.setBrush(soft)
            painter.setPen(QPen(accent, table.selection_width * 0.7))
            painter.drawEllipse(at, radius, radius)
        return
    whole = traced(paths, what)
    if kind == "line":
        soft.setAlphaF(0.18)
        painter.strokePath(whole, _pen(soft, 13))
    else:
        soft.setAlphaF(table.selection_fill)
        painter.fillPath(whole, soft)
        painter.save()
        painter.setClipPath(whole, Qt.ClipOperation.IntersectClip)
        _hatch(painter, whole.boundingRect() & sheet, accent)
        painter.restore()
    casing = QColor(table.selection_casing.of(LIGHT))
    casing.setAlphaF(0.75)
    painter.strokePath(whole, _pen(casing, table.selection_width + 2.4))
    painter.strokePath(whole, _pen(accent, table.selection_width))


def _hatch(painter: QPainter, box: QRectF, accent: QColor) -> None:
    gap, width, share = symbols.table().selection_hatch
    colour = QColor(accent)
    colour.setAlphaF(share)
    painter.setPen(QPen(colour, width))
    step = gap * sqrt(2)
    c = (box.left() + box.top()) // step * step
    while c <= box.right() + box.bottom():
        painter.drawLine(QPointF(c - box.top(), box.top()), QPointF(c - box.bottom(), box.bottom()))
        c += step


def _name(painter: QPainter, name: Label | Along) -> None:
    halo = QColor(symbols.table().tokens["panel"].of(LIGHT))
    halo.setAlphaF(0.9)
    if isinstance(name, Label):
        y = name.y - name.height / 2
        for row in name.rows:
            lettering.write(
                painter, row.text, QPointF(name.x, y + row.height / 2), row.face, name.colour, side=0.5, halo=halo
            )
            y += row.height
        return
    first, last = name.letters[0], name.letters[-1]
    upright = abs(first.x - last.x) < abs(first.y - last.y) and abs(first.angle % 360) % 180 < 45
    straight = max(one.angle for one in name.letters) - min(one.angle for one in name.letters) < 1.5
    if straight and not upright:
        # One piece: whoever searches the PDF finds the name as a word.
        middle = QPointF((first.x + last.x) / 2, (first.y + last.y) / 2)
        face = lettering.font(round(name.size, 2), name.face.weight(), round(min(name.gap, name.size * 0.09), 2))
        if name.gap <= name.size * 0.09:
            lettering.write(
                painter, name.text, middle, face, name.colour, side=0.5, angle=first.angle, halo=halo, rim=2.6
            )
            return
    for one in name.letters:
        at = QPointF(one.x, one.y)
        lettering.write(painter, one.text, at, name.face, name.colour, side=0.5, angle=one.angle, halo=halo, rim=2.6)
