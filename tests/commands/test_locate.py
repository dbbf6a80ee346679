"""`gewu locate`: points get their grids, the answers go where they may."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Said


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson"])
def test_points_are_located(gewu: Callable[..., Said], street_file: Path, tmp_path: Path, suffix: str) -> None:
    points = tmp_path / "点.csv"
    points.write_text("名称,经度,纬度\n甲,121.2304,31.0171\n乙,120.0,30.0\n丙,,\n", encoding="gb18030")
    out = tmp_path / f"答案{suffix}"
    code, said, _ = gewu("locate", street_file, points, "--out", out)
    assert code == 0
    assert "1" in said
    rows = answers(out)
    assert rows[0]["名称"] == "甲"
    assert rows[0]["grid_code"].startswith("310117004-W")
    assert rows[0]["grid_path"].split(" / ")[1] == "府城"
    assert rows[0]["base_grid_code"].startswith("310117004-J")
    assert not rows[1]["grid_code"]
    found = json.loads(gewu("locate", street_file, points, "--json")[1])
    assert (found["located"], found["outside"], found["unplaced"]) == (1, 1, 1)
    assert found["rows"][0]["grid_code"] == rows[0]["grid_code"]


def answers(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".geojson":
        return [f["properties"] for f in json.loads(path.read_text("utf-8"))["features"]]
    import openpyxl

    book = openpyxl.load_workbook(path)
    heads, *rows = book.active.iter_rows(values_only=True)
    book.close()
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_where_answers_cannot_go(gewu: Callable[..., Said], street_file: Path, tmp_path: Path) -> None:
    points = tmp_path / "点.csv"
    points.write_text("名称,数\n甲,1\n", encoding="utf-8")
    assert "--map" in gewu("locate", street_file, points)[2]
    points.write_text("lon,lat\n121.2,31.0\n", encoding="utf-8")
    assert ".csv" in gewu("locate", street_file, points, "--out", tmp_path / "a.doc")[2]


def test_answers_do_not_replace_the_file_that_asks(
    gewu: Callable[..., Said], street_file: Path, tmp_path: Path, make_link: Callable[[Path, Path], Path]
) -> None:
    points = tmp_path / "点 位.csv"
    points.write_text("lon,lat\n121.2304,31.0171\n", encoding="utf-8")
    before = points.read_bytes()
    link = make_link(tmp_path / "别名.csv", points)
    for asked, out in ((points, points), (points, link), (link, points)):
        code, said, err = gewu("locate", street_file, asked, "--out", out)
        assert (code, said) == (2, "")
        assert "没有覆盖" in err
    assert points.read_bytes() == before
    assert gewu("locate", street_file, link, "--out", tmp_path / "答.csv")[0] == 0
