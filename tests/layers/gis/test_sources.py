"""Foreign geographic files from preview to rows, the sample files among them, and nothing of theirs ever runs."""

import json
import os
import sqlite3
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.domain.tables import Problem, Slice
from layers.errors import Cancelled, SourceError
from layers.gis import sources
from layers.gis.crs import to_metres
from layers.gis.drivers import raw
from tests.layers.gis.test_crs import PRJ, XIAN
from tests.layers.gis.test_dbf import table

Shared = Callable[[str], Path]
BOX = shapely.box(121.2, 31.0, 121.21, 31.01)


def everything(source: sources.Source, layer: str | None = None, **wishes: object) -> tuple[Slice, list[Problem]]:
    slices = list(sources.read(source, layer, **wishes))  # type: ignore[arg-type]
    columns = {name: [v for s in slices for v in s.columns[name]] for name in slices[0].columns}
    geometry = None if slices[0].geometry is None else np.concatenate([s.geometry for s in slices])
    problems = [p for s in slices for p in s.problems]
    return Slice(columns, geometry, [r for s in slices for r in s.rows]), problems


def gpkg(path: Path, layer: str = "grid", count: int = 3, **more: object) -> Path:
    boxes = np.array([shapely.box(121 + i / 100, 31, 121.01 + i / 100, 31.01) for i in range(count)])
    raw.write(
        path,
        shapely.to_wkb(boxes),
        [np.array([f"W{i:03}" for i in range(count)], dtype=object), np.arange(count)],
        fields=["编码", "n"],
        geometry_type="Polygon",
        crs="EPSG:4490",
        layer=layer,
        **more,
    )
    return path


def change(path: Path, *statements: str) -> Path:
    database = sqlite3.connect(path)
    triggers = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree%'"
    ).fetchall()
    for (name,) in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path


def shp(folder: Path, name: str = "网格", prj: str = PRJ, metres: bool = True) -> Path:
    flat = to_metres(np.array([BOX], dtype=object), "EPSG:4549")[0][0] if metres else BOX
    path = folder / f"{name}.shp"
    raw.write(
        path,
        shapely.to_wkb(np.array([flat])),
        [np.array(["x"], dtype=object)],
        fields=["a"],
        geometry_type="Polygon",
        crs="EPSG:4549",
    )
    table(path.with_suffix(".dbf"), [("名称".encode("gbk"), "C", 20, 0)], [["府城片区".encode("gbk")]])
    path.with_suffix(".cpg").unlink(missing_ok=True)
    path.with_suffix(".prj").unlink()
    if prj:
        path.with_suffix(".prj").write_text(prj, encoding="utf-8")
    return path


# --- the sample files ---------------------------------------------------------------------------------


def test_districts_of_shanghai(shared_data: Shared) -> None:
    source = sources.inspect(shared_data("shanghai_districts.geojson"))
    layer = source.layer()
    assert (source.kind, layer.geometry_kind, layer.count) == ("geojson", "polygon", 16)
    assert (layer.crs, layer.encoding, layer.encoding_reason) == ("EPSG:4326", "utf-8-sig", "sources.encoding_mark")
    assert layer.sample[0] == {"name": "虹口区", "id": "310109"}
    rows, problems = everything(source, want="polygon")
    assert problems == []
    assert len(set(rows.columns["id"])) == 16
    assert shapely.is_valid(rows.geometry).all()
    assert layer.bounds == pytest.approx(shapely.total_bounds(rows.geometry))


def test_cafes_keep_their_sparse_columns(shared_data: Shared) -> None:
    source = sources.inspect(shared_data("shanghai_cafe.geojson"))
    names = [field.name for field in source.layer().fields]
    assert source.layer().count == 75
    assert "名称" in names
    assert len(names) == 60
    rows, problems = everything(source, want="point")
    assert problems == []
    assert sum(value is not None for value in rows.columns["厕所"]) >= 1


