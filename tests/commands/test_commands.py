"""The command line: what it prints, how it ends, and that trouble is one sentence."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import commands
from app.commands import speaking
from layers import workspace
from tests.commands.conftest import Said

ROOT = Path(__file__).resolve().parents[2]


def test_the_demonstration_is_written_once(gewu: Callable[..., Said], tmp_path: Path) -> None:
    path = tmp_path / "新 街道.gpkg"
    code, out, err = gewu("demo", path)
    assert (code, err) == (0, "")
    assert "1+3+22+138" in out
    assert "265" in out
    assert "合成" in out
    code, out, err = gewu("demo", path)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1


def test_a_workspace_has_its_suffix_and_a_folder_its_name(gewu: Callable[..., Said], own: Path, tmp_path: Path) -> None:
    code, out, err = gewu("demo", tmp_path / "x.txt")
    assert (code, out) == (2, "")
    assert ".gpkg" in err
    assert not (tmp_path / "x.txt").exists()
    code, out, err = gewu("import", own, tmp_path, "--as", "tasks")
    assert (code, out) == (2, "")
    assert f"{tmp_path} 是文件夹" in err


def test_check_and_verify_are_clean_on_the_street(gewu: Callable[..., Said], street_file: Path) -> None:
    code, out, _ = gewu("check", street_file)
    assert code == 0
    assert "1+3+22+138" in out
    found = json.loads(gewu("check", street_file, "--json")[1])
    assert found["findings"] == []
    assert [system["counts"] for system in found["systems"]] == ["1+3+22+138", "265"]
    assert json.loads(gewu("check", street_file, "--system", "base", "--json")[1])["systems"][0]["code"] == "base"
    assert gewu("verify", street_file)[0] == 0
    assert json.loads(gewu("verify", street_file, "--json")[1])["findings"] == []


def test_faults_are_exit_code_one(gewu: Callable[..., Said], own: Path) -> None:
    ws = workspace.open(own)
    with ws.store.step("fault", "me") as writing:
        uuid = writing.db.execute("SELECT uuid FROM grid WHERE system='four' AND tier=4").fetchone()[0]
        writing.delete("grid", uuid)
    ws.close()
    code, out, err = gewu("check", own)
    assert (code, err) == (1, "")
    found = json.loads(gewu("check", own, "--json")[1])
    assert {f["kind"] for f in found["findings"]} >= {"count", "gap"}
    assert all(f["text"] for f in found["findings"])
    assert found["findings"][0]["text"] in out
    code, out, _ = gewu("verify", own)
    assert code == 1
    assert "指向不存在的" in out
    assert json.loads(gewu("verify", own, "--json")[1])["findings"]


def test_importing_makes_a_workspace(
    gewu: Callable[..., Said], tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    file = tmp_path / "上海.gpkg"
    districts = shared_data("shanghai_districts.geojson")
    code, out, err = gewu(
        "import", file, districts, "--as", "grids", "--system", "行政区划", "--tier", "市", "--tier", "区"
    )
    assert (code, err) == (0, "")
    assert "17" in out
    code, out, err = gewu("import", file, shared_data("nyc311_500.csv"), "--as", "tasks", "--json")
    found = json.loads(out)["imports"][0]
    assert (code, found["added"], found["skipped"], found["unplaced"]) == (0, 500, 0, 68)
    assert found["backup"]
    shown = json.loads(gewu("tasks", file, "--tray", "--json")[1])
    assert len(shown["tasks"]) == 68
    assert shown["counts"]["closed"] + shown["counts"]["handling"] <= 68
    again = gewu("import", file, districts, "--as", "grids", "--system", "行政区划")
    assert again[0] == 2
    assert "310101" in again[2]
    assert again[2].count("\n") == 1


def test_what_cannot_be_imported_makes_no_workspace(
    gewu: Callable[..., Said], tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    file = tmp_path / "新.gpkg"
    for source in (shared_data("hostile/xxe.kml"), tmp_path / "没有.csv", "http://127.0.0.1:9/x.geojson"):
        code, out, err = gewu("import", file, source, "--as", "facilities")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert not file.exists()
    code, _, err = gewu("import", file, shared_data("gbk.dbf"), "--as", "grids")
    assert code == 2
    assert not file.exists()


def test_fields_can_be_mapped_and_set(gewu: Callable[..., Said], tmp_path: Path) -> None:
    sheet = tmp_path / "表.csv"
    sheet.write_text("甲=1,乙\n路灯不亮,121.48 31.2\n", encoding="gb18030")
    file = tmp_path / "库.gpkg"
    code, _, err = gewu(
        "import", file, sheet, "--as", "tasks", "--map", "甲=1=title", "--map", "乙=lonlat", "--set", "kind=hazard",
        "--name", "试验", "--area-code", "310117004",
    )  # fmt: skip
    assert (code, err) == (0, "")
    task = json.loads(gewu("tasks", file, "--json")[1])["tasks"][0]
    assert (task["title"], task["kind"], task["lon"]) == ("路灯不亮", "hazard", 121.48)
    ws = workspace.open(file)
    assert (ws.name, ws.area_code) == ("试验", "310117004")
    ws.close()
    assert gewu("import", file, sheet, "--as", "tasks", "--map", "title")[0] == 2
    assert gewu("import", file, sheet, "--as", "tasks", "--map", "丙=title")[0] == 2


def test_a_preview_writes_nothing(
    gewu: Callable[..., Said], tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    file = tmp_path / "无.gpkg"
    code, out, _ = gewu("import", file, shared_data("nyc311_500.csv"), "--as", "tasks", "--preview")
    assert code == 0
    assert "source_number" in out
    assert not file.exists()
    found = json.loads(
        gewu("import", file, shared_data("hostile/formula_gbk.csv"), "--as", "tasks", "--preview", "--json")[1]
    )
    assert found[0]["layer"]["encoding"] == "gb18030"
    assert found[0]["mapping"]["经度"] == "lon"


def test_tasks_are_filtered(gewu: Callable[..., Said], street_file: Path) -> None:
    everything = json.loads(gewu("tasks", street_file, "--json")[1])
    assert len(everything["tasks"]) == 300
    closed = json.loads(gewu("tasks", street_file, "--status", "closed", "--json")[1])
    assert {task["status"] for task in closed["tasks"]} == {"closed"}
    assert len(closed["tasks"]) == everything["counts"]["closed"]
    open_ = json.loads(gewu("tasks", street_file, "--open", "--json")[1])
    assert len(open_["tasks"]) == everything["counts"]["open"]
    inside = json.loads(gewu("tasks", street_file, "--grid", "府城", "--json")[1])
    assert 0 < len(inside["tasks"]) < 300
    code, out, _ = gewu("tasks", street_file, "--limit", 3)
    assert code == 0
    assert len(out.strip().splitlines()) == 5
    assert gewu("tasks", street_file, "--grid", "没有的网格")[0] == 2


def test_an_export_lists_its_layers(gewu: Callable[..., Said], street_file: Path, tmp_path: Path) -> None:
    code, out, err = gewu("export", street_file, tmp_path / "出.gpkg", "--per-tier", "--json")
    assert (code, err) == (0, "")
    layers = {layer["name"]: layer["rows"] for layer in json.loads(out)["layers"]}
    assert layers["grid_four_4"] == 138
    assert gewu("export", street_file, street_file)[0] == 2
    assert gewu("export", street_file, tmp_path / "x.gpkg", "--tables", "grid,nothing")[0] == 2
    assert not (tmp_path / "x.gpkg").exists()
    theirs = tmp_path / "纪要.gpkg"
    theirs.write_text("不是地图", encoding="utf-8")
    code, out, err = gewu("export", street_file, theirs)
    assert (code, out) == (2, "")
    assert "--force" in err
    assert theirs.read_text("utf-8") == "不是地图"
    assert gewu("export", street_file, theirs, "--force")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [("check",), ("check", "/不在.gpkg"), ("fly",), ("tasks", "/etc/passwd"), ("import", "a", "b"),
     ("bench", "--scale", "0"), ("locate", "x"), ("export", "/不在.gpkg", "y.gpkg"),
     ("demo", "/不在/的/夹.gpkg"), ("--wrong",)],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "en"])
def test_trouble_is_one_sentence(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], language: str) -> None:
    try:
        code = commands.run([*arguments, "--lang", language])
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert any("一" <= c <= "鿿" for c in said.err) == (language == "zh") or "/不在" in said.err


def test_a_mistake_of_ours_leaves_a_report_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], street_file: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(speaking.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(workspace, "verify", lambda *_a, **_k: 1 // 0)
    assert commands.run(["verify", str(street_file), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    (report,) = tmp_path.glob("gewu-*.txt")
    assert str(report) in said.err
    text = report.read_text("utf-8")
    assert "ZeroDivisionError" in text
    assert "SQLite" in text


def test_the_language_is_the_systems_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value, expected in (("LANG", "zh_CN.UTF-8", "zh"), ("LANG", "de_DE.UTF-8", "en")):
        for other in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(other, raising=False)
        monkeypatch.setenv(name, value)
        assert speaking.language([]) == expected
    assert speaking.language(["check", "--lang", "zh"]) == "zh"
    assert speaking.language(["--lang=en"]) == "en"


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    speaking.table(["A"], [["\x1b[31mred\n第二行"], ["甲" * 100]])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3


def test_the_program_as_it_is_called(street_file: Path) -> None:
    """As a process of its own: `python -m app`, UTF-8 into a pipe, a pipe that closes early."""
    environment = {**os.environ, "PYTHONIOENCODING": "", "LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}
    version = subprocess.run(
        [sys.executable, "-m", "app", "--version"],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=True,
        env=environment,
    )
    line = version.stdout.decode("utf-8")
    assert all(word in line for word in ("Gewu", "SQLite", "GDAL", "Qt"))
    shown = subprocess.run(
        [sys.executable, "-m", "app", "tasks", str(street_file), "--lang", "zh"], capture_output=True, cwd=ROOT,
        timeout=60, check=True, env=environment,
    )  # fmt: skip
    assert "编号" in shown.stdout.decode("utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "tasks", str(street_file), "--json"], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in commands.COMMANDS:
        with pytest.raises(SystemExit) as end:
            commands.run([name, "--help", "--lang", "en"])
        assert end.value.code == 0
        out = capsys.readouterr().out
        assert "--json" in out
        assert "gewu" in out


def test_without_arguments_the_commands_are_listed(gewu: Callable[..., Said]) -> None:
    code, out, _ = gewu()
    assert code == 0
    assert all(name in out for name in commands.COMMANDS)


def test_the_language_may_stand_before_the_command(capsys: pytest.CaptureFixture[str], street_file: Path) -> None:
    assert commands.run(["--lang", "en", "verify", str(street_file)]) == 0
    assert "sound" in capsys.readouterr().out
