"""Reads tables that people keep in CSV and Excel: every value as text, just as it stands there."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from layers.documents import workbook
from layers.documents.formulas import unguarded
from layers.domain.foreign import check_head, chosen, expected_kind, guess_encoding, refuse_path, shown_name, strictness
from layers.domain.tables import (
    MAX_FIELDS,
    Encoding,
    Problem,
    Progress,
    Slice,
    Source,
    SourceField,
    SourceLayer,
    shown,
    tidy,
    unique_names,
)
from layers.errors import SourceError
from layers.words import t

KINDS = frozenset({"csv", "xlsx"})
SAMPLE = 20
MAX_ROWS = 5_000_000
_HEAD = 30  # rows among which the headings are looked for
_LONGEST = 10_000_000  # characters of one cell: an unclosed quotation mark swallows the rest of a file

Row = tuple[int, list[str]]


class _File:
    """The bytes of a text file, from the start each time they are walked."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while block := file.read(1 << 20):
                if b"\0" in block and not self._wide():
                    raise SourceError("table_binary", path=self._path.name)
                yield block

    def _wide(self) -> bool:
        with self._path.open("rb") as file:
            return file.read(2) in (b"\xff\xfe", b"\xfe\xff")


def inspect(
    path: Path | str, *, encoding: str | None = None, header_row: int | None = None, progress: Progress | None = None
) -> Source:
    """Say what a CSV or .xlsx file holds: one layer per sheet that has rows, every column ``text``.

    The row of the headings is found (titles above it are passed over) or given, counted from 1. The whole
    file is walked, so that ``count`` is exact and every column is known. Raises ``SourceError``.
    """
    path, kind = _checked(path)
    layers: list[SourceLayer | None] = []
    written = Encoding("utf-8", "sources.encoding_fixed")
    if kind == "csv":
        written = chosen(path.name, encoding) if encoding else guess_encoding(path.name, _File(path))
        layers.append(
            _preview(
                path.stem,
                _csv(path, written.name, strictness(written.reason)),
                written,
                header_row,
                path.name,
                progress,
            )
        )
    else:
        for name in workbook.sheets(path):
            rows = workbook.rows(path, name)
            layers.append(_preview(name, rows, written, header_row, path.name, progress))
            layer = layers[-1]
            below = workbook.headings_end(path, name, layer.header_row) if layer and header_row is None else 0
            if layer and below > layer.header_row:
                rows = workbook.rows(path, name)
                layers[-1] = _preview(name, rows, written, below, path.name, progress)
    found = tuple(layer for layer in layers if layer is not None)
    if not found:
        raise SourceError("table_no_rows", path=path.name)
    return Source(path, kind, found)


def read(
    source: Source,
    layer: str | None = None,
    *,
    encoding: str | None = None,
    slice_size: int = 20_000,
    progress: Progress | None = None,
) -> Iterator[Slice]:
    """Yield the rows of a sheet below its headings, as text; row numbers are those that Excel shows.

    An empty cell is None. Empty rows are passed over. Slices have no geometry: ``layers.gis.points``
    makes points of two columns. Raises ``SourceError``; ``progress`` may raise ``Cancelled``.
    """
    try:
        chosen_layer = source.layer(layer)
    except KeyError:
        raise SourceError("source_no_such_layer", path=source.path.name, layer=str(layer)) from None
    path = source.path
    if source.kind == "csv":
        codec = chosen(path.name, encoding).name if encoding else chosen_layer.encoding
        rows = _csv(path, codec, "strict" if encoding else strictness(chosen_layer.encoding_reason))
    else:
        rows = workbook.rows(path, chosen_layer.name)
    names = [field.name for field in chosen_layer.fields]
    numbers: list[int] = []
    cells: list[list[str]] = []
    done = 0
    for number, row in rows:
        if number <= chosen_layer.header_row:
            continue
        numbers.append(number)
        cells.append(row)
        if len(cells) == slice_size:
            yield _slice(names, numbers, cells)
            done += len(cells)
            if progress:
                progress(
                    min(done, chosen_layer.count), chosen_layer.count, t("sources.reading", name=chosen_layer.name)
                )
            numbers, cells = [], []
    if cells:
        yield _slice(names, numbers, cells)


def _slice(names: list[str], numbers: list[int], cells: list[list[str]]) -> Slice:
    problems: list[Problem] = []
    width = len(names)
    for number, row in zip(numbers, cells, strict=True):
        if len(row) > width:  # only with another encoding than the preview's can a row be longer than seen
            problems.append(Problem(number, "sources.row_too_long", {"columns": len(row)}))
    columns: dict[str, list[Any]] = {}
    for i, name in enumerate(names):
        values: list[Any] = [(row[i] or None) if i < len(row) else None for row in cells]
        columns[name] = tidy(values, numbers, problems)
    for number, row in zip(numbers, cells, strict=True):
        if any(workbook.lost_digits(cell) for cell in row):
            problems.append(Problem(number, "sources.digits_lost", {}))
    return Slice(columns, None, list(numbers), tuple(sorted(problems, key=lambda p: p.row)))


