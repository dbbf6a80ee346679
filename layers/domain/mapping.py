"""Which column of ours a field of somebody else's table means: by its name, then by what stands in it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import resources
from layers.domain import cells
from layers.domain.tables import SourceField, SourceLayer

KINDS = ("grids", "roads", "places", "facilities", "tasks", "people")
TABLE = {
    "grids": "grid",
    "roads": "road_section",
    "places": "place",
    "facilities": "facility",
    "tasks": "task",
    "people": "person",
}
PLACE = ("lon", "lat", "lonlat")
GEOMETRY = {"grids": "polygon", "roads": "line", "places": "polygon", "facilities": "point", "tasks": "point"}


@dataclass(frozen=True)
class Target:
    """A column that a field may be mapped to.

    ``type`` is how its cells are read: text, number, integer, instant, day, truth, degrees, a list of words
    (``word:status``), or a reference to look up by name or code (``party``, ``department``, ``grid``, ``road``,
    ``place``, ``category``). ``names`` are headings that mean it, ``more`` those that may.
    """

    column: str
    type: str
    names: tuple[str, ...]
    more: tuple[str, ...] = ()


@cache
def targets(as_: str) -> tuple[Target, ...]:
    """Return what the fields of things of a kind may be mapped to (`resources/standards/headings.toml`)."""
    table: dict[str, dict[str, str]] = tomllib.loads(resources.text("standards/headings.toml"))
    found = []
    for column, line in table[as_].items():
        kind, _, names = line.partition(": ")
        sure, _, more = names.partition(" | ")
        found.append(Target(column, kind, tuple(sure.split(", ")), tuple(more.split(", ")) if more else ()))
    return tuple(found)


def target(as_: str, column: str) -> Target:
    """Return the target of a column; ``KeyError`` when things of this kind have none of that name."""
    for found in targets(as_):
        if found.column == column:
            return found
    raise KeyError(column)


def bare(name: str) -> str:
    """Return a heading as headings are compared: narrow, small, without blanks, marks and units in brackets."""
    return re.sub(r"[\s_\-./:：*]+", "", re.sub(r"[（(].*?[)）]", "", cells.plain(name)).casefold())


def guess(layer: SourceLayer, as_: str) -> dict[str, str]:
    """Return field -> column for the fields whose meaning is plain; each column at most once.

    First by name, the surer names before the weaker ones, then coordinates by what stands in the sample.
    A layer that brings its own shapes needs no coordinates.
    """
    found: dict[str, str] = {}
    free = {bare(field.name): field for field in reversed(layer.fields)}
    with_shape = bool(layer.geometry_kind)
    for wanted in ("column", "names", "more"):
        for each in targets(as_):
            if each.column in found.values() or (with_shape and each.column in PLACE):
                continue
            names = (each.column,) if wanted == "column" else each.names if wanted == "names" else each.more
            for name in names:
                field = free.get(bare(name))
                if field is not None and field.name not in found and _fits(layer, field, each):
                    found[field.name] = each.column
                    break
    if not with_shape and as_ in GEOMETRY and not ("lonlat" in found.values() or {"lon", "lat"} <= set(found.values())):
        _coordinates(layer, as_, found)
    # The order of the file, so that a preview shows it as people know it.
    return {field.name: found[field.name] for field in layer.fields if field.name in found}


def _fits(layer: SourceLayer, field: SourceField, target: Target) -> bool:
    """Say whether the sample contradicts the guess: a number that must be and is not one, a word nobody knows."""
    if field.type == "blob":
        return False
    values = [text for row in layer.sample if (text := (row.get(field.name) or "").strip())]
    if target.column == "source_number" and values:
        # 1, 2, 3 … are rows of this table, not numbers that another table would mean the same case by.
        return sum(map(len, values)) >= 5 * len(values)
    if not values or target.type in ("text", "party", "department", "grid", "road", "place", "category"):
        return True
    return sum(_reads(text, target.type) for text in values) * 2 >= len(values)


def _reads(text: str, kind: str) -> bool:
    try:
        if kind.startswith("word:"):
            cells.word(text, kind[5:])
        elif kind in ("instant", "day"):
            cells.moment(text)
        elif kind == "degrees":
            cells.degrees(text)
        elif kind == "pair":
            # 121.5,31.2 or POINT(121.5 31.2): two numbers, whatever stands around them.
            return len(re.findall(r"\d+\.\d+", cells.plain(text))) == 2
        elif kind == "truth":
            cells.truth(text)
        else:
            cells.number(text)
    except (ValueError, OverflowError):
        return False
    return True


def _coordinates(layer: SourceLayer, as_: str, found: dict[str, str]) -> None:
    """Find longitude and latitude by their values when their headings say nothing: degrees in China."""
    columns = {t.column for t in targets(as_)}
    if "lon" not in columns:
        return
    kept = {column: field for field, column in found.items()}
    ranges = {"lon": (73.0, 136.0), "lat": (17.0, 54.5)}
    for column, (low, high) in ranges.items():
        if column in kept:
            continue
        for field in layer.fields:
            if field.name in found:
                continue
            numbers = [_number(row.get(field.name)) for row in layer.sample]
            seen = [n for n in numbers if n is not None]
            if len(seen) >= max(1, len(numbers) // 3) and all(low <= n <= high and n != int(n) for n in seen):
                found[field.name] = column
                break
    if not {"lon", "lat"} <= set(found.values()):
        for name in [f for f, column in found.items() if column in ("lon", "lat") and f not in kept.values()]:
            del found[name]


def _number(text: str | None) -> float | None:
    try:
        return cells.degrees(text or None)
    except ValueError:
        return None


def reading(mapping: Mapping[str, str], as_: str, fields: Sequence[str]) -> dict[str, str]:
    """Return column -> field of a mapping that somebody gave, checked.

    Raises ``KeyError`` with the field or column that is not there, ``ValueError`` with a column given twice.
    """
    found: dict[str, str] = {}
    for field, column in mapping.items():
        if field not in fields:
            raise KeyError(field)
        if column == "geom" or not column:
            continue
        target(as_, column)
        if column in found:
            raise ValueError(column)
        found[column] = field
    return found
