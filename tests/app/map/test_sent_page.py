"""The page that is sent, opened from a file in a real engine: it draws, says names as text, and asks nobody."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInterceptor,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from shiboken6 import delete

from layers import demo, map_page, places, workspace
from layers.domain import plain, symbols
from layers.domain.things import TaskFilter
from layers.indicators import Wish

pytestmark = pytest.mark.window


class Listening(QWebEnginePage):
    """Keeps what the page complains about."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile)
        self.said: list[str] = []

    def javaScriptConsoleMessage(self, level: Any, message: str, line: int, source: str) -> None:
        self.said.append(f"{level.name}: {message}")


class Asked(QWebEngineUrlRequestInterceptor):
    """Notes every address that is asked for, and lets none but files and data through."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def interceptRequest(self, info: Any) -> None:
        self.urls.append(info.requestUrl().toString())
        info.block(info.requestUrl().scheme() not in ("file", "data"))


class Reader:
    """Somebody who has got the file: no settings of ours, and a wide open way to the network."""

    def __init__(self, bot: Any) -> None:
        self.bot = bot
        self.profile = QWebEngineProfile()
        self.asked = Asked()
        self.profile.setUrlRequestInterceptor(self.asked)
        self.page = Listening(self.profile)
        self.page.settings().setAttribute(
            QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls, True
        )  # fmt: skip
        self.view = QWebEngineView()
        self.view.setPage(self.page)
        self.view.resize(1200, 760)

    def open(self, path: Path) -> None:
        with self.bot.waitSignal(self.page.loadFinished, timeout=30_000):
            self.page.load(QUrl.fromLocalFile(str(path)))
            self.view.show()
        self.bot.waitUntil(lambda: self.ask("window.gewuDone") is True, timeout=20_000)

    def ask(self, script: str) -> Any:
        answers: list[Any] = []
        self.page.runJavaScript(f"JSON.stringify({script})", answers.append)
        self.bot.waitUntil(lambda: bool(answers), timeout=10_000)
        return json.loads(answers[0]) if answers[0] else None

    def close(self) -> None:
        self.view.close()
        delete(self.view)
        delete(self.page)
        delete(self.profile)


@pytest.fixture
def reader(qtbot: Any) -> Iterator[Reader]:
    made = Reader(qtbot)
    yield made
    made.close()


MAP = "Object.values(window).find(one => one instanceof L.Map)"


HOSTILE = (
    "<script>window.broken=1</script><img src=x onerror=window.broken=1>", "</script></style><b>\"'`&amp;${1}",
    "\u202e乙\u2067丙\u200f", "长" * 300, "一\n二\r\n三",
)  # fmt: skip


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street's page, with scripts and pictures from elsewhere in every name that can be changed."""
    folder = tmp_path_factory.mktemp("寄出")
    demo.write(folder / "street.gpkg")
    ws = workspace.open(folder / "street.gpkg")
    try:
        box = workspace.extent(ws)
        assert box is not None
        area = shapely.geometry.mapping(shapely.box(*box))
        for name in ("place", "facility", "road_section", "grid"):
            for i, hit in enumerate(places.inside(ws, area, name)[:40]):
                places.edit(ws, name, hit.uuid, {"name": f"{HOSTILE[i % len(HOSTILE)]}{i}"}, "dispatcher")
        path = folder / "地图 一.html"
        map_page.write(ws, path, box, "</script><script>window.broken=1</script>街道")
    finally:
        ws.close()
    return path


def test_it_draws_and_no_name_is_ever_run(reader: Reader, sent: Path):
    reader.open(sent)
    assert reader.ask("window.broken") is None
    assert reader.ask("document.title") == "</script><script>window.broken=1</script>街道"
    assert reader.ask("document.querySelector('h1').textContent").endswith("街道")
    assert reader.ask("document.images.length") == 0
    assert reader.ask("document.querySelectorAll('.gewu-pin svg path').length") > 50
    # Names are laid out a moment after everything else.
    written = "[...document.querySelectorAll('.gewu-name')].map(one => one.textContent)"
    reader.bot.waitUntil(lambda: "X12" in reader.ask(written), timeout=10_000)
    assert len(set(reader.ask(written))) > 15
    for said in reader.ask(written):  # two lines of a grid at the most, each short and turning nothing
        assert all(plain.label(line) == line for line in said.split("\n")), said
    assert (
        reader.ask("document.querySelectorAll('.gewu-name :not(span), .gewu-legend script, .gewu-legend img').length")
        == 0
    )
    assert [one for one in reader.page.said if not one.startswith("Info")] == []
    paper = symbols.table().tokens["paper"].light.lower()
    reader.bot.waitUntil(lambda: colours(reader) > 40, timeout=10_000)
    image = reader.view.grab().toImage()
    assert image.pixelColor(30, 300).name() == paper


