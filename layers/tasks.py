"""Tasks: drawn, found in their grid, given to somebody, taken from step to step, listed and counted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from layers import pauses, placing
from layers.domain import clock, flow, plain
from layers.domain.changes import Changes
from layers.domain.flow import Rule
from layers.domain.things import Party, TaskFilter, TaskLine
from layers.errors import Refused, SourceError
from layers.store import blob, rows
from layers.store import columns_tasks as columns
from layers.store import queries_grids as ask_grids
from layers.store import queries_tasks as ask
from layers.store.connection import Row
from layers.store.journal import Writing, later
from layers.words import stored, t
from layers.words import table as words
from layers.workspace import Workspace

SORTS = tuple(columns.SORTS)
EDITABLE = (
    "title", "description", "category", "standard", "category_kind", "address", "priority", "reporter",
    "reporter_phone", "source", "source_number", "due_at",
)  # fmt: skip


def status_label(status: str, kind: str = "case") -> str:
    """Return the word for a status of a kind of task (待立案, 待签收 …)."""
    return _by_kind("status", status, kind)


def step_label(step: str, kind: str = "case") -> str:
    """Return the word on the button of a step for a kind of task (立案, 签收, 上账 …)."""
    return _by_kind("step", step, kind)


def _by_kind(what: str, name: str, kind: str) -> str:
    return t(_special(what, name, kind))


def _special(what: str, name: str, kind: str) -> str:
    special = f"tasks.{what}_{name}_{kind}"
    return special if special in words() else f"tasks.{what}_{name}"


def draw(
    ws: Workspace,
    *,
    kind: str,
    title: str,
    actor: str,
    lon: float | None = None,
    lat: float | None = None,
    category: tuple[str, str, str] | None = None,
    sketch: Mapping[str, Any] | None = None,
    description: str = "",
    source: str = "self",
    priority: str = "normal",
    address: str = "",
    now: datetime | None = None,
) -> Changes:
    """Make a task at a point (degrees, EPSG:4490), or without one in the tray; ``uuids("task")[0]`` is its uuid.

    ``category`` is (standard, kind, code), ``sketch`` GeoJSON. Raises ``Refused``: no title, or a point off the globe.
    """
    if not title.strip():
        raise Refused("no_title")
    at = clock.stamp(now)
    values: dict[str, Any] = {
        "kind": kind,
        "title": title.strip(),
        "description": description.strip() or None,
        "source": source,
        "priority": priority,
        "address": address.strip() or None,
        "status": "reported",
        "reported_at": at,
        "last_step": "report",
        "last_by": actor,
        "last_at": at,
        "placed": "none",
    }
    if category is not None:
        values.update(zip(("standard", "category_kind", "category"), category, strict=True))
    with ws.store.step("", actor) as writing:
        values["number"] = _number(ws, writing, now)
        writing.label = stored("tasks.label_draw", number=values["number"])
        if lon is not None and lat is not None:
            values.update(placing.home(writing.db, lon, lat))
        uuid = writing.insert("task", values)
        if sketch is not None:
            writing.insert("task_sketch", {"task_uuid": uuid, "geom": _shape(sketch)})
        placing.place(writing, "task", [uuid])
    return writing.changes


def _number(ws: Workspace, writing: Writing, now: datetime | None) -> str:
    day = f"{(now or datetime.now(UTC)).astimezone(ZoneInfo(ws.zone)):%Y%m%d}"
    return f"{day}-{ws.desk}-{ask.next_number(writing.db, day, ws.desk):04d}"


def _shape(geojson: Mapping[str, Any]) -> shapely.Geometry:
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geojson)))
    except shapely.errors.GEOSException:
        raise Refused("bad_sketch") from None
    if shape.is_empty or not shape.is_valid:
        raise Refused("bad_sketch")
    return shape


def steps(ws: Workspace, uuid: str, post: str | None) -> tuple[Rule, ...]:
    """Return the steps that somebody at a post may take on a task, the primary one first."""
    row = rows.raw(ws.store.read(), "task", uuid)
    return flow.allowed(row["kind"], row["status"], post) if row else ()


def advance(
    ws: Workspace,
    uuids: Sequence[str],
    step: str,
    *,
    actor: str,
    reason: str = "",
    assignee: Party | None = None,
    post: str | None = None,
    now: datetime | None = None,
) -> Changes:
    """Take one step on one or many tasks as one step of the history; rows it does not fit are left alone.

    Those are listed in ``refused`` with the reason in words. When none fits, nothing is written.
    """
    refused: list[tuple[str, str]] = []
    todo: list[tuple[dict[str, Any], Rule]] = []
    found = rows.by_uuid(ws.store.read(), "task", uuids, flow.WEIGHED)
    for uuid in dict.fromkeys(uuids):
        row = found.get(uuid)
        rule = flow.find(row["kind"], row["status"], step) if row else None
        why = _why_not(row, rule, step, reason, assignee, post, now)
        if why is not None or row is None or rule is None:
            refused.append((uuid, why or t("tasks.not_there")))
        else:
            todo.append((row, rule))
    if not todo:
        return Changes(refused=tuple(refused))
    kind = todo[0][0]["kind"] if len({row["kind"] for row, _ in todo}) == 1 else "case"
    what = todo[0][0]["number"] if len(todo) == 1 else stored("tasks.label_many", count=len(todo))
    with ws.store.step(
        stored("tasks.label_step", step=stored(_special("step", step, kind)), what=what or ""), actor
    ) as writing:
        for row, rule in todo:
            values = _taken(row, rule, actor, reason, assignee, now)
            if step == "suspend":
                pauses.suspend(writing, row["uuid"], values["last_at"], reason, actor)
            elif step == "resume":
                values["due_at"] = pauses.resume(writing, row, values["last_at"])
            elif step == "extend":
                values["due_at"] = pauses.extended(writing, row)
            writing.update("task", row["uuid"], values)
    return replace(writing.changes, refused=tuple(refused))


def _why_not(
    row: Mapping[str, Any] | None,
    rule: Rule | None,
    step: str,
    reason: str,
    assignee: Party | None,
    post: str | None,
    now: datetime | None,
) -> str | None:
    if row is None:
        return t("tasks.not_there")
    label = step_label(step, row["kind"])
    if rule is None:
        return t("tasks.not_allowed", status=status_label(row["status"], row["kind"]), step=label)
    if post is not None and rule.posts and post not in rule.posts.split(","):
        return t("tasks.not_your_post", post=t(f"tasks.post_{post}"), step=label)
    if rule.needs_reason and not reason.strip():
        return t("tasks.no_reason", step=label)
    if rule.needs_assignee and assignee is None and not row["assignee_uuid"]:
        return t("tasks.no_assignee")
    return pauses.why_not_extend(row, clock.stamp(now)) if step == "extend" else None


def _taken(
    row: Mapping[str, Any], rule: Rule, actor: str, reason: str, assignee: Party | None, now: datetime | None
) -> dict[str, Any]:
    """Return the columns of one transition: the one UPDATE that the file's triggers check and write down."""
    at = later(row["last_at"]) if now is None else clock.stamp(now)
    values: dict[str, Any] = {
        "status": rule.to_status,
        "last_step": rule.step,
        "last_by": actor,
        "last_reason": reason.strip() or None,
        "last_at": at,
    }
    if assignee is not None:
        values.update(assignee_kind=assignee.kind, assignee_uuid=assignee.uuid)
        if assignee.kind == "department":
            values["lead_uuid"] = assignee.uuid
    elif rule.step == "return":
        # Whoever gets it back must choose afresh; the record keeps who had it.
        values.update(assignee_kind=None, assignee_uuid=None)
    if rule.step == "dispatch" and row["due_at"] is None:
        values["due_at"] = clock.default_due(row["priority"], at)
    return values


