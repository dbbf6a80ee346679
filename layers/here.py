"""What is at a place of the map: its grids and who answers there, what is near, and the tip of what is pointed at."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import shapely

from layers import cards, coordinates, grids, places
from layers.domain import clock, ground, plain
from layers.domain.found import Here, Near, Tip
from layers.domain.things import TaskFilter
from layers.store import blob, queries_tasks, rows
from layers.store import queries_map as ask
from layers.tasks import status_label
from layers.workspace import Workspace

REACH = 50.0  # m: what still counts as here
LISTED = 12  # things of one table that are listed; a square full of benches has hundreds


def what_is_here(ws: Workspace, lon: float, lat: float, reach: float = REACH) -> Here:
    """Return what is at a place (degrees, EPSG:4490): grids of all systems, section, place, duties, and what is near.

    Facilities that are still there and open tasks, the nearest first, the first twelve of each.
    """
    box = ground.around(lon, lat, reach)
    db = ws.store.read()
    pins = queries_tasks.pins(db, TaskFilter(open_only=True), clock.stamp(), box, -1)
    points = blob.decode_all([row["geom"] for row in pins])
    tasks, more_tasks = _nearest(ws, "task", [row["uuid"] for row in pins], points, lon, lat, reach)
    points, columns = ask.facilities_in_box(db, box)
    facilities, more = _nearest(ws, "facility", columns["uuid"], points, lon, lat, reach)
    names = {system.code: system.name for system in grids.systems(ws)}
    forms = tuple(coordinates.forms(lon, lat))
    return Here(places.locate(ws, lon, lat), names, reach, facilities, tasks, more, more_tasks, forms)


def _nearest(
    ws: Workspace, name: str, uuids: list[str], points: np.ndarray, lon: float, lat: float, reach: float
) -> tuple[tuple[Near, ...], int]:
    from layers.gis import crs

    if not uuids:
        return (), 0
    metres = crs.distance_m(lon, lat, shapely.get_x(points), shapely.get_y(points))
    order = [int(i) for i in np.argsort(metres, kind="stable") if metres[i] <= reach]
    found = []
    for i in order[:LISTED]:
        hit = cards.hit(ws, name, uuids[i])
        if hit is None:
            continue
        status, kind, lamp = "", "", "none"
        if name == "task":
            row = rows.by_uuid(ws.store.read(), "task", [uuids[i]], _LIMIT)[uuids[i]]
            status, kind, lamp = row["status"], row["kind"], _remaining(row).lamp
        found.append(Near(hit, float(metres[i]), status, kind, lamp))  # type: ignore[arg-type]
    return tuple(found), len(order) - len(found)


_LIMIT = ("kind", "status", "dispatched_at", "due_at", "submitted_at")


def _remaining(row: dict[str, object]) -> clock.Remaining:
    given, due, handed = (None if row[c] is None else str(row[c]) for c in ("dispatched_at", "due_at", "submitted_at"))
    return clock.remaining(str(row["status"]), given, due, handed, datetime.now(UTC))


def tip(
    ws: Workspace,
    lon: float,
    lat: float,
    zoom: float,
    system: str,
    visible: set[str],
    filter: TaskFilter,
    kinds: Sequence[str] = (),
) -> Tip | None:
    """Return what the tip says of the topmost thing drawn under the pointer (`places.pick`), None for nothing.

    Of a task its title, number, status, lamp and minutes left; of the others name, code and class.
    """
    hit = places.pick(ws, lon, lat, zoom, system, visible, filter, kinds)
    if hit is None:
        return None
    db = ws.store.read()
    if hit.table == "task":
        row = rows.by_uuid(db, "task", [hit.uuid], (*_LIMIT, "number", "address"))[hit.uuid]
        left = _remaining(row)
        status = status_label(row["status"], row["kind"])
        lines = tuple(str(part) for part in (row["number"], plain.line(row["address"] or "")) if part)
        return Tip(hit, (*lines, status), row["status"], left.lamp, left.minutes)
    code = str(rows.by_uuid(db, hit.table, [hit.uuid], ("code",))[hit.uuid]["code"] or "")
    return Tip(hit, tuple(part for part in (code if code != hit.title else "", hit.hint) if part))
