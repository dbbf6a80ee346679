"""How figures are written for people: durations, areas, numbers, instants, coordinates, long names."""

import re
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFontMetrics

from layers.domain import clock
from layers.domain.clock import Lamp
from layers.domain.measures import THIN, area, number, size
from layers.words import language, t

__all__ = [
    "LAMP_GLYPHS", "THIN", "area", "as_day", "day", "duration", "fitted", "left", "number", "place", "scale", "size",
    "tip", "today", "when", "when_short",
]  # fmt: skip
# Every lamp has a glyph beside its colour (look: safe for colour-blind eyes).
LAMP_GLYPHS: dict[Lamp, str] = {"red": "●", "amber": "▲", "green": "✓", "none": ""}


def duration(minutes: int) -> str:
    """Return a span of time in its two largest units: ``3 天 4 小时``, ``3 小时 20 分``, ``25 分``."""
    minutes = abs(minutes)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return t("window.span_days_hours", days=days, hours=hours) if hours else t("window.span_days", days=days)
    if hours:
        return (
            t("window.span_hours_minutes", hours=hours, minutes=rest) if rest else t("window.span_hours", hours=hours)
        )
    return t("window.span_minutes", minutes=rest)


def left(minutes: int | None) -> str:
    """Return what is left of a limit: ``剩余 3 小时 20 分`` or ``超期 1 小时 10 分``; empty without one."""
    if minutes is None:
        return ""
    key = "window.overdue_by" if minutes < 0 else "window.left"
    return t(key, span=duration(minutes))


def when(stamp: str | None, zone: str = "Asia/Shanghai") -> str:
    """Return a stored instant as it is read: ``2026-11-20 14:05``; empty for none."""
    return clock.local(stamp, zone) if stamp else ""


def when_short(stamp: str, zone: str = "Asia/Shanghai") -> str:
    """Return a stored instant without its year, for the record of a task: ``11-20 14:05``."""
    return clock.local(stamp, zone)[5:]


def day(zone: str = "Asia/Shanghai") -> date:
    """Return the present day of a zone."""
    return datetime.now(UTC).astimezone(ZoneInfo(zone)).date()


def as_day(typed: str, today: date | None = None) -> date | None:
    """Return the day that somebody typed (``2026-11-20``, ``2026/11/20``, ``20261120``, ``11-20``), None for no day."""
    parts = re.findall(r"\d+", typed)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) == 2:
        parts = [str((today or day()).year), *parts]
    try:
        year, month, number_ = (int(part) for part in parts)
        return date(year, month, number_)
    except ValueError:
        return None


def today(zone: str = "Asia/Shanghai") -> str:
    """Return the present day in words: ``11 月 20 日 星期五`` or ``Friday, 20 November``."""
    locale = QLocale(QLocale.Language.Chinese if language() == "zh" else QLocale.Language.English)
    now: Any = day(zone)
    return str(locale.toString(now, t("window.day_format")))


def place(lon: float, lat: float) -> str:
    """Return coordinates in degrees, five digits: about one metre."""
    return f"{lon:.5f}, {lat:.5f}"


def scale(metres_per_pixel: float, dots_per_inch: float = 96.0) -> str:
    """Return the map's scale on this screen, rounded to two figures: ``1:5 000``."""
    denominator = metres_per_pixel * dots_per_inch / 0.0254
    if denominator <= 0:
        return ""
    step = 10 ** max(len(str(int(denominator))) - 2, 0)
    return f"1:{number(round(denominator / step) * step)}"


def tip(words: str) -> str:
    """Return words for a tooltip, shown as they were written: Qt would read what looks like markup as such."""
    return f"<span style='white-space:pre-wrap'>{escape(words)}</span>" if "<" in words else words


def fitted(text: str, metrics: QFontMetrics, width: int) -> str:
    """Return a text shortened in its middle so that beginning and end stay readable."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(width, 0))
