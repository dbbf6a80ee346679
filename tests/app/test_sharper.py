"""On a screen of 125 % a click hits what is beneath the pointer, and a drawing lies where it was drawn."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from layers import places, workspace

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.mark.parametrize("factor", ["1.25", "1.5"])
def test_clicks_hovers_and_drawings_hit_where_they_aim(street: Path, tmp_path: Path, closing, factor: str) -> None:  # type: ignore[no-untyped-def]
    env = {**os.environ, "QT_SCALE_FACTOR": factor, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.app.sharper", str(street), str(tmp_path)],
        cwd=Path(__file__).parents[2], env=env, capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout.splitlines()[-1])
    assert seen["ratio"] == float(factor)
    assert seen["crashes"] == []
    assert seen["black"] < 20  # letters and borders, but no line along the edge of the map
    assert len(seen["hits"]) >= 3
    ws = closing(workspace.open(street))
    for lon, lat, uuid in seen["hits"]:
        assert uuid
        card = places.card(ws, "grid", uuid)
        assert shapely.geometry.shape(card.geometry).contains(shapely.Point(lon, lat)), uuid
    assert seen["code"] in seen["tip"]
    assert seen["pointer_off"] <= 1.5
    assert max(part for pair in seen["drawn"] for part in pair) <= 1.0
