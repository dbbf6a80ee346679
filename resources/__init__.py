"""What ships beside the code: map page, symbols, icons, translations, standards, help."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Return the absolute path of a shipped file; the file need not exist."""
    return ROOT.joinpath(*parts)


@cache
def text(*parts: str) -> str:
    """Return a shipped UTF-8 text, read once."""
    return path(*parts).read_text(encoding="utf-8")
