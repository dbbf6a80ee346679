"""Writes tables that people open in Excel or WPS: no cell can run, no long number loses its digits."""

import csv
import datetime as dt
import errno
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from layers.documents.formulas import guarded
from layers.domain.tables import clean
from layers.errors import WorkspaceError

_LONGEST_CELL = 32_767  # Excel's own limits
_MOST_ROWS = 1_048_576
_SAFE_DIGITS = 10**15

Table = tuple[Sequence[str], Iterable[Sequence[Any]]]  # headings, rows


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a CSV in UTF-8 with its mark (so that Excel reads Chinese) and return the number of rows.

    Values are str, int, float, bool, dates or None. The file appears whole or not at all; raises
    ``WorkspaceError`` when it cannot be written.
    """
    count = 0
    with _beside(path) as target, target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([guarded(clean(heading)) for heading in headings])
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])
            count += 1
    return count


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return guarded(clean(str(value)))


def write_xlsx(path: Path, sheets: Mapping[str, Table]) -> int:
    """Write an .xlsx with one sheet per entry (name -> (headings, rows)) and return the number of rows.

    Texts stay texts, digits of 16 and more places too; dates become real dates; the headings are bold and
    stay in view. A table longer than a sheet goes on in the next. Raises ``WorkspaceError``.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    count = 0
    taken: set[str] = set()
    for name, (headings, rows) in (sheets or {"Sheet1": ((), ())}).items():
        page, filled = _page(book, name, headings, taken), 1
        for row in rows:
            if filled == _MOST_ROWS:
                page, filled = _page(book, name, headings, taken), 1
            page.append([_cell(page, value) for value in row])
            filled += 1
            count += 1
    with _beside(path) as target:
        book.save(target)
    return count


def _page(book: Any, name: str, headings: Sequence[str], taken: set[str]) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(_sheet_name(name, taken))
    page.freeze_panes = "A2"
    cells = []
    for number, heading in enumerate(headings, 1):
        cell = WriteOnlyCell(page, value=guarded(clean(heading)))
        cell.font = Font(bold=True)
        cells.append(cell)
        wide = sum(2 if ord(c) > 0x2E7F else 1 for c in heading)
        page.column_dimensions[get_column_letter(number)].width = min(40, max(10, wide + 4))
    page.append(cells)
    return page


def _sheet_name(name: str, taken: set[str]) -> str:
    base = "".join(" " if c in "[]:*?/\\" else c for c in clean(name)).strip(" '")[:28] or "Sheet"
    found, copy = base, 1
    while found.casefold() in taken:
        copy += 1
        found = f"{base[:25]} {copy}"
    taken.add(found.casefold())
    return found


def _cell(page: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _SAFE_DIGITS:
        value = str(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | dt.date):
        return value if not isinstance(value, float) or value - value == 0 else None
    cell = WriteOnlyCell(page, value=guarded(clean(str(value)))[:_LONGEST_CELL])
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a temporary file beside ``path`` that takes its place when all is written."""
    target = Path(path)
    if not target.parent.is_dir():
        raise WorkspaceError("no_folder", path=target.parent)
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=".gewu-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        yield Path(name)
        Path(name).chmod(0o644)
        os.replace(name, target)
    except OSError as error:
        raise WorkspaceError("disk_full" if error.errno == errno.ENOSPC else "read_only", path=target) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text; the file appears whole or not at all. Raises ``WorkspaceError``."""
    with _beside(path) as target:
        target.write_text(text, encoding="utf-8", newline="\n")
