"""The small bar on the map for what is selected: from here its shape is edited, split, merged, cut or moved."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from app import parts, theme
from app.actions import SPECS, Actions
from app.follows import Follows
from app.furniture import Furniture, free_place
from layers.words import t

ICONS = {spec.id: spec.icon for spec in SPECS}


class EditBar(Follows, QFrame):
    """The bar. Idle it offers the tools of the selected thing; while drawing it says what is done and how to end it."""

    def __init__(
        self,
        host: QWidget,
        furniture: Furniture,
        actions: Actions,
        finish: Callable[[], None],
        leave: Callable[[], None],
    ) -> None:
        super().__init__(host)
        self._furniture = furniture
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._host, self._actions = host, actions
        self._tools: tuple[str, ...] = ()
        self._busy = ""
        self._room = False  # whether another tool of the map has its words where the bar stands
        self.edit = parts.tool("", self._first)
        self.edit.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.edit.setObjectName("edit-shape")
        self.more = parts.Choice("plain")
        self.more.setObjectName("edit-more")
        self.what = parts.label("strong")
        self.done = parts.button("primary", finish)
        self.done.setObjectName("edit-done")
        self.leave = parts.button("", leave)
        self.leave.setObjectName("edit-leave")
        self.setLayout(parts.row(self.edit, self.more, self.what, self.done, self.leave, gap=8, margins=(8, 6, 8, 6)))
        self.hide()
        self.dressed()

    def _first(self) -> None:
        if self._tools:
            self._actions[self._tools[0]].trigger()

    def offer(self, tools: tuple[str, ...]) -> None:
        """Show the tools that fit what is selected, the first one as a button; none hide the bar."""
        self._tools = tools
        self._show()

    def working(self, tool: str) -> None:
        """Show that a tool is in use, empty for none."""
        self._busy = tool
        self._show()

    def give_room(self, given: bool) -> None:
        """Go out of the way of the lasso and of measuring, or come back."""
        self._room = given
        self._show()

    def _show(self) -> None:
        busy = bool(self._busy)
        self.edit.setVisible(not busy)
        self.what.setVisible(busy)
        self.done.setVisible(busy)
        self.leave.setVisible(busy)
        self.more.setVisible(not busy and len(self._tools) > 1)
        if self._tools:
            first = self._tools[0]
            self.edit.setText(t(f"window.do_{first}"))
            self.edit.setToolTip(self._actions[first].toolTip())
            self.edit.setIcon(theme.icon(ICONS[first], "quiet"))
        if busy:
            self.what.setText(t(f"drawing.tool_{self._busy}"))
            self.done.setText(t("drawing.done"))
        menu = self.more.menu()
        menu.clear()
        menu.setToolTipsVisible(True)
        for name in self._tools[1:]:
            menu.addAction(self._actions[name])
        self.setVisible(busy or (bool(self._tools) and not self._room))
        self.place()

    def place(self) -> None:
        """Stand in the middle of the map's upper edge, or as near to it as what stands there allows."""
        self.adjustSize()
        taken, height = self._furniture.taken(but=self), self.height()
        self.move(free_place(self._host.rect(), taken, self.width(), lambda _width: height).topLeft())
        self.raise_()

    def retranslate(self) -> None:
        self.more.setText(t("drawing.more"))
        self.leave.setText(t("drawing.leave"))
        self.leave.setToolTip("Esc")
        self.done.setToolTip("Enter")
        self._show()

    def tint(self) -> None:
        self._show()
