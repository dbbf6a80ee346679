"""Writes the frozen sample of today's schema version: run once per version, never again.

``python -m tests.layers.store.make_sample`` refuses to overwrite: a sample must stay what that version wrote.
"""

import sys
from pathlib import Path

import shapely

from layers.store.geopackage import Store, create
from layers.store.schema import VERSION

TARGET = Path(__file__).parent / "samples" / f"v{VERSION}.gpkg"


def main() -> int:
    """Write the sample; returns 1 if there is one already."""
    if TARGET.exists():
        return 1
    create(TARGET, {"name": f"v{VERSION}"})
    store = Store(TARGET)
    with store.step("样本", "dispatcher") as writing:
        square = shapely.MultiPolygon([shapely.box(121.2, 31.0, 121.3, 31.1)])
        writing.insert("grid_system", {"code": "four", "name": "四级网格", "main": 1})
        writing.insert("grid_tier", {"system": "four", "tier": 1, "name": "街道", "letter": "", "expected": 1})
        grid = {"system": "four", "tier": 1, "code": "310117004", "name": "中山街道", "geom": square}
        writing.insert("grid", grid)
        at = "2026-11-20T01:02:03.004Z"
        row = {
            "number": "20261120-A-0001",
            "title": "暴露垃圾",
            "kind": "case",
            "status": "reported",
            "reported_at": at,
            "last_step": "report",
            "last_by": "dispatcher",
            "last_at": at,
            "geom": shapely.Point(121.25, 31.05),
        }
        task = writing.insert("task", row)
    with store.step("立案", "dispatcher") as writing:
        writing.update("task", task, {"status": "filed", "last_step": "file", "last_at": "2026-11-20T01:03:00.000Z"})
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
