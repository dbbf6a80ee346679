"""The grid tree: systems to choose from, tiers, open-task counts that roll up, search by name and code."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app import parts, text, theme
from app.panel import Panel
from app.selection import Picked, Selection
from app.session import Session
from app.tree_model import NODE, GridModel
from layers import grids
from layers.domain.forest import Forest
from layers.domain.things import GridNode, System
from layers.words import t

ROW = 26
AT_ONCE = 2_000  # grids: more are not searched while somebody waits for the key, nor all opened
Index = QModelIndex | QPersistentModelIndex


class _Painter(QStyledItemDelegate):
    """Paints a grid: its name, and on the right how many tasks are open, with a red dot when some are overdue."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        node = index.data(NODE)
        if not isinstance(node, GridNode):
            return
        tk = theme.tokens()
        rect: QRect = option.rect
        count = text.number(node.open_tasks) if node.open_tasks else ""
        metrics = option.fontMetrics
        room = metrics.horizontalAdvance(count) + 28 if count else 12
        painter.save()
        font = option.font
        # The tiers' top stands out; where there is one tier only there is nothing to stand out from.
        font.setBold(node.tier == 1 and index.model().hasChildren(index))
        painter.setFont(font)
        painter.setPen(QColor(tk.text))
        name = text.fitted(str(index.data()), painter.fontMetrics(), rect.width() - room - 4)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(4, 0, 0, 0), centre | Qt.AlignmentFlag.AlignLeft, name)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(tk.quiet))
        painter.drawText(rect.adjusted(0, 0, -14, 0), centre | Qt.AlignmentFlag.AlignRight, count)
        if node.overdue:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tk.red))
            x = rect.right() - 14 - metrics.horizontalAdvance(count) - 9
            painter.drawEllipse(QPointF(x, rect.center().y() + 0.5), 2.5, 2.5)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, ROW)


