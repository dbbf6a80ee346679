"""Keeps drawings that are not finished beside the settings, so that neither a crash nor a newer one takes them away."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer

from layers.domain import sketching
from layers.domain.sketching import Sketch

NAME = "unfinished-*.json"
SOON = 300  # ms after which the newest state is on the disk
MOST = 20  # drawings that wait to be taken up again; of more the oldest goes


class Unfinished(QObject):
    """A file for the drawing under way, and those that were left behind: each says which workspace it belongs to."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.file = self._fresh()
        self._what: tuple[Path, Sketch] | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.write)

    def _fresh(self) -> Path:
        return self._folder / NAME.replace("*", uuid4().hex[:12])

    def keep(self, workspace: Path, sketch: Sketch) -> None:
        """Write the drawing under way within a moment."""
        self._what = workspace, sketch
        if not self._soon.isActive():
            self._soon.start()

    def drop(self) -> None:
        """Forget the drawing under way: it is finished, or nobody wants it."""
        self._soon.stop()
        self._what = None
        self.file.unlink(missing_ok=True)

    def put_aside(self) -> Path:
        """Leave the drawing under way where it is and begin another file; returns the one that was left."""
        self.write()
        left, self.file = self.file, self._fresh()
        for old in self._files()[MOST:]:
            old.unlink(missing_ok=True)
        return left

    def adopt(self, file: Path) -> None:
        """Go on with a drawing that was left: from now on its file is that of the drawing under way."""
        self._what = None
        self.file = file

    def write(self) -> None:
        """Write what waits to be written now."""
        self._soon.stop()
        if self._what is None:
            return
        workspace, sketch = self._what
        self._what = None
        self._save(self.file, workspace, sketch)

    def store(self, workspace: Path, sketch: Sketch) -> Path:
        """Write a drawing that is not the one under way, and return its file."""
        file = self._fresh()
        self._save(file, workspace, sketch)
        return file

    def _save(self, file: Path, workspace: Path, sketch: Sketch) -> None:
        text = json.dumps({"workspace": str(workspace.resolve()), "sketch": sketching.kept(sketch)})
        file.parent.mkdir(parents=True, exist_ok=True)
        # Whoever is killed while writing leaves the last whole drawing behind.
        aside = file.with_suffix(".new")
        aside.write_text(text, encoding="utf-8")
        os.replace(aside, file)

    def left(self, workspace: Path) -> list[tuple[Path, Sketch]]:
        """Return the drawings that were left in a workspace, each with its file, the newest first."""
        found = []
        for file in self._files():
            sketch = _read(file, workspace) if file != self.file else None
            if sketch is not None:
                found.append((file, sketch))
        return found

    def _files(self) -> list[Path]:
        """Return all files, the newest first."""
        dated = []
        for file in self._folder.glob(NAME):
            try:
                dated.append((file.stat().st_mtime_ns, file))
            except OSError:
                continue  # taken away by another window meanwhile
        return [file for _, file in sorted(dated, reverse=True)]


def _read(file: Path, workspace: Path) -> Sketch | None:
    try:
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if kept["workspace"] != str(workspace.resolve()):
            return None
        return sketching.revived(kept["sketch"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        # A file that is no drawing any more is of no use to anybody.
        file.unlink(missing_ok=True)
        return None
