"""Small tables on their way to a spreadsheet: as a CSV file or on the clipboard, with nothing read as a formula."""

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from layers.errors import SourceError

RISKY = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text: a formula sign at its beginning gets an apostrophe."""
    return f"'{cell}" if cell.startswith(RISKY) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV text with Windows line ends."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> int:
    """Write rows to a CSV file that Excel opens with its Chinese intact; return how many bytes.

    The file appears whole or not at all. Raises ``SourceError`` if the folder cannot be written.
    """
    data = ("\ufeff" + as_csv(rows)).encode()
    write_whole(path, data)
    return len(data)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all. Raises ``SourceError`` if the folder cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except OSError as error:
        raise SourceError("read_only", path=path) from error
