"""The grid systems: their tiers, the tree with its open tasks, and the check."""

from datetime import datetime
from typing import Any

import numpy as np
import shapely

from layers.domain import plain
from layers.domain.clock import stamp
from layers.domain.forest import Forest
from layers.domain.measures import area, number
from layers.domain.things import Bounds, Finding, GridNode, System, Tier
from layers.store import queries_grids as ask
from layers.store.connection import Row
from layers.words import t
from layers.workspace import Progress, Workspace


def systems(ws: Workspace) -> list[System]:
    """Return the grid systems with their tiers and counts, the main one first."""
    db = ws.store.read()
    tiers: dict[str, list[Tier]] = {}
    for row in ask.tiers(db):
        tiers.setdefault(row["system"], []).append(
            Tier(row["tier"], row["name"], row["letter"] or "", row["expected"], bool(row["covering"]), row["count"])
        )
    return [
        System(row["code"], row["name"], row["kind"], bool(row["main"]), tuple(tiers.get(row["code"], ())))
        for row in ask.systems(db)
    ]


def tree(ws: Workspace, system: str, now: datetime | None = None) -> Forest:
    """Return the current grids of a system, parents before children, by code; open tasks roll up."""
    db = ws.store.read()
    made = Forest(*ask.columns(db, system))
    for uuid, figures in ask.open_counts(db, system, stamp(now)).items():
        at = made.position(uuid)
        if at >= 0:
            made.counts[at] = figures
    made.roll_up()
    return made


def chain(ws: Workspace, uuid: str) -> tuple[GridNode, ...]:
    """Return a grid and the grids above it, the deepest first (without counts)."""
    return tuple(
        _node(row, None if row["minx"] is None else (row["minx"], row["miny"], row["maxx"], row["maxy"]))
        for row in ask.above(ws.store.read(), uuid)
    )


def _node(row: Row, box: Bounds | None) -> GridNode:
    return GridNode(
        row["uuid"],
        row["code"],
        plain.line(row["name"] or ""),
        row["tier"],
        row["parent_uuid"],
        row["function"],
        0,
        0,
        box or (0.0, 0.0, 0.0, 0.0),
    )


def check(ws: Workspace, system: str | None = None, progress: Progress | None = None) -> list[Finding]:
    """Check one system or all: counts against the plan, codes, parents, nesting, gaps and overlaps.

    Areas in the findings are m² in the local Gauss-Krüger zone. Raises ``Cancelled`` when stopped.
    """
    from layers.gis import coverage

    db = ws.store.read()
    found: list[Finding] = []
    areas = {row["code"]: row["area_code"] or "" for row in ask.systems(db)}
    known = systems(ws)
    for item in known:
        if system is not None and item.code != system:
            continue
        grids = ask.whole(db, item.code)
        tiers = [
            coverage.TierGrids(
                tier=tier.tier,
                name=tier.name,
                letter=tier.letter,
                covering=tier.covering,
                expected=tier.expected,
                uuids=[grid["uuid"] for grid in grids if grid["tier"] == tier.tier],
                codes=[grid["code"] for grid in grids if grid["tier"] == tier.tier],
                parents=[grid["parent_uuid"] for grid in grids if grid["tier"] == tier.tier],
                unit_codes=[grid["unit_code"] for grid in grids if grid["tier"] == tier.tier],
                geometries=_shapes(grids, tier.tier),
            )
            for tier in item.tiers
        ]
        main = known[0]
        shared = not item.main and areas[item.code] and areas[item.code] == areas[main.code]
        found += coverage.check(
            tiers,
            system=item.code,
            area_code=areas[item.code],
            # A second division of the same area must fill the same outline, its missing border grids included.
            outline=_outline(ask.whole(db, main.code)) if shared else None,
            progress=progress,
        )
    return found


def sentence(finding: Finding) -> str:
    """Return what a finding of `check` says, with areas as people read them."""
    values = {
        key: value if not isinstance(value, float) else area(value) if key == "area_m2" else number(value, 2)
        for key, value in finding.values.items()
    }
    alone = None if finding.values.get("parents") else _ALONE.get(finding.kind)
    return t(alone or f"checks.{finding.kind}", **values)


_ALONE = {"gap": "checks.gap_alone", "sliver": "checks.sliver_alone"}


def _outline(grids: list[dict[str, Any]]) -> shapely.Geometry | None:
    top = [grid["geom"] for grid in grids if grid["tier"] == 1 and grid["geom"] is not None]
    return shapely.union_all(top) if top else None


def _shapes(grids: list[dict[str, Any]], tier: int) -> Any:
    here = [grid["geom"] for grid in grids if grid["tier"] == tier]
    shapes = np.empty(len(here), dtype=object)
    shapes[:] = here
    return shapes
