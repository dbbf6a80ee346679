"""GeoJSON as it comes: whole, cut off, endless, in other encodings, with things that are no features."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.errors import SourceError
from layers.gis import geojson, geojson_text


def parts(path: Path, size: int = 1000, encoding: str = "utf-8") -> tuple[list[geojson.RawSlice], list[str]]:
    found = list(geojson.slices(path, encoding, size))
    return [p for p in found if not isinstance(p, str)], [p for p in found if isinstance(p, str)]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(path: Path, *features: Any, **members: Any) -> Path:
    whole = {"type": "FeatureCollection", **members, "features": list(features)}
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def test_slices_and_sparse_columns(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [121.5, 31.2]}
    path = write(tmp_path / "网格 1.geojson", *(feature(point, **{"名称": str(i), f"列{i % 3}": i}) for i in range(10)))
    slices, _ = parts(path, 4)
    assert [s.rows for s in slices] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert slices[2].columns(["名称", "列2"]) == {"名称": ["8", "9"], "列2": [8, None]}


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_crs_member_is_read_wherever_it_stands(tmp_path: Path, place: str) -> None:
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    text = '{"type":"FeatureCollection","features":[]}'
    said = '"crs":' + json.dumps(member)
    text = text.replace('"features"', said + ',"features"') if place == "before" else text[:-1] + "," + said + "}"
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    assert parts(tmp_path / "a.geojson") == ([], ["urn:ogc:def:crs:EPSG::4549"])


def test_a_crs_link_is_not_followed(tmp_path: Path) -> None:
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:1/crs", "type": "proj4"}}
    path = write(tmp_path / "a.geojson", feature(None), crs=link)
    assert parts(path)[1] == [""]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"type":"Point","coordinates":[1,2]}', 1),
        ('{"type":"Feature","properties":null,"geometry":null}', 1),
        ('[{"type":"Feature","geometry":null}, 3, null]', 3),
        ('{"type":"Feature"}\n{"type":"Feature"}\n', 2),
        ('\x1e{"type":"Feature"}\n\x1e{"type":"Feature"}\n', 2),
        ('{"type":"FeatureCollection","features":[]}', 0),
        ('{"features":null,"type":"FeatureCollection"}', 0),
        ("[]", 0),
    ],
)
def test_shapes_of_the_whole(tmp_path: Path, text: str, count: int) -> None:
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    slices, _ = parts(tmp_path / "a.geojson")
    assert sum(len(s.rows) for s in slices) == count


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"type":"FeatureCollection","features":[{"type":"Fea', "geojson_broken"),
        ('{"type":"FeatureCollection","features":[{}', "geojson_broken"),
        ("{a:1}", "geojson_broken"),
        ("[1 2]", "geojson_broken"),
        ('{"a":' + "9" * 5000 + "}", "geojson_broken"),
        ("[" * 100_000, "geojson_too_deep"),
        ('{"a":' * 100_000, "geojson_too_deep"),
        ('[{"type":"Feature"}] x', "geojson_broken"),
    ],
)
def test_what_is_not_json_is_one_sentence(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        parts(tmp_path / "a.geojson")
    assert caught.value.key == key
    assert "a.geojson" in str(caught.value)


def test_a_feature_longer_than_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson_text, "MAX_PIECE", 3_000_000)
    path = write(tmp_path / "a.geojson", feature(None, text="长" * 10_000_000))
    with pytest.raises(SourceError) as caught:
        parts(path)
    assert caught.value.key == "geojson_too_long"


def test_pieces_on_the_edge_of_a_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"n": 123456, "text": "甲乙", "list": [1, 2.5, None, True]}
    for chunk in range(1, 12):
        monkeypatch.setattr(geojson_text, "_CHUNK", chunk)
        path = write(tmp_path / "a.geojson", *(feature(None, **whole) for _ in range(3)))
        values = parts(path)[0][0].values
        assert values == [{"n": 123456, "text": "甲乙", "list": "[1, 2.5, null, true]"}] * 3


def test_a_wrong_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_bytes('{"名": "称"}'.encode("gb18030"))
    with pytest.raises(SourceError) as caught:
        parts(tmp_path / "a.geojson")
    assert caught.value.key == "encoding_wrong"


def test_gb18030_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_bytes('{"type":"Feature","properties":{"名称":"𠮷里"}}'.encode("gb18030"))
    assert parts(tmp_path / "a.geojson", encoding="gb18030")[0][0].values == [{"名称": "𠮷里"}]


def test_values_that_no_column_can_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"Feature","id":7,"properties":{"a\\u0000b":"x\\u0000\\u202ey\\ud800","big":123456789012345678901,'
        '"inf":1e999,"nan":NaN,"dup":1,"dup":2,"A\\u0000B":5}}',
        encoding="utf-8",
    )
    raw = parts(path)[0][0]
    names = list(raw.values[0])
    assert names == ["ab", "big", "inf", "nan", "dup", "AB_2", "id"]
    columns = raw.columns(names)
    assert columns == {
        "ab": ["xy"],
        "big": ["123456789012345678901"],
        "inf": [None],
        "nan": [None],
        "dup": [2],
        "AB_2": [5],
        "id": [7],
    }
    assert [p.key for p in raw.problems] == ["sources.text_cleaned"]


def test_too_many_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", feature(None, **{f"c{i}": i for i in range(3000)}))
    with pytest.raises(SourceError) as caught:
        parts(path)
    assert caught.value.key == "too_many_fields"


GEOMETRIES = [
    "POINT (1 2)",
    "LINESTRING (0 0, 1 1, 2 0)",
    "POLYGON ((0 0, 9 0, 9 9, 0 0), (3 1, 4 1, 4 2, 3 1))",
    "MULTIPOINT ((0 0), (1 1))",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 4))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 5), (7 6, 8 6, 8 7, 7 6)))",
    "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1), GEOMETRYCOLLECTION (POINT (3 3)))",
    "POINT EMPTY",
    "POLYGON EMPTY",
]


@given(picked=st.lists(st.sampled_from(GEOMETRIES), max_size=30))
def test_any_mix_of_geometries_is_rebuilt(picked: list[str]) -> None:
    wanted = [shapely.from_wkt(text) for text in picked]
    found, bad = geojson.build([json.loads(shapely.to_geojson(geometry)) for geometry in wanted])
    assert bad == []
    assert [shapely.to_wkt(g) for g in found] == [shapely.to_wkt(g) for g in wanted]


BROKEN: list[Any] = [
    3,
    "POINT (1 2)",
    {},
    {"type": "Circle", "coordinates": [1, 2]},
    {"type": ["Point"], "coordinates": [1, 2]},
    {"type": "Point", "coordinates": [1]},
    {"type": "Point", "coordinates": "12"},
    {"type": "Point", "coordinates": {"x": 1}},
    {"type": "LineString", "coordinates": [[0, 0]]},
    {"type": "LineString", "coordinates": [[0, 0], 5]},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
    {"type": "Polygon", "coordinates": [[], [[0, 0], [1, 0], [1, 1], [0, 0]]]},
    {"type": "Polygon", "coordinates": [0, 0]},
    {"type": "MultiPolygon", "coordinates": [[[["a", "b"]]]]},
    {"type": "GeometryCollection"},
    {"type": "GeometryCollection", "geometries": [None]},
]


@given(picked=st.lists(st.sampled_from(range(len(BROKEN) + 1)), min_size=1, max_size=20))
def test_broken_geometries_do_not_touch_their_neighbours(picked: list[int]) -> None:
    good = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    found, bad = geojson.build([BROKEN[i] if i < len(BROKEN) else good for i in picked])
    assert bad == [k for k, i in enumerate(picked) if i < len(BROKEN)]
    assert [g is None for g in found] == [i < len(BROKEN) for i in picked]


def test_collections_nested_without_end() -> None:
    shape: dict[str, Any] = {"type": "GeometryCollection", "geometries": []}
    for _ in range(50):
        shape = {"type": "GeometryCollection", "geometries": [shape]}
    found, bad = geojson.build([shape])
    assert bad == [0]
    assert found[0] is None
