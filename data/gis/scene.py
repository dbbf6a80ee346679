"""The finished ground that roads, places, people and tasks are laid on, with its look-ups."""

import random
from dataclasses import dataclass, field

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from data.gis import plan
from data.gis.blocks import Town
from data.gis.roads import Section
from data.gis.rows import Tables
from data.gis.tiers import Tiers

STREET = "310117004"
GEOD = Geod(a=6378137.0, rf=298.257222101)  # the CGCS2000 ellipsoid
KM = (plan.LON_KM, plan.LAT_KM)


@dataclass(frozen=True)
class Road:
    """A section that has its row: ``shape`` in degrees."""

    uuid: str
    code: str
    name: str
    between: tuple[str, str]
    kind: str
    shape: LineString
    zone: int


@dataclass(frozen=True)
class Spot:
    """A place that has its row."""

    uuid: str
    name: str
    kind: str
    shape: Polygon | MultiPolygon
    address: str
    tag: str


@dataclass
class Scene:
    """Everything known so far; ``grid_codes`` and ``grid_uuids`` follow the order of the tiers."""

    town: Town
    uses: list[str]
    anchors: list[str]
    tiers: Tiers
    sections: list[Section]
    names: dict[str, str]
    tables: Tables = field(default_factory=dict)
    micro: list[tuple[str, str, int]] = field(default_factory=list)  # uuid, code, position of the small grid
    small: list[tuple[str, str, str, int]] = field(default_factory=list)  # uuid, code, name, district
    districts: list[tuple[str, str, str]] = field(default_factory=list)  # uuid, code, name
    base: list[tuple[str, str]] = field(default_factory=list)
    street: str = ""
    roads: list[Road] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)  # name of a department, team or person → uuid
    scaled: dict[str, BaseGeometry] = field(default_factory=dict)  # sections in kilometres
    micro_tree: shapely.STRtree | None = None


def km(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape in local kilometres, for widths and distances."""
    return shapely.transform(shape, lambda p: (p - (plan.LON0, plan.LAT0)) / KM)


def degrees(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape of local kilometres in degrees, rounded to 1e-8."""
    return shapely.transform(shape, lambda p: np.round(p * KM + (plan.LON0, plan.LAT0), 8))


def area_m2(shape: Polygon) -> float:
    """Return the geodesic area in m² to one decimal."""
    return round(abs(GEOD.geometry_area_perimeter(shape)[0]), 1)


def length_m(shape: LineString) -> float:
    """Return the geodesic length in metres to one decimal."""
    return round(GEOD.geometry_length(shape), 1)


def inset(shape: Polygon, metres: float) -> Polygon | None:
    """Return a polygon drawn in by some metres, None when nothing sensible is left."""
    smaller = km(shape).buffer(-metres / 1000, join_style="mitre")
    parts = sorted(shapely.get_parts(smaller), key=lambda p: -p.area)
    if not parts or parts[0].area < 0.0006:
        return None
    drawn = degrees(shapely.simplify(Polygon(parts[0].exterior), 0.0015))
    return drawn if drawn.is_valid else None


def nearest_road(scene: Scene, point: Point, kinds: tuple[str, ...] = ()) -> tuple[Road, float]:
    """Return the nearest section that people name in an address, and its distance in metres."""
    wanted = kinds or ("main", "secondary", "branch", "back_street")
    pool = [r for r in scene.roads if r.kind in wanted]
    at = km(point)
    scaled = scene.scaled
    for road in pool:
        if road.uuid not in scaled:
            scaled[road.uuid] = km(road.shape)
    i = min(range(len(pool)), key=lambda k: (round(float(scaled[pool[k].uuid].distance(at)), 9), pool[k].code))
    return pool[i], float(scaled[pool[i].uuid].distance(at)) * 1000


def house_number(road: Road, point: Point) -> int:
    """Return a house number that grows along the section; odd and even sides."""
    along = km(road.shape).project(km(point))
    return 20 + int(road.code[-3:]) % 7 * 40 + int(along * 1000 / 9) * 2


def point_in(shape: Polygon | MultiPolygon, rng: random.Random) -> Point:
    """Return a random point well inside a polygon (degrees, 1e-8)."""
    west, south, east, north = shape.bounds
    for _ in range(400):
        point = Point(round(rng.uniform(west, east), 8), round(rng.uniform(south, north), 8))
        if shape.contains(point):
            return point
    inside = shape.representative_point()
    return Point(round(inside.x, 8), round(inside.y, 8))


def point_beside(line: LineString, rng: random.Random, near: float, far: float) -> Point:
    """Return a random point ``near`` to ``far`` metres to one side of a line (degrees, 1e-8)."""
    local = km(line)
    at = rng.uniform(0.06, 0.94) * local.length
    here, ahead = local.interpolate(at), local.interpolate(min(local.length, at + 0.002))
    dx, dy = ahead.x - here.x, ahead.y - here.y
    size = max((dx * dx + dy * dy) ** 0.5, 1e-9)
    off = rng.choice((-1, 1)) * rng.uniform(near, far) / 1000
    return degrees(Point(here.x - dy / size * off, here.y + dx / size * off))


def micro_at(scene: Scene, point: Point) -> int:
    """Return the position of the micro grid a point lies in (lowest code on a border), -1 outside."""
    if scene.micro_tree is None:
        scene.micro_tree = shapely.STRtree([g.shape for g in scene.tiers.micro])
    found = scene.micro_tree.query(point, predicate="intersects")
    return int(min(found)) if len(found) else -1
