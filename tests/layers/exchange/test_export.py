"""What leaves: a clean single file that GDAL validates, QGIS opens styled, with nothing of the program in it."""

import json
import os
import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from layers import demo, exchange, grids, tasks, workspace
from layers.domain import flow
from layers.errors import Cancelled, Refused, WorkspaceError
from layers.workspace import Workspace
from tests.conftest import IN_CI
from tests.layers.exchange.conftest import column

VALIDATOR = Path("/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py")
SYSTEM_PYTHON = Path("/usr/bin/python3")


def need(found: bool, what: str) -> None:
    """Skip a test on a desk that lacks a program; in CI it has to be there."""
    if not found:
        if IN_CI:
            pytest.fail(f"{what} is not installed")
        pytest.skip(f"{what} is not installed here")


def sql(path: Path, text: str, *args: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(text, args).fetchall()


@pytest.fixture(scope="module")
def tiers(street: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street, one layer per tier."""
    return exchange.export(street, tmp_path_factory.mktemp("出") / "分级 导出.gpkg", per_tier=True).path


@pytest.fixture(scope="module")
def whole(street: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street as it is."""
    return exchange.export(street, tmp_path_factory.mktemp("出") / "导出.gpkg").path


def test_one_layer_per_tier_with_the_planned_counts(tiers: Path) -> None:
    layers = sql(tiers, "SELECT table_name FROM gpkg_contents WHERE table_name GLOB 'grid_[fb]*'")
    counts = {str(name): sql(tiers, f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in layers}
    assert counts == {"grid_four_1": 1, "grid_four_2": 3, "grid_four_3": 22, "grid_four_4": 138, "grid_base_1": 265}
    names = dict(sql(tiers, "SELECT table_name, identifier FROM gpkg_contents"))
    assert names["grid_four_4"] == "四级网格 · 4 微网格"
    assert all(str(name).isascii() for name in names)
    assert "演示数据" in str(sql(tiers, "SELECT description FROM gpkg_contents WHERE table_name='grid_four_1'")[0][0])


def test_nothing_of_ours_is_in_it(whole: Path, tiers: Path) -> None:
    for path in (whole, tiers):
        master = sql(path, "SELECT type, name FROM sqlite_master")
        assert not [name for _, name in master if str(name).startswith("gewu_")]
        assert not [n for kind, n in master if kind == "trigger" and not str(n).startswith("rtree_")]
        assert not [name for kind, name in master if kind == "view"]
        assert sql(path, "PRAGMA integrity_check") == [("ok",)]
        assert sql(path, "PRAGMA user_version") == [(10300,)]
        assert sql(path, "PRAGMA application_id") == [(0x47504B47,)]
        assert sql(path, "PRAGMA journal_mode") == [("delete",)]
        assert not list(path.parent.glob(path.name + "-*"))
        for (name,) in sql(path, "SELECT table_name FROM gpkg_geometry_columns"):
            assert sql(path, f"SELECT rtreecheck('rtree_{name}_geom')") == [("ok",)]


def test_only_grids_in_force_leave(ws: Workspace, tmp_path: Path) -> None:
    uuid = column(ws, "grid", "uuid")[-1]
    with ws.store.step("retire", "me") as writing:
        writing.update("grid", uuid, {"valid_to": "2026-01-01"})
    total = len(column(ws, "grid", "uuid"))
    done = dict(exchange.export(ws, tmp_path / "a.gpkg").layers)
    assert done["grid"] == total - 1
    assert sql(tmp_path / "a.gpkg", "SELECT count(*) FROM grid WHERE uuid=?", uuid) == [(0,)]
    assert sql(tmp_path / "a.gpkg", "SELECT count(*) FROM rtree_grid_geom") == [(total - 1,)]


def test_every_column_has_its_chinese_title(whole: Path) -> None:
    titles = dict(sql(whole, "SELECT column_name, title FROM gpkg_data_columns WHERE table_name='task'"))
    assert titles["reported_at"] == "上报时间"
    assert titles["status"] == "状态"
    asked = "SELECT value FROM gpkg_data_column_constraints WHERE constraint_name='task_status'"
    words = {word for (word,) in sql(whole, asked)}
    assert words == set(flow.STATUSES)


def personal(ws: Workspace) -> None:
    tasks.draw(ws, kind="hotline", title="请回电 13812345678", actor="dispatcher", lon=121.23, lat=31.02)
    uuid = column(ws, "task", "uuid")[-1]
    with ws.store.step("x", "me") as writing:
        attrs = json.dumps({"来电": "13900001111", "类型": "噪声"}, ensure_ascii=False)
        writing.update("task", uuid, {"reporter": "张三丰", "reporter_phone": "13812345678", "attrs": attrs})
        writing.update("person", column(ws, "person", "uuid")[0], {"phone": "13700002222"})


def test_personal_data_is_masked_unless_asked_for(ws: Workspace, tmp_path: Path) -> None:
    personal(ws)
    exchange.export(ws, tmp_path / "m.gpkg")
    exchange.export(ws, tmp_path / "p.gpkg", personal=True)
    found = sql(tmp_path / "m.gpkg", "SELECT title, reporter, reporter_phone, attrs FROM task WHERE title LIKE '请%'")
    assert found == [("请回电 138****5678", "张**", "138****5678", '{"来电": "****", "类型": "噪声"}')]
    assert sql(tmp_path / "m.gpkg", "SELECT phone FROM person WHERE phone LIKE '137%'") == [("137****2222",)]
    masked = (tmp_path / "m.gpkg").read_bytes()
    for secret in ("13812345678", "13900001111", "13700002222", "张三丰"):
        assert secret.encode() not in masked
        assert secret.encode() in (tmp_path / "p.gpkg").read_bytes()


def test_the_record_leaves_and_photos_stay(ws: Workspace, tmp_path: Path) -> None:
    task = column(ws, "task", "uuid")[0]
    with ws.store.step("x", "me") as writing:
        photo = {"owner_table": "task", "owner_uuid": task, "name": "13812345678.jpg", "sha256": "0", "thumb": b"jpg"}
        writing.insert("media", photo)
    done = exchange.export(ws, tmp_path / "m.gpkg")
    assert dict(done.layers)["task_log"] == len(column(ws, "task_log", "uuid"))
    assert "media" not in done.empty
    assert sql(tmp_path / "m.gpkg", "SELECT name, thumb FROM media") == [("138****5678.jpg", None)]
    exchange.export(ws, tmp_path / "p.gpkg", personal=True)
    assert sql(tmp_path / "p.gpkg", "SELECT name, thumb FROM media") == [("13812345678.jpg", b"jpg")]
    assert not sql(tmp_path / "p.gpkg", "SELECT 1 FROM sqlite_master WHERE name='media_blob'")


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    empty = workspace.create(tmp_path / "空.gpkg", name="空")
    try:
        with pytest.raises(Refused, match=r"x\.gpkg"):
            exchange.export(empty, tmp_path / "x.gpkg")
    finally:
        empty.close()
    assert not (tmp_path / "x.gpkg").exists()


def test_a_full_disk_is_told_by_the_name_the_person_knows(
    ws: Workspace, tmp_path: Path, geojson_grid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_store: object, target: Path) -> None:
        raise WorkspaceError("disk_full", path=target)

    monkeypatch.setattr(type(ws.store), "backup", full)
    with pytest.raises(WorkspaceError) as caught:
        exchange.import_file(ws, geojson_grid, as_="grids", system="党建", actor="me")
    assert caught.value.values == {"path": ws.path}
    assert not list(ws.path.parent.glob("*-backups"))
    monkeypatch.setattr(demo, "_fill", lambda ws, *_: full(ws, ws.path))
    with pytest.raises(WorkspaceError) as caught:
        demo.write(tmp_path / "街道.gpkg")
    assert caught.value.values == {"path": tmp_path / "街道.gpkg"}
    assert not list(tmp_path.glob("*街道*part*"))


def test_cancelled_exports_leave_the_old_file(ws: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "旧.gpkg"
    exchange.export(ws, target)
    before = target.read_bytes()

    def stop(done: int, total: int, text: str) -> None:
        if done >= 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        exchange.export(ws, target, progress=stop)
    assert target.read_bytes() == before
    assert not [p for p in tmp_path.iterdir() if ".part" in p.name]
    done = exchange.export(ws, target, tables=["task"])
    assert sql(target, "SELECT count(*) FROM task") == [(dict(done.layers)["task"],)]


def test_chosen_tables_only(ws: Workspace, tmp_path: Path) -> None:
    done = exchange.export(ws, tmp_path / "x.gpkg", tables=["task", "task_log"])
    assert [name for name, _ in done.layers] == ["task", "task_log"]
    assert done.layers[1][1] == len(column(ws, "task_log", "uuid"))


def test_others_go_on_writing_meanwhile(ws: Workspace, tmp_path: Path) -> None:
    wrote = []

    def draw() -> None:
        for i in range(10):
            wrote.append(tasks.draw(ws, kind="case", title=str(i), actor="dispatcher", lon=121.23, lat=31.02))

    thread = threading.Thread(target=draw)
    thread.start()
    exchange.export(ws, tmp_path / "x.gpkg")
    thread.join()
    assert len(wrote) == 10
    assert sql(tmp_path / "x.gpkg", "PRAGMA integrity_check") == [("ok",)]


def test_an_export_can_be_read_from_a_folder_that_cannot_be_written(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "只读"
    folder.mkdir()
    copy = folder / "x.gpkg"
    shutil.copyfile(whole, copy)
    copy.chmod(0o444)
    folder.chmod(0o555)
    try:
        source = exchange.preview(copy)
        assert {layer.name for layer in source.layers} >= {"grid", "task", "facility"}
    finally:
        folder.chmod(0o755)


def test_the_workspace_itself_opens_styled(ws: Workspace, geojson_grid: Path) -> None:
    exchange.import_file(ws, geojson_grid, as_="grids", system="党建", actor="me")
    found = dict(column(ws, "layer_styles", "f_table_name", "styleQML", order="id"))
    assert set(found) == {"grid", "road_section", "place", "facility", "task"}
    assert "&quot;valid_to&quot; IS NULL" in found["grid"]
    assert "党建" in found["grid"]
    opened = workspace.open(ws.path)
    opened.close()


@pytest.fixture
def geojson_grid(tmp_path: Path) -> Path:
    ring = [[121.2, 31.0], [121.21, 31.0], [121.21, 31.01], [121.2, 31.01], [121.2, 31.0]]
    feature = {"type": "Feature", "properties": {"编码": "D1"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "党建.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def test_gdals_own_validator_finds_nothing(whole: Path, tiers: Path, demo_file: Path) -> None:
    need(VALIDATOR.exists() and SYSTEM_PYTHON.exists(), "GDAL's validator (python3-gdal)")
    for path in (whole, tiers, demo_file):
        done = subprocess.run(
            [SYSTEM_PYTHON, VALIDATOR, "-k", path], capture_output=True, text=True, timeout=120, check=False,
            env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        assert (done.returncode, done.stdout + done.stderr) == (0, ""), path


def test_ogrinfo_counts_what_the_program_counts(tiers: Path, street: Workspace) -> None:
    program = shutil.which("ogrinfo")
    need(program is not None, "ogrinfo (gdal-bin)")
    done = subprocess.run(
        [str(program), "-ro", "-al", "-so", str(tiers)], capture_output=True, text=True, encoding="utf-8", timeout=120,
        check=True,
    )  # fmt: skip
    counts, layer = {}, ""
    for line in done.stdout.splitlines():
        if line.startswith("Layer name: "):
            layer = line.removeprefix("Layer name: ")
        elif line.startswith("Feature Count: "):
            counts[layer] = int(line.removeprefix("Feature Count: "))
    here = workspace.counts(street)
    assert [counts[f"grid_four_{n}"] for n in (1, 2, 3, 4)] == [1, 3, 22, 138]
    assert counts["grid_base_1"] == 265
    for name in ("road_section", "place", "facility", "task", "person", "duty"):
        assert counts[name] == here[name], name
    assert "四级网格 · 2 片区" in done.stdout or "四级网格 · 2" in done.stdout
    assert [s.summary for s in grids.systems(street)] == ["1+3+22+138", "265"]


_QGIS = """
import json, os, sys
from qgis.core import QgsApplication, QgsDataProvider, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
from qgis.core import (QgsCoordinateReferenceSystem, QgsExpressionContext, QgsExpressionContextUtils, QgsMapSettings,
                       QgsMapRendererParallelJob)
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
path, picture = sys.argv[1:3]
found, drawn = {}, []
top = QgsVectorLayer(path, "x", "ogr")
for sub in top.dataProvider().subLayers():
    name = sub.split(QgsDataProvider.sublayerSeparator())[1]
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    styled = layer.loadDefaultStyle()[1]
    ruled = layer.isSpatial() and layer.renderer().type() == "RuleRenderer"
    rules = [rule.label() for rule in layer.renderer().rootRule().descendants()] if ruled else []
    found[name] = {"valid": layer.isValid(), "count": layer.featureCount(), "crs": layer.crs().authid(),
                   "styled": styled, "rules": rules, "labels": layer.labelsEnabled(),
                   "aliases": [layer.attributeAlias(i) for i in range(layer.fields().count())]}
    if layer.isSpatial() and name in ("road_section", "place", "task", "grid_four_4"):
        drawn.append(layer)
drawn.sort(key=lambda l: ["task", "road_section", "place", "grid_four_4"].index(l.name()))
settings = QgsMapSettings()
settings.setLayers(drawn)
settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4490"))
settings.setExtent(drawn[-1].extent())
settings.setOutputSize(QSize(600, 600))
context = QgsExpressionContext()
context.appendScope(QgsExpressionContextUtils.globalScope())
context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
settings.setExpressionContext(context)
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
job.renderedImage().save(picture)
found["errors"] = [str(e.message) for e in job.errors()]
print("FOUND" + json.dumps(found), flush=True)
os._exit(0)  # QGIS 3.22 falls over its own layers when Python clears up
"""


@pytest.mark.slow
def test_qgis_opens_it_styled_and_draws_it(tiers: Path, tmp_path: Path) -> None:
    asked = subprocess.run(
        [str(SYSTEM_PYTHON), "-c", "import qgis.core"], capture_output=True, check=False,
        env={"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"},
    ) if SYSTEM_PYTHON.exists() else None  # fmt: skip
    need(asked is not None and asked.returncode == 0, "QGIS (qgis, python3-qgis)")
    picture = tmp_path / "qgis.png"
    done = subprocess.run(
        [str(SYSTEM_PYTHON), "-c", _QGIS, str(tiers), str(picture)], capture_output=True, text=True, encoding="utf-8",
        timeout=240, check=False,
        env={"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert "FOUND" in done.stdout, done.stderr
    found = json.loads(done.stdout.split("FOUND", 1)[1].splitlines()[0])
    assert found.pop("errors") == []
    assert all(layer["valid"] for layer in found.values())
    assert [found[f"grid_four_{n}"]["count"] for n in (1, 2, 3, 4)] == [1, 3, 22, 138]
    assert found["grid_base_1"]["count"] == 265
    for name in ("grid_four_1", "grid_base_1", "road_section", "place", "facility", "task"):
        assert found[name]["styled"], name
        assert found[name]["crs"] == "EPSG:4490"
        assert found[name]["labels"], name
    assert "主干路" in found["road_section"]["rules"]
    assert "待派遣" in found["task"]["rules"]
    assert "居住" in found["grid_base_1"]["rules"]
    assert "上报时间" in found["task"]["aliases"]
    from PIL import Image

    colours = Image.open(picture).convert("RGB").getcolors(600 * 600)
    assert colours is not None
    seen = {colour for count, colour in colours if count > 20}
    assert (0x00, 0x9E, 0x73) in seen  # tasks that are closed
    assert (0xA9, 0xD3, 0xF0) in seen  # the rivers
    assert len(seen) > 20
