"""Personal data made unreadable before a file leaves the house: names, phones, identity numbers."""

import json
import re
from typing import Any

# A mobile number (11 digits from 1), a land line with its area code, an identity number (18 digits, the last may be X).
_IN_TEXT = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]\d{7,8})(?!\d)")
_DIGITS = re.compile(r"\d")
# Names of columns in somebody else's table that hold what belongs to a person.
_PERSONAL_KEY = re.compile(
    r"phone|mobile|telephone|\btel\b|e-?mail|reporter|complainant|caller|contact|applicant|id_?card|identity|wechat|"
    r"电话|手机|联系|来电|号码人|投诉人|反映人|举报人|报告人|上报人|市民|姓名|身份证|证件号|微信|邮箱",
    re.IGNORECASE,
)


def name(text: str | None) -> str | None:
    """Return a person's name with all but the first character hidden: ``张**``."""
    return None if text is None else (text.strip()[:1] + "**" if text.strip() else text)


def phone(text: str | None) -> str | None:
    """Return a phone number with its middle hidden (``138****5678``); anything short is hidden whole."""
    if text is None or not text.strip():
        return text
    digits = "".join(_DIGITS.findall(text))
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else "****"


def prose(text: str | None) -> str | None:
    """Return a text with phone and identity numbers in it hidden."""
    if text is None or not _DIGITS.search(text):
        return text
    return _IN_TEXT.sub(lambda found: phone(found.group()) or "", text)


def attrs(text: str | None) -> str | None:
    """Return the JSON of a row's other columns without what belongs to a person; what is no JSON is dropped."""
    if text is None:
        return None
    try:
        values = json.loads(text)
    except ValueError:
        return None
    return json.dumps(_clean(values), ensure_ascii=False)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "****" if _PERSONAL_KEY.search(str(key)) else _clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if isinstance(value, str):
        return prose(value)
    if isinstance(value, int) and not isinstance(value, bool) and _IN_TEXT.fullmatch(str(value)):
        return phone(str(value))
    return value
