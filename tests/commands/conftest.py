"""The command line in this process, and a street to ask it about."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app import commands
from layers import demo, workspace

Said = tuple[int, str, str]


@pytest.fixture
def gewu(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return a function: run a command, get (exit code, stdout, stderr)."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        code = commands.run([str(argument) for argument in (*arguments, "--lang", "zh")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture(scope="session")
def street_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("命令") / "演示 街道.gpkg"
    demo.write(path)
    return path


@pytest.fixture
def own(street_file: Path, tmp_path: Path) -> Path:
    """A street of one's own."""
    ws = workspace.open(street_file)
    try:
        return workspace.backup(ws, tmp_path / "街道.gpkg")
    finally:
        ws.close()


@pytest.fixture
def make_link() -> Callable[[Path, Path], Path]:
    """Return a function that makes a symbolic link, or a hard one where the system allows no other."""

    def make(link: Path, to: Path) -> Path:
        try:
            link.symlink_to(to)
        except OSError:
            link.hardlink_to(to)
        return link

    return make
