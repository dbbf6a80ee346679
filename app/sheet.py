"""Small tables on their way to a spreadsheet: as a CSV file or on the clipboard, with nothing read as a formula."""

import csv
import io
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from layers.whole_files import write_whole

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

    The file appears whole or not at all. Raises ``SourceError`` as `write_whole` does.
    """
    data = ("\ufeff" + as_csv(rows)).encode()
    write_whole(path, data)
    return len(data)


def put_table(table: list[list[str]], dates: Collection[int] = ()) -> None:
    """Put rows on the clipboard for spreadsheets and for plain text; some columns are instants."""
    data = QMimeData()
    data.setText("\n".join("\t".join(_plain(cell) for cell in cells) for cells in table))
    data.setHtml(as_html(table, dates))
    QApplication.clipboard().setMimeData(data)


def _plain(cell: str) -> str:
    return " ".join(cell.split())


def as_html(table: list[list[str]], dates: Collection[int] = ()) -> str:
    """Return rows as an HTML table whose cells spreadsheets read as text, but in some columns as instants."""
    body = "".join(
        "<tr>" + "".join(_cell(cell, i in dates and n > 0) for i, cell in enumerate(cells)) + "</tr>"
        for n, cells in enumerate(table)
    )
    return f'<html><head><meta charset="utf-8"></head><body><table>{body}</table></body></html>'


def _cell(words: str, instant: bool) -> str:
    kind = "yyyy\\-mm\\-dd\\ hh\\:mm" if instant else "\\@"
    return f"<td style=\"mso-number-format:'{kind}'\">{escape(words)}</td>"
