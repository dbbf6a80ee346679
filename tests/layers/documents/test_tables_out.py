"""What is written for Excel: texts that cannot run, numbers that keep their digits, whole files or none."""

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.documents import sheets, tables_out
from layers.documents.formulas import guarded, unguarded
from layers.errors import WorkspaceError

DANGEROUS = ["=1+1", "+1", "-1+2", "@SUM(1)", "\tx", "\rx", '=HYPERLINK("http://evil")', "＝1", "=cmd|' /C calc'!A0"]
ROWS = [
    [text, 310117198001011235, "310117198001011235", "001", 1.5, None, True, dt.datetime(2026, 11, 20, 8, 5)]
    for text in DANGEROUS
]
HEADINGS = ["=描述", "长数", "身份证", "编号", "小数", "空", "真", "时间"]


@given(st.text(max_size=8))
def test_the_guard_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_csv_runs_nothing_and_reads_chinese(tmp_path: Path) -> None:
    path = tmp_path / "任务 列表.csv"
    assert tables_out.write_csv(path, HEADINGS, ROWS) == len(DANGEROUS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert all(row[0].startswith("'") for row in rows)
    assert rows[1][1:] == ["310117198001011235", "310117198001011235", "001", "1.5", "", "TRUE", "2026-11-20 08:05:00"]
    again = next(sheets.read(sheets.inspect(path)))
    assert (
        again.columns["=描述"] == ["x" if t in ("\tx", "\rx") else t for t in DANGEROUS]
        or again.columns["=描述"] == DANGEROUS
    )


def test_a_workbook_runs_nothing_and_keeps_digits(tmp_path: Path) -> None:
    path = tmp_path / "任务 列表.xlsx"
    assert (
        tables_out.write_xlsx(
            path, {"任务": (HEADINGS, ROWS), "任务/二": (["a"], iter([["x"]])), "任务 二": (["a"], [])}
        )
        == len(DANGEROUS) + 1
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["任务", "任务 二", "任务 二 2"]
    page = book["任务"]
    for row in page.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert not (isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")))
    assert [cell.value for cell in page[2]][1:4] == ["310117198001011235", "310117198001011235", "001"]
    assert page["D2"].number_format == "@"
    assert page["H2"].value == dt.datetime(2026, 11, 20, 8, 5)
    assert page.freeze_panes == "A2"
    again = next(sheets.read(sheets.inspect(path), "任务"))
    assert again.columns["=描述"][0] == "=1+1"
    assert again.columns["身份证"][0] == "310117198001011235"


def test_control_characters_and_endless_texts(tmp_path: Path) -> None:
    tables_out.write_xlsx(
        tmp_path / "a.xlsx", {"a" * 60 + "[x]": (["\x07名"], [["\0\x1bx" + "长" * 40_000], [float("nan")]])}
    )
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert page["A1"].value == "名"
    assert len(page["A2"].value) == 32_767
    assert page["A3"].value is None


def test_a_long_table_goes_on_in_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_out, "_MOST_ROWS", 4)
    tables_out.write_xlsx(tmp_path / "a.xlsx", {"表": (["n"], [[i] for i in range(7)])})
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [[cell.value for cell in page["A"]] for page in book] == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


def test_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine", encoding="utf-8")

    def rows() -> object:
        yield ["1"]
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        tables_out.write_csv(path, ["a"], rows())  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    with pytest.raises(WorkspaceError) as caught:
        tables_out.write_csv(tmp_path / "没有" / "a.csv", ["a"], [])
    assert caught.value.key == "no_folder"
