"""No request ever leaves: a real listener on the loopback sees nothing, whichever wall stands alone."""

import socket
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from shiboken6 import delete

from app.map import sandbox, scheme
from layers.errors import WorkspaceError

pytestmark = pytest.mark.window


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard = 0
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def attempts(port):
    """Try every way out that a page has; each notes when it has failed or, worse, succeeded."""
    host = f"127.0.0.1:{port}"
    return f"""
      window.done = [];
      const note = name => () => window.done.push(name);
      const img = new Image(); img.onload = img.onerror = note('img'); img.src = 'http://{host}/a.png';
      fetch('http://{host}/b').then(note('fetch'), note('fetch'));
      try {{
        const ws = new WebSocket('ws://{host}/c'); ws.onopen = ws.onerror = note('socket');
      }} catch (e) {{ note('socket')(); }}
      const script = document.createElement('script'); script.onload = script.onerror = note('script');
      script.src = 'http://{host}/d.js'; document.head.append(script);
      const link = document.createElement('link'); link.rel = 'stylesheet'; link.onload = link.onerror = note('style');
      link.href = 'http://{host}/e.css'; document.head.append(link);
      navigator.sendBeacon('http://{host}/f', 'x');
      const frame = document.createElement('iframe'); frame.src = 'http://{host}/g'; document.body.append(frame);
      const form = document.createElement('form'); form.action = 'http://{host}/h'; document.body.append(form);
      form.submit();
    """


WAYS = ["fetch", "img", "script", "socket", "style"]


@pytest.mark.logs_errors
def test_our_page_cannot_reach_even_this_machine(drive, listener):
    drive.run(attempts(listener.port))
    drive.bot.waitUntil(lambda: sorted(drive.ask("window.done")) == WAYS, timeout=10_000)
    drive.bot.wait(300)
    assert listener.heard == 0
    assert drive.view.web.url().toString() == "app://map/index.html"


def page_without_policy(qtbot, interceptor):
    profile = QWebEngineProfile()
    if interceptor:
        profile.setUrlRequestInterceptor(interceptor)
    page = QWebEnginePage(profile)
    with qtbot.waitSignal(page.loadFinished, timeout=20_000):
        page.setHtml("<html><body></body></html>", QUrl("data:text/html,"))
    return page, profile


