"""The dialog that brings a backup back: which ones there are, when they were made, how large they are."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from app import parts, text
from layers import workspace
from layers.words import t

SAVED = int(Qt.ItemDataRole.UserRole)


class RestoreDialog(QDialog):
    """Lists the backups of a workspace, the newest chosen; `chosen` is the file to restore. Lives until closed."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("restore")
        self.setWindowTitle(t("restoring.title"))
        self.list = QListWidget()
        self.list.setObjectName("backups")
        self.list.setAccessibleName(t("restoring.title"))
        self.list.setUniformItemSizes(True)
        saved = workspace.saved_states(path)
        for one in saved:
            item = QListWidgetItem(f"{one.made:%Y-%m-%d %H:%M:%S}    {text.size(one.size)}")
            item.setData(SAVED, one.path)
            item.setToolTip(str(one.path))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _item: self.accept())
        self.list.setVisible(bool(saved))
        self.go = parts.button("primary", self.accept)
        self.go.setText(t("restoring.go"))
        self.go.setDefault(True)
        self.go.setVisible(bool(saved))
        cancel = parts.button("", self.reject)
        cancel.setText(t("window.cancel" if saved else "window.close"))
        about = parts.label("quiet", t("restoring.about" if saved else "restoring.none"), wrap=True)
        self.setLayout(
            parts.column(
                parts.label("title", t("restoring.of", name=path.stem)), about, self.list, None,
                parts.row(None, cancel, self.go), gap=12, margins=(20, 20, 20, 16),
            )
        )  # fmt: skip
        self.setMinimumWidth(480)

    @property
    def chosen(self) -> Path | None:
        """The backup to restore, None where there is none."""
        item = self.list.currentItem()
        return None if item is None else Path(item.data(SAVED))
