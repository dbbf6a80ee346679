"""What the headings of the task table are narrowed to, and the chip that says so and takes it back."""

from PySide6.QtCore import QObject, QRect, Qt, Signal

from app import parts, theme
from app.column_popup import ColumnPopup
from app.session import Session
from app.tasks_model import COLUMNS, KEYS, with_
from app.tasks_view import TaskView
from layers.domain.things import ColumnFilter, TaskFilter
from layers.words import t


class Headings(QObject):
    """The filters of the headings. ``changed`` says that the table should be asked for anew."""

    changed = Signal()

    def __init__(self, session: Session, table: TaskView) -> None:
        super().__init__(table)
        self.table = table
        self.set: dict[str, ColumnFilter] = {}
        self.base = TaskFilter()
        self.popup = ColumnPopup(session, table)
        self.popup.changed.connect(self._narrow)
        self.chip = parts.tool("chip", self.drop)
        self.chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.chip.setObjectName("headings-chip")
        self.chip.hide()
        table.filter_wanted.connect(self.open)

    def narrowed(self, filter_: TaskFilter) -> TaskFilter:
        """Return a filter with what the headings let through; it is also what a popup counts within."""
        self.base = with_(filter_, columns=tuple(self.set.values()))
        return self.base

    def open(self, section: int) -> None:
        """Open what narrows a column, below its heading."""
        key = COLUMNS[section].key
        head = (
            self.table.cold
            if section in self.table.frozen_columns() and self.table.cold.isVisible()
            else self.table.head
        )
        at = head.viewport().mapToGlobal(head.rect().topLeft())
        left = at.x() + head.sectionViewportPosition(section)
        self.popup.open_for(
            key, self.base, self.set.get(key), QRect(left, at.y(), head.sectionSize(section), head.height())
        )

    def drop(self) -> None:
        """Let every heading let everything through."""
        if self.set:
            self.set.clear()
            self.show()
            self.changed.emit()

    def _narrow(self, column: str, wanted: ColumnFilter | None) -> None:
        if wanted is None:
            self.set.pop(column, None)
        else:
            self.set[column] = wanted
        self.show()
        self.changed.emit()

    def show(self) -> None:
        """Mark the headings that are narrowed, and say in the chip how many."""
        self.table.show_narrowed(frozenset(KEYS.index(key) for key in self.set))
        names = t("window.list_comma").join(t(f"window.column_{key}") for key in self.set)
        self.chip.setText(t("window.narrowed", count=len(self.set)))
        self.chip.setToolTip(t("window.narrowed_drop", columns=names))
        self.chip.setIcon(theme.icon("x", "quiet"))
        self.chip.setVisible(bool(self.set))
