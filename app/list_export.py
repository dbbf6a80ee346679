"""The task list as a spreadsheet: every row of a filter, not only those scrolled to, in the columns shown."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.sheet import write_csv
from app.tasks_model import COLUMNS, KEYS
from layers import tasks
from layers.domain.things import TaskFilter, TaskLine
from layers.words import t
from layers.workspace import Workspace

PAGE = 5000
Progress = Callable[[int, int, str], None]


def save(
    ws: Workspace,
    path: Path,
    wanted: TaskFilter,
    sort_key: str,
    descending: bool,
    columns: Sequence[str],
    progress: Progress,
) -> int:
    """Write all tasks of a filter as CSV; return how many. Raises ``SourceError`` when it cannot be written."""
    shown = [COLUMNS[KEYS.index(key)] for key in columns]
    table = [[t(f"window.column_{column.key}") for column in shown]]
    # Rows of a synthetic workspace say so wherever they are taken.
    mark = [t("window.synthetic")] if ws.synthetic else []
    table[0] += [t("window.column_note")] if mark else []
    sort = COLUMNS[KEYS.index(sort_key)].sort
    for line in task_lines(ws, wanted, sort, descending, progress, path.name):
        table.append([column.text(line, ws.zone) for column in shown] + mark)
    write_csv(path, table)
    return len(table) - 1


def task_lines(
    ws: Workspace, wanted: TaskFilter, sort: str, descending: bool, progress: Progress, said: str
) -> Iterator[TaskLine]:
    """Give all tasks of a filter in an order, a page at a time."""
    whole = tasks.counts(ws, wanted)["all"]
    given = 0
    while True:
        progress(given, whole, said)
        page = tasks.table(ws, wanted, sort=sort, descending=descending, limit=PAGE, offset=given)
        yield from page
        given += len(page)
        if len(page) < PAGE:
            return
