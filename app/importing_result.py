"""What an import did: the counts in one line, and what a person should look at row by row."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QWidget

from app import parts, text
from layers import exchange
from layers.words import t


class Result(QWidget):
    """The last page of the import dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.headline = ""
        self._title = parts.label("title", wrap=True)
        self._more = parts.label("quiet", wrap=True)
        self._list = QListWidget()
        self._list.setAccessibleName(t("importing.problems"))
        self._list.setWordWrap(True)
        self._list.setUniformItemSizes(False)
        self._list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._card = parts.box("card", parts.column(self._list, margins=(8, 8, 8, 8)))
        self._head = parts.label("head", t("importing.problems"))
        self._clean = parts.label("quiet", t("importing.clean"))
        inside = parts.column(
            self._title, self._more, 8, self._head, self._card, self._clean, None, gap=8, margins=(24, 24, 24, 8)
        )
        self.setLayout(inside)

    def show_result(self, done: exchange.Imported, as_: str) -> None:
        """Show what was done."""
        kind = t(f"importing.as_{as_}")
        self.headline = t("importing.done", count=text.number(done.added), kind=kind)
        self._title.setText(self.headline)
        said = []
        if done.skipped:
            said.append(t("importing.skipped", count=text.number(done.skipped)))
        if done.unplaced:
            key = "importing.tray" if as_ == "tasks" else "importing.unplaced"
            said.append(t(key, count=text.number(done.unplaced)))
        if done.backup is not None:
            said.append(t("importing.backup", name=done.backup.name))
        said.append(t("importing.undo"))
        self._more.setText("\n".join(said))
        self._list.clear()
        for problem in done.problems[:200]:
            self._list.addItem(str(problem))
        more = sum(done.counted.values()) - min(len(done.problems), 200)
        if more > 0:
            self._list.addItem(t("importing.more", count=text.number(more)))
        for i in range(self._list.count()):
            self._list.item(i).setFlags(Qt.ItemFlag.ItemIsEnabled)
        for widget in (self._head, self._card):
            widget.setVisible(bool(done.problems))
        self._clean.setVisible(not done.problems)
