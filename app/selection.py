"""The one selection: what tree, map, table and details are all views of."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Picked:
    """One selected thing: the table it is a row of, and its uuid."""

    table: str
    uuid: str


class Selection(QObject):
    """Holds what is selected; whoever shows it listens, whoever is clicked sets it.

    ``changed(picked, fly)`` says that another thing is selected (None for nothing) and whether the map
    shall go there.
    """

    changed = Signal(object, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picked: Picked | None = None

    def set(self, table: str, uuid: str, fly: bool = True) -> None:
        """Select a thing; selecting it again may still fly there."""
        picked = Picked(table, uuid)
        if picked == self.picked and not fly:
            return
        self.picked = picked
        self.changed.emit(picked, fly)

    def clear(self) -> None:
        """Select nothing."""
        if self.picked is not None:
            self.picked = None
            self.changed.emit(None, False)

    def uuid(self, table: str) -> str:
        """Return the selected row's uuid if it is of this table, else an empty text."""
        return self.picked.uuid if self.picked and self.picked.table == table else ""
