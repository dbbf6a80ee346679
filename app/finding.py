"""Joins the finding tools to the window: lasso and box, what is here, measuring, buffers, and what is made of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from app import map_tips, report
from app.buffer_page import BufferPage
from app.guest import Guest
from app.here_page import HerePage
from app.many_page import ManyPage
from app.map.finding import Ahead, AskedHere, CopyPath, Escaped, Measuring, Path, Swept
from app.selection import Picked
from app.sheet import put_table
from layers import coordinates, gathered, measuring
from layers.domain.found import Buffered, Gathered, Measured, Pick
from layers.domain.sketching import Place
from layers.domain.things import Card, Hit
from layers.words import t

if TYPE_CHECKING:
    from app.window import Window


class Finding:
    """The finding tools of one window."""

    def __init__(self, window: "Window") -> None:
        self.window = window
        session = window.session
        self.many, self.here, self.buffer = ManyPage(session), HerePage(session), BufferPage(session)
        self.tips = map_tips.MapTips(window.map, window.tasks.table)
        self._whole: Gathered | None = None
        self._card: Card | None = None
        self._drawn = False  # whether what is selected was drawn round on the map
        view, selection = window.map.view, window.selection
        view.heard.connect(self._heard)
        view.clicked.connect(self._clicked)
        selection.gathered.connect(self._gathered)
        selection.changed.connect(lambda *_: self._close(self.here, self.buffer))
        window.inspector.shown.connect(self._card_shown)
        session.opened.connect(lambda: self._close(self.here, self.buffer, self.many))
        self.many.marked.connect(self._mark)
        self.many.fly_wanted.connect(self.fly)
        self.many.copy_wanted.connect(self.copy)
        self.many.save_wanted.connect(self.save)
        self.here.chosen.connect(lambda table, uuid: selection.set(table, uuid, fly=False))
        self.here.shown.connect(lambda lon, lat: view.keep("spot", place=[lon, lat]))
        self.here.draw_wanted.connect(self._draw)
        self.here.measure_wanted.connect(lambda lon, lat: view.tell("measure", place=[lon, lat]))
        self.here.buffer_wanted.connect(lambda lon, lat: self._buffer(t("finding.buffer_spot"), _point(lon, lat)))
        self.buffer.drawn.connect(self._draft)
        self.buffer.chosen.connect(lambda picks: selection.gather(Picked(*pick) for pick in picks))
        self.buffer.kept.connect(lambda uuid: selection.set("place", uuid, fly=False))
        for page in (self.many, self.here, self.buffer):
            window.inspector.stack.addWidget(page)
            page.left.connect(self.let_go)
        self.retranslate()

    def retranslate(self) -> None:
        """Say the words on the map's page anew."""
        self.window.map.view.keep("find_words", words=map_tips.words())

    # -- pages in the inspector --------------------------------------------------------------------------

    def _open(self, page: Guest, come: bool = True) -> None:
        """Put a page where the card stands; ``come`` brings the map and the details in sight for it."""
        window = self.window
        if come and window.place in ("today", "reports"):
            window.go("map")
        if come or window.layouts.without_details:
            window.layouts.without_details = False
            window.docks["inspector"].show()
        if window.inspector.begun:
            report.say(t("window.form_open"))
        window.inspector.host(page)

    def _close(self, *pages: Guest) -> None:
        if self.here in pages:
            self.window.map.view.keep("spot", place=None)
        if self.buffer in pages and self.window.inspector.guest is self.buffer:
            self.buffer.rest()
            self._draft(None)
        if self.window.inspector.guest in pages:
            self.window.inspector.host(None)

    def let_go(self) -> bool:
        """Leave the page that is open (Escape); says whether there was one."""
        guest = self.window.inspector.guest
        if guest is None:
            return False
        if guest is self.many:
            self.window.selection.clear()
        elif self.window.selection.many:
            self._close(self.here, self.buffer)
            self._open(self.many)
        else:
            self._close(self.here, self.buffer)
        return True

    # -- what is here ------------------------------------------------------------------------------------

    def _clicked(self, lon: float, lat: float, button: str, _modifiers: str, _zoom: float) -> None:
        if button == "right" and self.window.session.ws is not None:
            self.show_here(lon, lat)

    def show_here(self, lon: float, lat: float) -> None:
        """Show what is at a place."""
        self.here.ask(lon, lat)
        self._open(self.here)

    def here_at_centre(self) -> None:
        """Show what is in the middle of the map."""
        seen = self.window.map.view.bounds
        if seen is not None:
            self.show_here((seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2)

    def go_to(self, hit: Hit) -> None:
        """Fly to a coordinate that was found, mark it and show what is there."""
        lon, lat = coordinates.place(hit.uuid)
        self.show_here(lon, lat)
        if hit.bounds is not None:
            self.window.map.fly_to(hit.bounds)

    def _draw(self, lon: float, lat: float) -> None:
        self._close(self.here)
        self.window.do.drawn(_point(lon, lat))

    # -- many --------------------------------------------------------------------------------------------

    def lasso(self) -> None:
        """Begin to draw round things, or stop it."""
        self.window.go("map")
        self.window.map.view.setFocus()
        self.window.map.view.tell("lasso")

    def _heard(self, message: object) -> None:
        if isinstance(message, Measuring):
            self.window.map.show_legend(not message.on, "measure")
        if self.window.session.ws is None:
            return
        match message:
            case Swept():
                self._swept(message)
            case Escaped():
                self.window.escape()
            case AskedHere(lon, lat):
                self.show_here(lon, lat)
            case Path(path, closed, turn):
                self.window.session.look(
                    measuring.measure, path, closed, key="measure", done=lambda found: self._measured(turn, found)
                )
            case Ahead(start, end):
                self._ahead(start, end)
            case CopyPath(path, closed):
                self.window.session.look(measuring.measure, path, closed, key="copy-measure", done=self._copy_measured)

    def _swept(self, sweep: Swept) -> None:
        desk = self.window.map
        ring = {"type": "Polygon", "coordinates": [sweep.ring]}

        def done(found: list[Picked]) -> None:
            before, now = self.window.selection.all, found
            if not found and sweep.how == "new":
                report.say(t("finding.chosen_nothing", kind=t(f"finding.kind_{sweep.kind}")))
            if sweep.how == "add":
                now = [*before, *now]
            elif sweep.how == "take":
                taken = set(now)
                now = [one for one in before if one not in taken]
            self._drawn = True
            self.window.selection.gather(now)
            self._drawn = False

        where = (ring, (sweep.kind,), desk.source.filter, desk.system, sweep.zoom)
        self.window.session.look(
            lambda ws: [Picked(*pick) for pick in gathered.within(ws, *where)], key="sweep", done=done, aside=True
        )

    def _gathered(self, picks: tuple[Picked, ...]) -> None:
        view = self.window.map.view
        if not picks:
            self._whole = None
            view.keep("many", geometry=None)
            self._close(self.many)
            return
        view.select(None)
        view.keep("spot", place=None)
        self.buffer.rest()
        self._draft(None)
        self.many.show_many(picks)
        self._open(self.many, come=self._drawn)
        self._drawn = False

    def _mark(self, whole: Gathered) -> None:
        kept = [Picked(*pick) for pick in whole.picks]
        if len(kept) < len(self.window.selection.many):
            self.window.selection.gather(kept)  # some are gone
            return
        self._whole = whole
        self.window.map.view.keep("many", geometry=whole.marks)

    def fly(self) -> None:
        """Go to the many things that are selected."""
        if self._whole is not None and self._whole.bounds is not None:
            self.window.map.fly_to(self._whole.bounds)

    def copy(self) -> None:
        """Copy what is selected as a table: tasks as their rows, anything else as a list."""
        picks = self._picks()
        if all(table == "task" for table, _ in picks):
            self.window.do.copy()
            return

        def done(found: tuple[list[str], list[list[str]]]) -> None:
            put_table([found[0], *found[1]])
            report.say(t("finding.copied_list", count=len(found[1])))

        self.window.session.look(gathered.listed, picks, key="many-list", done=done)

    def save(self) -> None:
        """Save what is selected as CSV."""
        path = self.window.files.ask_csv(t("finding.list_file"))
        if path is not None:
            said = lambda count: report.say(t("finding.saved_list", count=count, path=path))  # noqa: E731
            self.window.session.look(lambda ws: gathered.save(ws, path, self._picks()), key="many-save", done=said)

    def _picks(self) -> list[Pick]:
        return [(one.table, one.uuid) for one in self.window.selection.many]

    # -- measuring ---------------------------------------------------------------------------------------

    def measure(self) -> None:
        """Begin to measure, or stop it."""
        self.window.go("map")
        self.window.map.view.setFocus()
        self.window.map.view.tell("measure", place=None)

    def _measured(self, turn: int, found: Measured) -> None:
        legs = [measuring.leg_words(leg) for leg in found.legs]
        self.window.map.view.tell("measured", turn=turn, legs=legs, sum=measuring.summary(found))

    def _ahead(self, start: Place, end: Place) -> None:
        def done(found: Measured) -> None:
            words = measuring.leg_words(found.legs[0])
            self.window.map.view.tell("measured_ahead", to=end, words=f"{words['metres']} · {words['bearing']}")

        self.window.session.look(measuring.measure, (start, end), key="measure-ahead", done=done)

    def _copy_measured(self, found: Measured) -> None:
        QApplication.clipboard().setText(measuring.said(found))
        report.say(t("finding.copied_measure"))

    # -- buffers -----------------------------------------------------------------------------------------

    def _card_shown(self, card: Card | None, _fly: bool) -> None:
        self._card = card

    def start_buffer(self) -> None:
        """Draw a buffer round what is selected, or round the place that is asked about."""
        if self.window.inspector.guest is self.here and self.here.place is not None:
            self._buffer(t("finding.buffer_spot"), _point(*self.here.place))
        elif self.window.selection.many and self._whole is not None:
            self._buffer(self.many.title.text(), self._whole.marks)
        elif self._card is not None and self._card.geometry is not None:
            task = self._card.uuid if self._card.table == "task" else ""
            self._buffer(self._card.title, self._card.geometry, task)

    def _buffer(self, what: str, around: Mapping[str, Any], task: str = "") -> None:
        self._open(self.buffer)
        self.buffer.start(what, around, task)

    def _draft(self, found: Buffered | None) -> None:
        self.window.map.view.keep("buffer", geometry=None if found is None else dict(found.geometry))


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}
