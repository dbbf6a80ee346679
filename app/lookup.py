"""A field that searches while one types and offers what it found below itself, for mouse and keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app import parts, text, theme

ROW, HEAD, SHOWN = 32, 28, 9
OFFER = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Offer:
    """One line below the field; without a value it is a heading. ``icon`` names a drawn icon."""

    value: Any
    words: str
    hint: str = ""
    icon: str = ""


class _OfferPainter(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer = index.data(OFFER)
        tk = theme.tokens()
        rect: QRect = option.rect
        painter.save()
        centre = Qt.AlignmentFlag.AlignVCenter
        if offer.value is None:
            painter.setFont(theme.face(12, strong=True))
            painter.setPen(QColor(tk.quiet))
            painter.drawText(rect.adjusted(12, 4, -12, 0), centre | Qt.AlignmentFlag.AlignLeft, offer.words)
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tk.picked))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), 4, 4)
        x = rect.x() + 12
        if offer.icon:
            ratio = painter.device().devicePixelRatioF()
            picture = theme.pixmap(offer.icon, 16, ratio)
            painter.drawPixmap(QPoint(x, rect.y() + (rect.height() - 16) // 2), picture)
            x += 24
        metrics = painter.fontMetrics()
        room = rect.right() - 12 - x
        need = min(metrics.horizontalAdvance(offer.words), room)
        hint = text.fitted(offer.hint, metrics, room - need - 24) if room - need > 60 else ""
        painter.setPen(QColor(tk.text))
        painter.drawText(
            QRect(x, rect.y(), room, rect.height()),
            centre | Qt.AlignmentFlag.AlignLeft,
            text.fitted(offer.words, metrics, room),
        )
        painter.setPen(QColor(tk.quiet))
        painter.drawText(rect.adjusted(0, 0, -12, 0), centre | Qt.AlignmentFlag.AlignRight, hint)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, HEAD if index.data(OFFER).value is None else ROW)


class Popup(QFrame):
    """The list below a field; a child of the window, so that the field keeps the focus."""

    taken = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("part", "popup")
        self.list = QListWidget()
        self.list.setItemDelegate(_OfferPainter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setLayout(parts.column(self.list, margins=(1, 5, 1, 5)))
        self.list.itemEntered.connect(self._enter)
        self.list.itemPressed.connect(lambda item: self.take(item))
        self.hide()

    def _enter(self, item: QListWidgetItem) -> None:
        if item.data(OFFER).value is not None:
            self.list.setCurrentItem(item)

    def fill(self, offers: Sequence[Offer]) -> None:
        """Show other lines; the first one that can be taken is marked."""
        self.list.clear()
        for offer in offers:
            item = QListWidgetItem()
            item.setData(OFFER, offer)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{offer.words} {offer.hint}")
            if offer.hint or len(offer.words) > 24:
                item.setToolTip(text.tip(f"{offer.words}  {offer.hint}".strip()))
            if offer.value is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.step(1, first=True)

    def step(self, by: int, first: bool = False) -> None:
        """Go to the next line that can be taken."""
        count = self.list.count()
        at = -1 if first else self.list.currentRow()
        for _ in range(count):
            at = (at + by) % count
            if self.list.item(at).data(OFFER).value is not None:
                self.list.setCurrentRow(at)
                return

    def take(self, item: QListWidgetItem | None = None) -> None:
        """Take the marked line."""
        item = item or self.list.currentItem()
        if item is not None and item.data(OFFER).value is not None:
            self.taken.emit(item.data(OFFER))

    def place(self, field: QWidget, width: int = 0) -> None:
        """Stand below a field, above it where there is no room."""
        above = field.window()
        rows = [self.list.item(i).data(OFFER) for i in range(self.list.count())]
        tall = sum(HEAD if offer.value is None else ROW for offer in rows[: SHOWN + 2]) + 12
        corner = field.mapTo(above, QPoint(0, field.height() + 4))
        wide = max(width, field.width())
        x = min(corner.x() - (wide - field.width()) // 2, above.width() - wide - 4)
        room = above.height() - corner.y() - 8
        if tall > room and corner.y() > above.height() / 2:
            tall = min(tall, corner.y() - field.height() - 12)
            y = corner.y() - field.height() - 8 - tall
        else:
            tall, y = min(tall, room), corner.y()
        self.setGeometry(max(x, 4), y, wide, tall)
        self.show()
        self.raise_()


class Lookup(QLineEdit):
    """The field. ``asked(text)`` wants offers (answer with `offer`); ``taken(value)`` says what was chosen."""

    asked = Signal(str)
    taken = Signal(object)

    def __init__(self, part: str = "", wide: int = 0, keep: bool = True) -> None:
        super().__init__()
        self.setProperty("part", part)
        self._wide = wide
        self._keep = keep  # whether what was taken stays written in the field
        self._popup: Popup | None = None
        self._typing = QTimer(self, singleShot=True, interval=60)
        self._typing.timeout.connect(lambda: self.asked.emit(self.text()))
        self.textEdited.connect(lambda _text: self._typing.start())

    @property
    def popup(self) -> Popup:
        """The list below, made when first needed."""
        if self._popup is None or self._popup.parentWidget() is not self.window():
            self._popup = Popup(self.window())
            self._popup.taken.connect(self._take)
            self.window().installEventFilter(self)
        return self._popup

    def offer(self, offers: Sequence[Offer]) -> None:
        """Show lines below the field, none to show nothing."""
        if not offers or not self.hasFocus():
            self.close_popup()
            return
        self.popup.fill(offers)
        self.popup.place(self, self._wide)

    def close_popup(self) -> None:
        """Take the list away."""
        if self._popup is not None:
            self._popup.hide()

    def _take(self, offer: Offer) -> None:
        self.close_popup()
        if self._keep:
            self.setText(offer.words)
        else:
            self.clear()
        self.taken.emit(offer.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = self._popup is not None and self._popup.isVisible()
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if shown:
                self.popup.step(1 if key == Qt.Key.Key_Down else -1)
            else:
                self.asked.emit(self.text())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown:
            self.popup.take()
        elif key == Qt.Key.Key_Escape and shown:
            self.close_popup()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.ShortcutFocusReason:
            self._typing.start()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_popup()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._popup is None or not self._popup.isVisible():
            self._typing.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.close_popup()
        return super().eventFilter(watched, event)