class GridView(QTreeView):
    """The tree itself, with quiet chevrons and a mark of the accent beside what is selected."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setAnimated(False)
        self.setExpandsOnDoubleClick(False)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tk = theme.tokens()
        rect: QRect = option.rect
        whole = QRect(0, rect.y(), self.viewport().width(), rect.height())
        if self.selectionModel().isSelected(index):
            painter.fillRect(whole, QColor(tk.picked))
            painter.fillRect(QRect(0, whole.y(), 2, whole.height()), QColor(tk.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(whole, QColor(tk.over))
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        if self.model().hasChildren(index):
            centre = QPointF(rect.right() - 4, rect.center().y() + 1)
            parts.chevron(painter, centre, QColor(theme.tokens().quiet), self.isExpanded(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setExpanded(index, not self.isExpanded(index))
        super().mouseDoubleClickEvent(event)


class TreePanel(Panel):
    """The panel on the left. ``system_changed(code)`` says that another grid system shall be shown."""

    shows = ("grid", "task", "grid_system", "grid_tier")
    system_changed = Signal(str)
    systems_shown = Signal(list)

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session)
        self.selection = selection
        self.systems: tuple[System, ...] = ()
        self.system = ""
        self.model = GridModel()
        self.view = GridView()
        self.view.setModel(self.model)
        self.view.setObjectName("grid-tree")
        self.chooser = parts.Choice("plain")
        self.search = QLineEdit()
        self.search.setProperty("part", "filter")
        self.search.setClearButtonEnabled(True)
        self.nothing = parts.label("small", wrap=True)
        self.nothing.setContentsMargins(16, 8, 16, 8)
        self.nothing.hide()
        self.setLayout(parts.column(parts.row(self.search, margins=(4, 0, 4, 4)), self.nothing, self.view, gap=0))
        self.search.textChanged.connect(self._search)
        self.chooser.chosen.connect(lambda code: self.use(str(code)))
        self.view.selectionModel().selectionChanged.connect(self._clicked)
        self.model.modelReset.connect(self._after_reset)
        selection.changed.connect(self._follow)
        self._following = False
        self.dressed()

    def head(self) -> list[QWidget]:
        """Return what stands in the dock's title: the chooser of the system."""
        self.caption: QLabel = parts.label("head", t("window.systems"))
        return [self.caption, self.chooser]

    def retranslate(self) -> None:
        self.search.setPlaceholderText(t("window.tree_search"))
        self.search.setAccessibleName(t("window.tree_search"))
        self.view.setAccessibleName(t("window.tree"))
        self.chooser.setAccessibleName(t("window.systems"))
        self.nothing.setText(t("window.tree_nothing"))
        if hasattr(self, "caption"):
            self.caption.setText(t("window.systems"))

    def emptied(self) -> None:
        self.systems, self.system = (), ""
        self.chooser.offer([])
        self.model.show([])

    def refresh(self) -> None:
        self.session.look(grids.systems, key="systems", done=self._got_systems)

    def _got_systems(self, systems: list[System]) -> None:
        self.systems = tuple(systems)
        self.systems_shown.emit(systems)
        codes = [system.code for system in systems]
        if self.system not in codes:
            self.system = codes[0] if codes else ""
            self.system_changed.emit(self.system)
        self.chooser.offer([(system.code, system.name) for system in systems], self.system)
        self._ask()

    def use(self, code: str) -> None:
        """Show another grid system."""
        if code and code != self.system:
            self.system = code
            self.chooser.offer([(one.code, one.name) for one in self.systems], code)
            self.system_changed.emit(code)
            self._ask()

    def reveal(self, uuid: str) -> None:
        """Make sure a grid is among those shown: a search that hides it is given up."""
        if not self.model.index_of(uuid).isValid():
            self.search.clear()

    def next_system(self) -> None:
        """Go on to the next grid system."""
        codes = [system.code for system in self.systems]
        if len(codes) > 1:
            self.use(codes[(codes.index(self.system) + 1) % len(codes)])

    def _ask(self) -> None:
        if self.system:
            self.session.look(grids.tree, self.system, key="tree", done=self._got_tree)
        else:
            self._got_tree([])

    def _got_tree(self, nodes: Sequence[GridNode]) -> None:
        self.model.show(nodes)
        self._say_nothing()

    def _say_nothing(self) -> None:
        self.nothing.setVisible(self.model.rowCount() == 0 and self.session.ws is not None)

    def _search(self, needle: str) -> None:
        whole = self.model.whole
        if len(whole) <= AT_ONCE:
            self._found(needle, whole, self.model.narrowed(needle))
            return
        self.session.look(
            lambda _ws: self.model.narrowed(needle), key="tree-search", aside=True,
            done=lambda found: self._found(needle, whole, found),
        )  # fmt: skip

    def _found(self, needle: str, whole: Forest, found: Forest) -> None:
        if whole is not self.model.whole:  # other grids came meanwhile
            self._search(self.search.text())
            return
        self.model.search(needle, found)
        if needle.strip() and len(found) <= AT_ONCE:
            self.view.expandAll()
        self._say_nothing()

    def _after_reset(self) -> None:
        # The top is open, so that the districts and their counts are seen at once.
        for row in range(self.model.rowCount()):
            if self.model.rowCount() < 20:
                self.view.setExpanded(self.model.index(row, 0), True)
        if self.selection.picked is not None:
            self._follow(self.selection.picked, False)

    def _clicked(self) -> None:
        if self._following:
            return
        indexes = self.view.selectionModel().selectedIndexes()
        node = self.model.node(indexes[0]) if indexes else None
        if node is not None:
            self.view.setExpanded(indexes[0], True)
            self.selection.set("grid", node.uuid)

    def _follow(self, picked: Picked | None, _fly: bool) -> None:
        """Show what is selected elsewhere."""
        index = self.model.index_of(picked.uuid) if picked and picked.table == "grid" else QModelIndex()
        self._following = True
        if index.isValid():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.view.selectionModel().setCurrentIndex(index, flag)
            self.view.scrollTo(index)
        else:
            self.view.selectionModel().clearSelection()
        self._following = False
