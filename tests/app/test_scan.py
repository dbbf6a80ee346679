"""A scan is placed in the real window: clicks in the image and on the map, typed places, errors in metres, Cancel."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.hand import Hand
from app.scan_dialog import ScanDialog
from app.scan_points import LAT, LON, OFF
from layers import words
from layers.basemaps import ControlPoint
from tests.layers import base_files as made

WIDTH, HEIGHT = 1200, 900
WEST, SOUTH, EAST, NORTH = 121.225, 31.005, 121.265, 31.035  # where the sheet truly lies
CORNERS = ((60, 60), (1140, 60), (1140, 840), (60, 840))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "1987 规划 图.jpg"
    made.quarters(WIDTH, HEIGHT).save(path, quality=92)
    return path


@pytest.fixture
def placing(desk: Hand, sheet: Path) -> ScanDialog:
    desk.window.bases.place(sheet)
    desk.until(lambda: desk.window.findChildren(ScanDialog), "dialog")
    (dialog,) = desk.window.findChildren(ScanDialog)
    desk.until(lambda: dialog.image.drawn, "image")
    return dialog


def true_place(x: float, y: float) -> tuple[float, float]:
    return WEST + (EAST - WEST) * x / WIDTH, NORTH - (NORTH - SOUTH) * y / HEIGHT


def click_image(hand: Hand, dialog: ScanDialog, x: float, y: float) -> None:
    hand.click(dialog.image, dialog.image.on_screen(x, y).toPoint())


def click_map(hand: Hand, lon: float, lat: float) -> None:
    at = hand.pixel(lon, lat)
    hand.map_move(at)
    QTest.mouseClick(hand.page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def place(hand: Hand, dialog: ScanDialog, count: int = 4) -> None:
    """Click corners in the image and on the map."""
    for i, (x, y) in enumerate(CORNERS[:count]):
        click_image(hand, dialog, x, y)
        assert dialog.pending is not None
        click_map(hand, *true_place(x, y))
        hand.until(lambda i=i: len(dialog.points) == i + 1, "point")


def colour(hand: Hand, lon: float, lat: float) -> tuple[int, int, int]:
    found = hand.window.map.view.grab().toImage().pixelColor(hand.pixel(lon, lat))
    return found.red(), found.green(), found.blue()


def test_four_clicks_place_a_sheet_and_it_is_seen_at_once(desk: Hand, placing: ScanDialog) -> None:
    desk.ask("(() => { gewu.commands.visible({layers: []}); return 1; })()")
    assert not placing.finish.isEnabled()
    place(desk, placing)
    desk.until(placing.finish.isEnabled, "fit")
    # A pixel of the map is some twenty metres here: nobody clicks better.
    assert placing._fitted is not None
    assert max(placing._fitted.residuals) < 40
    desk.until(lambda: desk.window.bases.can_fly(placing.base.id), "shown")
    west, south, east, north = desk.window.bases._open[placing.base.id].layer.bounds
    assert (west, south, east, north) == pytest.approx((WEST, SOUTH, EAST, NORTH), abs=5e-4)
    spot = true_place(300, 250)
    desk.until(lambda: colour(desk, *spot)[0] > 180 and colour(desk, *spot)[1] < 70, "red quarter")
    assert desk.window.selection.picked is None  # no click selected anything
    desk.click(placing.finish)
    (base,) = desk.window.bases.maps
    assert len(base.points) == 4
    assert desk.ask("gewu.base.scan.picking") is False
    click_map(desk, *true_place(300, 250))
    assert len(desk.window.bases.maps[0].points) == 4


def test_cancel_leaves_all_as_it_was(desk: Hand, placing: ScanDialog) -> None:
    place(desk, placing, 3)
    desk.until(lambda: len(desk.window.bases.maps) == 1, "tried")
    desk.click(placing.cancel)
    assert desk.window.bases.maps == ()
    desk.until(lambda: desk.ask("gewu.base.layers.size") == 0, "gone")
    assert desk.ask("gewu.base.scan.points.length") == 0


def test_a_place_is_typed_and_a_wrong_one_stands_out_in_metres(desk: Hand, placing: ScanDialog) -> None:
    for x, y in (*CORNERS, (600, 450), (600, 60)):
        placing.points.append(ControlPoint(x, y, *true_place(x, y)))
    placing._renew()
    desk.until(lambda: placing._fitted is not None, "fit")
    assert placing._fitted is not None
    assert placing._fitted.mean < 1
    item = placing.table.item(4, LON)
    assert item is not None
    placing.table.setCurrentItem(item)
    placing.table.editItem(item)
    editor = placing.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "121.2500")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    desk.until(lambda: placing._fitted is not None and placing._fitted.mean > 50, "worse")
    found = placing.table.item(4, OFF)
    assert found is not None
    assert float(found.text().partition(" m")[0]) > 300
    assert found.text().endswith("点错？")
    assert placing.points[4].lon == 121.25
    assert placing.isVisible()  # Enter ended the entry, not the work
    item.setText("121°15′36″")  # in any writing that the search box reads
    assert placing.points[4].lon == pytest.approx(121.26, abs=1e-9)
    item.setText("121.25")
    item.setText("no place")
    assert placing.points[4].lon == 121.25
    assert item.text() == "121.250000"


def test_points_are_chosen_dragged_and_removed(desk: Hand, placing: ScanDialog) -> None:
    place(desk, placing, 4)
    desk.until(lambda: placing._fitted is not None, "fit")
    start = placing.image.on_screen(placing.points[1].x, placing.points[1].y).toPoint()
    QTest.mousePress(placing.image, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(placing.image, start + QPoint(-20, 12))
    QTest.mouseMove(placing.image, start + QPoint(-30, 20))
    QTest.mouseRelease(
        placing.image, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(-30, 20)
    )
    moved = placing.image.in_image((start + QPoint(-30, 20)).toPointF())
    assert (placing.points[1].x, placing.points[1].y) == pytest.approx(moved, abs=0.01)
    assert placing.picked == 1
    click_map(desk, *true_place(900, 300))
    desk.until(lambda: placing.points[1].lon == pytest.approx(true_place(900, 300)[0], abs=2e-4), "moved on the map")
    desk.key(Qt.Key.Key_Delete, at=placing)
    assert len(placing.points) == 3


def test_keys_alone_place_a_point(desk: Hand, placing: ScanDialog) -> None:
    placing.image.setFocus()
    for _ in range(5):
        desk.key(Qt.Key.Key_Left, at=placing.image)
    desk.key(Qt.Key.Key_Return, at=placing.image)
    assert placing.pending is not None
    desk.map_key(Qt.Key.Key_Return)  # the middle of the map
    desk.until(lambda: len(placing.points) == 1, "placed")
    middle = desk.ask("(c => [c.lng, c.lat])(gewu.map.getCenter())")
    assert [placing.points[0].lon, placing.points[0].lat] == pytest.approx(middle, abs=1e-6)
    scale = placing.image._scale
    QTest.keyClicks(placing.image, "+")
    assert placing.image._scale > scale
    desk.key(Qt.Key.Key_Escape, at=placing)


def test_points_on_a_line_are_told(desk: Hand, placing: ScanDialog) -> None:
    for x in (100, 500, 900):
        placing.points.append(ControlPoint(x, x / 2, *true_place(x, x / 2)))
    placing._renew()
    desk.until(lambda: "一条直线" in placing.error.text(), "told")
    assert not placing.finish.isEnabled()
    assert placing.table.item(0, LAT) is not None


def test_a_placed_scan_is_corrected_later_and_cancel_keeps_the_old(desk: Hand, placing: ScanDialog) -> None:
    place(desk, placing, 4)
    desk.until(placing.finish.isEnabled, "fit")
    desk.click(placing.finish)
    (before,) = desk.window.bases.maps
    desk.window.bases.placing_wanted.emit(before)
    desk.until(lambda: any(one.isVisible() for one in desk.window.findChildren(ScanDialog)), "again")
    again = next(one for one in desk.window.findChildren(ScanDialog) if one.isVisible())
    desk.until(lambda: again.image.drawn, "image")
    assert len(again.points) == 4
    again._choose(0)
    click_map(desk, *true_place(400, 400))
    desk.until(lambda: desk.window.bases.maps[0].points != before.points, "tried")
    desk.click(again.cancel)
    assert desk.window.bases.maps[0].points == before.points


def test_an_image_without_a_place_offers_to_be_placed(desk: Hand, sheet: Path) -> None:
    desk.window.bases.add(sheet)
    desk.until(desk.window.message.isVisible, "offer")
    assert sheet.name in desk.window.message.words.text()
    button = desk.window.message.offers.itemAt(0).widget()
    assert button is not None
    desk.click(button)
    desk.until(lambda: desk.window.findChildren(ScanDialog), "dialog")
    (dialog,) = desk.window.findChildren(ScanDialog)
    desk.until(lambda: dialog.image.drawn, "image")
    assert dialog.windowTitle() == words.t("basemaps.scan_title", name=sheet.stem)
    desk.window.do.set_language("en")
    assert dialog.cancel.text() == "Cancel"
    desk.window.session.leave()
    desk.until(lambda: not dialog.isVisible(), "closed with the workspace")