def colours(reader: Reader) -> int:
    image = reader.view.grab().toImage()
    return len({image.pixelColor(x, y).name() for x in range(0, 1200, 11) for y in range(0, 760, 11)})


def test_what_is_pressed_tells_its_name_as_text(reader: Reader, sent: Path):
    reader.open(sent)
    reader.ask(f"{MAP}.setZoom(17, {{animate: false}}) && 1")
    spot = reader.ask(
        f"(m => {{ const one = [...document.querySelectorAll('.gewu-pin')].map(e => e.getBoundingClientRect())"
        ".find(b => b.x > 420 && b.x < 800 && b.y > 200 && b.y < 640); return one ? [one.x + one.width / 2, one.y + "
        f"one.height / 2] : null; }})({MAP})"
    )
    assert spot is not None
    at = QPoint(round(spot[0]), round(spot[1]))
    target = reader.view.focusProxy()
    QTest.mouseMove(target, at)
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    reader.bot.waitUntil(
        lambda: reader.ask("document.querySelectorAll('.leaflet-popup b').length") == 1, timeout=10_000
    )
    assert reader.ask("document.querySelector('.leaflet-popup b').textContent") != ""
    # What every popup would hold: a name with a script in it is text in all of them.
    said = reader.ask(
        f"(m => {{ const out = []; m.eachLayer(l => {{ if (l.getPopup && l.getPopup()) {{ const c = "
        f"l.getPopup().getContent(); const box = typeof c === 'function' ? c(l) : c; out.push([box.querySelector('b')"
        f".textContent, box.querySelectorAll('script, img').length]); }} }}); return out; }})({MAP})"
    )
    assert any("<script>window.broken=1</script>" in title for title, _tags in said)
    assert sum(tags for _title, tags in said) == 0
    assert reader.ask("window.broken") is None
    assert reader.ask("document.images.length") == 0


def test_what_is_told_at_the_edge_stays_open_though_the_map_moves(reader: Reader, sent: Path):
    reader.open(sent)
    counting = "m.setZoom(16, {animate: false}); window.moves = 0; m.on('moveend', () => window.moves++)"
    reader.ask(f"(m => {{ {counting}; return 1; }})({MAP})")
    reader.ask(
        "[...document.querySelectorAll('.gewu-pin')].sort((a, b) => a.getBoundingClientRect().y - "
        "b.getBoundingClientRect().y).find(e => e.getBoundingClientRect().y > 0).click() || 1"
    )
    reader.bot.waitUntil(lambda: reader.ask("window.moves") >= 1, timeout=10_000)
    assert reader.ask(f"(m => Boolean(m._popup && m._popup.isOpen()))({MAP})") is True


def test_layers_can_be_switched_off(reader: Reader, sent: Path):
    reader.open(sent)
    assert reader.ask("document.querySelectorAll('.gewu-pin').length") > 50
    reader.ask("document.querySelector('input[name=task]').click()")
    assert reader.ask("document.querySelectorAll('.gewu-pin').length") == 0
    before = reader.ask(f"(m => {{ let n = 0; m.eachLayer(() => n++); return n; }})({MAP})")
    reader.ask("document.querySelector('input[name=road]').click()")
    assert reader.ask(f"(m => {{ let n = 0; m.eachLayer(() => n++); return n; }})({MAP})") < before


def test_the_page_asks_nobody_even_where_it_might(reader: Reader, sent: Path, tmp_path: Path):
    """A page into which somebody wrote addresses afterwards still asks nobody: its own policy forbids it."""
    server = socket.create_server(("127.0.0.1", 0))
    heard: list[int] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            heard.append(1)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    host = f"127.0.0.1:{server.getsockname()[1]}"
    spoiled = tmp_path / "spoiled.html"
    html = sent.read_text(encoding="utf-8").replace(
        "</body>",
        f'<img src="http://{host}/a"><script src="http://{host}/b"></script><iframe src="http://{host}/c"></iframe>'
        f'<link rel="stylesheet" href="http://{host}/d"><script>window.broken=1</script></body>',
    )
    spoiled.write_text(html, encoding="utf-8")
    reader.open(spoiled)
    assert reader.ask("window.broken") is None
    reader.ask(f"fetch('http://{host}/e').catch(() => window.refused = 1) && 1")
    reader.bot.waitUntil(lambda: reader.ask("window.refused") == 1, timeout=10_000)
    server.close()
    assert heard == []
    assert sum("Content Security Policy" in one for one in reader.page.said) >= 4


