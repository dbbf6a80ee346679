"""What is selected, what lies where: the card of any thing, location of a point, picking on the map."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from layers import cards, people, placing
from layers.domain import ground, symbols
from layers.domain.changes import Changes
from layers.domain.clock import stamp
from layers.domain.things import Bounds, Card, GridNode, Hit, Located, TaskFilter
from layers.errors import Refused
from layers.grids import chain, systems
from layers.store import blob, queries_grids, queries_tasks, rows
from layers.store import queries_map as ask
from layers.words import stored
from layers.workspace import Workspace

EDITABLE = {
    "grid": ("name", "function", "level", "unit_code", "note"),
    "road_section": ("name", "from_name", "to_name", "class", "side", "cleaning_grade", "state", "note"),
    "place": ("name", "aliases", "class", "address", "note"),
    "facility": ("name", "state", "address", "note"),
}
PICK_PIXELS = 9  # how far from the pointer a pin, icon or line still counts
_PICKABLE = ("task", "facility", "road_section", "place", "grid")


def card(ws: Workspace, table: str, uuid: str) -> Card:
    """Return everything the inspector shows of one thing. Raises ``Refused`` if it is gone."""
    return cards.card(ws, table, uuid)


def locate(ws: Workspace, lon: float, lat: float) -> Located:
    """Return where a point lies: the chain of grids in every system, section, place, and who answers for it."""
    db = ws.store.read()
    chains: dict[str, tuple[GridNode, ...]] = {
        system: chain(ws, grid["uuid"]) for system, grid in placing.spot(db, lon, lat).items()
    }
    order = [system.code for system in systems(ws)]
    chains = {code: chains[code] for code in order if code in chains}
    road = placing.near_road(db, lon, lat)
    place = _place_at(ws, lon, lat)
    grids = [(node.uuid, cards.grid_title(node.code, node.name)) for nodes in chains.values() for node in nodes]
    return Located(lon, lat, chains, road, place, people.duties(ws, grids, (road[0], road[1]) if road else None, place))


def _place_at(ws: Workspace, lon: float, lat: float) -> tuple[str, str] | None:
    point = shapely.Point(lon, lat)
    shapes, columns = ask.in_box(ws.store.read(), "place", (lon, lat, lon, lat), ("uuid", "name"))
    inside = [i for i, shape in enumerate(shapes) if shapely.intersects(shape, point)]
    if not inside:
        return None
    i = min(inside, key=lambda k: shapely.area(shapes[k]))
    return columns["uuid"][i], columns["name"][i] or ""


def pick(
    ws: Workspace,
    lon: float,
    lat: float,
    zoom: float,
    system: str,
    visible: set[str] | None = None,
    filter: TaskFilter | None = None,
    kinds: Sequence[str] = (),
) -> Hit | None:
    """Return the topmost thing drawn under the pointer: task, facility, section, place, then the deepest grid.

    ``zoom`` is the map's; what is not drawn there cannot be picked. ``visible`` names the tables shown, None all;
    ``filter`` says which tasks have a pin, None all; ``kinds`` are the only facilities drawn, at every zoom, if any.
    """
    reach = PICK_PIXELS * ground.pixel_m(lat, zoom)
    for name in _PICKABLE:
        if visible is not None and name not in visible:
            continue
        if name == "grid":
            hit = _grid_at(ws, lon, lat, zoom, system)
        else:
            hit = _nearest(ws, name, lon, lat, reach, zoom, filter or TaskFilter(), kinds)
        if hit is not None:
            return hit
    return None


def _nearest(
    ws: Workspace,
    name: str,
    lon: float,
    lat: float,
    reach: float,
    zoom: float,
    filter: TaskFilter,
    kinds: Sequence[str] = (),
) -> Hit | None:
    point = shapely.Point(lon, lat)
    across, along = ground.degree_m(lat)
    squeeze, dy = max(across / along, 0.01), 0.0 if name == "place" else reach / along
    box = ground.around(lon, lat, reach) if dy else (lon, lat, lon, lat)
    if name == "task":
        found = queries_tasks.pins(ws.store.read(), filter, stamp(), box, _PINS_NEAR)
        shapes = blob.decode_all([row["geom"] for row in found])
        columns: ask.Columns = {"uuid": [row["uuid"] for row in found]}
    else:
        shapes, columns = ask.in_box(ws.store.read(), name, box, ("uuid", *_CLASS.get(name, ())))
    best: tuple[float, float, str] | None = None
    flat = shapely.transform(point, lambda c: c * [squeeze, 1.0])
    for i, shape in enumerate(shapes):
        if not _drawn(name, {key: values[i] for key, values in columns.items()}, zoom, kinds):
            continue
        away = shapely.distance(shapely.transform(shape, lambda c: c * [squeeze, 1.0]), flat)
        if away <= dy and (best is None or (away, shapely.area(shape)) < best[:2]):
            best = (away, shapely.area(shape), columns["uuid"][i])
    return None if best is None else cards.hit(ws, name, best[2])


_PINS_NEAR = 200
_CLASS = {"road_section": ("class",), "place": ("class",), "facility": ("category",)}


def _drawn(name: str, row: Mapping[str, Any], zoom: float, kinds: Sequence[str] = ()) -> bool:
    table = symbols.table()
    if name == "facility" and kinds:
        return table.facility(row["category"]).key in kinds
    if name == "road_section":
        style = table.roads.get(row["class"] or "branch")
        return style is not None and zoom >= style.minzoom
    if name == "place":
        place = table.places.get(row["class"] or "other")
        return place is not None and zoom >= place.minzoom
    return name != "facility" or zoom >= table.facility_from(row["category"])


def _grid_at(ws: Workspace, lon: float, lat: float, zoom: float, system: str) -> Hit | None:
    from layers import tiles

    shown = tiles.tiers_at(ws, system, zoom)
    point = shapely.Point(lon, lat)
    for grid in queries_grids.at(ws.store.read(), lon, lat):
        if grid["system"] == system and grid["tier"] in shown and shapely.intersects(grid["geom"], point):
            return cards.hit(ws, "grid", grid["uuid"])
    return None


def here(ws: Workspace, lon: float, lat: float, metres: float = 50.0) -> list[Hit]:
    """Return what is within some metres of a point: tasks, facilities, section, place, and the grids it lies in."""
    found: list[Hit] = []
    box = ground.around(lon, lat, metres)
    for name in ("task", "facility"):
        _, columns = ask.in_box(ws.store.read(), name, box, ("uuid",), limit=50)
        found += [hit for uuid in columns["uuid"] if (hit := cards.hit(ws, name, uuid))]
    located = locate(ws, lon, lat)
    for table, pair in (("road_section", located.road), ("place", located.place)):
        if pair is not None and (hit := cards.hit(ws, table, pair[0])):
            found.append(hit)
    for nodes in located.chains.values():
        found += [hit for node in nodes if (hit := cards.hit(ws, "grid", node.uuid))]
    return found


def inside(ws: Workspace, polygon: Mapping[str, Any], table: str) -> list[Hit]:
    """Return the things of a table that a drawn polygon (GeoJSON, degrees) touches: the lasso."""
    shape = shapely.from_geojson(json.dumps(polygon))
    shapely.prepare(shape)
    box: Bounds = tuple(map(float, shape.bounds))  # type: ignore[assignment]
    shapes, columns = ask.in_box(ws.store.read(), table, box, ("uuid",))
    touched = shapely.intersects(shape, shapes) if len(shapes) else []
    return [
        hit
        for uuid, yes in zip(columns["uuid"], touched, strict=True)
        if yes and (hit := cards.hit(ws, table, uuid)) is not None
    ]


def edit(ws: Workspace, table: str, uuid: str, values: Mapping[str, Any], actor: str) -> Changes:
    """Change facts of a grid, section, place or facility as one step of the history."""
    unknown = set(values) - set(EDITABLE[table])
    if unknown:
        raise KeyError(f"{table}: {sorted(unknown)}")
    known = rows.raw(ws.store.read(), table, uuid)
    if known is None:
        raise Refused("thing_gone")
    what = known.get("name") or known.get("code") or ""
    with ws.store.step(stored("tasks.label_edit", what=what), actor) as writing:
        writing.update(table, uuid, {column: value or None for column, value in values.items()})
    return writing.changes
