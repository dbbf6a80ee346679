"""A field for a title: as many lines as it needs, so that a long one is seen whole; still one paragraph."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

MOST = 4  # lines before it scrolls
ROUND = 20  # px above and below the lines: padding, border and the margin of the text


class TitleField(QPlainTextEdit):
    """``typed`` says that somebody changed it. Tab leaves it, Enter is the dialog's, a pasted line break a blank."""

    typed = Signal()

    def __init__(self, words: str, longest: int) -> None:
        super().__init__()
        self._longest = longest
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setPlainText(words[:longest])
        self.textChanged.connect(self._changed)
        # Its lines are broken after the text has changed.
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def text(self) -> str:
        """Return the title as one line."""
        return " ".join(self.toPlainText().split("\n")).strip()

    def _changed(self) -> None:
        if len(self.toPlainText()) > self._longest:
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._longest)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()  # which comes here again
            return
        self.typed.emit()

    def _fit(self) -> None:
        lines = min(max(round(self.document().size().height()), 1), MOST)
        self.setFixedHeight(max(30, lines * self.fontMetrics().lineSpacing() + ROUND))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: Any) -> None:
        self.insertPlainText(" ".join(source.text().split()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
