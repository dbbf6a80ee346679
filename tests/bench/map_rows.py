"""The map's budgets (design §8) as rows of the bench: the city at three sizes, and the demonstration street."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from layers import demo, exchange, workspace
from tests.bench import city as cities

SCALES = (1.0, 0.1, 0.01)  # of the bench's own scale, so that growth shows
# measured name -> (unit, what the design allows); the value is compared with that
BUDGETS = {
    "first": ("s", 1.5),
    "pan_frame": ("s", 0.1),
    "pan_blank": ("s", 0.4),
    "zoom_settle": ("s", 0.4),
    "zoom_turn": ("s", 0.4),
    "edit": ("s", 0.2),
    "block_open": ("s", 0.05),
    "block": ("s", 0.05),
    "memory": ("MB", 1100.0),
}
GROWTH = 2.2 ** (1 / 0.30103)  # ten times the data, when twice the data may cost 2.2 times as much


LEAST = 0.001  # of the city: a smaller one ends before the places that are edited


def map_rows(bench: Any) -> None:
    """Measure the map through the real page, tiles live, each in a fresh process with nothing cached.

    ``first`` opening a workspace in a running window until its picture is complete; ``pan_frame`` the longest frame
    of eleven drags; ``pan_blank`` the longest time from a release until no tile is blank; ``zoom_settle`` the median
    from the end of a zoom's animation, ``zoom_turn`` from the turn of the wheel, to a complete picture; ``edit``
    the median from a commit to its colour on the screen; ``block_open`` how long the window's thread stood still at
    most while opening, ``block`` in everything after; ``memory`` the Pss of all our processes.
    ``map_growth_…`` is how much more the city costs than a tenth of it, beside what the design allows.
    """
    found = {}
    for share in SCALES:
        scale = max(bench.scale * share, LEAST)
        found[share] = _measure(bench, _city(bench.folder, scale), f"map_{share:g}")
    street = bench.folder / "map-street.gpkg"
    if not street.exists():
        demo.write(street)
    _measure(bench, street, "map_street")
    for name in ("first", "zoom_settle", "pan_blank", "edit"):
        growth = found[1.0][name] / found[0.1][name]
        bench.note(f"map_growth_{name}", growth, GROWTH, 1.0, "×")


def _measure(bench: Any, path: Path, label: str) -> dict[str, float]:
    copy = bench.folder / f"{label}-open.gpkg"
    for old in bench.folder.glob(f"{copy.name}*"):  # a log left by a killed run would be read into the fresh copy
        old.unlink()
    shutil.copyfile(path, copy)
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench.map_scene", str(copy), str(bench.folder / f"{label}.png")],
        capture_output=True, text=True, check=True, timeout=600, env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
    )  # fmt: skip
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    copy.unlink()
    for name, (unit, allowed) in BUDGETS.items():
        bench.note(f"{label}_{name}", found[name], allowed, 1.0, unit)
    return found


def _city(folder: Path, scale: float) -> Path:
    """Return the workspace of a city in two tiers; one that is there from an earlier run is used again."""
    path = folder / f"map-city-{scale:g}.gpkg"
    if path.exists():
        return path
    place = folder / f"map-city-{scale:g}"
    place.mkdir(exist_ok=True)
    made = cities.make(place, scale)
    fresh = path.with_suffix(".part.gpkg")
    fresh.unlink(missing_ok=True)
    with closing(workspace.create(fresh, name="city", area_code="310117004")) as ws:
        exchange.import_file(
            ws, made.grids, as_="grids", system="city", tier=["片区", "网格"], dissolve=["block"], actor="bench"
        )
        exchange.import_file(ws, made.roads, as_="roads", actor="bench")
        exchange.import_file(ws, made.points, as_="facilities", actor="bench")
    shutil.rmtree(place)
    fresh.replace(path)
    shutil.rmtree(fresh.with_name(f"{fresh.stem}-backups"), ignore_errors=True)
    return path
