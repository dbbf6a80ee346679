"""Imports grids: one tier or several of a system, upper tiers by dissolving, parents by field or by location."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from layers import exchange_uuids
from layers.domain import cells
from layers.domain.tables import Problem
from layers.errors import Refused
from layers.exchange_reading import Plan, Reading, Tally, slices
from layers.exchange_tiers import Grids, Wish, group_name, plan_tiers, some
from layers.store import blob, bulk, intake, rtree
from layers.store.journal import Writing

LETTERS = "ZXWLMN"  # 片区 Z, 小网格 X, 微网格 W: the local code's letter by tier
_COLUMNS = (
    "uuid", "geom", "system", "tier", "code", "name", "parent_uuid", "unit_code", "function", "area_m2", "level",
    "valid_from", "order_no", "note", "attrs",
)  # fmt: skip


def run(plan: Plan, wish: Wish, writing: Writing, area_code: str) -> Tally:
    """Insert the layer's grids, and those dissolved from them, as one batch of the open step.

    Raises ``Refused`` when the system has one of the codes already, or when nothing is usable.
    """
    tally = Tally()
    reading = Reading(plan, tally, {})
    everything = _read(plan, wish, reading)
    if not len(everything):
        raise Refused("import_nothing", path=plan.source.path.name)
    for system in list(dict.fromkeys(everything.columns["system"])):
        here = np.array([s == system for s in everything.columns["system"]])
        _system(plan, wish, writing, tally, area_code, system, everything if here.all() else some(everything, here))
    return tally


def _read(plan: Plan, wish: Wish, reading: Reading) -> Grids:
    from layers.gis.repair import to_multi

    shapes: list[Any] = []
    columns: dict[str, list[Any]] = {}
    rows: list[int] = []
    attrs: list[str | None] = []
    fields = {f.name for f in plan.layer.fields}
    groups: dict[str, list[str | None]] = {name: [] for name in wish.dissolve if name in fields}
    for part in slices(plan):
        found, rest = reading.columns(part)
        geometry = np.full(len(part), None, dtype=object) if part.geometry is None else to_multi(part.geometry)
        keep = ~shapely.is_missing(geometry)
        if part.geometry is None:
            for row in part.rows:
                reading.tally.say(Problem(row, "exchange.no_shape", {}))
        reading.tally.skipped += int((~keep).sum())
        shapes.append(geometry[keep])
        chosen = np.flatnonzero(keep).tolist()
        left = rest.packed()
        for name, values in found.items():
            columns.setdefault(name, []).extend(values[i] for i in chosen)
        for name, grouped in groups.items():
            grouped.extend(group_name(part.columns[name][i]) for i in chosen)
        rows.extend(part.rows[i] for i in chosen)
        attrs.extend(left[i] for i in chosen)
    named = wish.system or plan.source.path.stem
    columns["system"] = [value or named for value in columns.get("system", [None] * len(rows))]
    whole = np.concatenate(shapes) if shapes else np.empty(0, dtype=object)
    return Grids(0, whole, columns, rows, attrs, groups)


def _system(plan: Plan, wish: Wish, writing: Writing, tally: Tally, area_code: str, system: str, grids: Grids) -> None:
    """Bring the grids of one system in: its rows, tiers, parents and codes."""
    known = next((s for s in intake.systems(writing.db) if system in (s.code, s.name)), None)
    tiers = plan_tiers(wish, known, grids)
    code = known.code if known else _add_system(plan, writing, system, area_code)
    tally.system = tally.system or code
    used = intake.ever_codes(writing.db, code)
    twice = sorted({c for c in grids.columns.get("code", ()) if c} & used)
    if twice:
        raise Refused("import_codes_exist", system=known.name if known else system, count=len(twice), code=twice[0])
    have = {number: letter for number, _, letter in known.tiers} if known else {}
    layers = tiers.layers
    for level in layers:
        # Codes that a source brought have a form of their own; a letter promises ours.
        kept = all(level.columns.get("code") or [None])
        letter = have.get(level.tier) or LETTERS[min(level.tier, len(LETTERS)) - 1]
        _name(writing, tally, level, code, area_code, letter, used)
        if level.tier not in have:
            made = {"letter": None if kept else letter, "name": tiers.names[level.tier], "covering": 1}
            writing.insert("grid_tier", {"system": code, "tier": level.tier, **made})
    for upper, lower in pairwise(layers):
        _join(upper, lower)
    _attach(writing, tally, code, layers)
    _weave(writing, code, layers)
    _insert(plan, writing, tally, code, layers)


def _name(
    writing: Writing, tally: Tally, level: Grids, system: str, area_code: str, letter: str, used: set[str]
) -> None:
    """Give every grid of a tier its uuid, its code (kept, or made in reading order) and a name."""
    from layers.gis.weaving import reading_order

    count = len(level)
    brought = [exchange_uuids.brought(uuid) for uuid in level.columns.pop("uuid", [None] * count)]
    here = intake.taken(writing.db, "grid", "uuid", [uuid for uuid in brought if uuid])
    fresh = exchange_uuids.fresh(count)
    uuids: list[str] = []
    for uuid in brought:
        uuids.append(uuid if uuid and uuid not in here and uuid not in uuids[-1:] else next(fresh))
    level.columns["uuid"] = uuids
    codes = list(level.columns.get("code", [None] * count))
    for i, code in enumerate(codes):
        if code and code in used:
            tally.say(Problem(level.rows[i], "exchange.code_twice", {"code": code}))
            codes[i] = _free(code, used)
        if codes[i]:
            used.add(str(codes[i]))
    if not all(codes):
        spots = shapely.get_coordinates(shapely.point_on_surface(level.shapes))
        head = area_code or system
        digits = len(str(count)) if count > 9 else 1
        running = 0
        for i in reading_order(spots).tolist():
            running += 1
            if codes[i]:
                continue
            made = f"{head}-{letter}{running:0{digits}d}"
            codes[i] = _free(made, used) if made in used else made
            used.add(str(codes[i]))
    level.columns["code"] = codes


def _free(code: str, used: set[str]) -> str:
    number = 2
    while f"{code}-{number}" in used:
        number += 1
    return f"{code}-{number}"


def _join(upper: Grids, lower: Grids) -> None:
    """Find the parents of a tier in the one above that comes in with it: by uuid, code or name."""
    by: dict[str, str] = {}
    for column in ("name", "code", "uuid"):
        for text, uuid in zip(upper.columns.get(column, ()), upper.columns["uuid"], strict=False):
            if text:
                by[str(text)] = uuid
    given = lower.columns.pop("parent", [None] * len(lower))
    lower.columns["parent_uuid"] = [by.get(str(parent)) if parent else None for parent in given]
    missing = [i for i, uuid in enumerate(lower.columns["parent_uuid"]) if uuid is None]
    if missing:
        found = _by_place(lower.shapes[missing], upper.shapes, upper.columns["code"])
        for i, at in zip(missing, found, strict=True):
            if at >= 0:
                lower.columns["parent_uuid"][i] = upper.columns["uuid"][at]


def _by_place(shapes: Any, parents: Any, codes: Sequence[str]) -> Any:
    from layers.gis.locating import Locator

    spots = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return Locator(list(codes), np.asarray(parents)).locate(spots[:, 0], spots[:, 1])


def _attach(writing: Writing, tally: Tally, system: str, layers: list[Grids]) -> None:
    """Find the parents of the topmost incoming tier among the grids that are there; say who has none."""
    top = layers[0]
    given = top.columns.pop("parent", [None] * len(top))
    if "parent_uuid" not in top.columns:
        top.columns["parent_uuid"] = [None] * len(top)
    rows, shapes = intake.tier_grids(writing.db, system, top.tier - 1) if top.tier > 1 else ([], None)
    if rows:
        by = {str(row[column]): row["uuid"] for column in ("name", "code", "uuid") for row in rows if row[column]}
        found = [by.get(str(parent)) if parent else None for parent in given]
        missing = [i for i, uuid in enumerate(found) if uuid is None]
        if missing:
            for i, at in zip(missing, _by_place(top.shapes[missing], shapes, [r["code"] for r in rows]), strict=True):
                found[i] = rows[at]["uuid"] if at >= 0 else None
        top.columns["parent_uuid"] = found
    for level in layers:
        if level.tier == 1:
            continue
        for row, uuid in zip(level.rows, level.columns["parent_uuid"], strict=True):
            if uuid is None:
                tally.say(Problem(row, "exchange.no_parent", {}))


def _weave(writing: Writing, system: str, layers: list[Grids]) -> None:
    """Let every parent take in the vertices of its children, from the lowest tier up."""
    from layers.gis.weaving import weave

    for upper, lower in reversed(list(pairwise(layers))):
        upper.shapes, _ = weave(upper.shapes, lower.shapes)
    if layers[0].tier > 1:
        rows, shapes = intake.tier_grids(writing.db, system, layers[0].tier - 1)
        if rows:
            woven, changed = weave(shapes, layers[0].shapes)
            for i in np.flatnonzero(changed):
                writing.update("grid", rows[i]["uuid"], {"geom": woven[i]})


def _add_system(plan: Plan, writing: Writing, name: str, area_code: str) -> str:
    from layers.exchange_names import ascii_name

    known = intake.systems(writing.db)
    code = base = ascii_name(name)[:40] or "system"
    number = 2
    while any(code == s.code for s in known):
        code, number = f"{base}_{number}", number + 1
    kind = plan.constants.get("kind")
    values = {"code": code, "name": name, "area_code": area_code or None, "main": int(not known)}
    writing.insert("grid_system", values | ({"kind": cells.word(kind, "system_kind")} if kind else {}))
    return code


def _insert(plan: Plan, writing: Writing, tally: Tally, system: str, layers: list[Grids]) -> None:
    from layers.gis.crs import area_m2

    today = f"{datetime.now(UTC).astimezone(ZoneInfo(plan.zone)):%Y-%m-%d}"
    values: list[Any] = []
    for level in layers:
        columns = level.columns
        count = len(level)
        columns["area_m2"] = [round(float(a), 2) for a in area_m2(level.shapes)]
        columns["valid_from"] = [day or today for day in columns.get("valid_from", [None] * count)]
        columns |= {"geom": blob.encode_all(level.shapes), "system": [system] * count, "tier": [level.tier] * count}
        columns["attrs"] = level.attrs
        values.extend(zip(*(columns.get(name, [None] * count) for name in _COLUMNS), strict=True))
    bounds = shapely.bounds(np.concatenate([level.shapes for level in layers]))
    box = tuple(float(v) for v in shapely.total_bounds(np.concatenate([level.shapes for level in layers])))
    tally.added += bulk.insert(
        writing,
        "grid",
        _COLUMNS,
        values,
        bounds=(box[0], box[1], box[2], box[3]),
        boxes=lambda: rtree.boxes_of(bounds),
        expected=len(values),
    )
