"""Suspensions (挂账) and extensions (延期): what they do to a task's limit.

Suspending stops the handling clock, resuming moves the limit by as long as it stood; an extension adds the original
limit once more, at most twice and not when overdue (standards §2.8).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from layers.domain.clock import instant, stamp
from layers.store import rows
from layers.store.journal import Writing
from layers.words import t

MOST_EXTENSIONS = 2


def suspend(writing: Writing, uuid: str, at: str, reason: str, actor: str) -> None:
    """Open the suspension of a task from ``at`` (UTC text) on, as part of the same step."""
    values = {"task_uuid": uuid, "from_at": at, "reason": reason or None, "approved_by": actor}
    writing.insert("suspension", values)


def resume(writing: Writing, row: Mapping[str, Any], at: str) -> str | None:
    """Close a task's open suspension and return its limit moved by as long as it stood."""
    still = timedelta()
    for pause in rows.many(writing.db, "suspension", ("uuid", "from_at"), task_uuid=row["uuid"], to_at=None):
        writing.update("suspension", pause["uuid"], {"to_at": at})
        still += max(instant(at) - instant(pause["from_at"]), timedelta())
    return None if row["due_at"] is None else stamp(instant(row["due_at"]) + still)


def extended(writing: Writing, row: Mapping[str, Any]) -> str:
    """Return the limit of a task with its original limit added once more."""
    stood = timedelta()
    for pause in rows.many(writing.db, "suspension", ("from_at", "to_at"), task_uuid=row["uuid"]):
        if pause["to_at"] is not None:
            stood += instant(pause["to_at"]) - instant(pause["from_at"])
    due = instant(row["due_at"])
    whole = due - instant(row["dispatched_at"]) - stood
    return stamp(due + whole / (1 + row["extended_n"]))


def why_not_extend(row: Mapping[str, Any], at: str) -> str | None:
    """Return why a task cannot be extended at ``at`` (UTC text), None if it can."""
    if row["due_at"] is None or row["dispatched_at"] is None:
        return t("tasks.extend_no_limit")
    if row["extended_n"] >= MOST_EXTENSIONS:
        return t("tasks.extend_twice", count=MOST_EXTENSIONS)
    if row["due_at"] < at:
        return t("tasks.extend_overdue")
    return None
