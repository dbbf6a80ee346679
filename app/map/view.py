"""The map as a widget: signals for what people do on it, methods for what it should show."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QFile, QIODevice, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineScript, QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget
from shiboken6 import delete, isValid

from app.map import messages, pages
from app.map.bridge import Bridge
from app.map.scheme import NAME, Handler, Interceptor
from app.map.sketcher import NEW, Sketcher
from layers import words
from layers.domain import sketching, symbols
from layers.domain.things import Bounds

log = logging.getLogger(__name__)

LAYERS = ("functions", "grid", "grid_label", "road", "road_label", "place", "facility", "task")
WORDS = (
    "zoom_in",
    "zoom_out",
    "whole",
    "point",
    "polygon",
    "line",
    "rectangle",
    "locate",
)


class Page(QWebEnginePage):
    """Our page: goes nowhere else, opens nothing, and what it complains about reaches the log."""

    def acceptNavigationRequest(self, url: QUrl | str, _type: Any, _main: bool) -> bool:
        return QUrl(url).toString() == pages.START

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, line: int, source: str
    ) -> None:
        grave = QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel
        log.log(logging.ERROR if level == grave else logging.INFO, "%s (%s:%s)", message, source, line)


class MapView(QWidget):
    """The map. Longitudes and latitudes are EPSG:4490 degrees; bounds are (west, south, east, north).

    Whatever is set before the page is ready, or before it had to be started again, is said to it afterwards.
    """

    ready = Signal()
    clicked = Signal(float, float, str, str, float)  # lon, lat, left|right|double, "ctrl shift", zoom
    hovered = Signal(float, float, float)  # lon, lat, zoom: the pointer rests; answer with show_tip
    left = Signal()  # the pointer left the map
    moved = Signal(tuple, float)  # bounds, zoom
    settled = Signal()  # the picture is complete: tiles, names, pins; a grab shows it
    drawn = Signal(str, dict)  # point|line|polygon|rectangle, GeoJSON geometry
    draw_started = Signal(str)
    draw_cancelled = Signal()
    cursor_moved = Signal(float, float)  # lon, lat
    locate_asked = Signal()
    failed = Signal(str)
    heard = Signal(object)  # a message of one of the map's tools, which know it themselves

    def __init__(self, source: pages.MapSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ready = False
        self._said: dict[str, dict[str, Any]] = {}
        self._bounds: Bounds | None = None
        self._zoom = 0.0
        # Off the record: nothing of the page is ever kept on disk.
        self._profile = QWebEngineProfile()
        self._handler = Handler(source, self)
        self._profile.installUrlSchemeHandler(NAME, self._handler)
        self._interceptor = Interceptor(self)
        self._profile.setUrlRequestInterceptor(self._interceptor)
        self._page = Page(self._profile, self)
        # After the page among the children: Qt deletes them in order, and a profile must outlive its pages.
        self._profile.setParent(self)
        self._page.scripts().insert(_channel_script())
        self._limit()
        self._bridge = Bridge(self)
        self._bridge.said.connect(self._hear)
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", self._bridge)
        self._page.setWebChannel(self._channel)
        self._page.renderProcessTerminated.connect(self._ended)
        self.web = QWebEngineView(self)
        self.web.setPage(self._page)
        self.web.setAcceptDrops(False)  # files dropped on the map belong to the window
        self.web.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusProxy(self.web)
        self.sketcher = Sketcher(self)
        self.sketcher.finished.connect(self._drawn)
        for left in (self.sketcher.given_up, self.sketcher.driven_away):
            left.connect(lambda _sketch: self.draw_cancelled.emit())
        self.set_theme(symbols.LIGHT)
        self.set_language()
        self._page.load(QUrl(pages.START))
        quitting = QCoreApplication.instance()
        if quitting is not None:
            quitting.aboutToQuit.connect(self.close_page)

    # --- what it should show -------------------------------------------------------------------

    def set_theme(self, theme: str) -> None:
        """Draw in ``light`` or ``dark``."""
        paper = QColor(symbols.table().tokens["paper"].of(theme))
        self._page.setBackgroundColor(paper)
        self.keep("theme", theme=theme)

    def set_language(self) -> None:
        """Take the words on the map's buttons from `layers.words` anew."""
        self.sketcher.say()
        self.keep("words", words={key: words.t(f"map.{key}") for key in WORDS}, language=words.language())

    def set_system(self, system: str) -> None:
        """Show the grids of this system."""
        self.keep("system", system=system)

    def set_revision(self, revision: int) -> None:
        """Draw the tiles of this revision of the workspace; the old picture stays until they are there."""
        self.keep("revision", revision=revision)

    def set_visible(self, layers: Iterable[str]) -> None:
        """Show exactly these map layers (of `LAYERS`)."""
        self.keep("visible", layers=sorted(set(layers) & set(LAYERS)))

    def set_pins(self, query: Mapping[str, str] | None) -> None:
        """Show the task pins that the source returns for a query; None shows none."""
        self.keep("pins", query=None if query is None else dict(query))

    def refresh_pins(self) -> None:
        """Ask for the pins again."""
        self.tell("refresh_pins")

    def set_home(self, bounds: Bounds) -> None:
        """Say where the whole street is (Home key, button); the first time the map goes there."""
        self.keep("home", bounds=bounds)

    def select(self, geometry: Mapping[str, Any] | None, pin: Mapping[str, Any] | None = None) -> None:
        """Mark a GeoJSON geometry as the selected thing; None marks nothing.

        ``pin`` (lon, lat, status, red) is a selected task's own sign, shown whether or not it is among the pins.
        """
        self.keep("select", geometry=None if geometry is None else dict(geometry), pin=dict(pin) if pin else None)

    def show_draft(self, geometry: Mapping[str, Any] | None, pin: tuple[float, float] | None = None) -> None:
        """Show what was drawn for a task that is not saved yet, its pin at (lon, lat); None takes it away."""
        self.keep("draft", geometry=None if geometry is None else dict(geometry), pin=pin)

    def set_mark(self, text: str) -> None:
        """Write a small quiet text into the map's corner; empty for none."""
        self.keep("mark", text=text)

    def set_writable(self, writable: bool) -> None:
        """Say whether the buttons that draw can be pressed."""
        self.keep("writable", writable=writable)

    def fly_to(self, bounds: Bounds, *, maxzoom: float = 17) -> None:
        """Go to bounds, as smoothly as the system's motion setting allows."""
        self.keep("go", bounds=bounds, maxzoom=maxzoom, fly=True)

    def fit(self, bounds: Bounds, *, maxzoom: float = 17) -> None:
        """Go to bounds at once."""
        self.keep("go", bounds=bounds, maxzoom=maxzoom, fly=False)

    def show_tip(self, text: str | None) -> None:
        """Show a plain text beside the pointer; None takes it away."""
        self.tell("tip", text=text)

    def start_draw(self, kind: str) -> None:
        """Let somebody draw a point, line, polygon or rectangle; ends in `drawn` or `draw_cancelled`."""
        self.sketcher.start(sketching.begin(NEW, kind))
        self.draw_started.emit(kind)

    def cancel_draw(self) -> None:
        """Give up the drawing under way, if any."""
        self.sketcher.stop()

    @property
    def bounds(self) -> Bounds | None:
        """The picture's bounds, None before the first one."""
        return self._bounds

    @property
    def zoom(self) -> float:
        """The picture's zoom, as in web-mercator tiles."""
        return self._zoom

    # --- life ----------------------------------------------------------------------------------

    def close_page(self) -> None:
        """Take the page down before its profile, as Chromium insists; safe to call twice."""
        if isValid(self._page):
            self._ready = False
            self._handler.close()
            delete(self._page)

    def revive(self) -> None:
        """Start the page again; it is told everything it should show."""
        self._ready = False
        if isValid(self._page):
            self._page.load(QUrl(pages.START))

    def sizeHint(self) -> QSize:
        return self.web.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the page end on a whole pixel of the screen: else, at 125 %, a black line stands along its edge."""
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self.web.setGeometry(0, 0, *(whole_pixels(side, ratio) for side in (self.width(), self.height())))

    def _limit(self) -> None:
        settings = self._page.settings()
        off = QWebEngineSettings.WebAttribute
        for attribute in (
            off.DnsPrefetchEnabled,
            off.JavascriptCanOpenWindows,
            off.JavascriptCanAccessClipboard,
            off.LocalStorageEnabled,
            off.LocalContentCanAccessRemoteUrls,
            off.LocalContentCanAccessFileUrls,
            off.PluginsEnabled,
            off.PdfViewerEnabled,
            off.WebGLEnabled,
            off.ErrorPageEnabled,
            off.FocusOnNavigationEnabled,
            off.ShowScrollBars,
        ):
            settings.setAttribute(attribute, False)
        settings.setAttribute(off.WebRTCPublicInterfacesOnly, True)

    def keep(self, name: str, **values: Any) -> None:
        """Send a command that describes a state; a page that starts later is told the last one."""
        self._said.pop(name, None)
        self._said[name] = values
        self.tell(name, **values)

    def tell(self, name: str, **values: Any) -> None:
        """Send a command that matters only now; a page that does not listen yet never hears it."""
        if self._ready:
            self._bridge.send(name, **values)

    def _ended(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        if status != QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            log.error("The map page ended (%s, %s) and is started again", status.name, code)
            QTimer.singleShot(0, self.revive)

    def _drawn(self, sketch: sketching.Sketch) -> None:
        if sketch.tool == NEW:
            self.drawn.emit(sketch.kind, sketching.geojson(sketch.now))

    def _hear(self, message: object) -> None:
        match message:
            case messages.Ready():
                self._ready = True
                for name, values in self._said.items():
                    self._bridge.send(name, **values)
                self.ready.emit()
            case messages.Clicked(lon, lat, button, modifiers, zoom):
                self.clicked.emit(lon, lat, button, modifiers, zoom)
            case messages.Hovered(lon, lat, zoom):
                self.hovered.emit(lon, lat, zoom)
            case messages.Cursor(lon, lat):
                self.cursor_moved.emit(lon, lat)
            case messages.Left():
                self.left.emit()
            case messages.Moved(bounds, zoom, _, _):
                self._bounds, self._zoom = bounds, zoom
                self.moved.emit(bounds, zoom)
            case messages.Settled():
                self.settled.emit()
            case messages.Tool("locate"):
                self.locate_asked.emit()
            case messages.Tool(name):
                self.start_draw(name)
            case messages.Failed(text):
                self.failed.emit(text)
            case _:
                self.heard.emit(message)


def whole_pixels(side: int, ratio: float) -> int:
    """Return the least length in logical px, from ``side`` on, that is a whole number of a screen's own pixels."""
    near = range(side, side + 20)
    return next((one for one in near if abs(one * ratio - round(one * ratio)) < 1e-6), side)


def _channel_script() -> QWebEngineScript:
    """Qt's own half of the channel, put into the page before its scripts run."""
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise RuntimeError("Qt was built without its web channel")
    script = QWebEngineScript()
    script.setName("qwebchannel")
    script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
    script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
    script.setSourceCode(bytes(file.readAll().data()).decode())
    return script
