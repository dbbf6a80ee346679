"""Changes the shape of a section, place, facility or task by hand: each change one step of the history.

Grids are not changed here: their borders are shared by every tier, so a single one cannot be moved without a gap.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers import cards, placing
from layers.domain import sketching
from layers.domain.changes import Changes
from layers.domain.sketching import Place
from layers.errors import Refused
from layers.store import rows
from layers.store.connection import Connection
from layers.store.journal import Writing
from layers.store.rows import Row
from layers.words import stored, t
from layers.workspace import Workspace

TABLES = ("place", "road_section", "facility", "task")
# Whatever refers to a place or section: (table, column).
_REFERS = {
    "place": (("facility", "place_uuid"), ("task", "place_uuid"), ("duty", "place_uuid")),
    "road_section": (("task", "road_uuid"), ("duty", "road_uuid")),
}
SHOWN = 5_000  # corners of the shape that is shown in place of one with too many of them
_OWNED = ("media", "register_value", "check_result")
_OWN = ("fid", "uuid", "ver", "geom", "code", "length_m")  # what every row has of its own


@dataclass(frozen=True)
class Target:
    """What is edited: the row that holds the shape (a task's sketch if it has one), its version, GeoJSON and kind.

    ``corners`` is how many there are; of more than `sketching.MOST` the geometry is a coarser one, only to be shown.
    """

    table: str
    uuid: str
    ver: int
    geometry: Mapping[str, Any]
    kind: str  # point, line or polygon
    title: str
    corners: int = 0

    def require_handy(self) -> None:
        """Raise ``Refused`` for a shape of more corners than can be handled one by one."""
        if self.corners > sketching.MOST:
            raise Refused("shape_huge", count=f"{self.corners:,}", most=f"{sketching.MOST:,}")


@dataclass(frozen=True)
class Joined:
    """What a merge did; ``differs`` lists the facts that differed, as sentences: those of the first were kept."""

    changes: Changes
    differs: tuple[str, ...]


def target(ws: Workspace, table: str, uuid: str) -> Target:
    """Return what there is to edit of a selected thing.

    Raises ``Refused`` for a grid (its borders are changed elsewhere), and for a thing that is gone or has no shape.
    """
    _require_ours(table)
    row, name = _row(ws.store.read(), table, uuid)
    shape = row["geom"]
    if shape is None or shape.is_empty:
        raise Refused("no_shape", what=cards.title(table, _named(ws.store.read(), table, uuid)))
    corners = int(shapely.get_num_coordinates(shape))
    geometry = json.loads(shapely.to_geojson(shape if corners <= sketching.MOST else _coarser(shape)))
    try:
        found = sketching.shape_of(geometry)
    except ValueError:
        raise Refused("shape_mixed") from None
    title = cards.title(table, _named(ws.store.read(), table, uuid))
    return Target(name, row["uuid"], row["ver"], geometry, found.kind, title, corners)


def _coarser(shape: Any) -> Any:
    """Return a shape with no more corners than can be shown while it is moved or merged."""
    west, south, east, north = shapely.bounds(shape).tolist()
    off = max(east - west, north - south) / 5_000
    while int(shapely.get_num_coordinates(found := shapely.simplify(shape, off))) > SHOWN and off < 1:
        off *= 2
    return found


def _require_ours(table: str) -> None:
    if table == "grid":
        raise Refused("grids_elsewhere")
    if table not in TABLES:
        raise Refused("no_shape", what=t(f"cards.{table}"))


def _named(db: Connection, table: str, uuid: str) -> Row:
    row = rows.raw(db, table, uuid)
    if row is None:
        raise Refused("task_gone" if table == "task" else "thing_gone")
    return row


def _row(db: Connection, table: str, uuid: str) -> tuple[Row, str]:
    """Return the row that holds the shape of a thing, and its table: of a task the sketch, if there is one."""
    if table == "task":
        sketches = rows.many(db, "task_sketch", task_uuid=uuid)
        if sketches:
            return sketches[0], "task_sketch"
    row = rows.get(db, table, uuid)
    if row is None:
        raise Refused("task_gone" if table == "task" else "thing_gone")
    return row, table


def _change(
    ws: Workspace,
    table: str,
    uuid: str,
    label: str,
    actor: str,
    make: Callable[[Any], Any],
    ver: int | None = None,
) -> Changes:
    _require_ours(table)
    with ws.store.step("", actor) as writing:
        row, name = _row(writing.db, table, uuid)
        if ver is not None and row["ver"] != ver:
            raise Refused("shape_moved_on")
        writing.label = stored(label, what=_what(table, _named(writing.db, table, uuid)))
        new = make(row["geom"])
        _require_sound(new)
        _put(writing, name, row["uuid"], new)
        _settle(writing, table, name, uuid, new)
    return writing.changes


def _what(table: str, row: Row) -> str:
    return str(row["number"] or row["title"]) if table == "task" else cards.title(table, row)


def _require_sound(shape: Any) -> None:
    from layers.gis import shaping

    shaping.require_sound(shape)


def _put(writing: Writing, name: str, uuid: str, shape: Any) -> None:
    values: dict[str, Any] = {"geom": shape}
    if name == "road_section":
        values["length_m"] = _length(shape)
    writing.update(name, uuid, values)


def _length(shape: Any) -> float:
    from layers.gis.crs import length_m

    return round(float(length_m(_array([shape]))[0]), 2)


def _settle(writing: Writing, table: str, name: str, uuid: str, shape: Any) -> None:
    """Put what has another shape into the grids it lies in now; a task's pin follows a sketch that left it behind."""
    if name == "task":
        writing.update("task", uuid, placing.home(writing.db, shape.x, shape.y))
    elif name == "task_sketch":
        pin = rows.get(writing.db, "task", uuid)
        if pin is None or pin["geom"] is None or shapely.distance(pin["geom"], shape) < 1e-9:
            return
        spot = shapely.point_on_surface(shape) if shapely.area(shape) else shapely.get_point(_nearest(shape, pin), 1)
        writing.update("task", uuid, placing.home(writing.db, spot.x, spot.y))
    placing.place(writing, table, [uuid])


def _nearest(shape: Any, pin: Row) -> Any:
    return shapely.shortest_line(pin["geom"], shape)


# -- one shape ---------------------------------------------------------------------------------------------


def set_shape(
    ws: Workspace, table: str, uuid: str, geometry: Mapping[str, Any], actor: str, ver: int | None = None
) -> Changes:
    """Give a thing another shape (GeoJSON, degrees). ``ver`` is the version that was edited.

    Raises ``Refused`` for a shape that crosses itself, is of another kind, or whose row has moved on meanwhile.
    """
    new = _read(geometry)

    def make(old: Any) -> Any:
        if shapely.get_dimensions(old) != shapely.get_dimensions(new):
            raise Refused("shape_mixed")
        return new

    return _change(ws, table, uuid, "drawing.label_shape", actor, make, ver)


def _read(geometry: Mapping[str, Any]) -> Any:
    try:
        return shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, ValueError):
        raise Refused("bad_sketch") from None


