"""The demonstration street as a workspace: synthetic, marked as such, its tasks told up to now."""

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import shapely

import data.gis
from layers import exchange_styles, pauses, placing, workspace
from layers.domain import clock, flow
from layers.errors import Refused, WorkspaceError
from layers.store import bulk, connection, rows
from layers.store import queries_tasks as ask
from layers.store.blob import encode_all
from layers.store.journal import Writing
from layers.store.schema import table
from layers.words import both

Progress = Callable[[int, int, str], None]
Street = Mapping[str, Any]


def street() -> Street:
    """Return the packed street: ``meta``, ``tables`` (columns and rows, geometry as hex WKB) and ``tasks``."""
    packed = Path(data.gis.__file__).with_name("street.json.gz")
    found: Street = json.loads(gzip.decompress(packed.read_bytes()))
    return found


def write(path: Path, now: datetime | None = None, progress: Progress | None = None, *, parents: bool = False) -> None:
    """Write the demonstration workspace at ``path``, its 300 tasks told backwards from ``now``.

    It is made beside ``path`` and takes its place when whole; ``parents`` makes the folder as well. Raises
    ``WorkspaceError`` when there is a file already or nothing can be written, ``Cancelled`` when stopped; then
    nothing is left behind.
    """
    if path.exists():
        raise WorkspaceError("exists", path=path)
    if path.suffix.lower() != workspace.SUFFIX:
        raise Refused("workspace_suffix", path=path)
    if parents:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            full = connection.because(error) == "disk_full"
            raise WorkspaceError("disk_full" if full else "folder_read_only", path=path.parent) from error
    now = now or datetime.now(UTC)
    facts = street()
    partial = path.with_name(f".{path.stem}.part.gpkg")
    try:
        _make(partial, facts, now, progress or (lambda *_: None))
        partial.replace(path)
    except WorkspaceError as error:
        # Whoever asked knows the file by the name they gave it, and nothing of it is kept.
        known = {**error.values, "path": path} if error.values.get("path") == partial else error.values
        full = error.key in ("closed_full", "full_to_open")
        raise WorkspaceError("disk_full" if full else error.key, **known) from error
    except OSError as error:
        if connection.because(error) == "disk_full":
            raise WorkspaceError("disk_full", path=path) from error
        raise WorkspaceError("folder_read_only", path=path.parent) from error
    finally:
        connection.erase(partial)


def _make(partial: Path, facts: Street, now: datetime, progress: Progress) -> None:
    connection.erase(partial)
    meta = facts["meta"]
    ws = workspace.create(
        partial, name=meta["name"], area_code=meta["area_code"], time_zone=meta["time_zone"], synthetic="1"
    )
    try:
        _fill(ws, facts, now, progress)
    finally:
        ws.close()


def _fill(ws: workspace.Workspace, facts: Street, now: datetime, progress: Progress) -> None:
    names = list(facts["tables"])
    # Neither the street nor its tasks are steps that anybody would want to undo.
    with ws.store.step("demo", "", journal=False) as writing:
        for n, name in enumerate(names):
            progress(n, len(names) + 2, table(name).title)
            _table(writing, name, facts["tables"][name])
        for name in ("facility", "place", "road_section"):
            placing.place(writing, name)
        progress(len(names), len(names) + 2, both("tasks.label_many", count=len(facts["tasks"]))[0])
        _tasks(ws, writing, facts["tasks"], now)
        exchange_styles.write(writing.db)  # QGIS opens the street as it looks here


def _table(writing: Writing, name: str, packed: Mapping[str, Any]) -> None:
    columns: list[str] = packed["columns"]
    values: list[list[Any]] = packed["rows"]
    if "geom" in columns:
        i = columns.index("geom")
        blobs = encode_all(shapely.from_wkb([row[i] for row in values]))
        values = [[*row[:i], blob, *row[i + 1 :]] for row, blob in zip(values, blobs, strict=True)]
    bulk.insert(writing, name, columns, values)


def _tasks(ws: workspace.Workspace, writing: Writing, tasks: list[dict[str, Any]], now: datetime) -> None:
    """Insert every task as it was reported and take its steps at their times: the record is the triggers' own."""
    zone = ZoneInfo(ws.zone)
    # The street's past was told at 15:00: older tasks are told from there, so that they fall into office hours.
    three = now.astimezone(zone).replace(hour=15, minute=0, second=0, microsecond=0)
    for task in sorted(tasks, key=lambda task: -task["reported_minutes_ago"]):
        ago = timedelta(minutes=task["reported_minutes_ago"])
        reported = (min(three, now) if ago > timedelta(days=3) else now) - ago
        day = f"{reported.astimezone(zone):%Y%m%d}"
        row = {key: value for key, value in task.items() if key in table("task").names}
        for counted in (*flow.COUNTERS.values(), "supervised", "status"):
            row.pop(counted, None)
        first = "dispatched" if task["kind"] == "patrol" else "reported"
        due = task.get("due_minutes")
        row |= {
            "number": f"{day}-{ws.desk}-{ask.next_number(writing.db, day, ws.desk):04d}",
            "geom": shapely.from_wkb(task["geom"]) if task["geom"] else None,
            "status": first,
            "reported_at": clock.stamp(reported),
            "last_step": "report" if first == "reported" else "imported",
            "last_by": "dispatcher",
            "last_at": clock.stamp(reported),
        }
        # Whoever will get it is known to the street's maker from the start, but nobody has been sent yet.
        later = {key: row.pop(key) for key in ("assignee_kind", "assignee_uuid") if first == "reported"}
        if first == "dispatched":
            row |= {"dispatched_at": row["reported_at"], "due_at": _due(reported, due)}
        uuid = writing.insert("task", row)
        for sketch in task.get("sketches") or ():
            shape = shapely.from_wkb(sketch["geom"])
            writing.insert("task_sketch", {"task_uuid": uuid, "geom": shape, "label": sketch.get("label")})
        _steps(writing, uuid, task, reported, later)
    placing.place(writing, "task")


def _due(start: datetime, minutes: int | None) -> str | None:
    return None if minutes is None else clock.stamp(start + timedelta(minutes=minutes))


def _steps(writing: Writing, uuid: str, task: Mapping[str, Any], reported: datetime, later: Mapping[str, Any]) -> None:
    last = reported
    for step, minutes, actor, reason in task["steps"]:
        row = rows.raw(writing.db, "task", uuid)
        rule = flow.find(task["kind"], row["status"], step) if row else None
        if row is None or rule is None:
            raise ValueError(f"{uuid}: {step} does not follow {row and row['status']}")
        at = max(reported + timedelta(minutes=minutes), last + timedelta(milliseconds=1))
        last = at
        values: dict[str, Any] = {
            "status": rule.to_status,
            "last_step": step,
            "last_by": actor,
            "last_reason": reason,
            "last_at": clock.stamp(at),
        }
        if step == "dispatch":
            values |= {**later, "due_at": row["due_at"] or _due(at, task.get("due_minutes"))}
        if step == "suspend":
            pauses.suspend(writing, uuid, values["last_at"], reason or "", actor)
        elif step == "resume":
            values["due_at"] = pauses.resume(writing, row, values["last_at"])
        writing.update("task", uuid, values)
