"""Joins the map to the rest: clicks select, the selection is marked, changes are redrawn, drawings become tasks."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app import parts, theme
from app.card_page import remaining
from app.follows import Follows
from app.furniture import GAP, MARGIN, Furniture
from app.legend import ShortLegend
from app.map.notes import MapNotes
from app.map.view import MapView
from app.map_source import Source
from app.pin import pin_of
from app.selection import Selection
from app.session import EVERYTHING, Session, touches
from layers import places, tasks, tiles, workspace
from layers.domain import ground
from layers.domain.changes import Changes
from layers.domain.things import Bounds, Card, Hit, TaskFilter
from layers.words import t


class MapDesk(Follows, QWidget):
    """The map with its small legend. ``drawn(geometry)`` brings what was drawn for a new task."""

    drawn = Signal(dict)
    resized = Signal()
    scale_changed = Signal(float)  # metres per pixel in the middle

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__()
        self.session, self.selection = session, selection
        self.source = Source(session)
        self.view = MapView(self.source)
        self.notes = MapNotes(session, self.view)
        self.source.renewed.connect(self.view.set_revision)
        self.source.touched.connect(lambda bounds: self.view.tell("touched", bounds=bounds))
        self.setLayout(parts.column(self.view, gap=0))
        self.legend = ShortLegend(self)
        self.furniture = Furniture(self.view)
        self.furniture.watch(self.legend)
        self.furniture.moved.connect(self._place_legend)
        self.legend.folded.connect(self._place_legend)
        self.system = ""
        self.kinds: tuple[str, ...] = ()  # of the facilities that a themed map marks
        self.tables: Callable[[], set[str]] = set
        self.is_ready = False  # whether the page listens
        self.view.ready.connect(self._listens)
        self._moving = ""  # the task that waits for its new place
        self._clicked_on: tuple[str, str] | None = None  # what was clicked on the map, until its card comes
        self._home: Bounds | None = None
        self._opening = False
        self._covered: set[str] = set()  # who uses the ground of the small legend
        self.view.clicked.connect(self._clicked)
        self.view.drawn.connect(self._drawn)
        self.view.draw_started.connect(self._draw_started)
        self.view.draw_cancelled.connect(self._end_move)
        self.view.moved.connect(self._moved)
        self.view.locate_asked.connect(self.fly_to_selection)
        session.opened.connect(self._opened)
        session.changed.connect(self._changed)
        self._bounds: Bounds | None = None
        session.minute.connect(self._show_pins)
        self.dressed()

    # -- what is shown -----------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._opening = self._home is not None  # the first time the map goes home by itself
        self._home = None
        self.view.select(None)
        self.view.show_draft(None)
        self.view.tell("leave_tools")
        self.show_standing()
        if self.session.ws is None:
            self.view.set_pins(None)
            return
        self.session.look(workspace.extent, key="extent", done=self._got_extent)
        self._show_pins()

    def _got_extent(self, bounds: Bounds | None) -> None:
        if bounds is not None:
            self.view.set_home(bounds)
            if self._opening:
                self.view.fit(bounds)
            self._opening = False
            self._home = bounds

    def _changed(self, changes: Changes) -> None:
        if changes is EVERYTHING:
            self.show_standing()
        if self._home is None and touches(changes, *tiles.DRAWN):
            self.session.look(workspace.extent, key="extent", done=self._got_extent)
        if touches(changes, "task"):
            self._show_pins()

    def _listens(self) -> None:
        self.is_ready = True

    def show_filter(self, wanted: TaskFilter) -> None:
        """Show the pins of the tasks that the table shows."""
        self.source.filter = wanted
        self.legend.show_filter(wanted)
        self._show_pins()

    def _show_pins(self) -> None:
        if self.session.ws is not None:
            self.view.set_pins({})

    def show_system(self, code: str) -> None:
        """Show the grids of another system."""
        self.system = code
        self.view.set_system(code)

    def show_card(self, card: Card | None, fly: bool) -> None:
        """Mark what is selected; go there if asked, or if it is out of the picture."""
        self.view.select(card.geometry if card else None, _pin(card) if card else None)
        self._bounds = card.bounds if card else None
        clicked, self._clicked_on = self._clicked_on, None
        here = card is not None and (card.table, card.uuid) == clicked  # who clicks on something sees it
        if card and card.bounds and (fly or not (here or self._sees(card.bounds))):
            self.fly_to(card.bounds)

    def show_draft(self, geometry: Mapping[str, Any] | None) -> None:
        """Keep what was drawn in sight while its form is open; None when it is closed."""
        self.view.show_draft(geometry, pin_of(geometry) if geometry else None)

    def show_standing(self) -> None:
        """Say in the corner that the data is synthetic, and let only who may write draw."""
        ws = self.session.ws
        self.view.set_mark(t("window.synthetic") if ws is not None and ws.synthetic else "")
        self.view.set_writable(self.session.writable)

    def _sees(self, box: Bounds) -> bool:
        seen = self.view.bounds
        if seen is None:
            return True
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return seen[0] <= x <= seen[2] and seen[1] <= y <= seen[3]

    def fly_to(self, box: Bounds) -> None:
        """Go to bounds; a point gets some ground round it."""
        self.view.fly_to(box)

    def fly_to_selection(self) -> None:
        """Go to what is selected."""
        if self._bounds is not None:
            self.fly_to(self._bounds)

    @property
    def home(self) -> Bounds | None:
        """The bounds of the whole area, None before they are known."""
        return self._home

    @property
    def picked_bounds(self) -> Bounds | None:
        """The bounds of what is selected, None for nothing."""
        return self._bounds

    def whole(self) -> None:
        """Go back to the whole area."""
        if self._home is not None:
            self.fly_to(self._home)

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.view.set_language()
        self.notes.say()
        self.show_standing()
        self.legend.retranslate()
        self._place_legend()

    def tint(self) -> None:
        """Take over the colours in use."""
        self.view.set_theme(theme.tokens().name)

    # -- what people do on it ----------------------------------------------------------------------------

    def _clicked(self, lon: float, lat: float, button: str, modifiers: str, zoom: float) -> None:
        if self.session.ws is None or button == "right":
            return
        fly = button == "double"
        more = "ctrl" in modifiers.split()
        self.session.look(
            places.pick, lon, lat, zoom, self.system, self.tables(), self.source.filter, self.kinds, key="pick",
            done=lambda hit: self._picked(hit, fly, more),
        )  # fmt: skip

    def _picked(self, hit: Hit | None, fly: bool, more: bool = False) -> None:
        if more:
            self.selection.toggle(hit.table, hit.uuid) if hit is not None else None
        elif hit is None:
            self.selection.clear()
        else:
            self._clicked_on = (hit.table, hit.uuid)
            self.selection.set(hit.table, hit.uuid, fly)

    def _moved(self, bounds: tuple[float, float, float, float], zoom: float) -> None:
        if self.session.ws is None:
            return
        self.view.cursor_moved.emit((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
        self.scale_changed.emit(ground.pixel_m((bounds[1] + bounds[3]) / 2, zoom))

    # -- drawing -----------------------------------------------------------------------------------------

    def start_draw(self, kind: str) -> None:
        """Let somebody draw a ``point``, ``line``, ``polygon`` or ``rectangle`` for a new task."""
        self.view.setFocus()
        self.view.start_draw(kind)

    def start_move(self, uuid: str) -> None:
        """Let somebody click where a task belongs."""
        self.start_draw("point")
        self._moving = uuid

    def _draw_started(self, _kind: str) -> None:
        self._moving = ""
        if not self.session.writable:
            self.view.cancel_draw()
            self.view.show_tip(t("window.why_read_only") if self.session.ws else None)

    def _end_move(self) -> None:
        self._moving = ""

    def _drawn(self, _kind: str, geometry: dict[str, Any]) -> None:
        moving, self._moving = self._moving, ""
        if moving:
            lon, lat = geometry["coordinates"]
            self.session.work(tasks.move, moving, lon, lat, label="move")
        else:
            self.drawn.emit(geometry)

    # -- its place ---------------------------------------------------------------------------------------

    def _place_legend(self) -> None:
        """Stand below the map's buttons; beside them where they reach too low, and scroll before being cut."""
        self.legend.cramp(self.height())
        bar, strip = self.furniture.box("bar"), self.furniture.box("strip")
        most = self.height() - MARGIN - (bar.bottom() + 1 + GAP)
        side = MARGIN
        if self.legend.whole().height() > most:
            most = self.height() - MARGIN - (strip.bottom() + 1 + GAP)
            side = max(self.width() - bar.left(), 0) + GAP
        size = self.legend.fit(most)
        self.legend.setGeometry(
            self.width() - size.width() - side, self.height() - size.height() - MARGIN, size.width(), size.height()
        )
        # Whoever uses a tool needs its hint more than the legend.
        under = any(self.legend.geometry().intersects(self.furniture.box(name)) for name in ("hint", "sums"))
        room = self.height() > 280 and self.width() > 360 and not under
        self.legend.setVisible(not self._covered and bool(self.legend.explained) and room)

    def show_legend(self, shown: bool, who: str = "draw") -> None:
        """Show the small legend, or give its ground to somebody who draws or measures, until nobody wants it."""
        (self._covered.discard if shown else self._covered.add)(who)
        self._place_legend()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._place_legend()
        self.legend.raise_()
        self.resized.emit()

    def close_page(self) -> None:
        """Take the page down before the window goes."""
        self.source.encoder.let_go()  # it may have been started for a file that then could not be opened
        self.view.close_page()


def _pin(card: Card) -> dict[str, Any] | None:
    """Return a task's sign for the map: lon, lat, status and whether it is overdue; None for what has no pin."""
    whole = card.geometry
    if card.table != "task" or whole is None:
        return None
    point = next((one for one in whole.get("geometries", (whole,)) if one["type"] == "Point"), None)
    if point is None:
        return None
    lon, lat = point["coordinates"][:2]
    return {"lon": lon, "lat": lat, "status": card.values["status"], "red": remaining(card.values).lamp == "red"}
