"""Attribute tables in every encoding, with the faults that real ones have."""

from pathlib import Path

import pytest

from layers.errors import SourceError
from layers.gis import dbf
from tests.layers.gis.foreign_files import table


def whole(path: Path, cpg: Path | None = None, by_hand: str | None = None) -> tuple[dict[str, list[object]], str, str]:
    header = dbf.header(path)
    encoding = dbf.encoding(header, by_hand, cpg)
    return dbf.read(header, encoding.name, 0, header.count)[0], encoding.name, encoding.reason


def test_gbk_without_any_mark(tmp_path: Path, shared_data) -> None:  # type: ignore[no-untyped-def]
    values, name, reason = whole(shared_data("gbk.dbf"))
    assert (values, name, reason) == ({"NAME": ["简体国语"]}, "gb18030", "sources.encoding_gb")


def test_big5_with_its_cpg(shared_data) -> None:  # type: ignore[no-untyped-def]
    values, name, reason = whole(shared_data("big5.dbf"), shared_data("big5.cpg"))
    assert (values, name, reason) == ({"NAME": ["國語"]}, "big5hkscs", "sources.encoding_cpg")


@pytest.mark.parametrize(
    ("language", "written", "name", "reason"),
    [
        (0x4D, "gbk", "gb18030", "sources.encoding_ldid"),
        (0x4F, "big5", "cp950", "sources.encoding_ldid"),
        (0x4D, "utf-8", "utf-8", "sources.encoding_utf8"),
        (0x57, "gbk", "gb18030", "sources.encoding_gb"),
        (0x00, "utf-8", "utf-8", "sources.encoding_utf8"),
    ],
)
def test_the_header_is_believed_if_the_bytes_agree(
    tmp_path: Path, language: int, written: str, name: str, reason: str
) -> None:
    path = table(tmp_path / "网格.dbf", [(b"NAME", "C", 30, 0)], [["中山街道三號".encode(written, "ignore")]], language)
    values, found, why = whole(path)
    if (language, written) == (0x4D, "utf-8"):
        assert values["NAME"] == ["中山街道三號"] or found == "gb18030"  # UTF-8 bytes may be valid GBK too
        return
    assert (found, why) == (name, reason)


def test_a_lying_cpg_is_not_believed(tmp_path: Path) -> None:
    path = table(tmp_path / "a.dbf", [("名称".encode("gbk"), "C", 20, 0)], [["方塔小区".encode("gbk")]])
    (tmp_path / "a.cpg").write_bytes(b"UTF-8")
    values, name, reason = whole(path, tmp_path / "a.cpg")
    assert (values, name, reason) == ({"名称": ["方塔小区"]}, "gb18030", "sources.encoding_cpg_wrong")


def test_characters_cut_in_two_by_the_width(tmp_path: Path) -> None:
    names = ["责任网格名称".encode()[:10], "网格编码编码".encode()[:10]]
    path = table(tmp_path / "a.dbf", [(names[0], "C", 7, 0), (names[1], "C", 10, 0)], [["府城片区".encode()[:7], b"1"]])
    values, name, _ = whole(path)
    assert name == "utf-8"
    assert values == {"责任网": ["府城"], "网格编": ["1"]}


def test_numbers_dates_and_truths_are_exact(tmp_path: Path) -> None:
    columns = [
        (b"ID", "N", 18, 0),
        (b"A", "N", 12, 3),
        (b"D", "D", 8, 0),
        (b"L", "L", 1, 0),
        (b"CODE", "C", 6, 0),
        (b"F", "F", 20, 0),
    ]
    rows = [
        [b"310117198001011235"[:18], b"1.500", b"20260701", b"T", b"001", b"1e300"],
        [b"******************", b"", b"00000000", b"?", b"", b"nan"],
    ]
    values, _, _ = whole(table(tmp_path / "a.dbf", columns, rows))
    assert values == {
        "ID": [310117198001011235, None],
        "A": [1.5, None],
        "D": ["2026-07-01", "00000000"],
        "L": [True, None],
        "CODE": ["001", None],
        "F": [1e300, None],
    }


def test_deleted_records_are_marked(tmp_path: Path) -> None:
    path = table(tmp_path / "a.dbf", [(b"A", "C", 3, 0)], [[b"1"], [b"*deleted", b"2"], [b"3"]])
    header = dbf.header(path)
    assert dbf.read(header, "ascii", 0, 3)[1] == [False, True, False]


def test_a_count_that_lies_is_cut_to_the_file(tmp_path: Path) -> None:
    path = table(tmp_path / "a.dbf", [(b"A", "C", 3, 0)], [[b"1"]])
    raw = bytearray(path.read_bytes())
    raw[4:8] = (0xFFFFFFFF).to_bytes(4, "little")
    path.write_bytes(raw)
    assert dbf.header(path).count == 1


@pytest.mark.parametrize("cut", [10, 31, 40, 60])
def test_damage_is_one_sentence(tmp_path: Path, cut: int) -> None:
    path = table(tmp_path / "a.dbf", [(b"A", "C", 3, 0)], [[b"1"]])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SourceError) as caught:
        dbf.header(path)
    assert caught.value.key == "table_damaged"


def test_somebody_chooses(tmp_path: Path) -> None:
    path = table(tmp_path / "a.dbf", [(b"NAME", "C", 20, 0)], [["國語".encode("big5")]])
    assert whole(path, by_hand="Big5")[0] == {"NAME": ["國語"]}
    with pytest.raises(SourceError):
        whole(path, by_hand="klingon")
