"""Files that are missing, empty, hostile or of another kind than they say: one sentence, the workspace untouched."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from layers import exchange, exchange_points, workspace
from layers.errors import Known, Refused, SourceError, WorkspaceError
from layers.workspace import Workspace
from tests.layers.exchange.conftest import Geo, column, square

ME = "dispatcher"
VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="{layer}"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>"
)


def fingerprint(ws: Workspace) -> str:
    """Everything a person put into the file; the program's own counters aside."""
    db = ws.store.read()
    lines = []
    for name in (
        "grid",
        "road_section",
        "place",
        "facility",
        "task",
        "task_log",
        "person",
        "gewu_journal",
        "gewu_feed",
    ):
        lines += [repr(tuple(row)) for row in db.execute(f"SELECT * FROM {name} ORDER BY 1")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def refused(ws: Workspace, path: Path | str, as_: str = "facilities") -> str:
    """Try to import, and return the sentence; nothing may have changed, and it may not take long."""
    before, start = fingerprint(ws), time.monotonic()
    with pytest.raises(Known) as caught:
        exchange.import_file(ws, path, as_=as_, actor=ME)
    assert time.monotonic() - start < 20
    assert fingerprint(ws) == before
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("source", ["/etc/passwd", "http://127.0.0.1:9/x.geojson", "/vsicurl/http://127.0.0.1:9/x"])
@pytest.mark.parametrize("name", ["来自外部.geojson", "来自外部.csv", "来自外部.gpkg", "来自外部.zip"])
def test_a_vrt_under_another_name_is_never_followed(ws: Workspace, tmp_path: Path, name: str, source: str) -> None:
    path = tmp_path / name
    path.write_text(VRT.format(layer="passwd", source=source), encoding="utf-8")
    assert name in refused(ws, path)


@pytest.mark.parametrize("name", ["没有.geojson", "没有.csv", "没有.gpkg", "没有.shp", "没有.xlsx"])
def test_a_missing_file(ws: Workspace, tmp_path: Path, name: str) -> None:
    assert name in refused(ws, tmp_path / name)


@pytest.mark.parametrize("name", ["空.geojson", "空.csv", "空.gpkg", "空.zip", "空.xlsx"])
def test_an_empty_file(ws: Workspace, tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert name in refused(ws, tmp_path / name)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:9/a.geojson", "/vsizip//etc/x.shp", "GeoJSON:/etc/passwd", "\\\\.\\COM1"]
)
def test_what_is_no_path_of_a_file(ws: Workspace, text: str) -> None:
    assert refused(ws, text)


def test_a_file_of_another_program_named_gpkg(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "别的程序.gpkg"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE contacts (name TEXT)")
    db.close()
    assert "别的程序.gpkg" in refused(ws, path)
    picture = tmp_path / "图片.gpkg"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4096))
    assert "图片.gpkg" in refused(ws, picture)


def test_a_folder_in_place_of_a_file(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "夹.geojson").mkdir()
    assert "夹.geojson" in refused(ws, tmp_path / "夹.geojson")


@pytest.mark.parametrize("name", ["hostile/xxe.kml", "hostile/zip_slip.zip"])
def test_hostile_files_are_refused(ws: Workspace, shared_data: Callable[[str], Path], name: str) -> None:
    assert Path(name).name in refused(ws, shared_data(name))


@pytest.mark.parametrize("as_", ["grids", "facilities", "tasks", "places"])
def test_odd_features_are_survived(ws: Workspace, shared_data: Callable[[str], Path], as_: str) -> None:
    path, start = shared_data("hostile/odd_features.geojson"), time.monotonic()
    done = exchange.import_file(ws, path, as_=as_, actor=ME)
    if as_ == "grids":
        # Without an area there is no grid: each of the others is told by its row.
        assert done.added + done.skipped == 6
        assert done.skipped >= 4
        assert {p.row for p in done.problems} >= {1, 2, 3}
    else:
        assert done.added == 6  # every row is there, with or without a place
        assert done.unplaced >= 3
    assert workspace.verify(ws) == []
    assert time.monotonic() - start < 20


def test_a_trigger_in_a_foreign_geopackage_never_runs(ws: Workspace, shared_data: Callable[[str], Path]) -> None:
    path = shared_data("hostile/gpkg_hostile_trigger.gpkg")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    assert exchange.import_file(ws, path, as_="places", actor=ME).added == 100
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert not list(path.parent.glob(f"{path.name}-*"))


