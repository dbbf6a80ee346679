"""Backups: the newest stay, and of the last days and weeks one each."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from layers.domain.keeping import DAYS, NEWEST, WEEKS, kept

NOW = datetime(2026, 11, 24, 16, 0)
AGES = st.lists(st.integers(0, 60 * 24 * 90), unique=True, max_size=60)  # minutes


@given(AGES)
def test_the_newest_and_the_last_of_every_recent_day_and_week_stay(ages: list[int]) -> None:
    made = [NOW - timedelta(minutes=age) for age in ages]
    stay = kept(made, NOW)
    assert stay <= set(made)
    assert set(sorted(made)[-NEWEST:]) <= stay
    for span, name in ((timedelta(days=DAYS), "%Y-%m-%d"), (timedelta(weeks=WEEKS), "%G-%V")):
        recent = [at for at in made if NOW - at < span]
        assert {f"{at:{name}}" for at in recent} == {f"{at:{name}}" for at in stay if NOW - at < span}
    assert kept(stay, NOW) == stay, "thinning again changes nothing"
    assert len(stay) <= NEWEST + DAYS + 1 + WEEKS + 1


def test_a_day_of_imports_leaves_yesterday() -> None:
    today = [NOW - timedelta(minutes=n) for n in range(40)]
    yesterday = NOW - timedelta(days=1)
    assert kept([*today, yesterday], NOW) == {*today[:NEWEST], yesterday}
