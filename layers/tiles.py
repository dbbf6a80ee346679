"""What the map asks for: vector tiles of the workspace, straight from the R-trees, and the pins of its tasks."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import shapely

from layers.domain import clock, ground, symbols
from layers.domain.things import Bounds, System, TaskFilter
from layers.gis import picture
from layers.grids import systems
from layers.store import blob
from layers.store import queries_map as ask
from layers.store import queries_tasks as ask_tasks
from layers.workspace import Workspace

SHAPES = ("grid", "road_section", "place", "facility")
DRAWN = ("grid_system", "grid_tier", *SHAPES)
TINT_PIXELS = 3.0  # of the side of a mean grid; smaller, a function's colour is noise that costs seconds
# Where names stand is worked out once per outline, not once per tile.
_books: "WeakKeyDictionary[Workspace, picture.LabelBook]" = WeakKeyDictionary()


def revision(ws: Workspace) -> int:
    """Return a number that rises with every change of what is drawn in tiles: they are kept by it. Tasks are pins."""
    return ask.last_change(ws.store.read(), *DRAWN)


def touched(ws: Workspace, since: int) -> tuple[int, tuple[Bounds, ...] | None]:
    """Return (revision, boxes in degrees of what was drawn anew since that revision), None when it may be anywhere.

    The change feed names rows but not where they were before: only what is new has a place that is known.
    """
    db = ws.store.read()
    now = ask.last_change(db, *DRAWN)
    return now, ask.boxes_since(db, DRAWN, since, now)


@dataclass(frozen=True)
class LeftOut:
    """How many drawn things the map cannot show: without usable coordinates, and beyond the range of degrees."""

    placeless: int = 0
    outside: int = 0


def left_out(ws: Workspace) -> LeftOut:
    """Return what the map leaves out wherever one looks: grids, sections, places and facilities, not tasks."""
    db = ws.store.read()
    counts = [ask.placeless_and_outside(db, name) for name in SHAPES]
    return LeftOut(sum(count[0] for count in counts), sum(count[1] for count in counts))


def tiers_at(ws: Workspace, system: str, zoom: float, pixels: float | None = None) -> list[int]:
    """Return the tiers of a system that are drawn at a zoom, the top first; always at least the top one.

    ``pixels`` asks for those whose mean grid is that wide, instead of what the symbol table says.
    """
    found = next((item for item in systems(ws) if item.code == system), None)
    return [] if found is None else _shown(ws, found, zoom, pixels)


def tier_from(ws: Workspace, system: str, tier: int) -> int:
    """Return the first zoom at which a tier of a system is drawn; the top one always is."""
    found = next((item for item in systems(ws) if item.code == system), None)
    count = next((one.count for one in found.tiers[1:] if one.tier == tier), 0) if found else 0
    return _from(*_share(ws, count)) if count else 0


def _shown(ws: Workspace, system: System, zoom: float, pixels: float | None = None) -> list[int]:
    area, latitude = _size(ws)
    return [
        tier.tier
        for tier in system.tiers
        if tier.count and (tier.tier == system.tiers[0].tier or zoom >= _from(area / tier.count, latitude, pixels))
    ]


@lru_cache(maxsize=256)
def _from(mean_area: float, latitude: float, pixels: float | None = None) -> int:
    return symbols.tier_minzoom(mean_area, latitude, pixels)


@lru_cache(maxsize=256)
def _tinted_from(mean_area: float, latitude: float) -> int:
    return symbols.tier_minzoom(mean_area, latitude, TINT_PIXELS)


def _share(ws: Workspace, count: int) -> tuple[float, float]:
    area, latitude = _size(ws)
    return area / count, latitude


def _size(ws: Workspace) -> tuple[float, float]:
    """Return (m² of the grids' extent, its latitude): enough to say how large a tier's grids are."""
    box = ask.extent_of(ws.store.read(), "grid")
    if box is None:
        return 1.0, 0.0
    latitude = (box[1] + box[3]) / 2
    across, along = ground.degree_m(latitude)
    return (box[2] - box[0]) * across * (box[3] - box[1]) * along * 0.7, latitude


def tile(ws: Workspace, system: str, z: int, x: int, y: int) -> bytes:
    """Return the vector tile z/x/y (web-mercator pyramid) of everything but tasks, b"" for an empty one.

    What it holds and how it is named: `layers.gis.picture`.
    """
    known = {item.code: item for item in systems(ws)}
    if system not in known:
        return b""
    db, found = ws.store.read(), known[system]
    want = picture.wanted(z, x, y, {})
    tiers = _shown(ws, found, picture.shown_at(z))
    return picture.compose(
        z,
        x,
        y,
        _books.setdefault(ws, picture.LabelBook()),
        tiers=len(found.tiers),
        grids=_rows(ask.grids_in_box(db, want.near, system, tiers, few=_few(ws, known, system, tiers, want.near))),
        functions=_functions(ws, known, system, want.near, z),
        roads=_rows(ask.roads_in_box(db, want.box, want.roads)) if want.roads else picture.Rows(),
        places=_rows(ask.places_in_box(db, want.near, want.places)) if want.places else picture.Rows(),
        facilities=_rows(ask.facilities_in_box(db, want.points)) if want.facilities else picture.Rows(),
    )


def _few(ws: Workspace, known: dict[str, System], system: str, tiers: list[int], box: ask.Box) -> bool:
    """Say whether some tiers have fewer grids than a box may hold of all tiers and systems."""
    whole = ask.extent_of(ws.store.read(), "grid")
    if whole is None:
        return False
    sides = [max(0.0, min(box[i + 2], whole[i + 2]) - max(box[i], whole[i])) for i in (0, 1)]
    share = sides[0] * sides[1] / max((whole[2] - whole[0]) * (whole[3] - whole[1]), 1e-12)
    everything = sum(tier.count for one in known.values() for tier in one.tiers)
    wanted = sum(tier.count for tier in known[system].tiers if tier.tier in tiers)
    return wanted < everything * min(share, 1.0) / 4  # looking one up in the R-tree costs some four times a step in it


def _rows(found: tuple[Any, ask.Columns]) -> picture.Rows:
    return picture.Rows(*found)


def _functions(ws: Workspace, known: dict[str, System], system: str, box: ask.Box, z: int) -> picture.Rows:
    """The soft fills by function: of this system if it has functions, else of the one that has."""
    order = [system, *(code for code, item in known.items() if code != system and item.kind == "base")]
    for code in order:
        tiers = known[code].tiers
        if not tiers or not tiers[-1].count or z < _tinted_from(*_share(ws, tiers[-1].count)):
            continue
        shapes, columns = ask.grids_in_box(ws.store.read(), box, code, [tiers[-1].tier])
        if any(columns["function"]):
            return picture.Rows(shapes, columns)
    return picture.Rows()


PINS_AT_ONCE = 20_000


def pins(
    ws: Workspace,
    filter: TaskFilter,
    bounds: Bounds | None = None,
    now: datetime | None = None,
) -> bytes:
    """Return the placed tasks of a filter as GeoJSON points (UTF-8) for the map: id, status, lamp.

    The newest 20,000 at most; ``complete`` says whether these are all of them.
    """
    found = ask_tasks.pins(ws.store.read(), filter, clock.stamp(now), bounds, PINS_AT_ONCE)
    points = blob.decode_all([row["geom"] for row in found])
    xs, ys = shapely.get_x(points), shapely.get_y(points)
    # One by one: twenty thousand at once would hold Python's lock, and with it the window, for a tenth of a second.
    features = ",".join(
        f'{{"type":"Feature","id":{json.dumps(row["uuid"])},'
        f'"geometry":{{"type":"Point","coordinates":[{x:.7f},{y:.7f}]}},'
        f'"properties":{{"status":{json.dumps(row["status"])},'
        f'"lamp":"{"red" if row["late"] else "amber" if row["soon"] else "none"}"}}}}'
        for row, x, y in zip(found, xs.tolist(), ys.tolist(), strict=True)
    )
    complete = "true" if bounds is None and len(found) < PINS_AT_ONCE else "false"
    return f'{{"type":"FeatureCollection","complete":{complete},"features":[{features}]}}'.encode()
