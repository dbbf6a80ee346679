"""Reads the cells of an .xlsx as the texts that a person sees: no formula is run, no digit is invented."""

import datetime as dt
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from layers.documents import zipped
from layers.documents.formulas import unguarded
from layers.domain.tables import MAX_FIELDS
from layers.errors import SourceError


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    zipped.check(path)
    try:
        # Our own file object: openpyxl leaves the file open when it fails half way.
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks about styles and extensions it does not know
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except (BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError, OSError):
        raise SourceError("source_damaged", path=path.name) from None


def sheets(path: Path) -> list[str]:
    """Return the names of the visible sheets with cells; raises ``SourceError`` for an unsafe or damaged file."""
    with _opened(path) as book:
        return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells as text) of the rows of a sheet that hold anything."""
    with _opened(path) as book:
        if sheet not in book.sheetnames:
            raise SourceError("source_no_such_layer", path=path.name, layer=sheet)
        page = book[sheet]
        page.reset_dimensions()  # what a file says of its size is not believed
        for number, row in enumerate(page.iter_rows(values_only=True), 1):
            if len(row) > MAX_FIELDS and any(cell is not None for cell in row[MAX_FIELDS:]):
                raise SourceError("too_many_fields", path=path.name, limit=MAX_FIELDS)
            cells = [unguarded(text(cell)) for cell in row[:MAX_FIELDS]]
            while cells and not cells[-1]:
                cells.pop()
            if any(not cell.isspace() for cell in cells):
                yield number, cells


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
