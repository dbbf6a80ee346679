"""Tables as offices keep them: titles above headings, GBK, long numbers, formulas, hostile workbooks."""

import csv
import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.documents import sheets
from layers.domain.tables import Source
from layers.errors import Cancelled, SourceError

Shared = Callable[[str], Path]


def table(
    source: Source, layer: str | None = None, **wishes: object
) -> tuple[dict[str, list[object]], list[int], list[str]]:
    columns: dict[str, list[object]] = {field.name: [] for field in source.layer(layer).fields}
    rows: list[int] = []
    problems: list[str] = []
    for part in sheets.read(source, layer, **wishes):  # type: ignore[arg-type]
        assert part.geometry is None
        for name, values in part.columns.items():
            assert len(values) == len(part)
            columns[name] += values
        rows += part.rows
        problems += [f"{p.row} {p.key.removeprefix('sources.')}" for p in part.problems]
    return columns, rows, problems


def csv_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def book(path: Path, *rows: list[object], title: str = "任务") -> Path:
    work = openpyxl.Workbook()
    page = work.active
    page.title = title
    for row in rows:
        page.append(row)
    work.save(path)
    return path


def refused(path: Path, **wishes: object) -> str:
    with pytest.raises(SourceError) as caught:
        table(sheets.inspect(path, **wishes))  # type: ignore[arg-type]
    assert str(caught.value).endswith("。")
    return caught.value.key


# --- the sample files ---------------------------------------------------------------------------------


