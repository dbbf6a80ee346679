"""The overview: few lines, inside the area, of the upper tiers only."""

from pathlib import Path

import pytest

from layers import overview, workspace
from layers.domain import symbols
from layers.workspace import Workspace


@pytest.mark.parametrize(("system", "styles"), [("four", {"street", "district"}), ("base", {"micro"}), ("none", set())])
def test_it_is_small_and_lies_in_the_area(street: Workspace, system: str, styles: set[str]) -> None:
    made = overview.outline(street, system)
    assert made is not None
    west, south, east, north = made.bounds
    assert {style for style, _ in made.areas} <= set(symbols.table().grids)
    assert styles <= {style for style, _ in made.areas} | ({"micro"} if system == "base" else set())
    corners = [place for _, path in (*made.areas, *made.lines) for place in path]
    assert all(west - 1e-4 <= x <= east + 1e-4 and south - 1e-4 <= y <= north + 1e-4 for x, y in corners)
    assert len(corners) < 4000
    assert {kind for kind, _ in made.lines} == set(overview.ROADS)


def test_an_empty_workspace_has_none(tmp_path: Path) -> None:
    fresh = workspace.create(tmp_path / "空.gpkg", name="空")
    assert overview.outline(fresh, "four") is None
    fresh.close()


def test_a_tier_of_too_many_grids_shows_what_they_cover(street: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "AREAS", 0)
    made = overview.outline(street, "four")
    assert made is not None
    assert [style for style, _ in made.areas] == ["street"]
    west, south, east, north = made.bounds
    xs, ys = zip(*made.areas[0][1], strict=True)
    assert (min(xs), min(ys), max(xs), max(ys)) == pytest.approx((west, south, east, north), abs=(east - west) / 100)
    monkeypatch.setattr(overview, "JOINED", 0)
    boxed = overview.outline(street, "four")
    assert boxed is not None
    assert len(boxed.areas[0][1]) == 5
