"""Gestures of the page are read strictly: a place on earth, a corner by its numbers, short text."""

import json

import pytest

from app.map import gestures, messages
from app.map.gestures import Gesture


def say(**values):
    base = {"type": "gesture", "what": "press", "lon": 121.2, "lat": 31, "reach": 3.5, "free": False,
            "corner": None, "mid": False, "text": ""}  # fmt: skip
    return messages.parse(json.dumps(base | values))


def test_a_gesture_is_read():
    assert say() == Gesture("press", 121.2, 31.0, 3.5)
    assert say(what="drop", corner=[0, 4], mid=True) == Gesture("drop", 121.2, 31.0, 3.5, corner=(0, 4), mid=True)
    assert say(what="type", text="25<90").text == "25<90"
    assert say().place == (121.2, 31.0)


def test_every_gesture_that_the_page_tells_is_known():
    for what in gestures.WHATS:
        assert say(what=what).what == what


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "fly"},
        {"lon": 200},
        {"lat": None},
        {"reach": "3"},
        {"corner": [1]},
        {"corner": [-1, 0]},
        {"corner": [0, True]},
        {"corner": "ab"},
        {"corner": [0.5, 1]},
    ],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(messages.Unreadable):
        say(**wrong)


def test_a_long_text_is_cut():
    assert len(say(text="9" * 10_000).text) == 200
