"""The one search box (Ctrl+K): grids, roads, places, tasks by name, code or pinyin, and every action."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QKeySequence

from app.lookup import Lookup, Offer
from app.session import Session
from layers import search
from layers.domain.things import Hit
from layers.words import t

ICONS = {"grid": "grid-3x3", "road_section": "route", "place": "building", "facility": "signpost", "task": "map-pin",
         "coordinate": "crosshair"}  # fmt: skip
MOST_ACTIONS = 5


class Finder(Lookup):
    """The box in the middle of the top bar; ``found`` is called with the hit that was chosen."""

    def __init__(self, session: Session, found: Callable[[Hit], None]) -> None:
        super().__init__("search", wide=520, keep=False)
        self._session = session
        self._actions: Sequence[QAction] = ()
        self._found = found
        self.also: Callable[[str], list[Offer]] = lambda _needle: []  # what else can be found; a value that is called
        self.setObjectName("finder")
        self.asked.connect(self._ask)
        self.taken.connect(self._go)

    def list_actions(self, actions: Sequence[QAction]) -> None:
        """Say which actions can be found."""
        self._actions = actions

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.setPlaceholderText(t("window.find"))
        self.setAccessibleName(t("window.do_find"))

    def _matching(self, needle: str) -> list[Offer]:
        fits = [a for a in self._actions if a.isEnabled() and needle.lower() in a.text().lower()]
        if needle:
            fits = fits[:MOST_ACTIONS]
        native = QKeySequence.SequenceFormat.NativeText
        return [Offer(a, a.text(), a.shortcut().toString(native), "command") for a in fits]

    def _ask(self, needle: str) -> None:
        needle = needle.strip()
        if not needle or self._session.ws is None:
            self._show(needle, [])
        else:
            self._session.look(search.find, needle, key="find", aside=True, done=lambda hits: self._show(needle, hits))

    def _show(self, needle: str, hits: list[Hit]) -> None:
        offers: list[Offer] = []
        for table in dict.fromkeys(hit.table for hit in hits):
            offers.append(Offer(None, t(f"window.found_{table}")))
            offers += [Offer(hit, hit.title, hit.hint, ICONS[table]) for hit in hits if hit.table == table]
        offers += self.also(needle)
        actions = self._matching(needle)
        if actions:
            offers += [Offer(None, t("window.found_actions")), *actions]
        if not offers:
            offers = [Offer(None, t("window.found_nothing", text=needle))]
        self.offer(offers)

    def _go(self, value: object) -> None:
        self.clearFocus()
        if isinstance(value, QAction):
            value.trigger()
        elif isinstance(value, Hit):
            self._found(value)
        elif callable(value):
            value()
