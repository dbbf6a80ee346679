"""Moment 4: draw round 40 pins, choose a team, read what will happen, Enter; Ctrl+Z takes all 38 back."""

from pathlib import Path
from typing import Any

import pytest

from app.hand import Hand
from layers import places, workspace
from tests.bench import fourth_moment

pytestmark = pytest.mark.window


def test_forty_pins_are_given_to_a_team_and_taken_back(
    hand: Hand, street: Path, opening: Any, messages: list[tuple[str, str]]
):
    ws = workspace.open(street)
    made = fourth_moment.prepare(ws)
    ws.close()
    opening(hand, street)
    seen: list[str] = []

    def given() -> None:
        many = hand.window.finding.many
        hand.until(lambda: many.whole is not None and many.whole.groups[0].parts[0].status == "dispatched", "card")
        seen.extend(f"{part.words} {part.count}" for part in many.whole.groups[0].parts)

    fourth_moment.walk(hand, made, given)
    assert seen == ["待处置 38", "已结案 2"]
    assert ("info", "38 件已派给府城二组") in messages
    opened = hand.window.session.ws
    assert opened is not None
    for uuid in made[:38]:
        card = places.card(opened, "task", uuid)
        assert card.lines[-1].step == "withdraw"
        assert card.values["assignee_uuid"] is None
    assert all(places.card(opened, "task", uuid).values["status"] == "closed" for uuid in made[38:])
    hand.until(lambda: hand.window.actions_["redo"].isEnabled(), "redo")