def test_a_zipped_shapefile(shared_data: Shared) -> None:
    source = sources.inspect(shared_data("coutwildrnp.zip"))
    layer = source.layer("coutwildrnp")
    assert (source.kind, layer.count, layer.geometry_kind, layer.crs) == ("zip", 67, "polygon", "EPSG:4326")
    rows, problems = everything(source)
    assert problems == []
    assert rows.columns["NAME"][0] == "Mount Naomi Wilderness"
    assert rows.rows == list(range(67))


def test_big5_beside_its_cpg_asks_for_a_crs(shared_data: Shared) -> None:
    source = sources.inspect(shared_data("big5.shp"))
    layer = source.layer()
    assert (layer.encoding, layer.sample) == ("big5hkscs", ({"NAME": "國語"},))
    assert (layer.crs, layer.crs_reason) == (None, "sources.crs_ask")
    with pytest.raises(SourceError) as caught:
        everything(source)
    assert caught.value.key == "crs_needed"


def test_a_table_without_shapes(shared_data: Shared) -> None:
    source = sources.inspect(shared_data("gbk.dbf"))
    rows, problems = everything(source)
    assert (rows.columns, rows.geometry, problems) == ({"NAME": ["简体国语"]}, None, [])


def test_a_hostile_trigger_never_runs(shared_data: Shared, tmp_path: Path) -> None:
    original = shared_data("hostile/gpkg_hostile_trigger.gpkg")
    path = tmp_path / "危险.gpkg"
    path.write_bytes(original.read_bytes())
    before = path.stat().st_mtime_ns
    source = sources.inspect(path)
    rows, _ = everything(source)
    assert (len(rows), source.layer().count) == (100, 100)
    assert path.read_bytes() == original.read_bytes()
    assert path.stat().st_mtime_ns == before
    assert [p.name for p in tmp_path.iterdir()] == ["危险.gpkg"]


def test_odd_features_come_out_in_time(shared_data: Shared) -> None:
    started = time.monotonic()
    source = sources.inspect(shared_data("hostile/odd_features.geojson"))
    rows, problems = everything(source)
    assert time.monotonic() - started < 20
    assert source.layer().count == len(rows) == 6
    assert [geometry is None for geometry in rows.geometry] == [True, True, True, False, True, True]
    assert [(p.row, p.key.removeprefix("sources.")) for p in problems] == [
        (1, "swapped"),
        (2, "text_cleaned"),
        (2, "out_of_range"),
        (3, "no_geometry"),
        (4, "repaired"),
        (5, "empty_geometry"),
        (6, "empty_geometry"),
    ]
    assert all(str(problem).startswith("第 ") for problem in problems)
    assert rows.columns["名称"][1] == "反转空"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("hostile/zip_slip.zip", "archive_climbs"),
        ("hostile/xxe.kml", "source_unknown_kind"),
        ("hostile/formula_gbk.csv", "source_is_sheet"),
        ("nyc311_500.csv", "source_is_sheet"),
        ("testopenfilegdb.gdb.zip", "archive_nothing"),
        ("test_gpx.gpx", "source_unknown_kind"),
        ("helsinki.osm.pbf", "source_unknown_kind"),
    ],
)
def test_the_others_get_one_sentence(shared_data: Shared, name: str, key: str) -> None:
    with pytest.raises(SourceError) as caught:
        sources.inspect(shared_data(name))
    assert caught.value.key == key


# --- GeoPackage ---------------------------------------------------------------------------------------


