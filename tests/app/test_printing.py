"""Paper: every row of a list over several pages, the map drawn anew on one, all as plain text, reached by Ctrl+P."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog

from app import paper, printing, theme
from app.chart import output
from app.hand import Hand
from app.paper import Paper, Table
from app.tasks_model import SHOWN
from layers.domain.things import TaskLine
from layers.errors import SourceError
from layers.words import t

CONTROL = Qt.KeyboardModifier.ControlModifier


def line(number: int) -> TaskLine:
    return TaskLine(
        f"u{number}", f"20261120-A-{number:04}", "case", "暴露垃圾", "暴露垃圾", "中山东路", "310117004-W010", "方塔",
        "府城二组", "handling", "normal", "green", 200, "2026-11-20T00:00:00.000Z", None, 121.2, 31.0,
    )  # fmt: skip


def opened(data: bytes) -> QPdfDocument:
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    read = QPdfDocument()
    read.load(buffer)
    buffer.setParent(read)
    assert read.pageCount() > 0
    return read


def plain(words: str) -> str:
    """Undo what a PDF does to Chinese: a sign that is drawn like a radical is read as the radical."""
    return "".join(unicodedata.normalize("NFKC", words).replace("\u2eda", "页").split())


def said(read: QPdfDocument) -> list[str]:
    return [plain(read.getAllText(page).text()) for page in range(read.pageCount())]


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)}


def drawn(read: QPdfDocument) -> QImage:
    printed_on = read.render(0, (read.pagePointSize(0) * 1.5).toSize())
    sheet = QImage(printed_on.size(), QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    painter.drawImage(0, 0, printed_on)
    painter.end()
    return sheet


def test_three_hundred_tasks_take_several_pages_and_none_is_lost(qapp):
    table = printing.table_of([line(n) for n in range(300)], SHOWN, "Asia/Shanghai")
    made = Paper("街道 · 在办", "2026-11-20 14:05", "合成演示数据", (table,))
    pages = said(opened(paper.pdf(made)))
    assert len(pages) > 3
    whole = paper.document(made, QSizeF(1000, 600)).toPlainText()
    assert [n for n in range(300) if whole.count(f"20261120-A-{n:04}") != 1] == []
    for number, page in enumerate(pages, 1):
        assert plain(t("window.column_number")) in page
        assert plain("街道 · 在办") in page
        assert plain("合成演示数据") in page
        assert plain(t("window.print_page", page=number, pages=len(pages))) in page


def test_a_lamp_has_its_glyph_on_paper(qapp):
    table = printing.table_of([line(1)], SHOWN, "Asia/Shanghai")
    assert table.rows[0][SHOWN.index("left")].startswith("✓ 剩余")


def test_what_looks_like_a_tag_is_text(qapp):
    nasty = "<script>alert(1)</script>"
    made = Paper(nasty, "2026-11-20", "", (Table(("a<b", nasty), (("1", f"{nasty}&amp;"),), f"<i>{nasty}"),))
    (page,) = said(opened(paper.pdf(made)))
    assert page.count("<script>") == 4
    assert "&amp;" in page
    assert nasty in paper.document(made, QSizeF(1000, 700)).toPlainText()


def test_paper_is_light_in_the_dark(qapp):
    theme.apply("dark")
    try:
        image = drawn(opened(paper.pdf(Paper("A", "B", "", (Table(("Head",), (("Words",),) * 30),)))))
    finally:
        theme.apply("light")
    assert image.pixelColor(2, 2).name() == "#ffffff"
    inner = image.copy(70, 80, 200, 300)
    assert min(inner.pixelColor(x, y).lightness() for x in range(200) for y in range(300)) < 120


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the file dialog says to save; no printer is there."""
    path = tmp_path / "打印 一.pdf"
    monkeypatch.setattr(printing, "printers", list)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path.with_suffix("")), ""))
    return path


def printed(desk: Hand, target: Path) -> list[str]:
    desk.key(Qt.Key.Key_P, CONTROL)
    desk.until(target.exists, "the PDF")
    desk.rest()
    return said(opened(target.read_bytes()))


@pytest.mark.window
def test_the_key_prints_the_table_that_has_the_focus(desk: Hand, target: Path):
    window = desk.window
    window.tasks.table.setFocus()
    whole = "".join(printed(desk, target))
    assert window.session.ws is not None
    assert plain(window.session.ws.name) in whole
    assert plain(t("window.synthetic")) in whole
    assert [one.number for one in window.tasks.model.lines if plain(one.number) not in whole] == []


@pytest.mark.window
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_key_prints_the_map_otherwise(desk: Hand, target: Path, look: str):
    desk.window.do.set_theme(look)
    desk.map_still()
    desk.window.setFocus()
    try:
        pages = printed(desk, target)
    finally:
        desk.window.do.set_theme("light")
    assert len(pages) == 1
    for words in (t("window.synthetic"), t("pictures.legend"), "X12", "1+3+22+138"):
        assert plain(words) in pages[0], words
    assert b"/Subtype /Image" not in target.read_bytes()  # drawn, not grabbed from the screen
    image = drawn(opened(target.read_bytes()))
    assert len(colours(image)) > 20
    around = image.copy(image.width() // 4, image.height() // 4, image.width() // 2, image.height() // 2)
    light = [
        around.pixelColor(x, y).lightness() for x in range(0, around.width(), 9) for y in range(0, around.height(), 9)
    ]
    assert sum(light) / len(light) > 150


@pytest.mark.window
@pytest.mark.parametrize(("place", "title"), [("today", "window.today_overdue"), ("reports", "window.reports_title")])
def test_the_key_prints_the_other_workplaces(desk: Hand, target: Path, place: str, title: str):
    desk.window.go(place)
    desk.until(lambda: bool(desk.window.reports.model.rows) or place == "today", "figures")
    assert plain(t(title)) in "".join(printed(desk, target))


@pytest.mark.window
def test_a_folder_that_cannot_be_written_is_said(
    desk: Hand, messages: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, target: Path
):
    def refuse(path: Path, _data: bytes) -> None:
        raise SourceError("read_only", path=path)

    monkeypatch.setattr(output, "write_whole", refuse)
    desk.window.setFocus()
    desk.key(Qt.Key.Key_P, CONTROL)
    desk.until(lambda: bool(messages), "the message")
    assert messages[0][0] == "bad"
    assert not target.exists()


@pytest.mark.window
def test_a_printer_gets_the_map_too(desk: Hand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    path = tmp_path / "printed.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    monkeypatch.setattr(printing, "printers", lambda: ["a printer"])
    monkeypatch.setattr(printing, "_ask_printer", lambda _window: printing.Target(printer))
    desk.window.setFocus()
    desk.key(Qt.Key.Key_P, CONTROL)
    desk.until(path.exists, "the print")
    desk.rest()
    (page,) = said(opened(path.read_bytes()))
    assert plain(t("pictures.legend")) in page


@pytest.mark.window
def test_nothing_is_printed_when_the_dialog_is_left(desk: Hand, monkeypatch: pytest.MonkeyPatch):
    asked: list[Callable[..., None]] = []
    monkeypatch.setattr(printing, "printers", list)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(printing, "gather", lambda _window, done: asked.append(done))
    desk.key(Qt.Key.Key_P, CONTROL)
    assert asked == []
