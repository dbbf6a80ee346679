"""The legend explains what is in the picture, and nothing else; the overview points at it and leads there."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.hand import Hand
from app.map import messages
from app.map.messages import Unreadable
from app.settings import Settings
from app.sight import Holds, OverviewFolded
from layers import workspace
from layers.domain import flow

pytestmark = pytest.mark.window
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def shown(desk: Hand, layer: str) -> set[str]:
    legend = desk.window.left.layers.legend
    return {key for (name, key), entry in legend.entries.items() if name == layer and entry.isVisibleTo(legend)}


def test_only_what_is_in_the_picture_is_explained(desk: Hand) -> None:
    window = desk.window
    desk.press("layers-fold")
    desk.until(lambda: "street" in shown(desk, "grid") and shown(desk, "facility") == set(), "whole street")
    far = shown(desk, "road")
    assert "river" in far
    # A house-sized piece of a lane: no district border, but icons of facilities.
    window.map.view.fit((121.2440, 31.0130, 121.2465, 31.0145), maxzoom=18)
    desk.map_still()
    desk.until(lambda: bool(shown(desk, "facility")), "facilities")
    near = desk.ask("[...new Set(gewu.pins.shown.map((p) => p.pin.status))]")
    assert shown(desk, "task") <= set(near)
    assert "river" not in shown(desk, "road")
    assert not window.left.layers.legend.heads["task"].isVisibleTo(window.left.layers.legend) or shown(desk, "task")
    window.left.layers.switches["facility"].setChecked(False)
    desk.until(lambda: shown(desk, "facility") == set(), "switched off")


def test_the_card_on_the_map_explains_the_pins_in_sight(desk: Hand) -> None:
    window = desk.window
    window.map.view.fit((121.20, 31.09, 121.21, 31.10))  # nothing is there
    desk.map_still()
    desk.until(lambda: window.map.legend.explained == (), "nothing to explain")
    assert not window.map.legend.isVisible()
    window.map.whole()
    desk.until(lambda: set(window.map.legend.explained) == {*flow.OPEN, "overdue"}, "all of them")
    assert set(desk.ask("[...new Set(gewu.pins.shown.map((p) => p.pin.status))]")) == set(flow.OPEN)


@pytest.mark.parametrize("text", ['{"type":"holds"}', '{"type":"holds","task":5}', '{"type":"overview"}'])
def test_a_malformed_message_is_no_message(text: str) -> None:
    with pytest.raises(Unreadable):
        messages.parse(text)


def test_messages_are_typed() -> None:
    raw = '{"type":"holds","task":["filed"],"grid":[],"functions":[],"road":[],"place":[],"facility":[],"overdue":true}'
    found = messages.parse(raw)
    assert isinstance(found, Holds)
    assert found.shows("task", "filed")
    assert found.overdue
    assert not found.shows("task", "closed")
    assert messages.parse('{"type":"overview","open":false}') == OverviewFolded(False)


def spot(desk: Hand, share_x: float, share_y: float) -> QPoint:
    x, y, w, h = desk.ask(
        "(b => [b.x, b.y, b.width, b.height])(document.querySelector('.gewu-overview').getBoundingClientRect())"
    )
    return QPoint(round(x + w * share_x), round(y + h * share_y))


def test_a_click_on_the_overview_goes_there_and_a_drag_takes_the_picture_along(desk: Hand) -> None:
    window = desk.window
    desk.until(lambda: desk.ask("gewu.overview.areas.length > 0"), "overview")
    box = workspace.extent(window.session.ws)  # type: ignore[arg-type]
    assert box is not None
    window.map.view.fit((121.235, 31.005, 121.255, 31.02), maxzoom=16)
    desk.map_still()
    zoom = window.map.view.zoom
    QTest.mouseClick(desk.page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot(desk, 0.5, 0.25))

    def middle() -> tuple[float, float]:
        west, south, east, north = window.map.view.bounds or (0, 0, 0, 0)
        return (west + east) / 2, (south + north) / 2

    desk.until(lambda: abs(middle()[0] - (box[0] + box[2]) / 2) < (box[2] - box[0]) * 0.03, "across")
    assert middle()[1] > (box[1] + box[3]) / 2
    assert window.map.view.zoom == zoom
    QTest.mousePress(desk.page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot(desk, 0.5, 0.25))
    for share in (0.4, 0.6, 0.75):
        QTest.mouseMove(desk.page, spot(desk, 0.5, share))
    QTest.mouseRelease(desk.page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot(desk, 0.5, 0.75))
    desk.until(lambda: middle()[1] < (box[1] + box[3]) / 2, "dragged south")
    assert window.selection.picked is None


def test_it_folds_by_button_and_by_keys_and_stays_folded(desk: Hand, make_window, settings: Settings) -> None:  # type: ignore[no-untyped-def]
    window = desk.window
    window.map.view.fit((121.235, 31.005, 121.255, 31.02), maxzoom=16)
    desk.until(lambda: desk.ask("!document.querySelector('.gewu-overview').hidden"), "open")
    desk.map_still()
    x, y = desk.ask(
        "(b => [b.x + b.width / 2, b.y + b.height / 2])(document.querySelector('.gewu-fold').getBoundingClientRect())"
    )
    QTest.mouseClick(desk.page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(x), round(y)))
    desk.until(lambda: not window.overview.open, "folded")
    assert desk.ask("document.querySelector('.gewu-overview').hidden")
    desk.key(Qt.Key.Key_O, CTRL | ALT, at=window)
    desk.until(lambda: desk.ask("!document.querySelector('.gewu-overview').hidden"), "open again")
    assert window.overview.open
    desk.key(Qt.Key.Key_O, CTRL | ALT, at=window)
    desk.until(lambda: not window.overview.open, "folded by keys")
    assert not make_window(settings).window.overview.open