def test_a_geopackage_with_all_kinds_of_columns(tmp_path: Path) -> None:
    path = change(
        gpkg(tmp_path / "网格 库.gpkg"),
        "ALTER TABLE grid ADD COLUMN big INTEGER",
        "ALTER TABLE grid ADD COLUMN bits BLOB",
        "ALTER TABLE grid ADD COLUMN yes BOOLEAN",
        "ALTER TABLE grid ADD COLUMN at DATETIME",
        "ALTER TABLE grid ADD COLUMN on_day DATE",
        "ALTER TABLE grid ADD COLUMN size REAL",
        "UPDATE grid SET big = 310117198001011235, bits = x'00ff', yes = 1, at = '2026-07-01T08:00:00.000Z',"
        " on_day = '2026-07-01', size = 1.5 WHERE n = 1",
        "UPDATE grid SET 编码 = 'a' || char(0) || 'b' WHERE n = 2",
    )
    source = sources.inspect(path)
    assert {f.name: f.type for f in source.layer().fields} == {
        "编码": "text",
        "n": "integer",
        "big": "integer",
        "bits": "blob",
        "yes": "boolean",
        "at": "datetime",
        "on_day": "date",
        "size": "real",
    }
    rows, problems = everything(source, slice_size=2)
    assert problems == [] or [p.key for p in problems] == ["sources.text_cleaned"]
    assert rows.rows == [1, 2, 3]
    assert rows.columns["big"] == [None, 310117198001011235, None]
    assert rows.columns["yes"] == [None, True, None]
    assert rows.columns["on_day"][1] == "2026-07-01"
    assert rows.columns["at"][1].startswith("2026-07-01T08:00:00")
    assert rows.columns["size"] == [None, 1.5, None]
    assert "bits" not in rows.columns


def test_holes_in_the_numbering_and_slices(tmp_path: Path) -> None:
    path = change(
        gpkg(tmp_path / "a.gpkg", count=50),
        "DELETE FROM grid WHERE fid % 3 = 0",
        "UPDATE grid SET fid = -5 WHERE fid = 1",
    )
    source = sources.inspect(path)
    rows, _ = everything(source, slice_size=7)
    assert rows.rows == [-5, *(i for i in range(2, 51) if i % 3)]
    assert source.layer().count == len(rows)


def test_several_layers_and_an_attribute_table(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", "网格")
    gpkg(path, "路段; DROP TABLE", append=True)
    change(
        path,
        "CREATE TABLE people (fid INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO people VALUES (1, '网格长')",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('people', 'attributes', 'people')",
    )
    source = sources.inspect(path)
    assert [(layer.name, layer.geometry_kind) for layer in source.layers] == [
        ("网格", "polygon"),
        ("路段; DROP TABLE", "polygon"),
        ("people", ""),
    ]
    rows, _ = everything(source, "people")
    assert (rows.columns, rows.geometry) == ({"name": ["网格长"]}, None)
    with pytest.raises(SourceError):
        everything(source, "nobody")


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE grid RENAME TO hidden", "CREATE VIEW grid AS SELECT * FROM hidden"],
        ["ALTER TABLE grid ADD COLUMN bomb TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL"],
        ["ALTER TABLE grid ADD COLUMN bomb TEXT AS/**/(hex(zeroblob(100000000)))"],
        ["ALTER TABLE gpkg_extensions RENAME TO e", "CREATE VIEW gpkg_extensions AS SELECT * FROM e"],
    ],
)
def test_what_would_have_to_run_is_refused(tmp_path: Path, statements: list[str]) -> None:
    path = change(gpkg(tmp_path / "a.gpkg"), "PRAGMA legacy_alter_table = ON", *statements)
    before = path.read_bytes()
    with pytest.raises(SourceError) as caught:
        sources.inspect(path)
    assert caught.value.key == "source_runs_code"
    assert path.read_bytes() == before


