"""The main window: top bar, workplaces, docks and status bar, joined to each other."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QWidget

from app import dialogs, parts, report
from app.actions import Actions
from app.base_maps import BaseMaps
from app.base_panel import BasePanel
from app.board_card import BoardCard
from app.boards import Boards
from app.checks_panel import ChecksPanel
from app.dock import Dock
from app.doings import Doings
from app.edit_desk import EditDesk
from app.files import Files
from app.finder import Finder
from app.finding import Finding
from app.follows import Follows
from app.history_panel import HistoryPanel
from app.inspector import Inspector
from app.layouts import Layouts
from app.left import LeftPanel
from app.map_desk import MapDesk
from app.messages import Banner, MessageBar
from app.overview import Overview
from app.reports_page import ReportsPage
from app.selection import Selection
from app.session import EVERYTHING, Session
from app.settings import Settings
from app.shade_control import ShadeControl
from app.shades import Shades
from app.sight import Holds
from app.standing import Standing
from app.statusbar import StatusBar
from app.tasks_panel import TasksPanel
from app.today import TodayPage
from app.topbar import TopBar
from app.upkeep import Upkeep
from app.welcome import Welcome
from layers.domain.things import Card
from layers.errors import Known
from layers.words import t

SMALL = QSize(1366, 768)  # the office screen everything must fit on


class Window(Follows, QMainWindow):
    """The one window of the program; its `Session` holds what is open in it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("gewu")
        self.settings = settings
        self.session = Session(settings.post, self)
        Upkeep(self.session)
        self.selection = Selection(self)
        self.files = Files(self, self.session, settings)
        self.left = LeftPanel(self.session, self.selection, settings)
        self.tasks = TasksPanel(self.session, self.selection, settings)
        self.inspector = Inspector(self.session, self.selection)
        self.history = HistoryPanel(self.session)
        self.checks = ChecksPanel(self.session)
        self.map = MapDesk(self.session, self.selection)
        self.shades = Shades(self.session, self.map)
        self.boards = Boards(self.session, self.map, self.left, self.tasks, self.shades)
        self.board_card = BoardCard(self.map, self.session, self.boards, self.shades)
        self.map.furniture.watch(self.board_card)
        self.shade_control = ShadeControl(self.shades)
        self.left.layers.add(self.shade_control)
        self.overview = Overview(self.session, self.map.view, settings)
        self.board_card.leaves_room = self.overview.give_room
        self.board_card.fit()
        self.editing = EditDesk(self.session, self.selection, self.map, settings.folder)
        self.today = TodayPage(self.session, self.selection)
        self.reports = ReportsPage(self.session)
        self.do = Doings(self)
        self.actions_ = Actions(self, self.do.handlers())
        self.tasks.table.addAction(self.actions_["copy"])
        self.editing.stand(self.actions_)
        self.finder = Finder(self.session, self.do.found)
        self.finder.also = self.boards.offers
        self.finder.list_actions(list(self.actions_.by_id.values()))
        self.bar = TopBar(self.actions_, self.finder)
        self.recent = QMenu(self)
        self.recent.aboutToShow.connect(self._fill_recent)
        self.welcome = Welcome(self.actions_, settings)
        self.status = StatusBar()
        self.place = "map"
        self.bases = BaseMaps(self.session, settings, self.map.view)
        self.map.source.base = self.bases.tile
        self.left.layers.put_first(BasePanel(self.bases))
        self._build()
        self.layouts = Layouts(self, self.docks, settings)
        self.layouts.lay_out()
        self._order_focus()
        self.standing = Standing(
            self.session,
            self.selection,
            self.actions_,
            self.bar,
            self.status,
            self.banner,
            self.tasks.table,
            self.docks,
        )
        self.finding = Finding(self)
        self._connect()
        self.dressed()
        self._opened()
        self.setFocus()

    def _build(self) -> None:
        self.banner = Banner(lambda: self.standing.take_over())
        self.pages = QStackedWidget()
        for page in (self.welcome, self.map, self.today, self.reports):
            self.pages.addWidget(page)
        # The page that needs most room must not keep the table from growing (F11).
        self.pages.setMinimumSize(240, 96)
        centre = QWidget()
        centre.setLayout(parts.column(self.banner, self.pages, gap=0))
        self.message = MessageBar(self.pages)
        self.message.taken = lambda: self.map.furniture.taken() if self.pages.currentWidget() is self.map else ()
        self.map.furniture.moved.connect(self.message.keep_clear)
        self.setCentralWidget(centre)
        self.setMenuWidget(self.bar)
        self.setStatusBar(self.status)
        self.docks = {
            "tree": Dock("tree", self.left, self.left.tree.head()),
            "inspector": Dock("inspector", self.inspector, edge=16),
            "history": Dock("history", self.history),
            "tasks": Dock("tasks", self.tasks, self.tasks.head(), edge=4),
            "checks": Dock("checks", self.checks),
        }
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks)
        self.setAcceptDrops(True)
        self.resize(default_size())

    def _order_focus(self) -> None:
        """Let Tab go from the top down and from left to right."""
        tree, tasks = self.left.tree, self.tasks
        widgets: list[QWidget] = [
            self.bar.menu_button, *self.bar.places.values(), self.finder, self.bar.undo, self.bar.redo, self.bar.post,
            tree.chooser, tree.search, tree.view, self.left.fold, self.board_card.choice, self.map.view.web,
            tasks.who, *tasks.views.values(), tasks.chip, tasks.text, tasks.columns, tasks.export, tasks.table,
        ]  # fmt: skip
        for one, then in pairwise(widgets):
            self.setTabOrder(one, then)

    def _connect(self) -> None:
        session, view = self.session, self.map.view
        session.opened.connect(self._opened)
        session.progressed.connect(self.status.show_progress)
        session.rested.connect(self.status.rest)
        self.status.cancel_wanted.connect(session.cancel)
        self.bar.post_chosen.connect(self.do.set_post)
        tree, layers = self.left.tree, self.left.layers
        tree.system_changed.connect(self.map.show_system)
        for follower in (self.shades, self.overview, self.shade_control):
            tree.system_changed.connect(follower.show_system)
        tree.systems_shown.connect(self.shade_control.show_systems)
        self.boards.entered = lambda: self.go("map")
        view.heard.connect(self._heard)
        tree.systems_shown.connect(self.status.show_systems)
        layers.visible_changed.connect(view.set_visible)
        view.set_visible(layers.shown())
        self.map.tables = layers.tables
        self.map.drawn.connect(self.do.drawn)
        self.map.scale_changed.connect(self.status.show_scale)
        view.cursor_moved.connect(self.status.show_place)
        self.inspector.shown.connect(self._card_shown)
        self.inspector.shown.connect(self.editing.show_card)
        self.inspector.shown.connect(self.standing.show_card)
        view.sketcher.changed.connect(self.standing.draws)
        self.editing.offered.connect(lambda said, offers, stays: self.message.say(said, "info", offers, stays))
        self.inspector.move_wanted.connect(self.map.start_move)
        self.inspector.draw_wanted.connect(self.do.draw)
        self.inspector.drafted.connect(self.map.show_draft)
        self.tasks.filter_changed.connect(self.map.show_filter)
        self.tasks.filter_changed.connect(self.shades.show_filter)
        self.tasks.step_wanted.connect(self.do.step_many)
        self.tasks.export_wanted.connect(partial(self.files.export_list, self.tasks))
        self.today.all_wanted.connect(self.do.show_list)
        self.reports.rows_wanted.connect(self.tasks.narrow)
        self.checks.chosen.connect(self.do.show_finding)
        self.welcome.chosen.connect(self.files.open)
        self.files.imported = self._imported
        self.files.photos_dropped = self.inspector.attach
        self.files.base_dropped, self.inspector.stray = self.bases.add, self.bases.stray
        self.bases.placing_wanted.connect(self._place_scan)
        self.bases.offered.connect(lambda words, said, do: self.message.say(words, "info", ((said, do),)))
        session.changed.connect(lambda changes: None if changes is EVERYTHING else self.message.move_on())
        report.board.message.connect(self.message.say)
        report.board.offered.connect(self._offer)
        report.board.crashed.connect(self._crashed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.do.follow_system)

    def _opened(self) -> None:
        self.selection.clear()
        if self.session.ws is None:
            self.layouts.remember()
            self.layouts.place = ""
            for dock in self.docks.values():
                dock.hide()
            self.welcome.refresh()
            self.pages.setCurrentWidget(self.welcome)
        else:
            self.go(self.place, again=True)
        self._title()

    def _title(self) -> None:
        ws = self.session.ws
        self.setWindowTitle(f"{ws.name} — {t('window.name')}" if ws else t("window.name"))

    def go(self, place: str, again: bool = False) -> None:
        """Go to a workplace: ``today``, ``map``, ``grids`` or ``reports``."""
        if self.session.ws is None or (place == self.place and not again):
            return
        self.place = place
        pages: dict[str, QWidget] = {"today": self.today, "reports": self.reports}
        self.pages.setCurrentWidget(pages.get(place, self.map))
        self.layouts.enter(place)
        self.bar.show_place(place)
        self.standing.allow()

    def _heard(self, message: object) -> None:
        if isinstance(message, Holds):
            self.left.layers.show_holds(message)
            self.map.legend.show_holds(message)
            self.board_card.show_holds(message)

    def _imported(self, done: Any) -> None:
        """Show where an import landed: its grid system, and its place on the map."""
        if done.system:
            self.left.tree.use(done.system)
        if done.changes.bounds is not None:
            self.map.fly_to(done.changes.bounds)

    def _place_scan(self, base: Any) -> None:
        from app.scan_dialog import ScanDialog  # start-up does not need it

        for older in self.findChildren(ScanDialog):
            older.reject()  # one scan at a time asks for places
        dialog = ScanDialog(self.session, self.bases, self.map.view, base, self)
        dialog.show()
        dialog.beside(self)

    def _card_shown(self, card: Card | None, fly: bool) -> None:
        self.map.show_card(card, fly)
        if card is not None and self.layouts.without_details:
            self.layouts.without_details = False
            self.docks["inspector"].show()
        if card is not None and card.table == "grid":
            self.tasks.set_scope(card.uuid, card.title)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for number, path in enumerate(self.settings.recents, 1):
            self.recent.addAction(f"{number}  {path.stem} — {path.parent}", partial(self.files.open, path))

    def retranslate(self) -> None:
        self.actions_.retranslate()
        self.finding.retranslate()
        self.recent.setTitle(t("window.recent"))
        self.actions_.fill(self.bar.menu, {"open": self.recent})
        self.bar.show_post(self.session.post)
        self._title()
        self.standing.show_state()

    def _offer(self, error: Known, words: str, do: Callable[[], None]) -> None:
        self.message.say(str(error), "bad", ((words, do),))

    def _crashed(self, words: str) -> None:
        dialogs.crash(self, words).open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        # Not within the drop itself: the other program waits for its end.
        QTimer.singleShot(0, lambda: self.files.dropped(paths))

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    def escape(self) -> None:
        """Let go of what is open or selected."""
        self.message.hide()
        if not self.finding.let_go():
            self.selection.clear()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.layouts.remember()
        self.settings.set_bytes("window", self.saveGeometry())
        self.settings.save()
        self.map.close_page()
        self.session.close()
        super().closeEvent(event)


def default_size() -> QSize:
    """Return the size of a new window: most of the screen, all of a small one."""
    screen = QGuiApplication.primaryScreen()
    room = screen.availableGeometry().size() if screen else SMALL
    return QSize(
        min(max(round(room.width() * 0.86), SMALL.width()), room.width()),
        min(max(round(room.height() * 0.86), SMALL.height()), room.height()),
    )
