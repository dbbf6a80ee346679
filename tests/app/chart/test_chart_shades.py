"""Shaded grids and base maps in a picture, its legend at the size it is printed, and what is left of it in grey."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.chart import frame, layout, legend, output
from app.chart.backdrop import MOST, Base
from layers import boards, workspace
from layers.domain import symbols
from layers.domain.things import TaskFilter
from layers.gis import tiles
from layers.indicators import Wish as Shade
from tests.app.chart.conftest import SIDE, SOUTH, WEST
from tests.app.chart.test_chart_output import close_to, pixel, plain, said_in

# -- shaded grids and base maps ------------------------------------------------------------------------------


def test_shaded_grids_have_the_colour_of_their_class_and_the_legend_says_it(town, wish):
    made = wish(shade=Shade("open"))
    scene, n = output.read(town, made)
    assert scene.shading is not None
    assert scene.functions == ()
    image = output.image(made, scene, n, 1500)
    (colour,) = symbols.table().classes(1)
    # The one task lies in the second grid; the number stands in its middle, so look beside it.
    assert close_to(pixel(image, made, WEST + SIDE * 1.2, SOUTH + SIDE * 0.2), colour.light)
    for lon, lat in ((0.2, 0.2), (0.2, 1.2), (1.1, 1.1)):
        at = pixel(image, made, WEST + SIDE * lon, SOUTH + SIDE * lat)
        assert close_to(at, symbols.table().zero.light), (lon, lat)
    water = symbols.table().places["water"]
    assert not close_to(pixel(image, made, WEST + SIDE * 1.5, SOUTH + SIDE * 1.65), colour.light)
    assert water.key in {key for layer, key in scene.seen if layer == "place"}
    first = legend.groups(scene)[0]
    assert [entry.key for entry in first.entries] == ["", "zero/1", "0/1"]
    assert [entry.words for entry in first.entries] == ["共 1 件", "0　3 个网格", "1　1 个网格"]
    said = said_in(output.pdf(town, made))
    for words in ("微网格·未结任务（件）", "共1件", "3个网格"):
        assert plain(words) in said, words
    assert "居住" not in said


def test_shades_count_what_the_pins_are_and_say_so(town, wish):
    made = wish(shade=Shade("open"), filter=TaskFilter(kinds=("hazard",)))
    scene, _ = output.read(town, made)
    assert scene.shading is not None
    assert (scene.pins, scene.shading.zero, scene.shading.total) == ((), 4, 0)
    assert "只计：隐患" in [entry.words for entry in legend.groups(scene)[0].entries]


def tiles_of(asked: list[tuple[int, int, int]], z: int) -> Base:
    """A base map of three levels: every tile in one colour, that of its column and row."""

    def tile(zoom: int, x: int, y: int) -> tuple[str, bytes]:
        asked.append((zoom, x, y))
        image = QImage(256, 256, QImage.Format.Format_RGB32)
        image.fill(colour_of(x, y))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        return "image/png", bytes(buffer.data().data())

    return Base("航拍 2025", (121.0, 30.9, 121.4, 31.2), (z - 2, z), 1.0, tile)


def colour_of(x: int, y: int) -> QColor:
    return QColor(40 + 50 * (x % 4), 40 + 50 * (y % 4), 120)


def test_a_base_map_lies_where_it_belongs_and_is_named(town, wish):
    asked: list[tuple[int, int, int]] = []
    base = tiles_of(asked, 17)
    made = wish(bases=(base,), layers=("task",), filter=TaskFilter(kinds=("hazard",)))
    scene, n = output.read(town, made)
    image = output.image(made, scene, n, 1500)
    (z,) = {one[0] for one in asked}
    assert len(asked) == len(set(asked)) < 100
    west, south, east, north = tiles.bounds(z, *tiles.tile_at(WEST + SIDE, SOUTH + SIDE, z))
    x, y = tiles.tile_at(WEST + SIDE, SOUTH + SIDE, z)
    inset = 0.02
    for share_x in (inset, 0.5, 1 - inset):
        for share_y in (inset, 0.5, 1 - inset):
            at = pixel(image, made, west + (east - west) * share_x, south + (north - south) * share_y)
            assert close_to(at, colour_of(x, y)), (share_x, share_y)
    beside = pixel(image, made, east + (east - west) * inset, (south + north) / 2)
    assert close_to(beside, colour_of(x + 1, y))
    said = said_in(output.pdf(town, made))
    assert plain("底图：航拍2025") in said


def test_over_a_base_map_areas_are_seen_through(town, wish):
    bare = wish(shade=Shade("open"))
    made = wish(shade=Shade("open"), bases=(tiles_of([], 17),))
    scene, n = output.read(town, made)
    images = [output.image(one, scene, n, 1500) for one in (bare, made)]
    a, b = (pixel(image, made, WEST + SIDE * 1.2, SOUTH + SIDE * 0.2) for image in images)
    assert not close_to(a, b)


def test_the_tiles_of_a_base_map_are_never_too_many(town, wish):
    asked: list[tuple[int, int, int]] = []
    base = replace(tiles_of(asked, 22), bounds=(-180.0, -85.0, 180.0, 85.0), levels=(0, 22))
    made = wish(bounds=(100.0, 20.0, 130.0, 45.0), bases=(base,), layers=("grid",))
    scene, n = output.read(town, made)
    output.image(made, scene, n, 3508)
    assert 0 < len(asked) <= MOST
    asked.clear()
    # A base map whose shallowest tiles are far too fine for this picture is left out, not asked for by the million.
    fine = replace(base, levels=(20, 22))
    output.image(wish(bounds=(100.0, 20.0, 130.0, 45.0), bases=(fine,)), scene, n, 1500)
    assert asked == []


# -- in grey -------------------------------------------------------------------------------------------------


def grey_of(entry: legend.Entry, zoom: float) -> np.ndarray:
    """Return the luminance of a sign of the legend as printed at 300 dots an inch."""
    dots = 300 / 25.4
    image = QImage(round(7 * dots), round(4.9 * dots), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(dots, dots)
    legend.sign(painter, QRectF(0, 0, 7, 4.9), entry, zoom)
    painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(float) / 255


@pytest.mark.parametrize("zoom", [12.0, 14.0, 16.0])
def test_in_grey_print_tiers_and_statuses_are_told_apart(qapp, zoom: float):
    table = symbols.table()
    tiers = {key: grey_of(legend.Entry("grid", key, ""), zoom) for key in table.grids}
    for a, b in combinations(tiers, 2):
        assert np.abs(tiers[a] - tiers[b]).mean() > 0.01, (a, b)
    # Without the soft band too, as where two borders meet: the district's line is broken, the street's is not.
    dark = {key: (one.min(axis=0) < 0.5) for key, one in tiers.items()}
    assert dark["street"].all()
    assert not dark["district"].all()
    statuses = {key: grey_of(legend.Entry("task", key, ""), zoom) for key in (*table.statuses, "overdue")}
    for a, b in combinations(statuses, 2):
        if {a, b} != {"refused", "void"}:
            assert np.abs(statuses[a] - statuses[b]).mean() > 0.008, (a, b)


@pytest.mark.parametrize("paper", ["A4", "A3"])
@pytest.mark.parametrize("lying", [True, False])
def test_a_usual_legend_is_printed_in_letters_of_seven_points_or_more(street_ws, wish, paper, lying):
    """Every layer of the street on one sheet: the smallest letters in the legend, in points."""
    box = workspace.extent(street_ws)
    made = wish(bounds=box, paper=paper, lying=lying, filter=TaskFilter(open_only=True))
    scene, _ = output.read(street_ws, made)
    panel = layout.sheet(made).panel
    assert panel is not None
    room = frame.legend_room(layout.sheet(made))
    factor, _ = legend.fitting(legend.groups(scene), room)
    assert factor * legend.LETTERS / 25.4 * 72 >= 7.0


def test_what_a_themed_map_marks_is_on_the_sheet_and_in_its_legend(street_ws, wish):
    emergency = boards.all_of(street_ws)[1]
    box = workspace.extent(street_ws)
    made = wish(bounds=box, layers=("grid",), kinds=emergency.kinds)
    scene, _ = output.read(street_ws, made)
    assert sorted({spot.key for spot in scene.marks}) == ["fire", "shelter", "water"]
    assert len(scene.marks) == len(boards.marks(street_ws, emergency.kinds, box))
    group = next(one for one in legend.groups(scene) if one.entries[0].layer == "facility")
    assert {entry.key for entry in group.entries} == {"fire", "shelter", "water"}
    assert output.read(street_ws, wish(bounds=box, layers=("grid",)))[0].marks == ()
    with_marks, without = (
        output.image(one, *output.read(street_ws, one), 900) for one in (made, wish(bounds=box, layers=("grid",)))
    )
    assert with_marks != without
