"""What the inspector says of one thing, fact by fact, in the words of the field."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import shapely

from layers import people
from layers.domain import plain
from layers.domain.clock import local
from layers.domain.measures import area, length
from layers.domain.things import Bounds, Card, Duty, Field, Hit, LogLine, Photo
from layers.errors import Refused
from layers.store import queries_grids, queries_map, queries_people, queries_tasks, rows
from layers.words import t
from layers.words import table as words
from layers.workspace import Workspace

Row = Mapping[str, Any]
# The facts of each table in the order they are shown: column -> what kind of word its value is.
_FACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "road_section": (
        ("code", ""), ("class", "class"), ("side", "side"), ("cleaning_grade", ""), ("custodian_uuid", "party"),
        ("owner_uuid", "party"), ("length_m", "metres"), ("state", "state"), ("note", ""),
    ),
    "place": (
        ("class", "place"), ("code", ""), ("aliases", ""), ("address", ""), ("owner_uuid", "party"),
        ("custodian_uuid", "party"), ("note", ""),
    ),
    "facility": (
        ("code", ""), ("category", "category"), ("state", "state"), ("address", ""), ("place_uuid", "place_link"),
        ("department_uuid", "party"), ("owner_uuid", "party"), ("custodian_uuid", "party"), ("source", ""),
        ("first_on", ""), ("changed_on", ""), ("note", ""),
    ),
    "grid": (
        ("code", ""), ("parent_uuid", "grid_link"), ("function", "function"), ("area_m2", "area"), ("unit_code", ""),
        ("level", ""), ("valid_from", ""), ("order_no", ""), ("note", ""),
    ),
    "task": (
        ("kind", "kind"), ("category", "category"), ("address", ""), ("description", ""), ("source", "source"),
        ("source_number", ""), ("priority", "priority"), ("placed", "placed"), ("reporter", ""),
        ("reporter_phone", ""), ("reported_at", "instant"), ("due_at", "instant"),
    ),
}  # fmt: skip


def card(ws: Workspace, table: str, uuid: str) -> Card:
    """Return the card of a task, grid, section, place or facility. Raises ``Refused`` if it is gone."""
    db = ws.store.read()
    row = rows.get(db, table, uuid)
    if row is None:
        raise Refused("thing_gone")
    shape = row.pop("geom", None)
    fields = [field for column, kind in _FACTS[table] if (field := _field(ws, column, kind, row)) is not None]
    fields = _where(ws, table, row) + fields if table == "task" else fields + _where(ws, table, row)
    sketches = queries_map.sketches(db, uuid) if table == "task" else []
    whole = shapely.GeometryCollection([shape, *sketches]) if sketches and shape is not None else shape
    return Card(
        table,
        uuid,
        title(table, row),
        str(row.get("number") or row.get("code") or ""),
        tuple(fields),
        row,
        json.loads(shapely.to_geojson(whole)) if whole is not None else None,
        _bounds(whole),
        _record(ws, uuid) if table == "task" else (),
        _photos(ws, uuid),
    )


def facts(ws: Workspace, table: str, row: Row) -> dict[str, str]:
    """Return label -> value of the facts of a row as people read them, its name among them."""
    found = [field for column, kind in _FACTS[table] if (field := _field(ws, column, kind, row)) is not None]
    return {"cards.name": title(table, row), **{field.label: field.value for field in found}}


def _bounds(shape: shapely.Geometry | None) -> Bounds | None:
    if shape is None or shape.is_empty:
        return None
    west, south, east, north = (float(side) for side in shape.bounds)
    return west, south, east, north


def title(table: str, row: Row) -> str:
    """Return what a thing is called."""
    if table == "task":
        return plain.line(str(row["title"]))
    if table == "road_section":
        between = "—".join(part for part in (row.get("from_name"), row.get("to_name")) if part)
        return plain.line(f"{row.get('name') or t('cards.unnamed')}" + (f"（{between}）" if between else ""))
    if table == "grid":
        return grid_title(str(row["code"]), str(row.get("name") or ""))
    return plain.line(str(row.get("name") or row.get("code") or "")) or t("cards.unnamed")


def grid_title(code: str, name: str) -> str:
    """Return what people call a grid: `W138 茸北东`; the top one, whose code is the area's, by its name alone."""
    name = plain.line(name)
    _, dash, short = code.rpartition("-")
    if name and (not dash or short in name):
        return name
    return f"{short} {name}".strip()


def hit(ws: Workspace, table: str, uuid: str) -> Hit | None:
    """Return a thing as one line (for tips, lists, search), None if it is gone."""
    db = ws.store.read()
    row = rows.raw(db, table, uuid)
    if row is None:
        return None
    if table == "task":
        from layers.tasks import status_label

        hint = f"{row['number'] or ''} · {status_label(row['status'], row['kind'])}"
    elif table == "facility":
        hint = _category(ws, row)
    else:
        hint = t(f"cards.{table}")
    return Hit(table, uuid, title(table, row), hint, queries_map.box_of(db, table, uuid))


