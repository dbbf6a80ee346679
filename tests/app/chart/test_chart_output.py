"""The products: colours where they belong, text that can be searched, sharp lines, right scales, no damage."""

import shutil
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

from app.chart import layout, legend, output
from layers import map_picture, words, workspace
from layers.domain import symbols
from layers.errors import Cancelled, Refused, SourceError
from tests.app.chart.conftest import BOUNDS, LONG, SIDE, SOUTH, WEST

# Signs that a PDF's reader takes for radicals which look the same and have no other form in Unicode's tables.
RADICALS = str.maketrans("⺠⻓⻰⻔⻢⻋⻅⻚⻛⻜⻝⻥⻦", "民长龙门马车见页风飞食鱼鸟")


def plain(said: str) -> str:
    """Undo what a PDF does to Chinese: a sign that is drawn like a radical is read as the radical."""
    return "".join(unicodedata.normalize("NFKC", said).translate(RADICALS).split())


def read_pdf(data: bytes) -> QPdfDocument:
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    read = QPdfDocument()
    read.load(buffer)
    buffer.setParent(read)
    assert read.pageCount() == 1
    return read


def said_in(data: bytes) -> str:
    return plain(read_pdf(data).getAllText(0).text())


def pixel(image: QImage, wish, lon: float, lat: float) -> QColor:
    """Return the colour where a place of the ground must be, worked out from scale and sheet alone."""
    sheet = layout.sheet(wish)
    what, n = layout.extent(wish, sheet.map)
    x, y = what.plane.metres(np.array([[lon, lat]]))[0] / n * 1000  # mm on paper from the map's middle
    per_mm = image.width() / wish.size.width()
    at = sheet.map.center()
    return image.pixelColor(round((at.x() + x) * per_mm), round((at.y() - y) * per_mm))


def close_to(colour: QColor, wanted: QColor | str, most: int = 6) -> bool:
    other = QColor(wanted)
    pairs = zip(colour.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return all(abs(a - b) <= most for a, b in pairs)


def fill_of(function: str) -> QColor:
    from app import theme

    table = symbols.table()
    colour, share = table.function_fill(function, "light")
    return theme.mix(colour, table.tokens["paper"].light, share)


@pytest.mark.parametrize("changes", [{}, {"lying": False}, {"paper": "A3"}, {"scale": 10_000}, {"legend": False}])
def test_the_colour_of_every_known_place(town, wish, changes):
    made = wish(**changes)
    scene, n = output.read(town, made)
    image = output.image(made, scene, n, 2000)
    spots = {"residential": (0.25, 0.25), "commercial": (1.25, 0.25), "green": (0.25, 1.25), "industry": (1.15, 1.15)}
    for function, (i, j) in spots.items():
        assert close_to(pixel(image, made, WEST + i * SIDE, SOUTH + j * SIDE), fill_of(function)), function
    water = symbols.table().places["water"].fill.light
    assert close_to(pixel(image, made, WEST + SIDE * 1.35, SOUTH + SIDE * 1.35), water)
    assert close_to(pixel(image, made, WEST + SIDE * 0.1, SOUTH + SIDE * 0.5), "#FFFFFF", 12)
    assert image.pixelColor(3, 3).name() == "#ffffff"


def test_the_paper_and_its_fineness(town, wish):
    data = QImage.fromData(output.png(town, wish()))
    assert (data.width(), data.height()) == (3508, 2480)
    assert data.dotsPerMeterX() == pytest.approx(300 / 0.0254, rel=0.01)
    assert data.text("Title") == "小镇网格图"
    assert QImage.fromData(output.png(town, wish(), 800)).width() == 800
    tall = read_pdf(output.pdf(town, wish(paper="A3", lying=False)))
    assert tall.pagePointSize(0).width() == pytest.approx(297 / 25.4 * 72, abs=1)
    assert tall.pagePointSize(0).height() == pytest.approx(420 / 25.4 * 72, abs=1)


@pytest.mark.parametrize("n", [1000, 2000, 5000, 10_000])
def test_a_round_scale_is_measured_on_the_picture(town, wish, n):
    """The pond's edges are found in the pixels: their distance times N is their distance on the ground."""
    from layers.gis import crs

    made = wish(scale=n, bounds=(WEST + SIDE * 1.3, SOUTH + SIDE * 1.3, WEST + SIDE * 1.7, SOUTH + SIDE * 1.7),
                layers=("place",))  # fmt: skip
    scene, shown = output.read(town, made)
    assert shown == n
    image = output.image(made, scene, n, 6000)
    sheet = layout.sheet(made)
    per_mm = image.width() / made.size.width()
    water = QColor(symbols.table().places["water"].fill.light)
    y = round((sheet.map.center().y() + 20 * (1000 / n)) * per_mm)
    row = [x for x in range(image.width()) if sheet.map.left() * per_mm < x < sheet.map.right() * per_mm
           and close_to(image.pixelColor(x, y), water, 3)]  # fmt: skip
    ground = float(crs.distance_m(WEST + SIDE * 1.3, SOUTH + SIDE * 1.5, WEST + SIDE * 1.7, SOUTH + SIDE * 1.5))
    edge = 0.8 * layout.UNIT  # half of the pond's own line on either side is water too
    if ground / n * 1000 < sheet.map.width():
        assert ((row[-1] - row[0] + 1) / per_mm + edge) / 1000 * n == pytest.approx(ground, rel=0.005)
    else:
        assert row[0] <= sheet.map.left() * per_mm + 3


def test_every_name_can_be_found_in_the_pdf(town, wish):
    said = said_in(output.pdf(town, wish()))
    wanted = (
        "小镇网格图",
        "2026-11-20",
        "一级网格",
        "乙区",
        "五龙湖",
        "中山东路",
        "居住",
        "图例",
        "比例尺",
        "CGCS2000",
    )
    assert [text for text in wanted if plain(text) not in said] == []
    assert "1:12000" in said


def test_the_pdf_is_drawn_not_photographed(town, wish):
    data = output.pdf(town, wish())
    assert b"/Subtype /Image" not in data
    assert data.count(b"/FontFile") >= 1
    assert len(data) < 2_000_000


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's tools are not here")
def test_other_readers_find_the_text_and_the_fonts(town, wish, tmp_path: Path):
    path = tmp_path / "图.pdf"
    output.write(town, path, wish())
    asked = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    said = plain(asked.stdout.decode())
    for text in ("小镇网格图", "五龙湖", "中山东路", "居住"):
        assert text in said
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True).stdout.decode()
    rows = [line.split() for line in fonts.splitlines()[2:]]
    assert rows
    assert all(row[-5] == "yes" for row in rows), fonts  # embedded


