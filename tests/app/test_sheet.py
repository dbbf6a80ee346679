"""Tables for spreadsheets: nothing is read as a formula, Chinese stays whole, the file is whole or not there."""

import csv
import errno
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sheet import as_csv, as_html, guarded, write_csv
from layers.errors import SourceError


@pytest.mark.parametrize("risky", ["=1+1", "+CMD|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "\r=1"])
def test_a_formula_is_taken_for_text(risky):
    assert guarded(risky) == "'" + risky


@pytest.mark.parametrize("harmless", ["", "中山东路", "-12.5", "+3", "12", "a=b"])
def test_what_is_no_formula_stays_as_it_is(harmless):
    assert guarded(harmless) == harmless


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=8), min_size=2))
def test_csv_reads_back(cells):
    read = next(csv.reader([as_csv([cells]).rstrip("\r\n")]))
    assert read == [guarded(cell) for cell in cells]


def test_excel_sees_that_it_is_utf8(tmp_path: Path):
    path = tmp_path / "任务 列表.csv"
    write_csv(path, [["编号", "位置"], ["20261120-A-0041", "中山东路 120 弄"]])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == "编号,位置\r\n20261120-A-0041,中山东路 120 弄\r\n"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_missing_folder_is_one_sentence(tmp_path: Path):
    with pytest.raises(SourceError) as refused:
        write_csv(tmp_path / "nowhere" / "x.csv", [["a"]])
    assert "x.csv" in str(refused.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
def test_others_may_read_what_they_may_read_of_any_new_file(tmp_path: Path):
    before = os.umask(0o027)
    try:
        write_csv(tmp_path / "列表.csv", [["a"]])
    finally:
        os.umask(before)
    assert (tmp_path / "列表.csv").stat().st_mode & 0o777 == 0o640


def test_a_full_disk_is_called_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SourceError) as refused:
        write_csv(tmp_path / "列表.csv", [["a"]])
    assert refused.value.key == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_cells_on_the_clipboard_are_marked_as_text_and_escaped():
    made = as_html([["<b>", "310117004001002003"]])
    assert "&lt;b&gt;" in made
    assert made.count("mso-number-format:'\\@'") == 2
