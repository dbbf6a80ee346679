"""Write the demonstration street, `street.json.gz`: wholly synthetic (合成演示数据), the same bytes every time.

`python -m data.gis.make [FILE]` lays the streets, cuts the blocks, groups them into 1+3+22+138 and into 265, and
puts on them roads, places, facilities, posts, duties and 300 tasks. Counts come from five published plans
(`facts.py`); no survey, no register and no person stands behind any shape or row.
"""

import gzip
import json
import sys
import time
from pathlib import Path
from typing import Any

from data.gis import (
    blocks,
    cases,
    facilities,
    facts,
    grids,
    names,
    people,
    places,
    roadrows,
    roads,
    rows,
    streets,
    tiers,
    uses,
)
from data.gis.scene import STREET, Scene, area_m2

FILE = Path(__file__).with_name("street.json.gz")


def scene() -> Scene:
    """Lay out the whole street, all tables but the tasks."""
    _, laid = streets.lay()
    town = blocks.cut(laid)
    anchors = uses.anchors(town.faces)
    functions = uses.functions(town.faces, anchors)
    sections = roads.sections(town)
    made = Scene(town, functions, anchors, tiers.build(town, functions), sections, names.streets(town, sections))
    people.add_departments(made)
    grids.add_grids(made)
    people.add_people(made)
    roadrows.add_roads(made)
    places.add_places(made)
    people.add_duties(made)
    facilities.add_categories(made)
    facilities.add_facilities(made)
    return made


def content() -> dict[str, Any]:
    """Return what the file says: meta, tables, tasks."""
    made = scene()
    tasks = cases.make_tasks(made)
    west, south, east, north = made.tiers.street.shape.bounds
    meta = {
        "name": "中山街道（演示）", "synthetic": True, "notice": "合成演示数据：图形、编号、人员岗位和任务均为虚构",
        "made_by": "data/gis/make.py", "format": 1, "crs": "EPSG:4490", "area_code": STREET,
        "area_m2": area_m2(made.tiers.street.shape), "bounds": [west, south, east, north],
        "blocks": len({face.block for face in made.town.faces}), "time_zone": "Asia/Shanghai",
        "clock": {"nominal_local_time": f"{cases.NOMINAL_HOUR:02d}:00", "working_day": True},
        "flow_post": {"dispatcher": "派遣员", "shift_leader": "值班长", "inspector": "督查",
            "grid_leader": "网格长", "member": "网格员"},
        "sources": facts.SOURCES,
        "facts": [
            {"key": f.key, "count": f.count, "what": f.what, "source": f.source, "quote": f.quote,
                "category": f.category}
            for f in (*facts.GRIDS, *facts.FACILITIES, *facts.PLACES)
        ],
    }  # fmt: skip
    return {"meta": meta, "tables": rows.packed(made.tables), "tasks": tasks}


def write(path: Path) -> int:
    """Write the file (gzip without a time stamp or name) and return its size in bytes."""
    text = json.dumps(content(), ensure_ascii=False, separators=(",", ":"))
    with path.open("wb") as out, gzip.GzipFile("", "wb", compresslevel=9, fileobj=out, mtime=0) as packed:
        packed.write(text.encode("utf-8"))
    return path.stat().st_size


def main() -> int:
    """Write the file named on the command line, or the one in this folder."""
    started = time.monotonic()
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    size = write(path)
    print(f"{path}: {size / 1e6:.2f} MB in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
