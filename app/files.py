"""Everything of the window that chooses a file: new, open, demonstration, import, export, backup, what is dropped."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app import report, saving
from app.dialogs import NewWorkspace
from app.list_export import save
from app.photos import SUFFIXES
from app.session import Session
from app.settings import Settings
from app.tasks_model import KEYS
from app.tasks_panel import TasksPanel
from layers import basemaps, workspace
from layers.errors import ForeignContent, Known
from layers.words import t

if TYPE_CHECKING:
    from layers.domain.tables import Source
    from layers.exchange import Imported

FILTER = "GeoPackage (*.gpkg)"
BROKEN = ("damaged", "empty", "not_a_geopackage", "not_a_workspace")  # what a backup helps against
SLOW = 5_000_000  # bytes of a file that it takes a while to look into


class Files:
    """The file commands of one window."""

    def __init__(self, window: QWidget, session: Session, settings: Settings) -> None:
        self._window, self._session, self._settings = window, session, settings
        # The window shows where an import landed.
        self.base_dropped: Callable[[Path], None] = lambda _path: None
        self.imported: Callable[[Imported], None] = lambda _done: None
        # The inspector knows whose photos they are.
        self.photos_dropped: Callable[[list[Path]], None] = lambda _paths: None

    def _folder(self) -> str:
        recents = self._settings.recents
        if recents:
            return str(recents[0].parent)
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

    def new(self) -> None:
        """Ask for name, area code and file of a new workspace, and make it."""
        asked = NewWorkspace(self._window)
        if asked.exec() == QDialog.DialogCode.Accepted:
            name, code = asked.name.text().strip(), asked.code.text().strip()
            path = self._target(t("window.do_new"), f"{name}.gpkg", FILTER)
            if path is not None:
                self._session.create(path, name, code, done=self._remember)
        asked.deleteLater()

    def _target(self, title: str, name: str, pattern: str) -> Path | None:
        return saving.ask(self._window, title, Path(self._folder()) / name, pattern, Path(name).suffix)

    def choose(self) -> None:
        """Ask for a workspace and open it."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, t("window.do_open"), self._folder(), FILTER)
        if chosen:
            self.open(Path(chosen))

    def open(self, path: Path) -> None:
        """Open a workspace; for one with foreign content offer a cleaned copy."""

        def failed(error: BaseException) -> None:
            if isinstance(error, ForeignContent):
                report.offer(error, t("window.clean_copy"), lambda: self.clean(path))
            elif isinstance(error, Known) and error.key in BROKEN and workspace.backups(path):
                report.offer(error, t("restoring.offer"), lambda: self.restore(path))
            else:
                report.show(error)

        self._session.open(path, done=self._remember, failed=failed)

    def clean(self, path: Path) -> None:
        """Write a copy without what is not ours beside the file, and open it."""
        target = path.with_name(f"{path.stem}-{t('window.cleaned')}.gpkg")
        number = 2
        while target.exists():
            target = path.with_name(f"{path.stem}-{t('window.cleaned')}-{number}.gpkg")
            number += 1
        self._session.open_cleaned(path, target, done=self._remember)

    def _remember(self, ws: workspace.Workspace) -> None:
        self._settings.remember(ws.path)

    def demo(self) -> None:
        """Write the demonstration street into the documents and open it; a former one is opened as it is."""
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        path = folder / f"{t('window.demo_file')}.gpkg"
        if path.exists():
            self.open(path)
        else:
            self._session.open_demo(path, done=self._remember)

    def backup(self) -> None:
        """Write a consistent copy beside the workspace."""
        self._session.work(
            workspace.backup, label="backup", done=lambda path: report.say(t("window.saved_to", path=path))
        )

    def restore(self, path: Path | None = None) -> None:
        """Ask which backup to go back to, of the open workspace or of one that cannot be opened; bring it back."""
        from app.restoring import RestoreDialog

        path = path or (self._session.ws.path if self._session.ws else None)
        if path is None:
            return
        asked = RestoreDialog(path, self._window)
        if asked.exec() == QDialog.DialogCode.Accepted and asked.chosen is not None:
            made = next(one.made for one in workspace.saved_states(path) if one.path == asked.chosen)

            def done(ws: workspace.Workspace) -> None:
                self._remember(ws)
                report.say(t("restoring.done", made=f"{made:%Y-%m-%d %H:%M}"))

            self._session.restore(asked.chosen, path, done=done)
        asked.deleteLater()

    def choose_import(self) -> None:
        """Ask for a file and open the import dialog with it."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, t("window.do_import"), self._folder(), "*")
        if chosen:
            self.start_import(Path(chosen))

    def start_import(self, path: Path) -> None:
        """Look into a file and open the import dialog: nothing is written before it is confirmed there.

        What cannot be read at all is one sentence in the message bar.
        """
        from layers import exchange

        def ask(source: "Source") -> None:
            from app.importing import ImportDialog

            dialog = ImportDialog(self._session, path, self._window, source)
            dialog.imported.connect(lambda done: self.imported(done))
            dialog.open()

        if path.is_file() and path.stat().st_size > SLOW:
            report.say(t("importing.reading", name=path.name))
        self._session.look(lambda _ws: exchange.preview(path), key="import-sniff", done=ask, aside=True)

    def start_export(self) -> None:
        """Open the export dialog."""
        from app.exporting import ExportDialog

        dialog = ExportDialog(self._session, self._window)
        dialog.open()

    def export_list(self, panel: TasksPanel) -> None:
        """Save every task of the present list as CSV, in the columns that are shown."""
        path = self.ask_csv(t("window.list_file"))
        if path is not None:
            model, table = panel.model, panel.table
            columns = [KEYS[i] for i in table.visible_columns()]
            self._session.work(
                save, path, model.filter, model.sort_key, model.descending, columns,
                label="export", done=lambda count: report.say(t("window.saved_rows", count=count, path=path)),
            )  # fmt: skip

    def ask_csv(self, name: str) -> Path | None:
        """Ask where a list of this name shall be saved; None when that is called off."""
        path = self._target(t("window.do_export_list"), f"{name}.csv", "CSV (*.csv)")
        return path.with_suffix(".csv") if path is not None else None

    def dropped(self, paths: Iterable[Path]) -> None:
        """Take files dropped on the window: a workspace is opened, a base map added, photos go to the task shown.

        Anything else is imported, one file at a time; the others are named.
        """
        maps, files = basemaps.sorted_out(paths)
        for one in reversed(maps):  # each comes to lie on top
            self.base_dropped(one)
        if not files:
            return
        path = files[0]
        if path.suffix.lower() in SUFFIXES and self._session.writable:
            self.photos_dropped(list(files))
            return
        if files[1:]:
            names = t("window.list_comma").join(one.name for one in files[1:4])
            report.say(t("window.drop_one", name=path.name, others=names, count=len(files) - 1))
        if path.suffix.lower() == workspace.SUFFIX and self._is_workspace(path):
            self.open(path)
        elif self._session.ws is None:
            report.board.message.emit(t("window.drop_needs_workspace", name=path.name), "bad")
        elif not self._session.writable:
            report.board.message.emit(t("window.why_read_only"), "bad")
        else:
            self.start_import(path)

    def _is_workspace(self, path: Path) -> bool:
        try:
            return workspace.is_workspace(path)
        except Known:
            return True  # opening it says what is wrong with it
