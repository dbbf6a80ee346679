"""Undo, redo and the list of what was done; kept in the file, so that it survives a restart."""

from layers.domain.changes import Changes, Delta, Step
from layers.errors import Refused
from layers.store import undo as steps_in_file
from layers.store.connection import Row
from layers.store.journal import Writing
from layers.words import said, stored
from layers.workspace import Workspace


def labels(ws: Workspace) -> tuple[str | None, str | None]:
    """Return what undo would take back and what redo would do again, None where there is nothing."""
    db = ws.store.read()
    back, again = steps_in_file.next_undo(db), steps_in_file.next_redo(db)
    return (said(back["label"]) if back else None), (said(again["label"]) if again else None)


def steps(ws: Workspace, limit: int = 200) -> list[Step]:
    """Return the newest steps, newest first."""
    return steps_in_file.steps(ws.store.read(), limit)


def undo(ws: Workspace, actor: str) -> Changes:
    """Take back the last step as one transaction.

    Raises ``Moved`` if somebody changed one of its rows since; ``Refused`` for the drawing of a task that was worked
    on since: that step leaves the stack, so that what was done before it can be undone.
    """
    try:
        with ws.store.step("", actor, journal=False) as writing:
            writing.label = stored("tasks.undone", label=_label(steps_in_file.next_undo(writing.db)))
            removed = steps_in_file.undo(writing)
            _place_again(writing, removed)
    except Refused as refusal:
        if refusal.key == steps_in_file.STUCK:
            with ws.store.step("", actor, journal=False) as writing:
                steps_in_file.bury(writing)
        raise
    return writing.changes


def redo(ws: Workspace, actor: str) -> Changes:
    """Do the last undone step again. Raises ``Moved`` if somebody changed one of its rows since."""
    with ws.store.step("", actor, journal=False) as writing:
        writing.label = stored("tasks.redone", label=_label(steps_in_file.next_redo(writing.db)))
        steps_in_file.redo(writing)
        _place_again(writing, frozenset())
    return writing.changes


def _label(step: Row | None) -> str:
    return str(step["label"]) if step else ""


def _place_again(writing: Writing, removed: frozenset[str]) -> None:
    """Whatever got another shape lies in other grids now; when grids themselves changed, everything may."""
    from layers import placing

    moved = [delta for delta in writing.deltas if _moved(delta)]
    whole = "grid" in removed or any(delta.table == "grid" for delta in moved)
    for table in placing.PLACED:
        uuids = None if whole else [delta.uuid for delta in moved if delta.table == table]
        if uuids is None or uuids:
            placing.place(writing, table, uuids)


def _moved(delta: Delta) -> bool:
    return any("geom" in side for side in (delta.old, delta.new) if side is not None)
