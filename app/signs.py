"""Painting the signs of the symbol table in the window: a status' shape, a lamp, a facility."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app import theme
from app.map import glyphs
from layers.domain import symbols


def status(painter: QPainter, box: QRectF, name: str) -> None:
    """Paint the shape of a status into a square."""
    glyphs.paint(painter, symbols.table().statuses[name], box, theme.tokens().name)


def lamp(painter: QPainter, box: QRectF, name: str) -> None:
    """Paint a lamp into a square; ``none`` paints nothing."""
    if name in symbols.table().lamps:
        glyphs.paint(painter, symbols.table().lamps[name], box, theme.tokens().name)


def facility(painter: QPainter, box: QRectF, name: str) -> None:
    """Paint the icon of a kind of facility into a square."""
    glyphs.paint(painter, symbols.table().facilities[name], box, theme.tokens().name)
