"""The task panel at the bottom: quick views with their counts, filters, the table, and steps for many rows."""

from functools import partial

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from app import parts, text, theme
from app.headings import Headings
from app.panel import Panel
from app.selection import Picked, Selection
from app.session import Session
from app.settings import Settings
from app.table_marks import mark
from app.tasks_columns import ColumnsChoice
from app.tasks_head import ROW
from app.tasks_model import TaskModel, with_
from app.tasks_view import TaskView
from layers import people, tasks
from layers.domain import flow
from layers.domain.things import Party, TaskFilter, TaskLine
from layers.words import t

# name -> (the part of the filter it sets, the key of its count)
VIEWS: dict[str, tuple[TaskFilter, str]] = {
    "open": (TaskFilter(open_only=True), "open"),
    "filed": (TaskFilter(statuses=("filed",)), "filed"),
    "handling": (TaskFilter(statuses=("handling",)), "handling"),
    "submitted": (TaskFilter(statuses=("submitted",)), "submitted"),
    "soon": (TaskFilter(due="soon"), "soon"),
    "overdue": (TaskFilter(due="overdue"), "overdue"),
    "tray": (TaskFilter(tray=True, open_only=True), "tray"),
    "all": (TaskFilter(), "all"),
}
NARROW = 1120  # px
NO_LIMIT = 16_777_215  # px: Qt's QWIDGETSIZE_MAX


