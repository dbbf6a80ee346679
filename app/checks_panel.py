"""What the check of the grids found, line by line; choosing one goes to its place on the map."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelection, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from app import parts, text, theme
from app.panel import Panel
from app.session import Session
from layers import grids
from layers.domain.things import Finding
from layers.words import t
from layers.workspace import Workspace

Progress = Callable[[int, int, str], None]
FINDING = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("system", "what", "grids", "place")
NEAR = 0.0015  # degrees round a finding's place that the map shows: about 150 m


def checked(ws: Workspace, progress: Progress) -> tuple[list[Finding], dict[str, str]]:
    """Check all grid systems; return what was found and the systems' names by code."""
    return grids.check(ws, progress=progress), {one.code: one.name for one in grids.systems(ws)}


class FindingModel(QAbstractTableModel):
    """The findings as a table for Qt."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[Finding] = []
        self.names: dict[str, str] = {}

    def show(self, findings: list[Finding], names: dict[str, str]) -> None:
        """Show other findings; ``names`` are those of the grid systems by code."""
        self.beginResetModel()
        self.findings, self.names = findings, names
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.findings)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self.findings[index.row()]
        if role == FINDING:
            return one
        if role == Qt.ItemDataRole.ToolTipRole:
            return text.tip(self.data(index))
        if role == Qt.ItemDataRole.DisplayRole:
            match COLUMNS[index.column()]:
                case "system":
                    return self.names.get(one.system, one.system)
                case "what":
                    return grids.sentence(one)
                case "grids":
                    return "、".join(code.rpartition("-")[2] for code in one.codes)
                case _:
                    return text.place(one.lon, one.lat) if one.lon is not None and one.lat is not None else ""
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return t(f"window.finding_{COLUMNS[section]}")
        return None


class ChecksPanel(Panel):
    """The panel. ``chosen(finding)`` wants its place to be shown."""

    chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.model = FindingModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setProperty("part", "list")
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(28)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        head.setHighlightSections(False)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for i, width in ((0, 100), (2, 220), (3, 170)):
            self.table.setColumnWidth(i, width)
        self.sign, self.outcome = parts.label(), parts.label("", wrap=True)
        self.start = parts.button("primary", self.check)
        self.start.setObjectName("check-start")
        line = parts.row(self.start, 8, self.sign, self.outcome, gap=4, margins=(12, 4, 12, 8))
        line.setStretch(3, 1)
        self.table.hide()
        self.setLayout(parts.column(line, self.table, gap=0))
        layout = self.layout()
        assert layout is not None
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table.selectionModel().selectionChanged.connect(self._picked)
        self._result: list[Finding] | None = None
        self._old = False
        self.dressed()

    def retranslate(self) -> None:
        self.start.setText(t("window.check_start"))
        self.table.setAccessibleName(t("window.dock_checks"))
        self._say()

    def tint(self) -> None:
        self._say()

    def emptied(self) -> None:
        self._result = None
        self.model.show([], {})
        self._say()

    def _touched(self, changes: Any) -> None:
        if self._result is not None and changes.touches("grid", "grid_tier"):
            self._old = True
            self._say()

    def check(self) -> None:
        """Check all grid systems: counts, codes, nesting, gaps, overlaps."""
        if self.session.ws is not None:
            self.start.setEnabled(False)
            self.session.work(
                checked, label="check", done=self._got, failed=self._failed, ended=partial(self.start.setEnabled, True)
            )

    def _failed(self, error: BaseException) -> None:
        from app import report

        report.show(error)

    def _got(self, found: tuple[list[Finding], dict[str, str]]) -> None:
        self._result, self._old = found[0], False
        self.model.show(*found)
        self._say()

    def _say(self) -> None:
        found = self._result
        self.table.setVisible(bool(found))
        if found is None:
            self.sign.clear()
            self.outcome.setText(t("window.check_hint"))
            return
        name, colour = ("triangle-alert", "amber") if found or self._old else ("circle-check", "green")
        self.sign.setPixmap(theme.pixmap(name, 16, self.devicePixelRatioF(), colour))
        said = t("window.check_found", count=len(found)) if found else t("window.check_clean")
        self.outcome.setText(said + (t("window.check_old") if self._old else ""))

    def _picked(self, now: QItemSelection, _before: QItemSelection) -> None:
        indexes = now.indexes()
        if indexes:
            self.chosen.emit(indexes[0].data(FINDING))
