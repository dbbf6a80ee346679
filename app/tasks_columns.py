"""The columns of the task table as somebody left them: which are shown, how wide, in which order, how many stay."""

from functools import partial

from app import parts
from app.settings import Settings
from app.tasks_model import COLUMNS, KEYS, SHOWN
from app.tasks_view import TaskView
from layers.words import t

LAYOUT, FROZEN = "task-columns", "task-frozen"
MOST = 4  # columns that can stay: with more there is no room for the rest on a small screen


class ColumnsChoice(parts.Choice):
    """The button with the menu of the columns; every choice is remembered."""

    def __init__(self, table: TaskView, settings: Settings) -> None:
        super().__init__("quiet")
        self.table = table
        self.settings = settings
        self.menu().aboutToShow.connect(self.fill)
        table.head.customContextMenuRequested.connect(lambda at: self.menu().popup(table.head.mapToGlobal(at)))
        self._restore()
        table.head.sectionMoved.connect(lambda *_: self._save())
        table.head.sectionResized.connect(lambda *_: self._save())

    def fill(self) -> None:
        """Fill the menu with the columns, and with how many of them stay."""
        menu = self.menu()
        menu.clear()
        for i, column in enumerate(COLUMNS):
            action = menu.addAction(t(f"window.column_{column.key}"))
            action.setCheckable(True)
            action.setChecked(not self.table.isColumnHidden(i))
            action.setEnabled(column.key != "number")
            action.triggered.connect(partial(self.show_column, i))
        menu.addSeparator()
        stays = menu.addMenu(t("window.columns_freeze"))
        names = [COLUMNS[i].key for i in self.table.visible_columns()]
        for count in range(min(MOST, len(names) - 1) + 1):
            words = t("window.columns_freeze_to", column=t(f"window.column_{names[count - 1]}"))
            action = stays.addAction(words if count else t("window.columns_freeze_none"))
            action.setCheckable(True)
            action.setChecked(count == self.table.frozen)
            action.triggered.connect(partial(self.freeze, count))
        menu.addAction(t("window.columns_reset"), self.reset)

    def show_column(self, index: int, shown: bool) -> None:
        """Show or hide a column."""
        self.table.setColumnHidden(index, not shown)
        self.table.fit()
        self._save()

    def freeze(self, count: int) -> None:
        """Keep the first columns in sight when the others are scrolled."""
        self.table.freeze(count)
        self._save()

    def reset(self) -> None:
        """Go back to the columns of the first day."""
        head = self.table.head
        for i, column in enumerate(COLUMNS):
            head.moveSection(head.visualIndex(i), i)
            self.table.setColumnHidden(i, not column.shown)
            self.table.setColumnWidth(i, self.table.width_of(i))
        self.freeze(0)

    def fit_words(self) -> None:
        """Widen the columns whose words are longer in the language in use; none is narrowed."""
        self.table.head.blockSignals(True)
        for i in range(len(COLUMNS)):
            if not self.table.isColumnHidden(i) and self.table.columnWidth(i) < self.table.width_of(i):
                self.table.setColumnWidth(i, self.table.width_of(i))
        self.table.head.blockSignals(False)
        self.table.fit()

    def _save(self) -> None:
        self.settings.set_names(LAYOUT, tuple(KEYS[i] for i in self.table.visible_columns()))
        self.settings.set_names(FROZEN, (str(self.table.frozen),))
        self.settings.set_bytes(LAYOUT, self.table.head.saveState())

    def _restore(self) -> None:
        shown = self.settings.names(LAYOUT, SHOWN)
        state = self.settings.bytes(LAYOUT)
        self.table.head.blockSignals(True)
        if not state.isEmpty():
            self.table.head.restoreState(state)
        self.table.head.blockSignals(False)
        for i, key in enumerate(KEYS):
            self.table.setColumnHidden(i, key not in shown)
        frozen = "".join(self.settings.names(FROZEN, ("0",)))
        self.table.freeze(min(int(frozen), MOST) if frozen.isdecimal() else 0)
