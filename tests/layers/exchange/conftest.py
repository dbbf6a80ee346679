"""An empty workspace, and files from outside made on the spot."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from layers import workspace
from layers.workspace import Workspace

Geo = Callable[[str, list[tuple[dict[str, Any], Any]]], Path]
Sheet = Callable[..., Path]


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Workspace]:
    opened = workspace.create(tmp_path / "空 库.gpkg", name="试验街道", area_code="310117004")
    yield opened
    opened.close()


@pytest.fixture
def geojson(tmp_path: Path) -> Geo:
    """Return a function: name, (properties, shapely geometry or None) rows -> the written GeoJSON."""

    def write(name: str, rows: list[tuple[dict[str, Any], Any]]) -> Path:
        features = [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            }
            for properties, shape in rows
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
        return path

    return write


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Return a function: name, lines of comma separated cells, encoding -> the written CSV."""

    def write(name: str, *lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return write


def column(ws: Workspace, table: str, *names: str, order: str = "fid") -> list[Any]:
    """Return the values of a table's columns, one column plain, several as tuples."""
    rows = ws.store.read().execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {order}").fetchall()
    return [row[0] if len(names) == 1 else tuple(row) for row in rows]


def square(x: float, y: float, size: float = 0.01) -> shapely.Geometry:
    return shapely.box(x, y, x + size, y + size)
