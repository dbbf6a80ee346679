"""The picture dialog in the real window: a live sheet, each kind of file, remembered choices, trouble said."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import picture_dialog, picturing
from app.chart.layout import SCALES
from app.hand import Hand
from app.picture_dialog import PictureDialog
from layers import map_page
from layers.domain import symbols
from layers.errors import Refused
from layers.indicators import Wish
from layers.words import t
from tests.layers import base_files

pytestmark = pytest.mark.window
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def dialogs() -> list[PictureDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, PictureDialog) and w.isVisible()]


@pytest.fixture
def asked(desk: Hand, tmp_path: Path):
    """The dialog, opened with its key, with a preview in it."""
    desk.window.setFocus()
    desk.key(Qt.Key.Key_M, BOTH)
    desk.until(dialogs, "the dialog")
    (dialog,) = dialogs()
    dialog.set_target(tmp_path / "挂图 一.pdf")
    desk.until(lambda: not dialog.preview.image.isNull(), "the preview")
    yield dialog
    for one in dialogs():
        one.reject()
    desk.until(lambda: not dialogs(), "closed")


def choose(desk: Hand, dialog: PictureDialog, name: str, number: int) -> None:
    """Choose with the keys from one of the menus of the form."""
    choice = dialog.fields.choices[name]
    menu = choice.menu()
    menu.popup(choice.mapToGlobal(choice.rect().bottomLeft()))
    desk.until(menu.isVisible, "menu")
    for _ in range(number + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    desk.until(lambda: not menu.isVisible(), "menu closed")


def new_preview(desk: Hand, dialog: PictureDialog) -> QImage:
    old = dialog.preview.image.cacheKey()
    desk.until(lambda: dialog.preview.image.cacheKey() != old, "another preview")
    return dialog.preview.image


def test_the_sheet_follows_what_is_chosen(desk: Hand, asked: PictureDialog):
    image = asked.preview.image
    assert image.width() > image.height()
    assert "1:" in asked.summary.whole
    choose(desk, asked, "way", 1)
    image = new_preview(desk, asked)
    assert image.height() > image.width()
    choose(desk, asked, "scale", SCALES.index(10_000) + 1)
    new_preview(desk, asked)
    assert "1:10" in asked.summary.whole
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colours) > 20


def test_a_pdf_is_made_and_said(desk: Hand, asked: PictureDialog, tmp_path: Path, messages: list[tuple[str, str]]):
    path = tmp_path / "挂图 一.pdf"
    desk.click(asked.go)
    desk.until(path.exists, "the file")
    desk.rest()
    assert path.read_bytes().startswith(b"%PDF")
    assert ("info", t("pictures.written", path=path)) in messages
    assert asked.go.text() == t("exporting.open_folder")


def test_a_png_of_a_chosen_width(desk: Hand, asked: PictureDialog, tmp_path: Path):
    choose(desk, asked, "kind", 1)
    choose(desk, asked, "width", 0)
    desk.click(asked.go)
    path = tmp_path / "挂图 一.png"
    desk.until(path.exists, "the file")
    desk.rest()
    assert QImage(str(path)).width() == 1920


def test_a_page_and_what_is_remembered(desk: Hand, asked: PictureDialog, tmp_path: Path):
    choose(desk, asked, "kind", 2)
    assert not asked.fields.choices["paper"].isVisible()
    assert asked.fields.personal.isVisible()
    assert not asked.fields.personal.isChecked()
    desk.click(asked.go)
    path = tmp_path / "挂图 一.html"
    desk.until(path.exists, "the page")
    desk.rest()
    assert "<!DOCTYPE html>" in path.read_text(encoding="utf-8")[:20]
    asked.reject()
    desk.until(lambda: not dialogs(), "closed")
    desk.window.do.handlers()["picture"]()
    desk.until(dialogs, "again")
    assert dialogs()[0].fields.kind == "html"


def test_layers_and_title_come_into_the_picture(desk: Hand, asked: PictureDialog):
    for box in asked.fields.layers.values():
        if box.isChecked():
            box.click()
    desk.until(lambda: asked.preview.image.isNull(), "no layer")
    assert asked.preview.words == t("pictures.no_layer")
    assert not asked.go.isEnabled()
    asked.fields.layers["road"].click()
    desk.until(lambda: not asked.preview.image.isNull(), "roads")
    desk.write(asked.fields.title, "道路图")
    assert asked.fields.wish.title == "道路图"
    assert asked.fields.wish.layers == ("road",)


def test_too_much_offers_to_leave_out_what_it_is(
    desk: Hand, asked: PictureDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_given: object, **_named: object) -> None:
        raise Refused("picture_crowded", layer="设施点", most=20_000, leave_out="facility")

    path = tmp_path / "挂图 一.html"
    path.write_text("old", encoding="utf-8")
    choose(desk, asked, "kind", 2)
    monkeypatch.setattr(map_page, "write", refuse)
    desk.click(asked.go)
    desk.until(asked.trouble.isVisible, "trouble")
    desk.rest()
    assert path.read_text(encoding="utf-8") == "old"
    desk.click(asked.way_out)
    assert not asked.fields.layers["facility"].isChecked()
    assert not asked.trouble.isVisible()


def test_cancel_while_it_is_made_leaves_the_old_file(
    desk: Hand, asked: PictureDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "挂图 一.pdf"
    path.write_bytes(b"old")

    def endless(_ws, _path, _wish, _width, _personal, progress):  # type: ignore[no-untyped-def]
        until = time.monotonic() + 20
        while time.monotonic() < until:
            progress(1, 2, "…")
        raise AssertionError("nobody stopped it")

    monkeypatch.setattr(picture_dialog, "make", endless)
    desk.click(asked.go)
    desk.until(lambda: not asked.go.isEnabled(), "under way")
    desk.click(asked.cancel)
    desk.rest()
    desk.until(asked.go.isEnabled, "at rest")
    assert path.read_bytes() == b"old"


def test_the_view_is_copied_as_a_picture_without_buttons(desk: Hand, messages: list[tuple[str, str]]):
    view = desk.window.map.view
    size = (2 * view.width(), 2 * view.height())  # the message that follows takes some of the map's room
    QGuiApplication.clipboard().clear()
    desk.window.setFocus()
    desk.key(Qt.Key.Key_C, BOTH)
    desk.until(lambda: not QGuiApplication.clipboard().image().isNull(), "the clipboard")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == size
    assert any(tone == "info" and str(image.width()) in words for tone, words in messages)
    # Where the map's buttons stand on the screen there is only ground in the picture.
    paper = symbols.table().tokens["paper"].light.lower()
    corner = image.copy(image.width() - 90, 20, 70, 300)
    assert {corner.pixelColor(x, y).name() for x in range(0, 70, 5) for y in range(0, 300, 5)} == {paper}
    QGuiApplication.clipboard().clear()


def test_what_is_selected_and_everything_can_be_the_area(desk: Hand):
    from layers import grids

    assert desk.window.session.ws is not None
    leaf = next(one for one in grids.tree(desk.window.session.ws, "four") if one.code.endswith("X12"))
    desk.window.selection.set("grid", leaf.uuid)
    desk.until(lambda: desk.window.map.picked_bounds is not None, "the card")
    desk.map_still()
    desk.window.setFocus()
    desk.key(Qt.Key.Key_M, BOTH)
    desk.until(dialogs, "the dialog")
    (dialog,) = dialogs()
    dialog.fields._chosen("area", "picked")
    west, south, east, north = dialog.fields.wish.bounds
    assert west < leaf.bounds[0] < leaf.bounds[2] < east
    assert south < leaf.bounds[1] < leaf.bounds[3] < north
    assert dialog.fields.wish.picked == ("grid", leaf.uuid)
    desk.until(lambda: not dialog.preview.image.isNull(), "the preview")
    dialog.reject()
    desk.until(lambda: not dialogs(), "closed")


def test_shades_come_into_the_picture_and_can_be_left_out(desk: Hand):
    window = desk.window
    window.shades.use(Wish("open"))
    desk.until(lambda: window.shades.shading is not None, "shaded")
    desk.key(Qt.Key.Key_M, BOTH, at=window)
    desk.until(dialogs, "the dialog")
    (dialog,) = dialogs()
    try:
        desk.until(lambda: not dialog.preview.image.isNull(), "the preview")
        # The screen's switch of what lies beside the layers is there only where the map shows it.
        assert dialog.fields.shade.isVisible()
        assert not dialog.fields.base.isVisible()
        darkest = QColor(symbols.table().classes(5)[-1].light)

        def share(image: QImage) -> int:
            spots = ((x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
            return sum(image.pixelColor(*spot) == darkest for spot in spots)

        assert share(dialog.preview.image) > 20
        desk.key(Qt.Key.Key_Space, at=dialog.fields.shade)
        assert share(new_preview(desk, dialog)) == 0
        assert dialog.fields.wish.shade == Wish()
    finally:
        dialog.reject()
    desk.until(lambda: not dialogs(), "closed")


def test_a_long_title_is_seen_whole_in_the_field_and_tab_and_enter_are_the_dialogs(
    desk: Hand, asked: PictureDialog, tmp_path: Path
):
    title = asked.fields.title
    one = title.height()
    words = "中山街道二〇二六年第四季度市容环境卫生责任区与隐患排查治理挂图作战总图（征求意见稿）"
    desk.write(title, words)
    assert title.text() == words
    desk.until(lambda: title.height() > one and not title.verticalScrollBar().isVisible(), "as high as its lines")
    assert round(title.document().size().height()) >= 3
    desk.write(title, "名" * 300)
    assert len(title.text()) == 200
    QApplication.clipboard().setText("甲\r\n乙\n丙")
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier, at=title)
    desk.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, at=title)
    assert title.text() == "甲 乙 丙"
    QTest.keyClick(title, Qt.Key.Key_Tab)
    desk.until(lambda: not title.hasFocus(), "Tab goes on")
    title.setFocus()
    QTest.keyClick(title, Qt.Key.Key_Return)
    desk.until((tmp_path / "挂图 一.pdf").exists, "Enter makes it")
    desk.rest()
    assert "MB" in asked.summary.whole


def test_the_dialog_fits_a_small_screen(desk: Hand, asked: PictureDialog):
    asked.resize(900, 520)
    desk.rest()
    assert asked.height() == 520
    assert asked.go.isVisible()
    inner = asked.form.widget()
    assert inner.height() > asked.form.viewport().height()
    last = asked.choose
    last.setFocus()
    asked.form.ensureWidgetVisible(last)
    assert not last.visibleRegion().isEmpty()


def test_a_base_map_of_the_window_comes_into_the_sheet_but_not_into_the_page(desk: Hand, tmp_path: Path):
    around = (121.15, 30.95, 121.35, 31.12)
    data = base_files.flat(base_files.RED)
    tiles = [(z, x, y, data) for z in range(11, 16) for x, y in base_files.tiles_of(around, z)]
    window = desk.window
    window.bases.add(base_files.mbtiles(tmp_path / "航片 2025.mbtiles", tiles))
    desk.until(lambda: len(window.bases.on_map()) == 1, "open")
    desk.key(Qt.Key.Key_M, BOTH, at=window)
    desk.until(dialogs, "the dialog")
    (dialog,) = dialogs()
    try:
        desk.until(lambda: not dialog.preview.image.isNull(), "the preview")

        def red(image: QImage) -> int:
            spots = [(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)]
            return sum(image.pixelColor(*spot) == QColor(*base_files.RED) for spot in spots)

        assert red(dialog.preview.image) > 500
        assert dialog.fields.base.isVisible()
        desk.key(Qt.Key.Key_Space, at=dialog.fields.base)
        assert red(new_preview(desk, dialog)) == 0
        choose(desk, dialog, "kind", 2)
        assert not dialog.fields.base.isVisible()
    finally:
        dialog.reject()
    desk.until(lambda: not dialogs(), "closed")


def test_a_themed_map_gives_its_name_and_its_marks_to_the_picture(desk: Hand):
    window = desk.window
    desk.until(lambda: len(window.boards.all) == 2, "themed maps")
    window.boards.show(window.boards.all[1].uuid)
    desk.until(lambda: bool(window.map.kinds), "up")
    desk.until(lambda: window.map.view.bounds is not None, "seen")
    wish = picturing.wish(window)
    assert wish is not None
    assert wish.title.endswith("应急一张图")
    assert wish.kinds == window.boards.kinds
    assert wish.filter.columns == window.boards.all[1].tasks.columns
