"""The plan of the invented town: outline, arteries, rivers, railway, zones, and the bend that makes it look grown.

Plan coordinates are kilometres east and north of the middle. `to_degrees` bends them (so that no street is
ruler-straight) and lays them on the ground near 121.25 E 31.03 N. Nothing here is surveyed: the names come from
the plans in `facts.py`, the shapes are invented.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon

LON0, LAT0 = 121.2550, 31.0265
# One kilometre in degrees at this latitude (CGCS2000 ellipsoid); plain numbers, so that every machine agrees.
LON_KM, LAT_KM = 0.010472, 0.0090195
SCALE = 1.03568  # set so that the street measures 41.03 km² (see the README)
TURN_COS, TURN_SIN = 0.99619, -0.08716  # the whole town leans five degrees
PLAN_GRID = 1e-6  # one millimetre: lines that should meet, meet


@dataclass(frozen=True)
class Line:
    """A line of the plan: ``kind`` is main, secondary, branch, internal, highway, rail, river or edge."""

    name: str
    kind: str
    points: tuple[tuple[float, float], ...]
    half_width: float = 0.0  # km; rivers, railway and highway take this much room on either side
    smooth: int = 3


WEST_RIVER = (
    (-2.40, -4.3), (-2.30, -3.5), (-2.52, -2.7), (-2.24, -1.9), (-2.42, -1.1),
    (-2.26, -0.4), (-2.50, 0.25), (-2.28, 0.9), (-2.02, 1.5), (-2.16, 2.2), (-1.92, 2.9), (-2.10, 3.6), (-2.0, 4.4),
)  # fmt: skip

LINES: tuple[Line, ...] = (
    Line("通波塘", "river", WEST_RIVER, 0.019),
    Line("洞泾港", "river", (
        (1.30, 4.5), (1.15, 3.7), (0.98, 3.1), (1.30, 2.45), (1.95, 2.15), (2.42, 1.6), (2.30, 0.95),
        (1.98, 0.45), (2.02, -0.2), (2.45, -0.75), (2.62, -1.35), (2.30, -1.95), (2.12, -2.5), (2.35, -3.3),
    ), 0.023),
    Line("夏家浜", "river", (
        (-2.23, 1.03), (-1.75, 1.28), (-1.15, 1.08), (-0.55, 1.36), (0.05, 1.12), (0.62, 1.34), (1.25, 1.16),
        (1.80, 1.30), (2.50, 1.20),
    ), 0.013),
    Line("大塔浜", "river", (
        (1.045, 3.18), (0.90, 3.12), (0.42, 2.99), (-0.05, 3.14), (-0.44, 2.80), (-0.68, 2.1), (-0.36, 1.7),
        (-0.60, 1.36),
        (-0.64, 1.16),
    ), 0.010),
    Line("小涨泾", "river", (
        (-2.80, -1.94), (-1.85, -2.12), (-1.35, -1.98), (-0.85, -2.14), (-0.30, -2.00), (0.25, -2.10), (0.85, -2.02),
        (1.50, -2.16), (2.34, -2.08),
    ), 0.008),
    Line("沪昆铁路", "rail", ((-3.5, -3.22), (-1.6, -3.08), (-0.2, -2.94), (1.2, -2.62), (2.4, -2.12), (3.9,
        -1.30)), 0.016),
    Line("G60沪昆高速", "highway", ((-4.0, 0.34), (-2.2, 0.20), (-0.9, 0.06), (0.3, 0.10), (1.5, 0.22), (2.7,
        0.12), (4.2, -0.12)), 0.026),
    Line("茸梅环路", "secondary", (
        (0.62, -1.02), (0.66, -0.80), (0.86, -0.70), (1.16, -0.72), (1.40, -0.80), (1.46, -1.02), (1.40, -1.22),
        (1.14, -1.33), (0.84, -1.31), (0.66, -1.22), (0.62, -1.02),
    ), smooth=2),
    Line("茸悦路", "secondary", ((0.50, -1.00), (0.68, -1.01)), smooth=1),
    Line("茸悦路", "secondary", ((1.42, -1.06), (1.70, -1.08)), smooth=1),
    Line("茸吉路", "secondary", ((1.02, -0.50), (1.04, -0.76)), smooth=1),
    Line("茸吉路", "secondary", ((1.00, -1.28), (1.02, -1.70)), smooth=1),
    Line("湖滨步道", "internal", ((0.60, -1.03), (0.90, -1.02)), smooth=1),
    Line("湖滨步道", "internal", ((1.20, -1.05), (1.50, -1.05)), smooth=1),
    Line("湖滨步道", "internal", ((1.04, -0.66), (1.05, -0.98)), smooth=1),
    Line("湖滨步道", "internal", ((1.02, -1.08), (1.00, -1.36)), smooth=1),
    Line("沪松公路", "main", ((-0.47, -1.02), (-0.02, -0.62), (0.48, 0.02), (1.02, 0.62), (1.62, 1.50), (2.22,
        2.42), (3.2, 3.6))),
    Line("方塔南路", "main", ((-1.42, -4.2), (-1.36, -2.9), (-1.44, -1.61)), smooth=1),
    Line("方塔北路", "main", ((-1.44, -1.62), (-1.40, -0.6), (-1.46, 0.78)), smooth=1),
    Line("光星路", "main", ((-1.20, 0.62), (-1.26, 1.7), (-1.18, 2.72), (-1.24, 4.3)), smooth=1),
    Line("松东路", "main", ((-0.42, -4.2), (-0.50, -2.6), (-0.46, -1.02), (-0.42, 0.7), (-0.36, 1.72)), smooth=1),
    Line("茸梅路", "main", ((0.50, -4.2), (0.58, -2.5), (0.54, -0.6), (0.48, 0.7), (0.52, 1.72), (0.44, 2.78),
        (0.40, 4.3))),
    Line("茸平路", "main", ((1.52, -2.5), (1.56, -1.58), (1.60, -0.5), (1.52, 0.68), (1.44, 1.74), (1.70,
        2.74), (1.78, 4.3))),
    Line("明南路", "main", ((3.02, -2.2), (2.98, -0.6), (2.92, 0.7), (2.98, 1.76), (2.90, 2.84))),
    Line("松汇东路", "main", ((-3.4, -2.52), (-1.4, -2.56), (0.55, -2.48), (1.52, -2.44), (3.6, -2.52))),
    Line("中山东路", "main", ((-3.4, -1.58), (-1.44, -1.62), (-0.47, -1.55), (0.57, -1.60), (1.56, -1.58),
        (3.9, -1.52))),
    Line("荣乐东路", "main", ((-3.4, -0.60), (-1.4, -0.62), (-0.02, -0.62), (1.59, -0.58), (2.98, -0.60), (4.2,
        -0.56)), smooth=1),
    Line("广富林东路", "main", ((-4.0, 0.74), (-1.46, 0.70), (-0.42, 0.70), (0.48, 0.70), (1.52, 0.68), (2.92,
        0.70), (4.2, 0.78)), smooth=1),
    Line("茸北路", "main", ((-4.0, 1.80), (-1.26, 1.72), (0.52, 1.72), (1.44, 1.74), (2.98, 1.76), (4.2,
        1.70)), smooth=1),
    Line("大塔路", "main", ((-4.0, 2.66), (-1.18, 2.72), (0.44, 2.78), (1.70, 2.74), (2.90, 2.74), (4.2, 2.80))),
)  # fmt: skip

# The outline before the western river takes its share: corners follow streets and field ditches.
_OUTLINE = (
    (-2.83, -3.32), (-2.25, -3.36), (-2.12, -3.40), (-2.08, -3.60), (-1.52, -3.66), (-1.38, -3.72), (-0.98, -3.70),
    (-0.94, -3.50), (-0.44, -3.54), (0.06, -3.50), (0.10, -3.22), (0.60, -3.24), (0.98, -3.18), (1.02, -2.96),
    (1.42, -3.02), (1.90, -2.98), (1.94, -2.74), (2.24, -2.80), (2.70, -2.70), (2.76, -2.46), (2.72, -2.02),
    (3.02, -2.06), (3.26, -1.98), (3.34, -1.52), (3.32, -1.10), (3.14, -1.04), (3.18, -0.58), (3.16, -0.20),
    (3.50, -0.12), (3.60, 0.30), (3.54, 0.72), (3.30, 0.78), (3.36, 1.20), (3.38, 1.72), (3.20, 1.86), (3.16, 2.30),
    (3.22, 2.70), (2.92, 2.78), (2.84, 3.14), (2.50, 3.22), (2.16, 3.16), (2.10, 3.52), (1.76, 3.64), (1.14, 3.66),
    (1.06, 3.40), (0.72, 3.32), (0.41, 3.36), (0.36, 3.62), (-0.10, 3.74), (-0.70, 3.68), (-0.86, 3.34), (-1.24, 3.28),
    (-1.66, 3.36), (-1.76, 3.08), (-2.14, 3.02), (-2.66, 3.08), (-2.76, 2.66), (-2.72, 2.34), (-3.02, 2.24),
    (-3.08, 1.76), (-2.96, 1.38), (-2.74, 1.34), (-2.80, 0.98), (-2.83, 0.40),
)  # fmt: skip

LAKE_CENTRE = (1.04, -1.02)  # 五龙湖


def _chaikin(points: npt.NDArray[np.float64], times: int) -> npt.NDArray[np.float64]:
    """Return the line with its corners cut ``times`` times; both ends stay where they are."""
    for _ in range(times):
        a, b = points[:-1], points[1:]
        cut = np.empty((2 * len(a), 2))
        cut[0::2] = 0.75 * a + 0.25 * b
        cut[1::2] = 0.25 * a + 0.75 * b
        points = np.vstack([points[:1], cut[1:-1], points[-1:]])
    return points


def smooth(line: Line) -> LineString:
    """Return the line of the plan with its bends rounded, on the millimetre."""
    return LineString(np.round(_chaikin(np.array(line.points), line.smooth), 6))


def lake() -> Polygon:
    """Return 五龙湖: a long, slightly kidney-shaped water in the park of the business district."""
    angle = np.linspace(0, 2 * np.pi, 41)[:-1]
    reach = 1 + 0.13 * np.sin(2 * angle + 0.5) + 0.06 * np.sin(3 * angle + 1.1)
    x = LAKE_CENTRE[0] + 0.30 * reach * np.cos(angle)
    y = LAKE_CENTRE[1] + 0.19 * reach * np.sin(angle) + 0.03 * np.cos(2 * angle)
    return Polygon(np.round(np.column_stack([x, y]), 6))


def outline() -> Polygon:
    """Return the street's outline (plan km): the western border is the middle of the river up to 广富林东路."""
    river = np.array(smooth(LINES[0]).coords)
    lower = river[river[:, 1] < 0.56]
    west = Polygon([*map(tuple, lower), (-6.0, float(lower[-1, 1])), (-6.0, -6.0), (-2.4, -6.0)])
    land = Polygon(_OUTLINE).difference(west)
    parts = sorted(shapely.get_parts(land), key=lambda part: -part.area)
    return shapely.set_precision(Polygon(parts[0].exterior), PLAN_GRID)


