"""What every test gets: no network, no screen needed, own settings, nothing left open, every warning a failure."""

import gc
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
IN_CI = bool(os.environ.get("GEWU_CI"))


class Closes(Protocol):
    """Anything that is closed when the test is over: a workspace, a store, a connection."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closes)

# Before Qt or GDAL is imported: they read these once.
if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.TemporaryDirectory(prefix="gewu-tests-", ignore_cleanup_errors=True)
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
    os.environ[_name] = _home.name
for _name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
    os.environ[_name] = "http://127.0.0.1:9"  # nobody listens there: what asks libcurl or a child process gets nothing
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
os.environ["PROJ_NETWORK"] = "OFF"

settings.register_profile("gewu", deadline=None, print_blob=True)
settings.register_profile(
    "ci", parent=settings.get_profile("gewu"), derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if IN_CI else "gewu")


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what leaves this machine; an audit hook sees every socket made in Python and cannot be taken off."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0] or "localhost"
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name not in ("localhost", "::1", "::", "0.0.0.0") and not name.startswith("127."):
        raise RuntimeError(f"a test asked for the network: {event} {name}")


sys.addaudithook(_no_network)


def pytest_report_header() -> list[str]:
    """Say which engines are beneath: the first lines of every report of a fault."""
    from PySide6 import QtWebEngineCore
    from PySide6.QtCore import qVersion

    from layers.versions import versions

    found = {**versions(), "Qt": qVersion(), "Chromium": QtWebEngineCore.qWebEngineChromiumVersion()}
    return [
        " · ".join(f"{name} {version}" for name, version in found.items()),
        f"screen: {os.environ.get('QT_QPA_PLATFORM', 'the real one')} · in CI: {'yes' if IN_CI else 'no'}",
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that needs Qt's application: `make quick` leaves them out."""
    for item in items:
        if "qapp" in getattr(item, "fixturenames", ()):
            item.add_marker("window")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Make Qt WebEngine ready for our pages, which must happen before the application is made."""
    from app.map import scheme

    scheme.prepare()
    return ["gewu"]


@pytest.fixture(scope="session", autouse=True)
def _clipboard_emptied() -> Iterator[None]:
    """Take off the clipboard what tests left on it.

    Without a screen Qt lets go of it only as the process exits, when PySide's half of it has no interpreter any more.
    """
    yield
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


def _shared_places() -> Iterator[Path]:
    """Yield where the sample files may lie: named, beside the checkout, beside what it was cloned from."""
    if os.environ.get("GEWU_SHARED"):
        yield Path(os.environ["GEWU_SHARED"])
    yield ROOT.parent / "shared"
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "config", "remote.origin.url"], capture_output=True, text=True, check=False
    )
    origin = asked.stdout.strip().removeprefix("file://")
    if origin:
        yield Path(origin).resolve().parent / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Return a function: name below the shared ``data`` folder -> its path.

    Where the folder is absent the test is skipped on a desk and fails in CI.
    """

    def find(name: str) -> Path:
        for place in _shared_places():
            if (place / "data").is_dir():
                path = place / "data" / name
                assert path.exists(), f"there is no {path}"
                return path
        absent = "the shared sample files are not here; GEWU_SHARED may say where they are"
        if IN_CI:
            pytest.fail(absent)
        pytest.skip(absent)

    return find


@pytest.fixture
def closing() -> Iterator[Callable[[C], C]]:
    """Return a function that keeps a workspace (or store) and closes it when the test ends, newest first."""
    kept: list[Closes] = []

    def keep(thing: C) -> C:
        kept.append(thing)
        return thing

    yield keep
    for thing in reversed(kept):
        thing.close()


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test that uses Qt a settings file of its own, so that no test sees another's window."""
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QSettings

        for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
            QSettings.setPath(kind, QSettings.Scope.UserScope, str(tmp_path_factory.mktemp("settings")))


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Start each test in Chinese and leave the next one so too, whatever the test switched to."""
    from layers import words

    words.use("zh")
    yield
    words.use("zh")


class _Errors(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_logged_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which an error was logged (a page's console included) unless it is what it tests."""
    heard = _Errors()
    logging.getLogger().addHandler(heard)
    yield
    logging.getLogger().removeHandler(heard)
    if heard.said and request.node.get_closest_marker("logs_errors") is None:
        pytest.fail("errors were logged:\n" + "\n".join(heard.said))


def _top_level() -> dict[int, Any]:
    """Return the top-level widgets that are there, by identity; none where Qt was never started."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    return {id(widget): widget for widget in QApplication.topLevelWidgets()} if app is not None else {}


@pytest.fixture(autouse=True)
def _no_widgets_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window behind: close it, or give it to ``qtbot.addWidget``."""
    before = set(_top_level())
    yield
    if set(_top_level()) <= before:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    left = [repr(widget) for key, widget in _top_level().items() if key not in before]
    if left:
        pytest.fail(f"{request.node.name} leaves windows behind: " + ", ".join(left))
