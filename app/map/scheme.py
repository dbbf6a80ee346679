"""The ``app:`` scheme in Qt WebEngine: answers the page off the UI thread and blocks every other address."""

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QObject, QRunnable, Qt, QThreadPool
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from app.map import pages, sandbox
from layers.errors import Known

log = logging.getLogger(__name__)

NAME = QByteArray(b"app")
ALLOWED = frozenset({"app", "data", "blob", "qrc", "devtools"})
# Neither a vector tile nor JSON. `job.fail` would leave the page waiting: its fetch resolves, its body never ends.
UNREADABLE = b"\x0f"
THREADS = 2  # more would only wait for Python's lock

# Values are lists whatever the stubs say: a bare value is taken apart letter by letter.
_HEADERS: Any = {
    QByteArray(b"Content-Security-Policy"): [QByteArray(pages.POLICY.encode())],
    QByteArray(b"X-Content-Type-Options"): [QByteArray(b"nosniff")],
    QByteArray(b"Cache-Control"): [QByteArray(b"no-store")],
}


def prepare() -> None:
    """Make Qt WebEngine ready for our page; call once, before `QApplication` is made."""
    if QWebEngineUrlScheme.schemeByName(NAME).name():
        return
    sandbox.prepare()
    scheme = QWebEngineUrlScheme(NAME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed | flag.LocalAccessAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


class Interceptor(QWebEngineUrlRequestInterceptor):
    """Blocks every request that is not for our own scheme (or made in the page itself)."""

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() not in ALLOWED:
            log.warning("Blocked a request to %s.", info.requestUrl().toDisplayString())
            info.block(True)


class _Answers(QObject):
    ready = QtSignal(int, str, bytes)
    missing = QtSignal(int)


class _Errand(QRunnable):
    """Fetches the content of one request on a pool thread."""

    def __init__(self, number: int, fetch: Callable[[], tuple[str, bytes]], answers: _Answers) -> None:
        super().__init__()
        self._number, self._fetch, self._answers = number, fetch, answers

    def run(self) -> None:
        try:
            mime, body = self._fetch()
        except pages.NotHere as error:
            log.error("The map page asked for something that is not there: %s", error)
            self._answers.missing.emit(self._number)
        except Known as error:
            # Ordinary while another workspace is opened: what was asked for is closed, and nobody waits for it.
            log.log(logging.DEBUG if error.key == "closed" else logging.ERROR, "The map could not be fed: %s", error)
            self._answers.ready.emit(self._number, "text/plain", UNREADABLE)
        except Exception:
            # A failed tile leaves a hole in the picture until it is asked for again; the log says why.
            log.exception("The map could not be fed")
            self._answers.ready.emit(self._number, "text/plain", UNREADABLE)
        else:
            self._answers.ready.emit(self._number, mime, body)


class Handler(QWebEngineUrlSchemeHandler):
    """Answers GET requests of our own page from `pages.content`; each reply is given on the UI thread.

    A request may be dropped by the page while its errand runs: its job is then forgotten, the answer discarded.
    """

    def __init__(self, source: pages.MapSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._jobs: dict[int, QWebEngineUrlRequestJob] = {}
        self._asked = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(THREADS)
        self._answers = _Answers(self)
        self._answers.ready.connect(self._reply, Qt.ConnectionType.QueuedConnection)
        self._answers.missing.connect(self._fail, Qt.ConnectionType.QueuedConnection)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        if bytes(job.requestMethod().data()) != b"GET":
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        initiator = job.initiator()
        if initiator.isValid() and (initiator.scheme(), initiator.host()) != ("app", pages.HOST):
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        self._asked += 1
        number, url, source = self._asked, job.requestUrl().toString(), self._source
        self._jobs[number] = job
        job.destroyed.connect(lambda _=None, n=number: self._jobs.pop(n, None))
        self._pool.start(_Errand(number, lambda: pages.content(url, source), self._answers))

    def close(self) -> None:
        """Let running errands end and forget the others; call before the page is deleted."""
        self._pool.clear()
        self._pool.waitForDone()
        self._jobs.clear()

    def _reply(self, number: int, mime: str, body: bytes) -> None:
        job = self._jobs.get(number)
        if job is None:
            return
        buffer = QBuffer(job)
        buffer.setData(QByteArray(body))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.setAdditionalResponseHeaders(_HEADERS)
        job.reply(QByteArray(mime.encode()), buffer)

    def _fail(self, number: int) -> None:
        job = self._jobs.get(number)
        if job is not None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
