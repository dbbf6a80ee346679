"""The table of an import: every column of the file, what it means here, and what stands in its first rows."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app import parts, text, theme
from layers import exchange
from layers.domain.tables import SourceLayer
from layers.words import t

Index = QModelIndex | QPersistentModelIndex
FIELD, MEANS, FIRST = 0, 1, 2
SAMPLES = 4
ROW = 28


class Fields(QAbstractTableModel):
    """One row per column of the file: its name, the column here it is mapped to, its first values."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layer: SourceLayer | None = None
        self._names: list[str] = []
        self._titles: dict[str, str] = {}
        self.mapping: dict[str, str] = {}

    def show(self, layer: SourceLayer, as_: str, mapping: Mapping[str, str]) -> None:
        """Show a layer's columns as they are mapped."""
        self.beginResetModel()
        self._layer = layer
        self._titles = dict(exchange.choices(as_))
        self.mapping = dict(mapping)
        # Mapped columns first; the order then stays, so that no row runs away from under the mouse.
        names = [field.name for field in layer.fields if field.type != "blob"]
        self._names = sorted(names, key=lambda name: name not in self.mapping)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else FIRST + SAMPLES

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == FIELD:
            return t("importing.field")
        return t("importing.means") if section == MEANS else t("importing.row", number=section - FIRST + 1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._layer is None:
            return None
        name = self._names[index.row()]
        if index.column() == FIELD:
            shown = name
        elif index.column() == MEANS:
            shown = self._titles.get(self.mapping.get(name, ""), t("importing.kept"))
        else:
            at = index.column() - FIRST
            sample = self._layer.sample
            shown = " ".join(sample[at].get(name, "").split()) if at < len(sample) else ""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return shown
        if role == Qt.ItemDataRole.ToolTipRole:
            return text.tip(shown) or None
        if role == Qt.ItemDataRole.ForegroundRole:
            tk = theme.tokens()
            lit = index.column() == FIELD or (index.column() == MEANS and name in self.mapping)
            return QColor(tk.text if lit else tk.quiet)
        return None

    def name(self, row: int) -> str:
        """Return the file's column in a row."""
        return self._names[row]

    def choices(self, row: int) -> list[tuple[str, str, bool]]:
        """Return (column, title, taken by another field) of what a row can be mapped to."""
        name = self._names[row]
        taken = {column for field, column in self.mapping.items() if field != name}
        return [(column, title, column in taken) for column, title in self._titles.items()]

    def choose(self, row: int, column: str) -> None:
        """Map a row to a column of ours ("" for none); another field that had it loses it."""
        name = self._names[row]
        self.mapping = {field: had for field, had in self.mapping.items() if field != name and had != column}
        if column:
            self.mapping[name] = column
        self.dataChanged.emit(self.index(0, MEANS), self.index(self.rowCount() - 1, MEANS))
        self.changed.emit()


class _Painter(QStyledItemDelegate):
    """Paints the cells; the meaning with a chevron, because it can be chosen."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tk = theme.tokens()
        painter.save()
        picked = bool(option.state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect
        painter.fillRect(area, QColor(tk.picked if picked else tk.panel))
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole) or QColor(tk.text))
        painter.setFont(option.font)
        inner = area.adjusted(12, 0, -24 if index.column() == MEANS else -8, 0)
        said = str(index.data() or "")
        if index.column() < FIRST:
            shown = text.fitted(said, option.fontMetrics, inner.width())
        else:  # a value is known by how it begins
            shown = option.fontMetrics.elidedText(said, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        if index.column() == MEANS:
            spot = QPointF(area.right() - 14, area.center().y() + 1)
            parts.chevron(painter, spot, QColor(tk.quiet), True)
        painter.setPen(QColor(tk.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)


class FieldsView(QTableView):
    """The table; a click, Space or Enter on a row opens the choice of what the column means."""

    def __init__(self, model: Fields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = model
        self._menu = QMenu(self)
        self.setModel(model)
        self.setItemDelegate(_Painter(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(t("importing.fields"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setFixedHeight(ROW)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in ((FIELD, 168), (MEANS, 152)):
            head.resizeSection(column, width)
        for column in range(FIRST, FIRST + SAMPLES):
            head.resizeSection(column, 136)
        head.setStretchLastSection(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == MEANS and event.button() == Qt.MouseButton.LeftButton:
            self.ask(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self.ask(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def menu(self, row: int) -> QMenu:
        """Return the choice of meanings for a row; there is one menu, filled anew each time."""
        menu = self._menu
        menu.clear()
        now = self.fields.mapping.get(self.fields.name(row), "")
        offers = [("", t("importing.kept"), False), *self.fields.choices(row)]
        for column, title, taken in offers:
            action = menu.addAction(f"{title}  ·  {t('importing.taken')}" if taken else title)
            action.setCheckable(True)
            action.setChecked(column == now)
            action.triggered.connect(lambda _on=False, column=column: self.fields.choose(row, column))
            if not column:
                menu.addSeparator()
        return menu

    def ask(self, row: int) -> None:
        """Open the choice below a row."""
        menu = self.menu(row)
        place = self.visualRect(self.fields.index(row, MEANS))
        menu.popup(self.viewport().mapToGlobal(place.bottomLeft()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.fields.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, FIRST + SAMPLES - 1)
