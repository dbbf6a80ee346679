"""Tables on paper, light whatever the theme, over as many sheets as they need; the map has `app.chart`."""

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from app import text, theme
from app.map import glyphs
from layers.domain import flow
from layers.errors import SourceError
from layers.words import t

# All lengths are px of 1/96 inch; the device's own resolution is a factor of the painter.
INCH = 96
HEAD, FOOT, GAP = 34, 22, 16
SIGN = 11
INK, QUIET, LINE, SHADE = "#1b1f24", "#59626d", "#c9ced6", "#eef1f4"


@dataclass(frozen=True)
class Table:
    """Rows of plain text under headings, all as long; ``numbers`` puts all but the first column on the right.

    ``statuses`` has the status of each row, whose shape is drawn before the words of column ``sign``.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numbers: bool = False
    statuses: tuple[str, ...] = ()
    sign: int = -1


@dataclass(frozen=True)
class Paper:
    """What every sheet says above and below, and the tables on them."""

    title: str
    date: str
    mark: str  # that the data is synthetic, or empty
    tables: tuple[Table, ...] = ()


def face(pixels: int, strong: bool = False) -> QFont:
    """Return the interface face for paper; figures of equal width would not be found as digits in a PDF."""
    font = theme.face(pixels, strong)
    font.unsetFeature(QFont.Tag("tnum"))
    font.setFeature(QFont.Tag("locl"), 0)  # nor would those that Noto Sans CJK has for Latin words
    return font


def landscape() -> QPageLayout:
    """Return A4 lying, with margins that every printer can keep."""
    lying = QPageLayout.Orientation.Landscape
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), lying, QMarginsF(12, 10, 12, 10), QPageLayout.Unit.Millimeter
    )


def to_pdf(device: QIODevice, paper: Paper) -> int:
    """Write a PDF into an open device; return how many pages it has."""
    writer = QPdfWriter(device)
    writer.setPageLayout(landscape())
    writer.setResolution(300)
    writer.setTitle(paper.title)
    writer.setCreator(t("window.name"))
    return put(writer, paper)


def pdf(paper: Paper) -> bytes:
    """Return the PDF of something."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    to_pdf(buffer, paper)
    return bytes(buffer.data().data())


def put(device: QPagedPaintDevice, paper: Paper) -> int:
    """Draw every sheet on a printer or PDF; return how many. Raises ``SourceError`` if the printer does not begin."""
    painter = QPainter()
    if not painter.begin(device):
        raise SourceError("no_print")
    try:
        factor = device.logicalDpiX() / INCH
        painter.scale(factor, factor)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        sheet = QSizeF(device.width() / factor, device.height() / factor)
        return _put_tables(device, painter, paper, sheet)
    finally:
        painter.end()


def _frame(painter: QPainter, paper: Paper, sheet: QSizeF, below: str) -> None:
    """Write the title and the date above, the mark and ``below`` at the foot."""
    middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
    top = QRectF(0, 0, sheet.width(), HEAD - 8)
    bottom = QRectF(0, sheet.height() - FOOT + 4, sheet.width(), FOOT - 4)
    painter.setFont(face(11))
    painter.setPen(QColor(QUIET))
    painter.drawText(top, middle | right, paper.date)
    room = sheet.width() - painter.fontMetrics().horizontalAdvance(paper.date) - GAP
    painter.drawText(bottom, middle, paper.mark)
    painter.drawText(bottom, middle | right, below)
    painter.setFont(face(16, strong=True))
    painter.setPen(QColor(INK))
    painter.drawText(
        top, middle | Qt.TextFlag.TextSingleLine, text.fitted(paper.title, painter.fontMetrics(), int(room))
    )


# -- tables ----------------------------------------------------------------------------------------------


def document(paper: Paper, sheet: QSizeF) -> QTextDocument:
    """Return the tables as a text document whose pages have the size of a sheet; heads come again on each."""
    made = QTextDocument()
    made.setDefaultFont(face(11))
    made.setDocumentMargin(0)
    for status in flow.STATUSES:
        image = glyphs.status(status, "light", SIGN, 4.0).toImage()
        made.addResource(int(QTextDocument.ResourceType.ImageResource), QUrl(f"sign:{status}"), image)
    made.setHtml("".join(_table(one) for one in paper.tables))
    made.setPageSize(sheet)
    return made


def _table(table: Table) -> str:
    def cell(column: int, said: str, row: int) -> str:
        side = "right" if table.numbers and column else "left"
        has_sign = column == table.sign and row < len(table.statuses)
        sign = f'<img src="sign:{table.statuses[row]}" width="{SIGN}" height="{SIGN}"> ' if has_sign else ""
        return f'<td align="{side}" style="border-bottom:1px solid {LINE}">{sign}{escape(said)}</td>'

    head = "".join(
        f'<th align="{"right" if table.numbers and i else "left"}" bgcolor="{SHADE}">{escape(said)}</th>'
        for i, said in enumerate(table.head)
    )
    rows = "".join(
        f"<tr>{''.join(cell(i, said, n) for i, said in enumerate(row))}</tr>" for n, row in enumerate(table.rows)
    )
    caption = f'<p style="margin-top:10px; margin-bottom:4px"><b>{escape(table.caption)}</b></p>'
    return (
        f"{caption if table.caption else ''}"
        f'<table width="100%" border="0" cellspacing="0" cellpadding="3"><thead><tr>{head}</tr></thead>{rows}</table>'
    )


def _put_tables(device: QPagedPaintDevice, painter: QPainter, paper: Paper, sheet: QSizeF) -> int:
    room = QSizeF(sheet.width(), sheet.height() - HEAD - FOOT)
    whole = document(paper, room)
    context = QAbstractTextDocumentLayout.PaintContext()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor(INK))
    context.palette = palette
    pages = whole.pageCount()
    for page in range(pages):
        if page:
            device.newPage()
        _frame(painter, paper, sheet, t("window.print_page", page=page + 1, pages=pages))
        shown = QRectF(0, page * room.height(), room.width(), room.height())
        painter.save()
        painter.translate(0, HEAD - shown.y())
        painter.setClipRect(shown)
        context.clip = shown
        whole.documentLayout().draw(painter, context)
        painter.restore()
    return pages
