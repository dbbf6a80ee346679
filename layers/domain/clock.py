"""Instants, how they are written, and the lamp that says how much of a limit is left."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from layers.domain import flow

Lamp = Literal["none", "green", "amber", "red"]


def stamp(at: datetime | None = None) -> str:
    """Return an aware instant (default: now) as the workspace writes it: UTC, milliseconds, ``Z``."""
    at = datetime.now(UTC) if at is None else at.astimezone(UTC)
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def instant(text: str) -> datetime:
    """Return the aware UTC datetime of a stored instant. Raises ``ValueError`` for anything else."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {text}")
    return at.astimezone(UTC)


def local(text: str, zone: str = "Asia/Shanghai") -> str:
    """Return a stored instant as people read it in the workspace's zone: ``2026-11-20 14:05``."""
    return f"{instant(text).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Remaining:
    """What is left of a limit: the lamp and the minutes (negative when overdue, None without a limit)."""

    lamp: Lamp
    minutes: int | None


def remaining(
    status: str, dispatched_at: str | None, due_at: str | None, submitted_at: str | None, now: datetime
) -> Remaining:
    """Return the lamp of a task.

    Overdue and soon overdue are derived, never stored (design §2). While the clock runs they compare now
    with the limit; afterwards they say whether the work was handed back in time. Suspension pauses.
    """
    if due_at is None or status in ("void", "refused", "suspended", "reported", "verified"):
        return Remaining("none", None)
    due = instant(due_at)
    if status not in flow.CLOCK_RUNS:
        if submitted_at is None:
            return Remaining("none", None)
        left = int((due - instant(submitted_at)).total_seconds() // 60)
        # Handed back in time: the clock has stopped and nothing is left to be said. Late stays late.
        return Remaining("red", left) if left < 0 else Remaining("none", None)
    left = int((due - now).total_seconds() // 60)
    if left < 0:
        return Remaining("red", left)
    whole = (due - instant(dispatched_at)).total_seconds() / 60 if dispatched_at else 0.0
    return Remaining("amber" if whole > 0 and left <= whole * flow.SOON else "green", left)


# Until a category has its own limit (`time_limit`), a task gets this many natural hours from its dispatch.
# Local practice, not law: the limits in standards §2.7 run from two hours to fifteen days.
DEFAULT_HOURS = {"urgent": 4, "key": 24, "normal": 72}


def default_due(priority: str, dispatched_at: str) -> str:
    """Return the limit of a task whose category has none: natural hours by priority, as stored text."""
    return stamp(instant(dispatched_at) + timedelta(hours=DEFAULT_HOURS[priority]))
