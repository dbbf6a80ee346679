"""The legend of a choropleth: each class with its colour, its range and how many grids are in it."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app import parts, theme
from app.shades import Shades
from layers import shade_words
from layers.domain import symbols
from layers.domain.classes import MOST
from layers.indicators import Shading
from layers.words import t

WIDEST = 240  # px: what is counted is said in more lines rather than over the map


class _Swatch(QWidget):
    """The colour of a class; empty and struck out for no data."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(22, 14)
        self.colour: symbols.Colour | None = None
        self.struck = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        name = theme.tokens().name
        ground = self.colour or symbols.table().tokens["paper"]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(ground.of(name)))
        painter.setPen(QPen(QColor(theme.tokens().quiet), 0.7))
        box = QRectF(1.5, 1.5, 19, 11)
        painter.drawRoundedRect(box, 2, 2)
        if self.struck:
            painter.drawLine(box.bottomLeft(), box.topRight())
        painter.end()


class ClassLegend(QWidget):
    """Says what the colours of the grids mean; hidden while they mean nothing. ``resized`` says that it is another."""

    resized = Signal()

    def __init__(self, shades: Shades) -> None:
        super().__init__()
        self._shades = shades
        self.title = parts.label()
        self.notes = parts.label("small", wrap=True)
        self.notes.setMaximumWidth(WIDEST)
        self.nothing = parts.label("small")
        for one in (self.title, self.notes, self.nothing):
            one.setFont(theme.face(12))
        cells = QGridLayout()
        cells.setContentsMargins(0, 2, 0, 0)
        cells.setHorizontalSpacing(8)
        cells.setVerticalSpacing(1)
        cells.setColumnStretch(1, 1)
        self.rows: list[tuple[_Swatch, QLabel, QLabel]] = []
        for i in range(MOST + 2):
            swatch, span, count = _Swatch(), parts.label(), parts.label("small")
            span.setFont(theme.face(12))
            count.setAlignment(Qt.AlignmentFlag.AlignRight)
            for column, widget in enumerate((swatch, span, count)):
                cells.addWidget(widget, i, column)
            self.rows.append((swatch, span, count))
        self.setLayout(parts.column(self.title, self.notes, cells, self.nothing, gap=2))
        shades.changed.connect(self.show_shading)
        self.show_shading()

    def show_shading(self) -> None:
        """Explain the shading there is."""
        shading = self._shades.shading
        self.setVisible(shading is not None)
        if shading is not None:
            self._explain(shading)
        self.resized.emit()

    def _explain(self, shading: Shading) -> None:
        self.title.setText(shade_words.title(shading))
        self.title.setToolTip(t(f"cartography.tip_{shading.wish.indicator}"))
        notes = shade_words.notes(shading)
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        colours = symbols.table().shades(len(shading.classes))
        entries = shade_words.rows(shading)
        for i, (swatch, span, count) in enumerate(self.rows):
            for widget in (swatch, span, count):
                widget.setVisible(i < len(entries))
            if i < len(entries):
                one = entries[i]
                swatch.colour = colours.get(one.key)
                swatch.struck = not one.key
                span.setText(one.words)
                count.setText(shade_words.grids(one.grids))
                swatch.update()
        self.nothing.setText(t("cartography.all_zero"))
        self.nothing.setVisible(not len(shading.classes))
