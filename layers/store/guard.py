"""Looks at a file before anything in it can run: whose is it, which version, what does it carry.

Opening executes nothing but reads of `sqlite_master` and the header; unknown triggers, views and virtual tables
never run (design §3), nor what a changed table of ours would compute. R-trees of layers that QGIS added beside
ours are known by their exact text.
"""

import hashlib
import re
import sqlite3
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from layers.errors import SourceError, WorkspaceError
from layers.store import ddl, rules
from layers.store.connection import atomic, connect, plainly
from layers.store.journal import touch_contents
from layers.store.migrations import rules_of, tables_of
from layers.store.schema import VERSION, tables

MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class Look:
    """What was seen: the schema version (None: no workspace of ours) and what is foreign in it."""

    version: int | None
    foreign: tuple[str, ...]


def look(path: Path) -> Look:
    """Look at a file without running anything of it.

    Raises ``SourceError`` when it is missing, empty or no GeoPackage, ``WorkspaceError`` when it is damaged
    or made by a newer version.
    """
    if not path.exists():
        raise SourceError("missing", path=path)
    if not path.is_file():
        raise SourceError("not_a_file", path=path)
    if path.stat().st_size == 0:
        raise SourceError("empty", path=path)
    with path.open("rb") as file:
        head = file.read(100)
    if head[:16] != b"SQLite format 3\0":
        raise SourceError("not_a_geopackage", path=path)
    with plainly(path):
        db = connect(path, read_only=True, trusted=False)
        try:
            return _look(db, path)
        finally:
            db.close()


def _look(db: sqlite3.Connection, path: Path) -> Look:
    rows = db.execute("SELECT type, name, sql FROM sqlite_master LIMIT ?", (MOST_ENTRIES + 1,)).fetchall()
    if len(rows) > MOST_ENTRIES:
        # What lies behind the limit would not have been looked at, and no workspace has that much.
        raise WorkspaceError("damaged", path=path)
    # A list: a trigger may have the name of a table.
    entries = [(row["type"], row["name"], " ".join((row["sql"] or "").split())) for row in rows]
    tables_here = {name: sql for type_, name, sql in entries if type_ == "table" and _is_table(sql)}
    if "gpkg_contents" not in tables_here:
        raise SourceError("not_a_geopackage", path=path)
    version = None
    if "gewu_meta" in tables_here:
        found = db.execute("SELECT value FROM gewu_meta WHERE key='schema_version'").fetchone()
        version = int(found[0]) if found and re.fullmatch("[0-9]{1,6}", str(found[0])) else None
    if version is not None and version > VERSION:
        raise WorkspaceError("newer", path=path, version=version, ours=VERSION)
    expected = {name: " ".join(sql.split()) for name, sql in ddl.expected_master().items()}
    earlier = rules_of(version) if version is not None else {}
    foreign = [
        f"{type_} {name}"
        for type_, name, sql in entries
        if type_ not in ("table", "index") or (type_ == "table" and not _is_table(sql))
        if expected.get(name) != sql and earlier.get(name) != _digest(sql) and not _other_layer(sql)
    ]
    if version is not None:
        made = {item.name: ddl.table_sql(item, item.name) for item in tables().values()}
        shapes = {name: " ".join(sql.split()) for name, sql in {**made, **tables_of(version)}.items()}
        foreign += [f"table {name}" for name, sql in shapes.items() if not _same_table(tables_here.get(name, ""), sql)]
        # A rule that is missing is as bad as a foreign one: other programs would not be held to it.
        foreign += [f"rule {name}" for name in expected.keys() - {name for _, name, _ in entries}]
    return Look(version, tuple(sorted(foreign)))


def _digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


def _is_table(sql: str) -> bool:
    """Say whether this makes a real table; a virtual one runs a module, a comment could hide what follows."""
    return sql.startswith("CREATE TABLE")


def _same_table(sql: str, ours: str) -> bool:
    """Say whether a table is ours as we make it: other programs may have added plain columns, nothing that computes."""
    return sql == ours or (sql.startswith(ours.removesuffix(" )")) and bool(_ADDED.fullmatch(sql, len(ours) - 2)))


_ADDED = re.compile(r"""\s?(?:,\s?(?:"[^"]+"|\w+)\s\w+(?:\([0-9, ]+\))?(?:\sDEFAULT\s(?:'[^']*'|[-+.\w]+))?)+\s?\)""")


