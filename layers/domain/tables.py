"""What comes out of a foreign file, whatever its format: layers, their fields, slices of rows, problems."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.domain.things import Bounds
from layers.words import t

if TYPE_CHECKING:
    import numpy as np

Progress = Callable[[int, int, str], None]

MAX_FIELDS = 2_000
MAX_NAME = 200
MAX_TEXT = 1_000_000  # characters of one value


@dataclass(frozen=True)
class Encoding:
    """How the text of a file is written: a Python codec name and the key of the reason for it."""

    name: str
    reason: str


@dataclass(frozen=True)
class SourceField:
    """A column of a foreign layer; ``type`` is text, integer, real, boolean, date, datetime, json or blob.

    A ``blob`` column is listed but never read.
    """

    name: str
    type: str


@dataclass(frozen=True)
class SourceLayer:
    """One layer or sheet as the preview shows it, before anything is written.

    ``geometry_kind`` is point, line, polygon, mixed or "" (a table without geometry). ``crs`` is the text
    that ``read`` takes (``EPSG:4490``, ``GCJ-02``, a WKT …), None when it must be asked for; ``crs_sure`` is
    False for a guess. Reasons are keys of the translations. ``count`` is exact. ``bounds`` are degrees in
    EPSG:4490, None when there is nothing to bound or no CRS. ``header_row`` is the row number of the
    headings in a sheet, 0 elsewhere. ``rough`` says that the datum shift to CGCS2000 is not known exactly.
    """

    name: str
    geometry_kind: str
    count: int
    fields: tuple[SourceField, ...]
    crs: str | None = None
    crs_reason: str = ""
    crs_sure: bool = True
    rough: bool = False
    encoding: str = "utf-8"
    encoding_reason: str = ""
    sample: tuple[Mapping[str, str], ...] = ()
    bounds: Bounds | None = None
    header_row: int = 0


@dataclass(frozen=True)
class Source:
    """A foreign file that has passed the door: ``kind`` is one of ``layers.domain.foreign.KINDS``."""

    path: Path
    kind: str
    layers: tuple[SourceLayer, ...]

    def layer(self, name: str | None = None) -> SourceLayer:
        """Return the layer of that name, or the first one; ``KeyError`` when there is none."""
        for layer in self.layers:
            if name is None or layer.name == name:
                return layer
        raise KeyError(name)


@dataclass(frozen=True)
class Problem:
    """Something about one row that a person should know; ``row`` is the number in the source.

    ``key`` is the full key of the sentence, ``str()`` the sentence.
    """

    row: int
    key: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return t(self.key, row=self.row, **self.values)


@dataclass(frozen=True)
class Slice:
    """Some rows of a layer: every list has one entry per row, in the order of the source.

    ``columns`` holds plain Python values (str, int, float, bool or None; JSON text for nested values).
    ``geometry`` is an object array of 2D shapely geometries in EPSG:4490 with None where a row has none or
    none that can be used (then ``problems`` says why); it is None for a table. ``rows`` are the numbers of
    the rows in the source: the feature id of a GeoPackage or shapefile, the feature's place in a GeoJSON
    from 1, the row number of a sheet.
    """

    columns: Mapping[str, list[Any]]
    geometry: "np.ndarray[Any, Any] | None"
    rows: list[int]
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


# What has no business in a name or a value: C0 controls (a NUL ends a text in C), bidirectional overrides
# (they make a text read as another), and halves of surrogate pairs (SQLite cannot store them).
_JUNK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """Return the text without control characters, direction overrides and broken surrogates."""
    return _JUNK.sub("", text)


def unique_names(raw: Iterable[object]) -> list[str]:
    """Return usable column names for raw headings, in their order and as many.

    Line breaks and runs of blanks (also full-width ones) become one blank; an empty heading becomes
    ``column_<n>``; a second heading that differs from an earlier one by case only gets ``_2``, ``_3`` …
    """
    taken: set[str] = set()
    names = []
    for number, heading in enumerate(raw, 1):
        base = " ".join(clean("" if heading is None else str(heading)).split())[:MAX_NAME]
        base = base or f"column_{number}"
        name, copy = base, 1
        while name.casefold() in taken:
            copy += 1
            name = f"{base}_{copy}"
        taken.add(name.casefold())
        names.append(name)
    return names


def tidy(values: list[Any], rows: list[int], problems: list[Problem]) -> list[Any]:
    """Return the values of a column with every text cleaned and cut at ``MAX_TEXT``, saying so in ``problems``."""
    texts = values
    try:
        # One search over all of them: nearly always there is nothing to clean.
        joined = "".join(values)
    except TypeError:
        texts = [value for value in values if isinstance(value, str)]
        joined = "".join(texts)
    if "\ufffd" in joined:
        damaged = (i for i, value in enumerate(values) if isinstance(value, str) and "\ufffd" in value)
        problems += [Problem(rows[i], "sources.text_damaged", {}) for i in damaged]
    if not texts or (not _JUNK.search(joined) and max(map(len, texts)) <= MAX_TEXT):
        return values
    found = values
    for i, value in enumerate(values):
        if isinstance(value, str) and (_JUNK.search(value) or len(value) > MAX_TEXT):
            found = list(values) if found is values else found
            text = clean(value)
            if text != value:
                problems.append(Problem(rows[i], "sources.text_cleaned", {}))
            if len(text) > MAX_TEXT:
                problems.append(Problem(rows[i], "sources.text_cut", {"limit": MAX_TEXT}))
            found[i] = text[:MAX_TEXT]
    return found


def shown(value: object, width: int = 200) -> str:
    """Return a value as the preview shows it: one text, cut at ``width`` characters."""
    if value is None:
        return ""
    text = str(value)
    return text if len(text) <= width else text[: width - 1] + "…"
