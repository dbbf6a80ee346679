"""The grids of one system as a tree for Qt, with a search by name, code and pinyin-free text."""

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from app import text
from layers.domain.things import GridNode
from layers.words import t

Index = QModelIndex | QPersistentModelIndex
NODE = int(Qt.ItemDataRole.UserRole)


@dataclass
class _Branch:
    node: GridNode | None
    parent: "_Branch | None" = None
    row: int = 0
    children: list["_Branch"] = field(default_factory=list)


class GridModel(QAbstractItemModel):
    """The current grids of one system; a search keeps what matches together with the way to it."""

    def __init__(self) -> None:
        super().__init__()
        self._nodes: tuple[GridNode, ...] = ()
        self._root = _Branch(None)
        self._by_uuid: dict[str, _Branch] = {}
        self._needle = ""

    def show(self, nodes: list[GridNode]) -> None:
        """Show other grids (parents stand before their children).

        When the same grids come back with other figures the tree keeps its shape, and so what is open.
        """
        same = [node.uuid for node in nodes] == [node.uuid for node in self._nodes]
        self._nodes = tuple(nodes)
        if same and all(node.parent_uuid == self._parent_of(node.uuid) for node in self._kept()):
            for node in self._kept():
                self._by_uuid[node.uuid].node = node
            self._tell_all(self._root)
            return
        self._rebuild()

    def search(self, needle: str) -> None:
        """Keep the grids whose name or code holds the text, and those above them."""
        self._needle = needle.strip().lower()
        self._rebuild()

    def _parent_of(self, uuid: str) -> str | None:
        branch = self._by_uuid[uuid]
        return branch.parent.node.uuid if branch.parent and branch.parent.node else None

    def _kept(self) -> list[GridNode]:
        return [node for node in self._nodes if node.uuid in self._by_uuid]

    def _tell_all(self, branch: _Branch) -> None:
        if branch.children:
            first, last = branch.children[0], branch.children[-1]
            self.dataChanged.emit(self.createIndex(0, 0, first), self.createIndex(last.row, 0, last))
            for child in branch.children:
                self._tell_all(child)

    def _rebuild(self) -> None:
        self.beginResetModel()
        known = {node.uuid: node for node in self._nodes}
        keep: set[str] | None = None
        if self._needle:
            keep = set()
            for node in self._nodes:
                if self._needle in node.name.lower() or self._needle in node.code.lower():
                    above: GridNode | None = node
                    while above is not None and above.uuid not in keep:
                        keep.add(above.uuid)
                        above = known.get(above.parent_uuid or "")
        self._root = _Branch(None)
        self._by_uuid = {}
        for node in self._nodes:
            if keep is not None and node.uuid not in keep:
                continue
            parent = self._by_uuid.get(node.parent_uuid or "", self._root)
            branch = _Branch(node, parent, len(parent.children))
            parent.children.append(branch)
            self._by_uuid[node.uuid] = branch
        self.endResetModel()

    def node(self, index: Index) -> GridNode | None:
        """Return the grid of an index."""
        return self._branch(index).node

    def index_of(self, uuid: str) -> QModelIndex:
        """Return where a grid stands, an invalid index if it is not shown."""
        branch = self._by_uuid.get(uuid)
        return self.createIndex(branch.row, 0, branch) if branch else QModelIndex()

    def _branch(self, index: Index) -> _Branch:
        inner = index.internalPointer() if index.isValid() else None
        return inner if isinstance(inner, _Branch) else self._root

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        children = self._branch(parent).children
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, 0, children[row])

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        above = self._branch(index).parent if index.isValid() else None
        return self.createIndex(above.row, 0, above) if above and above.node else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() and parent.column() else len(self._branch(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._branch(index).node if index.isValid() else None
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
