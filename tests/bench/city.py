"""Makes a city of any scale out of nothing: grids that fit together, points, streets, as GeoPackages from outside."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers import exchange_uuids
from layers.domain.clock import stamp
from layers.gis.drivers import raw

WEST, SOUTH, STEP = 121.0, 30.7, 0.002  # a cell of some 190 m × 220 m


@dataclass(frozen=True)
class City:
    """Where the files are and how many rows each has."""

    folder: Path
    grids: Path
    roads: Path
    points: Path
    counts: dict[str, int]


def make(folder: Path, scale: float = 1.0) -> City:
    """Write the three files; scale 1.0 is about 100,000 grids, 1,000,000 points and 20,000 lines."""
    side = max(4, round(316 * scale**0.5))
    cells = grids(side)
    blocks = [f"B{x // 10:03d}-{y // 10:03d}" for y in range(side) for x in range(side)]
    count = side * side
    _write(
        folder / "grids.gpkg",
        cells,
        {
            "code": [f"C{i:06d}" for i in range(count)],
            "name": [f"微网格 {i}" for i in range(count)],
            "function": [("residential", "commercial", "green", "school")[i % 4] for i in range(count)],
            "block": blocks,
        },
        "MultiPolygon",
    )
    spots = points(side, max(10, round(1_000_000 * scale)))
    n = len(spots)
    _write(
        folder / "points.gpkg",
        spots,
        {
            "code": [f"F{i:07d}" for i in range(n)],
            "name": [f"设施 {i}" for i in range(n)],
            "category": [f"010{1 + i % 77:02d}" for i in range(n)],
            "state": [("完好", "破损")[i % 2] for i in range(n)],
        },
        "Point",
    )
    streets = roads(side, max(4, round(20_000 * scale)))
    m = len(streets)
    _write(
        folder / "roads.gpkg",
        streets,
        {
            "code": [f"R{i:05d}" for i in range(m)],
            "name": [f"{i // 20} 号路" for i in range(m)],
            "class": [("main", "secondary", "branch")[i % 3] for i in range(m)],
            "note": [f"第 {i} 段" for i in range(m)],
        },
        "MultiLineString",
    )
    counts = {"grids": count, "points": n, "roads": m}
    return City(folder, folder / "grids.gpkg", folder / "roads.gpkg", folder / "points.gpkg", counts)


def grids(side: int) -> Any:
    """Return side × side multipolygons of 8 corners that share every border bit for bit."""
    rng = np.random.default_rng(20261120)
    shake = STEP * 0.15
    corners = rng.uniform(-shake, shake, (side + 1, side + 1, 2))
    corners[..., 0] += WEST + STEP * np.arange(side + 1)[None, :]
    corners[..., 1] += SOUTH + STEP * np.arange(side + 1)[:, None]
    across = (corners[:, :-1] + corners[:, 1:]) / 2 + rng.uniform(-shake, shake, (side + 1, side, 2)) * [0, 0.5]
    upward = (corners[:-1] + corners[1:]) / 2 + rng.uniform(-shake, shake, (side, side + 1, 2)) * [0.5, 0]
    ring = np.stack(
        [
            corners[:-1, :-1], across[:-1], corners[:-1, 1:], upward[:, 1:],
            corners[1:, 1:], across[1:], corners[1:, :-1], upward[:, :-1], corners[:-1, :-1],
        ],
        axis=2,
    ).reshape(-1, 9, 2)  # fmt: skip
    return shapely.multipolygons(shapely.polygons(ring).reshape(-1, 1))


def points(side: int, count: int) -> Any:
    """Return points spread over the city."""
    rng = np.random.default_rng(7)
    return shapely.points(rng.uniform([WEST, SOUTH], [WEST + STEP * side, SOUTH + STEP * side], (count, 2)))


def roads(side: int, count: int) -> Any:
    """Return short streets of five corners."""
    rng = np.random.default_rng(8)
    start = rng.uniform([WEST, SOUTH], [WEST + STEP * side, SOUTH + STEP * side], (count, 1, 2))
    way = np.cumsum(rng.uniform(-STEP / 3, STEP / 3, (count, 5, 2)), axis=1)
    return shapely.multilinestrings(shapely.linestrings(start + way).reshape(-1, 1))


TASK = (
    "uuid", "number", "kind", "title", "description", "address", "source", "placed", "status", "reported_at",
    "dispatched_at", "due_at",
)  # fmt: skip
_WHAT = ("暴露垃圾", "道路破损", "井盖缺失", "乱堆物料", "占道经营", "违法搭建", "绿化缺失", "路灯不亮", "噪声扰民")
_ROADS = ("中山东路", "人民北路", "松汇西路", "谷阳南路", "荣乐东路", "文诚路", "广富林路", "滨湖路", "三新路")
_STATUS = (
    ("closed",) * 70 + ("void",) * 4 + ("reported",) * 6 + ("filed",) * 6 + ("dispatched",) * 9 + ("handling",) * 5
)


def tasks(count: int) -> Iterator[tuple[Any, ...]]:
    """Yield tasks without a place as they are bound (columns `TASK`), one a minute since 2024, most of them closed."""
    chosen = random.Random(4)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    for i, uuid in enumerate(islice(exchange_uuids.fresh(count), count)):
        at = begin + timedelta(minutes=i)
        status, road, what = chosen.choice(_STATUS), chosen.choice(_ROADS), chosen.choice(_WHAT)
        house = f"{road}{chosen.randrange(2000)}号"
        yield (
            uuid, f"{at:%Y%m%d}-A-{i:07d}", "case", f"{what} {house}", f"居民反映{house}附近有问题，第 {i} 次", house,
            "self", "none", status, stamp(at), stamp(at) if status in ("dispatched", "handling", "closed") else None,
            stamp(at + timedelta(hours=chosen.randrange(4, 200))),
        )  # fmt: skip


def _write(path: Path, geometry: Any, columns: dict[str, list[str]], kind: str) -> None:
    raw.write(
        path,
        shapely.to_wkb(geometry),
        [np.array(values, dtype=object) for values in columns.values()],
        list(columns),
        layer=path.stem,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4490",
    )
