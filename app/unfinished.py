"""Keeps a drawing that is not finished beside the settings, so that neither a crash nor a power cut takes it away."""

import json
import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from layers.domain import sketching
from layers.domain.sketching import Sketch

NAME = "unfinished.json"
SOON = 300  # ms after which the newest state is on the disk


class Unfinished(QObject):
    """One file with the drawing under way and the workspace it belongs to; ``keep(None)`` takes it away."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.file = folder / NAME
        self._what: tuple[Path, Sketch] | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.write)

    def keep(self, workspace: Path, sketch: Sketch) -> None:
        """Write a drawing within a moment."""
        self._what = workspace, sketch
        if not self._soon.isActive():
            self._soon.start()

    def drop(self) -> None:
        """Forget the drawing: it is finished, or nobody wants it."""
        self._soon.stop()
        self._what = None
        self.file.unlink(missing_ok=True)

    def write(self) -> None:
        """Write what waits to be written now."""
        self._soon.stop()
        if self._what is None:
            return
        workspace, sketch = self._what
        self._what = None
        text = json.dumps({"workspace": str(workspace.resolve()), "sketch": sketching.kept(sketch)})
        self.file.parent.mkdir(parents=True, exist_ok=True)
        # Whoever is killed while writing leaves the last whole drawing behind.
        aside = self.file.with_suffix(".new")
        aside.write_text(text, encoding="utf-8")
        os.replace(aside, self.file)

    def found(self, workspace: Path) -> Sketch | None:
        """Return the drawing that was left in a workspace, None if there is none or it cannot be read."""
        try:
            kept: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
            if kept["workspace"] != str(workspace.resolve()):
                return None
            return sketching.revived(kept["sketch"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            # A file that is no drawing any more is of no use to anybody.
            self.file.unlink(missing_ok=True)
            return None
