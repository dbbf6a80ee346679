"""The grids of one system as a tree for Qt, with a search by name, code and pinyin-free text."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from app import text
from layers.domain.forest import Forest
from layers.domain.things import GridNode
from layers.words import t

Index = QModelIndex | QPersistentModelIndex
NODE = int(Qt.ItemDataRole.UserRole)
FEW = 200  # rows that are told one by one to have changed


class GridModel(QAbstractItemModel):
    """The current grids of one system; a search keeps what matches together with the way to it.

    An index carries the position of its grid in the forest that is shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self._whole = self._shown = Forest.of(())
        self._needle = ""

    def show(self, nodes: Iterable[GridNode]) -> None:
        """Show other grids (parents stand before their children).

        When the same grids come back with other figures the tree keeps its shape, and so what is open.
        """
        fresh = nodes if isinstance(nodes, Forest) else Forest.of(nodes)
        old, self._whole = self._shown, fresh
        narrowed = self.narrowed(self._needle)
        if not narrowed.same_shape(old):
            self._replace(narrowed)
            return
        self._shown = narrowed
        changed = np.flatnonzero((narrowed.counts != old.counts).any(axis=1)) if len(old) else np.empty(0, dtype="i4")
        renamed = narrowed.codes != old.codes or narrowed.names != old.names
        if renamed or len(changed) > FEW:
            last = self.rowCount() - 1
            if last >= 0:  # Qt paints the whole view anew for more than one row
                self.dataChanged.emit(self._at(int(narrowed.children(-1)[0])), self._at(int(narrowed.children(-1)[-1])))
                self.layoutChanged.emit()
            return
        for at in changed.tolist():
            self.dataChanged.emit(self._at(at), self._at(at))

    def search(self, needle: str, found: Forest | None = None) -> None:
        """Keep the grids whose name or code holds the text, and those above them; ``found`` if somebody knows them."""
        self._needle = needle.strip().lower()
        self._replace(self.narrowed(needle) if found is None else found)

    def narrowed(self, needle: str) -> Forest:
        """Return what a search would keep; safe from any thread."""
        whole, wanted = self._whole, needle.strip().lower()
        return whole.only(whole.holding(wanted)) if wanted else whole

    @property
    def whole(self) -> Forest:
        """All grids, whatever is searched for."""
        return self._whole

    def _replace(self, forest: Forest) -> None:
        self.beginResetModel()
        self._shown = forest
        self.endResetModel()

    def __len__(self) -> int:
        return len(self._shown)

    def node(self, index: Index) -> GridNode | None:
        """Return the grid of an index."""
        return self._shown[index.internalId()] if index.isValid() else None

    def index_of(self, uuid: str) -> QModelIndex:
        """Return where a grid stands, an invalid index if it is not shown."""
        at = self._shown.position(uuid)
        return self._at(at) if at >= 0 else QModelIndex()

    def _at(self, position: int) -> QModelIndex:
        return self.createIndex(int(self._shown.row[position]), 0, position)

    def _children(self, index: Index) -> Any:
        return self._shown.children(index.internalId() if index.isValid() else -1)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        children = self._children(parent)
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, int(children[row]))

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        above = int(self._shown.parent[index.internalId()]) if index.isValid() else -1
        return self._at(above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() and parent.column() else len(self._children(parent))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        if node is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return short_name(node)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{node.name} {node.code} {node.open_tasks}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return text.tip(tip(node))
        return node if role == NODE else None


def tip(node: GridNode) -> str:
    """Return name, code and counts of a grid for its tooltip."""
    counts = t("window.tree_tip", open=node.open_tasks, overdue=node.overdue)
    return f"{short_name(node)}\n{node.code}\n{counts}"


def short_name(node: GridNode) -> str:
    """Return a grid's last part of the code and its name: ``X02 袜子弄``; the name alone at the top."""
    tail = node.code.rsplit("-", 1)[-1] if "-" in node.code else ""
    if not tail or node.name.startswith(tail) or tail.startswith("Z"):
        return node.name or tail
    return f"{tail} {node.name}".strip()
