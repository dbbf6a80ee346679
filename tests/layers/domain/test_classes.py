"""Classes of numbers: every value in exactly one, rising breaks, ties together; natural breaks against brute force."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.domain import classes
from layers.domain.classes import METHODS, classify

NUMBERS = st.one_of(
    st.integers(-50, 50).map(float),  # many ties
    st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False),
)
LISTS = st.lists(NUMBERS, min_size=1, max_size=60)
COUNTS = st.integers(1, 9)


@given(values=LISTS, count=COUNTS, method=st.sampled_from(METHODS))
def test_every_value_falls_in_exactly_one_class(values: list[float], count: int, method: str) -> None:
    made = classify(values, method, count)
    assert 1 <= len(made) <= count
    assert sum(made.counts) == len(values)
    bounds = [float("-inf"), *made.breaks]
    for value in values:
        holds = [i for i, (low, high) in enumerate(pairwise(bounds)) if low < value <= high]
        assert holds == [made.of(value)]
    for i, (low, high) in enumerate(made.ranges):
        inside = [value for value in values if made.of(value) == i]
        assert made.counts[i] == len(inside)
        assert not inside or (low, high) == (min(inside), max(inside))


@given(values=LISTS, count=COUNTS, method=st.sampled_from(METHODS))
def test_breaks_ascend_to_the_greatest_value(values: list[float], count: int, method: str) -> None:
    made = classify(values, method, count)
    assert all(a < b for a, b in pairwise(made.breaks))
    assert made.breaks[-1] == max(values)
    assert len(made) <= (len(set(values)) if method != "equal" else count)


@given(value=NUMBERS, times=st.integers(1, 20), count=COUNTS, method=st.sampled_from(METHODS))
def test_equal_values_are_one_class(value: float, times: int, count: int, method: str) -> None:
    made = classify([value] * times, method, count)
    assert made.breaks == (value,)
    assert made.counts == (times,)
    assert made.ranges == ((value, value),)


def spread(groups: list[list[float]]) -> float:
    return sum(sum((v - sum(g) / len(g)) ** 2 for v in g) for g in groups)


def least_spread(values: list[float], count: int) -> float:
    """Try every way to cut the sorted different values."""
    different = sorted(set(values))
    count = min(count, len(different))
    found = []
    for cuts in combinations(different[:-1], count - 1):
        bounds = [float("-inf"), *cuts, different[-1]]
        found.append(spread([[v for v in values if a < v <= b] for a, b in pairwise(bounds)]))
    return min(found)


@given(values=st.lists(st.integers(-40, 40), min_size=1, max_size=11), count=st.integers(1, 5))
def test_natural_breaks_have_the_least_spread_of_all(values: list[int], count: int) -> None:
    numbers = [float(value) for value in values]
    made = classify(numbers, "natural", count)
    groups = [[v for v in numbers if made.of(v) == i] for i in range(len(made))]
    assert len(made) == min(count, len(set(values)))
    assert spread(groups) == pytest.approx(least_spread(numbers, count), abs=1e-6)


def test_natural_breaks_find_the_gaps_a_person_sees() -> None:
    values = [1.0, 2, 2, 3, 20, 21, 22, 100, 101]
    assert classify(values, "natural", 3).ranges == ((1, 3), (20, 22), (100, 101))


@given(values=st.lists(st.integers(0, 10**6), min_size=12, max_size=60, unique=True), count=st.integers(2, 6))
def test_quantiles_share_out_evenly_where_nothing_ties(values: list[int], count: int) -> None:
    made = classify(values, "quantiles", count)
    assert max(made.counts) - min(made.counts) <= 1


def test_equal_intervals_have_one_width_and_may_be_empty() -> None:
    made = classify([0.0, 1.0, 100.0], "equal", 4)
    assert made.breaks == (25, 50, 75, 100)
    assert made.counts == (2, 0, 0, 1)
    assert made.ranges[1] == (25, 50)


def test_of_beyond_the_ends() -> None:
    made = classify([1.0, 2.0, 3.0], "quantiles", 3)
    assert (made.of(-5), made.of(99)) == (0, 2)
    with pytest.raises(ValueError, match="no classes"):
        classes.Classes().of(1)


@pytest.mark.parametrize(
    ("values", "method", "count"), [([1.0], "jenks", 3), ([1.0], "equal", 0), ([float("nan")], "equal", 3)]
)
def test_nonsense_is_refused(values: list[float], method: str, count: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        classify(values, method, count)


def test_no_values_no_classes() -> None:
    assert len(classify([], "natural", 5)) == 0


def test_more_different_values_than_are_tried_exactly() -> None:
    values = [float(i * i % 99_991) for i in range(20_000)]
    made = classify(values, "natural", 5)
    assert len(made) == 5
    assert sum(made.counts) == len(values)
    # The bounds of a uniform spread lie near its fifths.
    assert all(abs(b - 99_991 * (i + 1) / 5) < 2_000 for i, b in enumerate(made.breaks))
