"""A column of rows on a card over the map, which scrolls once it is higher than there is room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

BAR = 10  # px: the scroll bar, as in the style sheet


class Scrolled(QScrollArea):
    """Takes the room of its rows, or as much of it as `fit` allows."""

    def __init__(self, rows: QLayout) -> None:
        super().__init__()
        self._inner = QWidget()
        self._inner.setLayout(rows)
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner.setProperty("part", "panel")

    def fit(self, most: int) -> None:
        """Be as high as the rows, but no higher than ``most`` px; nothing at all without rows."""
        for widget in (*self._inner.findChildren(QWidget), self._inner):
            if (layout := widget.layout()) is not None:
                layout.invalidate()
                layout.activate()
        layout = self._inner.layout()
        assert layout is not None
        wanted, edges = self._inner.sizeHint(), layout.contentsMargins()
        empty = wanted.height() <= edges.top() + edges.bottom()
        cut = wanted.height() > most
        self.setFixedHeight(max(0, min(wanted.height(), most)))
        self.setMinimumWidth(0 if empty else wanted.width() + (BAR if cut else 0))
        self.setVisible(not empty)