def _checked(path: Path | str) -> tuple[Path, str]:
    refuse_path(str(path))
    path = Path(path)
    shown_path = shown_name(path.name or str(path))
    kind = expected_kind(path.name)
    if kind not in KINDS:
        raise SourceError("source_not_sheet", path=shown_path)
    try:
        if path.is_dir():
            raise SourceError("not_a_file", path=shown_path)
        if not path.exists():
            raise SourceError("missing", path=shown_path)
        if not path.is_file():
            raise SourceError("source_not_a_path", path=shown_path)
        with path.open("rb") as file:
            head = file.read(4096)
        check_head(path.name, kind, head, path.stat().st_size)
    except OSError:
        raise SourceError("source_unreadable", path=shown_path) from None
    return path, kind


# --- CSV ----------------------------------------------------------------------------------------------


def _csv(path: Path, encoding: str, errors: str) -> Iterator[Row]:
    """Yield (row number, cells) of the rows that hold anything; a row that spans lines counts once."""
    csv.field_size_limit(_LONGEST)
    number = 0
    try:
        with path.open(encoding=encoding, errors=errors, newline="") as file:
            delimiter = _delimiter(file.read(100_000))
            file.seek(0)
            for number, row in enumerate(csv.reader(file, delimiter=delimiter), 1):
                if number > MAX_ROWS or len(row) > MAX_FIELDS:
                    raise SourceError("table_too_big", path=path.name, rows=MAX_ROWS, columns=MAX_FIELDS)
                while row and (not row[-1] or row[-1].isspace()):
                    row.pop()
                if row:
                    yield number, [unguarded(cell) for cell in row]
    except csv.Error:
        raise SourceError("table_broken", path=path.name, row=number + 1) from None
    except UnicodeError:
        raise SourceError("encoding_wrong", path=path.name, encoding=encoding) from None
    except OSError:
        raise SourceError("source_unreadable", path=path.name) from None


def _delimiter(text: str) -> str:
    """Return the sign that divides the first rows most evenly: comma, tab, semicolon or bar."""
    best, most = ",", 0.0
    for sign in (",", "\t", ";", "|"):
        widths: Counter[int] = Counter()
        with suppress(csv.Error):
            for row in csv.reader(text.splitlines(keepends=True)[:50], delimiter=sign):
                widths[len(row)] += 1
        width, times = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        score = times * (width - 1) / max(1, sum(widths.values()))
        if score > most:
            best, most = sign, score
    return best


# --- preview ------------------------------------------------------------------------------------------


def _preview(
    name: str, rows: Iterator[Row], written: Encoding, header_row: int | None, path: str, progress: Progress | None
) -> SourceLayer | None:
    first: list[Row] = []
    for row in rows:
        first.append(row)
        if len(first) >= max(_HEAD, SAMPLE + 10) and row[0] >= (header_row or 0):
            break
    if not first:
        return None
    at = find_header(first)
    if header_row is not None:
        at = next((i for i, (number, _) in enumerate(first) if number >= header_row), at)
    number, headings = first[at]
    body = first[at + 1 :]
    width = max([len(headings), *(len(row) for _, row in body)])
    count = len(body)
    for _, cells in rows:
        count += 1
        width = max(width, len(cells))
        if progress and not count % 20_000:
            progress(0, 0, t("sources.counting", count=count))
    if width > MAX_FIELDS:
        raise SourceError("too_many_fields", path=path, limit=MAX_FIELDS)
    names = unique_names([*headings, *[""] * (width - len(headings))])
    sample = tuple(
        {column: shown(row[i] if i < len(row) else "") for i, column in enumerate(names)} for _, row in body[:SAMPLE]
    )
    return SourceLayer(
        name,
        "",
        count,
        tuple(SourceField(column, "text") for column in names),
        encoding=written.name,
        encoding_reason=written.reason,
        sample=sample,
        header_row=number,
    )


def find_header(rows: list[Row]) -> int:
    """Return which of the first rows holds the headings: the first one that is nearly as wide as the rows
    below it, mostly different texts and with no more numbers in it than texts.

    A title merged across the sheet fills one cell only, a line of units or dates fills few.
    """
    widths = [sum(1 for cell in row if cell.strip()) for _, row in rows]
    usual = sorted(widths)[len(widths) // 2]
    for i, (_, row) in enumerate(rows):
        texts = [cell.strip() for cell in row if cell.strip()]
        numbers = sum(1 for text in texts if text.replace(".", "", 1).lstrip("-").isdecimal())
        if len(texts) >= max(1, 0.6 * usual) and numbers * 2 <= len(texts) and len(set(texts)) * 2 >= len(texts):
            return i
    return 0