class TasksPanel(Panel):
    """The panel. ``filter_changed(TaskFilter)`` tells the map and the exports what is shown now.

    ``step_wanted(step, lines)`` asks for a step on many tasks; ``export_wanted`` for the list in a file.
    """

    shows = ("task", "task_log", "grid", "person", "team", "department")
    filter_changed = Signal(object)
    step_wanted = Signal(str, list)
    export_wanted = Signal()

    def __init__(self, session: Session, selection: Selection, settings: Settings) -> None:
        super().__init__(session)
        self.selection = selection
        self.settings = settings
        self.model = TaskModel(session)
        self.table = TaskView(self.model)
        self.view = "open"
        self.scope: tuple[str, str] | None = None  # uuid and name of the grid that narrows the list
        self.extra = TaskFilter()  # what the reports page narrows it to
        self._make_bar()
        self.nothing = parts.label("quiet", wrap=True)
        self.nothing.hide()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(12, 12, 12, 12)
        self.nothing.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setLayout(parts.column(self.table, self.nothing, gap=0))
        self._following = False
        self._connect()
        self.dressed()

    # -- the bar -----------------------------------------------------------------------------------------

    def _make_bar(self) -> None:
        self.who = parts.Choice("plain")
        self.group = QButtonGroup(self)
        self.views: dict[str, QToolButton] = {}
        for name in VIEWS:
            button = parts.tool("view", partial(self.choose_view, name))
            button.setCheckable(True)
            button.setChecked(name == self.view)
            self.group.addButton(button)
            self.views[name] = button
        self.chip = parts.tool("chip", self._drop_scope)
        self.chip.setLayoutDirection(self.layoutDirection().RightToLeft)
        self.chip.setToolButtonStyle(self.chip.toolButtonStyle().ToolButtonTextBesideIcon)
        self.chip.hide()
        self.text = QLineEdit()
        self.text.setProperty("part", "filter")
        self.text.setClearButtonEnabled(True)
        self.text.setFixedWidth(168)
        self.columns = ColumnsChoice(self.table, self.settings)
        self.headings = Headings(self.session, self.table)
        self.export = parts.tool("outlined", self.export_wanted.emit)
        self._typing = QTimer(self, singleShot=True, interval=150)
        self._typing.timeout.connect(self.apply)

    def head(self) -> list[QWidget | None]:
        """Return what stands in the dock's title."""
        return [
            self.who,
            *self.views.values(),
            self.chip,
            self.headings.chip,
            None,
            self.text,
            self.columns,
            self.export,
        ]

    def _connect(self) -> None:
        self.who.chosen.connect(lambda _party: self.apply())
        self.text.textChanged.connect(lambda _text: self._typing.start())
        self.model.arrived.connect(self._arrived)
        self.table.selectionModel().selectionChanged.connect(self._picked)
        self.table.doubleClicked.connect(lambda index: self._fly(self.model.lines[index.row()]))
        self.table.customContextMenuRequested.connect(self._menu)
        self.headings.changed.connect(self.apply)
        self.selection.changed.connect(self._selected)
        self.session.closing.connect(self.emptied)  # what a list is narrowed to belongs to its workspace
        self.selection.gathered.connect(lambda _many: self._follow(self.selection.picked))
        self.model.rowsInserted.connect(lambda *_: self._follow(self.selection.picked))

    def retranslate(self) -> None:
        for name, button in self.views.items():
            button.setText(t(f"window.view_{name}", count="").rstrip())
            button.setToolTip(t(f"window.view_{name}_tip"))
        self.text.setPlaceholderText(t("window.filter"))
        self.text.setAccessibleName(t("window.filter"))
        self.columns.setText(t("window.columns"))
        self.export.setText(t("window.export_list"))
        self.export.setToolTip(t("window.export_list"))
        self.table.setAccessibleName(t("window.dock_tasks"))
        self.who.setAccessibleName(t("window.column_assignee"))
        self.model.retranslate()
        self.columns.fit_words()
        self.headings.show()

    def tint(self) -> None:
        self.chip.setIcon(theme.icon("x", "quiet"))
        self.export.setIcon(theme.icon("upload", "quiet"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a narrow dock (the table full height beside the details) the words of the bar must still fit.
        narrow = self.width() < NARROW
        self.text.setFixedWidth(72 if narrow else 168)
        style = Qt.ToolButtonStyle
        self.export.setToolButtonStyle(style.ToolButtonIconOnly if narrow else style.ToolButtonTextOnly)

    # -- what is shown -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        self.session.look(people.parties, key="task-parties", done=self._got_parties)
        self.apply()

    def emptied(self) -> None:
        self.scope, self.extra = None, TaskFilter()
        self.chip.hide()
        for field in (self.text, self.who):
            field.blockSignals(True)
        self.text.clear()
        self.who.offer([("", t("window.everybody"))], "")
        for field in (self.text, self.who):
            field.blockSignals(False)
        self.headings.set.clear()
        self.headings.show()
        self.model.empty()

    def _got_parties(self, parties: list[Party]) -> None:
        busy = sorted((one for one in parties if one.open_tasks), key=lambda one: -one.open_tasks)
        rest = [one for one in parties if one.kind == "team" and not one.open_tasks]
        pairs: list[tuple[object, str]] = [("", t("window.everybody"))]
        pairs += [(one.uuid, f"{one.name}  {one.open_tasks}") for one in [*busy[:30], *rest]]
        self.who.offer(pairs, self.who.value or "")

    def filter(self, view: str | None = None) -> TaskFilter:
        """Return the filter that is set: the view, the person, the grid and the text together."""
        base = VIEWS[view or self.view][0]
        if view is None and self.extra.statuses:
            base = with_(base, statuses=self.extra.statuses, open_only=False, due="")
        if view is None and self.extra.tray:
            base = with_(base, tray=True)
        return with_(
            base,
            grid=self.scope[0] if self.scope else "",
            assignee=str(self.who.value or ""),
            text=self.text.text().strip(),
        )

    def apply(self) -> None:
        """Ask for the lines and the counts of what is set."""
        wanted = self.headings.narrowed(self.filter())
        self.model.ask(wanted)
        rest = with_(self.filter("all"), statuses=(), columns=wanted.columns)
        self.session.look(tasks.counts, rest, key="task-counts", done=self._got_counts)
        self.filter_changed.emit(wanted)

    def _got_counts(self, counts: dict[str, int]) -> None:
        for name, button in self.views.items():
            number = counts[VIEWS[name][1]]
            button.setText(t(f"window.view_{name}", count=text.number(number)))
            parts.set_tone(button, "tone", "red" if name == "overdue" and number else "")
            button.setVisible(name != "tray" or number > 0 or self.view == "tray")

    def choose_view(self, name: str) -> None:
        """Show one of the quick views."""
        self.view = name
        self.extra = TaskFilter()
        self.views[name].setChecked(True)
        self.apply()

    def narrow(
        self, grid: tuple[str, str] | None, statuses: tuple[str, ...] = (), view: str = "all",
        tray: bool = False,
    ) -> None:  # fmt: skip
        """Show the tasks of one grid (uuid, name) in some statuses, or those without a place."""
        self.scope = grid
        self.view = view
        self.views[view].setChecked(True)
        self.extra = TaskFilter(statuses=statuses, tray=tray)
        self.text.clear()
        self.headings.set.clear()
        self.headings.show()
        self._show_scope()
        self.apply()

    def set_scope(self, uuid: str, name: str) -> None:
        """Keep to the tasks of a grid and everything below it."""
        if self.scope != (uuid, name):
            self.scope = (uuid, name)
            self._show_scope()
            self.apply()

    def _drop_scope(self) -> None:
        if self.scope is not None and self.selection.uuid("grid") == self.scope[0]:
            self.selection.clear()
        if self.scope is not None:
            self.scope = None
            self._show_scope()
            self.apply()

    def _show_scope(self) -> None:
        self.chip.setVisible(self.scope is not None)
        if self.scope is not None:
            self.chip.setText(self.scope[1])
            self.chip.setToolTip(text.tip(t("window.scope_drop", name=self.scope[1])))

    def _arrived(self) -> None:
        self.nothing.setText(t("window.tasks_nothing" if self.session.writable else "window.tasks_nothing_here"))
        nothing = not self.model.lines and self.session.ws is not None
        self.nothing.setVisible(nothing)
        # The headings stay: what narrows them must be there to be taken back.
        self.table.setMaximumHeight(ROW if nothing else NO_LIMIT)
        self._follow(self.selection.picked)

    # -- selection ---------------------------------------------------------------------------------------

    def _picked(self, _now: QItemSelection, _before: QItemSelection) -> None:
        if self._following:
            return
        lines = self.table.picked()
        self._following = True
        if len(lines) == 1:
            self.selection.set("task", lines[0].uuid, fly=False)
        elif lines:
            self.selection.gather(Picked("task", line.uuid) for line in lines)
        self._following = False

    def _fly(self, line: TaskLine) -> None:
        self.selection.set("task", line.uuid, fly=True)

    def _selected(self, picked: Picked | None, _fly: bool) -> None:
        if picked is None and self.scope is not None:
            self._drop_scope()
        self._follow(picked)

    def _follow(self, picked: Picked | None) -> None:
        """Mark the row of what is selected."""
        if self._following:
            return
        row = self.model.row_of(picked.uuid) if picked and picked.table == "task" else -1
        self._following = True
        if self.selection.many:
            mark(self.table, {one.uuid for one in self.selection.many})
        elif row < 0:
            self.table.clearSelection()
        else:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            index = self.model.index(row, self.table.visible_columns()[0])
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index)
        self._following = False

    # -- steps for many ----------------------------------------------------------------------------------

    def steps(self, lines: list[TaskLine]) -> list[tuple[str, str, list[TaskLine]]]:
        """Return (step, its words, the lines that may take it) for the post at the desk, in offering order."""
        found: dict[str, tuple[str, list[TaskLine]]] = {}
        for line in lines:
            for rule in flow.allowed(line.kind, line.status, self.session.post):
                words = tasks.step_label(rule.step, line.kind)
                found.setdefault(rule.step, (words, []))[1].append(line)
        order = sorted(found, key=flow.OFFER.index)
        return [(step, *found[step]) for step in order]

    def _menu(self, at: QPoint) -> None:
        lines = self.table.picked()
        if not lines:
            return
        menu = self.menu_for(lines)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def menu_for(self, lines: list[TaskLine]) -> QMenu:
        """Return the context menu of some rows: fly there, copy, and every step with how many it fits."""
        menu = QMenu(self)
        if len(lines) == 1:
            menu.addAction(t("window.fly_there"), lambda: self._fly(lines[0]))
        menu.addAction(t("window.copy_rows", count=len(lines)), self.table.copy_rows)
        menu.addSeparator()
        for step, words, fits in self.steps(lines):
            shown = words if len(lines) == 1 else t("window.step_some", step=words, count=len(fits), of=len(lines))
            action = menu.addAction(shown, partial(self.step_wanted.emit, step, fits))
            action.setEnabled(self.session.writable)
        return menu
