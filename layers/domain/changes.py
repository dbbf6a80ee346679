"""One change of one row, its inverse, and what a whole step touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Op = Literal["insert", "update", "delete"]


@dataclass(frozen=True)
class Delta:
    """One row before and after: ``old`` is None for an insertion, ``new`` is None for a deletion.

    An update holds the changed columns only. The idea is kart's: the operation is derived from
    which side is empty, and undo is the same thing with its sides swapped.
    """

    table: str
    uuid: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    def __post_init__(self) -> None:
        if self.old is None and self.new is None:
            raise ValueError("a delta needs at least one side")

    def __invert__(self) -> "Delta":
        return Delta(self.table, self.uuid, self.new, self.old)

    @property
    def op(self) -> Op:
        """What happened to the row."""
        if self.old is None:
            return "insert"
        return "delete" if self.new is None else "update"


@dataclass(frozen=True)
class Touched:
    """One row that a step touched."""

    table: str
    uuid: str
    op: Op


@dataclass(frozen=True)
class Changes:
    """What a step did: every changing function of the front desk returns one.

    ``rows`` names the rows of a small step; a batch (import, rebuild) names its ``tables`` only.
    ``bounds`` is the (west, south, east, north) to redraw, in degrees, None for nothing on the map.
    ``refused`` lists (uuid, sentence) of the rows that a bulk action left alone.
    """

    label: str = ""
    rows: tuple[Touched, ...] = ()
    tables: frozenset[str] = frozenset()
    bounds: tuple[float, float, float, float] | None = None
    refused: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.tables)

    def uuids(self, table: str) -> list[str]:
        """Return the touched uuids of one table, in the order of the step, each once."""
        return list(dict.fromkeys(row.uuid for row in self.rows if row.table == table))

    def touches(self, *tables: str) -> bool:
        """Say whether any of the tables changed."""
        return not self.tables.isdisjoint(tables)


@dataclass(frozen=True)
class Step:
    """One line of the history: what was done, by whom, when, and whether it is undone."""

    id: int
    label: str
    actor: str
    at: str
    batch: bool
    undone: bool


@dataclass
class Collector:
    """Gathers what one transaction touches; lives as long as the transaction."""

    rows: list[Touched] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    bounds: tuple[float, float, float, float] | None = None

    def add(self, table: str, uuid: str, op: Op) -> None:
        """Note one row."""
        self.rows.append(Touched(table, uuid, op))
        self.tables.add(table)

    def cover(self, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Widen the bounds by boxes (west, south, east, north)."""
        for w, s, e, n in boxes:
            b = self.bounds
            self.bounds = (w, s, e, n) if b is None else (min(b[0], w), min(b[1], s), max(b[2], e), max(b[3], n))

    def changes(self, label: str) -> Changes:
        """Return the finished account."""
        return replace(Changes(label), rows=tuple(self.rows), tables=frozenset(self.tables), bounds=self.bounds)
