"""Marks the rows of the task table that belong to many things selected together."""

from collections.abc import Collection

from PySide6.QtCore import QItemSelection, QItemSelectionModel

from app.tasks_view import TaskView


def mark(table: TaskView, uuids: Collection[str]) -> None:
    """Select exactly the rows of these tasks, as far as they are here; the first is brought into sight."""
    model, column = table.lines, table.visible_columns()[0]
    rows = [i for i, line in enumerate(model.lines) if line.uuid in uuids]
    if rows == sorted(index.row() for index in table.selectionModel().selectedRows()):
        return
    chosen = QItemSelection()
    start = None
    for row, then in zip(rows, [*rows[1:], -1], strict=False):
        start = row if start is None else start
        if then != row + 1:  # the end of a run: many runs are dear, many rows in one are not
            chosen.select(model.index(start, 0), model.index(row, model.columnCount() - 1))
            start = None
    flags = QItemSelectionModel.SelectionFlag
    table.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)
    if rows:
        table.selectionModel().setCurrentIndex(model.index(rows[0], column), flags.NoUpdate)
        table.scrollTo(model.index(rows[0], column))
