"""Turns the rows of a foreign layer into columns of ours, slice by slice; what fits nowhere is kept in ``attrs``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from layers.domain import cells, flow, mapping
from layers.domain.tables import Problem, Progress, Slice, Source, SourceLayer
from layers.errors import Refused
from layers.exchange_rest import Rest
from layers.words import table as word_table

KEPT_PROBLEMS = 1000
SLICE = 20_000  # rows in memory at a time
_MOST_CELLS = 100_000  # different cells of a column that are remembered
_SHAPELESS = frozenset({"sources.no_geometry", "sources.empty_geometry", "sources.broken_geometry"})
SHEETS = frozenset({"csv", "xlsx"})
Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class Plan:
    """What one import was asked to do: ``columns`` is column -> field, ``constants`` column -> text for every row."""

    source: Source
    layer: SourceLayer
    as_: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    crs: str | None
    encoding: str | None
    zone: str
    actor: str
    progress: Progress | None = None
    near_lon: float | None = None


@dataclass
class Tally:
    """Counts what happens to rows while they are read; lives as long as the import."""

    read: int = 0
    added: int = 0
    skipped: int = 0
    unplaced: int = 0
    problems: list[Problem] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    system: str = ""

    def say(self, problem: Problem) -> None:
        """Note a problem; beyond the first thousand they are only counted."""
        self.counted[problem.key] = self.counted.get(problem.key, 0) + 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)


def slices(plan: Plan, size: int = SLICE) -> Iterator[Slice]:
    """Yield the rows of the layer, geometries in EPSG:4490, of the kind that the table wants."""
    if plan.source.kind in SHEETS:
        from layers.documents import sheets

        return sheets.read(
            plan.source, plan.layer.name, encoding=plan.encoding, slice_size=size, progress=plan.progress
        )
    from layers.gis import sources

    # A task or facility that is drawn as an area or line is placed at a point on it (see `points`).
    want: Any = {"grids": "polygon", "roads": "line", "places": "polygon"}.get(plan.as_)
    return sources.read(
        plan.source,
        plan.layer.name,
        crs=plan.crs,
        encoding=plan.encoding,
        want=want,
        slice_size=size,
        progress=plan.progress,
    )


class Reading:
    """Reads the cells of one import; holds its mapping, its lookups and what has been said already."""

    def __init__(self, plan: Plan, tally: Tally, lookups: Mapping[str, Callable[[str], Any]]) -> None:
        self.plan = plan
        self.tally = tally
        self.zone = ZoneInfo(plan.zone)
        self.lookups = lookups
        self._cells: dict[str, dict[Any, tuple[Any, bool]]] = {}
        self._said: set[tuple[str, str]] = set()
        self._crs = plan.crs
        mapped = set(plan.columns.values())
        self.others = [f.name for f in plan.layer.fields if f.name not in mapped and f.type != "blob"]

    def columns(self, part: Slice) -> tuple[Columns, Rest]:
        """Return column -> values of the mapped columns, and what belongs into ``attrs``."""
        for problem in part.problems:
            if problem.key not in _SHAPELESS:
                self.tally.say(problem)
            elif self.plan.as_ == "grids":
                self.tally.say(Problem(problem.row, "exchange.no_shape", {}))
            elif problem.key != "sources.no_geometry" or self.plan.as_ not in ("tasks", "facilities"):
                self.tally.say(problem)
        self.tally.read += len(part)
        rest = Rest({name: part.columns[name] for name in self.others}, len(part))
        found: Columns = {}
        for column, source in self.plan.columns.items():
            kind = mapping.target(self.plan.as_, column).type
            if kind == "text":
                found[column] = texts(part.columns[source])
            elif kind in ("degrees", "pair"):
                found[column] = part.columns[source]  # read together, in `points`
            else:
                found[column] = self._column(source, kind, part, rest)
        for column, value in self.plan.constants.items():
            kind = mapping.target(self.plan.as_, column).type
            ours = self._one(kind, value)
            if ours is None and value.strip() and kind in self.lookups:
                raise Refused("import_set_lookup", column=column, value=value)
            found[column] = [ours] * len(part)
        return found, rest

    def check_constants(self) -> None:
        """Refuse a value for every row that cannot be read, before anything is done.

        Raises ``Refused`` with what the column takes; a reference is looked up with the first rows only.
        """
        for column, value in self.plan.constants.items():
            kind = mapping.target(self.plan.as_, column).type
            if kind in ("degrees", "pair"):
                raise Refused("import_set_place", column=column)
            try:
                self._one(kind, value)
            except (ValueError, OverflowError):
                group = {"day": "instant", "integer": "number"}.get(kind, kind.partition(":")[0])
                words = ", ".join(cells.words(kind[5:])) if group == "word" else ""
                raise Refused(f"import_set_{group}", column=column, value=value, words=words) from None

    def _column(self, source: str, kind: str, part: Slice, rest: Rest) -> list[Any]:
        """Return a column's values, each different cell read once; what is lost by it stays in ``rest``."""
        values = part.columns[source]
        known = self._cells.setdefault(source, {})
        if len(known) > _MOST_CELLS:
            known.clear()
        rough = False
        for value in set(values):
            if value not in known:
                known[value] = self._read(kind, value)
            rough = rough or not known[value][1]
        if rough:
            for i, value in enumerate(values):
                ours, exact = known[value]
                if not exact:
                    rest.keep(i, source, value)
                    if ours is None:
                        self._unreadable(kind, source, value, part.rows[i])
        return [known[value][0] for value in values]

    def _read(self, kind: str, value: Any) -> tuple[Any, bool]:
        """Return (our value or None, whether nothing is lost by it)."""
        if value is None or value == "":
            return None, True
        try:
            ours = self._one(kind, value)
        except (ValueError, OverflowError):
            return None, False
        if kind.startswith("word:"):
            return ours, ours == value or str(value).strip() in shown_words(kind[5:], ours)
        return ours, ours is not None

    def _one(self, kind: str, value: Any) -> Any:
        if kind.startswith("word:"):
            return cells.word(value, kind[5:])
        if kind == "instant":
            return cells.instant(value, self.zone)
        if kind == "day":
            return cells.day(value)
        if kind == "truth":
            return cells.truth(value)
        if kind == "number":
            return cells.number(value)
        if kind == "integer":
            number = cells.number(value)
            return None if number is None else int(number)
        if kind in self.lookups:
            return self.lookups[kind](text(value) or "")
        return text(value)

    def _unreadable(self, kind: str, source: str, value: Any, row: int) -> None:
        group = "word" if kind.startswith("word:") else "lookup" if kind in self.lookups else kind
        if group in ("word", "lookup"):
            # One unknown name is one thing to know, however many rows have it.
            if (source, str(value)) in self._said:
                return
            self._said.add((source, str(value)))
        self.tally.say(Problem(row, f"exchange.unread_{group}", {"field": source, "value": str(value)[:60]}))

    def points(self, part: Slice, columns: Columns, rest: Rest) -> tuple[Any, Any]:
        """Return (points, drawn shapes) of the rows as object arrays with None; takes the coordinates away.

        A row that is an area or a line gets a point on it, and its shape comes second. Coordinates that make
        no point stay in ``rest``.
        """
        shapes = np.full(len(part), None, dtype=object)
        points = np.full(len(part), None, dtype=object)
        if part.geometry is not None:
            there = ~shapely.is_missing(part.geometry)
            points[there] = part.geometry[there]
            drawn = there & (shapely.get_type_id(part.geometry) != 0)
            if drawn.any():
                shapes[drawn] = part.geometry[drawn]
                points[drawn] = shapely.point_on_surface(part.geometry[drawn])
        for names in (("lon", "lat"), ("lonlat", "lonlat")):
            values = [columns.pop(name, None) for name in dict.fromkeys(names)]
            if all(value is not None for value in values) and shapely.is_missing(points).any():
                self._from_columns(part, [self.plan.columns[name] for name in names], points, rest)
        return points, shapes

    def _from_columns(self, part: Slice, fields: list[str], points: Any, rest: Rest) -> None:
        from layers.gis import points as reading

        path = self.plan.source.path.name
        if self._crs is None:
            guess = reading.guess(part, fields[0], fields[1], self.plan.near_lon)
            if guess.crs is None:
                raise Refused("import_crs", path=path)
            self._crs = guess.crs
        made = reading.points_from(replace(part, problems=()), fields[0], fields[1], self._crs, path)
        assert made.geometry is not None
        for problem in made.problems:
            if problem.key != "sources.no_place":  # the tray is counted, not complained about
                self.tally.say(problem)
        missing = shapely.is_missing(points)
        points[missing] = made.geometry[missing]
        for i in np.flatnonzero(shapely.is_missing(points)).tolist():
            for name in fields:
                if part.columns[name][i] not in (None, ""):
                    rest.keep(i, name, part.columns[name][i])


def text(value: Any) -> str | None:
    """Return a cell as text without blanks around it, None for an empty one; whole floats lose their ``.0``."""
    if value is None:
        return None
    if not isinstance(value, str):
        value = str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)
    return value.strip() or None


def texts(values: Sequence[Any]) -> list[str | None]:
    """Return a column of cells as texts."""
    return [(value.strip() or None) if type(value) is str else text(value) for value in values]


@cache
def shown_words(words: str, ours: str) -> frozenset[str]:
    """Return how our own screens write a word of a list, in both languages: whoever writes so means just that."""
    prefix = {"road": "class"}.get(words, words)
    table = word_table()
    return frozenset(
        text
        for room in ("cards", "tasks")
        for key in (f"{room}.{prefix}_{ours}", *(f"{room}.{prefix}_{ours}_{kind}" for kind in flow.KINDS))
        for text in table.get(key, ())
    )
