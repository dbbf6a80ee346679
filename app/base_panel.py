"""The base maps in the layers panel: which there are, how strong each is, in what order, and what is wrong with one."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QMenu, QSlider, QToolButton, QWidget

from app import parts, report, theme
from app.base_maps import BaseMaps
from app.follows import Follows
from layers.basemaps import Base
from layers.words import t

PERCENT = 100
ORIGINS = {
    "wgs84": "basemaps.origin_wgs84", "gcj02": "basemaps.origin_gcj02", "bd09": "base3.origin_bd09",
}  # fmt: skip


class Row(Follows, QWidget):
    """One base map: a switch with its name, its menu, a slider, and a sentence if something is to be said of it."""

    def __init__(self, bases: BaseMaps, base: Base) -> None:
        super().__init__()
        self._bases, self.id = bases, base.id
        self.shown = QCheckBox()
        self.shown.setObjectName(f"base-shown-{base.id}")
        self.name = parts.Elided("", base.name)
        self.more: QToolButton = parts.tool("icon", self._open)
        self.more.setObjectName(f"base-more-{base.id}")
        self.menu = QMenu(self)
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.strength.setObjectName(f"base-strength-{base.id}")
        self.strength.setRange(0, PERCENT)
        self.strength.setPageStep(10)
        self.share = parts.label("small")
        self.share.setFixedWidth(36)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.trouble = parts.label("red", wrap=True)
        self.trouble.setFont(theme.face(12))
        self.hint = parts.Link("")
        self.hint.setFont(theme.face(12))
        self.hint.pressed.connect(lambda: self._bases.change(self.id, origin="gcj02"))
        self.seek = parts.Link("")
        self.seek.setObjectName(f"base-seek-{base.id}")
        self.seek.setFont(theme.face(12))
        self.seek.pressed.connect(lambda: self._bases.seek(self.id))
        head = parts.row(self.shown, self.name, self.more, gap=4)
        head.setStretch(1, 1)
        self.slide = QWidget()
        self.slide.setLayout(parts.row(24, self.strength, self.share, 2, gap=4))
        below = parts.column(self.trouble, self.seek, self.hint, gap=2, margins=(24, 0, 0, 0))
        self.setLayout(parts.column(head, self.slide, below, gap=0))
        self.show_base(base)
        self.shown.toggled.connect(lambda on: self._bases.change(self.id, visible=on))
        self.strength.valueChanged.connect(lambda value: self._bases.change(self.id, opacity=value / PERCENT))
        self.dressed()

    def show_base(self, base: Base) -> None:
        """Show what is known of the base map now."""
        for widget in (self.shown, self.strength):
            widget.blockSignals(True)
        self.shown.setChecked(base.visible)
        self.strength.setValue(round(base.opacity * PERCENT))
        for widget in (self.shown, self.strength):
            widget.blockSignals(False)
        if self.name.whole != base.name:
            self.name.say(base.name)
        self.name.setEnabled(base.visible)
        self.shown.setAccessibleName(base.name)
        self.strength.setAccessibleName(t("basemaps.opacity_of", name=base.name))
        self.share.setText(f"{round(base.opacity * PERCENT)}%")
        trouble = self._bases.troubles.get(self.id, "")
        lost = self.id in self._bases.lost
        self.trouble.setText(t("base3.lost", file=base.path.name) if lost and trouble else trouble)
        self.trouble.setToolTip(trouble if lost else "")
        self.trouble.setVisible(bool(trouble))
        self.seek.setVisible(lost)
        self.slide.setVisible(base.visible and not trouble)
        self.hint.setVisible(self.id in self._bases.hints)

    def _open(self) -> None:
        self._fill()
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 2)))

    def _fill(self) -> None:
        """Offer what can be done with it now."""
        base = self._bases.get(self.id)
        if base is None:
            return
        menu, bases = self.menu, self._bases
        menu.clear()
        at, last = bases.maps.index(base), len(bases.maps) - 1
        self._entry("basemaps.fly", "crosshair", partial(bases.fly, self.id), bases.can_fly(self.id))
        self._entry("basemaps.up", "chevron-up", partial(bases.move, self.id, -1), at > 0)
        self._entry("basemaps.down", "chevron-down", partial(bases.move, self.id, 1), at < last)
        if base.kind == "image":
            key = "basemaps.correct" if base.points else "basemaps.place"
            self._entry(key, "map-pin-plus", partial(bases.placing_wanted.emit, base), True)
        if base.kind == "image" and not base.points:
            self._entry("base3.system", "map-pin", partial(bases.choose_system, base), True)
        if not base.points:
            menu.addSeparator()
            for origin in ORIGINS:
                one = self._entry(ORIGINS[origin], "", partial(self._declare, origin), True)
                one.setCheckable(True)
                one.setChecked((base.origin or "wgs84") == origin)
        menu.addSeparator()
        if self.id in bases.lost:
            self._entry("base3.seek", "search", partial(bases.seek, self.id), True)
        if self.id in bases.troubles:
            self._entry("basemaps.again", "refresh-cw", partial(bases.again, self.id), True)
        self._entry("basemaps.remove", "trash-2", partial(bases.remove, self.id), True)

    def _declare(self, origin: str) -> None:
        """Say in which web map's coordinates it is; what then cannot be read is told at once."""
        base = self._bases.get(self.id)
        self._bases.change(self.id, origin=origin)
        if origin == "bd09" and base is not None and base.kind != "image":
            report.say(t("base3.baidu_tiles"))

    def _entry(self, key: str, icon: str, do: partial[None], possible: bool) -> QAction:
        made = self.menu.addAction(t(key))
        made.setObjectName(key.partition(".")[2])
        if icon:
            made.setIcon(theme.icon(icon, "quiet"))
        made.setEnabled(possible)
        # Not within the menu's own event: the row may go.
        made.triggered.connect(lambda _on=False: do(), Qt.ConnectionType.QueuedConnection)
        return made

    def retranslate(self) -> None:
        self.more.setToolTip(t("basemaps.more"))
        self.more.setAccessibleName(t("basemaps.more"))
        self.strength.setToolTip(t("basemaps.opacity"))
        self.seek.setText(t("base3.seek"))
        self.seek.setAccessibleName(t("base3.seek"))
        self.hint.setText(t("basemaps.hint_gcj02"))
        self.hint.setAccessibleName(t("basemaps.hint_gcj02"))

    def tint(self) -> None:
        self.more.setIcon(theme.icon("ellipsis", "quiet"))


