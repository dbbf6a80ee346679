"""The page of a view: what lies in it as GeoJSON, masked, of a size that opens, and the old file if it fails."""

import json
import re
from pathlib import Path

import pytest
import shapely

from layers import boards, indicators, map_page, map_picture, places, tasks, workspace
from layers.domain import clock, symbols
from layers.domain.things import ColumnFilter, TaskFilter
from layers.errors import Cancelled, Refused, SourceError
from layers.indicators import Wish
from layers.store import queries_tasks
from tests.layers.conftest import NOW


def data_of(path: Path):
    html = path.read_text(encoding="utf-8")
    (found,) = re.findall(r"gewuPage\(map_\w+, (\{.*?\})\);", html)
    return json.loads(found)


@pytest.fixture
def bounds(street):
    found = workspace.extent(street)
    assert found is not None
    return found


def test_the_page_holds_what_lies_in_the_view(street, bounds, tmp_path: Path):
    path = tmp_path / "地图 一.html"
    size = map_page.write(street, path, bounds, "府城街道", now=NOW)
    assert path.stat().st_size == size < 5_000_000
    data = data_of(path)
    west, south, east, north = bounds
    home = shapely.box(west, south, east, north).buffer(0.02)
    shapes = [
        shapely.geometry.shape(one["geometry"]) for group in data["groups"] for one in group["things"]["features"]
    ]
    assert len(shapes) > 500
    assert all(home.contains(shape) for shape in shapes)
    open_pins = queries_tasks.pins(street.store.read(), TaskFilter(open_only=True), clock.stamp(NOW), bounds, -1)
    assert len(data["pins"]) == len(open_pins)
    assert {pin["key"].split()[0] for pin in data["pins"]} <= set(symbols.table().statuses)
    assert any(name["lines"][0] == "X12" for name in data["names"])


def test_lines_are_no_finer_than_the_view_needs(street, bounds, tmp_path: Path):
    far, near = tmp_path / "far.html", tmp_path / "near.html"
    map_page.write(street, far, bounds, "", layers=("grid",), now=NOW)
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    map_page.write(street, near, (x - 0.002, y - 0.002, x + 0.002, y + 0.002), "", layers=("grid",), now=NOW)
    digits = re.findall(r"\[121\.(\d+),31\.(\d+)\]", far.read_text(encoding="utf-8"))
    assert digits
    assert max(len(part) for pair in digits for part in pair) <= 6
    assert near.stat().st_size < far.stat().st_size


def test_a_layer_that_is_off_is_not_in_the_file(street, bounds, tmp_path: Path):
    path = tmp_path / "a.html"
    map_page.write(street, path, bounds, "", layers=("road", "grid"), now=NOW)
    data = data_of(path)
    assert {group["layer"] for group in data["groups"]} == {"road", "grid"}
    assert data["pins"] == data["facilities"] == []
    html = path.read_text(encoding="utf-8")
    assert 'name="road"' in html
    assert 'name="task"' not in html


def test_numbers_of_persons_are_masked_unless_they_shall_stay(ws, tmp_path: Path):
    west, south, east, north = workspace.extent(ws) or (0, 0, 0, 0)
    phone = "13812345678"
    tasks.draw(
        ws, kind="case", title=f"联系 {phone} 王先生", address=f"门口，电话{phone}", actor="dispatcher",
        lon=(west + east) / 2, lat=(south + north) / 2, now=NOW,
    )  # fmt: skip
    path = tmp_path / "a.html"
    map_page.write(ws, path, (west, south, east, north), "", now=NOW)
    assert phone not in path.read_text(encoding="utf-8")
    assert "138****5678" in path.read_text(encoding="utf-8")
    map_page.write(ws, path, (west, south, east, north), "", personal=True, now=NOW)
    assert phone in path.read_text(encoding="utf-8")


def test_a_script_in_a_name_stays_text(ws, tmp_path: Path):
    west, south, east, north = workspace.extent(ws) or (0, 0, 0, 0)
    hit = next(iter(places.inside(ws, shapely.geometry.mapping(shapely.box(west, south, east, north)), "place")))
    nasty = "<script>alert(1)</script>"
    places.edit(ws, "place", hit.uuid, {"name": nasty}, "dispatcher")
    path = tmp_path / "a.html"
    map_page.write(ws, path, (west, south, east, north), nasty, now=NOW)
    html = path.read_text(encoding="utf-8")
    assert "<script>alert" not in html
    features = [one for group in data_of(path)["groups"] for one in group["things"]["features"]]
    assert any(one["properties"].get("title") == nasty for one in features)


def test_too_much_is_said_with_what_takes_most_and_the_old_file_stays(street, bounds, tmp_path: Path):
    path = tmp_path / "a.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        map_page.write(street, path, bounds, "", now=NOW, most=200_000)
    assert refused.value.key == "picture_too_much"
    assert refused.value.values["leave_out"] in map_picture.LAYERS
    assert "MB" in str(refused.value)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_cancelling_leaves_the_old_file(street, bounds, tmp_path: Path):
    path = tmp_path / "a.html"
    path.write_text("old", encoding="utf-8")

    def stop(_done, _total, _text):
        raise Cancelled

    with pytest.raises(Cancelled):
        map_page.write(street, path, bounds, "", now=NOW, progress=stop)
    assert path.read_text(encoding="utf-8") == "old"


