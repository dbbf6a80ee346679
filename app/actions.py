"""Everything that can be done from a menu, as data: its icon, its shortcut, and when it is possible."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app import theme
from layers.words import t

# When an action is possible. Each names the sentence told as the tooltip while it is not.
WHEN = {
    "always": "",
    "open": "window.why_nothing_open",
    "write": "window.why_read_only",
    "rows": "window.why_no_task",
    "task_write": "window.why_no_task",
    "step": "window.why_no_task",
    "picked": "window.why_nothing_picked",
    "several": "window.why_not_several",
    "edit_shape": "drawing.why_no_shape",
    "split": "drawing.why_no_shape",
    "merge": "drawing.why_no_shape",
    "reshape": "drawing.why_no_shape",
    "cut": "drawing.why_no_shape",
    "move_shape": "drawing.why_no_shape",
    "undo": "window.why_no_undo",
    "redo": "window.why_no_redo",
    "read_only": "window.why_writable",
}


@dataclass(frozen=True)
class Spec:
    """One action; its words are ``window.do_<id>``. ``menu`` is the submenu it stands in."""

    id: str
    menu: str
    shortcut: str
    icon: str = ""
    when: str = "open"
    line: bool = False  # whether a hairline stands above it in the menu
    checks: bool = False


SPECS: tuple[Spec, ...] = (
    Spec("new", "file", "Ctrl+Shift+N", "file-plus", "always"),
    Spec("open", "file", "Ctrl+O", "folder-open", "always"),
    Spec("demo", "file", "Ctrl+Shift+D", "sparkles", "always"),
    Spec("import", "file", "Ctrl+I", "download", "write", line=True),
    Spec("export", "file", "Ctrl+E", "upload"),
    Spec("export_list", "file", "Ctrl+Shift+E", "table-2"),
    Spec("print", "file", "Ctrl+P", "printer"),
    Spec("picture", "file", "Ctrl+Shift+M", "image"),
    Spec("backup", "file", "Ctrl+B", "archive-restore"),
    Spec("restore", "file", "Ctrl+Shift+B", "rotate-ccw", "write"),
    Spec("take_over", "file", "Ctrl+Shift+O", "lock", "read_only", line=True),
    Spec("leave", "file", "Ctrl+W", "x"),
    Spec("quit", "file", "Ctrl+Q", "log-out", "always", line=True),
    Spec("undo", "edit", "Ctrl+Z", "undo-2", "undo"),
    Spec("redo", "edit", "Ctrl+Y", "redo-2", "redo"),
    Spec("find", "edit", "Ctrl+K", "search", "always", line=True),
    Spec("filter", "edit", "Ctrl+F", "filter"),
    Spec("filter_column", "edit", "Alt+Down", "list-filter"),
    Spec("tree_search", "edit", "Ctrl+Shift+F", "network"),
    Spec("copy", "edit", "Ctrl+C", "copy", "rows"),
    Spec("copy_map", "edit", "Ctrl+Shift+C", "camera"),
    Spec("paste", "edit", "Ctrl+V", "clipboard-copy", "write"),
    Spec("fill_down", "edit", "Ctrl+D", "chevron-down", "several"),
    Spec("edit", "edit", "F2", "pencil", "picked", line=True),
    Spec("edit_shape", "edit", "Shift+F2", "vector-square", "edit_shape"),
    Spec("split", "edit", "Alt+S", "slice", "split"),
    Spec("merge", "edit", "Alt+M", "squares-unite", "merge"),
    Spec("reshape", "edit", "Alt+R", "spline-pointer", "reshape"),
    Spec("cut", "edit", "Alt+X", "squares-subtract", "cut"),
    Spec("move_shape", "edit", "Alt+G", "move", "move_shape"),
    Spec("draw_point", "task", "N", "map-pin-plus", "write"),
    Spec("draw_polygon", "task", "Shift+N", "pentagon", "write"),
    Spec("draw_line", "task", "Alt+N", "spline", "write"),
    Spec("draw_rectangle", "task", "Alt+Shift+N", "rectangle-horizontal", "write"),
    Spec("primary", "task", "Ctrl+Return", "check", "step", line=True),
    Spec("photos", "task", "Ctrl+Shift+P", "image-plus", "task_write"),
    Spec("move", "task", "Ctrl+M", "move", "task_write"),
    Spec("delete", "task", "Ctrl+Delete", "trash-2", "task_write"),
    Spec("today", "view", "Ctrl+1", "calendar"),
    Spec("map", "view", "Ctrl+2", "map"),
    Spec("grids", "view", "Ctrl+3", "grid-3x3"),
    Spec("reports", "view", "Ctrl+4", "chart-column"),
    Spec("fly", "view", "Ctrl+J", "crosshair", "picked", line=True),
    Spec("whole", "view", "Ctrl+0", "maximize-2"),
    Spec("here", "view", "Shift+F10", "scan-search"),
    Spec("lasso", "view", "L", "lasso", line=True),
    Spec("measure", "view", "M", "ruler"),
    Spec("buffer", "view", "B", "circle-dashed"),
    Spec("next_system", "view", "Ctrl+G", "network"),
    Spec("check", "view", "Ctrl+Shift+G", "list-checks"),
    Spec("boards", "view", "Ctrl+T", "layers", line=True),
    Spec("save_board", "view", "Ctrl+Alt+B", "save", "write"),
    Spec("shade", "view", "Ctrl+Shift+I", "grid-2x2"),
    Spec("overview", "view", "Ctrl+Alt+O", "map"),
    Spec("full_table", "view", "F11", "panel-bottom", checks=True, line=True),
    Spec("add_base", "view", "Ctrl+Alt+M", "image-plus", line=True),
    Spec("dock_tree", "view", "Ctrl+Alt+1", "panel-left", "always", checks=True),
    Spec("dock_inspector", "view", "Ctrl+Alt+2", "panel-right", "always", checks=True),
    Spec("dock_tasks", "view", "Ctrl+Alt+3", "panel-bottom", "always", checks=True),
    Spec("dock_history", "view", "Ctrl+H", "history", "always", checks=True),
    Spec("reset_layout", "view", "Ctrl+Alt+0", "refresh-cw", "always"),
    Spec("theme", "view", "Ctrl+Shift+T", "moon", "always", line=True),
    Spec("language", "view", "Ctrl+Shift+L", "languages", "always"),
    Spec("menu", "help", "F10", "menu", "always"),
    Spec("shortcuts", "help", "F1", "keyboard", "always"),
    Spec("about", "help", "Shift+F1", "info", "always"),
)
MENUS = ("file", "edit", "task", "view", "help")


class Actions(QObject):
    """The actions of one window, made from `SPECS`; whoever handles one gives its function by id."""

    def __init__(self, window: QWidget, handlers: Mapping[str, Callable[[], Any]]) -> None:
        super().__init__(window)
        missing = {spec.id for spec in SPECS} ^ set(handlers)
        if missing:
            raise ValueError(f"actions without handler or handlers without action: {sorted(missing)}")
        self.by_id: dict[str, QAction] = {}
        for spec in SPECS:
            action = QAction(window)
            action.setObjectName(spec.id)
            action.setShortcut(QKeySequence(spec.shortcut))
            # Ctrl+C belongs to whoever has the focus; the table copies its rows, a text field its text.
            own = spec.id == "copy"
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut if own else Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.checks)
            action.triggered.connect(lambda _on=False, do=handlers[spec.id]: do())
            window.addAction(action)
            self.by_id[spec.id] = action
        self.retranslate()
        self.tint()

    def __getitem__(self, id_: str) -> QAction:
        return self.by_id[id_]

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        for spec in SPECS:
            action = self.by_id[spec.id]
            action.setText(t(f"window.do_{spec.id}"))
            self._tip(spec)

    def _tip(self, spec: Spec, why: str = "") -> None:
        action = self.by_id[spec.id]
        shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = f"{action.text()}  {shortcut}" if not why else f"{action.text()}\n{why}"
        action.setToolTip(tip)

    def tint(self) -> None:
        """Set every icon in the colours in use."""
        for spec in SPECS:
            if spec.icon and not spec.checks:
                self.by_id[spec.id].setIcon(theme.icon(spec.icon, "quiet"))

    def allow(self, possible: Mapping[str, bool], why: Mapping[str, str]) -> None:
        """Enable what is possible; ``why`` gives the reason (a text) for a condition that is not met."""
        for spec in SPECS:
            yes = possible[spec.when]
            self.by_id[spec.id].setEnabled(yes)
            self._tip(spec, "" if yes else why.get(spec.when, ""))

    def fill(self, menu: QMenu, extra: Mapping[str, QMenu]) -> None:
        """Fill the main menu: one submenu for each of `MENUS`; ``extra`` are put after the action of that id."""
        menu.clear()
        for name in MENUS:
            inner = menu.addMenu(t(f"window.menu_{name}"))
            inner.setToolTipsVisible(True)
            for spec in SPECS:
                if spec.menu != name:
                    continue
                if spec.line:
                    inner.addSeparator()
                inner.addAction(self.by_id[spec.id])
                if spec.id in extra:
                    inner.addMenu(extra[spec.id])
