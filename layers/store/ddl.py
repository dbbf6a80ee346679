"""The schema as a GeoPackage 1.3: core tables, our tables, R-trees, titles and the words of each column."""

import sqlite3

from layers.domain.flow import RULES
from layers.store import rules
from layers.store.schema import SRS, TYPES, Table, registered, table, tables

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300

_CORE = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""

_GEOGCS = (
    'GEOGCS["{name}",DATUM["{datum}",SPHEROID["{ball}",6378137,{flat},AUTHORITY["EPSG","{ball_id}"]],'
    'AUTHORITY["EPSG","{datum_id}"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","{id}"]]'
)
_CGCS2000 = _GEOGCS.format(
    name="China Geodetic Coordinate System 2000", datum="China_2000", ball="CGCS2000", flat="298.257222101",
    ball_id=1024, datum_id=1043, id=4490,
)  # fmt: skip
_WGS84 = _GEOGCS.format(
    name="WGS 84", datum="WGS_1984", ball="WGS 84", flat="298.257223563", ball_id=7030, datum_id=6326, id=4326
)
_SRS = (
    (
        "Undefined Cartesian SRS",
        -1,
        "NONE",
        -1,
        "undefined",
        "undefined Cartesian coordinate reference system",
    ),
    (
        "Undefined geographic SRS",
        0,
        "NONE",
        0,
        "undefined",
        "undefined geographic coordinate reference system",
    ),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude/latitude on WGS 84"),
    ("CGCS2000", SRS, "EPSG", SRS, _CGCS2000, "国家大地坐标系 2000, longitude/latitude"),
)
_SCHEMA_EXTENSION = "http://www.geopackage.org/spec130/#extension_schema"
_RTREE_EXTENSION = "http://www.geopackage.org/spec130/#extension_rtree"


def create_core(db: sqlite3.Connection) -> None:
    """Make an empty GeoPackage: pragmas, core tables, coordinate systems, the schema extension."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {USER_VERSION}")
    for statement in _CORE.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", _SRS)
    db.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [("gpkg_data_columns", _SCHEMA_EXTENSION), ("gpkg_data_column_constraints", _SCHEMA_EXTENSION)],
    )


def create_workspace(db: sqlite3.Connection) -> None:
    """Make every table of the schema with its indexes, R-trees and rules, and the flow that the rules read."""
    create_core(db)
    for item in tables().values():
        create_table(db, item)
        for statement in statements_of(item):
            db.execute(statement)
    fill_words(db)
    fill_flow(db)


def flow_rows() -> list[tuple[str, str, str, str, str, int]]:
    """Return the rows of `gewu_flow`: the domain's rules as they stand in the file."""
    return [(r.from_status, r.to_status, r.step, r.kinds, r.posts, int(r.needs_reason)) for r in RULES]


def fill_flow(db: sqlite3.Connection) -> None:
    """Write the domain's rules into the empty flow table."""
    db.executemany("INSERT INTO gewu_flow VALUES (?,?,?,?,?,?)", flow_rows())


def fill_words(db: sqlite3.Connection) -> None:
    """Write the allowed words of all columns."""
    words: dict[str, tuple[str, ...]] = {}
    for item in registered():
        for column in item.columns:
            if column.choices:
                words[f"{item.name}_{column.name}"] = column.choices
    add_words(db, words)


def create_table(db: sqlite3.Connection, item: Table, name: str | None = None) -> None:
    """Make one table and register it; ``name`` gives it another name than the schema's (exports)."""
    name = name or item.name
    db.execute(table_sql(item, name))
    if item.plain:
        return
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?,?,?,?,?)",
        (
            name,
            "features" if item.geometry else "attributes",
            name,
            item.title,
            SRS if item.geometry else None,
        ),
    )
    db.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, constraint_name) VALUES (?,?,?,?,?)",
        [(name, c.name, c.title, c.title, f"{item.name}_{c.name}" if c.choices else None) for c in item.columns],
    )
    if item.geometry:
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, item.geometry, SRS))
        db.execute(
            "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
            (name, _RTREE_EXTENSION),
        )
        db.execute(rtree_sql(name))