@pytest.fixture(scope="session")
def every_task(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole street as it is sent: all 300 tasks, the 138 micro grids, shaded."""
    folder = tmp_path_factory.mktemp("全部")
    demo.write(folder / "street.gpkg")
    ws = workspace.open(folder / "street.gpkg")
    try:
        box = workspace.extent(ws)
        assert box is not None
        path = folder / "全部.html"
        size = map_page.write(ws, path, box, "全部", filter=TaskFilter(), shade=Wish("open", tier=4))
        assert size == path.stat().st_size < 3_000_000
    finally:
        ws.close()
    return path


def test_all_tasks_and_grids_open_from_the_file_alone_without_a_word(reader: Reader, every_task: Path):
    reader.open(every_task)
    everything = "m.fitBounds(m.getBounds().pad(0.2), {animate: false})"
    reader.ask(f"(m => {{ {everything}; return 1; }})({MAP})")
    pins = "document.querySelectorAll('.gewu-pin').length"
    # Six of the 300 wait in the tray for their place.
    reader.bot.waitUntil(lambda: reader.ask(pins) == 294, timeout=10_000)
    grids = (
        f"(m => {{ let n = 0; m.eachLayer(l => {{ if (l.feature && l.options.fillOpacity === 0 && !l.options.stroke) "
        f"n++; }}); return n; }})({MAP})"
    )
    assert reader.ask(grids) == 138
    assert {url.partition(":")[0] for url in reader.asked.urls} <= {"file", "data"}
    assert [url for url in reader.asked.urls if url.startswith("file:")] == [
        QUrl.fromLocalFile(str(every_task)).toString()
    ]
    assert reader.page.said == []
    # The same shapes in the same colours as everywhere: word for word those of the symbol table.
    drawn = reader.ask("[...document.querySelectorAll('.gewu-pin path')].map(one => one.getAttribute('d'))")
    table = symbols.table()
    assert set(drawn) <= {part.path for glyph in table.statuses.values() for part in glyph.parts}
    filled = set(reader.ask("[...document.querySelectorAll('.gewu-pin path')].map(one => one.getAttribute('fill'))"))
    known = {glyph.colour.light for glyph in table.statuses.values()}
    assert filled <= {*known, "none", table.tokens["glyph_paper"].light}


def test_shades_have_their_numbers_and_can_be_switched_off(reader: Reader, every_task: Path):
    reader.open(every_task)
    numbers = (
        "[...document.querySelectorAll('.gewu-name')].filter(one => one.querySelector('small')).map(one => "
        "one.firstChild.textContent.trim())"
    )
    reader.bot.waitUntil(lambda: len(reader.ask(numbers)) > 10, timeout=10_000)
    assert all(text.isdigit() for text in reader.ask(numbers))
    classes = symbols.table().classes(5)
    shown = (
        f"(m => {{ const out = new Set(); m.eachLayer(l => l.feature && out.add(l.options.fillColor)); "
        f"return [...out]; }})({MAP})"
    )
    assert {one.light for one in classes} <= set(reader.ask(shown))
    reader.ask("document.querySelector('input[name=shade]').click()")
    assert not {one.light for one in classes} & set(reader.ask(shown))
    assert reader.ask(numbers) == []


def test_the_names_of_roads_go_along_them(reader: Reader, sent: Path):
    reader.open(sent)
    reader.ask(f"{MAP}.setZoom(16, {{animate: false}}) && 1")
    names = (
        "[...document.querySelectorAll('.gewu-along')].map(one => [one.textContent, [...one.children].map(letter => "
        "{ const t = new DOMMatrix(getComputedStyle(letter).transform); return Math.atan2(t.b, t.a); })])"
    )
    reader.bot.waitUntil(lambda: len(reader.ask(names)) > 5, timeout=10_000)
    found = reader.ask(names)
    assert all(len(text) == len(turns) for text, turns in found)
    # Never upside down, and some of them really bend.
    assert all(abs(turn) < 1.75 for _, turns in found for turn in turns)
    assert any(max(turns) - min(turns) > 0.02 for _, turns in found)
