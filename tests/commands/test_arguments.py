"""The command line's arguments and words: refused and explained in the language in use."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import commands

ROOT = Path(__file__).resolve().parents[2]
Said = tuple[int, str, str]


def test_the_language_before_the_command_is_not_taken_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["--lang", "zh", "import", "--help"], ["--quiet", "--lang=zh", "import", "--help"]):
        with pytest.raises(SystemExit) as end:
            commands.run(argv)
        assert end.value.code == 0
        out = capsys.readouterr().out
        assert out.startswith("用法：gewu import")
        assert not [word for word in ("usage", "options", "positional", "show this") if word in out]


@pytest.mark.parametrize(
    "arguments", [("tasks", "x", "--limit", "-3"), ("tasks", "x", "--limit", "a"), ("tasks", "x", "--due", "y"),
                  ("import",), ("export", "a", "b", "--tables"), ("open",), ("open", "没有.gpkg"), ("open", "."),
                  ("没有.gpkg",), ("check", "x", "--nothing")],
)  # fmt: skip
def test_arguments_are_refused_in_the_language_in_use(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    from app.__main__ import main

    for language in ("zh", "en"):
        try:
            code = main([*arguments, "--lang", language])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        assert (code, said.out, said.err.count("\n")) == (2, "", 1)
        words_ = ("argument", "required", "invalid", "expected", "unrecognized", "is missing", "not there")
        assert not [word for word in words_ if word in said.err] or language == "en"
        assert ("参数有误" in said.err or "。" in said.err) == (language == "zh")


def test_a_file_that_is_not_there_starts_no_window(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "app", str(tmp_path / "没有.gpkg")], capture_output=True, cwd=ROOT,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"PySide6" not in done.stderr


def test_english_has_its_own_punctuation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert commands.run(["demo", str(tmp_path / "a.gpkg"), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "1+3+22+138, " in out
    assert "，" not in out


def test_an_export_says_what_it_leaves_behind(gewu: Callable[..., Said], street_file: Path, tmp_path: Path) -> None:
    code, out, _ = gewu("export", street_file, tmp_path / "出.gpkg")
    assert code == 0
    assert "没有内容、未导出：media" in out
    assert "照片原件留在网格库里" in out
    found = json.loads(gewu("export", street_file, tmp_path / "出.gpkg", "--json")[1])
    assert "task_log" in [layer["name"] for layer in found["layers"]]
    assert found["empty"] == ["media"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that takes no files is needed")
def test_a_folder_that_takes_no_files_is_not_a_full_disk(gewu: Callable[..., Said], street_file: Path) -> None:
    code, _, err = gewu("export", street_file, "/proc/x.gpkg")
    assert code == 2
    assert "/proc 无法写入" in err
    code, _, err = gewu("demo", "/proc/x.gpkg")
    assert code == 2
    assert "/proc/x.gpkg" in err
    assert ".part" not in err
