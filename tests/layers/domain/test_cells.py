"""What the cells of other people's tables mean."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.domain import cells, clock, flow

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2023-12-10T12:00:00.000", "2023-12-10T04:00:00.000Z"),
        ("2023/6/1 8:00", "2023-06-01T00:00:00.000Z"),
        ("2023.6.1", "2023-05-31T16:00:00.000Z"),
        ("2023年6月1日 8时5分", "2023-06-01T00:05:00.000Z"),
        ("2023年6月1日下午2:05", "2023-06-01T06:05:00.000Z"),
        ("２０２３－０６－０１　０８：００", "2023-06-01T00:00:00.000Z"),
        ("20230601", "2023-05-31T16:00:00.000Z"),
        ("20230601080000", "2023-06-01T00:00:00.000Z"),
        ("12/10/2023 01:31:34 AM", "2023-12-09T17:31:34.000Z"),
        ("12/10/2023 01:31:34 PM", "2023-12-10T05:31:34.000Z"),
        ("13/06/2023", "2023-06-12T16:00:00.000Z"),
        ("45078.5", "2023-06-01T04:00:00.000Z"),
        ("1686000000", "2023-06-05T21:20:00.000Z"),
        ("1686000000000", "2023-06-05T21:20:00.000Z"),
        ("2023-06-01T00:00:00Z", "2023-06-01T00:00:00.000Z"),
        ("2023-06-01 08:00:00+08:00", "2023-06-01T00:00:00.000Z"),
        ("2023-06-01 08:00:00 -0500", "2023-06-01T13:00:00.000Z"),
        ("2023-06-01 24:00", "2023-06-01T16:00:00.000Z"),
    ],
)
def test_an_instant_is_read_in_the_workspaces_zone_unless_it_says_its_own(text: str, stored: str) -> None:
    assert cells.instant(text, SHANGHAI) == stored


@pytest.mark.parametrize("text", ["2023-06-31", "昨天", "0000-00-00", "2023-06-01 25:00", "5", "12:30", "3023-01-01"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cells.instant(text, SHANGHAI)


def test_empty_cells_are_none() -> None:
    assert cells.instant(" ", SHANGHAI) is None
    assert cells.day(None) is None
    assert cells.word("", "status") is None
    assert cells.number("") is None
    assert cells.truth("") is None


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1)))
def test_every_stored_instant_reads_back_as_itself(at: datetime) -> None:
    stored = clock.stamp(at.replace(tzinfo=UTC))
    assert cells.instant(stored, SHANGHAI) == stored


@given(st.text(max_size=40))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for read in (
        lambda: cells.instant(text, SHANGHAI),
        lambda: cells.degrees(text),
        lambda: cells.word(text, "status"),
    ):
        try:
            found = read()
        except (ValueError, OverflowError):
            continue
        assert found is None or isinstance(found, str | float)


@pytest.mark.parametrize(
    ("text", "number"), [("121.5", 121.5), ("１２１．５", 121.5), ("1,234.5", 1234.5), ("-0.5", -0.5), ("1e3", 1000.0)]
)
def test_numbers(text: str, number: float) -> None:
    assert cells.number(text) == number


@pytest.mark.parametrize("text", ["abc", "1,23", "nan", "inf", "12x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cells.number(text)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [("121.5", 121.5), ("121°29'10.5\"E", 121.48625), ("31°N", 31.0), ("西经121度30分", -121.5), ("31°12′S", -31.2)],
)
def test_degrees_with_minutes_and_seconds(text: str, degrees: float) -> None:
    assert cells.degrees(text) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Open", "reported"), ("Assigned", "dispatched"), ("In Progress", "handling"), ("Closed", "closed"),
        ("Pending", "suspended"), ("待核查", "submitted"), ("已办结", "closed"), ("处置中(超期)", "handling"),
        ("不予立案", "refused"), ("作废", "void"),
    ],
)  # fmt: skip
def test_statuses_of_other_systems(text: str, status: str) -> None:
    assert cells.word(text, "status") == status


def test_our_own_words_come_back_as_they_went() -> None:
    assert [cells.word(status, "status") for status in flow.STATUSES] == list(flow.STATUSES)
    assert [cells.word(kind, "kind") for kind in flow.KINDS] == list(flow.KINDS)


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="xyz"):
        cells.word("xyz", "status")


def test_yes_and_no() -> None:
    assert [cells.truth(v) for v in ("是", "Y", 1, "否", "false", 0)] == [1, 1, 1, 0, 0, 0]
    with pytest.raises(ValueError, match="perhaps"):
        cells.truth("perhaps")