def move(ws: Workspace, table: str, uuid: str, start: Place, end: Place, actor: str) -> Changes:
    """Move a thing as a whole by the way between two places; its size and form stay."""
    from layers.gis import shaping

    return _change(ws, table, uuid, "drawing.label_move", actor, lambda old: shaping.move(old, start, end))


def reshape(ws: Workspace, table: str, uuid: str, line: Mapping[str, Any], actor: str) -> Changes:
    """Lead a thing's outline, or a section, along a drawn line between the places where the line meets it."""
    from layers.gis import shaping

    drawn = _read(line)
    return _change(ws, table, uuid, "drawing.label_reshape", actor, lambda old: shaping.reshape(old, drawn))


def cut(ws: Workspace, table: str, uuid: str, area: Mapping[str, Any], actor: str) -> Changes:
    """Take a drawn area out of a thing."""
    from layers.gis import shaping

    drawn = _read(area)
    _require_sound(drawn)
    return _change(ws, table, uuid, "drawing.label_cut", actor, lambda old: shaping.cut(old, drawn))


# -- several shapes ----------------------------------------------------------------------------------------


def split(ws: Workspace, table: str, uuid: str, line: Mapping[str, Any], actor: str) -> Changes:
    """Split a thing along a drawn line: the largest part stays what it is, every other becomes a new one.

    A new part has the same facts, a uuid of its own and the code with ``-2``, ``-3`` …; what lies on it (facilities,
    tasks) belongs to it from now on.
    """
    from layers.gis import shaping

    _require_ours(table)
    with ws.store.step("", actor) as writing:
        row, name = _row(writing.db, table, uuid)
        writing.label = stored("drawing.label_split", what=_what(table, _named(writing.db, table, uuid)))
        first, *others = shaping.split(row["geom"], _read(line))
        _put(writing, name, row["uuid"], first)
        if name == "task_sketch":
            for part in others:
                writing.insert(name, {"task_uuid": uuid, "label": row["label"], "geom": part})
        else:
            uuids = [row["uuid"], *(_new_part(writing, name, row, part) for part in others)]
            placing.place(writing, name, uuids)
            _share_out(writing, name, uuids, [first, *others])
    return writing.changes


