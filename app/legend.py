"""What the signs on the map mean, from the one symbol table, and which map layers are shown."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from app import parts, signs, theme
from app.scrolled import Scrolled
from app.settings import Settings
from app.sight import Holds
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
ROW = 18  # px: what a row of the small legend takes
WHOLE = 10_000  # px: more than any legend is high
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
        self.head = parts.tool("head", self._fold)
        self.head.setFont(theme.face(12))
        self._wanted: bool | None = None  # whether somebody opened it or folded it; None: open where there is room
        self._cramped = False
        self._labels = {status: parts.label() for status in (*symbols.table().statuses, OVERDUE)}
        self._rows: dict[str, QWidget] = {}
        for status, one in self._labels.items():
            one.setFont(theme.face(12))
            row = QWidget()
            row.setLayout(parts.row(Swatch("ring" if status == OVERDUE else "status", status), one, None, gap=4))
            self._rows[status] = row
        self._drawn: tuple[str, ...] = flow.OPEN
        self._holds: Holds | None = None
        self.rows = Scrolled(parts.column(*self._rows.values(), gap=2, margins=(0, 0, 0, 4)))
        self.setLayout(parts.column(self.head, self.rows, gap=2, margins=(6, 2, 10, 2)))
        self.retranslate()

    def show_filter(self, wanted: TaskFilter) -> None:
        """Explain the statuses whose pins a filter lets through."""
        all_of_them = () if wanted.open_only or wanted.due in ("overdue", "soon") else flow.STATUSES
        self._drawn = wanted.statuses or all_of_them or flow.OPEN
        self._show_rows()

    def show_holds(self, holds: Holds) -> None:
        """Explain only what is in the picture."""
        self._holds = holds
        self._show_rows()

    def _seen(self, one: str) -> bool:
        if self._holds is None:
            return True
        return self._holds.overdue if one == OVERDUE else self._holds.shows("task", one)

    @property
    def open(self) -> bool:
        """Whether the rows are to be seen: as somebody wants it, else where they leave the map in sight."""
        return not self._cramped if self._wanted is None else self._wanted

    def cramp(self, height: int) -> None:
        """Fold by itself on a map of so many px of height of which the rows would take most."""
        rows = len(self.explained) * (ROW + 2)
        if (rows > height * 0.6) != self._cramped:
            self._cramped = not self._cramped
            self._show_rows()

    def _fold(self) -> None:
        self._wanted = not self.open
        self._show_rows()

    @property
    def explained(self) -> tuple[str, ...]:
        """What is on the map now, in the legend's order: statuses, and ``overdue`` if one of them is."""
        overdue = any(status in flow.OPEN for status in self._drawn)
        can = (one for one in self._rows if (overdue if one == OVERDUE else one in self._drawn))
        return tuple(one for one in can if self._seen(one))

    def _show_rows(self) -> None:
        explained = self.explained
        for status, row in self._rows.items():
            row.setVisible(self.open and status in explained)
        self.head.setText(f"{t('window.legend_unfold')} {'▾' if self.open else '▸'}")
        self.head.setToolTip(t("window.legend_fold" if self.open else "window.legend_unfold"))
        self.folded.emit()

    def whole(self) -> QSize:
        """Return the size with every row in sight."""
        return self.fit(WHOLE)

    def fit(self, most: int) -> QSize:
        """Take at most so many px of height, scrolling the rest; return the size."""
        layout = self.layout()
        assert layout is not None
        edges = layout.contentsMargins()
        above = self.head.sizeHint().height() + layout.spacing()
        self.rows.fit(max(0, most - above - edges.top() - edges.bottom()))
        layout.invalidate()
        layout.activate()
        return self.sizeHint()

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        for status, one in self._labels.items():
            one.setText(t("window.legend_overdue") if status == OVERDUE else tasks.status_label(status))
        self._show_rows()


