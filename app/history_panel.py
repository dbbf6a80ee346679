"""What was done, newest first: every step with its time and who; what is undone is grey."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

from app import parts, text, theme
from app.panel import Panel
from app.session import Session
from app.session import touches as _touches
from layers import history
from layers.domain.changes import Changes, Step
from layers.words import t

STEP = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


class StepModel(QAbstractListModel):
    """The steps as a list for Qt."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []

    def show(self, steps: list[Step]) -> None:
        """Show other steps."""
        self.beginResetModel()
        self.steps = steps
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        step = self.steps[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return step.label if role == Qt.ItemDataRole.DisplayRole else text.tip(step.label)
        return step if role == STEP else None


class _StepPainter(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        step = index.data(STEP)
        tk = theme.tokens()
        rect: QRect = option.rect
        painter.save()
        font = option.font
        font.setStrikeOut(step.undone)
        painter.setFont(font)
        painter.setPen(QColor(tk.quiet if step.undone else tk.text))
        inner = rect.adjusted(12, 4, -12, -20)
        words = text.fitted(step.label, painter.fontMetrics(), inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.setFont(theme.face(12))
        painter.setPen(QColor(tk.quiet))
        below = rect.adjusted(12, 24, -12, -4)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, who_when(step))
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, 48)


def who_when(step: Step) -> str:
    """Return who did a step and when, in one line."""
    key = f"tasks.post_{step.actor}"
    from layers.words import table

    who = t(key) if key in table() else step.actor
    undone = f" · {t('window.undone')}" if step.undone else ""
    return f"{text.when_short(step.at)}  {who}{undone}"


class HistoryPanel(Panel):
    """The panel; it follows every change."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.model = StepModel()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_StepPainter(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.nothing = parts.label("small", wrap=True)
        self.nothing.setContentsMargins(12, 8, 12, 8)
        self.setLayout(parts.column(self.nothing, self.list, gap=0))
        self.dressed()

    def retranslate(self) -> None:
        self.nothing.setText(t("window.history_nothing"))
        self.list.setAccessibleName(t("window.dock_history"))

    def emptied(self) -> None:
        self._got([])

    def refresh(self) -> None:
        self.session.look(history.steps, key="history", done=self._got)

    def _got(self, steps: list[Step]) -> None:
        self.model.show(steps)
        self.nothing.setVisible(not steps)

    def _touched(self, changes: Changes) -> None:
        if changes or _touches(changes):
            self.renew()
