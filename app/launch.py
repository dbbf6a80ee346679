"""Starts the program's window: prepares Qt, dresses it, opens what was asked for."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.map import scheme

if TYPE_CHECKING:
    from app.settings import Settings
    from app.window import Window


def application(arguments: list[str] | None = None) -> QApplication:
    """Return the one application object, made ready for the map; call before any widget."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    scheme.prepare()
    # The window's thread gets Python's lock ten times sooner than by default: reading aside must not make it stutter.
    sys.setswitchinterval(0.0005)
    app = QApplication(arguments or sys.argv[:1])
    app.setApplicationName("Gewu")
    app.setOrganizationName("Gewu")
    app.setApplicationDisplayName("格物 Gewu")
    return app


def window(settings: "Settings") -> "Window":
    """Return a new window in the language and the theme of the settings; not yet shown."""
    from app import language, theme
    from app.window import Window

    language.use(settings.language)
    theme.apply(settings.theme)
    return Window(settings)


def settle() -> None:
    """Set aside for Python's collector what the window is made of: it lives as long as the program, and to walk through
    it again and again would stop every thread for a tenth of a second.
    """
    gc.collect()
    gc.freeze()


def run(path: Path | None = None) -> int:
    """Show the window, with a workspace if one is given, until it is closed; return the exit code."""
    from app import report
    from app.settings import Settings

    report.install()
    app = application()
    settings = Settings()
    shown = window(settings)
    state = settings.bytes("window")
    if not state.isEmpty():
        shown.restoreGeometry(state)
    shown.show()
    settle()
    if path is not None:
        shown.files.open(path)
    elif settings.recents:
        shown.files.open(settings.recents[0])
    return app.exec()
