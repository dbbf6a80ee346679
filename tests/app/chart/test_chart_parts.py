"""The parts of a sheet: places that do not overlap, names that do not touch, scale bars that are right."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from app.chart import layout, legend, lettering, names
from app.chart.legend import Entry, Group
from app.chart.names import Along, Label
from layers import map_picture, map_scene, workspace
from layers.domain.things import System, Tier
from layers.gis.plane import Plane
from layers.map_scene import Extent, Name, Scene, Shape, Spot

pytestmark = pytest.mark.usefixtures("qapp")


@given(st.floats(1, 5e6))
def test_the_scale_is_rounded_up_to_two_figures(n):
    found = layout.rounded_up(n)
    assert found >= n * (1 - 1e-9) or found == 10
    assert found <= max(10, n * 1.1 + 1)
    assert len(str(found).rstrip("0")) <= 2


@given(st.integers(100, 2_000_000), st.floats(20, 60))
def test_a_scale_bar_is_round_and_fits(n, room):
    metres, long, parts = layout.bar(n, room)
    assert long <= room + 1e-9
    assert long > room / 2.6
    assert long == pytest.approx(metres / n * 1000)
    assert f"{metres:.0e}"[0] in "125"
    assert parts == {"1": 4, "2": 4, "5": 5}[f"{metres:.0e}"[0]]


@pytest.mark.parametrize("paper", ["A4", "A3"])
@pytest.mark.parametrize("lying", [True, False])
@pytest.mark.parametrize("with_legend", [True, False])
def test_nothing_on_a_sheet_lies_on_anything_else(wish, paper, lying, with_legend):
    made = layout.sheet(wish(paper=paper, lying=lying, legend=with_legend))
    boxes = [made.head, made.frame, made.foot, *([made.panel] if made.panel else [])]
    whole = QRectF(0, 0, made.size.width(), made.size.height())
    assert all(whole.contains(box) for box in boxes)
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))
    assert made.frame.contains(made.map)
    assert made.map.width() * made.map.height() > 0.4 * whole.width() * whole.height()


def test_the_ticks_of_the_frame_are_round_and_in_place():
    what = Extent(Plane(121.25, 31.02), 4000.0, 3000.0, 5.0)
    across, down = layout.ticks(what, 5)
    assert 2 <= len(across) <= 7
    for lon, share in across:
        x = what.plane.metres(np.array([[lon, 31.02]]))[0, 0]
        assert share == pytest.approx((x + 4000) / 8000)
        assert (lon * 3600) % 5 == pytest.approx(0, abs=1e-4) or (lon * 3600) % 5 == pytest.approx(5, abs=1e-4)
    assert all(0 <= share <= 1 for _degree, share in [*across, *down])
    assert [lat for lat, _ in down] == sorted(lat for lat, _ in down)
    assert [share for _, share in down] == sorted((share for _, share in down), reverse=True)


# -- letters -----------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("上海市松江区 abc，。（）xyz"), max_size=120), st.floats(12, 80))
def test_broken_lines_fit_and_lose_nothing(said, room):
    face = lettering.font(3.0)
    rows = lettering.lines(said, face, room)
    assert "".join("".join(rows).split()) == "".join(said.split())
    assert all(lettering.width(row, face) <= room + lettering.width("。" * 4, face) for row in rows)


def test_punctuation_does_not_begin_a_line():
    face = lettering.font(3.0)
    room = lettering.width("一二三四五", face) + 0.1
    rows = lettering.lines("一二三四五，六七八九十。甲乙丙丁戊，己庚辛壬癸。", face, room)
    assert not any(row[0] in "，。" for row in rows)


def test_a_text_too_long_for_every_face_is_shortened_in_its_middle():
    faces = [(lettering.font(3.0), 4.0, 2)]
    _, _, rows = lettering.choose("开头" + "字" * 500 + "结尾", faces, 60.0)
    assert len(rows) == 2
    assert rows[0].startswith("开头")
    assert rows[-1].endswith("结尾")


# -- names -------------------------------------------------------------------------------------------------


def scene(zoom_unit: float = 2.0, **things) -> Scene:
    what = Extent(Plane(121.25, 31.02), 800.0, 600.0, zoom_unit)
    system = System("a", "甲", "governance", True, (Tier(1, "微网格", "W", None, True, 9),))
    return Scene(what, system, False, "库", **things)


def box_of(one: Label) -> tuple[float, float, float, float]:
    return one.x - one.width / 2, one.y - one.height / 2, one.x + one.width / 2, one.y + one.height / 2


SPOTS = st.tuples(
    st.floats(-790, 790), st.floats(-590, 590), st.text("网格路桥区", min_size=1, max_size=40), st.floats(5, 300)
)


@given(st.lists(SPOTS, max_size=60))
def test_no_name_touches_another_or_the_edge(spots):
    found = names.laid_out(
        scene(names=tuple(Name("place", "estate", said, "", x, y, room) for x, y, said, room in spots))
    )
    boxes = [box_of(one) for one in found if isinstance(one, Label)]
    assert len(boxes) == len(found)
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    assert all(a[0] >= 0 and a[1] >= 0 and a[2] <= 800 and a[3] <= 600 for a in boxes)


def test_the_more_important_name_stands():
    both = (
        Name("grid", "micro", "", "310117004-W001", 0, 0, 300), Name("grid", "small", "", "310117004-X01", 0, 0, 20),
    )  # fmt: skip
    first = names.laid_out(scene(names=both))[0]
    assert isinstance(first, Label)
    assert first.rows[0].text == "X01"


def test_names_keep_off_the_pins_and_what_lies_on_the_map():
    one = Name("place", "estate", "小区", "", 0, 0, 100)
    free = names.laid_out(scene(names=(one,)))
    kept = names.laid_out(scene(names=(one,), pins=(Spot("filed", 0.0, 0.0),)))
    assert isinstance(free[0], Label)
    assert (free[0].x, free[0].y) == (400.0, 300.0)
    assert not kept or (isinstance(kept[0], Label) and (kept[0].x, kept[0].y) != (400.0, 300.0))
    assert names.laid_out(scene(names=(one,)), [(0.0, 0.0, 800.0, 600.0)]) == []


def road(*points: tuple[float, float]) -> tuple[str, Shape]:
    return "中山东路", Shape("main", (np.array(points, dtype=float),))


def test_a_name_goes_along_its_road_and_is_never_upside_down():
    for points in (((-700, 0), (700, 100)), ((700, 100), (-700, 0))):
        (found,) = names.laid_out(scene(road_names=(road(*points),)))[:1]
        assert isinstance(found, Along)
        assert [letter.text for letter in found.letters] == list("中山东路")
        xs = [letter.x for letter in found.letters]
        assert xs == sorted(xs)
        assert all(-45 < (letter.angle + 180) % 360 - 180 < 45 for letter in found.letters)


def test_a_steep_chinese_name_reads_downwards_in_upright_letters():
    (found,) = names.laid_out(scene(road_names=(road((0, -500), (20, 500)),)))[:1]
    assert isinstance(found, Along)
    ys = [letter.y for letter in found.letters]
    assert ys == sorted(ys)
    assert all(abs((letter.angle + 180) % 360 - 180) < 10 for letter in found.letters)


def test_a_road_too_short_or_too_bent_has_no_name():
    assert names.laid_out(scene(road_names=(road((0, 0), (20, 0)),))) == []
    turns = [(x, 40 * (-1) ** i) for i, x in enumerate(range(-60, 60, 10))]
    assert names.laid_out(scene(road_names=(road(*turns),))) == []


# -- the legend --------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 30), max_size=6), st.sampled_from([(46.0, 120.0), (120.0, 40.0), (58.0, 200.0)]))
def test_any_legend_fits_and_loses_nothing(counts, size):
    groups = [
        Group(f"组{i}", tuple(Entry("task", f"{i}-{k}", "词" * (k % 9 + 1)) for k in range(count)))
        for i, count in enumerate(counts)
    ]
    factor, columns = legend.fitting(groups, QRectF(0, 0, *size))
    shown = [entry for column in columns for group in column for entry in group.entries]
    assert shown == [entry for group in groups for entry in group.entries]
    assert 0.3 < factor <= 1.25
    heads = [group.title for column in columns for group in column if group.title]
    assert heads == [group.title for group in groups]


def test_a_tier_is_called_as_its_system_calls_it(town, wish):
    what, _ = layout.extent(wish(), layout.sheet(wish()).map)
    found = map_picture.scene(town, what)
    assert legend.words(found, "grid", "micro") == "微网格"


def test_units_and_zoom_agree_with_the_screen(town):
    box = workspace.extent(town)
    assert box is not None
    what = map_scene.extent(box, 512, 512)
    across = (box[2] - box[0]) / 360 * 256 * 2**what.zoom
    down = (box[3] - box[1]) / 360 * 256 * 2**what.zoom / np.cos(np.radians(31.02))
    assert max(across, down) == pytest.approx(512, rel=0.01)
