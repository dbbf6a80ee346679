"""Makes foreign files for the tests of this room, and reads them whole."""

import sqlite3
import struct
from pathlib import Path

import numpy as np
import shapely

from layers.domain.tables import Problem, Slice
from layers.gis import sources
from layers.gis.crs import to_metres
from layers.gis.drivers import raw

PRJ = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
XIAN = (
    'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


BOX = shapely.box(121.2, 31.0, 121.21, 31.01)


def everything(source: sources.Source, layer: str | None = None, **wishes: object) -> tuple[Slice, list[Problem]]:
    slices = list(sources.read(source, layer, **wishes))  # type: ignore[arg-type]
    columns = {name: [v for s in slices for v in s.columns[name]] for name in slices[0].columns}
    geometry = None if slices[0].geometry is None else np.concatenate([s.geometry for s in slices])
    problems = [p for s in slices for p in s.problems]
    return Slice(columns, geometry, [r for s in slices for r in s.rows]), problems


def gpkg(path: Path, layer: str = "grid", count: int = 3, **more: object) -> Path:
    boxes = np.array([shapely.box(121 + i / 100, 31, 121.01 + i / 100, 31.01) for i in range(count)])
    raw.write(
        path,
        shapely.to_wkb(boxes),
        [np.array([f"W{i:03}" for i in range(count)], dtype=object), np.arange(count)],
        fields=["编码", "n"],
        geometry_type="Polygon",
        crs="EPSG:4490",
        layer=layer,
        **more,
    )
    return path


def change(path: Path, *statements: str) -> Path:
    database = sqlite3.connect(path)
    triggers = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree%'"
    ).fetchall()
    for (name,) in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path


def shp(folder: Path, name: str = "网格", prj: str = PRJ, metres: bool = True) -> Path:
    flat = to_metres(np.array([BOX], dtype=object), "EPSG:4549")[0][0] if metres else BOX
    path = folder / f"{name}.shp"
    raw.write(
        path,
        shapely.to_wkb(np.array([flat])),
        [np.array(["x"], dtype=object)],
        fields=["a"],
        geometry_type="Polygon",
        crs="EPSG:4549",
    )
    table(path.with_suffix(".dbf"), [("名称".encode("gbk"), "C", 20, 0)], [["府城片区".encode("gbk")]])
    path.with_suffix(".cpg").unlink(missing_ok=True)
    path.with_suffix(".prj").unlink()
    if prj:
        path.with_suffix(".prj").write_text(prj, encoding="utf-8")
    return path


def table(
    path: Path, columns: list[tuple[bytes, str, int, int]], records: list[list[bytes]], language: int = 0
) -> Path:
    """Write a dBASE table: columns are (name, type, width, decimals), cells are bytes."""
    width = 1 + sum(c[2] for c in columns)
    head = (
        struct.pack("<B3BIHH", 3, 26, 11, 20, len(records), 33 + 32 * len(columns), width)
        + bytes(17)
        + bytes([language, 0, 0])
    )
    body = b"".join(
        name[:11].ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([size, places]) + bytes(14)
        for name, kind, size, places in columns
    )
    rows = b"".join(
        (b"*" if cells[0] == b"*deleted" else b" ")
        + b"".join(cell[: c[2]].ljust(c[2]) for cell, c in zip(cells[-len(columns) :], columns, strict=True))
        for cells in records
    )
    path.write_bytes(head + body + b"\r" + rows + b"\x1a")
    return path