def to_degrees(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bend plan kilometres (n, 2) and return longitude, latitude (n, 2), EPSG:4490, rounded to 1e-8 degree."""
    u, v = points[:, 0], points[:, 1]
    core = np.exp(-(((u + 1.2) / 1.0) ** 2) - ((v + 1.75) / 0.9) ** 2)  # the old town is the crookedest
    x = u + 0.105 * np.sin(1.05 * v + 0.6) + 0.045 * np.sin(2.2 * v + 1.2 * u) + 0.012 * np.sin(5.1 * v + 2.0 * u)
    y = v + 0.135 * np.sin(0.85 * u - 0.4) + 0.045 * np.sin(1.9 * u + 1.5 * v + 2.0) + 0.012 * np.sin(5.7 * u - v)
    x = x + core * (0.022 * np.sin(6.3 * v + 1.0) + 0.010 * np.sin(11.0 * u + 7.0 * v))
    y = y + core * (0.022 * np.sin(6.9 * u + 2.0) + 0.010 * np.sin(9.0 * v - 8.0 * u))
    east = SCALE * (x * TURN_COS - y * TURN_SIN)
    north = SCALE * (x * TURN_SIN + y * TURN_COS)
    degrees = np.empty((len(points), 2), dtype=np.float64)
    degrees[:, 0] = np.round(LON0 + east * LON_KM, 8)
    degrees[:, 1] = np.round(LAT0 + north * LAT_KM, 8)
    return degrees


def zone(u: float, v: float) -> int:
    """Return the district of a plan point: 0 府城 (south-west), 1 功能区 (north), 2 商务区 (south-east)."""
    return int(np.argmax([area.covers(Point(u, v)) for area in ZONES]))


def _zones() -> tuple[Polygon, Polygon, Polygon]:
    """Return the three districts cut along 茸梅路, the motorway and 广富林东路."""
    by_name = {line.name: smooth(line) for line in LINES}
    box = shapely.box(-6, -6, 6, 6)
    ends: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
        "G60沪昆高速": ((-6, 0.4), (6, -0.2)),
        "广富林东路": ((-6, 0.78), (6, 0.8)),
        "茸梅路": ((0.5, -6), (0.4, 6)),
    }
    full = {k: LineString([a, *by_name[k].coords, b]) for k, (a, b) in ends.items()}
    parts = shapely.get_parts(
        shapely.polygonize(
            shapely.get_parts(shapely.unary_union(MultiLineString([*full.values(), box.exterior]))).tolist()
        )
    )

    def pick(seeds: tuple[tuple[float, float], ...]) -> Polygon:
        return shapely.union_all([p for p in parts if any(p.covers(Point(s)) for s in seeds)])

    return pick(((-1.0, -2.0),)), pick(((-1.0, 3.0), (1.0, 3.0), (-1.0, 0.4))), pick(((1.2, -2.0), (1.2, 0.45)))


ZONES = _zones()
