"""The small bar on the map for what is selected: from here its shape is edited, split, merged, cut or moved."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from app import parts, theme
from app.actions import Actions
from app.follows import Follows
from app.furniture import Furniture, free_place
from layers.words import t

TOOLS = ("edit_shape", "split", "merge", "reshape", "cut", "move_shape")


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
        self.edit = parts.tool("", actions["edit_shape"].trigger)
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

    def offer(self, tools: tuple[str, ...]) -> None:
        """Show the tools that fit what is selected; none hide the bar."""
        self._tools = tools
        self._show()

    def working(self, tool: str) -> None:
        """Show that a tool is in use, empty for none."""
        self._busy = tool
        self._show()

    def _show(self) -> None:
        busy = bool(self._busy)
        self.edit.setVisible(not busy)
        self.what.setVisible(busy)
        self.done.setVisible(busy)
        self.leave.setVisible(busy)
        self.more.setVisible(not busy and len(self._tools) > 1)
        if busy:
            self.what.setText(t(f"drawing.tool_{self._busy}"))
            self.done.setText(t("drawing.done"))
        menu = self.more.menu()
        menu.clear()
        menu.setToolTipsVisible(True)
        for name in self._tools[1:]:
            menu.addAction(self._actions[name])
        self.setVisible(busy or bool(self._tools))
        self.place()

    def place(self) -> None:
        """Stand in the middle of the map's upper edge, or as near to it as what stands there allows."""
        self.adjustSize()
        taken, height = self._furniture.taken(but=self), self.height()
        self.move(free_place(self._host.rect(), taken, self.width(), lambda _width: height).topLeft())
        self.raise_()

    def retranslate(self) -> None:
        self.edit.setText(t("window.do_edit_shape"))
        self.edit.setToolTip(self._actions["edit_shape"].toolTip())
        self.more.setText(t("drawing.more"))
        self.leave.setText(t("drawing.leave"))
        self.leave.setToolTip("Esc")
        self.done.setToolTip("Enter")
        self._show()

    def tint(self) -> None:
        self.edit.setIcon(theme.icon("vector-square", "quiet"))
