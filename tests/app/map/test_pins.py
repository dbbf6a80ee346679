"""Pins belong to the picture that is shown, however late their source answers."""

from threading import Event

import pytest

pytestmark = pytest.mark.window


def test_a_map_that_moves_while_its_pins_are_awaited_asks_for_those_of_its_new_place(drive, town, monkeypatch):
    gate, answer = Event(), town.pins

    def late(query):
        if not town.asked:
            town.asked.append(query)
            gate.wait(10)
        return answer(query)

    monkeypatch.setattr(town, "pins", late)
    drive.view.set_pins({})
    drive.bot.waitUntil(lambda: len(town.asked) == 1, timeout=5_000)
    west, south, east, north = town.bounds
    drive.view.fit((west, south, (west + east) / 2, (south + north) / 2))
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.asked") == 2, timeout=5_000)
    gate.set()
    drive.bot.waitUntil(lambda: drive.ask("gewu.pins.done && gewu.pins.all.length") == 3, timeout=5_000)
    assert len({query["bounds"] for query in town.asked}) == 2  # which of them is answered first is nobody's matter
