"""Glyphs for tables and legend: the shapes of the map, sharp at any size."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.map import glyphs
from layers.domain import symbols

pytestmark = pytest.mark.window


def colours(pixmap):
    image = pixmap.toImage()
    found = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {c.name() for c in found if c.alpha() == 255}


@pytest.mark.parametrize("key", list(symbols.table().statuses))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_status_is_painted_in_its_colour(qapp, key, theme):
    wanted = symbols.table().statuses[key].colour.of(theme).lower()
    assert wanted in colours(glyphs.status(key, theme, 32))


def test_size_and_ratio_are_kept(qapp):
    pixmap = glyphs.status("filed", "light", 16, 1.25)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (20, 1.25)


def test_the_ring_appears_only_when_overdue(qapp):
    ring = symbols.table().ring.colour.light.lower()
    assert ring in colours(glyphs.status("handling", "light", 32, overdue=True))
    assert ring not in colours(glyphs.status("handling", "light", 32))


def test_no_lamp_is_nothing_and_a_red_one_is_red(qapp):
    assert colours(glyphs.lamp("none", "light", 16)) == set()
    assert symbols.table().lamps["red"].colour.dark.lower() in colours(glyphs.lamp("red", "dark", 32))


def test_a_facility_is_painted_by_its_category(qapp):
    charger = symbols.table().facility("01054").colour.light.lower()
    assert charger in colours(glyphs.facility("01054", "light", 64))


def test_an_icon_holds_every_usual_size(qapp):
    icon = glyphs.status_icon("closed", "light")
    assert {size.width() for size in icon.availableSizes()} >= set(glyphs.SIZES)


@pytest.mark.parametrize("paint", [glyphs.paint_status, glyphs.paint_lamp, glyphs.paint_facility])
def test_an_unknown_key_paints_nothing(qapp, paint):
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, 16, 16), "unknown", "light")
    painter.end()
    assert all(image.pixel(x, y) == 0 for x in range(16) for y in range(16))


def test_painting_leaves_the_painter_as_it_was(qapp):
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    before = painter.transform()
    glyphs.paint_status(painter, QRectF(3, 1, 14, 14), "filed", "light", overdue=True)
    assert painter.transform() == before
    painter.end()


def test_a_path_with_another_command_is_a_mistake(qapp):
    with pytest.raises(ValueError, match="unknown path command"):
        glyphs.outline("M 0 0 A 1 1")