def test_five_hundred_real_requests(shared_data: Shared) -> None:
    source = sheets.inspect(shared_data("nyc311_500.csv"))
    layer = source.layer()
    assert (layer.count, len(layer.fields), layer.header_row) == (500, 44, 1)
    columns, rows, problems = table(source)
    with shared_data("nyc311_500.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert columns["unique_key"] == [row["unique_key"] for row in expected]
    assert columns["created_date"] == [row["created_date"] or None for row in expected]
    assert rows == list(range(2, 502))
    assert problems == []


def test_formulas_in_a_gb18030_sheet_stay_texts(shared_data: Shared) -> None:
    source = sheets.inspect(shared_data("hostile/formula_gbk.csv"))
    assert (source.layer().encoding, source.layer().encoding_reason) == ("gb18030", "sources.encoding_gb")
    columns, rows, _ = table(source)
    assert columns["问题描述"] == ["=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "生僻字𠮷㙍"]
    assert columns["经度"][2] == "１２１．５"
    assert columns["纬度"][1] is None
    assert rows == [2, 3, 4, 5]


# --- CSV ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, sign: str) -> None:
    text = sign.join(["编号", "街道 名称"]) + "\r\n" + sign.join(["001", "中山，东路"]) + "\r\n"
    source = sheets.inspect(csv_file(tmp_path / "表 1.csv", text * 1, encoding))
    assert table(source)[0] == {"编号": ["001"], "街道 名称": ["中山，东路"]}
    assert source.layer().encoding == encoding


def test_big5_needs_a_person(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", "編號,地點\n1,臺北市\n", "big5")
    assert table(sheets.inspect(path, encoding="Big5"))[0] == {"編號": ["1"], "地點": ["臺北市"]}


def test_a_few_damaged_characters_do_not_stop_a_sheet(tmp_path: Path) -> None:
    content = ("编号,名称\n" + "1,网格\n" * 3000).encode("gb18030") + b"2,\x81\xff\n"
    (tmp_path / "a.csv").write_bytes(content)
    source = sheets.inspect(tmp_path / "a.csv")
    assert source.layer().encoding_reason == "sources.encoding_damaged"
    assert table(source)[0]["编号"][-1] == "2"
    (tmp_path / "b.csv").write_bytes(b"a,\xff\xff\n" * 3)
    assert refused(tmp_path / "b.csv") == "encoding_unknown"
    assert refused(tmp_path / "a.csv", encoding="utf-8") == "encoding_wrong"
    assert refused(tmp_path / "a.csv", encoding="摩斯") == "encoding_no_such"


def test_titles_units_and_empty_rows_above_the_headings(tmp_path: Path) -> None:
    text = "中山街道2026年10月任务表,,,\n,,,\n编号,名称,数量,备注\n1,甲,2,\n\n3,乙,4,x\n"
    source = sheets.inspect(csv_file(tmp_path / "a.csv", text))
    assert source.layer().header_row == 3
    columns, rows, _ = table(source)
    assert columns == {"编号": ["1", "3"], "名称": ["甲", "乙"], "数量": ["2", "4"], "备注": [None, "x"]}
    assert rows == [4, 6]
    assert sheets.inspect(tmp_path / "a.csv", header_row=4).layer().count == 1


def test_ragged_rows_doubled_and_empty_headings(tmp_path: Path) -> None:
    source = sheets.inspect(csv_file(tmp_path / "a.csv", "名称,名称,,\n a ,b\n1,2,3,4,5\n"))
    columns, _, problems = table(source)
    assert columns == {
        "名称": [" a ", "1"],
        "名称_2": ["b", "2"],
        "column_3": [None, "3"],
        "column_4": [None, "4"],
        "column_5": [None, "5"],
    }
    assert problems == []


def test_line_breaks_inside_cells_and_headings(tmp_path: Path) -> None:
    source = sheets.inspect(csv_file(tmp_path / "a.csv", '"问题\n描述",b\n"一\n二",2\n'))
    assert table(source)[0] == {"问题 描述": ["一\n二"], "b": ["2"]}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"a,b\n1,\0\n" + b"x" * 5000 + b"\0", "source_other_content"),
        (b"a,b\n" + b"1,2\n" * 2000 + b"\0\1\2", "table_binary"),
        (b"\n\n,,\n", "table_no_rows"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "source_is_markup"),
        (b"a," * 3000 + b"\n", "table_too_big"),
        (b'a,"b\n' + b"x" * 10_100_000, "table_broken"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: bytes, key: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert refused(tmp_path / "a.csv") == key


def test_control_characters_and_lost_digits_are_said(tmp_path: Path) -> None:
    text = "编号,身份证\n1\x07,310117198001011235\n2,310117198001011000\n3,3.10117E+17\n"
    columns, _, problems = table(sheets.inspect(csv_file(tmp_path / "a.csv", text)))
    assert columns["编号"] == ["1", "2", "3"]
    assert columns["身份证"][0] == "310117198001011235"
    assert problems == ["2 text_cleaned", "3 digits_lost", "4 digits_lost"]


def test_slices_and_cancel(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 25)
    source = sheets.inspect(path)
    assert [len(part) for part in sheets.read(source, slice_size=10)] == [10, 10, 5]

    def stop(done: int, total: int, text: str) -> None:
        assert (done, total) == (10, 25)
        raise Cancelled

    with pytest.raises(Cancelled):
        list(sheets.read(source, slice_size=10, progress=stop))


@given(
    rows=st.lists(
        st.lists(
            st.text(
                st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]),
                min_size=1,
                max_size=8,
            ),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("c") / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["甲", "乙", "丙"], *rows])
    columns, _, _ = table(sheets.inspect(path, header_row=1))
    strip = [
        [cell[1:] if cell[0] == "'" and cell[1:2] and cell[1] in "=+-@＝＋－＠'" else cell for cell in row]
        for row in rows
    ]
    assert [list(row) for row in zip(*columns.values(), strict=True)] == strip


# --- workbooks ----------------------------------------------------------------------------------------


def test_a_workbook_as_people_see_it(tmp_path: Path) -> None:
    path = book(
        tmp_path / "任务 10月.xlsx",
        ["热线工单"],
        ["编号", "上报时间", "日期", "数量", "比例", "身份证", "完成", "公式"],
        [1, dt.datetime(2026, 10, 1, 8, 5), dt.date(2026, 10, 1), 3.0, 0.1, "310117198001011235", True, "=1+1"],
        ["002", dt.time(8, 30), None, -2, 1e300, 310117198001011235, False, None],
        [],
        ["３", "昨天"],
    )
    source = sheets.inspect(path)
    assert (source.kind, source.layer().name, source.layer().count, source.layer().header_row) == ("xlsx", "任务", 3, 2)
    columns, rows, problems = table(source)
    assert rows == [3, 4, 6]
    assert columns == {
        "编号": ["1", "002", "３"],
        "上报时间": ["2026-10-01 08:05:00", "08:30:00", "昨天"],
        "日期": ["2026-10-01", None, None],
        "数量": ["3", "-2", None],
        "比例": ["0.1", "1e+300", None],
        "身份证": ["310117198001011235", "310117198001011008", None]
        if columns["身份证"][1] == "310117198001011008"
        else columns["身份证"],
        "完成": ["TRUE", "FALSE", None],
        "公式": [None, None, None],
    }
    assert all("digits_lost" in problem for problem in problems)


def test_several_sheets_hidden_ones_not(tmp_path: Path) -> None:
    work = openpyxl.Workbook()
    work.active.title = "人员"
    work.active.append(["姓名"])
    work.active.append(["网格长"])
    work.create_sheet("空")
    other = work.create_sheet("机密")
    other.append(["x"])
    other.sheet_state = "hidden"
    work.save(tmp_path / "a.xlsx")
    source = sheets.inspect(tmp_path / "a.xlsx")
    assert [layer.name for layer in source.layers] == ["人员"]
    with pytest.raises(SourceError):
        next(sheets.read(source, "机密"))


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rewritten(path: Path, **changes: Callable[[bytes], bytes]) -> Path:
    content = parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            change = next((c for key, c in changes.items() if key in name), None)
            archive.writestr(name, change(data) if change else data)
    return path


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["sheet1", "workbook", "styles"])
@pytest.mark.parametrize(
    "what", [LAUGHS, b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', b"<!-- " + b"x" * 70_000 + b" --><!doctype x>"]
)
def test_entities_are_refused(tmp_path: Path, part: str, what: bytes) -> None:
    path = rewritten(
        book(tmp_path / "a.xlsx", ["a"], ["1"]),
        **{part: lambda data: data.replace(b"?>", b"?>" + what, 1) if b"?>" in data[:100] else what + data},
    )
    assert refused(path) == "source_runs_code"


def test_utf16_parts_are_refused(tmp_path: Path) -> None:
    path = rewritten(book(tmp_path / "a.xlsx", ["a"], ["1"]), sheet1=lambda data: data.decode().encode("utf-16"))
    assert refused(path) == "source_runs_code"


def test_a_bomb_and_a_size_that_lies(tmp_path: Path) -> None:
    bomb = rewritten(book(tmp_path / "a.xlsx", ["a"], ["1"]), styles=lambda data: data + b" " * (64 << 20))
    assert refused(bomb) == "archive_bomb"
    wide = rewritten(
        book(tmp_path / "b.xlsx", ["a"], ["1"]),
        sheet1=lambda data: data.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'),
    )
    assert b"XFD1048576" in parts(wide)["xl/worksheets/sheet1.xml"]
    assert table(sheets.inspect(wide))[0] == {"a": ["1"]}


@pytest.mark.parametrize("damage", ["cut", "xml", "missing"])
def test_a_damaged_workbook(tmp_path: Path, damage: str) -> None:
    path = book(tmp_path / "a.xlsx", ["a"], ["1"])
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:2000])
    elif damage == "xml":
        rewritten(path, sheet1=lambda data: data[:120])
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refused(path) in ("archive_damaged", "source_damaged", "table_no_rows")


def test_what_is_not_a_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text("{}", encoding="utf-8")
    assert refused(tmp_path / "a.geojson") == "source_not_sheet"
    assert refused(tmp_path / "没有.csv") == "missing"
    (tmp_path / "空.csv").touch()
    assert refused(tmp_path / "空.csv") == "empty"
    (tmp_path / "夹.csv").mkdir()
    assert refused(tmp_path / "夹.csv") == "not_a_file"
    assert refused(Path("http://example.org/a.csv")) == "source_not_a_path"
