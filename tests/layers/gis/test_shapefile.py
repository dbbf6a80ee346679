"""Shapefiles as offices send them: GBK without a mark, without .prj, without .shx, damaged."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.errors import SourceError
from layers.gis import sources
from tests.layers.gis.foreign_files import BOX, XIAN, everything, shp

Shared = Callable[[str], Path]


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
