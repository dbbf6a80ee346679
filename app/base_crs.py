"""The dialog that asks in which coordinate system an image lies: each that fits, and where it would then be."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app import parts, report, text
from app.follows import Follows
from app.session import Session
from layers import basemaps, workspace
from layers.basemaps import Base, Landing, Systems
from layers.domain.measures import number
from layers.errors import Known
from layers.words import t

if TYPE_CHECKING:
    from app.base_maps import BaseMaps

WIDTH, HEIGHT = 560, 520
ROSE = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def ask(
    bases: "BaseMaps", session: Session, view: QWidget, path: Path, why: Known | None, base: Base | None = None
) -> None:
    """Ask for the coordinate system of an image: one that is not added yet, or of a base map.

    ``why`` is the failure that says why it cannot be told, None if somebody only wants another.
    """

    def show(systems: Systems) -> None:
        CrsDialog(bases, session, path, why, base, systems, view.window()).show()

    def look(ws: workspace.Workspace) -> Systems:
        return basemaps.systems(path, workspace.extent(ws))

    session.look(look, key="base-systems", done=show, failed=report.show, aside=True)


class CrsDialog(Follows, QDialog):
    """Lists the systems, the nearest to the street first; one that is not among them can be typed."""

    def __init__(
        self, bases: "BaseMaps", session: Session, path: Path, why: Known | None, base: Base | None, systems: Systems,
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("base-crs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._bases, self._session, self._path, self._base = bases, session, path, base
        self._why, self.systems = why, systems
        self.chosen: Landing | None = None
        self.title = parts.label("title", wrap=True)
        self.why = parts.label("quiet", wrap=True)
        self.table = QTableWidget(len(systems.landings), 2)
        self.table.setObjectName("base-systems")
        self.table.setProperty("part", "list")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(28)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setStretchLastSection(True)
        head.resizeSection(0, WIDTH * 3 // 5)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.other = QLineEdit()
        self.other.setObjectName("base-crs-other")
        self.other.setClearButtonEnabled(True)
        self.where = parts.label("strong", wrap=True)
        self.where.setMinimumHeight(40)
        self.by_points = parts.button("", self._place)
        self.cancel = parts.button("", self.reject)
        self.use = parts.button("primary", self.accept)
        self.use.setObjectName("base-crs-use")
        foot = parts.row(self.by_points, None, self.cancel, self.use)
        self.setLayout(
            parts.column(
                self.title, self.why, self.table, self.other, self.where, foot, gap=8, margins=(20, 20, 20, 16)
            )
        )
        self.resize(WIDTH, HEIGHT)
        self.table.itemSelectionChanged.connect(self._selected)
        self.table.itemActivated.connect(lambda _item: self.accept())
        self.other.textEdited.connect(self._typed)
        self.other.returnPressed.connect(self.accept)
        session.closing.connect(self.reject)
        self.dressed()
        best = self._first()
        if best is not None:
            self.table.selectRow(systems.landings.index(best))
        self.table.setFocus()

    def _first(self) -> Landing | None:
        """Return what is chosen at first: what the base map has now, else the likeliest."""
        now = self._base
        if now is not None:
            origin = now.origin if now.origin in ("gcj02", "bd09") else ""
            for one in self.systems.landings:
                if (one.crs, one.origin) == (now.crs, origin):
                    return one
        return self.systems.best

    # -- choosing ----------------------------------------------------------------------------------------

    def _selected(self) -> None:
        rows = {item.row() for item in self.table.selectedItems()}
        if rows:
            self.other.clear()
            self._choose(self.systems.landings[rows.pop()])

    def _choose(self, landing: Landing | None, words: str = "") -> None:
        self.chosen = landing
        self.use.setEnabled(landing is not None)
        self.where.setText(words if landing is None else self._sentence(landing))

    def _typed(self, typed: str) -> None:
        self.table.clearSelection()
        self._choose(None)
        if not typed.strip():
            return
        path = self._path

        def look(ws: workspace.Workspace) -> Landing:
            return basemaps.landing(path, typed, workspace.extent(ws))

        def failed(error: BaseException) -> None:
            if not isinstance(error, Known):
                report.show(error)
            elif self.other.text() == typed:
                self._choose(None, str(error))

        def done(found: Landing) -> None:
            if self.other.text() == typed:
                self._choose(found)

        self._session.look(look, key="base-system-typed", done=done, failed=failed, aside=True)

    def _sentence(self, one: Landing) -> str:
        width, height = (_far(metres) for metres in one.size)
        name = basemaps.system_name(one.crs, one.origin)
        return t("base3.then", system=name, where=self._where(one), width=width, height=height)

    def _where(self, one: Landing) -> str:
        if one.towards is not None:
            return t("base3.away", far=_far(one.away), rose=t(f"finding.rose_{ROSE[round(one.towards / 45) % 8]}"))
        if self.systems.near:
            return t("base3.in_street")
        return t("base3.around", place=text.place((one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2))

    # -- its end -----------------------------------------------------------------------------------------

    def accept(self) -> None:
        one = self.chosen
        if one is None:
            return
        if self._base is None:
            path = self._path
            self._session.look(
                lambda _ws: basemaps.look(path, crs=one.crs, origin=one.origin),
                key=f"base-add-{path}", done=self._bases.found, aside=True,
            )  # fmt: skip
        else:
            self._change(self._base.id, one)
        super().accept()

    def _change(self, id_: str, one: Landing) -> None:
        bases, old = self._bases, self._bases.get(id_)
        if old is None or (old.crs, old.origin) == (one.crs, one.origin):
            return
        bases.change(id_, fly=True, crs=one.crs, origin=one.origin)
        words = t("base3.changed", name=old.name, system=basemaps.system_name(one.crs, one.origin))
        bases.offered.emit(
            words, t("base3.back"), lambda: bases.change(id_, fly=True, crs=old.crs, origin=old.origin)
        )  # fmt: skip

    def _place(self) -> None:
        if self._base is None:
            self._bases.place(self._path)
        else:
            self._bases.placing_wanted.emit(self._base)
        self.reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)

    # -- words -------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.setWindowTitle(t("base3.title"))
        self.title.setText(t("base3.which", name=self._path.name))
        told = t("base3.first", reason=t(self.systems.reason)) if self.systems.best is not None else ""
        said = ""
        if self._why is not None:
            values = self._why.values
            said = t(f"base3.why_{self._why.key}", **{**values, "path": Path(str(values["path"])).name})
        self.why.setText(f"{said} {told}".strip())
        self.why.setVisible(bool(self.why.text()))
        self.table.setHorizontalHeaderLabels([t("base3.column_system"), t("base3.column_where")])
        self.table.setAccessibleName(t("base3.title"))
        for row, one in enumerate(self.systems.landings):
            for column, words in enumerate((basemaps.system_name(one.crs, one.origin), self._where(one))):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(row, column, item)
        self.other.setPlaceholderText(t("base3.other"))
        self.other.setAccessibleName(t("base3.other"))
        self.by_points.setText(t("basemaps.place"))
        self.cancel.setText(t("window.cancel"))
        self.use.setText(t("base3.use"))
        nothing = t("base3.choose") if self.systems.landings else t("base3.nowhere")
        self._choose(self.chosen, nothing)


def _far(metres: float) -> str:
    """Return a distance as it is said: metres below a kilometre, tenths of a kilometre below a hundred."""
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{number(metres / 1000, 1 if metres < 100_000 else 0)} km"
