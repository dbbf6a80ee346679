"""Names beside others: one line, no sign that turns the neighbours about, not too long, and otherwise as they were."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.domain import plain


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("荣乐东路", "荣乐东路"),
        ("一\n二\r\n三\t四", "一 二 三 四"),
        ("甲\u202e乙\u2067丙\u200f", "甲乙丙"),
        ("a\x00b\x9f\u2028c", "a b c"),
        ("ئۇيغۇر كوچىسى", "ئۇيغۇر كوچىسى"),  # letters from the right to the left are letters
        (" \n ", ""),
    ],
)
def test_a_line(said: str, shown: str):
    assert plain.line(said) == shown


@given(st.text(max_size=400))
def test_whatever_it_was_it_is_one_line_that_turns_nothing(said: str):
    shown = plain.line(said)
    assert plain.line(shown) == shown
    assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in shown)
    assert not any(
        unicodedata.bidirectional(sign) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        for sign in shown
    )
    assert len(plain.label(said)) <= plain.LABEL


@given(st.text(max_size=60), st.integers(5, 40))
def test_a_short_text_stays_and_a_long_one_keeps_its_ends(said: str, most: int):
    shown = plain.shortened(said, most)
    if len(said) <= most:
        assert shown == said
    else:
        assert len(shown) == most
        start, _, end = shown.rpartition("…")
        assert said.startswith(start[:3])
        assert said.endswith(end)
