"""What every test gets really works: the network is off, and what is left open or logged fails a test."""

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.house.rooms import ROOT

CARELESS = """
import logging, sqlite3, warnings
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QLabel
import pytest

kept = []

def test_leaves_a_window(qapp):
    kept.append(QLabel("left"))

def test_logs_an_error():
    logging.getLogger("app.map").error("Uncaught TypeError")

@pytest.mark.logs_errors
def test_means_the_error():
    logging.getLogger("app.map").error("Uncaught TypeError")

def test_qt_complains(qapp):
    qWarning("something is wrong")

def test_warns():
    warnings.warn("old", DeprecationWarning)

class Thing:
    def __init__(self, name):
        self.name = name
    def close(self):
        kept.append(self.name)

def test_keeps_two_things(closing):
    closing(Thing("first"))
    closing(Thing("second"))

def test_finds_them_closed():
    assert kept[-2:] == ["second", "first"]

def test_closes_its_window(qtbot):
    label = QLabel("closed")
    qtbot.addWidget(label)
"""


def test_careless_tests_fail(tmp_path):
    careless = tmp_path / "test_careless.py"
    careless.write_text(CARELESS, encoding="utf-8")
    options = [
        "-p",
        "tests.conftest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(ROOT),
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "--tb=short", *options, str(careless)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = dict(re.findall(r"::(test_\w+) (PASSED|FAILED)", done.stdout))
    unclean = set(re.findall(r"ERROR at teardown of (test_\w+)", done.stdout))
    assert {name for name, end in said.items() if end == "FAILED"} | unclean == {
        "test_leaves_a_window",
        "test_logs_an_error",
        "test_qt_complains",
        "test_warns",
    }, done.stdout + done.stderr
    assert len(said) == 8
    assert "leaves windows behind: <PySide6.QtWidgets.QLabel" in done.stdout


def test_the_network_is_off():
    with pytest.raises(RuntimeError, match="asked for the network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(RuntimeError, match="asked for the network"):
        socket.getaddrinfo("example.invalid", 80)
    with pytest.raises(urllib.error.URLError, match="refused"):  # sent to a proxy that is not there
        urllib.request.urlopen("http://example.invalid/", timeout=1)


def test_this_machine_may_be_asked():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
