"""Undo, redo and the list of what was done; kept in the file, so that it survives a restart."""

from layers.domain.changes import Changes, Delta, Step
from layers.store import undo as steps_in_file
from layers.store.journal import Writing
from layers.words import t
from layers.workspace import Workspace


def labels(ws: Workspace) -> tuple[str | None, str | None]:
    """Return what undo would take back and what redo would do again, None where there is nothing."""
    db = ws.store.read()
    back, again = steps_in_file.next_undo(db), steps_in_file.next_redo(db)
    return (back["label"] if back else None), (again["label"] if again else None)


def steps(ws: Workspace, limit: int = 200) -> list[Step]:
    """Return the newest steps, newest first."""
    return steps_in_file.steps(ws.store.read(), limit)


def undo(ws: Workspace, actor: str) -> Changes:
    """Take back the last step as one transaction. Raises ``Moved`` if somebody changed one of its rows since."""
    label = labels(ws)[0] or ""
    with ws.store.step(t("tasks.undone", label=label), actor, journal=False) as writing:
        steps_in_file.undo(writing)
        _place_again(writing)
    return writing.changes


def redo(ws: Workspace, actor: str) -> Changes:
    """Do the last undone step again. Raises ``Moved`` if somebody changed one of its rows since."""
    label = labels(ws)[1] or ""
    with ws.store.step(t("tasks.redone", label=label), actor, journal=False) as writing:
        steps_in_file.redo(writing)
        _place_again(writing)
    return writing.changes


def _place_again(writing: Writing) -> None:
    from layers import placing

    for table in placing.PLACED:
        uuids = [delta.uuid for delta in writing.deltas if delta.table == table and _moved(delta)]
        if uuids:
            placing.place(writing, table, uuids)


def _moved(delta: Delta) -> bool:
    return delta.new is not None and "geom" in delta.new
