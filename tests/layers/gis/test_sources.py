"""Foreign geographic files from preview to rows: the sample files, archives, cancelling, wanted kinds."""

import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.errors import Cancelled, SourceError
from layers.gis import sources
from tests.layers.gis.foreign_files import everything, gpkg, shp

Shared = Callable[[str], Path]


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


def test_a_damaged_character_does_not_hide_a_file(tmp_path: Path) -> None:
    features = [{"type": "Feature", "properties": {"名称": "网格" * 20}, "geometry": None} for _ in range(200)]
    content = bytearray(json.dumps(features, ensure_ascii=False).encode())
    content[content.index("网格".encode()) + 1] = 0xFF
    (tmp_path / "a.geojson").write_bytes(content)
    source = sources.inspect(tmp_path / "a.geojson")
    assert (source.layer().encoding, source.layer().encoding_reason) == ("utf-8", "sources.encoding_damaged")
    rows, problems = everything(source)
    assert "\ufffd" in rows.columns["名称"][0]
    assert (1, "sources.text_damaged") in [(p.row, p.key) for p in problems]
    with pytest.raises(SourceError) as caught:
        everything(source, encoding="gbk")
    assert caught.value.key == "encoding_wrong"
