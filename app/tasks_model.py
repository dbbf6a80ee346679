"""The task table as a model for Qt: pages of lines that come from the workspace as they are scrolled to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app import text
from app.session import Session
from layers import tasks
from layers.domain.things import TaskFilter, TaskLine
from layers.words import t

PAGE = 500
LINE = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column:
    """A column of the table; ``sort`` names the order the front desk knows, empty for none."""

    key: str
    sort: str
    width: int
    shown: bool
    text: Callable[[TaskLine, str], str]


def _where(line: TaskLine, _zone: str) -> str:
    return " · ".join(part for part in (line.address, line.grid_code.rsplit("-", 1)[-1]) if part)


def _location(line: TaskLine, _zone: str) -> str:
    return text.place(line.lon, line.lat) if line.lon is not None and line.lat is not None else ""


COLUMNS = (
    Column("number", "number", 168, True, lambda line, _z: line.number),
    Column("category", "category_name", 168, True, lambda line, _z: line.category_name),
    Column("title", "title", 200, False, lambda line, _z: line.title),
    Column("kind", "", 96, False, lambda line, _z: t(f"tasks.kind_{line.kind}")),
    Column("where", "address", 360, True, _where),
    Column("assignee", "assignee", 150, True, lambda line, _z: line.assignee),
    Column("status", "status", 120, True, lambda line, _z: tasks.status_label(line.status, line.kind)),
    Column("left", "minutes_left", 176, True, lambda line, _z: text.left(line.minutes_left)),
    Column("priority", "priority", 80, False, lambda line, _z: t(f"tasks.priority_{line.priority}")),
    Column("reported", "reported_at", 136, False, lambda line, zone: text.when(line.reported_at, zone)),
    Column("due", "", 136, False, lambda line, zone: text.when(line.due_at, zone)),
    Column("grid", "grid_code", 150, False, lambda line, _z: line.grid_code),
    Column("location", "", 160, False, _location),
)
KEYS = tuple(column.key for column in COLUMNS)
SHOWN = tuple(column.key for column in COLUMNS if column.shown)


class TaskModel(QAbstractTableModel):
    """The lines of one filter in one order. ``arrived`` says that the first page of a question is here."""

    arrived = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.filter = TaskFilter(open_only=True)
        self.sort_key = "left"
        self.descending = False
        self.lines: list[TaskLine] = []
        self._more = False
        self._asking = False

    def ask(self, filter_: TaskFilter | None = None) -> None:
        """Show what a filter lets through (None: ask again for the present one); the old lines stay till then."""
        if filter_ is not None:
            self.filter = filter_
        self._asking = True
        self._look(0, max(PAGE, len(self.lines) if filter_ is None else 0), self._first)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; one that the workspace cannot order by is left alone."""
        if 0 <= column < len(COLUMNS) and COLUMNS[column].sort:
            self.sort_key = COLUMNS[column].key
            self.descending = order == Qt.SortOrder.DescendingOrder
            self.ask()

    def empty(self) -> None:
        """Show nothing."""
        self._first([])

    def _look(self, offset: int, limit: int, done: Callable[[list[TaskLine]], None]) -> None:
        self._limit = limit
        self.session.look(
            tasks.table,
            self.filter,
            sort=COLUMNS[KEYS.index(self.sort_key)].sort,
            descending=self.descending,
            limit=limit,
            offset=offset,
            key="tasks",
            done=done,
        )

    def _first(self, lines: list[TaskLine]) -> None:
        self._more = bool(lines) and len(lines) >= self._limit
        if [line.uuid for line in lines] == [line.uuid for line in self.lines]:
            # The same rows with other contents: selection and scroll position stay untouched.
            changed = [i for i, (a, b) in enumerate(zip(self.lines, lines, strict=True)) if a != b]
            self.lines = lines
            for i in changed:
                self.dataChanged.emit(self.index(i, 0), self.index(i, len(COLUMNS) - 1))
        else:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()
        self._asking = False
        self.arrived.emit()

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._more and not self._asking

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._asking = True
            self._look(len(self.lines), PAGE, self._next)

    def _next(self, lines: list[TaskLine]) -> None:
        self._more = len(lines) >= PAGE
        if lines:
            first = len(self.lines)
            self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
            self.lines = self.lines + lines
            self.endInsertRows()
        self._asking = False

    def row_of(self, uuid: str) -> int:
        """Return where a task stands among the lines that are here, -1 if it does not."""
        return next((i for i, line in enumerate(self.lines) if line.uuid == uuid), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            zone = self.session.ws.zone if self.session.ws else "Asia/Shanghai"
            return COLUMNS[index.column()].text(line, zone)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return t(f"window.column_{COLUMNS[section].key}")
        return None

    def retranslate(self) -> None:
        """Say that every word may have changed."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, len(COLUMNS) - 1))


def with_(filter_: TaskFilter, **values: Any) -> TaskFilter:
    """Return a filter with some parts replaced."""
    return replace(filter_, **values)
