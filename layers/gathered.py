"""Many things at once: those in a drawn shape, what they are together, and the step that some of them may take."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from layers import cards, tiles
from layers.domain import clock, flow
from layers.domain.found import Gathered, Group, Offered, Part, Pick
from layers.domain.measures import number
from layers.domain.things import Bounds, Party, TaskFilter
from layers.errors import Refused
from layers.store import blob, queries_tasks, rows
from layers.store import queries_map as ask
from layers.tasks import status_label, step_label
from layers.words import t
from layers.words import table as words
from layers.workspace import Workspace

KINDS = ("task", "facility", "road_section", "place", "grid")
MOST = 20_000  # things chosen at once
_MOST_CORNERS = 20_000  # of the marks on the map
_MOST_MARKS = 4_000  # more of them make one blot: of each small cell one is enough
_CELLS = 120  # such cells side by side
_LOOKED_AT = 100_000  # things in the shape's box that are looked at more closely


def within(
    ws: Workspace,
    shape: Mapping[str, Any],
    tables: Sequence[str],
    filter: TaskFilter | None = None,
    system: str = "",
    zoom: float = 99.0,
) -> list[Pick]:
    """Return what a drawn polygon (GeoJSON, degrees) touches, of some of `KINDS`; tasks of a filter, None for all.

    Of the grids those of the deepest tier that is drawn at a zoom of the map. Raises ``Refused`` for more than
    20,000 things, or for what is no polygon.
    """
    drawn = _polygon(shape)
    box: Bounds = tuple(map(float, drawn.bounds))  # type: ignore[assignment]
    shapely.prepare(drawn)
    found: list[Pick] = []
    for name in tables:
        # Grids of every tier and edition count here, of which only those of one tier are looked at.
        if name != "grid" and ask.count_in_box(ws.store.read(), name, box, _LOOKED_AT + 1) > _LOOKED_AT:
            raise Refused("too_many_chosen", most=number(MOST))
        uuids, shapes = _near(ws, name, box, filter, system, zoom)
        if not len(uuids):
            continue
        if name in ("task", "facility"):
            touched = shapely.intersects_xy(drawn, shapely.get_x(shapes), shapely.get_y(shapes))
        else:
            touched = shapely.intersects(drawn, shapes)
        found += [(name, uuids[i]) for i in np.flatnonzero(touched)]
    if len(found) > MOST:
        raise Refused("too_many_chosen", most=number(MOST))
    return found


def _polygon(shape: Mapping[str, Any]) -> shapely.Geometry:
    """Return a drawn outline as an area; one that crosses itself counts as everything it goes round."""
    try:
        drawn = shapely.from_geojson(json.dumps(shape))
    except shapely.errors.GEOSException:
        raise Refused("bad_sketch") from None
    if drawn.geom_type not in ("Polygon", "MultiPolygon"):
        raise Refused("bad_sketch")
    if not drawn.is_empty and not drawn.is_valid:
        rings = shapely.get_parts(shapely.node(shapely.get_exterior_ring(shapely.get_parts(drawn))[0]))
        drawn = shapely.union_all(shapely.get_parts(shapely.polygonize(list(rings))))
    if not drawn.area > 0:
        raise Refused("bad_sketch")
    return drawn


def _near(
    ws: Workspace, name: str, box: Bounds, filter: TaskFilter | None, system: str, zoom: float
) -> tuple[list[str], Any]:
    db = ws.store.read()
    if name == "task":
        found = queries_tasks.pins(db, filter or TaskFilter(), clock.stamp(), box, -1)
        return [row["uuid"] for row in found], blob.decode_all([row["geom"] for row in found])
    if name == "grid":
        shown = tiles.tiers_at(ws, system, zoom)
        shapes, columns = ask.grids_in_box(db, box, system, shown[-1:]) if shown else ([], {"uuid": []})
    else:
        where = "coalesce(f.state,'')<>'removed'" if name == "facility" else ""
        shapes, columns = ask.in_box(db, name, box, ("uuid",), where)
    return columns["uuid"], shapes


_CLASS = {"task": "status", "facility": "category", "road_section": "class", "place": "class", "grid": "function"}


def together(ws: Workspace, picks: Sequence[Pick]) -> Gathered:
    """Return what chosen things are together; those that are gone are left out."""
    db = ws.store.read()
    groups: list[Group] = []
    kept: list[Pick] = []
    shapes: list[shapely.Geometry] = []
    for name in KINDS:
        uuids = [uuid for table, uuid in picks if table == name]
        if not uuids:
            continue
        extra = {"task": ("kind",), "facility": ("standard",)}.get(name, ())
        found = rows.by_uuid(db, name, uuids, (_CLASS[name], "geom", *extra))
        here = [found[uuid] for uuid in dict.fromkeys(uuids) if uuid in found]
        kept += [(name, row["uuid"]) for row in here]
        shapes += [row["geom"] for row in here if row["geom"] is not None]
        if here:
            groups.append(Group(name, len(here), _parts(ws, name, here)))
    bounds = shapely.total_bounds(np.asarray(shapes, dtype=object)) if shapes else None
    box = None if bounds is None or not np.isfinite(bounds).all() else tuple(map(float, bounds))
    return Gathered(tuple(kept), tuple(groups), _marks(shapes), box)  # type: ignore[arg-type]


def _parts(ws: Workspace, name: str, here: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    if name == "task":
        kinds: dict[str, set[str]] = {}
        for row in here:
            kinds.setdefault(row["status"], set()).add(row["kind"])
        times = Counter(row["status"] for row in here)
        return tuple(
            # One kind has words of its own; of several the common one is said.
            Part(
                status_label(status, kinds[status].pop() if len(kinds[status]) == 1 else "case"), times[status], status
            )
            for status in flow.STATUSES
            if status in times
        )
    counted = Counter((row.get("standard"), row[_CLASS[name]]) for row in here)
    return tuple(Part(_class(ws, name, *key), n) for key, n in counted.most_common())


def _class(ws: Workspace, name: str, standard: str | None, value: str | None) -> str:
    if name == "facility":
        found = rows.many(ws.store.read(), "category", ("name",), standard=standard, code=value)
        return str(found[0]["name"]) if found else str(value or t("cards.facility"))
    beginning = {"road_section": "class", "place": "place", "grid": "function"}[name]
    key = f"cards.{beginning}_{value}"
    return t(key) if key in words() else str(value or t(f"cards.{name}"))


def _marks(shapes: Sequence[shapely.Geometry]) -> dict[str, Any]:
    """Return shapes for the map; when they have too many corners for it, simplified, then only their middles."""
    whole = np.asarray(shapes, dtype=object)
    if len(whole) > _MOST_MARKS:
        whole = _thinned(whole)
    for tolerance in (0.0, 1e-5, 1e-4):
        if shapely.get_num_coordinates(whole).sum() <= _MOST_CORNERS:
            break
        whole = np.asarray(shapely.simplify(whole, tolerance), dtype=object)
    else:
        if shapely.get_num_coordinates(whole).sum() > _MOST_CORNERS:
            whole = np.asarray(shapely.point_on_surface(whole), dtype=object)
    return {"type": "GeometryCollection", "geometries": [json.loads(one) for one in shapely.to_geojson(whole)]}


def _thinned(shapes: Any) -> Any:
    """Return one shape of every small cell of the ground that they lie on."""
    west, south, east, north = shapely.total_bounds(shapes)
    boxes = shapely.bounds(shapes)
    x = (boxes[:, 0] - west) / max(east - west, 1e-9) * _CELLS
    y = (boxes[:, 1] - south) / max(north - south, 1e-9) * _CELLS
    _, first = np.unique(x.astype(int) * 1_000 + y.astype(int), return_index=True)
    return shapes[np.sort(first)]


def offers(ws: Workspace, uuids: Sequence[str], post: str) -> list[Offered]:
    """Return the steps that somebody at a post may take on some of many tasks, the one that fits most first."""
    fits: dict[str, list[str]] = {}
    kinds: dict[str, set[str]] = {}
    for uuid, row in rows.by_uuid(ws.store.read(), "task", uuids, ("kind", "status")).items():
        for rule in flow.allowed(row["kind"], row["status"], post):
            fits.setdefault(rule.step, []).append(uuid)
            kinds.setdefault(rule.step, set()).add(row["kind"])
    primary = {rule: n for n, rule in enumerate(flow.OFFER)}
    order = sorted(fits, key=lambda step: (step in _RARE, step not in _GIVING, -len(fits[step]), primary[step]))
    return [
        Offered(step, step_label(step, kinds[step].pop() if len(kinds[step]) == 1 else "case"), tuple(fits[step]))
        for step in order
    ]


_GIVING = ("dispatch", "reassign")  # what people draw round pins for, before all else
_REASONS = 3  # why some cannot that are said one by one

# Steps that almost every task may take: never the first thing offered for many.
_RARE = ("urge", "supervise", "suspend", "extend", "void", "refuse", "return", "miss", "rework", "verify")


def forecast(ws: Workspace, uuids: Sequence[str], step: str, post: str, party: Party | None = None) -> str:
    """Return in words what a step would do to many tasks: 「38 件派给府城二组，2 件不能：已结案」.

    Nothing is written.
    """
    able, why = 0, Counter[str]()
    found = rows.by_uuid(ws.store.read(), "task", uuids, ("kind", "status"))
    for uuid in dict.fromkeys(uuids):
        row = found.get(uuid)
        if row is None:
            why[t("tasks.not_there").rstrip("。.")] += 1
            continue
        rule = flow.find(row["kind"], row["status"], step)
        if rule is None:
            why[status_label(row["status"], row["kind"])] += 1
        elif rule.posts and post not in rule.posts.split(","):
            why[t("finding.other_post")] += 1
        else:
            able += 1
    said = _giving("would", step, able, party)
    if not why:
        return said
    said_of = why.most_common(_REASONS)
    rest = sum(why.values()) - sum(n for _, n in said_of)
    reasons = [reason if len(why) == 1 else f"{reason} {n}" for reason, n in said_of]
    reasons += [t("finding.other_reasons", count=rest)] if rest else []
    return said + t("finding.would_not", count=sum(why.values()), why=t("cards.and").join(reasons))


def did(step: str, count: int, party: Party | None = None) -> str:
    """Return in words what a step did to many tasks: 「38 件已派给府城二组」."""
    return _giving("did", step, count, party)


def _giving(tense: str, step: str, count: int, party: Party | None) -> str:
    if party is None:
        return t(f"finding.{tense}_step", count=count, step=step_label(step))
    return t(f"finding.{tense}_{'regive' if step == 'reassign' else 'give'}", count=count, party=party.name)


def listed(ws: Workspace, picks: Sequence[Pick]) -> tuple[list[str], list[list[str]]]:
    """Return chosen things that are no tasks as (headings, rows) to copy or to save: kind, code, name, class, place."""
    headings = [t(f"finding.column_{name}") for name in ("kind", "code", "name", "class", "address", "lon", "lat")]
    db = ws.store.read()
    lines: list[list[str]] = []
    for name in KINDS[1:]:
        for row in rows.by_uuid(db, name, [uuid for table, uuid in picks if table == name]).values():
            shape = row["geom"]
            middle = shapely.point_on_surface(shape) if shape is not None and not shape.is_empty else None
            lines.append(
                [
                    t(f"cards.{name}"),
                    str(row.get("code") or ""),
                    cards.title(name, row),
                    _class(ws, name, row.get("standard"), row[_CLASS[name]]),
                    str(row.get("address") or ""),
                    f"{middle.x:.7f}" if middle is not None else "",
                    f"{middle.y:.7f}" if middle is not None else "",
                ]
            )
    return headings, lines


def save(ws: Workspace, path: Any, picks: Sequence[Pick]) -> int:
    """Write chosen things that are no tasks as CSV; return how many. Raises ``WorkspaceError`` when it cannot be."""
    from layers.documents import tables_out

    headings, lines = listed(ws, picks)
    return tables_out.write_csv(path, headings, lines)
