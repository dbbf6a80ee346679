"""What the signs on the map mean, from the one symbol table, and which map layers are shown."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from app import parts, signs, theme
from app.settings import Settings
from layers import tasks
from layers.domain import flow, symbols
from layers.domain.things import TaskFilter
from layers.words import t

# The layers that can be switched, as people name them -> the map's own layers.
LAYERS: dict[str, tuple[str, ...]] = {
    "task": ("task",),
    "grid": ("grid", "grid_label"),
    "functions": ("functions",),
    "road": ("road", "road_label"),
    "place": ("place",),
    "facility": ("facility",),
}
# What is shown -> where its words stand.
WORDS = {
    "grid": "window.grid", "function": "cards.function", "road": "cards.class", "place": "cards.place",
    "facility": "window.facility",
}  # fmt: skip
OVERDUE = "overdue"
SETTING = "map-layers-off"


class Swatch(QWidget):
    """One sign of the legend: a status, a fill, a line or a facility."""

    def __init__(self, what: str, key: str) -> None:
        super().__init__()
        self.setFixedSize(20, 16)
        self._what, self._key = what, key

    def paintEvent(self, _event: QPaintEvent) -> None:
        table, name = symbols.table(), theme.tokens().name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._what == "status":
            signs.status(painter, QRectF(3, 1, 14, 14), self._key)
        elif self._what == "ring":
            painter.setPen(QPen(QColor(table.ring.colour.of(name)), table.ring.width))
            painter.drawEllipse(QPointF(10, 8), 6.5, 6.5)
        elif self._what == "facility":
            signs.facility(painter, QRectF(3, 1, 14, 14), self._key)
        elif self._what == "function":
            colour, opacity = table.function_fill(self._key, name)
            fill = QColor(colour)
            fill.setAlphaF(min(1.0, opacity * 1.6))
            painter.setBrush(fill)
            painter.setPen(QColor(theme.tokens().line))
            painter.drawRoundedRect(QRectF(2.5, 2.5, 15, 11), 2, 2)
        elif self._what == "grid":
            style = table.grids[self._key]
            painter.setPen(QPen(QColor(style.colour.of(name)), min(style.width[-1][1], 3.0)))
            painter.drawLine(QPointF(1, 8), QPointF(19, 8))
        elif self._what == "road":
            road = table.roads[self._key]
            painter.setPen(QPen(QColor(road.casing.of(name)), 6))
            painter.drawLine(QPointF(0, 8), QPointF(20, 8))
            painter.setPen(QPen(QColor(road.fill.of(name)), 4))
            painter.drawLine(QPointF(0, 8), QPointF(20, 8))
        elif self._what == "place":
            place = table.places[self._key]
            fill = QColor(place.fill.of(name))
            fill.setAlphaF(place.opacity)
            painter.setBrush(fill)
            painter.setPen(QColor(place.stroke.of(name)))
            painter.drawRoundedRect(QRectF(2.5, 2.5, 15, 11), 2, 2)
        painter.end()


class ShortLegend(QFrame):
    """The small card on the map: what every pin that is drawn now looks like; a press folds it. ``folded`` says so."""

    folded = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("part", "card")
        self.head = parts.tool("quiet", self._fold)
        self.head.setFont(theme.face(12))
        self.open = True
        self._labels = {status: parts.label() for status in (*symbols.table().statuses, OVERDUE)}
        self._rows: dict[str, QWidget] = {}
        for status, one in self._labels.items():
            one.setFont(theme.face(12))
            row = QWidget()
            row.setLayout(parts.row(Swatch("ring" if status == OVERDUE else "status", status), one, None, gap=4))
            self._rows[status] = row
        self._drawn: tuple[str, ...] = flow.OPEN
        self.setLayout(parts.column(self.head, *self._rows.values(), gap=2, margins=(6, 2, 10, 6)))
        self.retranslate()

    def show_filter(self, wanted: TaskFilter) -> None:
        """Explain the statuses whose pins a filter lets through."""
        all_of_them = () if wanted.open_only or wanted.due in ("overdue", "soon") else flow.STATUSES
        self._drawn = wanted.statuses or all_of_them or flow.OPEN
        self._show_rows()

    def _fold(self) -> None:
        self.open = not self.open
        self._show_rows()

    @property
    def explained(self) -> tuple[str, ...]:
        """What can be on the map now, in the legend's order: statuses, and ``overdue`` if one of them has a limit."""
        overdue = any(status in flow.OPEN for status in self._drawn)
        return tuple(one for one in self._rows if (overdue if one == OVERDUE else one in self._drawn))

    def _show_rows(self) -> None:
        explained = self.explained
        for status, row in self._rows.items():
            row.setVisible(self.open and status in explained)
        self.head.setText(f"{t('window.legend_unfold')} {'▾' if self.open else '▸'}")
        self.head.setToolTip(t("window.legend_fold" if self.open else "window.legend_unfold"))
        self.adjustSize()
        self.folded.emit()

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        for status, one in self._labels.items():
            one.setText(t("window.legend_overdue") if status == OVERDUE else tasks.status_label(status))
        self._show_rows()


