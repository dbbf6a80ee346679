"""The one definition of the workspace's tables, from which files, checks and documentation are made.

Every table has `fid` (local, never referred to), `uuid` (what everything refers to) and `ver`, unless it is
*plain*. Feature tables have `geom` in EPSG:4490. Names are fixed (shared by GeoPackage and PostGIS);
columns may be added with a new schema version. Titles are the Chinese names that `gpkg_data_columns` carries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

VERSION = 2
SRS = 4490

# Type of a column -> how GeoPackage declares it.
TYPES = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "boolean": "BOOLEAN",
    "instant": "DATETIME",  # UTC with milliseconds and Z
    "date": "DATE",
    "json": "TEXT",
    "blob": "BLOB",
}


@dataclass(frozen=True)
class Column:
    """One column; ``choices`` are the words it may hold, ``required`` forbids null."""

    name: str
    title: str
    type: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Table:
    """One table; ``geometry`` is its GeoPackage geometry type or None.

    ``plain`` tables have neither uuid nor ver and are not registered, so that GDAL and QGIS do not list them.
    ``versioned`` is False for the append-only log, which has a uuid but no ver.
    ``unique`` and ``indexes`` are lists of columns, with a condition if need be; ``orders`` are (name, SQL expressions)
    of indexes that a screen is read through in its order. ``key`` is what the rows of a plain table are kept in order
    of: table and unique index are then one tree, which a large table is written and read once instead of twice for.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    geometry: str | None = None
    plain: bool = False
    versioned: bool = True
    unique: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    key: str = ""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All columns as they stand in the table, `fid` first."""
        own = tuple(column.name for column in self.columns)
        if self.plain:
            return own
        return (
            "fid",
            *(("geom",) if self.geometry else ()),
            "uuid",
            *(("ver",) if self.versioned else ()),
            *own,
        )


def parse(text: str) -> tuple[Column, ...]:
    """Return columns from lines ``name [type] [!] [=default] title [a|b|c]``, the notation of the tables.

    ``!`` forbids null; words between bars are the allowed values.
    """
    return tuple(_column(line.split()) for line in text.strip().splitlines())


def _column(parts: list[str]) -> Column:
    name, rest = parts[0], parts[1:]
    kind = rest.pop(0) if rest[0] in TYPES else "text"
    required = rest[0] == "!"
    if required:
        rest.pop(0)
    default = rest.pop(0)[1:] if rest[0].startswith("=") else None
    choices = tuple(rest[1].split("|")) if len(rest) > 1 else ()
    return Column(name, rest[0], kind, choices, required, default)


@cache
def tables() -> dict[str, Table]:
    """Return every table of the workspace by name, in the order they are made."""
    from layers.store import tables_here, tables_people, tables_places, tables_tasks

    found: Iterable[Table] = (
        *tables_places.TABLES,
        *tables_people.TABLES,
        *tables_tasks.TABLES,
        *tables_here.TABLES,
    )
    return {table.name: table for table in found}


def table(name: str) -> Table:
    """Return one table. Raises ``KeyError`` for a name that is not ours: names never come from outside."""
    return tables()[name]


def features() -> list[Table]:
    """Return the tables with a geometry."""
    return [table for table in tables().values() if table.geometry]


def registered() -> list[Table]:
    """Return the tables that other programs see: features and attributes."""
    return [table for table in tables().values() if not table.plain]
