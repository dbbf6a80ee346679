"""How figures are written: lengths, areas and bearings in one hand everywhere, with no jump where the unit changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import words
from layers.domain import measures

THIN = measures.THIN


@pytest.mark.parametrize(
    ("metres", "plain", "finer"),
    [
        (0.5, "0 m", "0.50 m"),
        (99.999, "100 m", "100.0 m"),
        (1234.56, f"1{THIN}235 m", f"1{THIN}234.6 m"),
        (9999.96, "10.00 km", "10.00 km"),
        (12_345.6, "12.35 km", "12.35 km"),
        (99_999.0, "100 km", "100 km"),
        (3_131_420.0, f"3{THIN}131 km", f"3{THIN}131 km"),
    ],
)
def test_lengths(metres: float, plain: str, finer: str):
    assert (measures.length(metres), measures.length(metres, finer=True)) == (plain, finer)


@pytest.mark.parametrize(
    ("m2", "plain", "finer"),
    [
        (9_999, f"9{THIN}999 m²", f"9{THIN}999.0 m²"),
        (9_999.99, "1.0 ha", "1.00 ha"),
        (10_000, "1.0 ha", "1.00 ha"),
        (999_999, "1.00 km²", "1.000 km²"),
        (1e6, "1.00 km²", "1.000 km²"),
    ],
)
def test_areas(m2: float, plain: str, finer: str):
    assert (measures.area(m2), measures.area(m2, finer=True)) == (plain, finer)


def test_bearings():
    assert measures.bearing(44.96) == "045.0° 东北"
    assert measures.bearing(359.99) == "000.0° 北"
    words.use("en")
    assert measures.bearing(225.0) == "225.0° SW"


def test_a_scale_bar_is_round():
    assert [measures.round_length(m) for m in (50, 500, 1000, 2500)] == ["50 m", "500 m", "1 km", "2.5 km"]


@pytest.mark.parametrize(
    ("text", "metres"),
    [("25", 25), ("２５", 25), (" 25 m", 25), ("25米", 25), ("1.5 KM", 1500), ("2公里", 2000), ("2千米", 2000),
     ("-5", -5), ("", None), ("25,90", None), ("1e3", None), ("nan", None), ("inf", None), ("五十", None),
     ("25 cm", None)],
)  # fmt: skip
def test_a_length_is_read(text: str, metres: float | None):
    assert measures.read_length(text) == metres


_UNITS = {"m": 1.0, "km": 1e3, "m²": 1.0, "ha": 1e4, "km²": 1e6}


def told(said: str) -> tuple[float, float]:
    """Return the value that a figure says, and half of its last digit."""
    found = re.fullmatch(r"([\d\u2009]+)(\.\d+)? (\S+)", said)
    assert found is not None, said
    whole, rest, unit = found[1].replace(THIN, ""), found[2] or "", _UNITS[found[3]]
    assert len(whole) < 5, said  # the next unit begins in time
    return float(whole + rest) * unit, 0.5 * 10 ** -max(len(rest) - 1, 0) * unit


@given(st.floats(0, 9e9), st.booleans())
def test_what_is_written_is_right_to_its_last_digit(value: float, finer: bool):
    for write in (measures.area, measures.length):
        if write is measures.length and value > 9e6:
            continue
        said, half = told(write(value, finer=finer))
        assert abs(said - value) <= half * (1 + 1e-6)
