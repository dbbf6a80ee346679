"""The grids of one system as columns, parents before children: a city's tree in a few arrays, not in objects."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from layers.domain import plain
from layers.domain.things import GridNode

Ints = NDArray[np.int32]


class Forest(Sequence[GridNode]):
    """A sequence of `GridNode`, each made when it is asked for; a hundred thousand take a tenth of their room.

    ``parent`` is the position of the grid above, -1 for none; ``row`` the place among its brothers and sisters, who
    keep the order in which they came. ``boxes`` are (n, 4) degrees: west, south, east, north.
    """

    def __init__(
        self,
        uuids: NDArray[np.bytes_],
        codes: Sequence[str],
        names: Sequence[str],
        functions: Sequence[str | None],
        tiers: NDArray[Any],
        parents: NDArray[np.bytes_],
        counts: NDArray[Any],
        boxes: NDArray[np.float64],
    ) -> None:
        self.uuids, self.parents = uuids, parents
        self.codes, self.names, self.functions = codes, names, functions
        self.tiers, self.counts, self.boxes = tiers, counts, boxes
        self._sorted = np.argsort(uuids, kind="stable").astype("i4")
        self.parent: Ints = _places(uuids, self._sorted, parents)
        # Whoever would stand below himself, or before his parent, stands at the top.
        self.parent[self.parent >= np.arange(len(uuids))] = -1
        self._children = np.argsort(self.parent, kind="stable").astype("i4")
        above = self.parent[self._children]
        self._starts = np.searchsorted(above, np.arange(-1, len(uuids) + 1)).astype("i4")
        self.row: Ints = np.empty(len(uuids), dtype="i4")
        self.row[self._children] = np.arange(len(uuids)) - self._starts[above + 1]

    @classmethod
    def of(cls, nodes: Iterable[GridNode]) -> Self:
        """Put nodes into columns; parents must stand before their children."""
        made = list(nodes)
        return cls(
            as_bytes([one.uuid for one in made]),
            [one.code for one in made],
            [one.name for one in made],
            [one.function for one in made],
            np.array([one.tier for one in made], dtype="i2"),
            as_bytes([one.parent_uuid or "" for one in made]),
            np.array([(one.open_tasks, one.overdue) for one in made], dtype="i4").reshape(-1, 2),
            np.array([one.bounds for one in made], dtype="f8").reshape(-1, 4),
        )

    def __len__(self) -> int:
        return len(self.uuids)

    @overload
    def __getitem__(self, at: int) -> GridNode: ...
    @overload
    def __getitem__(self, at: slice) -> list[GridNode]: ...
    def __getitem__(self, at: int | slice) -> GridNode | list[GridNode]:
        if isinstance(at, slice):
            return [self._node(i) for i in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return self._node(at % len(self))

    def __iter__(self) -> Iterator[GridNode]:
        return map(self._node, range(len(self)))

    def _node(self, at: int) -> GridNode:
        west, south, east, north = self.boxes[at].tolist()
        count, late = self.counts[at].tolist()
        return GridNode(
            self.uuids[at].decode(),
            self.codes[at],
            plain.line(self.names[at]),
            int(self.tiers[at]),
            self.parents[at].decode() or None,
            self.functions[at],
            count,
            late,
            (west, south, east, north),
        )

    def position(self, uuid: str) -> int:
        """Return where a grid stands, -1 for one that is not here."""
        return int(_places(self.uuids, self._sorted, as_bytes([uuid]))[0])

    def children(self, at: int) -> Ints:
        """Return the positions of the grids below one, of those at the top for -1."""
        return self._children[self._starts[at + 1] : self._starts[at + 2]]

    def same_shape(self, other: "Forest") -> bool:
        """Say whether the same grids stand in the same places, whatever their figures and names."""
        return np.array_equal(self.uuids, other.uuids) and np.array_equal(self.parent, other.parent)

    def holding(self, text: str) -> Ints:
        """Return the positions of the grids whose code or name holds a text in lower case, and of those above them."""
        both = zip(self.codes, self.names, strict=True)
        keep = np.fromiter((text in code.lower() or text in name.lower() for code, name in both), dtype=bool)
        above = np.flatnonzero(keep)
        while len(above):
            above = np.unique(self.parent[above])
            above = above[(above >= 0) & ~keep[above]]
            keep[above] = True
        return np.flatnonzero(keep).astype("i4")

    def only(self, positions: Ints) -> "Forest":
        """Return the forest of these grids; whose parent is not among them stands at the top."""
        at = positions.tolist()
        return Forest(
            self.uuids[positions],
            [self.codes[i] for i in at],
            [self.names[i] for i in at],
            [self.functions[i] for i in at],
            self.tiers[positions],
            self.parents[positions],
            self.counts[positions],
            self.boxes[positions],
        )

    def roll_up(self) -> None:
        """Add every grid's counts to those of the grids above it; once, while the forest is being made."""
        for tier in sorted(set(self.tiers.tolist()), reverse=True):
            here = np.flatnonzero((self.tiers == tier) & (self.parent >= 0))
            np.add.at(self.counts, self.parent[here], self.counts[here])


def as_bytes(texts: Iterable[str]) -> NDArray[np.bytes_]:
    """Return texts as one array of UTF-8, all of the longest one's width."""
    return np.array([text.encode() for text in texts], dtype=np.bytes_)


def _places(uuids: NDArray[np.bytes_], order: Ints, wanted: NDArray[np.bytes_]) -> Ints:
    """Return where each wanted uuid stands, -1 for none and for the empty one."""
    if not len(uuids) or not len(wanted):
        return np.full(len(wanted), -1, dtype="i4")
    at = order[np.minimum(np.searchsorted(uuids, wanted, sorter=order), len(uuids) - 1)]
    return np.where((uuids[at] == wanted) & (wanted != b""), at, -1).astype("i4")
