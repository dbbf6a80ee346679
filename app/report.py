"""The one place where failures are shown: a message for what lies in the world, a report for our mistakes."""

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler, qVersion

from layers.domain.changes import Changes
from layers.errors import Cancelled, Known
from layers.words import t

log = logging.getLogger("gewu")


class Board(QObject):
    """Where messages are pinned up; the window shows them. Signals cross threads safely.

    ``message(text, tone)`` has the tone ``info`` or ``bad``; ``offered(error, words, do)`` is a failure with a
    button that does something about it; ``crashed(text)`` carries a whole report.
    """

    message = Signal(str, str)
    offered = Signal(object, str, object)
    crashed = Signal(str)


board = Board()


def show(error: BaseException) -> None:
    """Show a failure: nothing for a cancelled piece of work, a sentence for a known one, else a report."""
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return
    if isinstance(error, Known):
        log.info("%s", error)
        board.message.emit(str(error), "bad")
        return
    text = crash_text(error)
    log.error("%s", text)
    board.crashed.emit(text)


def offer(error: Known, words: str, do: Callable[[], None]) -> None:
    """Show a known failure with a button of these words that does something about it."""
    log.info("%s", error)
    board.offered.emit(error, words, do)


def say(text: str) -> None:
    """Show a quiet sentence that something was done."""
    board.message.emit(text, "info")


def refused(changes: Changes) -> None:
    """Say which rows a bulk action left alone, and why."""
    if not changes.refused:
        return
    reasons = " ".join(list(dict.fromkeys(why for _what, why in changes.refused))[:3])
    # One reason, or those of files (which name them), need no number before them.
    files = all("." in what for what, _why in changes.refused)
    few = len(changes.refused) == 1 or files
    text = reasons if few else t("window.refused_some", count=len(changes.refused), why=reasons)
    board.message.emit(text, "bad")


def versions() -> dict[str, str]:
    """Return the versions that a report needs to be understood."""
    from PySide6 import __version__ as binding

    from layers.versions import versions as beneath

    return {**beneath(), "Qt": f"{qVersion()} (PySide6 {binding})", "System": platform.platform()}


def crash_text(error: BaseException) -> str:
    """Return a report of a mistake of ours: versions and where it happened."""
    head = "\n".join(f"{name}: {value}" for name, value in versions().items())
    return f"{head}\n\n{''.join(traceback.format_exception(error))}"


def install() -> None:
    """Send everything that escapes, on any thread and from Qt itself, to this place."""
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)
    sys.excepthook = _escaped
    threading.excepthook = lambda args: show(args.exc_value or RuntimeError(str(args.exc_type)))
    hear_qt()


def hear_qt() -> None:
    """Send what Qt complains about to the log, but for what no one can act on; best before the application is made."""
    qInstallMessageHandler(_qt_message)


def _escaped(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    show(error)


# Said by Qt on many sound machines; nobody can act on it. Each is matched by its own words, nothing wider.
_HARMLESS = (
    "This plugin does not support",  # off screen there is no desktop to hold a size or to raise a window
    "QRhiGles2: Failed to create",  # without a graphics card the map is drawn by the processor
    "Failed to create RHI for backend",  # the same
    "Failed to create OpenGL context",  # the same
    "QVulkanInstance: Failed to initialize Vulkan",  # the same
    "GBM is not supported with the current configuration",  # the same, said by the map's engine
    "Sandboxing disabled by user",  # the map's engine repeats what we say ourselves, with the reason
    "qt.qpa.theme.gnome: dbus",  # a desktop without a message bus: light or dark is then chosen here
    "GPUInfo not initialized",  # without a graphics card there is nothing to know of it
    "QDBusConnection",  # without a message bus, as above
)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def _qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    if not any(part in text for part in _HARMLESS):
        log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
