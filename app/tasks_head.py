"""The headings of the task table: quiet, movable; a press orders the rows, one on the funnel narrows them."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QToolTip, QWidget

from app import parts, theme
from layers.words import t

ROW = 28
PAD = 12
FUNNEL = 16


class Head(QHeaderView):
    """One row of headings. ``filter_wanted(section)`` asks for what narrows a column.

    The one that orders the rows has a small chevron. The funnel stands where the mouse is, and on every column that
    is narrowed, there in the accent colour.
    """

    filter_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.setMinimumSectionSize(64)
        self.setFixedHeight(ROW)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.ordered_by = -1
        self.descending = False
        self.narrowed: frozenset[int] = frozenset()
        self._over = -1
        self._pressed = -1

    def show_order(self, section: int, descending: bool) -> None:
        """Mark the column that orders the rows."""
        self.ordered_by, self.descending = section, descending
        self.viewport().update()

    def show_narrowed(self, sections: frozenset[int]) -> None:
        """Mark the columns that are narrowed."""
        self.narrowed = sections
        self.viewport().update()

    def funnel(self, section: int) -> QRect:
        """Return where the funnel of a column stands, in the viewport."""
        right = self.sectionViewportPosition(section) + self.sectionSize(section)
        return QRect(right - FUNNEL - 6, (self.height() - FUNNEL) // 2, FUNNEL, FUNNEL)

    def _funnel_at(self, at: QPoint) -> int:
        section = self.logicalIndexAt(at)
        return section if section >= 0 and self.funnel(section).adjusted(-3, -4, 1, 4).contains(at) else -1

    def paintSection(self, painter: QPainter, rect: QRect, index: int) -> None:
        painter.save()
        super().paintSection(painter, rect, index)
        painter.restore()
        tk = theme.tokens()
        if index == self.ordered_by:
            words = str(self.model().headerData(index, Qt.Orientation.Horizontal))
            x = rect.x() + PAD + self.fontMetrics().horizontalAdvance(words) + 12
            painter.save()
            painter.translate(x, rect.center().y() + 1)
            if self.descending:
                painter.rotate(180)
            parts.chevron(painter, QPointF(0, 0), QColor(tk.quiet), True)
            painter.restore()
        if index in self.narrowed or index == self._over:
            at = self.funnel(index)
            if index == self._over:  # a long heading must not show through
                painter.fillRect(at.adjusted(-2, 0, 2, 0), QColor(tk.over))
            tone = "accent" if index in self.narrowed else "quiet"
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(at.topLeft(), theme.pixmap("list-filter", FUNNEL, ratio, tone))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = -1
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._funnel_at(event.position().toPoint())
        if self._pressed < 0:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, -1
        if pressed < 0:
            super().mouseReleaseEvent(event)
        elif pressed == self._funnel_at(event.position().toPoint()):
            self.filter_wanted.emit(pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.logicalIndexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, section: int) -> None:
        if section != self._over:
            self._over = section
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            section = self._funnel_at(event.pos())
            if section >= 0:
                words = str(self.model().headerData(section, Qt.Orientation.Horizontal))
                QToolTip.showText(event.globalPos(), t("window.column_filter", column=words), self)
                return True
        return bool(super().viewportEvent(event))
