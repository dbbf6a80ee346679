"""Where the files of base maps are: dropped, moved with the workspace, lost and found again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.hand import Hand
from app.parts import Link
from app.scan_dialog import ScanDialog
from layers import words
from layers.basemaps import ControlPoint
from tests.app.test_base_maps import AROUND, added, bases, open_panel, row, shows, tiles
from tests.layers import base_files as made
from tests.layers.test_basemap_places import laid

Opening = Callable[[Hand, Path], None]


def press(hand: Hand, link: Link) -> None:
    """Click a link of the panel once the panel has been laid out for it."""
    hand.window.left.layers.scroller.ensureWidgetVisible(link)
    hand.until(lambda: link.height() == link.heightForWidth(link.width()), "laid out")
    hand.click(link)


def test_a_moved_folder_keeps_its_base_maps(
    make_window: Callable[..., Hand], opening: Opening, street: Path, tmp_path: Path
) -> None:
    """The workspace in one folder, its maps in another beside it, one more in its own: all are moved together."""
    old = tmp_path / "旧 电脑"
    (old / "底图").mkdir(parents=True)
    (old / "网格").mkdir()
    workspace = Path(shutil.copy(street, old / "网格" / "街道.gpkg"))
    far = made.mbtiles(old / "底图" / "航片.mbtiles", tiles(made.RED))
    near = made.pmtiles(old / "网格" / "规划.pmtiles", tiles(made.BLUE), box=AROUND)
    hand = make_window()
    opening(hand, workspace)
    ids = [added(hand, far), added(hand, near)]
    hand.window.close()
    new = tmp_path / "新 电脑"
    old.rename(new)
    again = make_window()
    opening(again, new / "网格" / "街道.gpkg")
    again.until(lambda: all(bases(again).can_fly(id_) for id_ in ids), "both open")
    assert {base.path for base in bases(again).maps} == {new / "底图" / "航片.mbtiles", new / "网格" / "规划.pmtiles"}
    assert not bases(again).troubles
    shows(again, made.BLUE)


def test_a_lost_file_is_looked_for_and_its_neighbours_are_found_with_it(
    make_window: Callable[..., Hand], opening: Opening, street: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    messages: list[tuple[str, str]],
) -> None:  # fmt: skip
    (tmp_path / "甲").mkdir()
    one = made.mbtiles(tmp_path / "甲" / "一.mbtiles", tiles(made.RED))
    two = made.pmtiles(tmp_path / "甲" / "二.pmtiles", tiles(made.BLUE), box=AROUND)
    hand = make_window()
    opening(hand, street)
    ids = [added(hand, one), added(hand, two)]
    hand.window.close()
    (tmp_path / "甲").rename(tmp_path / "乙")
    again = make_window()
    opening(again, street)
    open_panel(again)
    again.until(lambda: bases(again).lost == set(ids), "lost")
    link = row(again, ids[0]).seek
    assert link.isVisible()
    assert link.text() == words.t("base3.seek")
    wrong = made.geotiff(tmp_path / "别的.tif", made.quarters(60, 40), (121.2, 31.05), (1e-4, 1e-4))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(wrong), ""))
    press(again, link)
    again.until(lambda: bool(messages), "refused")
    assert "别的.tif" in messages[-1][1]
    assert bases(again).lost == set(ids)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "乙" / "一.mbtiles"), ""))
    link.setFocus()
    again.key(Qt.Key.Key_Return, at=link)
    again.until(lambda: all(bases(again).can_fly(id_) for id_ in ids), "both found")
    assert messages[-1] == ("info", words.t("base3.found_again", count=2))
    assert not link.isVisible()
    assert {base.path.parent.name for base in bases(again).maps} == {"乙"}


def test_several_maps_dropped_on_the_map_with_what_lies_beside_them(desk: Hand, tmp_path: Path) -> None:
    red = made.mbtiles(tmp_path / "航片.mbtiles", tiles(made.RED))
    plan = laid(tmp_path / "图.png", 121.24, 31.03, "EPSG:4549")
    plan.with_suffix(".prj").write_text("EPSG:4549", "ascii")
    tif = made.geotiff(tmp_path / "正射.tif", made.quarters(400, 300), (121.22, 31.02), (1e-5, 1e-5))
    desk.drop(desk.window.map.view, [red, plan, plan.with_suffix(".pgw"), plan.with_suffix(".prj"), tif])
    desk.until(lambda: len(bases(desk).maps) == 3, "added")
    desk.until(lambda: all(bases(desk).can_fly(base.id) for base in bases(desk).maps), "open")
    assert {base.path for base in bases(desk).maps} == {red, plan, tif}
    assert not desk.window.message.isVisible()


def test_a_picture_dropped_on_the_map_may_be_a_scan(desk: Hand, tmp_path: Path) -> None:
    path = tmp_path / "1987 图.png"
    made.quarters(600, 400).save(path)
    desk.drop(desk.window.map.view, [path])
    desk.until(desk.window.message.isVisible, "asked")
    assert path.name in desk.window.message.words.text()
    button = desk.window.message.offers.itemAt(0).widget()
    assert button is not None
    desk.click(button)
    desk.until(lambda: desk.window.findChildren(ScanDialog), "placing")


def test_a_placed_scan_keeps_its_points_when_its_file_is_found_again(
    make_window: Callable[..., Hand], opening: Opening, street: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "扫描.jpg"
    made.quarters(400, 300).save(path)
    hand = make_window()
    opening(hand, street)
    hand.window.bases.place(path)
    hand.until(lambda: hand.window.findChildren(ScanDialog), "dialog")
    (dialog,) = hand.window.findChildren(ScanDialog)
    hand.until(lambda: dialog.image.drawn, "image")
    for x, y, lon, lat in (
        (0, 0, 121.22, 31.04),
        (400, 0, 121.26, 31.04),
        (400, 300, 121.26, 31.01),
        (0, 300, 121.22, 31.01),
    ):
        dialog._image_clicked(x, y)
        dialog.place(lon, lat)
    hand.until(dialog.finish.isEnabled, "fit")
    hand.click(dialog.finish)
    (base,) = bases(hand).maps
    hand.window.close()
    (tmp_path / "别处").mkdir()
    moved = Path(shutil.move(path, tmp_path / "别处" / "改名.jpg"))
    again = make_window()
    opening(again, street)
    open_panel(again)
    again.until(lambda: bases(again).lost == {base.id}, "lost")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(moved), ""))
    press(again, row(again, base.id).seek)
    again.until(lambda: bases(again).can_fly(base.id), "found")
    (found,) = bases(again).maps
    assert (
        found.points
        == base.points
        == tuple(
            ControlPoint(*row_)
            for row_ in (
                (0, 0, 121.22, 31.04),
                (400, 0, 121.26, 31.04),
                (400, 300, 121.26, 31.01),
                (0, 300, 121.22, 31.01),
            )
        )
    )
    assert (found.path, found.name) == (moved, "扫描")
