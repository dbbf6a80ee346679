"""Base maps in the real window: seen as pixels of the page, changed by mouse and keys, remembered, quiet when gone."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QMenu, QSlider

from app.base_maps import BaseMaps
from app.base_panel import Row
from app.hand import Hand
from layers import words
from layers.domain import symbols
from layers.gis import china
from tests.layers import base_files as made

AROUND = (121.15, 30.95, 121.35, 31.12)
OUTSIDE = (121.205, 31.055)  # in the picture, not in the street: bare paper
LEVELS = range(11, 16)


def tiles(colour: made.Colour):
    data = made.flat(colour)
    return [(z, x, y, data) for z in LEVELS for x, y in made.tiles_of(AROUND, z)]


@pytest.fixture
def red(tmp_path: Path) -> Path:
    return made.mbtiles(tmp_path / "航片 2025.mbtiles", tiles(made.RED))


@pytest.fixture
def blue(tmp_path: Path) -> Path:
    return made.pmtiles(tmp_path / "规划图.pmtiles", tiles(made.BLUE), box=AROUND)


def seen(hand: Hand, lon: float, lat: float) -> tuple[int, int, int]:
    """Return the colour of a place of the picture."""
    at = hand.pixel(lon, lat)
    colour = hand.window.map.view.grab().toImage().pixelColor(at)
    return colour.red(), colour.green(), colour.blue()


def shows(hand: Hand, colour: made.Colour, place: tuple[float, float] = OUTSIDE) -> None:
    """Wait until a place of the picture has a colour."""
    hand.until(lambda: max(abs(a - b) for a, b in zip(seen(hand, *place), colour, strict=True)) <= 3, f"{colour}")


def paper() -> made.Colour:
    hexed = symbols.table().tokens["paper"].light
    return int(hexed[1:3], 16), int(hexed[3:5], 16), int(hexed[5:7], 16)


def bases(hand: Hand) -> BaseMaps:
    return hand.window.bases


def added(hand: Hand, path: Path) -> str:
    """Add a file and wait until it is open."""
    before = {base.id for base in bases(hand).maps}
    bases(hand).add(path)
    hand.until(lambda: {base.id for base in bases(hand).maps} - before, "added")
    (id_,) = {base.id for base in bases(hand).maps} - before
    hand.until(lambda: bases(hand).can_fly(id_), "open")
    return id_


def open_panel(hand: Hand) -> None:
    if not hand.window.left.layers.isVisible():
        hand.press("layers-fold")


def row(hand: Hand, id_: str) -> Row:
    return next(one for one in hand.window.findChildren(Row) if one.id == id_)


def choose(hand: Hand, id_: str, entry: str) -> None:
    """Choose an entry of a row's menu by mouse."""
    open_panel(hand)
    hand.window.left.layers.scroller.ensureWidgetVisible(row(hand, id_))
    hand.press(f"base-more-{id_}")
    hand.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(one for one in menu.actions() if one.objectName() == entry)
    assert action.isEnabled()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_a_file_that_is_chosen_lies_below_the_street(
    desk: Hand, red: Path, monkeypatch: pytest.MonkeyPatch, street: Path
) -> None:
    open_panel(desk)
    shows(desk, paper())
    before = street.read_bytes()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(red), ""))
    desk.press("base-first")
    shows(desk, made.RED)
    # The street is still drawn upon it, its functions see-through: neither paper nor bare red.
    middle = seen(desk, 121.2485, 31.0455)
    assert middle != made.RED
    assert middle != paper()
    assert street.read_bytes() == before  # nothing of it goes into the workspace


def test_functions_are_a_tint_of_what_lies_beneath(desk: Hand, red: Path) -> None:
    desk.ask("(() => { gewu.commands.visible({layers: ['functions']}); return 1; })()")
    desk.map_still()
    spot = desk.ask("(p => [p.lng, p.lat])(gewu.map.getCenter())")
    plain = seen(desk, *spot)
    added(desk, red)
    desk.until(lambda: seen(desk, *spot) != plain, "tint")
    desk.map_still()
    share = symbols.table().function_fill("residential", "light")[1]
    found = seen(desk, *spot)
    # plain = c·share + paper·(1 - share), found = c·share + red·(1 - share): their colour drops out.
    for i in range(3):
        assert found[i] - plain[i] == pytest.approx((made.RED[i] - paper()[i]) * (1 - share), abs=4)


