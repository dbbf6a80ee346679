"""Where everything stands on the sheet, in millimetres: frame, map, title, legend, and which scale the map gets."""

from dataclasses import dataclass, field
from math import ceil, floor, log10

import numpy as np
from PySide6.QtCore import QRectF, QSizeF

from app.chart import lettering
from app.chart.backdrop import Base
from layers import indicators, map_scene
from layers.domain.things import Bounds, TaskFilter
from layers.map_picture import LAYERS
from layers.map_scene import Extent

UNIT = 0.22  # mm: what is one pixel on the screen; a name of 10.5 px is then 6.5 points high
PAPERS = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
SCALES = (500, 1000, 2000, 2500, 5000, 10_000, 15_000, 20_000, 25_000, 50_000, 100_000, 200_000, 500_000)
GAP = 4.0
LARGE = 1.25
EDGE = 3.4  # mm between the outer line of the frame and the map: degrees stand there
LONGEST_TITLE = 200
ROUND_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)
Tick = tuple[float, float]


@dataclass(frozen=True)
class Wish:
    """What somebody wants on the sheet; ``scale`` 0 lets the bounds just fit, ``title`` is theirs."""

    bounds: Bounds
    title: str
    date: str
    system: str = ""
    paper: str = "A4"
    lying: bool = True
    scale: int = 0
    legend: bool = True
    layers: tuple[str, ...] = LAYERS
    filter: TaskFilter = field(default_factory=lambda: TaskFilter(open_only=True))
    picked: tuple[str, str] | None = None
    kinds: tuple[str, ...] = ()  # of the facilities that a themed map marks
    shade: indicators.Wish = field(default_factory=indicators.Wish)
    bases: tuple[Base, ...] = ()  # base maps, the lowest first

    @property
    def size(self) -> QSizeF:
        """The sheet in mm."""
        short, long = PAPERS[self.paper]
        return QSizeF(long, short) if self.lying else QSizeF(short, long)


@dataclass(frozen=True)
class Sheet:
    """The places of everything on a sheet, mm from its upper left."""

    size: QSizeF
    margin: float
    head: QRectF
    frame: QRectF  # round the map, with room for degrees
    map: QRectF
    panel: QRectF | None  # legend, north and scale; None when they stand on the map
    foot: QRectF
    beside: bool  # whether the panel stands beside the map, not below it

    @property
    def grown(self) -> float:
        """How much larger than on A4 letters are: a larger sheet is looked at from farther off."""
        return LARGE if max(self.size.width(), self.size.height()) > 350 else 1.0


def title_faces(wish: Wish) -> list[lettering.Face]:
    """Return the (face, line height in mm, most lines) that a title is tried in, the largest first."""
    steps = ((8.0, 1), (6.4, 1), (5.2, 1), (4.4, 2), (3.8, 3), (3.2, 4))
    factor = LARGE if wish.paper == "A3" else 1.0
    return [(lettering.font(round(size * factor, 2), lettering.STRONG), size * factor * 1.3, n) for size, n in steps]


def sheet(wish: Wish, size: QSizeF | None = None) -> Sheet:
    """Return where everything stands on the sheet of a wish, or on a sheet of another size in mm."""
    whole = size or wish.size
    margin = 10.0
    inner = QRectF(margin, margin, whole.width() - 2 * margin, whole.height() - 2 * margin)
    _, line, rows = lettering.choose(wish.title[:LONGEST_TITLE], title_faces(wish), inner.width())
    tall = line * len(rows) + 5.5 if wish.title.strip() else 5.5
    head = QRectF(inner.x(), inner.y(), inner.width(), tall)
    foot = QRectF(inner.x(), inner.bottom() - 4, inner.width(), 4)
    room = QRectF(inner.x(), head.bottom() + 2, inner.width(), foot.top() - head.bottom() - 4)
    if not wish.legend:
        return Sheet(whole, margin, head, room, _inner(room), None, foot, False)
    large = wish.paper == "A3"
    if whole.width() >= whole.height():
        wide = 64.0 if large else 52.0
        panel = QRectF(room.right() - wide, room.y(), wide, room.height())
        frame = room.adjusted(0, 0, -wide - GAP, 0)
        return Sheet(whole, margin, head, frame, _inner(frame), panel, foot, True)
    deep = 74.0 if large else 58.0
    panel = QRectF(room.x(), room.bottom() - deep, room.width(), deep)
    frame = room.adjusted(0, 0, 0, -deep - GAP)
    return Sheet(whole, margin, head, frame, _inner(frame), panel, foot, False)


def _inner(frame: QRectF) -> QRectF:
    return frame.adjusted(EDGE, EDGE, -EDGE, -EDGE)


def extent(wish: Wish, room: QRectF) -> tuple[Extent, int]:
    """Return the extent of the map in a room of mm, and N of its scale 1:N.

    Without a wanted scale it is the smallest N of two figures at which the bounds fit: 1:12 000.
    """
    across, down = room.width() / UNIT, room.height() / UNIT
    fitting = map_scene.extent(wish.bounds, across, down)
    n = wish.scale or rounded_up(fitting.unit / (UNIT / 1000))
    return map_scene.extent(fitting.plane, across, down, n * UNIT / 1000), n


def rounded_up(n: float) -> int:
    """Return the next number of two figures that is not smaller, at least 10."""
    if n <= 10:
        return 10
    step = 10 ** (floor(log10(n)) - 1)
    return int(ceil(round(n / step, 9)) * step)


def bar(n: float, room: float) -> tuple[float, float, int]:
    """Return (metres, mm, parts) of a scale bar for 1:n in at most ``room`` mm: 1, 2 or 5 times a power of ten."""
    most = room * n / 1000
    power = 10.0 ** floor(log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    return length, length / n * 1000, 5 if f"{length:.0e}"[0] == "5" else 4


def ticks(what: Extent, count: int = 4) -> tuple[list[Tick], list[Tick]]:
    """Return ((longitude, share from the left), …) and ((latitude, share from the top), …) for the frame's ticks."""
    west, south, east, north = what.bounds
    lons, lats = _round_between(west, east, count), _round_between(south, north, count)
    xs = what.plane.metres(np.array([[lon, what.plane.lat] for lon in lons]).reshape(-1, 2))[:, 0]
    ys = what.plane.metres(np.array([[what.plane.lon, lat] for lat in lats]).reshape(-1, 2))[:, 1]
    return (
        list(zip(lons, ((xs + what.half_width) / (2 * what.half_width)).tolist(), strict=True)),
        list(zip(lats, ((what.half_height - ys) / (2 * what.half_height)).tolist(), strict=True)),
    )


def _round_between(low: float, high: float, count: int) -> list[float]:
    """Return round degrees between two, no more than ``count`` and a bit."""
    step = next((one / 3600 for one in ROUND_SECONDS if (high - low) * 3600 / one <= count), 20.0)
    return [k * step for k in range(ceil(low / step), floor(high / step) + 1)]
