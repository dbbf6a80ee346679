"""A scan from its drop to the next day: five points clicked, a wrong one seen and removed, undone, kept, corrected."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from app.hand import Hand
from app.scan_dialog import ScanDialog
from app.scan_points import OFF
from layers import words
from tests.app.test_base_maps import bases, choose, open_panel, row
from tests.app.test_scan import CORNERS, HEIGHT, WIDTH, click_image, click_map, true_place
from tests.layers import base_files as made

PLACES = (*CORNERS, (600, 450))
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def placing(hand: Hand) -> ScanDialog:
    hand.until(lambda: any(one.isVisible() for one in hand.window.findChildren(ScanDialog)), "dialog")
    dialog = next(one for one in hand.window.findChildren(ScanDialog) if one.isVisible())
    hand.until(lambda: dialog.image.drawn, "image")
    return dialog


def off(dialog: ScanDialog) -> list[str]:
    return [dialog.table.item(i, OFF).text() for i in range(dialog.table.rowCount())]  # type: ignore[union-attr]


def pair(hand: Hand, dialog: ScanDialog, x: float, y: float, *, at: tuple[float, float] | None = None) -> None:
    """Click a spot in the image and its place on the map."""
    count = len(dialog.points)
    click_image(hand, dialog, x, y)
    click_map(hand, *(at or true_place(x, y)))
    hand.until(lambda: len(dialog.points) == count + 1, "point")


def test_a_scan_is_placed_corrected_kept_and_shown_the_next_day(
    make_window: Callable[..., Hand], street: Path, opening: Callable[[Hand, Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "1987 规划 图.jpg"
    made.quarters(WIDTH, HEIGHT).save(path, quality=92)
    hand = make_window()
    opening(hand, street)
    hand.drop(hand.window.map.view, [path])
    hand.until(hand.window.message.isVisible, "asked")
    offer = hand.window.message.offers.itemAt(0).widget()
    assert offer is not None
    hand.click(offer)
    dialog = placing(hand)
    for x, y in PLACES[:3]:
        pair(hand, dialog, x, y)
    # Three points always fit: no error is shown that is not known.
    hand.until(lambda: dialog.error.text() == words.t("base3.no_error_known", count=3), "three")
    assert off(dialog) == ["—"] * 3
    wrong = (true_place(*PLACES[3])[0] + 0.006, true_place(*PLACES[3])[1])
    pair(hand, dialog, *PLACES[3], at=wrong)
    pair(hand, dialog, *PLACES[4])
    hand.until(lambda: dialog._fitted is not None and dialog._fitted.wrong == 3, "found")
    assert [text.endswith("点错？") for text in off(dialog)] == [False, False, False, True, False]
    assert "第 4 点" in dialog.error.text()
    item = dialog.table.item(3, OFF)
    assert item is not None
    hand.click(dialog.table.viewport(), dialog.table.visualItemRect(item).center())
    assert dialog.picked == 3
    hand.key(Qt.Key.Key_Delete, at=dialog.table)
    hand.until(lambda: dialog._fitted is not None and dialog._fitted.mean < 40 and len(off(dialog)) == 4, "better")
    hand.key(Qt.Key.Key_Z, CTRL, at=dialog)
    hand.until(lambda: dialog._fitted is not None and dialog._fitted.wrong == 3, "taken back")
    hand.key(Qt.Key.Key_Z, CTRL | SHIFT, at=dialog)
    hand.until(lambda: len(dialog.points) == 4, "again")
    hand.until(dialog.finish.isEnabled, "fit")
    hand.click(dialog.finish)
    (base,) = bases(hand).maps
    open_panel(hand)
    slider = row(hand, base.id).strength
    slider.setFocus()
    for _ in range(3):
        hand.key(Qt.Key.Key_PageDown, at=slider)
    hand.window.close()

    again = make_window()
    opening(again, street)
    again.until(lambda: bases(again).can_fly(base.id), "back")
    (kept,) = bases(again).maps
    assert (kept.points, kept.opacity, kept.name) == (base.points, 0.7, "1987 规划 图")
    again.map_still()
    choose(again, base.id, "correct")
    dialog = placing(again)
    assert len(dialog.points) == 4
    again.key(Qt.Key.Key_Escape, at=dialog)
    again.until(lambda: not dialog.isVisible(), "closed")
    assert bases(again).maps[0].points == base.points


def test_a_dragged_point_is_one_step_back(desk: Hand, tmp_path: Path) -> None:
    from PySide6.QtCore import QPoint
    from PySide6.QtTest import QTest

    path = tmp_path / "图.jpg"
    made.quarters(WIDTH, HEIGHT).save(path)
    desk.window.bases.place(path)
    dialog = placing(desk)
    for x, y in PLACES[:3]:
        pair(desk, dialog, x, y)
    before = tuple(dialog.points)
    start = dialog.image.on_screen(before[1].x, before[1].y).toPoint()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(dialog.image, left, none, start)
    for n in range(1, 6):
        QTest.mouseMove(dialog.image, start + QPoint(-6 * n, 4 * n))
    QTest.mouseRelease(dialog.image, left, none, start + QPoint(-30, 20))
    assert tuple(dialog.points) != before
    desk.key(Qt.Key.Key_Z, CTRL, at=dialog)
    assert tuple(dialog.points) == before


def test_several_base_maps_keep_their_order_and_strength(
    make_window: Callable[..., Hand], street: Path, opening: Callable[[Hand, Path], None], tmp_path: Path
) -> None:
    from tests.app.test_base_maps import added, tiles

    hand = make_window()
    opening(hand, street)
    source = made.mbtiles(tmp_path / "0.mbtiles", tiles(made.RED))
    ids = [added(hand, Path(shutil.copy(source, tmp_path / f"{n}号.mbtiles"))) for n in range(3)]
    assert [base.id for base in bases(hand).maps] == ids[::-1]
    order = [ids[0], ids[2], ids[1]]
    choose(hand, ids[0], "up")
    choose(hand, ids[2], "down")
    hand.until(lambda: [base.id for base in bases(hand).maps] == order, "ordered")
    hand.window.close()
    again = make_window()
    opening(again, street)
    again.until(lambda: all(bases(again).can_fly(id_) for id_ in ids), "back")
    assert [base.id for base in bases(again).maps] == order
    again.until(lambda: again.ask("gewu.base.layers.size") == 3, "drawn")
    depth = again.ask("JSON.stringify([...gewu.base.layers].map(([id, l]) => [id, l.options.zIndex]))")
    ranked = [id_ for id_, _ in sorted(json.loads(depth), key=lambda pair_: -pair_[1])]
    assert ranked == order
