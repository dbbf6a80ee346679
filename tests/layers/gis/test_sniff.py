"""The door: what a file is must be what it says, and every refusal is one sentence."""

import sqlite3
import zipfile
from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.gis.sniff import identify

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>{target}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def refused(path: Path | str) -> str:
    with pytest.raises(SourceError) as caught:
        identify(path)
    sentence = str(caught.value)
    assert sentence.endswith("。")
    assert "\n" not in sentence
    return caught.value.key


def test_every_kind_is_known_by_its_content(tmp_path: Path) -> None:
    good = {
        "a.geojson": b'\xef\xbb\xbf {"type": "FeatureCollection", "features": []}',
        "b.JSON": b"[]",
        "c.csv": "编号,名称\n1,甲\n".encode("gb18030"),
        "d.tsv": b"a\tb\n",
        "e.txt": "编号\n".encode("utf-16"),
        "f.shp": b"\0\0\x27\x0a" + bytes(24) + b"\xe8\x03\0\0" + bytes(68),
    }
    for name, content in good.items():
        (tmp_path / name).write_bytes(content)
    found = {name: identify(tmp_path / name) for name in good}
    assert found == {
        "a.geojson": "geojson",
        "b.JSON": "geojson",
        "c.csv": "csv",
        "d.tsv": "csv",
        "e.txt": "csv",
        "f.shp": "shp",
    }


@pytest.mark.parametrize("name", ["网格.geojson", "任务.csv", "x.json", "y.txt"])
@pytest.mark.parametrize("target", ["/etc/passwd", "/vsicurl/http://127.0.0.1:1/x.geojson", "http://127.0.0.1:1/"])
def test_a_vrt_is_refused_under_any_name(tmp_path: Path, name: str, target: str) -> None:
    for mark in (b"", b"\xef\xbb\xbf", b"  \r\n"):
        (tmp_path / name).write_bytes(mark + VRT.format(target=target).encode())
        assert refused(tmp_path / name) == "source_is_markup"


def test_a_vrt_in_utf16_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(VRT.format(target="/etc/passwd").encode("utf-16"))
    assert refused(tmp_path / "x.csv") == "source_is_markup"


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/http://example.org/a.geojson",
        "/vsizip/a.zip/b.shp",
        "\\vsimem\\a.gpkg",
        "http://example.org/a.geojson",
        "file:///etc/passwd",
        "GPKG:a.gpkg:layer",
        "GeoJSON:{}",
        "\\\\.\\COM1",
        "a\0.csv",
        "a\n.csv",
    ],
)
def test_what_is_not_a_plain_path_is_refused(path: str) -> None:
    assert refused(path) == "source_not_a_path"


def test_missing_empty_folder_and_unknown(tmp_path: Path) -> None:
    assert refused(tmp_path / "没有.gpkg") == "missing"
    (tmp_path / "空.geojson").touch()
    assert refused(tmp_path / "空.geojson") == "empty"
    (tmp_path / "文件夹.gpkg").mkdir()
    assert refused(tmp_path / "文件夹.gpkg") == "not_a_file"
    for name in ("a.kml", "b.vrt", "c.gml", "没有扩展名", "d.pbf"):
        (tmp_path / name).write_bytes(b"x")
        assert refused(tmp_path / name) == "source_unknown_kind"
    (tmp_path / "e.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    assert refused(tmp_path / "e.xls") == "source_old_excel"


def test_other_content_than_the_name_says(tmp_path: Path) -> None:
    wrong = {
        "a.gpkg": b"PK\3\4",
        "b.shp": b'{"type": "Feature"}' * 10,
        "c.zip": b'{"type": "Feature"}',
        "d.xlsx": b"a,b\n1,2\n",
        "e.csv": b"PK\3\4\0\0",
        "f.csv": b"a,b\n\0\1\2",
        "g.geojson": b"a,b\n1,2\n",
        "h.dbf": b"nothing like a table at all, but long enough",
    }
    for name, content in wrong.items():
        (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name) == "source_other_content"
    (tmp_path / "old.xlsx").write_bytes(b"\xd0\xcf\x11\xe0")
    assert refused(tmp_path / "old.xlsx") == "source_old_excel"


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "微信.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE message (id INTEGER PRIMARY KEY)")
    database.close()
    assert refused(path) == "source_other_database"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA application_id = 0x47504B47")
    database.close()
    assert refused(path) == "source_other_database"  # it says GeoPackage and has no contents


def test_a_cut_database_is_damaged(tmp_path: Path, shared_data) -> None:  # type: ignore[no-untyped-def]
    whole = shared_data("hostile/gpkg_hostile_trigger.gpkg").read_bytes()
    path = tmp_path / "cut.gpkg"
    path.write_bytes(whole[:1500])
    assert refused(path) == "source_damaged"


def test_the_hostile_files_that_the_door_knows(shared_data) -> None:  # type: ignore[no-untyped-def]
    assert refused(shared_data("hostile/xxe.kml")) == "source_unknown_kind"
    assert identify(shared_data("hostile/gpkg_hostile_trigger.gpkg")) == "gpkg"
    assert identify(shared_data("hostile/odd_features.geojson")) == "geojson"
    assert identify(shared_data("hostile/formula_gbk.csv")) == "csv"


def test_a_workbook_is_not_a_zip_of_shapes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    assert identify(tmp_path / "a.xlsx") == "xlsx"
