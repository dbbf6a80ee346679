"""The styles that QGIS finds in the file: its `layer_styles` table, in workspaces and in exports."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

# As QGIS 3 makes it itself (QgsOgrProvider, saveStyle), so that its own dialog can edit and delete the rows.
_TABLE = """
CREATE TABLE IF NOT EXISTS "layer_styles" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "f_table_catalog" TEXT(256), "f_table_schema" TEXT(256),
  "f_table_name" TEXT(256), "f_geometry_column" TEXT(256), "styleName" TEXT(30), "styleQML" TEXT, "styleSLD" TEXT,
  "useAsDefault" BOOLEAN, "description" TEXT, "owner" TEXT(30), "ui" TEXT(30),
  "update_time" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
OWNER = "gewu"


@dataclass(frozen=True)
class Style:
    """The QML of one layer, used when the layer is opened."""

    layer: str
    name: str
    qml: str
    description: str = ""


def write(db: sqlite3.Connection, styles: Sequence[Style]) -> None:
    """Write our styles anew inside an open transaction; styles that somebody saved in QGIS stay.

    A style of somebody's own that is the default stays the default.
    """
    db.execute(_TABLE)
    db.execute(
        "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS')"
    )
    db.execute("DELETE FROM layer_styles WHERE owner=?", (OWNER,))
    for style in styles:
        geometry = db.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name=?", (style.layer,)
        ).fetchone()
        taken = db.execute(
            "SELECT 1 FROM layer_styles WHERE f_table_name=? AND useAsDefault", (style.layer,)
        ).fetchone()
        db.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, \"useAsDefault\", description, owner) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, ?)",
            (
                style.layer,
                geometry[0] if geometry else "",
                style.name,
                style.qml,
                0 if taken else 1,
                style.description,
                OWNER,
            ),
        )
