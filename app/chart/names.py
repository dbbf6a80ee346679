"""Names in a picture: which there are, placed by priority so that none touches another, a pin or an icon."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Any

import numpy as np
from PySide6.QtGui import QFont

from app.chart import lettering
from layers.domain import symbols
from layers.domain.symbols import LabelStyle
from layers.map_scene import Name, Scene, Shape

PAD = 2.5
CELL = 64.0
SPACED = 0.09  # of the letters' height, at most: wider apart, a PDF's reader takes them for words
SQUEEZED = 1.6  # how much wider than the free room of its grid the code of a small grid may be
SMALLEST = 7.5  # units; smaller letters cannot be read on paper
LIGHT = symbols.LIGHT
# Where a name may move to, in shares of the free room round its point: near first.
_ROUND = ((0, -1), (0, 1), (-1, 0), (1, 0), (-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7), (0.7, 0.7))
AROUND = ((0.0, 0.0), *((x * r, y * r) for r in (0.35, 0.7, 1.0) for x, y in _ROUND))
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Row:
    """One line of a name."""

    text: str
    face: QFont
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """A name at a point, in units from the picture's upper left; ``near`` is how far it may move."""

    rows: tuple[Row, ...]
    x: float
    y: float
    colour: str
    priority: float
    near: float = 0.0
    stubborn: bool = False
    name: str = ""
    above: bool = False  # whether it is painted over the pins

    @property
    def width(self) -> float:
        """Units across."""
        return max(row.width for row in self.rows)

    @property
    def height(self) -> float:
        """Units down."""
        return sum(row.height for row in self.rows)


@dataclass(frozen=True)
class Letter:
    """Some letters of a name along a line: their middle and how far they are turned, degrees clockwise."""

    text: str
    x: float
    y: float
    angle: float


@dataclass(frozen=True)
class Along:
    """A name on a line; ``middle`` is where on it, ``reach`` how far it may slide either way."""

    text: str
    line: Any  # (n, 2) units
    run: Any  # (n,) units from its beginning
    face: QFont
    size: float
    gap: float
    colour: str
    priority: float
    middle: float
    reach: float
    letters: tuple[Letter, ...] = ()