def test_synthetic_data_is_marked(street_ws, wish):
    box = workspace.extent(street_ws)
    assert plain("合成演示数据") in said_in(output.pdf(street_ws, wish(bounds=box)))


def test_not_synthetic_data_is_not(town, wish):
    assert plain("合成") not in said_in(output.pdf(town, wish()))


def test_english_too(town, wish):
    words.use("en")
    said = said_in(output.pdf(town, wish(title="A town")))
    for text in ("Atown", "Legend", "Residential", "Mainroad", "Scale", "Gridsystem:", "Source:"):
        assert text in said, text


def test_the_legend_explains_exactly_what_is_seen(town, wish):
    made = wish()
    scene, _ = output.read(town, made)
    explained = set(legend.explained(scene))
    assert explained == set(scene.seen)
    assert {key for layer, key in explained if layer == "functions"} == {
        "residential",
        "commercial",
        "green",
        "industry",
    }
    assert {key for layer, key in explained if layer == "road"} == {"main"}
    assert {key for layer, key in explained if layer == "place"} == {"water"}
    assert {key for layer, key in explained if layer == "task"} == {"reported"}
    corner = wish(bounds=(WEST + 0.0005, SOUTH + 0.0005, WEST + 0.002, SOUTH + 0.002))
    scene, _ = output.read(town, corner)
    assert set(legend.explained(scene)) == set(scene.seen)
    assert {key for layer, key in scene.seen if layer == "functions"} == {"residential"}
    said = said_in(output.pdf(town, corner))
    assert "商业" not in said
    assert "居住" in said


TITLES = ["", "街" * 200, "A long title of a map " * 9, LONG, "<script>alert(1)</script> & \u202eabc"]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("lying", [True, False])
def test_any_title_leaves_room_for_the_map(town, wish, title, lying):
    made = wish(title=title, lying=lying)
    sheet = layout.sheet(made)
    assert sheet.head.bottom() < sheet.frame.top()
    assert sheet.map.height() > 90
    said = said_in(output.pdf(town, made))
    assert plain(title[:60]) in said or not title.isprintable()


def test_a_long_title_is_whole_on_the_sheet(town, wish):
    title = "".join(chr(0x4E00 + i * 7) for i in range(200))
    said = read_pdf(output.pdf(town, wish(title=title))).getAllText(0).text()
    normal = set(unicodedata.normalize("NFKC", said))
    missing = [c for c in title if c not in normal]
    assert len(missing) < 20, missing  # a reader takes some signs for radicals that look alike


def test_an_empty_workspace_gives_a_sheet_without_a_map(tmp_path: Path, wish, qapp, closing):
    ws = closing(workspace.create(tmp_path / "空.gpkg", name="空"))
    made = wish()
    scene, n = output.read(ws, made)
    assert scene.empty
    assert legend.groups(scene) == ()
    assert not output.image(made, scene, n, 600).isNull()


def test_failure_leaves_the_old_file(town, wish, tmp_path: Path):
    path = tmp_path / "图.pdf"
    path.write_bytes(b"old")
    calls = []

    def stop(_done, _total, _text):
        calls.append(1)
        if len(calls) > 8:
            raise Cancelled

    with pytest.raises(Cancelled):
        output.write(town, path, wish(), progress=stop)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_made_is_said(town, wish, tmp_path: Path):
    for width in (1, 199, 50_000):
        with pytest.raises(Refused) as refused:
            output.png(town, wish(), width)
        assert refused.value.key == "picture_too_large"
    with pytest.raises(Refused):
        output.write(town, tmp_path / "a.jpg", wish())
    with pytest.raises(SourceError):
        output.write(town, tmp_path / "nowhere" / "a.pdf", wish())


def test_a_printer_gets_the_sheet_on_its_own_paper(town, wish, tmp_path: Path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    path = tmp_path / "p.pdf"
    printer.setOutputFileName(str(path))
    n = output.print_on(town, printer, wish())
    assert n > 0
    said = said_in(path.read_bytes())
    assert "小镇网格图" in said
    assert "中山东路" in said


def test_the_view_is_as_the_screen_shows_it_without_buttons(town, wish):
    image = output.view(town, BOUNDS, 400, 470, 2.0, wish())
    assert (image.width(), image.height()) == (800, 940)
    assert close_to(image.pixelColor(100, 800), fill_of("residential"))
    assert close_to(image.pixelColor(700, 600), fill_of("commercial"))


def test_layers_can_be_left_out(town, wish):
    made = wish(layers=tuple(name for name in map_picture.LAYERS if name != "functions"))
    scene, n = output.read(town, made)
    image = output.image(made, scene, n, 1200)
    assert close_to(pixel(image, made, WEST + SIDE * 0.25, SOUTH + SIDE * 0.25), symbols.table().tokens["paper"].light)
