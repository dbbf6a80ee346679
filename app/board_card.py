"""The card at the map's upper left: which themed map is up, how to keep it, and what its colours mean."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QWidget

from app import parts, report, text, theme
from app.boards import Boards
from app.class_legend import ClassLegend
from app.follows import Follows
from app.legend import Swatch
from app.scrolled import Scrolled
from app.session import Session
from app.shades import Shades
from app.sight import Holds
from layers import boards as desk
from layers.domain import symbols
from layers.errors import Known
from layers.words import said, t

MARGIN = 12  # px to the map's edges
NAME_WIDTH = 220
CORNER = 230  # px above the map's lower edge that scale, north arrow and overview take
FOOT = 104  # px above the lower edge that scale and north arrow alone take
LOW, NARROW = 280, 360  # px: in a smaller map there is room for the map only


class BoardCard(Follows, QFrame):
    """Lies on the map. Its one control opens the list of themed maps and what can be done with them."""

    def __init__(self, over: QWidget, session: Session, boards: Boards, shades: Shades) -> None:
        super().__init__(over)
        self.setProperty("part", "card")
        self._over, self._session, self._boards = over, session, boards
        self.choice = parts.Choice("plain")
        self.choice.setObjectName("board-choice")
        self.choice.setMaximumWidth(NAME_WIDTH)
        self.choice.chosen.connect(lambda uuid: boards.show(str(uuid)))
        self.name = QLineEdit()
        self.name.setObjectName("board-name")
        self.name.setProperty("part", "filter")
        self.name.setMaxLength(desk.LONGEST)
        self.name.setFixedWidth(NAME_WIDTH)
        self.name.hide()
        self.name.installEventFilter(self)
        self._renaming = False
        self.legend = ClassLegend(shades)
        self.legend.setContentsMargins(6, 0, 6, 4)
        self.leaves_room: Callable[[bool], None] = lambda _room: None  # told whether the overview can be seen
        self._holds = Holds()
        self.marks: dict[str, tuple[QWidget, QLabel]] = {}
        for kind in symbols.table().facilities:
            words, row = parts.label(), QWidget()
            words.setFont(theme.face(12))
            row.setLayout(parts.row(Swatch("facility", kind), words, None, gap=4, margins=(6, 0, 6, 2)))
            row.hide()
            self.marks[kind] = (row, words)
        rows = (row for row, _ in self.marks.values())
        self.rows = Scrolled(parts.column(self.legend, *rows, gap=0))
        self.setLayout(parts.column(self.choice, self.name, self.rows, gap=0, margins=(2, 1, 2, 2)))
        boards.changed.connect(self._show)
        session.opened.connect(self._close_name)
        self.legend.resized.connect(self.fit)
        over.installEventFilter(self)
        self.dressed()

    def show_holds(self, holds: Holds) -> None:
        """Explain the marked facilities that are in the picture."""
        self._holds = holds
        self._show_marks()

    def _show_marks(self) -> None:
        for kind, (row, _) in self.marks.items():
            row.setVisible(kind in self._boards.kinds and self._holds.shows("facility", kind))
        self.fit()

    def open_menu(self) -> None:
        """Open the list of themed maps."""
        self.choice.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.choice.showMenu()

    def ask_name(self, renaming: bool = False) -> None:
        """Ask in the card for the name to save the map under, or for the new name of the one that is up."""
        board = self._boards.board
        self._renaming = renaming and board is not None
        self.name.setText(said(board.name) if self._renaming and board else "")
        self.name.setPlaceholderText(t("cartography.name_it"))
        self.choice.hide()
        self.name.show()
        self.fit()
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()

    def _keep(self) -> None:
        words, renaming = self.name.text(), self._renaming
        keep = self._boards.rename if renaming else self._boards.save
        keep(words, failed=partial(self._not_kept, words, renaming))
        self._close_name()

    def _not_kept(self, words: str, renaming: bool, error: BaseException) -> None:
        """Say why, with what was typed still there to be mended."""
        report.show(error)
        if self._session.ws is not None and isinstance(error, Known):
            self.ask_name(renaming)
            self.name.setText(words)
            self.name.selectAll()

    def _close_name(self) -> None:
        self.name.hide()
        self.choice.show()
        self.fit()

    def _show(self) -> None:
        known = [(one.uuid, said(one.name)) for one in self._boards.all]
        self.choice.offer([("", t("cartography.no_board")), *known], self._boards.current)
        current = self._boards.board
        shown = said(current.name) if current else t("cartography.board")
        self.choice.setText(t("boards3.altered", name=shown) if self._boards.altered else shown)
        tip = t("cartography.board_tip")
        self.choice.setToolTip(f"{said(current.name)}\n{tip}" if current else tip)
        menu, writable = self.choice.menu(), self._session.writable
        if not known:
            menu.addAction(t("cartography.none_yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(t("cartography.save_as"), self.ask_name).setEnabled(writable)
        if current is not None:
            name = text.fitted(said(current.name), self.choice.fontMetrics(), NAME_WIDTH).replace("&", "&&")
            for key, do in (
                ("update", self._boards.update), ("rename", partial(self.ask_name, True)),
                ("delete", self._boards.delete),
            ):  # fmt: skip
                menu.addAction(t(f"cartography.{key}", name=name), do).setEnabled(writable)
        self.choice.updateGeometry()
        self._show_marks()

    def fit(self) -> None:
        """Take the room that is needed, and stand in the corner."""
        top = self.name if self.choice.isHidden() else self.choice
        self.rows.fit(self._over.height() - 2 * MARGIN - top.sizeHint().height() - FOOT)
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        layout.activate()
        size = self.sizeHint()
        self.setGeometry(MARGIN, MARGIN, size.width(), size.height())
        self.setVisible(self._session.ws is not None and self._over.height() > LOW and self._over.width() > NARROW)
        self.raise_()
        self.leaves_room(self.isHidden() or MARGIN + size.height() + 8 < self._over.height() - CORNER)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.fit()
        if watched is self.name and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._close_name()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._keep()
                return True
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.choice.setFont(theme.face(13))
        self.choice.setAccessibleName(t("cartography.board"))
        self.name.setAccessibleName(t("cartography.name_it"))
        for kind, (_, words) in self.marks.items():
            words.setText(t(f"window.facility_{kind}"))
        self.legend.show_shading()
        self._show()