def test_no_seams_between_tiles_at_part_zooms(desk: Hand, red: Path) -> None:
    """As the street fits the window its zoom is hardly ever a whole number: tiles are scaled, their edges soft."""
    assert desk.ask("gewu.map.getZoom() % 1") > 0.01
    desk.ask("(() => { gewu.commands.visible({layers: []}); return 1; })()")
    added(desk, red)
    shows(desk, made.RED)
    desk.map_still()
    picture = desk.window.map.view.grab().toImage()
    line = [picture.pixelColor(x, picture.height() // 2) for x in range(150, picture.width() - 180)]
    off = [max(abs(c.red() - made.RED[0]), abs(c.green() - made.RED[1]), abs(c.blue() - made.RED[2])) for c in line]
    assert max(off) <= 3, [(150 + i, one) for i, one in enumerate(off) if one > 3]


def test_opacity_order_and_visibility_by_mouse_and_keys(desk: Hand, red: Path, blue: Path) -> None:
    below, above = added(desk, red), added(desk, blue)
    open_panel(desk)
    shows(desk, made.BLUE)
    slider = row(desk, above).strength
    assert isinstance(slider, QSlider)
    slider.setFocus()
    for _ in range(5):
        desk.key(Qt.Key.Key_PageDown, at=slider)
    assert slider.value() == 50
    half = tuple(round((a + b) / 2) for a, b in zip(made.RED, made.BLUE, strict=True))
    shows(desk, half)  # type: ignore[arg-type]
    desk.key(Qt.Key.Key_End, at=slider)
    shows(desk, made.BLUE)
    choose(desk, above, "down")
    shows(desk, made.RED)
    assert [base.id for base in bases(desk).maps] == [below, above]
    desk.press(f"base-shown-{below}")
    shows(desk, made.BLUE)
    switch = row(desk, above).shown
    assert isinstance(switch, QCheckBox)
    switch.setFocus()
    desk.key(Qt.Key.Key_Space, at=switch)
    shows(desk, paper())


def test_a_base_map_is_remembered_for_its_workspace_alone(
    make_window: Callable[..., Hand], opening: Callable[[Hand, Path], None], street: Path, red: Path, blue: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    hand = make_window()
    opening(hand, street)
    id_ = added(hand, red)
    bases(hand).change(id_, opacity=0.5)
    hand.window.close()
    again = make_window()
    opening(again, street)
    again.until(lambda: bases(again).can_fly(id_), "back")
    assert [(base.path, base.opacity) for base in bases(again).maps] == [(red, 0.5)]
    half = tuple(round((a + b) / 2) for a, b in zip(made.RED, paper(), strict=True))
    shows(again, half)  # type: ignore[arg-type]
    other = tmp_path / "另一个.gpkg"
    again.window.session.create(other, "另一个", "310117004")
    again.until(lambda: again.window.session.ws is not None and again.window.session.ws.path == other, "other")
    again.rest()
    again.until(lambda: bases(again).maps == () and again.ask("gewu.base.layers.size") == 0, "none there")


def test_a_file_that_is_gone_says_so_quietly_and_comes_back(
    make_window: Callable[..., Hand], opening: Callable[[Hand, Path], None], street: Path, red: Path,
    messages: list[tuple[str, str]],
) -> None:  # fmt: skip
    hand = make_window()
    opening(hand, street)
    id_ = added(hand, red)
    hand.window.close()
    kept = red.with_suffix(".kept")
    red.rename(kept)
    again = make_window()
    opening(again, street)
    open_panel(again)
    again.until(lambda: id_ in bases(again).troubles, "trouble")
    assert red.name in row(again, id_).trouble.text()
    assert str(red) in row(again, id_).trouble.toolTip()
    assert row(again, id_).trouble.isVisible()
    assert messages == []
    shows(again, paper())
    shutil.move(kept, red)
    choose(again, id_, "again")
    shows(again, made.RED)
    assert not row(again, id_).trouble.isVisible()


def test_a_file_that_breaks_while_it_is_shown_leaves_the_map_alive(desk: Hand, tmp_path: Path) -> None:
    rows = [(z, x, y, made.flat((x * 13 % 255, y * 7 % 255, 90))) for z in LEVELS for x, y in made.tiles_of(AROUND, z)]
    path = made.mbtiles(tmp_path / "a.mbtiles", rows)
    id_ = added(desk, path)
    desk.map_still()
    with path.open("r+b") as file:
        file.truncate(8192)
    for _ in range(4):
        desk.map_key(Qt.Key.Key_Left)
        desk.map_key(Qt.Key.Key_Plus)
        desk.map_still()
    desk.until(lambda: id_ in bases(desk).troubles, "said")
    assert "a.mbtiles" in bases(desk).troubles[id_]
    assert desk.ask("gewu.map.getZoom()") > 0


def test_removing_can_be_taken_back(desk: Hand, red: Path, blue: Path) -> None:
    added(desk, red)
    id_ = added(desk, blue)
    shows(desk, made.BLUE)
    choose(desk, id_, "remove")
    shows(desk, made.RED)
    assert blue.exists()
    message = desk.window.message
    desk.until(message.isVisible, "offer")
    button = message.offers.itemAt(0).widget()
    assert button is not None
    desk.click(button)
    shows(desk, made.BLUE)
    assert bases(desk).maps[0].id == id_


def test_going_to_where_a_base_map_lies(desk: Hand, tmp_path: Path) -> None:
    far = made.geotiff(tmp_path / "远.tif", made.quarters(800, 600), (119.0, 29.0), (1e-4, 1e-4))
    id_ = added(desk, far)  # what is out of sight is gone to at once
    desk.until(lambda: desk.window.map.view.bounds[0] < 119.1, "there")
    desk.window.map.whole()
    desk.until(lambda: desk.window.map.view.bounds[0] > 121, "home")
    choose(desk, id_, "fly")
    desk.until(lambda: desk.window.map.view.bounds[0] < 119.1, "there again")
    shows(desk, (200, 40, 40), (119.02, 28.985))
    shows(desk, (40, 80, 200), (119.02, 28.955))


def test_a_map_in_gcj02_is_suggested_and_shifted_when_pressed(desk: Hand, tmp_path: Path) -> None:
    spot = OUTSIDE
    gx, gy = (float(v) for v in china.wgs84_to_gcj02(*spot))

    def disc(lon, lat):
        import numpy as np

        off = np.hypot((lon - gx) * np.cos(np.radians(gy)), lat - gy) * 111_320
        return np.where(off[..., None] < 150, made.RED, made.BLUE)

    rows = [(z, x, y, made.painted(z, x, y, disc)) for z in (13, 14) for x, y in made.tiles_of(AROUND, z)]
    id_ = added(desk, made.mbtiles(tmp_path / "高德 影像.mbtiles", rows))
    open_panel(desk)
    shows(desk, made.BLUE, spot)
    hint = row(desk, id_).hint
    assert hint.isVisible()
    desk.window.left.layers.scroller.ensureWidgetVisible(hint)
    desk.click(hint)
    shows(desk, made.RED, spot)
    assert not hint.isVisible()
    assert bases(desk).maps[0].origin == "gcj02"
    choose(desk, id_, "origin_wgs84")
    shows(desk, made.BLUE, spot)
    assert not hint.isVisible()  # it was declared: nobody asks again


def test_a_file_dropped_on_the_window_becomes_a_base_map(desk: Hand, red: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(red))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    desk.window.dropEvent(QDropEvent(QPointF(500, 300), copy, data, left, none))
    shows(desk, made.RED)
    assert [base.path for base in bases(desk).maps] == [red]


@pytest.mark.parametrize(
    ("name", "body"),
    [("坏.mbtiles", b"SQLite format 3\0" + b"\0" * 500), ("坏.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
     ("坏.pmtiles", b"PMTiles\x03"), ("坏.tif", b"II*\0\xff\xff\xff\xff")],
)  # fmt: skip
def test_a_broken_file_is_one_sentence_and_nothing_changes(
    desk: Hand, tmp_path: Path, messages: list[tuple[str, str]], name: str, body: bytes
) -> None:
    (tmp_path / name).write_bytes(body)
    bases(desk).add(tmp_path / name)
    desk.until(lambda: bool(messages), "said")
    assert messages[-1][0] == "bad"
    assert name in messages[-1][1]
    assert bases(desk).maps == ()
    shows(desk, paper())


def test_without_a_workspace_there_is_nothing_to_put_it_under(
    hand: Hand, red: Path, messages: list[tuple[str, str]]
) -> None:
    hand.window.files.dropped([red])
    assert messages == [("bad", words.t("basemaps.needs_workspace"))]


def test_the_words_follow_the_language(desk: Hand, red: Path) -> None:
    open_panel(desk)
    panel = desk.window.left.layers._first
    assert panel is not None
    assert panel.empty.text() == words.both("basemaps.empty")[0]
    id_ = added(desk, red)
    assert not panel.empty.isVisible()
    desk.window.do.set_language("en")
    assert panel.head.text() == "Base maps"
    assert row(desk, id_).more.toolTip() == "More"


def test_a_tile_is_what_the_address_says(desk: Hand, red: Path) -> None:
    added(desk, red)
    key = next(iter(bases(desk)._by_key))
    x, y = made.tiles_of((*OUTSIDE, *OUTSIDE), 14)[0]
    mime, body = bases(desk).tile(key, 14, x, y)
    assert mime == "image/png"
    assert Image.open(io.BytesIO(body)).convert("RGB").getpixel((5, 5)) == made.RED
    assert bases(desk).tile("none", 14, x, y)[1] == bases(desk).tile(key, 3, 0, 0)[1]
