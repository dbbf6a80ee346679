"""A small town made in code and written down, so that the colour at every place of a picture is known."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from PySide6.QtWidgets import QApplication

from app.chart.layout import Wish
from layers import exchange, workspace
from layers.domain.things import Bounds, TaskFilter
from layers.workspace import Workspace

WEST, SOUTH, SIDE = 121.24, 31.01, 0.008  # two by two grids, some 800 m across
BOUNDS: Bounds = (WEST, SOUTH, WEST + 2 * SIDE, SOUTH + 2 * SIDE)
LONG = "上海市松江区中山街道府城片区第一居民区综合治理微网格暨楼组长责任区示范点（试点）"


def _geojson(path: Path, features: list[tuple[Any, dict[str, Any]]]) -> Path:
    whole = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": values}
            for shape, values in features
        ],
    }
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def make_town(path: Path, folder: Path) -> None:
    """Write four grids with functions, a main road, a pond and a task on the road."""
    ws = workspace.create(path, name="小镇")
    cells = [(i, j) for j in (0, 1) for i in (0, 1)]
    functions = ["residential", "commercial", "green", "industry"]
    grids = [
        (
            shapely.box(WEST + i * SIDE, SOUTH + j * SIDE, WEST + (i + 1) * SIDE, SOUTH + (j + 1) * SIDE),
            {"code": f"W00{n + 1}", "name": LONG if n == 0 else f"{'甲乙丙丁'[n]}区", "function": functions[n]},
        )
        for n, (i, j) in enumerate(cells)
    ]
    road = shapely.LineString([(WEST, SOUTH + SIDE / 2), (WEST + 2 * SIDE, SOUTH + SIDE / 2)])
    pond = shapely.box(WEST + SIDE * 1.3, SOUTH + SIDE * 1.3, WEST + SIDE * 1.7, SOUTH + SIDE * 1.7)
    try:
        for as_, features in (
            ("grids", grids), ("roads", [(road, {"name": "中山东路", "class": "main"})]),
            ("places", [(pond, {"name": "五龙湖", "class": "water"})]),
        ):  # fmt: skip
            source = _geojson(folder / f"{as_}.geojson", features)
            mapping = {name: name for name in features[0][1]}
            exchange.import_file(
                ws, source, as_=as_, mapping=mapping, actor="dispatcher",
                **({"system": "一级网格", "tier": "微网格"} if as_ == "grids" else {}),
            )  # fmt: skip
        from layers import tasks

        tasks.draw(
            ws, kind="case", title="暴露垃圾", actor="dispatcher", lon=WEST + SIDE * 1.5, lat=SOUTH + SIDE * 0.75
        )  # fmt: skip
    finally:
        ws.close()


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("镇")
    path = folder / "小镇.gpkg"
    make_town(path, folder)
    return path


@pytest.fixture
def town(town_file: Path, qapp: QApplication) -> Iterator[Workspace]:
    """The town, only to be looked at, with Qt's application for its painter."""
    ws = workspace.open(town_file)
    yield ws
    ws.close()


@pytest.fixture
def wish() -> Callable[..., Wish]:
    """Return a function that makes a wish for a sheet of the town."""

    def make(**changes: Any) -> Wish:
        values: dict[str, Any] = {
            "bounds": BOUNDS, "title": "小镇网格图", "date": "2026-11-20", "filter": TaskFilter(),
        }  # fmt: skip
        return Wish(**{**values, **changes})

    return make


@pytest.fixture
def street_ws(written_street: Path, qapp):
    ws = workspace.open(written_street)
    yield ws
    ws.close()
