"""What is here: the panel of a place on the map, every line of which leads to the thing it names."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from app import parts, report
from app.card_page import Sign
from app.flow_layout import Flow
from app.guest import Guest
from app.session import Session
from layers import cards, coordinates, here
from layers.domain.found import Here, Near
from layers.domain.measures import length
from layers.domain.things import Duty, GridNode
from layers.words import t

MOST_DUTIES = 5
CHAIN = 232  # px of one grid's name in its chain, which does not go on in the next line


class HerePage(Guest):
    """The page. ``chosen(table, uuid)`` goes to a thing; ``shown(lon, lat)`` says that a place is asked about.

    ``draw_wanted(lon, lat)``, ``measure_wanted`` and ``buffer_wanted`` begin something there.
    """

    shows = ("task", "grid", "grid_system", "road_section", "place", "facility", "person", "team", "department")
    chosen = Signal(str, str)
    draw_wanted = Signal(float, float)
    measure_wanted = Signal(float, float)
    buffer_wanted = Signal(float, float)
    shown = Signal(float, float)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("here")
        self.place: tuple[float, float] | None = None
        self.found: Here | None = None
        self.fit()
        self.new = parts.button("primary", lambda: self._begin(self.draw_wanted))
        self.new.setObjectName("here-new")
        self.copy = parts.Choice("plain")
        self.copy.setObjectName("here-copy")
        self.copy.menu().aboutToShow.connect(self._fill_copy)
        self.more = parts.Choice("plain")
        for widget in (self.new, self.copy):
            self.buttons.addWidget(widget)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.more)
        self.dressed()

    def retranslate(self) -> None:
        self.title.setText(t("finding.title"))
        self.new.setText(t("finding.draw_here"))
        self.copy.setText(t("finding.copy_coordinate"))
        self.more.setText(t("window.more"))
        menu = self.more.menu()
        menu.clear()
        menu.addAction(t("finding.measure_from"), lambda: self._begin(self.measure_wanted))
        menu.addAction(t("finding.buffer_here"), lambda: self._begin(self.buffer_wanted))

    def ask(self, lon: float, lat: float) -> None:
        """Show what is at a place (degrees)."""
        self.place, self.found = (lon, lat), None
        self.sub.setText(f"{lon:.6f}, {lat:.6f} · CGCS2000\n{coordinates.dms(lon, lat)}")
        self.new.setEnabled(self.session.writable)
        self.new.setToolTip("" if self.session.writable else t("window.why_read_only"))
        self.sub.show()
        self.shown.emit(lon, lat)
        self.refresh()

    def refresh(self) -> None:
        if self.place is not None:
            self.session.look(here.what_is_here, *self.place, key="here", done=self._got, aside=True)

    def emptied(self) -> None:
        self.place = self.found = None

    def primary(self) -> None:
        """Begin a new task at the place."""
        if self.new.isEnabled():
            self._begin(self.draw_wanted)

    def _begin(self, wish: SignalInstance) -> None:
        if self.place is not None:
            wish.emit(*self.place)

    def _fill_copy(self) -> None:
        menu = self.copy.menu()
        menu.clear()
        for system, written in self.found.forms if self.found is not None else ():
            menu.addAction(f"{system}\t{written}", partial(self._copy, written))

    def _copy(self, written: str) -> None:
        QApplication.clipboard().setText(written)
        report.say(t("finding.copied_coordinate", text=written))

    # -- what was found ----------------------------------------------------------------------------------

    def _got(self, found: Here) -> None:
        self.found = found
        at = found.located
        parts.clear(self.body)
        for code, chain in at.chains.items():
            self._head(found.systems.get(code, code))
            self.body.addWidget(_Chain(chain, self.chosen.emit))
        if not at.chains:
            self.body.addWidget(parts.label("quiet", t("finding.no_grid"), wrap=True))
        if at.road is not None:
            self._head(t("finding.section"))
            self.body.addLayout(self._line("road_section", at.road[0], at.road[1], at.road[2]))
        if at.place is not None:
            self._head(t("finding.place"))
            self.body.addLayout(self._line("place", *at.place))
        reach = int(found.reach)
        self._show_near(t("finding.open_tasks", reach=reach, count=_all(found.tasks, found.more_tasks)), found.tasks)
        self._rest(found.more_tasks)
        self._show_duties(at.duties)
        self._show_near(
            t("finding.facilities", reach=reach, count=_all(found.facilities, found.more_facilities)), found.facilities
        )
        self._rest(found.more_facilities)

    def _head(self, words: str) -> None:
        if self.body.count():
            self.body.addSpacing(6)
        self.body.addWidget(parts.label("head", words))

    def _line(
        self, table: str, uuid: str, words: str, metres: float | None = None, sign: QWidget | None = None
    ) -> QHBoxLayout:
        link = parts.Link(words)
        link.pressed.connect(partial(self.chosen.emit, table, uuid))
        away = parts.label("quiet", length(metres) if metres is not None else "")
        away.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        made = parts.row(*((sign,) if sign else ()), gap=8)
        made.addWidget(link, 1)
        made.addWidget(away)
        return made

    def _show_near(self, head: str, found: tuple[Near, ...]) -> None:
        self._head(head)
        for near in found:
            sign = None
            if near.status:
                sign = Sign(14)
                sign.show_status(near.status)
            self.body.addLayout(self._line(near.hit.table, near.hit.uuid, near.hit.title, near.metres, sign))
            self.body.addWidget(parts.label("small", near.hit.hint, wrap=True))
        if not found:
            self.body.addWidget(parts.label("quiet", t("finding.none_near")))

    def _rest(self, more: int) -> None:
        if more:
            self.body.addWidget(parts.label("small", t("finding.and_more", count=more), wrap=True))

    def _show_duties(self, duties: tuple[Duty, ...]) -> None:
        self._head(t("finding.responsible"))
        people: dict[str, Duty] = {}
        for duty in duties:
            if not duty.category:
                people.setdefault(duty.party.uuid, duty)
        for duty in list(people.values())[:MOST_DUTIES]:
            role = t(f"tasks.role_{duty.role}")
            line = parts.row()
            line.addWidget(parts.Elided("", duty.party.name), 1)
            line.addWidget(parts.label("small", role))
            self.body.addLayout(line)
        leads = list(dict.fromkeys(duty.party.name for duty in duties if duty.category))
        if leads:
            self.body.addWidget(parts.label("", t("finding.by_category"), wrap=True))
            self.body.addWidget(parts.label("small", t("cards.and").join(leads), wrap=True))
        if not people and not leads:
            self.body.addWidget(parts.label("quiet", t("finding.nobody"), wrap=True))


class _Chain(QWidget):
    """The grids of one system that hold a place, the deepest first, each a link."""

    def __init__(self, chain: tuple[GridNode, ...], chosen: Callable[[str, str], None]) -> None:
        super().__init__()
        line = Flow(gap=4)
        for i, grid in enumerate(chain):
            if i:
                line.addWidget(parts.label("quiet", "‹"))
            link = parts.Link(cards.grid_title(grid.code, grid.name), room=CHAIN)
            link.setWordWrap(False)
            link.pressed.connect(partial(chosen, "grid", grid.uuid))
            line.addWidget(link)
        self.setLayout(line)


def _all(found: tuple[Near, ...], more: int) -> int:
    return len(found) + more
