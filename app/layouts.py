"""The four workplaces: which docks each shows, how they lie at first, and how somebody left them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from app.dock import Dock
from app.settings import Settings

VERSION = 1
# workplace -> the docks that are seen there at first
FIRST: dict[str, tuple[str, ...]] = {
    "today": ("inspector",),
    "map": ("tree", "inspector", "tasks"),
    "grids": ("tree", "inspector", "checks"),
    "reports": ("tasks",),
}
LEFT, RIGHT, BOTTOM = 240, 368, 250


class Layouts:
    """Remembers how the docks lie, for each workplace."""

    def __init__(self, window: QMainWindow, docks: dict[str, Dock], settings: Settings) -> None:
        self._window, self._docks, self._settings = window, docks, settings
        self.place = ""
        self.full = False
        self.without_details = False  # whether empty details made room for the table of full height

    def lay_out(self) -> None:
        """Put every dock where it belongs at first."""
        side = Qt.DockWidgetArea
        for name, area in (
            ("tree", side.LeftDockWidgetArea),
            ("inspector", side.RightDockWidgetArea),
            ("history", side.RightDockWidgetArea),
            ("tasks", side.BottomDockWidgetArea),
            ("checks", side.BottomDockWidgetArea),
        ):
            self._docks[name].setFloating(False)
            self._window.addDockWidget(area, self._docks[name])
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self._window.setCorner(Qt.Corner.BottomLeftCorner, bottom)
        self._window.setCorner(Qt.Corner.BottomRightCorner, bottom)

    def enter(self, place: str) -> None:
        """Go to a workplace: leave the present one as it lies, and lie as that one was left."""
        self.remember()
        self.place = place
        self.full = False
        state = self._settings.bytes(f"place-{place}")
        if state.isEmpty() or not self._window.restoreState(state, VERSION):
            self.first(place)

    def first(self, place: str) -> None:
        """Lie as at the very first time."""
        self.lay_out()
        for name, dock in self._docks.items():
            dock.setVisible(name in FIRST[place])
        shown = [self._docks[name] for name in FIRST[place]]
        for name, size in (("tree", LEFT), ("inspector", RIGHT)):
            if self._docks[name] in shown:
                self._window.resizeDocks([self._docks[name]], [size], Qt.Orientation.Horizontal)
        for name in ("tasks", "checks"):
            if self._docks[name] in shown:
                self._window.resizeDocks([self._docks[name]], [BOTTOM], Qt.Orientation.Vertical)

    def remember(self) -> None:
        """Keep how the docks lie now for the workplace one is in."""
        if self.place and not self.full:
            self._settings.set_bytes(f"place-{self.place}", self._window.saveState(VERSION))

    def toggle_full(self, details: bool = True) -> bool:
        """Turn the table full height, the map a thumbnail above it, or back; return whether it is now.

        ``details`` says whether there is anything in the inspector that would be missed beside it.
        """
        self.without_details = False
        if self.full:
            self.full = False
            state = self._settings.bytes(f"place-{self.place}")
            if state.isEmpty() or not self._window.restoreState(state, VERSION):
                self.first(self.place)
            self._corner(False)
            return False
        self.remember()
        self.full = True
        self._corner(True)
        self._docks["tree"].hide()
        self._docks["checks"].hide()
        if not details and self._docks["inspector"].isVisible():
            self._docks["inspector"].hide()
            self.without_details = True
        self._docks["tasks"].show()
        self._window.resizeDocks([self._docks["tasks"]], [4000], Qt.Orientation.Vertical)
        return True

    def _corner(self, full: bool) -> None:
        # While the table is full height the details keep their whole height beside it.
        side = Qt.DockWidgetArea
        area = side.RightDockWidgetArea if full else side.BottomDockWidgetArea
        self._window.setCorner(Qt.Corner.BottomRightCorner, area)
