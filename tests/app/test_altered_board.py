"""A themed map that somebody changed says so, and is put up again as it was."""

import pytest

from app.hand import Hand
from layers.indicators import Wish
from tests.app.test_themed_maps import entry

pytestmark = pytest.mark.window


@pytest.mark.parametrize("name", ["风险一张图", "应急一张图"])
def test_a_themed_map_that_is_changed_says_so_and_comes_back_as_it_was(desk: Hand, name: str) -> None:
    window = desk.window
    entry(desk, name).trigger()
    desk.until(lambda: (window.boards.board is not None and window.shades.shading is not None) or name[0] == "应", "up")
    desk.map_still()
    assert window.board_card.choice.text() == name
    before = window.shades.wish
    window.shades.use(Wish("density"), remember=False)
    desk.until(lambda: window.board_card.choice.text() == f"{name}（已改）", "changed")
    entry(desk, name).trigger()
    desk.until(lambda: window.shades.wish == before and window.board_card.choice.text() == name, "as it was")
