"""What Ctrl+V brings in: files and cells go to the import preview, a text becomes the description of a new task."""

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QMimeData, QTemporaryDir
from PySide6.QtWidgets import QApplication

from app import report
from layers.words import t

if TYPE_CHECKING:
    from app.window import Window


def cells_of(data: QMimeData) -> list[list[str]]:
    """Return the rows of cells on a clipboard, none if it holds anything else.

    Cells stand in at least two rows, and have tabs between them or come as a table too: a text of several lines,
    such as a message, is no table.
    """
    words = data.text()
    if "\t" not in words and "<table" not in data.html().lower():
        return []
    # A spreadsheet quotes a cell that has a line end or a quotation mark in it, as in a CSV.
    found = [row for row in csv.reader(io.StringIO(words, newline=""), delimiter="\t") if any(map(str.strip, row))]
    return found if len(found) > 1 else []


class Pasting:
    """Takes the clipboard into one window. Cells lie in a file of its own, which goes with the window."""

    def __init__(self, window: "Window") -> None:
        self._window = window
        self._folder: QTemporaryDir | None = None

    def paste(self) -> None:
        """Take in what the clipboard holds; say so if there is nothing of use in it."""
        # Some platforms answer with nothing at all when the clipboard is empty.
        data = QApplication.clipboard().mimeData() or QMimeData()
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        cells = cells_of(data)
        words = data.text().strip()
        if paths:
            self._window.files.dropped(paths)
        elif cells:
            self._window.files.start_import(self._written(cells))
        elif words:
            self._window.do.new_task(words)
        else:
            report.say(t("window.paste_nothing"))

    def _written(self, cells: list[list[str]]) -> Path:
        if self._folder is None:
            self._folder = QTemporaryDir(QDir.tempPath() + "/gewu-XXXXXX")
        path = Path(self._folder.filePath(f"{t('window.pasted_file')} {datetime.now():%H%M%S%f}.csv"))
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(cells)
        return path