def edit(ws: Workspace, uuid: str, values: Mapping[str, Any], actor: str) -> Changes:
    """Change facts of a task (not its status). Raises ``Refused`` for an empty title or a task that is gone."""
    return edit_many(ws, (uuid,), values, actor)


def edit_many(ws: Workspace, uuids: Sequence[str], values: Mapping[str, Any], actor: str) -> Changes:
    """Give the same facts to tasks as one step of the history; those that are gone are listed in ``refused``.

    Raises ``Refused`` for an empty title, or when none is left.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise KeyError(f"task: {sorted(unknown)}")
    if not str(values.get("title", "x") or "").strip():
        raise Refused("no_title")
    found = rows.by_uuid(ws.store.read(), "task", uuids)
    if not found:
        raise Refused("task_gone")
    what = _name(ws, next(iter(found))) if len(found) == 1 else stored("tasks.label_many", count=len(found))
    with ws.store.step(stored("tasks.label_edit", what=what), actor) as writing:
        for uuid in found:
            writing.update("task", uuid, {column: value or None for column, value in values.items()})
    gone = tuple((uuid, t("tasks.not_there")) for uuid in uuids if uuid not in found)
    return replace(writing.changes, refused=gone)


def move(ws: Workspace, uuid: str, lon: float, lat: float, actor: str) -> Changes:
    """Put a task at a point (degrees): its grid and section follow."""
    with ws.store.step(stored("tasks.label_move", what=_name(ws, uuid)), actor) as writing:
        writing.update("task", uuid, placing.home(writing.db, lon, lat))
        placing.place(writing, "task", [uuid])
    return writing.changes


def delete(ws: Workspace, uuid: str, actor: str) -> Changes:
    """Delete a task that has no history yet. Raises ``Refused`` for any other: it is voided instead."""
    with ws.store.step(stored("tasks.label_delete", what=_name(ws, uuid)), actor) as writing:
        for sketch in rows.many(writing.db, "task_sketch", ("uuid",), task_uuid=uuid):
            writing.delete("task_sketch", sketch["uuid"])
        writing.delete("task", uuid)
        ask_grids.set_placements(writing.db, "task", [uuid], [])
    return writing.changes


def _name(ws: Workspace, uuid: str) -> str:
    row = rows.raw(ws.store.read(), "task", uuid)
    if row is None:
        raise Refused("task_gone")
    return str(row["number"] or row["title"])


def attach(ws: Workspace, uuid: str, files: Sequence[Path], stage: str, actor: str) -> Changes:
    """Attach photos to a task. A file that is no picture is left out and listed in ``refused``; the rest go in."""
    from layers.documents import photos

    ready, refused = [], []
    for file in files:
        try:
            ready.append(photos.prepare(Path(file), ws.zone))
        except SourceError as error:
            name = Path(file).name
            refused.append((name, str(error).replace(str(file), name)))
    if not ready:
        return Changes(refused=tuple(refused))
    with ws.store.step(stored("tasks.label_attach", what=_name(ws, uuid)), actor) as writing:
        for photo in ready:
            ask.keep_bytes(writing.db, photo.sha256, photo.content)
            writing.insert(
                "media",
                {
                    "owner_table": "task",
                    "owner_uuid": uuid,
                    "stage": stage,
                    "name": photo.name,
                    "mime": "image/jpeg",
                    "sha256": photo.sha256,
                    "taken_at": photo.taken_at,
                    "lon": photo.lon,
                    "lat": photo.lat,
                    "thumb": photo.thumb,
                },
            )
    return replace(writing.changes, refused=tuple(refused))


def photo(ws: Workspace, sha256: str) -> bytes | None:
    """Return the JPEG bytes of a photo, None if they are not in this file."""
    return ask.photo_bytes(ws.store.read(), sha256)


def table(
    ws: Workspace,
    filter: TaskFilter,
    sort: str = "minutes_left",
    descending: bool = False,
    limit: int = 500,
    offset: int = 0,
    now: datetime | None = None,
) -> list[TaskLine]:
    """Return one page of the task table, sorted by one of ``SORTS``."""
    now = now or datetime.now(UTC)
    found = ask.page(ws.store.read(), filter, clock.stamp(now), sort, descending, limit, offset)
    return [_line(row, now) for row in found]


def line(ws: Workspace, uuid: str, now: datetime | None = None) -> TaskLine | None:
    """Return one task as a line of the table, None if it is gone."""
    row = ask.line(ws.store.read(), uuid)
    return None if row is None else _line(row, now or datetime.now(UTC))


_SHOWN = ("uuid", "number", "kind", "title", "category_name", "address", "grid_code", "grid_name", "assignee",
          "status", "priority", "reported_at", "due_at")  # fmt: skip


def _line(row: Row, now: datetime) -> TaskLine:
    left = clock.remaining(row["status"], row["dispatched_at"], row["due_at"], row["submitted_at"], now)
    box = blob.bounds(row["geom"])
    shown: dict[str, Any] = {name: row[name] for name in _SHOWN}
    shown |= {name: plain.line(row[name]) for name in ("title", "address", "grid_name", "assignee") if row[name]}
    return TaskLine(
        **shown,
        lamp=left.lamp,
        minutes_left=left.minutes,
        lon=box[0] if box else None,
        lat=box[2] if box else None,
    )


def counts(ws: Workspace, filter: TaskFilter, now: datetime | None = None) -> dict[str, int]:
    """Return status -> count within a filter, and ``all open overdue soon tray``."""
    return ask.counts(ws.store.read(), filter, clock.stamp(now))