class BasePanel(Follows, QWidget):
    """The section of the layers panel; says what can be added while there is nothing."""

    def __init__(self, bases: BaseMaps) -> None:
        super().__init__()
        self._bases = bases
        self.setProperty("part", "panel")
        self.head = parts.label("head")
        self.add = parts.tool("icon", lambda: bases.choose(self.window()))
        self.add.setObjectName("base-add")
        self.empty = parts.label("small", wrap=True)
        self.first = parts.button("link", lambda: bases.choose(self.window()))
        self.first.setObjectName("base-first")
        self.rows: dict[str, Row] = {}
        self.list = parts.column(gap=4)
        top = parts.row(self.head, None, self.add, gap=4)
        nothing = parts.row(self.first, None)
        self.setLayout(parts.column(top, self.empty, nothing, self.list, gap=2, margins=(0, 4, 0, 4)))
        bases.changed.connect(self._show)
        self.dressed()
        self._show()

    def _show(self) -> None:
        """Keep the rows of those that are still there: a slider under the mouse must not be made anew."""
        maps = self._bases.maps
        for id_ in [one for one in self.rows if self._bases.get(one) is None]:
            row = self.rows.pop(id_)
            self.list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for at, base in enumerate(maps):
            row = self.rows.get(base.id) or self._made(base)
            if self.list.indexOf(row) != at:
                self.list.removeWidget(row)
                self.list.insertWidget(at, row)
            row.show_base(base)
        self.empty.setVisible(not maps)
        self.first.setVisible(not maps)

    def _made(self, base: Base) -> Row:
        self.rows[base.id] = Row(self._bases, base)
        return self.rows[base.id]

    def retranslate(self) -> None:
        self.head.setText(t("basemaps.title"))
        self.empty.setText(t("basemaps.empty"))
        self.first.setText(t("window.do_add_base"))
        self.add.setToolTip(t("window.do_add_base"))
        self.add.setAccessibleName(t("window.do_add_base"))
        for base in self._bases.maps:
            if base.id in self.rows:
                self.rows[base.id].show_base(base)

    def tint(self) -> None:
        self.add.setIcon(theme.icon("plus", "quiet"))
