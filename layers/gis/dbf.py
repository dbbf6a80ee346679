"""Reads the attribute table of a shapefile (dBASE) exactly: names cut in mid-character, long numbers, any encoding."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from layers.domain.foreign import chosen, codec, fits, guess_encoding
from layers.domain.tables import Encoding, SourceField, clean, unique_names
from layers.errors import SourceError

# Language driver ids (byte 29) that name an encoding we may meet; others are guessed by content.
_LANGUAGE = {0x4D: "cp936", 0x4F: "cp950", 0x7A: "cp936", 0x78: "cp950", 0x13: "cp932", 0x7B: "cp932"}


@dataclass(frozen=True)
class Column:
    """A column as the header describes it: where its bytes lie in a record, and what they are."""

    raw: bytes
    kind: str
    start: int
    width: int
    decimals: int


@dataclass(frozen=True)
class Dbf:
    """The header of an attribute table; ``count`` is the number of records that are really in the file."""

    path: Path
    count: int
    header: int
    record: int
    language: int
    columns: tuple[Column, ...]


def header(path: Path) -> Dbf:
    """Read the header; raises ``SourceError`` for one that cannot be right."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(32)
        length = int.from_bytes(head[8:10], "little")
        body = file.read(max(0, length - 32))
    record = int.from_bytes(head[10:12], "little")
    columns, at = [], 1
    for start in range(0, len(body) - 31, 32):
        part = body[start : start + 32]
        if part[0] in (0x0D, 0x00):
            break
        kind, width, decimals = chr(part[11]).upper(), part[16], part[17]
        if kind == "C":  # wide text columns keep the high byte of their width in place of the decimals
            width, decimals = width + 256 * decimals, 0
        columns.append(Column(part[:11].split(b"\0")[0], kind, at, width, decimals))
        at += width
    if len(head) < 32 or not columns or at > record or length < 33:
        raise SourceError("table_damaged", path=path.name)
    there = max(0, size - length) // record
    said = int.from_bytes(head[4:8], "little")
    return Dbf(path, min(said, there), length, record, head[29], tuple(columns))


class _Bytes:
    """The bytes that say how a table is written: names and text columns; can be walked again and again."""

    def __init__(self, dbf: Dbf) -> None:
        self._dbf = dbf

    def __iter__(self) -> Iterator[bytes]:
        yield b"\n".join(_whole(column.raw) for column in self._dbf.columns)
        texts = [column for column in self._dbf.columns if column.kind == "C"]
        for _, table in _records(self._dbf, 0, self._dbf.count, 20_000):
            for column in texts:
                cells = table[:, column.start : column.start + column.width]
                # Every cell ends with a line: a character that was cut in two must not eat its neighbour.
                yield b"\n".join(_whole(cell.rstrip(b" \0")) for cell in _cells(cells)) + b"\n"


def _whole(text: bytes) -> bytes:
    """Return a text without a last character that was cut at the width of its cell."""
    if text.isascii():
        return text
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                text[: len(text) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return text[: len(text) - cut]
    return text


def _cells(block: np.ndarray[Any, Any]) -> list[bytes]:
    """Return the cells of a column as bytes (numpy drops trailing NULs only)."""
    width = block.shape[1]
    if not width:
        return [b""] * len(block)
    flat: list[bytes] = np.ascontiguousarray(block).view(f"S{width}").ravel().tolist()
    return flat


def _records(dbf: Dbf, first: int, last: int, size: int) -> Iterator[tuple[int, np.ndarray[Any, Any]]]:
    with dbf.path.open("rb") as file:
        file.seek(dbf.header + first * dbf.record)
        for start in range(first, last, size):
            count = min(size, last - start)
            data = file.read(count * dbf.record)
            whole = len(data) // dbf.record
            yield start, np.frombuffer(data, np.uint8, whole * dbf.record).reshape(whole, dbf.record)


def encoding(dbf: Dbf, by_hand: str | None, cpg: Path | None) -> Encoding:
    """Return how the table is written: chosen by hand, .cpg, language driver, else by its bytes.

    What a .cpg or the header says is believed only if the bytes agree.
    """
    if by_hand:
        return chosen(dbf.path.name, by_hand)
    content = _Bytes(dbf)
    if cpg is not None and cpg.is_file():
        said = codec(cpg.read_bytes()[:64].decode("ascii", "ignore").strip("\0 \r\n\ufeff"))
        if said and fits(content, said):
            return Encoding(said, "sources.encoding_cpg")
        guess = guess_encoding(dbf.path.name, content)
        return Encoding(guess.name, "sources.encoding_cpg_wrong")
    said = codec(_LANGUAGE.get(dbf.language, ""))
    if said and not all(chunk.isascii() for chunk in content) and fits(content, said):
        return Encoding(said, "sources.encoding_ldid")
    return guess_encoding(dbf.path.name, content)


def fields(dbf: Dbf, encoding: str) -> tuple[SourceField, ...]:
    """Return the columns with names that can be used; a character cut at the end of a name is dropped."""
    names = unique_names(column.raw.decode(encoding, "ignore") for column in dbf.columns)
    kinds = {"N": "real", "F": "real", "B": "real", "O": "real", "I": "integer", "D": "date", "L": "boolean"}
    return tuple(
        SourceField(name, "integer" if column.kind == "N" and not column.decimals else kinds.get(column.kind, "text"))
        for name, column in zip(names, dbf.columns, strict=True)
    )


def read(dbf: Dbf, encoding: str, first: int, last: int) -> tuple[dict[str, list[Any]], list[bool]]:
    """Return the columns of the records ``first`` up to ``last`` (from 0), and which records are deleted.

    Whole numbers stay exact however long; dates are ``YYYY-MM-DD``; an empty cell or stars are None.
    """
    columns: dict[str, list[Any]] = {}
    deleted: list[bool] = []
    for _, table in _records(dbf, first, min(last, dbf.count), max(1, last - first)):
        deleted += (table[:, 0] == 0x2A).tolist()
        for field, column in zip(fields(dbf, encoding), dbf.columns, strict=True):
            cells = _cells(table[:, column.start : column.start + column.width])
            columns.setdefault(field.name, []).extend(_convert(cells, column.kind, encoding))
    if not columns:
        columns = {field.name: [] for field in fields(dbf, encoding)}
    return columns, deleted


def _convert(cells: list[bytes], kind: str, encoding: str) -> list[Any]:
    if kind in "NF":
        return [_number(cell.strip(b" \0")) for cell in cells]
    if kind == "D":
        return [_date(cell.strip(b" \0")) for cell in cells]
    if kind == "L":
        return [{b"T": True, b"Y": True, b"F": False, b"N": False}.get(cell.strip().upper()) for cell in cells]
    if kind == "I":
        return [int.from_bytes(cell.ljust(4, b"\0"), "little", signed=True) for cell in cells]
    if kind in "BO":
        return [float(np.frombuffer(cell.ljust(8, b"\0")[:8], "<f8")[0]) for cell in cells]
    # "ignore" drops a last character that the width of the column cut in two.
    return [clean(cell.decode(encoding, "ignore").rstrip(" \0")) or None for cell in cells]


def _number(cell: bytes) -> int | float | str | None:
    if not cell or cell[:1] == b"*":
        return None
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        value = float(cell)
    except ValueError:
        return clean(cell.decode("ascii", "replace"))
    return value if np.isfinite(value) else None


def _date(cell: bytes) -> str | None:
    text = cell.decode("ascii", "replace")
    if len(text) == 8 and text.isdigit() and text != "00000000":
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return clean(text) or None
