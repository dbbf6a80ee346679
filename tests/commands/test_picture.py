"""`gewu picture`: each kind of file without a screen and without a browser, and trouble in one sentence."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import commands
from app.commands import picture
from layers import demo, indicators, words, workspace

ROOT = Path(__file__).resolve().parents[2]
Said = tuple[int, str, str]


@pytest.fixture(scope="module")
def street_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("图") / "演示 街道.gpkg"
    demo.write(path)
    return path


@pytest.fixture
def gewu(capsys: pytest.CaptureFixture[str], qapp: object) -> Callable[..., Said]:
    """Return a function: run the command, get (exit code, stdout, stderr)."""

    def run(*arguments: object, lang: str = "zh") -> Said:
        capsys.readouterr()
        code = commands.run(["picture", *(str(argument) for argument in arguments), "--lang", lang])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_each_kind_of_file(gewu: Callable[..., Said], street_file: Path, tmp_path: Path):
    for ending, start in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("html", b"<!DOCTYPE html>")):
        out = tmp_path / f"图 一.{ending}"
        code, said, trouble = gewu(street_file, out, "--grid", "310117004-X12", "--title", "五昆", "--scale", "5000")
        assert (code, trouble) == (0, "")
        assert str(out) in said
        assert out.read_bytes().startswith(start)


def test_shaded_by_every_indicator_there_is(gewu: Callable[..., Said], street_file: Path, tmp_path: Path):
    assert indicators.INDICATORS == picture.SHADES
    for name in indicators.INDICATORS:
        out = tmp_path / f"{name}.html"
        code, said, trouble = gewu(street_file, out, "--shade", name, "--layers", "grid")
        assert (code, trouble) == (0, "")
        assert "MB" in said
        assert words.t(f"cartography.title_{name}") in out.read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        gewu(street_file, tmp_path / "x.png", "--shade", "beauty")
    assert not (tmp_path / "x.png").exists()


def test_json_says_where_and_how_much(gewu: Callable[..., Said], street_file: Path, tmp_path: Path):
    out = tmp_path / "a.html"
    code, said, trouble = gewu(
        street_file, out, "--bounds", "121.24,31.0,121.26,31.02", "--layers", "grid,road", "--json"
    )
    assert code == 0, trouble
    told = json.loads(said)
    assert told["bytes"] == out.stat().st_size
    assert told["bounds"] == [121.24, 31.0, 121.26, 31.02]


@pytest.mark.parametrize(
    ("name", "options", "word"),
    [
        ("a.jpg", (), ".pdf"), ("a.pdf", ("--bounds", "5,2,3,4"), "5, 2, 3, 4"), ("a.pdf", ("--grid", "X99"), "X99"),
        ("a.pdf", ("--system", "nobody"), "nobody"), ("a.png", ("--width", "99999"), "99999"),
        ("nowhere/a.pdf", (), "nowhere"), ("a.pdf", ("--layers", "sky"), "sky"),
        ("a.html", ("--bounds", "0,0,1,1"), ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_trouble_is_one_sentence(
    gewu: Callable[..., Said],
    street_file: Path,
    tmp_path: Path,
    name: str,
    options: tuple[str, ...],
    word: str,
    lang: str,
):
    code, said, trouble = gewu(street_file, tmp_path / name, *options, lang=lang)
    assert (code, said) == (2, "")
    assert word in trouble
    assert trouble.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [("--bounds", "1,2,3"), ("--paper", "A9"), ("--scale", "-5"), ("--grid",)])
def test_arguments_that_are_none_are_said(
    gewu: Callable[..., Said], street_file: Path, tmp_path: Path, options: tuple[str, ...]
):
    with pytest.raises(SystemExit) as stopped:
        gewu(street_file, tmp_path / "a.pdf", *options)
    assert stopped.value.code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_empty_workspace_is_said(gewu: Callable[..., Said], tmp_path: Path):
    workspace.create(tmp_path / "空.gpkg", name="空").close()
    code, _, trouble = gewu(tmp_path / "空.gpkg", tmp_path / "a.pdf")
    assert code == 2
    assert trouble.count("\n") == 1
    assert not (tmp_path / "a.pdf").exists()


def test_neither_a_screen_nor_a_browser_is_needed(street_file: Path, tmp_path: Path):
    out = tmp_path / "a.png"
    script = (
        "import sys; from app.__main__ import main; "
        f"code = main(['picture', {str(street_file)!r}, {str(out)!r}, '--width', '800']); "
        "assert not [name for name in sys.modules if 'WebEngine' in name], 'a browser was loaded'; sys.exit(code)"
    )
    bare = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")}
    asked = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=bare, capture_output=True, check=False)
    assert asked.returncode == 0, asked.stderr.decode()
    assert out.read_bytes().startswith(b"\x89PNG")
