"""Where something is to be saved: asked in the system's dialog, under the whole name it will have."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def whole_name(path: Path, suffix: str) -> Path:
    """Return the path with its suffix; a dot inside the name is part of the name."""
    return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)


def ask(parent: QWidget, title: str, start: Path, pattern: str, suffix: str) -> Path | None:
    """Ask where to save, None when nobody says.

    The dialog itself asks before a file is replaced. Where the suffix was only added afterwards and leads to a file
    that is there already, it is asked once more with the whole name.
    """
    while True:
        chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), pattern)
        if not chosen:
            return None
        path = whole_name(Path(chosen), suffix)
        if path == Path(chosen) or not path.exists():
            return path
        start = path
