"""ruff and mypy find nothing."""

import subprocess
import sys

import pytest

from tests.house.rooms import ROOT


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "--no-cache", "--output-format", "concise", "."), id="ruff check"),
        pytest.param(("ruff", "format", "--no-cache", "--check", "."), id="ruff format"),
        pytest.param(("mypy", "--no-error-summary"), id="mypy", marks=pytest.mark.slow),
    ],
)
def test_the_tool_finds_nothing(command):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