def test_nothing_to_draw_is_refused(street, tmp_path: Path, closing):
    with pytest.raises(Refused) as refused:
        map_page.write(street, tmp_path / "a.html", (0.0, 0.0, 0.1, 0.1), "")
    assert refused.value.key == "picture_empty"
    ws = closing(workspace.create(tmp_path / "空.gpkg", name="空"))
    with pytest.raises(Refused):
        map_page.write(ws, tmp_path / "a.html", (121.0, 31.0, 121.1, 31.1), "")
    assert not (tmp_path / "a.html").exists()


def test_a_folder_that_is_not_there_is_said(street, bounds, tmp_path: Path):
    with pytest.raises(SourceError) as missing:
        map_page.write(street, tmp_path / "nowhere" / "a.html", bounds, "")
    assert missing.value.key == "no_folder"


def test_both_languages(street, bounds, tmp_path: Path):
    from layers import words

    path = tmp_path / "a.html"
    map_page.write(street, path, bounds, "", now=NOW)
    assert "处置中" in path.read_text(encoding="utf-8")
    words.use("en")
    map_page.write(street, path, bounds, "", now=NOW)
    html = path.read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert "Handling" in html
    assert "Synthetic demonstration data" in html


def test_shaded_grids_are_in_the_page_with_their_legend(street, bounds, tmp_path: Path):
    path = tmp_path / "p.html"
    hazards = TaskFilter(open_only=True, columns=(ColumnFilter("kind", values=("hazard",)),))
    map_page.write(street, path, bounds, "", filter=hazards, shade=Wish("open", tier=3), now=NOW)
    data, html = data_of(path), path.read_text(encoding="utf-8")
    shaded = [group for group in data["groups"] if group["look"] == "shade"]
    assert data["groups"][: len(shaded)] == shaded
    assert not [group for group in data["groups"] if group["look"] == "functions"]
    measured = indicators.measure(street, "open", "four", 3, NOW, hazards)
    counted = {uuid: n for uuid, n in measured.items() if n}
    assert sum(len(group["things"]["features"]) for group in shaded) == len(measured)  # nothing has a colour too
    figures = [int(name["figure"]) for name in data["names"] if "figure" in name]
    assert sorted(figures) == sorted(counted.values())
    classes = sum(group["key"] != "zero" for group in shaded)
    assert data["shades"] == {key: one.light for key, one in symbols.table().shades(classes).items()}
    assert f"共 {sum(figures)} 件" in html
    assert "只计：隐患" in html
    assert sum(int(n) for n in re.findall(r">[^<]*　(\d+) 个网格</li>", html)) == 22


def test_a_script_in_what_the_shades_count_stays_text(street, bounds, tmp_path: Path):
    path = tmp_path / "p.html"
    bad = "</script><script>broken()"
    map_page.write(street, path, bounds, "", filter=TaskFilter(text=bad), shade=Wish("open"), now=NOW)
    html = path.read_text(encoding="utf-8")
    assert bad not in html
    assert "&lt;/script&gt;&lt;script&gt;broken()" in html


def test_a_road_s_name_has_the_line_it_is_written_along(street, bounds, tmp_path: Path):
    path = tmp_path / "p.html"
    map_page.write(street, path, bounds, "", layers=("road",), now=NOW)
    roads = [name for name in data_of(path)["names"] if name["kind"] == "road"]
    assert len(roads) > 50
    assert all(len(name["way"]) >= 2 for name in roads)
    assert any(len(name["way"]) > 2 for name in roads)
    west, south, east, north = bounds
    assert all(
        west - 0.01 < lon < east + 0.01 and south - 0.01 < lat < north + 0.01
        for name in roads
        for lat, lon in name["way"]
    )


def test_the_file_can_be_read_by_others_and_nothing_is_left_beside_it(street, bounds, tmp_path: Path):
    (tmp_path / "other").touch()
    path = tmp_path / "p.html"
    map_page.write(street, path, bounds, "", now=NOW)
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(SourceError):
        map_page.write(street, tmp_path / "folder.html", bounds, "", now=NOW)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder.html", "other", "p.html"]


def test_what_a_themed_map_marks_is_in_the_page_at_every_zoom(street, bounds, tmp_path: Path):
    path = tmp_path / "p.html"
    kinds = boards.all_of(street)[1].kinds
    map_page.write(street, path, bounds, "", layers=("grid",), kinds=kinds, now=NOW)
    marked = [one for one in data_of(path)["facilities"] if one.get("mark")]
    assert len(marked) == len(boards.marks(street, kinds, bounds)) == 121
    assert {one["key"] for one in marked} == {"shelter", "fire", "water"}
