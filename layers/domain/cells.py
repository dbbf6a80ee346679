"""What the cell of somebody else's table means: a number, an instant, a day, one of our words; judges text only."""

import re
import tomllib
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import resources
from layers.domain.clock import stamp

_YEARS = range(1900, 2201)
_SHEET_DAYS = range(10_000, 80_000)  # Excel's day numbers of 1927–2119
_SHEET_START = datetime(1899, 12, 30)  # day 0 as Excel counts from March 1900 on

_TIME = (
    r"(?:[T日\s,]+(上午|下午|中午|凌晨|晚上|AM|PM)?\s*(\d{1,2})"
    r"(?:[:时点](\d{1,2})?(?:[:分](\d{1,2}(?:[.,]\d+)?)?秒?)?分?)?\s*(AM|PM)?)?"
)
_ZONE = r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME + _ZONE, re.IGNORECASE)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _TIME + _ZONE, re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?(\d{2}):?(\d{2}):?(\d{2})?(?:\.\d+)?)?" + _ZONE)


def plain(text: str) -> str:
    """Return a text with full-width characters made narrow and runs of blanks made one."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def number(value: object) -> float | None:
    """Return the number a cell holds, None for none; thousands may be parted by commas.

    Raises ``ValueError`` for a text that is no number.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        found = float(value)
    else:
        text = plain(str(value)).replace("−", "-")
        if not text:
            return None
        if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text):
            raise ValueError(text)
        found = float(text)
    if found != found or found in (float("inf"), float("-inf")):
        raise ValueError(str(value))
    return found


_DEGREES = re.compile(
    r"([NSEWnsew东西南北]?[经纬]?)\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′分])?"
    r"\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″秒]|''))?\s*([NSEWnsew]?)"
)


def degrees(value: object) -> float | None:
    """Return a longitude or latitude: a number, or degrees, minutes and seconds (``121°29'10.5"E``).

    Raises ``ValueError`` for anything else.
    """
    if not isinstance(value, str):
        return number(value)
    text = unicodedata.normalize("NFKC", value).strip()
    found = _DEGREES.fullmatch(text)
    if not found:
        return number(value)
    before, whole, minutes, seconds, after = found.groups()
    size = int(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -size if (before + after)[:1] in "SWsw西南" and (before + after) else size


def moment(text: str) -> tuple[datetime, bool]:
    """Return what a text says of a point in time, and whether it says its zone (else the datetime is naive).

    Read are ISO 8601, ``2023/6/1 8:00``, ``2023年6月1日8时5分``, ``20230601``, ``12/10/2023 01:31:34 AM`` (month
    first, unless the first number is above 12), Excel's day numbers, and seconds since 1970 of ten or
    thirteen digits. Raises ``ValueError``.
    """
    text = plain(text)
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(text[:5]) in _SHEET_DAYS:
        # Excel keeps days as floats; a second is 1.2e-5 of one.
        found = _SHEET_START + timedelta(seconds=round(float(text) * 86400, 3))
        return found, False
    if re.fullmatch(r"1\d{9}|1\d{12}", text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC), True
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        year, month, day, *rest = match.groups()
        return _made(int(year), int(month), int(day), *rest)
    match = _YEAR_LAST.fullmatch(text)
    if match:
        first, second, year, *rest = match.groups()
        month, day = (second, first) if int(first) > 12 else (first, second)
        return _made(int(year), int(month), int(day), *rest)
    match = _COMPACT.fullmatch(text)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        return _made(int(year), int(month), int(day), None, hour, minute, second, None, zone)
    raise ValueError(text)


def _made(
    year: int,
    month: int,
    day: int,
    half_cn: str | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    half: str | None,
    zone: str | None,
) -> tuple[datetime, bool]:
    if year not in _YEARS:
        raise ValueError(str(year))
    at = datetime(year, month, day)
    hours = int(hour or 0)
    said = (half or half_cn or "").upper()
    if said in ("PM", "下午", "晚上", "中午") and hours < 12 and not (said == "中午" and hours == 11):
        hours += 12
    elif said in ("AM", "上午", "凌晨") and hours == 12:
        hours = 0
    seconds = float((second or "0").replace(",", "."))
    if hours > 24 or int(minute or 0) > 59 or seconds >= 60 or (hours == 24 and (int(minute or 0) or seconds)):
        raise ValueError(f"{hour}:{minute}:{second}")
    at += timedelta(hours=hours, minutes=int(minute or 0), milliseconds=int(seconds * 1000 + 1e-6))
    if not zone:
        return at, False
    offset = timedelta()
    if zone.upper() not in ("Z", "UTC"):
        sign = -1 if zone[0] == "-" else 1
        offset = sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return (at - offset).replace(tzinfo=UTC), True


def instant(value: object, zone: ZoneInfo) -> str | None:
    """Return a cell as a stored instant (UTC); without a zone of its own it is in ``zone``. None for an empty cell.

    Raises ``ValueError`` for what cannot be read.
    """
    if value is None or not str(value).strip():
        return None
    at, zoned = moment(str(value))
    return stamp(at if zoned else at.replace(tzinfo=zone))


def day(value: object) -> str | None:
    """Return a cell as ``YYYY-MM-DD``, None for an empty one. Raises ``ValueError`` for what cannot be read."""
    if value is None or not str(value).strip():
        return None
    at, _ = moment(str(value))
    return date(at.year, at.month, at.day).isoformat()


def truth(value: object) -> int | None:
    """Return 1 or 0 for a yes or no, None for an empty cell. Raises ``ValueError`` for anything else."""
    if value is None:
        return None
    if isinstance(value, bool | int | float):
        return int(bool(value))
    text = plain(value if isinstance(value, str) else str(value)).casefold()
    if not text:
        return None
    if text in ("1", "y", "yes", "true", "t", "是", "有", "√", "✓", "对", "在岗"):
        return 1
    if text in ("0", "n", "no", "false", "f", "否", "无", "×", "不", "离岗"):
        return 0
    raise ValueError(text)


@cache
def _foreign() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads(resources.text("standards/foreign_words.toml"))
    return table


def words(name: str) -> tuple[str, ...]:
    """Return our words of a list: ``status``, ``road`` …"""
    return tuple(_foreign()[name])


@cache
def _index(words: str) -> dict[str, str]:
    """Return how other systems write the words of one list, in the form that `_bare` gives, and ours."""
    table = _foreign()
    found = {_bare(other): ours for ours, others in table[words].items() for other in others.split()}
    found.update({_bare(ours): ours for ours in table[words]})
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\s_\-、/()（）]+", "", plain(text).casefold())


def word(value: object, words: str) -> str | None:
    """Return our word for a cell, None for an empty one; ``words`` names the list: ``status``, ``road`` …

    Raises ``ValueError`` for a word that is not known.
    """
    if value is None or not str(value).strip():
        return None
    index = _index(words)
    bare = _bare(str(value))
    if bare in index:
        return index[bare]
    # "01 主干路", "主干路(二级)": a known word of two or more characters that stands within.
    inside = [other for other in index if len(other) > 1 and not other.isascii() and other in bare]
    if inside:
        return index[max(inside, key=len)]
    raise ValueError(str(value))
