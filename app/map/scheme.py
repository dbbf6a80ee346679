"""The ``app:`` scheme in Qt WebEngine: answers the page off the UI thread and blocks every other address."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QObject, Qt
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


class Handler(QWebEngineUrlSchemeHandler):
    """Answers GET requests of our own page from `pages.content`; each reply is given on the UI thread.

    The newest request is done first. One that the page drops is not done at all; if it is under way already, its job
    is forgotten and the answer discarded.
    """

    def __init__(self, source: pages.MapSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._jobs: dict[int, QWebEngineUrlRequestJob] = {}
        self._waiting: dict[int, Callable[[], tuple[str, bytes]]] = {}  # not begun, in the order they came
        self._asked = 0
        self._closed = False
        # Python's own threads: in Qt's, every call would be a new thread to Python, with a new connection to the file.
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="gewu-map")
        self._answers = _Answers(self)
        self._answers.ready.connect(self._reply, Qt.ConnectionType.QueuedConnection)
        self._answers.missing.connect(self._fail, Qt.ConnectionType.QueuedConnection)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        if bytes(job.requestMethod().data()) != b"GET":
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        if self._closed:  # the page goes, and with it all that it still waits for
            job.fail(QWebEngineUrlRequestJob.Error.RequestAborted)
            return
        initiator = job.initiator()
        if initiator.isValid() and (initiator.scheme(), initiator.host()) != ("app", pages.HOST):
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        self._asked += 1
        number, url, source = self._asked, job.requestUrl().toString(), self._source
        self._jobs[number] = job
        job.destroyed.connect(lambda _=None, n=number: self._drop(n))
        self._waiting[number] = lambda: pages.content(url, source)
        self._pool.submit(self._fetch_newest)

    def close(self) -> None:
        """Let running errands end and forget the others; call before the page is deleted."""
        self._closed = True
        self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._jobs.clear()

    def _fetch_newest(self) -> None:
        """Do one of the waiting requests, on a thread of the pool: the newest, for somebody looks at that now."""
        try:
            number, fetch = self._waiting.popitem()
        except KeyError:  # what this was meant for is not wanted any more
            return
        try:
            mime, body = fetch()
        except pages.NotHere as error:
            log.error("The map page asked for something that is not there: %s", error)
            self._answers.missing.emit(number)
        except Known as error:
            # Ordinary while another workspace is opened: what was asked for is closed, and nobody waits for it.
            log.log(logging.DEBUG if error.key == "closed" else logging.ERROR, "The map could not be fed: %s", error)
            self._answers.ready.emit(number, "text/plain", UNREADABLE)
        except Exception:
            # A failed tile leaves a hole in the picture until it is asked for again; the log says why.
            log.exception("The map could not be fed")
            self._answers.ready.emit(number, "text/plain", UNREADABLE)
        else:
            self._answers.ready.emit(number, mime, body)

    def _drop(self, number: int) -> None:
        """Forget a request that the page has called off; if it is not begun yet, it never is."""
        self._jobs.pop(number, None)
        self._waiting.pop(number, None)

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