class LayersPanel(QFrame):
    """The switches of the map layers and the whole legend. ``visible_changed(layers)`` names what is shown."""

    visible_changed = Signal(list)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._settings = settings
        self._first: QWidget | None = None
        self.switches: dict[str, QCheckBox] = {}
        off = settings.names(SETTING, ())
        grid = QGridLayout()
        grid.setContentsMargins(12, 4, 12, 8)
        grid.setVerticalSpacing(4)
        for i, name in enumerate(LAYERS):
            switch = QCheckBox()
            switch.setObjectName(f"layer-{name}")
            switch.setChecked(name not in off)
            switch.toggled.connect(lambda _on: self._changed())
            self.switches[name] = switch
            grid.addWidget(switch, i // 2, i % 2)
        self.legend = QWidget()
        self.legend.setProperty("part", "panel")
        self._rows: list[tuple[QLabel, str]] = []
        self.legend.setLayout(parts.column(*self._groups(), None, gap=4, margins=(12, 0, 12, 12)))
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setWidget(self.legend)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setLayout(parts.column(grid, self.scroller, gap=0))
        self.retranslate()

    def _groups(self) -> Iterable[parts.Item]:
        table = symbols.table()
        groups: tuple[tuple[str, str, Iterable[str]], ...] = (
            ("task", "status", table.statuses),
            ("grid", "grid", sorted(table.grids, key=lambda key: -table.grids[key].order)),
            ("functions", "function", table.functions),
            ("road", "road", table.roads),
            ("place", "place", table.places),
            ("facility", "facility", table.facilities),
        )
        for name, what, keys in groups:
            head = parts.label("head")
            head.setContentsMargins(0, 8, 0, 0)
            self._rows.append((head, f"window.layer_{name}"))
            yield head
            cells = QGridLayout()
            cells.setVerticalSpacing(2)
            cells.setHorizontalSpacing(8)
            cells.setColumnStretch(0, 1)
            cells.setColumnStretch(1, 1)
            for i, key in enumerate(keys):
                words = parts.label("small")
                self._rows.append((words, f"{what}:{key}"))
                cells.addLayout(parts.row(Swatch(what, key), words, None, gap=4), i // 2, i % 2)
            yield cells

    def put_first(self, panel: QWidget) -> None:
        """Put a panel above the legend's groups."""
        layout = self.legend.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(0, panel)
        self._first = panel
        self.scroller.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The legend below may be wider than there is room; what can be pressed must not be.
        if event.type() == QEvent.Type.Resize and self._first is not None:
            self._first.setFixedWidth(self.scroller.viewport().width() - 24)
        return super().eventFilter(watched, event)

    def shown(self) -> list[str]:
        """Return the map's own layers that are switched on."""
        return [one for name, ones in LAYERS.items() if self.switches[name].isChecked() for one in ones]

    def tables(self) -> set[str]:
        """Return the tables that can be picked on the map now."""
        names = {"task": "task", "grid": "grid", "road": "road_section", "place": "place", "facility": "facility"}
        return {table for name, table in names.items() if self.switches[name].isChecked()}

    def _changed(self) -> None:
        off = tuple(name for name, switch in self.switches.items() if not switch.isChecked())
        self._settings.set_names(SETTING, off)
        self.visible_changed.emit(self.shown())

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        for name, switch in self.switches.items():
            switch.setText(t(f"window.layer_{name}"))
        for label, key in self._rows:
            what, _, name = key.partition(":")
            if what == "status":
                label.setText(tasks.status_label(name))
            else:
                label.setText(t(f"{WORDS[what]}_{name}") if name else t(key))

    def sizeHint(self) -> QSize:
        return QSize(240, 300)
