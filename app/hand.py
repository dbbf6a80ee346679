"""Drives the window as a person does, with real mouse and keys: for the journey off screen and for tests."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QMimeData, QModelIndex, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QCheckBox, QWidget

from app.exporting import ExportDialog
from app.window import Window

PATIENCE = 20_000  # ms: the longest that anything may take on a slow machine
_DRAWN = (
    "gewu.map && !gewu.map._animatingZoom && !gewu.map._flyToFrame && gewu.state.tiles "
    "&& !gewu.state.tiles.isLoading() && !gewu.refreshing && gewu.labels.done && gewu.pins.done "
    "&& gewu.labels.zoom === gewu.map.getZoom()"
)
_COUNT_FRAMES = "gewu.frames = 0; const f = () => { if (++gewu.frames < 8) requestAnimationFrame(f); }; f();"
NONE = Qt.KeyboardModifier.NoModifier


class TookTooLong(Exception):
    """What was waited for did not happen."""


class Hand:
    """One pair of hands at one window."""

    def __init__(self, window: Window) -> None:
        self.window = window

    # -- waiting -----------------------------------------------------------------------------------------

    def until(self, ready: Callable[[], Any], what: str = "") -> None:
        """Let the window live until something is so. Raises ``TookTooLong``."""
        met = asking = False

        def check() -> None:
            # Asking may itself wait (for an answer of the page); it must not be asked again meanwhile.
            nonlocal met, asking
            if not asking and not met:
                asking = True
                try:
                    met = bool(ready())
                finally:
                    asking = False
                if met:
                    loop.quit()

        loop = QEventLoop()
        check()
        if met:
            return
        look = QTimer(interval=10)
        look.timeout.connect(check)
        late = QTimer(singleShot=True, interval=PATIENCE)
        late.timeout.connect(loop.quit)
        look.start()
        late.start()
        loop.exec()
        if not met:
            raise TookTooLong(what)

    def rest(self) -> None:
        """Wait until no work is under way."""
        self.until(lambda: not self.window.session.busy, "rest")

    # -- widgets -----------------------------------------------------------------------------------------

    def click(self, widget: QWidget, at: QPoint | None = None, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press and release the left button on a widget, in its middle if not said where."""
        spot = at if at is not None else widget.rect().center()
        QTest.mouseMove(widget, spot)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, modifiers, spot)

    def named(self, name: str) -> QWidget:
        """Return the widget of this name once it can be seen and pressed."""
        found: list[QWidget] = []

        def seen() -> bool:
            found[:] = [w for w in self.window.findChildren(QWidget, name) if w.isVisible() and w.isEnabled()]
            return bool(found)

        self.until(seen, name)
        return found[-1]

    def press(self, name: str) -> None:
        """Click the widget of this name; a check box on its box."""
        widget = self.named(name)
        self.click(widget, QPoint(8, widget.height() // 2) if isinstance(widget, QCheckBox) else None)

    def item(self, view: QAbstractItemView, index: QModelIndex, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Click an item of a tree, list or table."""
        view.scrollTo(index)
        place: QRect = view.visualRect(index)
        self.click(view.viewport(), place.center(), modifiers)

    def double(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Double-click an item of a tree, list or table."""
        view.scrollTo(index)
        spot = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, spot)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, spot)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, at: QWidget | None = None) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(at or self.window.focusWidget() or self.window, key, modifiers)

    def write(self, widget: QWidget, words: str) -> None:
        """Click into a field and type; what stood there is replaced."""
        self.click(widget)
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if words.isascii():
            QTest.keyClicks(widget, words)
        else:  # Chinese comes from an input method, as it does at a desk
            event = QInputMethodEvent()
            event.setCommitString(words)
            QApplication.sendEvent(widget, event)

    def drop(self, widget: QWidget, paths: Sequence[Path]) -> None:
        """Drag files from another program onto a widget and let them go."""
        files = QMimeData()
        files.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        spot, copy = widget.rect().center(), Qt.DropAction.CopyAction
        left = Qt.MouseButton.LeftButton
        for make in (QDragEnterEvent, QDragMoveEvent):
            QApplication.sendEvent(widget, make(spot, copy, files, left, NONE))
        QApplication.sendEvent(widget, QDropEvent(QPointF(spot), copy, files, left, NONE))

    def export(self, target: Path) -> None:
        """Hand everything over through the export dialog, to a file that its own dialog would have named."""
        self.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, self.window)
        found: list[ExportDialog] = []

        def there() -> bool:
            found[:] = [one for one in self.window.findChildren(ExportDialog) if one.isVisible()]
            return bool(found)

        self.until(there, "export dialog")
        dialog = found[0]
        dialog.set_target(target)
        self.until(dialog.go.isEnabled, "export")
        self.click(dialog.go)
        self.until(lambda: target.exists() and not self.window.session.busy, "exported")
        self.click(dialog.cancel)

    # -- the map -----------------------------------------------------------------------------------------

    def ask(self, script: str) -> Any:
        """Return the value of a JavaScript expression of the map's page."""
        answers: list[Any] = []
        self.window.map.view.web.page().runJavaScript(f"JSON.stringify({script})", answers.append)
        self.until(lambda: bool(answers), script)
        return json.loads(answers[0]) if answers[0] else None

    def map_ready(self) -> None:
        """Wait until the page listens."""
        self.until(lambda: self.window.map.is_ready, "map")

    def map_still(self) -> None:
        """Wait until the picture has come to rest: no movement, every tile and name drawn and composited."""
        self.until(lambda: self.ask(f"Boolean({_DRAWN})"), "the map at rest")
        self.ask(f"(() => {{ {_COUNT_FRAMES} return 1; }})()")
        self.until(lambda: self.ask("gewu.frames") >= 8, "frames")

    def pixel(self, lon: float, lat: float) -> QPoint:
        """Return where the page's own projection puts a place."""
        x, y = self.ask(f"(p => [p.x, p.y])(gewu.map.latLngToContainerPoint([{lat}, {lon}]))")
        return QPoint(round(x), round(y))

    @property
    def page(self) -> QWidget:
        """The widget of the map that takes mouse and keys; another one after each load."""
        found = self.window.map.view.web.focusProxy()
        assert found is not None
        return found

    def map_move(self, at: QPoint) -> None:
        """Move the mouse to a pixel of the map, as the page sees it."""
        QTest.mouseMove(self.page, at + QPoint(5, 5))  # a pointer that is there already would not move
        QTest.mouseMove(self.page, at)
        # On a screen of 125 % not every pixel of ours is a whole one of the screen: the page sees its neighbour.
        there = (
            f"gewu.pointer && Math.max(Math.abs(gewu.pointer.x - {at.x()}), Math.abs(gewu.pointer.y - {at.y()})) <= 1"
        )
        self.until(lambda: self.ask(f"Boolean({there})"), "pointer")

    def map_click(
        self,
        lon: float,
        lat: float,
        modifiers: Qt.KeyboardModifier = NONE,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    ) -> None:
        """Click a place on the map."""
        at = self.pixel(lon, lat)
        self.map_move(at)
        QTest.mouseClick(self.page, button, modifiers, at)

    def map_drag(self, path: Sequence[QPoint], modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press at the first pixel of a path on the map, go along it, and let go at the last."""
        self.map_move(path[0])
        QTest.mousePress(self.page, Qt.MouseButton.LeftButton, modifiers, path[0])
        for at in path[1:]:
            self.map_move(at)
        QTest.mouseRelease(self.page, Qt.MouseButton.LeftButton, modifiers, path[-1])

    def map_key(self, key: Qt.Key) -> None:
        """Press a key with the map in focus."""
        QTest.keyClick(self.page, key)
