"""Every word a person reads, in Chinese and English, looked up by key.

The tables are `resources/translations/*.toml`: one file per room, one line per text,
`key = ["中文", "English"]`, the full key being `file.key`. Placeholders are `{name}`.
"""

import tomllib
from functools import cache

import resources

LANGUAGES = ("zh", "en")
_current = "zh"


@cache
def table() -> dict[str, tuple[str, str]]:
    """Return all texts: full key -> (Chinese, English)."""
    texts: dict[str, tuple[str, str]] = {}
    for file in sorted(resources.path("translations").glob("*.toml")):
        for key, (zh, en) in tomllib.loads(file.read_text(encoding="utf-8")).items():
            texts[f"{file.stem}.{key}"] = (zh, en)
    return texts


def language() -> str:
    """Return the language in use: ``zh`` or ``en``."""
    return _current


def use(lang: str) -> None:
    """Switch the language of everything said from now on; ``lang`` is ``zh`` or ``en``."""
    global _current
    _current = lang if lang in LANGUAGES else "en"


def t(key: str, /, **values: object) -> str:
    """Return the text of ``key`` in the language in use, with its placeholders filled.

    Raises ``KeyError`` for an unknown key: a missing word is a mistake of ours, found by the tests.
    """
    return both(key, **values)[LANGUAGES.index(_current)]


def both(key: str, /, **values: object) -> tuple[str, str]:
    """Return (Chinese, English): for files that are read in both languages."""
    zh, en = table()[key]
    return (zh.format(**values), en.format(**values)) if values else (zh, en)


_BETWEEN = "\x1f"  # the unit separator: no person types it


def stored(key: str, /, **values: object) -> str:
    """Return a text in both languages as one, to be kept in a file and shown with `said`.

    A value that is such a text itself is taken apart again.
    """
    halves = [{name: _half(value, i) for name, value in values.items()} for i in range(len(LANGUAGES))]
    return _BETWEEN.join(text.format(**half) for text, half in zip(table()[key], halves, strict=True))


def said(text: str) -> str:
    """Return what `stored` kept in the language in use; any other text as it is."""
    return str(_half(text, LANGUAGES.index(_current)))


def _half(value: object, i: int) -> object:
    if isinstance(value, str) and _BETWEEN in value:
        return value.split(_BETWEEN)[i]
    return value
