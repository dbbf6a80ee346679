"""Which backups are kept: the newest, one of each of the last days, and one of each of the last weeks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

NEWEST = 10
DAYS = 7
WEEKS = 4


def kept(made: Iterable[datetime], now: datetime) -> set[datetime]:
    """Return which of the backups made at these times (all naive, local) are kept.

    The `NEWEST`, whatever their age; besides the last one of each of the last `DAYS` days and of each of the last
    `WEEKS` weeks (ISO, from Monday), so that a day of many imports does not push out what was there before.
    """
    newest_first = sorted(made, reverse=True)
    found = set(newest_first[:NEWEST])
    days: set[object] = set()
    weeks: set[object] = set()
    for at in newest_first:
        day, week = at.date(), at.isocalendar()[:2]
        if now - at < timedelta(days=DAYS) and day not in days:
            found.add(at)
        if now - at < timedelta(weeks=WEEKS) and week not in weeks:
            found.add(at)
        days.add(day)
        weeks.add(week)
    return found
