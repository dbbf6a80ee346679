"""Names, encodings and limits of foreign files, judged by their bytes alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.domain import foreign, tables
from layers.errors import SourceError


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("GBK", "gb18030"),
        ("gb-2312", "gb18030"),
        ("ANSI 936", "gb18030"),
        ("Big-5", "big5hkscs"),
        ("65001", "utf-8"),
        ("UTF8", "utf-8"),
        ("zip", None),
        ("", None),
        ("\0", None),
    ],
)
def test_names_of_encodings(name: str, codec: str | None) -> None:
    assert foreign.codec(name) == codec


@given(st.text(min_size=1, max_size=300), st.integers(1, 50))
def test_utf8_is_known_wherever_the_chunks_end(text: str, size: int) -> None:
    content = text.encode("utf-8", "ignore")
    chunks = [content[i : i + size] for i in range(0, len(content), size)]
    guess = foreign.guess_encoding("a.csv", chunks)
    assert b"".join(chunks).decode(guess.name) == content.decode("utf-8-sig" if guess.name == "utf-8-sig" else "utf-8")


@pytest.mark.parametrize("text", ["网格编码,名称\n", "生僻字𠮷㙍", "中山街道" * 1000])
def test_gb18030_is_known(text: str) -> None:
    content = text.encode("gb18030")
    for size in (1, 2, 3, 7, 1000):
        guess = foreign.guess_encoding("a.csv", [content[i : i + size] for i in range(0, len(content), size)])
        assert (guess.name, guess.reason) == ("gb18030", "sources.encoding_gb")


def test_nothing_fits() -> None:
    with pytest.raises(SourceError):
        foreign.guess_encoding("a.csv", [b"\xff\xff\xff"])


def test_archive_entries() -> None:
    foreign.check_entries("a.zip", [("x/网格.shp", 100, 50), ("..x/y..shp", 1, 1)])
    with pytest.raises(SourceError, match="网格"):
        foreign.check_entries("a.zip", [("x/../网格.shp", 1, 1)])
    with pytest.raises(SourceError):
        foreign.check_entries("a.zip", [("a", 5 << 30, 4 << 30)])


def test_a_message_never_carries_control_characters() -> None:
    assert foreign.shown_name("a\n\0\x1b[31mb") == "a[31mb"
    assert len(foreign.shown_name("x" * 5000)) == 120


def test_column_names() -> None:
    assert tables.unique_names(["名称", " 名称 ", "", None, "a\nb", "A　B", "x\0\u202ey", "_"]) == [
        "名称", "名称_2", "column_3", "column_4", "a b", "A B_2", "xy", "_",
    ]  # fmt: skip
    assert len(tables.unique_names(["长" * 900])[0]) == tables.MAX_NAME


@given(st.lists(st.text(max_size=5), max_size=30))
def test_column_names_never_meet(raw: list[str]) -> None:
    names = tables.unique_names(raw)
    assert len({name.casefold() for name in names}) == len(raw)
    assert all(names)


@given(st.text(st.characters(), max_size=50))
def test_clean_text_can_always_be_stored(text: str) -> None:
    cleaned = tables.clean(text)
    assert "\0" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert tables.clean(cleaned) == cleaned
