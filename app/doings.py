"""What every action of the window does."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from app import dialogs, language, picturing, report, theme
from app.checks_panel import NEAR
from app.edit_tools import TOOLS
from app.pasting import Pasting
from app.today import LISTS
from layers import coordinates, history, tasks, words
from layers.domain.changes import Changes
from layers.domain.things import Finding, Hit
from layers.words import t

if TYPE_CHECKING:
    from app.window import Window

PLACES = ("today", "map", "grids", "reports")
DOCKS = ("tree", "inspector", "tasks", "history")


class Doings:
    """The deeds of one window; `handlers` gives one for every action."""

    def __init__(self, window: "Window") -> None:
        self.window = window
        self.pasting = Pasting(window)

    def handlers(self) -> dict[str, Callable[[], Any]]:
        """Return what each action of `actions.SPECS` does."""
        window, files = self.window, self.window.files
        docks: dict[str, Callable[[], Any]] = {f"dock_{name}": partial(self.toggle_dock, name) for name in DOCKS}
        drawn: dict[str, Callable[[], Any]] = {
            f"draw_{kind}": partial(self.draw, kind) for kind in ("point", "polygon", "line", "rectangle")
        }
        places: dict[str, Callable[[], Any]] = {name: partial(window.go, name) for name in PLACES}
        ask = window.inspector.ask
        return {
            **docks, **drawn, **places, **{tool: partial(window.editing.start, tool) for tool in TOOLS},
            "new": files.new, "open": files.choose, "demo": files.demo, "import": files.choose_import,
            "export": files.start_export, "export_list": lambda: files.export_list(window.tasks),
            "print": self.print, "picture": partial(picturing.start, window),
            "copy_map": partial(picturing.copy, window),
            "backup": files.backup, "restore": files.restore, "take_over": lambda: window.standing.take_over(),
            "leave": window.session.leave, "quit": window.close,
            "undo": partial(self.back, history.undo), "redo": partial(self.back, history.redo),
            "find": self.find, "filter": self.filter, "filter_column": self.filter_column,
            "tree_search": self.tree_search, "copy": self.copy,
            "paste": self.pasting.paste, "fill_down": self.fill_down,
            "edit": partial(ask, "edit"), "primary": window.inspector.primary,
            "photos": window.inspector.page.strip.choose, "move": partial(ask, "move"),
            "delete": partial(ask, "delete"), "fly": partial(ask, "fly"), "whole": window.map.whole,
            "here": lambda: window.finding.here_at_centre(), "lasso": lambda: window.finding.lasso(),
            "measure": lambda: window.finding.measure(), "buffer": lambda: window.finding.start_buffer(),
            "add_base": lambda: window.bases.choose(window),
            "next_system": window.left.tree.next_system, "check": self.check, "full_table": self.toggle_full,
            "boards": lambda: self.on_map(window.board_card.open_menu),
            "save_board": lambda: self.on_map(window.board_card.ask_name),
            "shade": lambda: self.on_map(window.shades.next_indicator),
            "overview": lambda: self.on_map(window.overview.toggle),
            "reset_layout": self.reset_layout, "theme": self.next_theme, "language": self.next_language,
            "menu": lambda: window.bar.open_menu(),
            "shortcuts": lambda: dialogs.shortcuts(window, window.actions_).open(),
            "about": lambda: dialogs.about(window).open(),
        }  # fmt: skip

    # -- going somewhere ---------------------------------------------------------------------------------

    def found(self, hit: Hit) -> None:
        """Go to what was chosen in the search box."""
        window = self.window
        if window.place in ("today", "reports"):
            window.go("map")
        if hit.table == coordinates.TABLE:
            window.finding.go_to(hit)
            return
        if hit.table == "grid":
            window.left.tree.reveal(hit.uuid)
        window.docks["inspector"].show()
        window.selection.set(hit.table, hit.uuid)

    def show_list(self, name: str) -> None:
        """Go from a list of today to the same list in the table."""
        self.window.go("map")
        self.window.docks["tasks"].show()
        if name in ("overdue", "soon"):
            self.window.tasks.narrow(None, view=name)
        else:
            self.window.tasks.narrow(None, LISTS[name][0].statuses)

    def show_finding(self, finding: Finding) -> None:
        """Go to the place of a fault of the grids."""
        if finding.uuids and finding.table == "grid":
            self.window.selection.set("grid", finding.uuids[0], fly=finding.lon is None)
        if finding.lon is not None and finding.lat is not None:
            lon, lat = finding.lon, finding.lat
            self.window.map.fly_to((lon - NEAR, lat - NEAR, lon + NEAR, lat + NEAR))

    def find(self) -> None:
        """Go to the search box."""
        self.window.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.window.finder.selectAll()

    def filter(self) -> None:
        """Go to the filter of the task table."""
        self.window.docks["tasks"].show()
        self.window.tasks.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def tree_search(self) -> None:
        """Go to the search field of the grid tree."""
        self.window.docks["tree"].show()
        self.window.left.tree.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- tasks -------------------------------------------------------------------------------------------

    def draw(self, kind: str) -> None:
        """Begin a new task on the map: ``point``, ``polygon`` or ``line``."""
        window = self.window
        if window.place not in ("map", "grids"):
            window.go("map")
        if window.layouts.full:
            self.toggle_full()
        window.map.start_draw(kind)

    def on_map(self, do: Callable[[], Any]) -> None:
        """Do something to the map, where it is seen."""
        if self.window.place not in ("map", "grids"):
            self.window.go("map")
        do()

    def drawn(self, geometry: dict[str, Any]) -> None:
        """Open the form of a new task where something was drawn."""
        self.window.docks["inspector"].show()
        self.window.inspector.start_task(geometry)

    def new_task(self, description: str) -> None:
        """Open the form of a new task without a place, with a text in it."""
        if self.window.place not in ("map", "grids"):
            self.window.go("map")
        self.window.docks["inspector"].show()
        self.window.inspector.start_task(None, description)

    def step_many(self, step: str, lines: list[Any]) -> None:
        """Take a step for the selected rows."""
        self.window.docks["inspector"].show()
        self.window.inspector.take_steps(step, lines)

    def filter_column(self) -> None:
        """Open what narrows the column that the keys are in, or the first one."""
        self.window.docks["tasks"].show()
        table = self.window.tasks.table
        current = table.currentIndex().column()
        shown = table.visible_columns()
        self.window.tasks.headings.open(current if current in shown else shown[0])

    def fill_down(self) -> None:
        """Give the priority of the first selected row to the others, as one step."""
        first, *rest = self.window.tasks.table.picked()
        others = [line.uuid for line in rest if line.priority != first.priority]
        if others:
            self.window.session.work(tasks.edit_many, others, {"priority": first.priority}, label="edit")
        else:
            report.say(t("window.fill_same", priority=t(f"tasks.priority_{first.priority}")))

    def back(self, which: Callable[..., Changes]) -> None:
        """Undo or redo one step: of the drawing under way, else of the workspace."""
        sketcher = self.window.map.view.sketcher
        if sketcher.back() if which is history.undo else sketcher.again():
            return
        self.window.session.work(which, label="undo")

    def copy(self) -> None:
        """Copy the selected rows."""
        count = self.window.tasks.table.copy_rows()
        if count:
            report.say(t("window.copied", count=count))

    def print(self) -> None:
        """Print what has the focus."""
        from app import printing  # start-up does not need printers

        printing.start(self.window)

    def check(self) -> None:
        """Check the grids."""
        self.window.go("grids")
        self.window.docks["checks"].show()
        self.window.checks.check()

    # -- the look ----------------------------------------------------------------------------------------

    def toggle_dock(self, name: str) -> None:
        """Close a dock or bring it back."""
        dock = self.window.docks[name]
        dock.setVisible(not dock.isVisible())

    def toggle_full(self) -> None:
        """Turn the table full height, or back."""
        if self.window.place not in ("map", "reports"):
            self.window.go("map")
        details = self.window.inspector.holds_something
        self.window.actions_["full_table"].setChecked(self.window.layouts.toggle_full(details))

    def reset_layout(self) -> None:
        """Lie as at the very first time."""
        if self.window.session.ws is not None:
            self.window.layouts.full = False
            self.window.layouts.first(self.window.place)

    def next_theme(self) -> None:
        """Change from light to dark or back."""
        self.set_theme({"light": "dark", "dark": "light"}[theme.tokens().name])

    def set_theme(self, choice: str) -> None:
        """Dress the window: ``system``, ``light`` or ``dark``; remembered."""
        self.window.settings.theme = choice
        theme.apply(choice)
        self.window.actions_.tint()

    def follow_system(self) -> None:
        """Take over the system's colour scheme when it changes, unless another was chosen."""
        if self.window.settings.theme == "system":
            self.set_theme("system")

    def next_language(self) -> None:
        """Change from Chinese to English or back."""
        self.set_language("en" if words.language() == "zh" else "zh")

    def set_language(self, which: str) -> None:
        """Speak ``zh`` or ``en`` from now on; remembered."""
        self.window.settings.language = which
        language.use(which)

    def set_post(self, post: str) -> None:
        """Say who sits at the desk; remembered."""
        self.window.settings.post = self.window.session.post = post
        self.window.bar.show_post(post)
        self.window.inspector.renew()
        self.window.finding.many.renew()
        self.window.standing.allow()
