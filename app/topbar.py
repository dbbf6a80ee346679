"""The bar at the top: menu, workplaces, search box, undo and redo with their names, the post at the desk."""

from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QMenu, QToolButton

from app import parts, text, theme
from app.actions import Actions
from app.finder import Finder
from app.follows import Follows
from layers.domain import flow
from layers.words import t

PLACES = ("today", "map", "grids", "reports")
HEIGHT = 44
WIDTHS = {"undo": 190, "redo": 104}  # px for the words of a button


class TopBar(Follows, QFrame):
    """The bar. ``post_chosen(post)`` says who sits at the desk now."""

    post_chosen = Signal(str)

    def __init__(self, actions: Actions, finder: Finder) -> None:
        super().__init__()
        self.setProperty("part", "bar")
        self.setFixedHeight(HEIGHT)
        self._actions = actions
        self._labels: tuple[str | None, str | None] = (None, None)
        self.menu_button = parts.tool("icon", self.open_menu)
        self.menu_button.setFixedSize(32, 30)
        self.menu = QMenu(self)
        self.group = QButtonGroup(self)
        self.places: dict[str, QToolButton] = {}
        for name in PLACES:
            button = parts.tool("place", actions[name].trigger)
            button.setCheckable(True)
            button.setObjectName(f"place-{name}")
            self.group.addButton(button)
            self.places[name] = button
        self.finder = finder
        self.finder.setParent(self)
        self.hint = parts.label("small")
        self.hint.setParent(self.finder)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.undo = parts.tool("outlined", actions["undo"].trigger)
        self.redo = parts.tool("outlined", actions["redo"].trigger)
        for button, name in ((self.undo, "undo"), (self.redo, "redo")):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setObjectName(name)
            actions[name].changed.connect(partial(self._follow, button, actions[name]))
        self.post = parts.Choice("quiet")
        self.post.chosen.connect(lambda post: self.post_chosen.emit(str(post)))
        self.setLayout(
            parts.row(
                self.menu_button, 4, *self.places.values(), None, self.undo, self.redo, 4, self.post,
                gap=4, margins=(8, 0, 8, 0),
            )
        )  # fmt: skip
        self.finder.textChanged.connect(lambda words: self.hint.setVisible(not words))
        self.show_open(False)
        self.dressed()

    def open_menu(self) -> None:
        """Open the main menu below its button."""
        self.menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    def _follow(self, button: QToolButton, action: QAction) -> None:
        button.setEnabled(action.isEnabled())

    def show_labels(self, undo: str | None, redo: str | None) -> None:
        """Say what undo would take back and what redo would do again."""
        self._labels = (undo, redo)
        for button, name, label in ((self.undo, "undo", undo), (self.redo, "redo", redo)):
            words = t(f"window.do_{name}")
            shown = f"{words} {label}" if label else words
            button.setText(" " + _shortened(words, label or "", self.fontMetrics(), WIDTHS[name]))
            button.setToolTip(f"{shown}  {self._actions[name].shortcut().toString()}")
            button.setAccessibleName(shown)
        self._place_finder()

    def show_place(self, name: str) -> None:
        """Mark the workplace one is in."""
        self.places[name].setChecked(True)

    def show_open(self, yes: bool) -> None:
        """Offer the workplaces only while something is open."""
        for button in self.places.values():
            button.setVisible(yes)
        self._place_finder()

    def show_post(self, post: str) -> None:
        """Show who sits at the desk."""
        self.post.offer([(one, t(f"tasks.post_{one}")) for one in flow.POSTS], post)
        self.post.setText(t("window.post_now", post=t(f"tasks.post_{post}")))
        self.post.updateGeometry()

    def retranslate(self) -> None:
        """Set every text in the language in use."""
        self.menu_button.setToolTip(t("window.menu"))
        self.menu_button.setAccessibleName(t("window.menu"))
        for name, button in self.places.items():
            button.setText(t(f"window.place_{name}"))
            button.setToolTip(self._actions[name].toolTip())
        self.finder.retranslate()
        self.hint.setText("Ctrl K")
        self.hint.adjustSize()
        self.post.setToolTip(t("window.post_tip"))
        self.show_labels(*self._labels)
        if self.post.value:
            self.show_post(str(self.post.value))

    def tint(self) -> None:
        """Set every icon in the colours in use."""
        self.menu_button.setIcon(theme.icon("menu"))
        self.undo.setIcon(theme.icon("undo-2"))
        self.redo.setIcon(theme.icon("redo-2"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_finder()

    def _place_finder(self) -> None:
        """Keep the search box in the middle of the window, as wide as its neighbours leave it."""
        layout = self.layout()
        if layout is None:
            return
        layout.activate()
        last = self.places["reports"] if self.places["reports"].isVisibleTo(self) else self.menu_button
        left = last.geometry().right() + 24
        right = self.undo.geometry().left() - 24
        wide = max(min(380, right - left), 120)
        x = min(max((self.width() - wide) // 2, left), right - wide)
        self.finder.setGeometry(QRect(x, 7, wide, 30))
        self.finder.raise_()
        self.hint.move(wide - self.hint.width() - 10, (30 - self.hint.height()) // 2)


def _shortened(verb: str, label: str, metrics: QFontMetrics, width: int) -> str:
    """Return a verb and what it is about in so many px: the verb stays, the rest gives way, its end last."""
    if not label:
        return verb
    room = width - metrics.horizontalAdvance(f"{verb} ")
    return f"{verb} {text.fitted(label, metrics, room)}"