def add_words(db: sqlite3.Connection, words: dict[str, tuple[str, ...]]) -> None:
    """Write the allowed words of columns (constraint name -> words), so that QGIS can offer them."""
    db.executemany(
        "INSERT OR IGNORE INTO gpkg_data_column_constraints (constraint_name, constraint_type, value) "
        "VALUES (?, 'enum', ?)",
        [(key, word) for key, choices in words.items() for word in choices],
    )


def table_sql(item: Table, name: str) -> str:
    """Return the CREATE TABLE of one table."""
    lines = []
    if not item.plain:
        lines.append('"fid" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL')
        if item.geometry:
            lines.append(f'"geom" {item.geometry}')
        lines.append('"uuid" TEXT UNIQUE')
        if item.versioned:
            lines.append('"ver" INTEGER NOT NULL DEFAULT 1')
    for column in item.columns:
        key = item.plain and column.name in ("id", "seq")
        line = f'"{column.name}" {TYPES[column.type]}'
        if key:
            line += " PRIMARY KEY AUTOINCREMENT"
        if column.required:
            line += " NOT NULL"
        if column.default is not None:
            number = column.type in ("integer", "real", "boolean")
            line += f" DEFAULT {column.default}" if number else f" DEFAULT '{column.default}'"
        if column.choices:
            allowed = ",".join(f"'{word}'" for word in column.choices)
            # The constraint's name is all that SQLite says when it refuses: so the name is the sentence.
            line += f' CONSTRAINT "{column.title} {column.name}: {" / ".join(column.choices)}"'
            line += f' CHECK ("{column.name}" IS NULL OR "{column.name}" IN ({allowed}))'
        lines.append(line)
    if item.key:
        lines.append(f"PRIMARY KEY ({_quoted(item.key)})")
    return f'CREATE TABLE "{name}" (\n  ' + ",\n  ".join(lines) + "\n)" + (" WITHOUT ROWID" if item.key else "")


def rtree_sql(name: str, geom: str = "geom") -> str:
    """Return the CREATE VIRTUAL TABLE of a feature table's R-tree."""
    return f'CREATE VIRTUAL TABLE "rtree_{name}_{geom}" USING rtree(id, minx, maxx, miny, maxy)'


def index_sql(item: Table) -> list[str]:
    """Return the CREATE INDEX statements of a table."""
    result = []
    for kind, columns in [("UNIQUE ", c) for c in item.unique] + [("", c) for c in item.indexes]:
        parts = columns.split(" WHERE ")
        names = [part.strip() for part in parts[0].split(",")]
        where = f" WHERE {parts[1]}" if len(parts) > 1 else ""
        quoted = _quoted(parts[0])
        prefix = "ux" if kind else "ix"
        result.append(
            f'CREATE {kind}INDEX "{prefix}_{item.name}__{"_".join(names)}" ON "{item.name}" ({quoted}){where}'
        )
    result += [f'CREATE INDEX "ix_{item.name}__{name}" ON "{item.name}" ({sql})' for name, sql in item.orders]
    return result


def _quoted(columns: str) -> str:
    return ", ".join(f'"{column.strip()}"' for column in columns.split(","))


def statements_of(item: Table) -> list[str]:
    """Return the indexes and triggers of a table in the workspace."""
    return [*index_sql(item), *rules.triggers(item).values()]


def expected_master() -> dict[str, str]:
    """Return name -> SQL of every trigger and virtual table that a workspace of ours holds."""
    expected: dict[str, str] = {}
    for item in tables().values():
        expected.update(rules.triggers(item))
        if item.geometry:
            expected[f"rtree_{item.name}_geom"] = rtree_sql(item.name)
    return expected


def column_words(name: str) -> dict[str, tuple[str, ...]]:
    """Return column -> allowed words of one table."""
    return {column.name: column.choices for column in table(name).columns if column.choices}