def _field(ws: Workspace, column: str, kind: str, row: Row) -> Field | None:
    value = row.get(column)
    if value is None or value == "":
        return None
    label = f"cards.{column}"
    if kind == "party":
        return Field(label, people.name_of(ws, str(value)))
    if kind in ("grid_link", "place_link"):
        table = kind.removesuffix("_link")
        other = rows.raw(ws.store.read(), table, str(value))
        return Field(label, title(table, other), (table, str(value))) if other else None
    if kind == "category":
        return Field(label, _category(ws, row), note=str(value))
    if kind == "instant":
        return Field(label, local(str(value), ws.zone))
    if kind == "metres":
        return Field(label, length(float(value)))
    if kind == "area":
        return Field(label, area(float(value)))
    if kind:
        # Words come from the file too, where any program may have written one that is not ours: it is shown as it is.
        room = "tasks" if kind in ("kind", "source", "priority", "placed") else "cards"
        key = f"{room}.{kind}_{value}"
        return Field(label, t(key) if key in words() else str(value))
    return Field(label, str(value))


def _category(ws: Workspace, row: Row) -> str:
    found = rows.many(ws.store.read(), "category", ("name",), standard=row.get("standard"), code=row.get("category"))
    return str(found[0]["name"]) if found else str(row.get("category") or t("cards.facility"))


def _where(ws: Workspace, table: str, row: Row) -> list[Field]:
    """The grids of every system, the section, and who answers, for a thing on the ground."""
    db = ws.store.read()
    found: list[Field] = []
    systems = {s["code"]: s for s in queries_grids.systems(db)}
    if table == "grid":
        return _inhabitants(ws, str(row["uuid"]))
    seen: set[str] = set()
    grids: list[tuple[str, str]] = []
    order = list(systems)  # the main one first
    placements = queries_grids.placements(db, str(row["uuid"]))
    for placement in sorted(placements, key=lambda p: order.index(p["system"]) if p["system"] in systems else 99):
        if placement["system"] in seen:
            continue
        seen.add(placement["system"])
        up = queries_grids.above(db, placement["grid_uuid"])
        grids += [(g["uuid"], title("grid", dict(g))) for g in up]
        text = " ‹ ".join(title("grid", dict(g)) for g in up)
        name = systems[placement["system"]]["name"] if placement["system"] in systems else placement["system"]
        label = "cards.grid_main" if systems.get(placement["system"], {"main": 0})["main"] else "cards.grid_other"
        found.append(Field(label, text, ("grid", placement["grid_uuid"]), name))
    road = None
    if table == "task" and row.get("road_uuid"):
        section = rows.raw(db, "road_section", str(row["road_uuid"]))
        if section:
            road = (str(row["road_uuid"]), title("road_section", section))
            found.append(Field("cards.road", road[1], ("road_section", road[0])))
    if table == "task" and row.get("assignee_uuid"):
        found.append(Field("cards.assignee", people.name_of(ws, str(row["assignee_uuid"]))))
    if table == "task" and row.get("lead_uuid") and row["lead_uuid"] != row.get("assignee_uuid"):
        found.append(Field("cards.lead", people.name_of(ws, str(row["lead_uuid"]))))
    duties = people.duties(ws, grids, road, None)
    if duties:
        names = {duty.party.name: _in_role(duty) for duty in reversed(duties[:3])}
        found.append(Field("cards.duty", t("cards.and").join(reversed(names.values()))))
    return found


def _in_role(duty: Duty) -> str:
    role = t(f"tasks.role_{duty.role}")
    # A post that is a name already, as most are in a street office, is not said twice.
    return duty.party.name if role in duty.party.name else t("cards.in_role", name=duty.party.name, role=role)


def _inhabitants(ws: Workspace, uuid: str) -> list[Field]:
    db = ws.store.read()
    found: list[Field] = []
    duties = queries_people.duties(db, [uuid], None, None, datetime.now(UTC).date().isoformat())
    for role in dict.fromkeys(duty["role"] for duty in duties):
        names = t("cards.and").join(duty["name"] for duty in duties if duty["role"] == role)
        found.append(Field(f"cards.role_{role}", names))
    inside = queries_grids.contents(db, queries_grids.below(db, uuid))
    for table in ("task", "facility", "road_section", "place"):
        if inside.get(table):
            found.append(Field(f"cards.count_{table}", f"{inside[table]:,}".replace(",", "\u2009")))
    return found


def _record(ws: Workspace, uuid: str) -> tuple[LogLine, ...]:
    db = ws.store.read()
    name = people.naming(db)
    return tuple(
        LogLine(
            row["seq"],
            row["at"],
            name(row["actor_uuid"]),
            row["step"],
            row["from_status"],
            row["to_status"],
            row["reason"] or "",
        )
        for row in queries_tasks.record(db, uuid)
    )


def _photos(ws: Workspace, uuid: str) -> tuple[Photo, ...]:
    return tuple(
        Photo(row["uuid"], row["stage"], row["name"] or "", row["sha256"], row["thumb"] or b"", row["taken_at"])
        for row in queries_tasks.photos(ws.store.read(), uuid)
    )
