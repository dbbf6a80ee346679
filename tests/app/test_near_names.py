"""Near in, a grid is named in what is seen of it: inside of it, inside of the picture, and the name stands still."""

import pytest
import shapely
from PySide6.QtCore import QPoint

from app.hand import Hand
from layers import places
from layers.workspace import Workspace

pytestmark = pytest.mark.window
MIDDLE = (121.25947, 31.02659)  # its micro grid has its label point far from here
NAMES = (
    "gewu.labels.placed.filter((l) => l.key.startsWith('grid ')).map((l) => { const b = gewu.map.getPixelBounds();"
    "const x = l.x + l.dx; const y = l.y + l.dy; const p = gewu.map.unproject([x, y]); "
    "return [l.key.slice(5), p.lng, p.lat, x - l.w / 2 >= b.min.x && x + l.w / 2 <= b.max.x && "
    "y - l.h / 2 >= b.min.y && y + l.h / 2 <= b.max.y]; })"
)


def look(desk: Hand, zoom: float, lon: float = MIDDLE[0], lat: float = MIDDLE[1]) -> None:
    desk.ask(f"(gewu.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}), 1)")
    desk.map_still()
    if zoom > 14:  # it comes after everything else, and names keep clear of it
        desk.until(lambda: '"overview"' in desk.ask("gewu.furniture.told"), "overview")
    desk.until(lambda: len(desk.ask("gewu.furniture.cards")) == len(shown(desk)), "furniture")
    desk.map_still()


def shown(desk: Hand) -> list[object]:
    window = desk.window
    return [one for one in (window.map.legend, window.board_card, window.editing.bar) if one and one.isVisible()]


def named(desk: Hand) -> dict[str, tuple[float, float]]:
    """Return uuid -> (lon, lat) of the grids whose name is wholly in the picture."""
    return {uuid: (lon, lat) for uuid, lon, lat, whole in desk.ask(NAMES) if whole}


def shape(ws: Workspace, uuid: str) -> shapely.Geometry:
    return shapely.geometry.shape(places.card(ws, "grid", uuid).geometry)


@pytest.mark.parametrize("zoom", [16, 17, 17.5, 18, 19])
def test_every_grid_with_room_in_the_picture_is_named_there(desk: Hand, zoom: float) -> None:
    ws = desk.window.session.ws
    assert ws is not None
    look(desk, zoom)
    found = named(desk)
    for uuid, (lon, lat) in found.items():
        assert shape(ws, uuid).contains(shapely.Point(lon, lat)), uuid
    # What lies well inside of the picture, and has room enough there, has its name.
    west, south, east, north = desk.window.map.view.bounds  # type: ignore[misc]
    metre = (east - west) / desk.window.map.width()  # degrees of longitude in a pixel
    middle = shapely.box(
        west + (east - west) * 0.3,
        south + (north - south) * 0.3,
        east - (east - west) * 0.3,
        north - (north - south) * 0.3,
    )
    here = [
        hit.uuid
        for lon, lat in shapely.get_coordinates(middle.segmentize(metre * 40))
        for hit in [places.pick(ws, lon, lat, 18, desk.window.map.system, {"grid"})]
        if hit is not None
    ]
    roomy = {uuid for uuid in here if not shape(ws, uuid).intersection(middle).buffer(-45 * metre).is_empty}
    assert roomy
    assert roomy <= set(found)


def test_the_name_stands_still_while_the_picture_is_moved_a_little(desk: Hand) -> None:
    ws = desk.window.session.ws
    assert ws is not None
    look(desk, 18)
    hit = places.pick(ws, *MIDDLE, 18, desk.window.map.system, {"grid"})
    assert hit is not None
    before = named(desk)[hit.uuid]
    desk.ask(
        "(() => { const own = gewu.naming.places; gewu.asked = 0; "
        "gewu.naming.places = (...all) => { gewu.asked += 1; return own(...all); }; return 1; })()"
    )
    desk.map_drag([QPoint(360 + 2 * i, 236 + i // 2) for i in range(21)])
    desk.map_still()
    after = named(desk)[hit.uuid]
    assert after == pytest.approx(before, abs=2e-6)
    assert 1 <= desk.ask("gewu.asked") <= 6  # at rest, not with every frame


def test_a_click_on_what_is_seen_of_a_grid_leaves_the_picture_where_it_is(desk: Hand) -> None:
    window = desk.window
    look(desk, 18)
    before = window.map.view.bounds
    lon, lat = MIDDLE[0] - 0.0002, MIDDLE[1] + 0.0002
    hit = places.pick(window.session.ws, lon, lat, 18, window.map.system, {"grid"})  # type: ignore[arg-type]
    assert hit is not None
    box = places.card(window.session.ws, "grid", hit.uuid).bounds  # type: ignore[arg-type]
    assert box is not None
    assert before is not None
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    assert not (before[0] <= middle[0] <= before[2] and before[1] <= middle[1] <= before[3])
    desk.map_click(lon, lat)
    desk.until(lambda: window.inspector.card is not None and window.inspector.card.uuid == hit.uuid, "card")
    desk.map_still()
    assert window.map.view.bounds == before
    # From a list it is led to all the same.
    window.selection.clear()
    window.selection.set("grid", hit.uuid)
    desk.until(lambda: window.map.view.bounds != before, "led there")


def test_further_out_names_stand_where_they_always_do(desk: Hand) -> None:
    look(desk, 13)
    assert desk.ask("gewu.naming.stood.size") == 0
