"""Sheets as they are laid out for people: merged cells, headings over two rows, and numbers that lie."""

import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from layers.documents import sheets
from layers.errors import SourceError


def laid_out(path: Path, rows: list[list[object]], *merged: str) -> Path:
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    for cells in merged:
        work.active.merge_cells(cells)
    work.save(path)
    return path


def whole(path: Path) -> tuple[int, dict[str, list[object]]]:
    source = sheets.inspect(path)
    columns: dict[str, list[object]] = {field.name: [] for field in source.layer().fields}
    for part in sheets.read(source):
        for name, values in part.columns.items():
            columns[name] += values
    return source.layer().header_row, columns


def changed(path: Path, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, change(data) if "sheet1" in name else data)
    return path


def test_a_cell_merged_downwards_counts_for_its_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["片区", "微网格", "户数"],
        ["府城", "W001", 10],
        [None, "W002", 20],
        [None, None, None],
        ["功能区", "W003", 30],
    ]
    header, columns = whole(laid_out(tmp_path / "网格 表.xlsx", rows, "A2:A4"))
    assert header == 1
    assert columns == {
        "片区": ["府城", "府城", "功能区"],
        "微网格": ["W001", "W002", "W003"],
        "户数": ["10", "20", "30"],
    }


def test_headings_over_two_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["中山街道部件表", None, None, None],
        ["编号", "名称", "坐标", None],
        [None, None, "经度", "纬度"],
        ["1", "井盖", 121.2, 31.0],
    ]
    header, columns = whole(laid_out(tmp_path / "a.xlsx", rows, "A1:D1", "A2:A3", "B2:B3", "C2:D2"))
    assert header == 3
    assert columns == {"编号": ["1"], "名称": ["井盖"], "经度": ["121.2"], "纬度": ["31"]}


def test_a_row_number_that_lies_ends_in_time(tmp_path: Path) -> None:
    path = laid_out(tmp_path / "a.xlsx", [["a"], ["1"]])
    changed(
        path, lambda data: re.sub(rb'<row r="2"', b'<row r="99999999999"', data).replace(b'r="A2"', b'r="A99999999999"')
    )
    with pytest.raises(SourceError) as caught:
        whole(path)
    assert caught.value.key in ("table_too_big", "source_damaged")


def test_merged_cells_that_lie(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", "b"], ["1", "2"], [None, "3"]]
    wide = laid_out(tmp_path / "a.xlsx", rows, "A2:A3")
    changed(wide, lambda data: data.replace(b'ref="A2:A3"', b'ref="A2:XFD1048576"'))
    assert whole(wide)[1] == {"a": ["1", "1"], "b": ["2", "3"]}
    beyond = laid_out(tmp_path / "b.xlsx", rows, "A2:A3")
    changed(beyond, lambda data: data.replace(b'ref="A2:A3"', b'ref="A2:XFD9999999"'))
    with pytest.raises(SourceError, match="已损坏"):
        whole(beyond)


@pytest.mark.parametrize("seed", range(40))
def test_noise_in_any_part_is_one_sentence_or_rows(tmp_path: Path, seed: int) -> None:
    source = laid_out(tmp_path / "a.xlsx", [["编号", "名称"], *([i, f"网格{i}"] for i in range(20))])
    chance = random.Random(seed)
    with zipfile.ZipFile(source) as archive:
        content = {info.filename: bytearray(archive.read(info)) for info in archive.infolist()}
    for data in content.values():
        for _ in range(chance.choice([0, 1, 3])):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(3)] = chance.choice([b"9999", b"<", b'"', b"x", b"\xff"])
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, bytes(data))
    said = "。"
    count = 0
    try:
        count = len(next(iter(whole(tmp_path / "b.xlsx")[1].values())))
    except SourceError as error:
        said = str(error)
    assert count <= 21
    assert said.endswith("。")
