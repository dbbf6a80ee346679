"""Reads rows of a SQLite file straight from its pages, so that nothing in a foreign file can run.

SQLite itself prepares triggers, views, generated columns and virtual tables of a file it opens. Here only
the bytes are looked at (https://www.sqlite.org/fileformat2.html, table b-trees, §1.6 and §2); that is
enough to see what a file carries before it is opened for reading. Every walk is bounded by the size of
the file. Damage raises ``ValueError``.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

Value = int | float | str | bytes | None


@dataclass(frozen=True)
class Entry:
    """A row of ``sqlite_master``: kind is table, index, view or trigger; ``root`` is the page of a table."""

    kind: str
    name: str
    table: str
    root: int
    sql: str


class Pages:
    """An open SQLite file, read page by page; lives as long as the ``with`` block around it."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        head = self._file.read(100)
        if len(head) < 100 or head[:16] != b"SQLite format 3\0":
            self._file.close()
            raise ValueError("not a database")
        size = int.from_bytes(head[16:18], "big")
        self.page_size = 65536 if size == 1 else size
        self.usable = self.page_size - head[20]
        self.text = {2: "utf-16-le", 3: "utf-16-be"}.get(int.from_bytes(head[56:60], "big"), "utf-8")
        if self.page_size < 512 or self.page_size & (self.page_size - 1) or self.usable < 480:
            self._file.close()
            raise ValueError("page size")
        self.count = os.fstat(self._file.fileno()).st_size // self.page_size

    def __enter__(self) -> "Pages":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _page(self, number: int) -> bytes:
        if not 1 <= number <= self.count:
            raise ValueError(f"page {number} is outside the file")
        self._file.seek((number - 1) * self.page_size)
        return self._file.read(self.page_size)

    def _leaves(self, root: int) -> Iterator[tuple[bytes, int, int]]:
        """Walk the leaf pages of a table from the left: (page, where its cell pointers start, cells)."""
        waiting, seen = [root], 0
        while waiting:
            number = waiting.pop()
            seen += 1
            if seen > self.count:
                raise ValueError("pages go round in a circle")
            page = self._page(number)
            at = 100 if number == 1 else 0
            cells = int.from_bytes(page[at + 3 : at + 5], "big")
            if page[at] == 13:
                yield page, at + 8, cells
            elif page[at] == 5:
                below = []
                for i in range(cells):
                    cell = int.from_bytes(page[at + 12 + 2 * i : at + 14 + 2 * i], "big")
                    below.append(int.from_bytes(page[cell : cell + 4], "big"))
                below.append(int.from_bytes(page[at + 8 : at + 12], "big"))
                waiting.extend(reversed(below))
            else:
                raise ValueError(f"page {number} is not of a table")

    def count_rows(self, root: int) -> int:
        """Return the number of rows of the table whose b-tree starts at page ``root``."""
        return sum(cells for _, _, cells in self._leaves(root))

    def rows(self, root: int) -> Iterator[tuple[int, list[Value]]]:
        """Yield (rowid, values) of the table whose b-tree starts at page ``root``."""
        for page, start, cells in self._leaves(root):
            for i in range(cells):
                cell = int.from_bytes(page[start + 2 * i : start + 2 * i + 2], "big")
                length, cell = _varint(page, cell)
                rowid, cell = _varint(page, cell)
                yield rowid, self._record(self._payload(page, cell, length))

    def _payload(self, page: bytes, at: int, length: int) -> bytes:
        if length > self.count * self.page_size:
            raise ValueError("a row is longer than the file")
        most, least = self.usable - 35, (self.usable - 12) * 32 // 255 - 23
        if length <= most:
            return page[at : at + length]
        here = least + (length - least) % (self.usable - 4)
        here = here if here <= most else least
        parts = [page[at : at + here]]
        following = int.from_bytes(page[at + here : at + here + 4], "big")
        left = length - here
        while left > 0:
            more = self._page(following)
            parts.append(more[4 : 4 + min(left, self.usable - 4)])
            following, left = int.from_bytes(more[:4], "big"), left - (self.usable - 4)
        return b"".join(parts)

    def _record(self, record: bytes) -> list[Value]:
        body, at = _varint(record, 0)
        values: list[Value] = []
        end = body
        while at < end:
            kind, at = _varint(record, at)
            size = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2
            if kind in (10, 11) or body + size > len(record):
                raise ValueError("a row is cut short")
            raw, body = record[body : body + size], body + size
            if kind == 0:
                values.append(None)
            elif kind < 7:
                values.append(int.from_bytes(raw, "big", signed=True))
            elif kind in (8, 9):
                values.append(kind - 8)
            elif kind == 7:
                values.append(None)  # a real number: nothing we look at has one
            elif kind % 2:
                values.append(raw.decode(self.text, "replace"))
            else:
                values.append(raw)
        return values

    def schema(self) -> list[Entry]:
        """Return everything that the file carries, in the order of ``sqlite_master``."""
        entries = []
        for _, row in self.rows(1):
            kind, name, table, root, sql = [*row, *[None] * 5][:5]
            entries.append(
                Entry(str(kind), str(name), str(table), root if isinstance(root, int) else 0, str(sql or ""))
            )
        return entries


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(9):
        if at >= len(data):
            raise ValueError("a number is cut short")
        byte = data[at]
        at += 1
        if i == 8:
            value = value << 8 | byte
            break
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return (value - (1 << 64) if value >= 1 << 63 else value), at


def columns(sql: str) -> list[str]:
    """Return the column names of a ``CREATE TABLE`` text, in their order.

    Enough for tables that a geographic program wrote; raises ``ValueError`` for what it cannot read.
    """
    names, depth, at, begin = [], 0, 0, 0
    parts: list[str] = []
    while at < len(sql):
        c = sql[at]
        if c in "\"'`[":
            close = sql.find("]" if c == "[" else c, at + 1)
            if close < 0:
                raise ValueError("an open quotation")
            at = close
        elif c == "(":
            depth += 1
            begin = at + 1 if depth == 1 else begin
        elif c == ")" or (c == "," and depth == 1):
            if c == ")":
                depth -= 1
            if depth <= 0 or c == ",":
                parts.append(sql[begin:at])
                begin = at + 1
            if depth <= 0:
                break
        at += 1
    if depth or not parts:
        raise ValueError("no columns")
    for part in parts:
        found = re.match(r"""\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|`([^`]*)`|\[([^\]]*)\]|([^\s(,]+))""", part)
        if not found:
            raise ValueError("a column without a name")
        name = next(g for g in found.groups() if g is not None)
        if found.group(5) and name.upper() in ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"):
            continue
        names.append(name)
    return names
