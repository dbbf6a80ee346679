"""Reads the cells of an .xlsx as the texts that a person sees: no formula is run, no digit is invented."""

import datetime as dt
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from layers.documents import zipped
from layers.documents.formulas import unguarded
from layers.domain.tables import MAX_FIELDS
from layers.errors import Cancelled, Known, SourceError

_MOST_ROWS = 1_048_576  # of a sheet, by Excel's own limit; a row may say any number
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref=["']([A-Z]{1,2})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']""")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook

    zipped.check(path)
    try:
        # Our own file object: openpyxl leaves the file open when it fails half way.
        with path.open("rb") as file:
            with quietly():
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except (Known, Cancelled):
        raise
    except Exception as error:  # a damaged part may make openpyxl fail with anything at all
        raise SourceError("source_damaged", path=path.name) from error


def sheets(path: Path) -> list[str]:
    """Return the names of the visible sheets with cells; raises ``SourceError`` for an unsafe or damaged file."""
    with _opened(path) as book:
        return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells as text) of the rows of a sheet that hold anything.

    A cell that is merged downwards counts for every row it spans that holds anything else.
    """
    with _opened(path) as book:
        if sheet not in book.sheetnames:
            raise SourceError("source_no_such_layer", path=path.name, layer=sheet)
        page = book[sheet]
        spans = _spans(book, page)
        page.reset_dimensions()  # what a file says of its size is not believed
        lasting: dict[int, tuple[int, str]] = {}  # column -> last row, text
        for number, row in enumerate(_calmly(page.iter_rows(values_only=True)), 1):
            if number > _MOST_ROWS or any(cell is not None for cell in row[MAX_FIELDS:]):
                raise SourceError("table_too_big", path=path.name, rows=_MOST_ROWS, columns=MAX_FIELDS)
            cells = [unguarded(text(cell)) for cell in row[:MAX_FIELDS]]
            while cells and not cells[-1]:
                cells.pop()
            if any(not cell.isspace() for cell in cells):
                for column, (last, kept) in lasting.items():
                    if number <= last:
                        cells += [""] * (column + 1 - len(cells))
                        cells[column] = cells[column] or kept
                yield number, cells
            for column, last in spans.get(number, ()):
                if column < len(cells) and cells[column]:
                    lasting[column] = (last, cells[column])


def headings_end(path: Path, sheet: str, row: int) -> int:
    """Return the last row of headings that begin in ``row``: below it if some of them are merged downwards."""
    with _opened(path) as book:
        return max([row, *(last for _, last in _spans(book, book[sheet]).get(row, ()) if last < row + 5)])


def _spans(book: Any, page: Any) -> dict[int, list[tuple[int, int]]]:
    """Return the cells of a sheet that are merged downwards: first row -> (column from 0, last row)."""
    from openpyxl.utils import column_index_from_string

    found: dict[int, list[tuple[int, int]]] = {}
    tail = b""
    # The reader that streams does not tell them, and they stand behind the rows in the part.
    with book._archive.open(page._worksheet_path) as part:
        while block := part.read(1 << 20):
            for match in _MERGED.finditer(tail + block):
                column, top, bottom = match.group(1).decode(), int(match.group(2)), int(match.group(3))
                if top < bottom <= _MOST_ROWS:
                    found.setdefault(top, []).append((column_index_from_string(column) - 1, bottom))
            tail = (tail + block)[-200:]
    return {top: list(dict.fromkeys(cells)) for top, cells in found.items()}


@contextmanager
def quietly() -> Iterator[None]:
    """Keep openpyxl's remarks about styles, extensions and odd dates away from the person."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _calmly(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows, read in handfuls: warnings are hushed for the whole process, so only while reading."""
    while True:
        with quietly():
            some = list(islice(rows, 500))
        if not some:
            return
        yield from some


def text(value: Any) -> str:
    """Return a cell's value as text: dates in ISO form, whole numbers without a point, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e22:
            return str(int(value))
        return repr(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        # Excel keeps instants as fractions of a day, a few microseconds off.
        return (value + dt.timedelta(microseconds=500)).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def lost_digits(cell: str) -> bool:
    """Say whether a number was stored by a spreadsheet with more digits than it can hold (15): the rest is gone.

    Such a number has 16 digits or more and ends in zeros from the 16th on, or stands in exponential form.
    """
    if len(cell) < 8 or not cell[:1].isdecimal():
        return False
    if "E+" in cell and cell.replace(".", "", 1).replace("E+", "", 1).isdecimal():
        return True
    return len(cell) >= 16 and cell.isascii() and cell.isdecimal() and not cell[15:].strip("0")