def _new_part(writing: Writing, name: str, row: Row, part: Any) -> str:
    values = {column: value for column, value in row.items() if column not in _OWN}
    values |= {"code": _free_code(writing.db, name, row["code"]), "geom": part}
    if name == "road_section":
        values["length_m"] = _length(part)
    return writing.insert(name, values)


def _free_code(db: Connection, table: str, code: str | None) -> str | None:
    if not code:
        return None
    for number in range(2, 10_000):
        if not rows.many(db, table, ("uuid",), code=f"{code}-{number}"):
            return f"{code}-{number}"
    return None


def _share_out(writing: Writing, table: str, uuids: Sequence[str], parts: Sequence[Any]) -> None:
    """Let whatever lay on the whole belong to the part that it lies on or next to."""
    column = "place_uuid" if table == "place" else "road_uuid"
    for other in ("facility", "task") if table == "place" else ("task",):
        for row in rows.many(writing.db, other, ("uuid", "geom"), **{column: uuids[0]}):
            if row["geom"] is None:
                continue
            nearest = int(np.argmin(shapely.distance(_array(parts), row["geom"])))
            if nearest:
                writing.update(other, row["uuid"], {column: uuids[nearest]})


def merge(ws: Workspace, table: str, uuids: Sequence[str], actor: str) -> Joined:
    """Make one thing of several places or sections; the first keeps its facts, everything else comes to it.

    Raises ``Refused`` for fewer than two, for other tables, or when one is gone.
    """
    from layers.gis import shaping

    _require_ours(table)
    if table not in _REFERS or len(set(uuids)) < 2:
        raise Refused("merge_kinds")
    order = list(dict.fromkeys(uuids))
    with ws.store.step("", actor) as writing:
        known = rows.by_uuid(writing.db, table, order)
        if len(known) < len(order) or any(row["geom"] is None for row in known.values()):
            raise Refused("thing_gone")
        first = known[order[0]]
        writing.label = stored("drawing.label_merge", what=_what(table, first), count=len(order))
        whole = shaping.merge([known[uuid]["geom"] for uuid in order])
        _require_sound(whole)
        _put(writing, table, order[0], whole)
        for uuid in order[1:]:
            _hand_over(writing, table, uuid, order[0])
            writing.delete(table, uuid)
        placing.place(writing, table, order)
    return Joined(writing.changes, _differing(ws, table, first, [known[uuid] for uuid in order[1:]]))


def _hand_over(writing: Writing, table: str, uuid: str, heir: str) -> None:
    for other, column in _REFERS[table]:
        for row in rows.many(writing.db, other, ("uuid",), **{column: uuid}):
            writing.update(other, row["uuid"], {column: heir})
    for other in _OWNED:
        for row in rows.many(writing.db, other, ("uuid",), owner_uuid=uuid):
            writing.update(other, row["uuid"], {"owner_uuid": heir})


def _differing(ws: Workspace, table: str, first: Row, others: Sequence[Row]) -> tuple[str, ...]:
    kept, lines = cards.facts(ws, table, first), []
    every = [cards.facts(ws, table, one) for one in others]
    for label in dict.fromkeys(label for facts in every for label in facts):
        lost = [facts[label] for facts in every if facts.get(label, "") not in ("", kept.get(label, ""))]
        if lost and label not in ("cards.code", "cards.length_m"):
            gone = t("cards.and").join(dict.fromkeys(lost))
            lines.append(t("drawing.differs", fact=t(label), kept=kept.get(label) or t("drawing.nothing"), gone=gone))
    return tuple(lines)


def _array(shapes: Sequence[Any]) -> Any:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found
