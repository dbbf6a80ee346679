"""Keeps cells from running: the guard before what a spreadsheet would take for a formula, put on and taken off."""

# Excel also takes the full-width signs in Chinese and Japanese versions.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before = + - @ tab or line end.

    ``unguarded`` takes it off again; a text that begins with such an apostrophe gets another.
    """
    own = text[:1] == "'" and text[1:].startswith((*_STARTS, "'"))
    return "'" + text if own or text.startswith(_STARTS) else text


def unguarded(cell: str) -> str:
    """Return a cell without its guard, as it was before ``guarded``."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*_STARTS, "'")) else cell
