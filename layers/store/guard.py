"""Looks at a file before anything in it can run: whose is it, which version, what does it carry.

Opening executes nothing but reads of `sqlite_master` and the header; unknown triggers, views and virtual tables
never run (design §3). R-trees of layers that QGIS added beside ours are known by their exact text.
"""

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from layers.errors import SourceError, WorkspaceError
from layers.store import ddl, rules
from layers.store.connection import atomic, connect, plainly
from layers.store.schema import VERSION, tables

_LIMIT_MASTER = 20_000


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
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT ?", (_LIMIT_MASTER,)).fetchall()
    here = {row["name"] for row in rows if row["type"] == "table"}
    if "gpkg_contents" not in here:
        raise SourceError("not_a_geopackage", path=path)
    version = None
    if "gewu_meta" in here and not any(r["name"] == "gewu_meta" and r["type"] != "table" for r in rows):
        found = db.execute("SELECT value FROM gewu_meta WHERE key='schema_version'").fetchone()
        version = int(found[0]) if found and str(found[0]).isdigit() else None
    if version is not None and version > VERSION:
        raise WorkspaceError("newer", path=path, version=version, ours=VERSION)
    expected = {name: _plain(sql) for name, sql in ddl.expected_master().items()}
    foreign = []
    for row in rows:
        sql = row["sql"] or ""
        runs = row["type"] in ("trigger", "view") or _plain(sql).startswith("createvirtualtable")
        if runs and expected.get(row["name"]) != _plain(sql) and not _plain_layer(row, sql):
            foreign.append(f"{row['type']} {row['name']}")
    return Look(version, tuple(sorted(foreign)))


def _plain(sql: str) -> str:
    return re.sub(r"[\s\"'`\[\]]+", "", sql).lower().removesuffix(";")


def _plain_layer(row: sqlite3.Row, sql: str) -> bool:
    """Say whether this is the R-tree, or one of its triggers, of another layer in the same file."""
    name = row["name"]
    if not name.startswith("rtree_"):
        return False
    layer = name[6:].rsplit("_geom", 1)[0]
    if layer in tables():
        return False
    known = {**rules.rtree(layer), f"rtree_{layer}_geom": ddl.rtree_sql(layer)}
    return name in known and _plain(known[name]) == _plain(sql)


def verify_flow(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a file whose flow table is not the program's: its rules would not be the ones we show."""
    from layers.domain.flow import RULES

    ours = sorted((r.from_status, r.to_status, r.step, r.kinds, r.posts, int(r.needs_reason)) for r in RULES)
    theirs = sorted(
        (r["from_status"], r["to_status"], r["step"], r["kinds"], r["roles"] or "", int(r["needs_reason"]))
        for r in db.execute("SELECT * FROM gewu_flow")
    )
    if ours != theirs:
        raise WorkspaceError("other_flow", path=path)


def clean_copy(path: Path, target: Path) -> None:
    """Write a new workspace at ``target`` with the rows of a workspace whose triggers or views are foreign.

    Only tables and columns of our schema are carried over; nothing of the source runs: it is read through
    plain SELECTs on real tables, our rules are made afterwards.
    """
    if target.exists():
        raise WorkspaceError("exists", path=target)
    seen = look(path)
    if seen.version is None:
        raise WorkspaceError("not_a_workspace", path=path)
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    try:
        with plainly(target):
            _copy(path, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _copy(path: Path, partial: Path) -> None:
    sqlite3.connect(partial).close()
    db = connect(partial)
    source = connect(path, read_only=True, trusted=False)
    try:
        source.execute("PRAGMA query_only = ON")
        real = {r["name"] for r in source.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        with atomic(db):
            ddl.create_core(db)
            for item in tables().values():
                ddl.create_table(db, item)
            for item in tables().values():
                if item.name not in real:
                    continue
                theirs = {r["name"] for r in source.execute(f'PRAGMA table_info("{item.name}")')}
                names = [name for name in item.names if name in theirs]
                quoted = ", ".join(f'"{name}"' for name in names)
                marks = ",".join("?" * len(names))
                rows = source.execute(f'SELECT {quoted} FROM "{item.name}" NOT INDEXED')
                db.executemany(f'INSERT INTO "{item.name}" ({quoted}) VALUES ({marks})', (tuple(r) for r in rows))
                if item.geometry:
                    db.execute(fill_rtree_sql(item.name))
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
