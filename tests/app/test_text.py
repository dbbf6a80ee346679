"""Durations, areas, numbers and coordinates as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetrics

from app import text
from layers import words


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (200, "剩余 3 小时 20 分", "3 h 20 min left"),
        (40, "剩余 40 分", "40 min left"),
        (0, "剩余 0 分", "0 min left"),
        (120, "剩余 2 小时", "2 h left"),
        (-70, "超期 1 小时 10 分", "Overdue by 1 h 10 min"),
        (1440, "剩余 1 天", "1 d left"),
        (-1440 * 2 - 61, "超期 2 天 1 小时", "Overdue by 2 d 1 h"),
    ],
)
def test_what_is_left_of_a_limit(minutes, zh, en):
    assert text.left(minutes) == zh
    words.use("en")
    assert text.left(minutes) == en


def test_without_a_limit_nothing_is_left():
    assert text.left(None) == ""


@pytest.mark.parametrize(
    ("square_metres", "said"),
    [(0, "0 m²"), (9_999, "9\u2009999 m²"), (10_000, "1.0 ha"), (123_456, "12.3 ha"), (41_200_000, "41.20 km²")],
)
def test_areas(square_metres, said):
    assert text.area(square_metres) == said


def test_numbers_have_thin_groups():
    assert text.number(1234567) == "1\u2009234\u2009567"
    assert text.number(12.345, 2) == "12.35"


def test_instants_are_read_in_the_zone_of_the_workspace():
    assert text.when("2026-11-20T06:05:00.000Z") == "2026-11-20 14:05"
    assert text.when_short("2026-11-20T06:05:00.000Z") == "11-20 14:05"
    assert text.when(None) == ""


@pytest.mark.parametrize(("metres", "said"), [(1.3229, "1:5\u2009000"), (13.229, "1:50\u2009000"), (0, "")])
def test_the_scale_has_two_figures(metres, said):
    assert text.scale(metres) == said


@given(st.integers(min_value=-10_000_000, max_value=10_000_000))
def test_any_duration_can_be_said(minutes):
    assert text.left(minutes).startswith("超期" if minutes < 0 else "剩余")


def test_a_long_name_is_shortened_in_its_middle(qapp):
    metrics = QFontMetrics(qapp.font())
    name = "上海市松江区中山街道茸梅路与荣乐东路交叉口东北角绿地"
    short = text.fitted(name, metrics, metrics.horizontalAdvance(name) // 2)
    assert short[:3] == name[:3]
    assert short[-2:] == name[-2:]
    assert "…" in short
    assert text.fitted(name, metrics, 10_000) == name