def _other_layer(sql: str) -> bool:
    """Say whether this is the R-tree, or one of its triggers, of another layer that a GIS keeps in the same file.

    A name that holds a quote could end the name and go on as SQL: such a layer is not known.
    """
    found = next((match for pattern in _layer_patterns() if (match := pattern.fullmatch(sql))), None)
    return found is not None and found["layer"] not in tables()


@cache
def _layer_patterns() -> tuple[re.Pattern[str], ...]:
    layer, geom, fid = "@layer@", "@geom@", "@fid@"
    tree = ddl.rtree_sql(layer, geom)
    quoted = tree.replace("(id, minx, maxx, miny, maxy)", '("id", "minx", "maxx", "miny", "maxy")')  # as GDAL 3.8 does
    made = [tree, quoted, *rules.rtree(layer, geom, fid).values()]
    patterns = []
    for sql in made:
        text = re.escape(" ".join(sql.split()))
        for name in ("layer", "geom", "fid"):
            text = text.replace(f"@{name}@", f'(?P<{name}>[^"]+)', 1).replace(f"@{name}@", f"(?P={name})")
        patterns.append(re.compile(text))
    return tuple(patterns)


def verify_flow(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a file whose flow table is not the program's: its rules would not be the ones we show."""
    theirs = db.execute("SELECT from_status, to_status, step, kinds, roles, needs_reason FROM gewu_flow")
    if sorted(map(tuple, theirs), key=repr) != sorted(ddl.flow_rows(), key=repr):
        raise WorkspaceError("other_flow", path=path)


def clean_copy(path: Path, target: Path) -> None:
    """Write a new workspace at ``target`` with the rows of a workspace whose triggers or views are foreign.

    Only tables and columns of our schema are carried over; nothing of the source runs: it is read through
    plain SELECTs on real tables, our rules are made afterwards, the flow is the program's own.
    """
    if target.exists():
        raise WorkspaceError("exists", path=target)
    seen = look(path)
    if seen.version is None:
        raise WorkspaceError("not_a_workspace", path=path)
    partial = target.with_name(target.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        with plainly(target):
            _copy(path, partial)
        partial.replace(target)
    except OSError as error:
        raise WorkspaceError("read_only", path=target) from error
    finally:
        partial.unlink(missing_ok=True)


def _copy(path: Path, partial: Path) -> None:
    sqlite3.connect(partial).close()
    db = connect(partial)
    source = connect(path, read_only=True, trusted=False)
    try:
        source.execute("PRAGMA query_only = ON")
        real = {
            row["name"]
            for row in source.execute("SELECT name, sql FROM sqlite_master WHERE type='table'")
            if _is_table(" ".join((row["sql"] or "").split()))
        }
        with atomic(db):
            ddl.create_core(db)
            for item in tables().values():
                ddl.create_table(db, item)
            for item in tables().values():
                if item.name not in real or item.name == "gewu_flow":
                    continue
                theirs = {r["name"] for r in source.execute(f'PRAGMA table_info("{item.name}")')}
                names = [name for name in item.names if name in theirs]
                quoted = ", ".join(f'"{name}"' for name in names)
                marks = ",".join("?" * len(names))
                rows = source.execute(f'SELECT {quoted} FROM "{item.name}" NOT INDEXED')
                db.executemany(f'INSERT INTO "{item.name}" ({quoted}) VALUES ({marks})', (tuple(r) for r in rows))
                if item.geometry:
                    db.execute(fill_rtree_sql(item.name))
            ddl.fill_flow(db)
            ddl.fill_words(db)
            touch_contents(db, {item.name for item in tables().values()})
            for item in tables().values():
                for statement in ddl.statements_of(item):
                    db.execute(statement)
    finally:
        source.close()
        db.close()


def fill_rtree_sql(name: str) -> str:
    """Return the statement that fills a feature table's empty R-tree from its geometries."""
    g = '"geom"'
    return (
        f'INSERT INTO "rtree_{name}_geom" SELECT "fid", ST_MinX({g}), ST_MaxX({g}), ST_MinY({g}), ST_MaxY({g}) '
        f'FROM "{name}" WHERE {g} NOT NULL AND NOT ST_IsEmpty({g})'
    )
