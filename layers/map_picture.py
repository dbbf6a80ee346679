"""What a picture of the map holds, whatever paints it: the things in an extent as paths in metres, and names."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely

from layers import boards, indicators, places, tiles
from layers.domain import clock, ground, symbols
from layers.domain.things import Bounds, System, TaskFilter
from layers.errors import Refused
from layers.gis import plane as planes
from layers.gis.labels import label_lines, label_points
from layers.gis.plane import Box, Plane
from layers.grids import systems
from layers.indicators import Wish
from layers.map_scene import Extent, Name, Path, Scene, Shape, Spot
from layers.store import blob
from layers.store import queries_map as ask
from layers.store import queries_tasks as ask_tasks
from layers.words import t
from layers.workspace import Progress, Workspace

LAYERS = ("functions", "place", "road", "grid", "facility", "task")
OPEN = TaskFilter(open_only=True)
NOTHING = Wish()
PINS_AT_ONCE = 20_000
CROWD, CELL = 4000, 7.0  # facilities drawn one by one; more are thinned to one of each cell of so many units
PIN_CROWD, PIN_CELL = 2000, 12.0
MARGIN = 60.0  # units beyond the edge that lines, icons and names reach into the picture from
DETAIL = 0.12  # units: bends finer than that are not drawn
TINT_UNITS = 3.0  # of the side of a mean grid; smaller, a function's colour is noise


def bounds_of_grid(ws: Workspace, code: str, system: str = "") -> Bounds:
    """Return the bounds of a current grid by its code, with a margin. Raises ``Refused`` when there is none."""
    found = ask.grid_by_code(ws.store.read(), code, system)
    if found is None:
        raise Refused("picture_no_grid", code=code)
    west, south, east, north = found
    x, y = (east - west) * 0.04, (north - south) * 0.04
    return west - x, south - y, east + x, north + y


def choose_system(ws: Workspace, code: str = "") -> System | None:
    """Return a system by code or name, the main one if none is named; None without any. Raises ``Refused``."""
    known = systems(ws)
    if not code:
        return known[0] if known else None
    found = next((item for item in known if code in (item.code, item.name)), None)
    if found is None:
        raise Refused("picture_no_system", system=code, known=", ".join(item.code for item in known))
    return found


def scene(
    ws: Workspace,
    what: Extent,
    system: str = "",
    layers: Iterable[str] = LAYERS,
    filter: TaskFilter = OPEN,
    picked: tuple[str, str] | None = None,
    shade: Wish = NOTHING,
    kinds: Sequence[str] = (),
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Scene:
    """Return what lies in an extent, of the map layers named, as the map shows it at that size.

    ``filter`` says which tasks, ``picked`` (table, uuid) what is marked, ``shade`` by what the grids are coloured,
    ``kinds`` which facilities are marked whatever the scale. Raises ``Refused``, ``Cancelled``.
    """
    shown, chosen = set(layers), choose_system(ws, system)
    reader = _Reader(ws, what, chosen)
    reader.shade(shade, filter, now, "grid" in shown)
    parts: dict[str, Callable[[], None]] = {
        "functions": reader.functions, "place": reader.places, "road": reader.roads, "grid": reader.grids,
        "facility": reader.facilities, "task": lambda: reader.tasks(filter, now),
    }  # fmt: skip
    for i, name in enumerate(LAYERS):
        if progress:
            progress(i, len(LAYERS), t(f"pictures.reading_{name}"))
        if name in shown:
            parts[name]()
    reader.mark(kinds)
    if picked is not None:
        reader.pick(*picked)
    return Scene(what, chosen, ws.synthetic, ws.name, **reader.made, seen=frozenset(reader.seen))


class _Reader:
    """Reads one scene: knows the boxes and gathers what is found."""

    def __init__(self, ws: Workspace, what: Extent, system: System | None) -> None:
        self.db, self.ws, self.what, self.system = ws.store.read(), ws, what, system
        margin = MARGIN * what.unit
        w, h = what.half_width + margin, what.half_height + margin
        self.wide: Box = (-w, -h, w, h)
        self.degrees = what.plane.box(w, h)
        self.table, self.zoom = symbols.table(), what.zoom
        self.made: dict[str, Any] = {}
        self.seen: set[tuple[str, str]] = set()
        self.figures: dict[str, str] = {}  # the numbers of shaded grids
        self.shaded = False

    def _shapes(self, layer: str, rows: Any, keys: Sequence[str]) -> tuple[Shape, ...]:
        """Return shapes of rows, and note which keys can really be seen."""
        drawn = planes.drawn(rows, self.what.plane, self.wide, DETAIL * self.what.unit)
        inside = shapely.intersects(drawn, shapely.box(*self.what.box)) if len(drawn) else ()
        self.seen |= {(layer, key) for key, yes in zip(keys, inside, strict=True) if yes}
        found = (Shape(key, planes.paths(one)) for key, one in zip(keys, drawn, strict=True) if one is not None)
        return tuple(shape for shape in found if shape.paths)

    def shade(self, wish: Wish, filter: TaskFilter, now: datetime | None, figures: bool) -> None:
        """Read the grids of one tier in classes by an indicator, and what is written in them."""
        system = self.system.code if self.system else ""
        shading = indicators.shade(self.ws, system, self.zoom, wish, now, filter)
        if shading is None:
            return
        place = {uuid: key for key, uuids in shading.fills.items() for uuid in uuids}
        shapes, columns = ask.grids_in_box(self.db, self.degrees, system, [shading.tier])
        there = [i for i, uuid in enumerate(columns["uuid"]) if uuid in place]
        self.made["shades"] = self._shapes("shade", shapes[there], [place[columns["uuid"][i]] for i in there])
        self.made["shading"], self.shaded = shading, True
        self.seen.add(("shade", ""))
        if figures:
            for uuids, texts in zip(shading.grids, shading.numbers, strict=True):
                self.figures |= dict(zip(uuids, texts, strict=True))

    def functions(self) -> None:
        """Read the soft fills: of this system if it has functions, else of a base system that has."""
        if self.shaded:
            return  # a shade is read by its colour: what else would tint the grids gives way
        known = systems(self.ws)
        own = [self.system] if self.system else []
        for item in [*own, *(one for one in known if one is not self.system and one.kind == "base")]:
            deepest = item.tiers[-1] if item.tiers else None
            if deepest is None or not deepest.count:
                continue
            shapes, columns = ask.grids_in_box(self.db, self.degrees, item.code, [deepest.tier])
            if not any(columns["function"]):
                continue
            if mean_side(shapes, self.what.plane) < TINT_UNITS * self.what.unit:
                return
            keys = [key if key in self.table.functions else "other" for key in columns["function"]]
            self.made["functions"] = self._shapes("functions", shapes, keys)
            return

    def places(self) -> None:
        """Read the places whose class is drawn at this size, large ones first, and their names."""
        wanted = [key for key, style in self.table.places.items() if self.zoom >= style.minzoom]
        wanted = [key for key in wanted if not self.shaded or key in self.table.shaded_places]
        if not wanted:
            return
        shapes, columns = ask.places_in_box(self.db, self.degrees, wanted)
        keys = [key if key in self.table.places else "other" for key in (name or "other" for name in columns["class"])]
        order = {key: i for i, key in enumerate(reversed(list(self.table.places)))}
        found = self._shapes("place", shapes, keys)
        self.made["places"] = tuple(sorted(found, key=lambda shape: order[shape.key]))
        self._name("place", shapes, keys, columns["name"], [""] * len(keys))

    def roads(self) -> None:
        """Read the sections whose class is drawn at this size, and the lines that their names stand on."""
        wanted = [key for key, style in self.table.roads.items() if self.zoom >= style.minzoom]
        if not wanted:
            return
        shapes, columns = ask.roads_in_box(self.db, self.degrees, wanted)
        keys = [name or "branch" for name in columns["class"]]
        self.made["roads"] = self._shapes("road", shapes, keys)
        lines, first = label_lines(shapes, columns["name"])
        named = planes.drawn(lines, self.what.plane, self.what.box, self.what.unit)
        self.made["road_names"] = tuple(
            (columns["name"][i], Shape(keys[i], planes.paths(one)))
            for i, one in zip(first.tolist(), named, strict=True)
        )

    def grids(self) -> None:
        """Read the borders of the tiers drawn at this size, each once, and the names of the grids."""
        if self.system is None:
            return
        tiers = tiles.tiers_at(self.ws, self.system.code, self.zoom)
        shapes, columns = ask.grids_in_box(self.db, self.degrees, self.system.code, tiers)
        styles = np.array([symbols.grid_style(tier, len(self.system.tiers)) for tier in columns["tier"]])
        found: list[Shape] = []
        taken = np.empty((0, 4))
        order = sorted(self.table.grids, key=lambda key: -self.table.grids[key].order)
        for key in [one for one in order if one in styles]:
            lines, segments = planes.borders(
                shapes[styles == key], self.what.plane, self.wide, DETAIL * self.what.unit, taken
            )
            taken = np.vstack([taken, segments])
            if lines:
                found.append(Shape(key, lines))
            if _meets(lines, self.what.box):
                self.seen.add(("grid", key))
        self.made["borders"] = tuple(reversed(found))
        figures = [self.figures.get(uuid, "") for uuid in columns["uuid"]]
        self._name("grid", shapes, styles.tolist(), columns["name"], columns["code"], figures)

    def _name(
        self,
        kind: str,
        shapes: Any,
        keys: Sequence[str],
        texts: Sequence[Any],
        codes: Sequence[Any],
        figures: Sequence[str] = (),
    ) -> None:
        if not len(shapes):
            return
        points, rooms = label_points(shapes)
        xy = planes.points_of(points, self.what.plane)
        w, h = self.what.half_width, self.what.half_height
        made = [
            Name(kind, key, text or "", code or "", float(x), float(y), float(room), figure)
            for key, text, code, (x, y), room, figure in zip(
                keys, texts, codes, xy, rooms, figures or [""] * len(keys), strict=True
            )
            if (text or code) and abs(x) < w and abs(y) < h
        ]
        self.made["names"] = (*self.made.get("names", ()), *made)

    def facilities(self) -> None:
        """Read the facilities whose kind is drawn at this size; where they crowd, some of them."""
        if self.zoom < self.table.facility_minzoom:
            return
        shapes, columns = ask.facilities_in_box(self.db, self.degrees)
        keep = [i for i, category in enumerate(columns["category"]) if self.zoom >= self.table.facility_from(category)]
        xy = planes.points_of(shapes[keep], self.what.plane)
        some = planes.thinned(xy, CELL * self.what.unit, CROWD)
        categories = [columns["category"][keep[i]] or "" for i in some.tolist()]
        spots = [
            Spot(self.table.facility(category).key, float(x), float(y), category=category)
            for category, (x, y) in zip(categories, xy[some], strict=True)
        ]
        self.made["facilities"] = tuple(sorted(spots, key=lambda spot: -spot.y))
        self.seen |= {("facility", spot.key) for spot in spots if self._inside(spot.x, spot.y)}

    def mark(self, kinds: Sequence[str]) -> None:
        """Read the facilities that a themed map marks."""
        found = boards.marks(self.ws, kinds, self.degrees) if kinds else []
        if found:
            xy = self.what.plane.metres(np.array([[lon, lat] for _, lon, lat in found]))
            spots = [Spot(key, float(x), float(y)) for (key, _, _), (x, y) in zip(found, xy, strict=True)]
            self.made["marks"] = tuple(sorted(spots, key=lambda spot: -spot.y))
            self.seen |= {("facility", spot.key) for spot in spots if self._inside(spot.x, spot.y)}

    def tasks(self, filter: TaskFilter, now: datetime | None) -> None:
        """Read the pins of a filter, the most pressing last; where they crowd, one of each cell."""
        found = ask_tasks.pins(self.db, filter, clock.stamp(now), self.degrees, PINS_AT_ONCE)
        if not found:
            return
        xy = planes.points_of(blob.decode_all([row["geom"] for row in found]), self.what.plane)
        order = list(self.table.statuses)

        def rank(i: int) -> tuple[int, float]:
            status, late = found[i]["status"], bool(found[i]["late"])
            quiet = status in self.table.quiet
            return (0 if quiet else 100 - order.index(status)) + 200 * late, -float(xy[i][1])

        ranked = sorted((i for i in range(len(found)) if found[i]["status"] in order), key=rank, reverse=True)
        some = planes.thinned(xy[ranked], PIN_CELL * self.what.unit, PIN_CROWD)
        spots = [
            Spot(found[i]["status"], float(xy[i][0]), float(xy[i][1]), bool(found[i]["late"]))
            for i in (ranked[k] for k in some.tolist())
        ]
        self.made["pins"] = tuple(reversed(spots))
        inside = [spot for spot in spots if self._inside(spot.x, spot.y)]
        self.seen |= {("task", spot.key) for spot in inside}
        if any(spot.red for spot in inside):
            self.seen.add(("task", "overdue"))

    def pick(self, table: str, uuid: str) -> None:
        """Mark one thing: its outline, its line or its place."""
        geometry = places.card(self.ws, table, uuid).geometry
        if geometry is None:
            return
        whole = np.empty(1, dtype=object)
        whole[0] = shapely.geometry.shape(dict(geometry))
        parts = shapely.get_parts(whole)
        kind = {0: "point", 1: "line", 2: "area"}[int(shapely.get_dimensions(whole)[0])]
        if kind == "point":
            found = tuple(planes.points_of(parts, self.what.plane).reshape(-1, 1, 2))
            met = any(self._inside(*path[0]) for path in found)
        else:
            found = planes.paths(planes.drawn(whole, self.what.plane, self.wide, DETAIL * self.what.unit)[0])
            met = _meets(found, self.what.box)
        if met:
            self.made["picked"] = (kind, found)
            self.seen.add(("picked", kind))

    def _inside(self, x: float, y: float) -> bool:
        return abs(x) <= self.what.half_width and abs(y) <= self.what.half_height


def mean_side(shapes: Any, plane: Plane) -> float:
    """Return the side in metres of a square as large as polygons are on average, to say whether they can be told."""
    across, along = ground.degree_m(plane.lat)
    return float(np.sqrt(np.nanmean(shapely.area(shapes)) * across * along)) if len(shapes) else 0.0


def _meets(paths: Iterable[Path], box: Box) -> bool:
    lines = [shapely.linestrings(path) for path in paths]
    return bool(len(lines) and shapely.intersects(np.array(lines, dtype=object), shapely.box(*box)).any())
