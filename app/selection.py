"""The one selection: what tree, map, table and details are all views of."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Picked:
    """One selected thing: the table it is a row of, and its uuid."""

    table: str
    uuid: str


class Selection(QObject):
    """Holds what is selected, one thing or many; whoever shows it listens, whoever is clicked sets it.

    ``changed(picked, fly)`` says that another thing is selected (None for nothing) and whether the map
    shall go there. ``gathered(many)`` says that several things are selected together, () when no longer.
    """

    changed = Signal(object, bool)
    gathered = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picked: Picked | None = None
        self.many: tuple[Picked, ...] = ()

    @property
    def all(self) -> tuple[Picked, ...]:
        """Everything that is selected, one or many."""
        return self.many or ((self.picked,) if self.picked else ())

    def set(self, table: str, uuid: str, fly: bool = True) -> None:
        """Select a thing; selecting it again may still fly there."""
        picked = Picked(table, uuid)
        if picked == self.picked and not fly:
            return
        self._part(picked)
        self.changed.emit(picked, fly)

    def gather(self, picks: Iterable[Picked]) -> None:
        """Select several things together; a single one is selected as by `set`, none as by `clear`."""
        many = tuple(dict.fromkeys(picks))
        if len(many) == 1:
            self.set(many[0].table, many[0].uuid, fly=False)
        elif not many:
            self.clear()
        elif many != self.many:
            self.picked, self.many = None, many
            self.gathered.emit(many)

    def toggle(self, table: str, uuid: str) -> None:
        """Add a thing to what is selected, or take it away again."""
        one = Picked(table, uuid)
        self.gather([other for other in self.all if other != one] if one in self.all else [*self.all, one])

    def clear(self) -> None:
        """Select nothing."""
        if self.many:
            self._part(None)
        elif self.picked is not None:
            self.picked = None
            self.changed.emit(None, False)

    def _part(self, picked: Picked | None) -> None:
        """Let go of many things together."""
        self.picked = picked
        if self.many:
            self.many = ()
            self.gathered.emit(())

    def uuid(self, table: str) -> str:
        """Return the selected row's uuid if it is of this table, else an empty text."""
        return self.picked.uuid if self.picked and self.picked.table == table else ""
