"""Printed in grey, what stands side by side is still told apart: by shape where not by lightness."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.map import glyphs
from layers.domain import symbols
from layers.domain.symbols import Glyph

pytestmark = pytest.mark.window
SIZE = 14
# How much of a 14-pixel sign must differ, as the share of full black against full white.
APART = 0.03


def grey(glyph: Glyph, theme: str) -> np.ndarray:
    """Return the luminance (0 to 1) of a sign on paper, (14, 14)."""
    image = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(symbols.table().tokens["paper"].of(theme))
    painter = QPainter(image)
    glyphs.paint(painter, glyph, QRectF(0, 0, SIZE, SIZE), theme)
    painter.end()
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(plain.constBits(), dtype=np.uint8).reshape(SIZE, plain.bytesPerLine())
    return rows[:, :SIZE].astype(float) / 255


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_status_is_told_from_every_other_and_from_paper(qapp, theme):
    statuses = symbols.table().statuses
    seen = {key: grey(glyph, theme) for key, glyph in statuses.items()}
    bare = grey(Glyph("none", symbols.Colour("#000000", "#000000"), ()), theme)
    for key, picture in seen.items():
        assert np.abs(picture - bare).mean() > APART, key
    for a, b in combinations(seen, 2):
        if {a, b} == {"refused", "void"}:
            continue  # both are ended without being done, and share their sign
        assert np.abs(seen[a] - seen[b]).mean() > APART, (a, b)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lamps_are_told_apart(qapp, theme):
    seen = {key: grey(glyph, theme) for key, glyph in symbols.table().lamps.items()}
    for a, b in combinations(seen, 2):
        assert np.abs(seen[a] - seen[b]).mean() > APART, (a, b)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_facilities_that_a_themed_map_marks_together_are_told_apart(qapp, theme):
    from layers import boards

    known = symbols.table().facilities
    for board in boards.shipped():
        seen = {kind: grey(known[kind], theme) for kind in board.kinds}
        for a, b in combinations(seen, 2):
            assert np.abs(seen[a] - seen[b]).mean() > APART, (a, b)


@pytest.mark.parametrize("zoom", [12, 14, 16])
def test_tiers_are_told_apart_by_the_weight_of_their_lines(qapp, zoom):
    styles = sorted(symbols.table().grids.values(), key=lambda style: -style.order)
    widths = [symbols.at(style.width, zoom) for style in styles]
    assert widths == sorted(widths, reverse=True)
    assert all(a - b >= 0.2 for a, b in pairwise(widths)), widths
