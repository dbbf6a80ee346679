"""Names that are scripts, markup, turned about, endless or broken into lines: text in tips, labels and lists."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

from app import parts, text
from app.hand import Hand
from app.session import EVERYTHING
from layers import grids, places, tasks
from layers.domain import plain

pytestmark = pytest.mark.window
HOSTILE = {
    "script": "<script>window.broken=1</script>",
    "closing": "</script></style><img src=x onerror=window.broken=1>",
    "quotes": "\"'`&amp;&lt;${1}{count}\\",
    "turned": "甲\u202e乙\u2067丙\u200f丁",
    "endless": "长" * 300,
    "broken": "一\n二\r\n三\t四",
}
NONE = "gewu.map.getContainer().querySelectorAll('img:not(.leaflet-tile), b, script, style').length"


def rename(desk: Hand, name: str) -> Any:
    """Give a task and everything round it the same name; the task's line."""
    window = desk.window
    line = next(one for one in window.tasks.model.lines if one.lon is not None)
    x, y = line.lon, line.lat
    ring = [[x - 0.001, y - 0.001], [x + 0.001, y - 0.001], [x + 0.001, y + 0.001], [x - 0.001, y + 0.001]]
    box = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    def work(ws: Any) -> None:
        for table in ("grid", "place", "road_section", "facility"):
            for hit in places.inside(ws, box, table)[:12]:
                places.edit(ws, table, hit.uuid, {"name": name}, "dispatcher")
        tasks.edit(ws, line.uuid, {"title": name, "address": name}, actor="dispatcher")

    work(window.session.ws)
    window.session.changed.emit(EVERYTHING)
    desk.rest()
    window.map.view.fit((x - 0.0012, y - 0.0008, x + 0.0012, y + 0.0008))
    desk.map_still()
    return line


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_is_text_wherever_the_map_shows_it(desk: Hand, name: str):
    window = desk.window
    line = rename(desk, name)
    shown = plain.line(name)
    # The tip of a task: its name whole, in a few lines, and nothing of it is an element.
    desk.map_move(QPoint(3, 3))
    desk.map_move(desk.pixel(line.lon, line.lat))
    desk.until(lambda: shown in (desk.ask("gewu.tip.textContent") or ""), "tip")
    assert desk.ask("gewu.tip.offsetHeight") < 150
    assert desk.ask(NONE) == 0
    # Labels: in one line, no longer than can be read, and none turns what stands beside it.
    labels = (
        "gewu.labels.placed.map(one => one.name || (one.lines || []).map(line => line[0]).join(' '))"
        ".filter(text => typeof text === 'string')"
    )
    wanted = plain.label(name)
    desk.until(lambda: any(wanted in said for said in desk.ask(labels)), "label")
    for said in desk.ask(labels):
        assert plain.line(said) == said
        assert len(said) <= 2 * plain.LABEL + 12
    # What is here, the tree, the table.
    window.finding.show_here(line.lon, line.lat)
    page = window.finding.here
    desk.until(lambda: page.isVisible() and page.found is not None and bool(page.findChildren(parts.Link)), "here")
    said = [one.accessibleName() or one.text() for one in page.findChildren(QLabel)]
    assert any(shown in one for one in said)
    assert all(one.textFormat() == Qt.TextFormat.PlainText for one in page.findChildren(QLabel))
    desk.until(lambda: all(one.width() <= page.width() for one in page.findChildren(parts.Link)), "no link is cut")
    row = window.tasks.table.lines.row_of(line.uuid)
    assert window.tasks.model.index(row, 2).data().startswith(shown)
    assert any(shown in node.name for node in grids.tree(window.session.ws, window.map.system))
    assert desk.ask("window.broken === undefined && document.title === 'Gewu'")


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_tooltip_shows_what_was_written(qapp: Any, name: str):
    # Qt reads a tooltip as markup where it finds a "<" with a word; the rest it shows as it is.
    seen = QTextDocument()
    tip = text.tip(name)
    if "<" in name:
        seen.setHtml(tip)
        assert seen.toPlainText() == name
    else:
        assert tip == name
