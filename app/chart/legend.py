"""The legend of a picture: exactly what can be seen in it, each sign painted as on the map, in columns that fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.chart import ground, lettering
from app.chart.layout import UNIT
from app.chart.lettering import INK, QUIET
from layers import shade_words, tasks
from layers.domain import symbols
from layers.indicators import Shading
from layers.map_scene import Scene
from layers.words import t

ROW, HEAD, AFTER, SIGN = 4.9, 5.4, 1.6, 7.0  # mm: a row, a heading, the gap between groups, a sign's width
LETTERS, BETWEEN, LONGEST = 2.9, 4.0, 52.0  # mm: letters, between columns, the longest words with their sign
DOT, DOT_ZOOM = "dot", 16.0  # the sign of all facilities that are dots, as large as near by
GROUND = "#EDEBE4"  # what a white road lies on
BROADEST = 9.0  # units: a line of the legend is no wider, however near the map is


@dataclass(frozen=True)
class Entry:
    """One sign and its words."""

    layer: str
    key: str
    words: str


@dataclass(frozen=True)
class Group:
    """Signs under one heading."""

    title: str
    entries: tuple[Entry, ...]


def groups(scene: Scene) -> tuple[Group, ...]:
    """Return what is to be explained of a scene: everything that can be seen in it and nothing else."""
    table = symbols.table()
    order = {
        "task": [*table.statuses, "overdue"],
        "grid": sorted(table.grids, key=lambda key: -table.grids[key].order),
        "functions": list(table.functions),
        "road": sorted(table.roads, key=lambda key: (table.roads[key].kind != "road", -table.roads[key].order)),
        "place": list(table.places),
        "facility": list(table.facilities),
    }
    far = table.facility_dots_only(scene.extent.zoom)
    made = [_shades(scene.shading)] if scene.shading is not None else []
    for layer, keys in order.items():
        entries = tuple(Entry(layer, key, words(scene, layer, key)) for key in keys if (layer, key) in scene.seen)
        if layer == "facility":
            marked = {spot.key for spot in scene.marks}
            entries = _near(entries, far - marked)
        if layer == "task" and scene.picked is not None and any(seen == "picked" for seen, _ in scene.seen):
            entries = (Entry("picked", scene.picked[0], t("pictures.legend_picked")), *entries)
        if entries:
            made.append(Group(t(f"pictures.legend_{layer}"), entries))
    return tuple(made)


def _near(entries: tuple[Entry, ...], far: frozenset[str]) -> tuple[Entry, ...]:
    """Return the facilities with their icons; those that are dots so far off look alike, and are one sign."""
    icons = tuple(entry for entry in entries if entry.key not in far)
    return (*icons, Entry("facility", DOT, t("boards3.dots"))) if len(icons) < len(entries) else icons


def _shades(shading: Shading) -> Group:
    """Return the classes of shaded grids, each with its range and how many grids are in it."""
    notes = [Entry("note", "", one) for one in shade_words.notes(shading)]
    if not len(shading.classes):
        notes.append(Entry("note", "", t("cartography.all_zero")))
    rows = [
        Entry(
            "shade",
            f"{row.key}/{len(shading.classes)}" if row.key else "struck",
            t("boards3.class_row", range=row.words, grids=shade_words.grids(row.grids)),
        )
        for row in shade_words.rows(shading)
    ]
    return Group(shade_words.title(shading), (*notes, *rows))


def words(scene: Scene, layer: str, key: str) -> str:
    """Return what a sign means."""
    if layer == "task":
        return t("boards3.overdue_ring") if key == "overdue" else tasks.status_label(key)
    if layer == "grid" and scene.system is not None:
        tiers = scene.system.tiers
        named = [one.name for one in tiers if symbols.grid_style(one.tier, len(tiers)) == key and one.name]
        return " / ".join(named) or t(f"window.grid_{key}")
    form = {"functions": "cards.function", "road": "cards.class", "place": "cards.place", "facility": "window.facility"}
    return t(f"{form[layer]}_{key}")


def paint(painter: QPainter, box: QRectF, scene: Scene) -> None:
    """Paint the legend into a box of mm: as large as it can be, in as few columns as hold it."""
    factor, columns = fitting(groups(scene), box)
    x = box.x()
    for column in columns:
        y, wide = box.y(), min(_width(column) * factor, box.width())
        for group in column:
            y = _group(painter, QPointF(x, y), wide, group, factor, scene) + AFTER * factor
        x += wide + BETWEEN * factor


def fitting(found: Sequence[Group], box: QRectF) -> tuple[float, list[list[Group]]]:
    """Return how much smaller than usual the legend must be, and its groups by column."""
    largest = 1.25 if max(box.width(), box.height()) > 200 else 1.0
    choices = [(largest * 0.93**step, count) for step in range(15) for count in range(1, 9)]
    # Beside the map one smaller column is calmer than two.
    upright = box.height() > box.width()
    for factor, count in sorted(choices, key=lambda one: -one[0] + (0.12 * one[1] if upright else 0.0)):
        columns = _columns(found, box.height() / factor, count)
        if columns is not None:
            wide = sum(map(_width, columns)) + BETWEEN * (len(columns) - 1)
            if wide * factor <= box.width() or (count == 1 and factor < 0.8):
                return factor, columns
    return 0.35, _columns(found, float("inf"), 1) or [[]]


def _width(column: Sequence[Group]) -> float:
    """Return the mm that a column needs for its longest words, in full size."""
    strong, plain = lettering.font(LETTERS, lettering.STRONG), lettering.font(LETTERS)
    heads = [lettering.width(group.title, strong) for group in column]
    rows = [
        (SIGN + 1.8 if entry.layer != "note" else 0.0) + lettering.width(entry.words, plain)
        for group in column
        for entry in group.entries
    ]
    return min(max([0.0, *heads, *rows]) + 0.5, LONGEST)


def _columns(found: Sequence[Group], height: float, count: int) -> list[list[Group]] | None:
    """Return groups in no more than ``count`` columns of a height, a group broken where it must be; None if too few."""
    columns: list[list[Group]] = [[]]
    left = height
    for group in found:
        entries = list(group.entries)
        title = group.title
        while entries:
            room = int((left - (HEAD if title else 0) + 0.01) // ROW) if left < float("inf") else len(entries)
            keep = len(entries) - room < 2 and len(entries) > room  # no orphan alone in the next column
            fits = min(len(entries), room - 1 if keep and room > 2 else room)
            if fits < min(2, len(entries)):
                if len(columns) == count or not columns[-1]:
                    return None
                columns.append([])
                left = height
                continue
            columns[-1].append(Group(title, tuple(entries[:fits])))
            left -= (HEAD if title else 0) + ROW * fits + AFTER
            entries = entries[fits:]
            title = "" if entries else title
    return columns


def _group(painter: QPainter, at: QPointF, width: float, group: Group, factor: float, scene: Scene) -> float:
    y = at.y()
    if group.title:
        face = lettering.font(round(LETTERS * factor, 3), lettering.STRONG)
        lettering.write(painter, group.title, QPointF(at.x(), y + HEAD * factor * 0.45), face, QUIET)
        y += HEAD * factor
    face = lettering.font(round(LETTERS * factor, 3))
    for entry in group.entries:
        box = QRectF(at.x(), y, SIGN * factor, ROW * factor)
        if entry.layer == "note":
            said = lettering.fitted(entry.words, face, width)
            lettering.write(painter, said, QPointF(at.x(), box.center().y()), face, QUIET)
            y += ROW * factor
            continue
        sign(painter, box, entry, scene.extent.zoom)
        room = width - box.width() - 1.8 * factor
        beside = QPointF(box.right() + 1.8 * factor, box.center().y())
        lettering.write(painter, lettering.fitted(entry.words, face, room), beside, face, INK)
        y += ROW * factor
    return y


def sign(painter: QPainter, box: QRectF, entry: Entry, zoom: float) -> None:
    """Paint one sign into a box of mm, as it is painted on the map."""
    painter.save()
    painter.setClipRect(box)
    painter.translate(box.topLeft())
    painter.scale(UNIT, UNIT)
    width, height = box.width() / UNIT, box.height() / UNIT
    middle = QPointF(width / 2, height / 2)
    across = QPainterPath(QPointF(0, height / 2))
    across.lineTo(QPointF(width, height / 2))
    plate = QPainterPath()
    plate.addRoundedRect(QRectF(1, height * 0.14, width - 2, height * 0.72), 1.5, 1.5)
    key = entry.key
    if entry.layer == "functions":
        ground.paint_function(painter, key, plate)
        painter.strokePath(plate, QPen(QColor(0, 0, 0, 40), 0.5))
    elif entry.layer == "shade":
        _class(painter, key, plate)
    elif entry.layer == "place":
        ground.paint_place(painter, key, plate)
    elif entry.layer == "road":
        painter.fillPath(plate, QColor(GROUND))
        ground.paint_road(painter, key, across, _narrow(symbols.table().roads[key].width, zoom))
    elif entry.layer == "grid":
        ground.paint_border(painter, key, across, zoom)
    elif key == DOT:
        ground.paint_dot(painter, symbols.table().facilities["default"], middle, max(zoom, DOT_ZOOM))
    elif entry.layer == "facility":
        ground.paint_icon(painter, key, middle, symbols.at(symbols.table().icon_size, zoom))
    elif entry.layer == "picked":
        accent = QColor(symbols.table().selection.of(symbols.LIGHT))
        painter.strokePath(plate, QPen(accent, 2.0))
    elif key == "overdue":
        ring = symbols.table().ring
        painter.setPen(QPen(QColor(ring.colour.of(symbols.LIGHT)), ring.width))
        painter.setBrush(QColor(255, 255, 255, 0))
        painter.drawEllipse(middle, 7.0, 7.0)
    else:
        ground.paint_pin(painter, key, middle, 13.0)
    painter.restore()


def _class(painter: QPainter, key: str, plate: QPainterPath) -> None:
    """Paint the colour of a class (``2/5``, ``zero/5``), a stroke through nothing where there is no number."""
    place, _, count = key.partition("/")
    paper = symbols.table().tokens["paper"].of(symbols.LIGHT)
    colour = symbols.table().shades(int(count))[place].of(symbols.LIGHT) if count else paper
    painter.fillPath(plate, QColor(colour))
    painter.strokePath(plate, QPen(QColor(QUIET), 0.6))
    if key == "struck":
        box = plate.boundingRect()
        painter.setPen(QPen(QColor(QUIET), 0.6))
        painter.drawLine(box.bottomLeft(), box.topRight())


def _narrow(stops: symbols.Stops, zoom: float) -> float:
    """Return the zoom, or the nearest smaller one at which a line fits into the legend."""
    while symbols.at(stops, zoom) > BROADEST and zoom > 0:
        zoom -= 0.1
    return zoom


def explained(scene: Scene) -> Iterator[tuple[str, str]]:
    """Give the (layer, key) of every sign in the legend."""
    for group in groups(scene):
        for entry in group.entries:
            yield entry.layer, entry.key
