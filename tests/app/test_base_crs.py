"""An image whose coordinate system nobody named: asked for in the real window, seen, kept, changed, undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from app.base_crs import CrsDialog
from app.hand import Hand
from layers import words
from tests.app.test_base_maps import added, bases, choose, open_panel
from tests.layers.test_basemap_places import laid

PLACE = (121.24, 31.03)


def asked(hand: Hand) -> CrsDialog:
    hand.until(lambda: any(one.isVisible() for one in hand.window.findChildren(CrsDialog)), "dialog")
    return next(one for one in hand.window.findChildren(CrsDialog) if one.isVisible())


def rows(dialog: CrsDialog) -> list[list[str]]:
    return [[dialog.table.item(row, column).text() for column in (0, 1)] for row in range(dialog.table.rowCount())]


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A plan in metres of Web Mercator, without a word about it."""
    return laid(tmp_path / "规划 图.png", *PLACE, "EPSG:3857")


def test_a_system_is_chosen_by_where_the_image_would_land(desk: Hand, web: Path) -> None:
    bases(desk).add(web)
    dialog = asked(desk)
    shown = rows(dialog)
    assert shown[0] == ["Web 墨卡托", "本街道"]
    assert all("外" in where for _, where in shown if where != "本街道")
    assert "本街道" in dialog.where.text()
    assert words.t("base3.why_meets") in dialog.why.text()
    for _ in range(len(shown) - 1):
        desk.key(Qt.Key.Key_Down, at=dialog.table)
    assert "km" in dialog.where.text()
    desk.key(Qt.Key.Key_Home, at=dialog.table)
    for _ in range(len(shown)):
        desk.key(Qt.Key.Key_Up, at=dialog.table)
    assert dialog.chosen is dialog.systems.landings[0]
    desk.click(dialog.use)
    desk.until(lambda: bases(desk).maps and bases(desk).can_fly(bases(desk).maps[0].id), "added")
    (base,) = bases(desk).maps
    assert base.crs == "EPSG:3857"
    assert bases(desk)._open[base.id].layer.bounds[0] == pytest.approx(PLACE[0], abs=1e-4)


def test_what_was_chosen_is_kept_for_the_next_day(
    make_window: Callable[..., Hand], opening: Callable[[Hand, Path], None], street: Path, tmp_path: Path
) -> None:
    path = laid(tmp_path / "a.png", *PLACE, "EPSG:4549", prj="PROJCS[broken")
    hand = make_window()
    opening(hand, street)
    bases(hand).add(path)
    dialog = asked(hand)
    assert "PROJCS[broken" in dialog.why.text()
    desk_row = next(i for i, (name, _) in enumerate(rows(dialog)) if "120°" in name)
    assert desk_row == 0
    hand.key(Qt.Key.Key_Return, at=dialog.table)
    hand.until(lambda: bases(hand).maps and bases(hand).can_fly(bases(hand).maps[0].id), "added")
    hand.window.close()
    again = make_window()
    opening(again, street)
    again.until(lambda: bases(again).maps and bases(again).can_fly(bases(again).maps[0].id), "back")
    assert bases(again).maps[0].crs == "EPSG:4549"
    assert not bases(again).troubles


def test_a_system_told_from_the_numbers_is_said_and_can_be_changed_and_changed_back(desk: Hand, tmp_path: Path) -> None:
    id_ = added(desk, laid(tmp_path / "a.png", *PLACE, "EPSG:4549"))
    message = desk.window.message
    desk.until(message.isVisible, "said")
    assert "120°" in message.words.text()
    assert words.t("sources.crs_near") in message.words.text()
    button = message.offers.itemAt(0).widget()
    assert button is not None
    desk.click(button)
    dialog = asked(desk)
    assert dialog.chosen is not None
    assert dialog.chosen.crs == "EPSG:4549"
    desk.key(Qt.Key.Key_Tab, at=dialog.table)
    QTest.keyClicks(dialog.other, "4548")
    desk.until(lambda: dialog.chosen is not None and dialog.chosen.crs == "EPSG:4548", "typed")
    assert "西" in dialog.where.text()
    desk.key(Qt.Key.Key_Return, at=dialog.other)
    desk.until(lambda: desk.window.map.view.bounds[0] < 119, "gone there")
    assert bases(desk).maps[0].crs == "EPSG:4548"
    back = message.offers.itemAt(0).widget()
    assert back is not None
    desk.click(back)
    desk.until(lambda: bases(desk)._open[id_].layer.bounds[0] > 121, "back")


def test_what_is_typed_wrongly_is_one_sentence(desk: Hand, web: Path) -> None:
    bases(desk).add(web)
    dialog = asked(desk)
    dialog.other.setFocus()
    QTest.keyClicks(dialog.other, "99999")
    desk.until(lambda: "99999" in dialog.where.text(), "told")
    assert not dialog.use.isEnabled()
    desk.key(Qt.Key.Key_Return, at=dialog.other)
    assert dialog.isVisible()
    desk.window.do.set_language("en")
    assert dialog.use.text() == "Use it"
    assert rows(dialog)[0][1] == "in the street"
    desk.key(Qt.Key.Key_Escape, at=dialog)
    desk.until(lambda: not dialog.isVisible(), "closed")
    assert bases(desk).maps == ()


def test_it_can_be_placed_by_points_instead(desk: Hand, web: Path) -> None:
    from app.scan_dialog import ScanDialog

    bases(desk).add(web)
    desk.click(asked(desk).by_points)
    desk.until(lambda: desk.window.findChildren(ScanDialog), "placing")
    (placing,) = desk.window.findChildren(ScanDialog)
    desk.until(lambda: placing.image.drawn, "image")
    assert isinstance(placing, QDialog)


def test_baidus_coordinates_are_declared_and_their_limit_is_said(
    desk: Hand, tmp_path: Path, messages: list[tuple[str, str]]
) -> None:
    from tests.app.test_base_maps import tiles
    from tests.layers import base_files as made

    id_ = added(desk, made.mbtiles(tmp_path / "百度 影像.mbtiles", tiles(made.RED)))
    open_panel(desk)
    choose(desk, id_, "origin_bd09")
    desk.until(lambda: bases(desk).maps[0].origin == "bd09", "declared")
    assert messages[-1] == ("info", words.t("base3.baidu_tiles"))
    desk.until(lambda: bases(desk)._open[id_].layer._origin == "bd09", "drawn")