def test_a_file_that_is_being_edited_is_not_read(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg")
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE more (x)")
    database.commit()
    try:
        with pytest.raises(SourceError) as caught:
            sources.inspect(path)
        assert caught.value.key == "source_open_elsewhere"
    finally:
        database.close()
    assert sources.inspect(path).layer().count == 3


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may write anywhere")
def test_a_read_only_folder_is_enough(tmp_path: Path) -> None:
    gpkg(tmp_path / "a.gpkg")
    tmp_path.chmod(0o555)
    try:
        assert sources.inspect(tmp_path / "a.gpkg").layer().count == 3
    finally:
        tmp_path.chmod(0o755)


def test_a_cut_geopackage_is_damaged(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", count=2000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SourceError) as caught:
        everything(sources.inspect(path))
    assert caught.value.key == "source_damaged"


def test_broken_geometry_blobs_keep_their_rows(tmp_path: Path) -> None:
    path = change(
        gpkg(tmp_path / "a.gpkg", count=40),
        "UPDATE grid SET geom = x'47500001ffffffff' WHERE n = 1",
        "UPDATE grid SET geom = x'' WHERE n = 17",
        "UPDATE grid SET geom = substr(geom, 1, 60) WHERE n = 18",
        "UPDATE grid SET geom = NULL WHERE n = 2",
    )
    rows, problems = everything(sources.inspect(path))
    assert [row for row, g in zip(rows.rows, rows.geometry, strict=True) if g is None] == [2, 3, 18, 19]
    assert [(p.row, p.key) for p in problems] == [
        (2, "sources.broken_geometry"),
        (3, "sources.no_geometry"),
        (18, "sources.broken_geometry"),
        (19, "sources.broken_geometry"),
    ]
    assert rows.columns["编码"] == [f"W{i:03}" for i in range(40)]


# --- shapefile ----------------------------------------------------------------------------------------


def test_gbk_names_without_cpg_and_an_esri_prj(tmp_path: Path) -> None:
    source = sources.inspect(shp(tmp_path))
    layer = source.layer()
    assert (layer.crs, layer.crs_sure, layer.encoding) == ("EPSG:4549", True, "gb18030")
    assert layer.sample == ({"名称": "府城片区"},)
    assert layer.bounds == pytest.approx(BOX.bounds, abs=2e-4)  # of the box in metres
    rows, problems = everything(source)
    assert problems == []
    assert shapely.hausdorff_distance(rows.geometry[0], BOX) < 1e-9
    assert rows.columns == {"名称": ["府城片区"]}


def test_without_prj_the_place_tells_the_zone(tmp_path: Path) -> None:
    path = shp(tmp_path, prj="")
    assert sources.inspect(path).layer().crs is None
    near = sources.inspect(path, near_lon=121.2).layer()
    assert (near.crs, near.crs_sure, near.crs_reason) == ("EPSG:4549", False, "sources.crs_near")
    chosen = sources.inspect(path, crs="EPSG:4549").layer()
    assert (chosen.crs, chosen.crs_reason) == ("EPSG:4549", "sources.crs_chosen")
    rows, _ = everything(sources.inspect(path), crs="4549")
    assert shapely.hausdorff_distance(rows.geometry[0], BOX) < 1e-9


def test_xian_80_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        sources.inspect(shp(tmp_path, prj=XIAN, metres=False))
    assert caught.value.key == "crs_old_chinese"
    assert "Xian 1980" in str(caught.value)


def test_somebody_says_the_file_is_in_gcj02(tmp_path: Path) -> None:
    path = shp(tmp_path, prj="", metres=False)
    rows, _ = everything(sources.inspect(path, crs="GCJ-02"))
    shift = rows.geometry[0].centroid.distance(BOX.centroid)
    assert 0.003 < shift < 0.007


def test_a_shapefile_without_its_index(tmp_path: Path) -> None:
    path = shp(tmp_path)
    path.with_suffix(".shx").unlink()
    with pytest.raises(SourceError) as caught:
        sources.inspect(path)
    assert caught.value.key == "shape_no_index"
    assert not path.with_suffix(".shx").exists()


def test_a_shapefile_without_its_table_and_with_capital_endings(tmp_path: Path) -> None:
    path = shp(tmp_path)
    path.with_suffix(".dbf").unlink()
    rows, _ = everything(sources.inspect(path))
    assert (rows.columns, len(rows)) == ({}, 1)


@pytest.mark.parametrize("ending", [".shp", ".shx", ".dbf", ".prj"])
@pytest.mark.parametrize("how", ["cut", "noise"])
def test_damage_is_one_sentence_or_rows(tmp_path: Path, ending: str, how: str) -> None:
    path = shp(tmp_path)
    part = path.with_suffix(ending)
    content = bytearray(part.read_bytes())
    rng = np.random.default_rng(len(content))
    if how == "cut":
        part.write_bytes(content[: len(content) // 2])
    else:
        for at in rng.integers(40, len(content), 30):
            content[at] = rng.integers(0, 256)
        part.write_bytes(content)
    said = "。"
    count = 0
    try:
        count = len(everything(sources.inspect(path))[0])
    except SourceError as error:
        said = str(error)
    assert count <= 1
    assert said.endswith("。")


# --- zip ----------------------------------------------------------------------------------------------


def test_a_zip_with_chinese_names_from_windows(tmp_path: Path) -> None:
    shp(tmp_path, "网格")
    shp(tmp_path, "路段")
    path = tmp_path / "资料 2026.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(tmp_path.glob("*.*")):
            if file.suffix != ".zip":
                archive.write(file, "x/" + file.name.replace("网格", "GGGG").replace("路段", "RRRR"))
    # Python marks what is not ASCII as UTF-8; Windows writes GBK without a mark.
    content = path.read_bytes().replace(b"GGGG", "网格".encode("gbk")).replace(b"RRRR", "路段".encode("gbk"))
    path.write_bytes(content)
    source = sources.inspect(path)
    assert sorted(layer.name for layer in source.layers) == ["网格", "路段"]
    rows, _ = everything(source, "路段")
    assert rows.columns == {"名称": ["府城片区"]}


def test_zips_with_a_geopackage_and_a_geojson(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(gpkg(tmp_path / "库.gpkg"), "库.gpkg")
        archive.writestr("点.geojson", json.dumps({"type": "Point", "coordinates": [121.2, 31]}))
    source = sources.inspect(tmp_path / "a.zip")
    assert [layer.name for layer in source.layers] == ["库/grid", "点"]
    assert len(everything(source, "库/grid")[0]) == 3
    assert everything(source, "点")[0].geometry[0].wkt == "POINT (121.2 31)"


def test_a_disguised_member_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("点.geojson", "<OGRVRTDataSource></OGRVRTDataSource>")
    with pytest.raises(SourceError) as caught:
        sources.inspect(tmp_path / "a.zip")
    assert caught.value.key == "source_is_markup"


# --- both ends ----------------------------------------------------------------------------------------


def test_cancel_stops_between_slices(tmp_path: Path) -> None:
    path = gpkg(tmp_path / "a.gpkg", count=40)
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int, text: str) -> None:
        seen.append((done, total))
        assert text
        if done >= 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(sources.read(sources.inspect(path), slice_size=10, progress=progress))
    assert seen == [(10, 40), (20, 40)]


def test_a_tangle_is_left_out_in_time(tmp_path: Path) -> None:
    turns = np.arange(20_000) * 2 * np.pi * 9_999 / 20_000
    ring = np.column_stack([121 + 0.1 * np.cos(turns), 31 + 0.1 * np.sin(turns)]).tolist()
    path = tmp_path / "结.geojson"
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}), encoding="utf-8")
    started = time.monotonic()
    rows, problems = everything(sources.inspect(path))
    assert time.monotonic() - started < 30
    assert rows.geometry.tolist() == [None]
    assert [p.key for p in problems] == ["sources.too_tangled"]


def test_wanted_kinds(tmp_path: Path) -> None:
    mixed = [
        "POINT (121 31)",
        "LINESTRING (121 31, 121.1 31)",
        "GEOMETRYCOLLECTION (POINT (121 31), POLYGON ((121 31, 121.1 31, 121.1 31.1, 121 31)))",
    ]
    features = [{"type": "Feature", "geometry": json.loads(shapely.to_geojson(shapely.from_wkt(w)))} for w in mixed]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(features), encoding="utf-8")
    source = sources.inspect(path)
    assert source.layer().geometry_kind == "mixed"
    rows, problems = everything(source, want="polygon")
    assert [None if g is None else g.geom_type for g in rows.geometry] == [None, None, "Polygon"]
    assert [p.key for p in problems] == ["sources.wrong_kind", "sources.wrong_kind", "sources.parts_left_out"]
