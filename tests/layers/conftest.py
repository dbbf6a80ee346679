"""The demonstration street, written once for the whole run and copied for every test that changes it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from layers import demo, workspace
from layers.workspace import Workspace

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # a Friday, 15:00 in the street


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("street") / "演示.gpkg"
    demo.write(path, NOW)
    return path


@pytest.fixture(scope="session")
def street(demo_file: Path) -> Iterator[Workspace]:
    """The street, only to be looked at."""
    opened = workspace.open(demo_file)
    yield opened
    opened.close()


@pytest.fixture
def ws(demo_file: Path, tmp_path: Path, street: Workspace) -> Iterator[Workspace]:
    """A street of one's own, to be changed."""
    path = tmp_path / "街道 工作.gpkg"
    workspace.backup(street, path)
    opened = workspace.open(path)
    yield opened
    opened.close()
