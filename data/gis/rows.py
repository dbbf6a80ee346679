"""The tables in the making: rows by column name, names made into uuids, shapes made into hex WKB."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

# Fixed for ever: the same thing has the same uuid in every demonstration workspace.
NAMESPACE = uuid.UUID("6e8d3b1a-0c54-5f0e-9a27-310117004138")

COLUMNS: dict[str, tuple[str, ...]] = {
    "department": ("code", "name", "parent_uuid", "kind"),
    "person": ("name", "post", "department_uuid", "phone", "active", "note"),
    "team": ("name",),
    "team_member": ("team_uuid", "person_uuid"),
    "grid_system": ("code", "name", "kind", "area_code", "main"),
    "grid_tier": ("system", "tier", "name", "letter", "expected", "covering"),
    "grid": (
        "system", "tier", "code", "name", "parent_uuid", "unit_code", "function", "area_m2", "level", "valid_from",
        "valid_to", "order_no", "note", "attrs", "geom",
    ),
    "road_section": (
        "code", "name", "from_name", "to_name", "class", "side", "cleaning_grade", "custodian_uuid", "owner_uuid",
        "length_m", "state", "note", "attrs", "geom",
    ),
    "place": ("code", "name", "aliases", "class", "address", "owner_uuid", "custodian_uuid", "note", "attrs", "geom"),
    "facility": (
        "code", "standard", "category", "name", "state", "place_uuid", "owner_uuid", "custodian_uuid",
        "department_uuid", "source", "first_on", "changed_on", "address", "note", "attrs", "geom",
    ),
    "duty": (
        "party_kind", "party_uuid", "role", "grid_uuid", "road_uuid", "place_uuid", "category", "from_on", "to_on",
    ),
    "category": ("standard", "kind", "code", "parent_code", "name", "from_on", "to_on"),
}  # fmt: skip

Tables = dict[str, list[list[Any]]]


def uid(table: str, code: str) -> str:
    """Return the uuid of a thing (version 5 of "table:code")."""
    return str(uuid.uuid5(NAMESPACE, f"{table}:{code}"))


def wkb(shape: BaseGeometry) -> str:
    """Return little-endian hex WKB in lower case; polygons and lines of a table become multi-shapes."""
    multi = {"Polygon": shapely.multipolygons, "LineString": shapely.multilinestrings}.get(shape.geom_type)
    return str(shapely.to_wkb(multi([shape]) if multi else shape, hex=True, byte_order=1)).lower()


def single(shape: BaseGeometry) -> str:
    """Return hex WKB of a shape as it is (sketches)."""
    return str(shapely.to_wkb(shape, hex=True, byte_order=1)).lower()


def pack(values: Mapping[str, Any] | None) -> str | None:
    """Return JSON text for an ``attrs`` column."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if values else None


def add(tables: Tables, table: str, ident: str, /, **values: Any) -> str:
    """Append a row (columns left out are null) and return its uuid, made of ``ident`` (its code, where it has one)."""
    columns = COLUMNS[table]
    unknown = set(values) - set(columns)
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    key = uid(table, ident)
    if "code" in columns:
        values.setdefault("code", ident)
    tables.setdefault(table, []).append([key, *(values.get(column) for column in columns)])
    return key


def packed(tables: Tables) -> dict[str, dict[str, Any]]:
    """Return the tables as they stand in the file: columns once, then rows."""
    return {name: {"columns": ["uuid", *COLUMNS[name]], "rows": tables[name]} for name in COLUMNS}
