"""Letters in a picture: fonts of any size, their widths, and text with a halo that stays text in a PDF."""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from app import theme

Face = tuple[QFont, float, int]
"""A font, the height of its lines, and how many lines of it there may be."""

FINE = 16  # a font is that many times as large as it is drawn: Qt's fonts have whole pixels
NORMAL, STRONG = 400, 600
INK, QUIET, LINE, SHADE, PAPER = "#1b1f24", "#59626d", "#c9ced6", "#eef1f4", "#ffffff"


@lru_cache(maxsize=512)
def font(size: float, weight: int = NORMAL, gap: float = 0.0, italic: bool = False) -> QFont:
    """Return the face of the window for pictures, ``FINE`` times ``size`` high, with ``gap`` more between letters."""
    made = QFont()
    made.setFamilies(list(theme.families()))
    made.setPixelSize(max(1, round(size * FINE)))
    made.setWeight(QFont.Weight(weight))
    made.setItalic(italic)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setStyleStrategy(QFont.StyleStrategy.PreferOutline)
    # Noto Sans CJK has figures of their own for Latin words, which no reader of a PDF knows as figures.
    made.setFeature(QFont.Tag("locl"), 0)
    if gap:
        # Not in pixels: those Qt makes larger by the resolution of a printer.
        made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 100 * (1 + gap / size))
    return made


@lru_cache(maxsize=20_000)
def width(text: str, face: QFont) -> float:
    """Return how wide a text is in the units of the painter."""
    return QFontMetricsF(face).horizontalAdvance(text) / FINE


@lru_cache(maxsize=512)
def middle(face: QFont) -> float:
    """Return how far below the middle of its letters the base line of a face is."""
    metrics = QFontMetricsF(face)
    return (metrics.ascent() - metrics.descent()) / 2 / FINE


def write(
    painter: QPainter,
    text: str,
    at: QPointF,
    face: QFont,
    colour: str | QColor,
    *,
    side: float = 0.0,
    angle: float = 0.0,
    halo: QColor | None = None,
    rim: float = 3.0,
) -> None:
    """Write a text whose middle is at a height: from ``at`` on (side 0), around it (0.5) or up to it (1).

    ``angle`` turns it, in degrees clockwise; the halo is ``rim`` wide altogether.
    """
    painter.save()
    painter.translate(at)
    if angle:
        painter.rotate(angle)
    painter.scale(1 / FINE, 1 / FINE)
    start = QPointF(-side * width(text, face) * FINE, middle(face) * FINE)
    if halo is not None:
        outline = QPainterPath()
        outline.addText(start, face, text)
        pen = QPen(halo, rim * FINE)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(outline, pen)
    painter.setFont(face)
    painter.setPen(QColor(colour))
    painter.drawText(start, text)
    painter.restore()


def fitted(text: str, face: QFont, room: float) -> str:
    """Return a text shortened in its middle to a width."""
    return QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideMiddle, max(room, 0.0) * FINE)


def lines(text: str, face: QFont, room: float) -> list[str]:
    """Return a text broken into lines of a width: between Chinese characters anywhere, between words otherwise."""
    found, line = [], ""
    for piece in _pieces(" ".join(text.split())):
        if line and width((line + piece).rstrip(), face) > room:
            found.append(line.strip())
            line = ""
        while width(piece.rstrip(), face) > room and len(piece) > 1:
            fits = next(n for n in range(len(piece) - 1, 0, -1) if n == 1 or width(piece[:n], face) <= room)
            found.append(piece[:fits])
            piece = piece[fits:]
        line += piece
    return [*found, line.strip()] if line.strip() else found


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        wide = ord(letter) > 0x2E7F
        joins = pieces and not wide and pieces[-1][-1] != " " and ord(pieces[-1][-1]) <= 0x2E7F
        if joins or (pieces and letter in "，。、；：）》」』！？,.;:)]!? "):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def paragraph(painter: QPainter, box: QRectF, text: str, faces: Sequence[Face], colour: str) -> tuple[float, list[str]]:
    """Write a text into the width of a box in the first of some (face, line height, most lines) that holds it.

    Returns its height and its lines; in the last face what does not fit is cut in the middle of the last line.
    """
    face, tall, rows = choose(text, faces, box.width())
    for i, row in enumerate(rows):
        write(painter, row, QPointF(box.x(), box.y() + tall * (i + 0.5)), face, colour)
    return tall * len(rows), rows


def choose(text: str, faces: Sequence[Face], room: float) -> tuple[QFont, float, list[str]]:
    """Return the first (face, line height) in which a text takes no more than its lines, and those lines."""
    for face, tall, most in faces:
        rows = lines(text, face, room)
        if len(rows) <= most:
            return face, tall, rows
    face, tall, most = faces[-1]
    return face, tall, [*rows[: most - 1], fitted(" ".join(rows[most - 1 :]), face, room)]
