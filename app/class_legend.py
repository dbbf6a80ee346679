"""The legend of a choropleth: each class with its colour, its range and how many grids are in it."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app import parts, text, theme
from app.shades import Shades
from layers import indicators
from layers.domain import symbols
from layers.domain.classes import MOST
from layers.indicators import Shading
from layers.words import t

ZERO, WITHOUT = "zero", "without"


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
        self.nothing = parts.label("small")
        for one in (self.title, self.nothing):
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
        self.setLayout(parts.column(self.title, cells, self.nothing, gap=2))
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
        name = shading.wish.indicator
        self.title.setText(f"{shading.tier_name} · {t(f'cartography.title_{name}')}")
        self.title.setToolTip(t(f"cartography.tip_{name}"))
        colours = symbols.table().classes(len(shading.classes))
        entries: list[tuple[symbols.Colour | None, str, int]] = []
        if shading.without:
            entries.append((None, WITHOUT, shading.without))
        if shading.zero:
            entries.append((symbols.table().zero, ZERO, shading.zero))
        for colour, (low, high), n in zip(colours, shading.classes.ranges, shading.classes.counts, strict=True):
            entries.append((colour, _span(name, low, high), n))
        for i, (swatch, span, count) in enumerate(self.rows):
            for widget in (swatch, span, count):
                widget.setVisible(i < len(entries))
            if i < len(entries):
                swatch.colour, said, n = entries[i]
                swatch.struck = said == WITHOUT
                span.setText(t(f"cartography.{said}") if said in (ZERO, WITHOUT) else said)
                count.setText(t("cartography.grids" if n != 1 else "cartography.grid_one", count=text.number(n)))
                swatch.update()
        self.nothing.setText(t("cartography.all_zero"))
        self.nothing.setVisible(not len(shading.classes))


def _span(indicator: str, low: float, high: float) -> str:
    first, last = indicators.written(indicator, low), indicators.written(indicator, high)
    return first if first == last else t("cartography.range", low=first.rstrip("%"), high=last)