def test_formulas_stay_text_when_they_come_out_again(
    ws: Workspace, shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    found = exchange_points.locate_file(ws, shared_data("hostile/formula_gbk.csv"))
    out = tmp_path / "答案.csv"
    exchange_points.write_answers(found, out)
    cells = [cell for line in out.read_text("utf-8-sig").splitlines()[1:] for cell in line.split(",")]
    assert not any(cell.lstrip('"').startswith(("=", "+", "@")) for cell in cells)


def test_markup_in_names_is_only_text(blank: Workspace, geojson: Geo) -> None:
    name = "<img src=x onerror=alert(1)>'); DROP TABLE grid;--"
    path = geojson("x.geojson", [({"编码": name, "名称": name}, square(121.2, 31.0))])
    exchange.import_file(blank, path, as_="grids", system=name, actor=ME)
    assert column(blank, "grid", "code", "name") == [(name, name)]
    system = column(blank, "grid_system", "code")[0]
    assert system.isascii()
    assert system.replace("_", "").isalnum()


def test_a_workspace_that_can_only_be_read_takes_nothing(ws: Workspace, shared_data: Callable[[str], Path]) -> None:
    second = workspace.open(ws.path)
    try:
        assert second.read_only
        with pytest.raises(WorkspaceError):
            exchange.import_file(second, shared_data("nyc311_500.csv"), as_="tasks", actor=ME)
    finally:
        second.close()


def test_an_export_has_to_be_a_new_file(ws: Workspace, tmp_path: Path) -> None:
    for path in (ws.path, tmp_path / "不在" / "x.gpkg", tmp_path / "x.shp", tmp_path):
        with pytest.raises((WorkspaceError, Refused)):
            exchange.export(ws, path)
    other = workspace.create(tmp_path / "另一库.gpkg", name="b")
    other.close()
    with pytest.raises(WorkspaceError):
        exchange.export(ws, tmp_path / "另一库.gpkg")
    old = tmp_path / "旧.gpkg"
    old.write_text("旧的内容", encoding="utf-8")
    (tmp_path / "旧.gpkg-wal").touch()
    with pytest.raises(WorkspaceError):
        exchange.export(ws, old)
    assert old.read_text("utf-8") == "旧的内容"
    with pytest.raises(Refused):
        exchange.export(ws, tmp_path / "y.gpkg", tables=["gewu_meta"])
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_for_an_export(ws: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "只读"
    folder.mkdir()
    folder.chmod(0o555)
    try:
        with pytest.raises(WorkspaceError):
            exchange.export(ws, folder / "x.gpkg")
    finally:
        folder.chmod(0o755)


_FULL = """
    import resource, signal, sys
    from pathlib import Path
    from layers import exchange, workspace
    from layers.errors import Known
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    ws = workspace.open(Path(sys.argv[1]))
    limit = int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        if sys.argv[2] == "import":
            exchange.import_file(ws, sys.argv[3], as_="tasks", actor="me")
        else:
            exchange.export(ws, sys.argv[3])
    except Known as error:
        print(error)
        sys.exit(7)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files is POSIX's")
@pytest.mark.parametrize("limit", [64_000, 3_000_000])
def test_a_disk_that_fills_half_way(ws: Workspace, tmp_path: Path, limit: int) -> None:
    """The limit on file sizes stands in for a full disk: writing fails with an error in the middle."""
    before = fingerprint(ws)
    path = ws.path
    ws.close()
    many = tmp_path / "很多.csv"
    many.write_text("标题,备用\n" + "\n".join(f"任务 {i},{'x' * 100}" for i in range(30_000)), "utf-8")
    for what, argument in (("import", many), ("export", tmp_path / "出.gpkg")):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(_FULL), str(path), what, str(argument), str(limit)],
            capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 7, done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stdout.strip().splitlines()) == 1
        opened = workspace.open(path)
        try:
            assert fingerprint(opened) == before
            assert workspace.verify(opened) == []
        finally:
            opened.close()
    assert not (tmp_path / "出.gpkg").exists()
    assert not list(tmp_path.rglob("*.part"))


def test_a_sentence_in_both_languages(tmp_path: Path, ws: Workspace) -> None:
    from layers import words

    with pytest.raises(SourceError) as caught:
        exchange.preview(tmp_path / "没有.csv")
    zh = str(caught.value)
    words.use("en")
    assert str(caught.value) != zh
    assert "没有.csv" in str(caught.value)