def run(qtbot, page, script):
    answers = []
    page.runJavaScript(f"{script}; 1", answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    return answers[0]


def ask(qtbot, page, script):
    answers = []
    page.runJavaScript(script, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    return answers[0]


@pytest.mark.parametrize("alone", ["interceptor", "resolver"])
def test_each_wall_holds_alone(qtbot, qapp, listener, alone):
    """Without the page's policy: the interceptor by itself, and Chromium's own rules by themselves."""
    interceptor = scheme.Interceptor() if alone == "interceptor" else None
    page, profile = page_without_policy(qtbot, interceptor)
    run(qtbot, page, attempts(listener.port).replace("form.submit();", ""))
    qtbot.waitUntil(lambda: ask(qtbot, page, "window.done.sort().join()") == ",".join(WAYS), timeout=10_000)
    # Every way has had its answer; a call of our own comes in behind whatever might have got through.
    with socket.create_connection(("127.0.0.1", listener.port)):
        qtbot.waitUntil(lambda: listener.heard > 0, timeout=10_000)
    assert listener.heard == 1
    delete(page)
    delete(profile)


def test_the_listener_can_hear(listener):
    """The test is able to fail."""
    with socket.create_connection(("127.0.0.1", listener.port)):
        pass
    until = threading.Event()
    for _ in range(100):
        if listener.heard:
            break
        until.wait(0.02)
    assert listener.heard == 1


def test_post_is_refused(drive, town):
    drive.run(
        "const x = new XMLHttpRequest(); x.onloadend = () => { gewu.got = x.status; };"
        "x.open('POST', 'pins'); x.send('x'.repeat(50000))"
    )
    drive.bot.waitUntil(lambda: drive.ask("'got' in gewu") is True, timeout=5_000)
    assert drive.ask("gewu.got") == 0
    assert town.asked == []


@pytest.mark.logs_errors
def test_what_is_not_there_fails_and_the_page_lives_on(drive):
    drive.run("const i = new Image(); i.onerror = () => { gewu.got = 'no'; }; i.src = '../icons.png'")
    drive.bot.waitUntil(lambda: drive.ask("gewu.got || null") == "no", timeout=5_000)
    assert drive.ask("1 + 1") == 2


@pytest.mark.logs_errors
def test_a_source_that_fails_is_heard_and_asked_again(drive, town, caplog):
    pins, tile = town.pins, town.tile

    def broken(*_):
        raise OSError("the disk is gone")

    town.pins = town.tile = broken
    drive.view.set_pins({})
    drive.view.set_revision(5)
    drive.bot.waitUntil(lambda: caplog.text.count("the disk is gone") > 1, timeout=5_000)
    drive.bot.waitUntil(lambda: "Unimplemented type" in caplog.text, timeout=5_000)
    town.pins, town.tile = pins, tile
    drive.view.refresh_pins()
    drive.view.fit((121.245, 31.015, 121.25, 31.02))
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.all.length") == 3, timeout=5_000)
    drive.still()


@pytest.mark.logs_errors
def test_inline_script_does_not_run(drive):
    drive.run(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s);"
        "const b = document.createElement('div'); b.innerHTML = '<img src=\"data:,\" onerror=\"window.ran = 2\">';"
        "document.body.append(b);"
        "try { eval('window.ran = 3') } catch (e) { window.refused = e.name }"
    )
    drive.bot.waitUntil(lambda: drive.ask("window.refused || null") == "EvalError", timeout=5_000)
    drive.bot.wait(200)
    assert drive.ask("window.ran || null") is None


def test_flags_are_set_once_and_keep_what_was_given(monkeypatch):
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--mine")
    monkeypatch.delenv("QTWEBENGINE_DISABLE_SANDBOX", raising=False)
    monkeypatch.setattr(sandbox, "refused", lambda: None)
    sandbox.prepare()
    sandbox.prepare()
    flags = sandbox.os.environ["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert flags.startswith("--mine ")
    assert flags.count("--host-resolver-rules") == 1
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in sandbox.os.environ


def test_the_sandbox_goes_only_with_a_reason_and_that_is_said(monkeypatch, caplog):
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "")
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "0")
    monkeypatch.setattr(sandbox, "refused", lambda: "kernel")
    sandbox.prepare()
    assert sandbox.os.environ["QTWEBENGINE_DISABLE_SANDBOX"] == "1"
    assert "内核" in caplog.text


@pytest.mark.parametrize(
    ("platform", "root", "answer", "expected"),
    [
        ("win32", False, 1, None),
        ("linux", True, 0, "root"),
        ("linux", False, 0, None),
        ("linux", False, 1, "kernel"),
    ],
)
def test_when_the_sandbox_is_refused(monkeypatch, platform, root, answer, expected):
    class Done:
        returncode = answer

    monkeypatch.setattr(sandbox.sys, "platform", platform)
    monkeypatch.setattr(sandbox.os, "geteuid", lambda: 0 if root else 1000, raising=False)
    monkeypatch.setattr(sandbox.subprocess, "run", lambda *args, **kwargs: Done())
    reason = sandbox.refused()
    assert reason is None if expected is None else expected in reason


def test_what_is_closed_meanwhile_is_no_error_of_the_map(qapp, town):
    heard = []

    def closed():
        raise WorkspaceError("closed", path="街道.gpkg")

    handler = scheme.Handler(town)
    handler._answers.ready.connect(lambda number, mime, body: heard.append((number, bytes(body))))
    handler._waiting[7] = closed
    handler._fetch_newest()
    qapp.processEvents()
    handler.close()
    assert heard == [(7, bytes(scheme.UNREADABLE))]