class MapLegend(QWidget):
    """The whole legend, layer by layer; of each only what is in the picture, once that is known."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        table = symbols.table()
        self._groups: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            ("task", "status", tuple(table.statuses)),
            ("grid", "grid", tuple(sorted(table.grids, key=lambda key: -table.grids[key].order))),
            ("functions", "function", tuple(table.functions)),
            ("road", "road", tuple(table.roads)),
            ("place", "place", tuple(table.places)),
            ("facility", "facility", tuple(table.facilities)),
        )
        self.heads: dict[str, QLabel] = {}
        self.entries: dict[tuple[str, str], QWidget] = {}
        self._words: dict[tuple[str, str], parts.Elided] = {}
        self._cells: dict[str, QGridLayout] = {}
        self.setLayout(parts.column(*self._lay_out(), None, gap=4, margins=(12, 0, 12, 12)))
        for name, _, keys in self._groups:
            self._place(name, keys)

    def _lay_out(self) -> Iterable[parts.Item]:
        for name, what, keys in self._groups:
            head = self.heads[name] = parts.label("head")
            head.setContentsMargins(0, 8, 0, 0)
            yield head
            cells = self._cells[name] = QGridLayout()
            cells.setVerticalSpacing(2)
            cells.setHorizontalSpacing(8)
            cells.setColumnStretch(0, 1)
            cells.setColumnStretch(1, 1)
            for key in keys:
                words = self._words[name, key] = parts.Elided("small")
                entry = self.entries[name, key] = QWidget()
                entry.setLayout(parts.row(Swatch(what, key), words, gap=4))
            yield cells

    def _place(self, name: str, keys: Iterable[str]) -> None:
        """Show these entries of a layer, two in a row, and no others."""
        cells, shown = self._cells[name], tuple(keys)
        self.heads[name].setVisible(bool(shown))
        for (layer, key), entry in self.entries.items():
            if layer == name and key not in shown:
                cells.removeWidget(entry)
                entry.hide()
        for i, key in enumerate(shown):
            entry = self.entries[name, key]
            cells.addWidget(entry, i // 2, i % 2)
            entry.show()

    def show_holds(self, holds: Holds) -> None:
        """Explain only what is in the picture."""
        for name, _, keys in self._groups:
            self._place(name, [key for key in keys if holds.shows(name, key)])

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        for name, what, keys in self._groups:
            self.heads[name].setText(t(f"window.layer_{name}"))
            for key in keys:
                words = tasks.status_label(key) if what == "status" else t(f"{WORDS[what]}_{key}")
                self._words[name, key].say(words)


class LayersPanel(QFrame):
    """The switches of the map layers and the whole legend. ``visible_changed(layers)`` names what is shown."""

    visible_changed = Signal(list)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setProperty("part", "panel")
        self._settings = settings
        self._first: QWidget | None = None
        self.switches: dict[str, QCheckBox] = {}
        self._lent = False
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
        self.legend = MapLegend()
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setWidget(self.legend)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setLayout(parts.column(grid, self.scroller, gap=0))
        self.retranslate()

    def add(self, widget: QWidget) -> None:
        """Put something between the switches and the legend; it scrolls with the legend."""
        layout = self.legend.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(0, widget)

    def show_holds(self, holds: Holds) -> None:
        """Explain only what is in the picture."""
        self.legend.show_holds(holds)

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

    def switched(self) -> tuple[str, ...]:
        """Return the layers that are switched on, as people name them."""
        return tuple(name for name, switch in self.switches.items() if switch.isChecked())

    def use(self, names: Iterable[str], lent: bool) -> None:
        """Switch exactly these layers on; ``lent`` to a themed map, they are not what is remembered."""
        self._lent = lent
        wanted = set(names)
        for name, switch in self.switches.items():
            switch.blockSignals(True)
            switch.setChecked(name in wanted)
            switch.blockSignals(False)
        self.visible_changed.emit(self.shown())

    def tables(self) -> set[str]:
        """Return the tables that can be picked on the map now."""
        names = {"task": "task", "grid": "grid", "road": "road_section", "place": "place", "facility": "facility"}
        return {table for name, table in names.items() if self.switches[name].isChecked()}

    def _changed(self) -> None:
        if not self._lent:
            off = tuple(name for name, switch in self.switches.items() if not switch.isChecked())
            self._settings.set_names(SETTING, off)
        self.visible_changed.emit(self.shown())

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        for name, switch in self.switches.items():
            switch.setText(t(f"window.layer_{name}"))
        self.legend.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(240, 300)