class _Room:
    """Boxes that are taken, by cells."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def _near(self, box: Box) -> Iterator[tuple[int, int]]:
        for i in range(int(box[0] // CELL), int(box[2] // CELL) + 1):
            for j in range(int(box[1] // CELL), int(box[3] // CELL) + 1):
                yield i, j

    def free(self, box: Box) -> bool:
        return not any(
            b[0] < box[2] and b[2] > box[0] and b[1] < box[3] and b[3] > box[1]
            for key in self._near(box)
            for b in self._cells.get(key, ())
        )

    def take(self, box: Box) -> None:
        for key in self._near(box):
            self._cells.setdefault(key, []).append(box)


def laid_out(scene: Scene, kept_free: Sequence[Box] = ()) -> list[Label | Along]:
    """Return the names of a scene where they stand, the most important first; ``kept_free`` are boxes in units."""
    what = scene.extent
    width, height = 2 * what.half_width / what.unit, 2 * what.half_height / what.unit
    zoom, table = what.zoom, symbols.table()
    found: list[Label | Along] = [*_points(scene), *_lines(scene)]
    found.sort(key=lambda one: (-one.priority, one.text if isinstance(one, Along) else one.rows[0].text))
    room, signs = _Room(), _Room()
    for box in kept_free:
        room.take(box)
    half = symbols.at(table.pin_size, zoom) / 2
    for spot in scene.pins:
        x, y = (spot.x + what.half_width) / what.unit, (what.half_height - spot.y) / what.unit
        signs.take((x - half, y - half, x + half, y + half))
    half = symbols.at(table.icon_size, zoom) / 2
    for spot in scene.facilities:
        if zoom >= table.facility_icon_from(spot.key):
            x, y = (spot.x + what.half_width) / what.unit, (what.half_height - spot.y) / what.unit
            signs.take((x - half, y - half, x + half, y + half))
    half = symbols.at(table.mark_size, zoom) / 2 + 2
    for spot in scene.marks:
        x, y = (spot.x + what.half_width) / what.unit, (what.half_height - spot.y) / what.unit
        signs.take((x - half, y - half, x + half, y + half))
    sheet = (0.0, 0.0, width, height)
    placed: list[Label | Along] = []
    named: dict[str, list[tuple[float, float]]] = {}
    for one in found:
        if isinstance(one, Label):
            done: Label | Along | None = _put(one, room, signs, named, sheet)
        else:
            done = _put_along(one, room, signs, named, sheet, table.road_repeat)
        if done is not None:
            placed.append(done)
    return placed


def _inside(box: Box, sheet: Box) -> bool:
    return box[0] >= sheet[0] and box[1] >= sheet[1] and box[2] <= sheet[2] and box[3] <= sheet[3]


def _put(
    label: Label, room: _Room, signs: _Room, named: dict[str, list[tuple[float, float]]], sheet: Box
) -> Label | None:
    if label.name and any(hypot(x - label.x, y - label.y) < 300 for x, y in named.get(label.name, ())):
        return None  # a lake and its river need one name
    half = label.width / 2 + PAD, label.height / 2 + PAD
    for careful in (True, False) if label.stubborn else (True,):
        for sx, sy in AROUND if label.near else AROUND[:1]:
            x, y = label.x + sx * label.near, label.y + sy * label.near
            box = (x - half[0], y - half[1], x + half[0], y + half[1])
            if _inside(box, sheet) and room.free(box) and (not careful or signs.free(box)):
                room.take(box)
                if label.name:
                    named.setdefault(label.name, []).append((label.x, label.y))
                return replace(label, x=x, y=y)
    return None


def _put_along(
    label: Along, room: _Room, signs: _Room, named: dict[str, list[tuple[float, float]]], sheet: Box, repeat: float
) -> Along | None:
    for share in (0, 0.3, -0.3, 0.6, -0.6, 0.9, -0.9):
        letters = _letters(label, label.middle + label.reach * share)
        if letters is None:
            continue
        mid = letters[len(letters) // 2]
        if any(hypot(x - mid.x, y - mid.y) < repeat * 0.75 for x, y in named.get(label.text, ())):
            continue
        reach = label.size * 0.62
        boxes = [(one.x - reach, one.y - reach, one.x + reach, one.y + reach) for one in letters]
        if not all(_inside(box, sheet) and room.free(box) and signs.free(box) for box in boxes):
            continue
        for box in boxes:
            room.take(box)
        named.setdefault(label.text, []).append((mid.x, mid.y))
        return replace(label, letters=tuple(letters))
    return None


def _along(label: Along, s: float) -> tuple[float, float, float]:
    i = int(np.clip(np.searchsorted(label.run, s), 1, len(label.run) - 1))
    part = (s - label.run[i - 1]) / ((label.run[i] - label.run[i - 1]) or 1.0)
    (ax, ay), (bx, by) = label.line[i - 1], label.line[i]
    return ax + (bx - ax) * part, ay + (by - ay) * part, atan2(by - ay, bx - ax)


def _letters(label: Along, middle: float) -> list[Letter] | None:
    """Set the letters on the line around a place of it; None where it bends too much."""
    widths = [lettering.width(c, label.face) + label.gap for c in label.text]
    total = sum(widths)
    start = middle - total / 2
    if start < 0 or start + total > label.run[-1]:
        return None
    ax, ay, _ = _along(label, start)
    bx, by, _ = _along(label, start + total)
    whole = atan2(by - ay, bx - ax)
    if hypot(bx - ax, by - ay) < total * 0.9:
        return None
    # Steep Chinese names stand upright and read downwards, as on a printed street map.
    upright = abs(sin(whole)) > 0.82 and all(ord(c) > 0x2E7F for c in label.text)
    backwards = sin(whole) < 0 if upright else cos(whole) < 0
    pairs = list(zip(label.text, widths, strict=True))
    found: list[Letter] = []
    s, before = start, None
    for c, w in reversed(pairs) if backwards else pairs:
        x, y, angle = _along(label, s + w / 2)
        if before is not None and abs(atan2(sin(angle - before), cos(angle - before))) > 0.45:
            return None
        before = angle
        turned = angle + (pi if backwards else 0) - (pi / 2 if upright else 0)
        found.append(Letter(c, x, y, degrees(turned)))
        s += w
    return found[::-1] if backwards else found


def _row(text: str, size: float, weight: int, spacing: float = 0.0) -> Row:
    face = lettering.font(round(max(size, SMALLEST), 2), weight, round(size * min(spacing, SPACED), 2))
    return Row(text, face, lettering.width(text, face), max(size, SMALLEST) * 1.22)


def _wrapped(name: str) -> list[str]:
    if len(name) < 8 or not all(ord(c) > 0x2E7F for c in name):
        return [name]
    rows = -(-len(name) // 8) if len(name) > 16 else 2
    step = -(-len(name) // rows)
    return [name[i : i + step] for i in range(0, len(name), step)]


def _points(scene: Scene) -> Iterator[Label]:
    what, zoom = scene.extent, scene.extent.zoom
    for one in scene.names:
        x, y = (one.x + what.half_width) / what.unit, (what.half_height - one.y) / what.unit
        made = _grid(one, x, y, zoom, what.unit) if one.kind == "grid" else _place(one, x, y, zoom, what.unit)
        if made is not None:
            yield made


def _grid(one: Name, x: float, y: float, zoom: float, unit: float) -> Label | None:
    style = symbols.table().grids[one.key]
    label: LabelStyle = style.label
    if one.figure:
        return _figure(one, x, y, zoom, unit)
    if not label.minzoom <= zoom <= label.maxzoom:
        return None
    size = symbols.at(label.size, zoom)
    short = one.code.rsplit("-", 1)[1] if "-" in one.code else ""
    large = one.key in ("street", "district") or not short
    first = one.text or short or one.code if large else short
    rows = [_row(part, size, label.weight, label.spacing) for part in (_wrapped(first) if large else [first])]
    rest = "" if large else one.text.replace(short, "").strip()
    if rest and zoom >= (14 if one.key == "small" else 16):
        rows += [_row(part, size - 1.5, lettering.NORMAL) for part in _wrapped(rest)]
    free = one.room / unit  # units round the point that belong to the grid
    colour = (label.colour or style.colour).of(LIGHT)
    made = Label(tuple(rows), x, y, colour, label.priority)
    important = label.priority >= 80
    if one.key == "small" and made.width / 2 > free * SQUEEZED:
        return None  # a whole city's: codes wider than their grids would cover the map
    if not important and made.width / 2 > free * 1.1:
        made = replace(made, rows=made.rows[:1])
        if made.width / 2 > free * 1.1:
            return None
    near = max(0.0, min(free - made.height / 2, 90.0 if important else 40.0))
    return replace(made, near=near, stubborn=one.key != "small" or zoom >= 14, above=label.priority >= 90 and zoom < 14)


def _figure(one: Name, x: float, y: float, zoom: float, unit: float) -> Label | None:
    """Return the number of a shaded grid with its short code: what the map is about, above the pins."""
    style = symbols.table().number
    size, free = symbols.at(style.size, zoom), one.room / unit
    code = one.code.rsplit("-", 1)[1] if "-" in one.code else one.text or one.code
    rows = (_row(one.figure, size, style.weight), _row(code, size - 3, lettering.NORMAL))
    colour = (style.colour or symbols.table().road_label).of(LIGHT)
    made = Label(rows, x, y, colour, style.priority, stubborn=True, above=True)
    if made.width / 2 > free * 1.1:
        made = replace(made, rows=rows[:1])
    return replace(made, near=max(0.0, min(free - made.height / 2, 60.0)))


def _place(one: Name, x: float, y: float, zoom: float, unit: float) -> Label | None:
    table = symbols.table()
    look, style = table.places[one.key], table.place_label
    if zoom < look.label_minzoom or not one.text:
        return None
    size = symbols.at(style.size, zoom)
    rows = tuple(_row(part, size, style.weight, 0.02) for part in _wrapped(one.text))
    made = Label(rows, x, y, look.label.of(LIGHT), style.priority, near=12.0, name=one.text)
    return made if made.width / 2 <= one.room / unit * 2.2 + 6 else None


def _lines(scene: Scene) -> Iterator[Along]:
    table, zoom = symbols.table(), scene.extent.zoom
    for text, shape in scene.road_names:
        road = table.roads.get(shape.key)
        if road is None or zoom < road.label.minzoom:
            continue
        size = max(symbols.at(road.label.size, zoom), SMALLEST)
        face = lettering.font(round(size, 2), road.label.weight)
        gap = size * (0.5 if road.kind == "water" else 0.08)
        colour = (road.label.colour or table.road_label).of(LIGHT)
        total = sum(lettering.width(c, face) + gap for c in text)
        for line, run in _runs(shape, scene):
            length = float(run[-1])
            if length < total + size:
                continue
            count = max(1, int(length // table.road_repeat))
            for k in range(count):
                yield Along(
                    text, line, run, face, size, gap, colour, road.label.priority,
                    (k + 0.5) * length / count, max(0.0, length / count / 2 - total / 2),
                )  # fmt: skip


def _runs(shape: Shape, scene: Scene) -> Iterable[tuple[Any, Any]]:
    what = scene.extent
    for path in shape.paths:
        line = np.column_stack([path[:, 0] + what.half_width, what.half_height - path[:, 1]]) / what.unit
        run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        yield line, run
