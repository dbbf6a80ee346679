"""What the page says is read strictly: typed, or refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.map import messages
from app.map.messages import parse


def say(**values):
    return parse(json.dumps(values))


def test_each_message_becomes_its_type():
    assert say(type="ready") == messages.Ready()
    assert say(type="clicked", lon=121.2, lat=31, button="left", modifiers="ctrl shift", zoom=15) == (
        messages.Clicked(121.2, 31.0, "left", "ctrl shift", 15.0)
    )
    assert say(type="hovered", lon=121, lat=31, zoom=15) == messages.Hovered(121.0, 31.0, 15.0)
    assert say(type="cursor", lon=121, lat=31) == messages.Cursor(121.0, 31.0)
    assert say(type="left") == messages.Left()
    assert say(type="moved", bounds=[1, 2, 3, 4], zoom=12.5, lon=2, lat=3) == (
        messages.Moved((1.0, 2.0, 3.0, 4.0), 12.5, 2.0, 3.0)
    )
    assert say(type="settled") == messages.Settled()
    assert say(type="tool", name="locate") == messages.Tool("locate")
    assert say(type="failed", text="x") == messages.Failed("x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"type": "eval"}',
        '{"type": "clicked", "lon": 200, "lat": 0, "button": "left", "modifiers": "", "zoom": 1}',
        '{"type": "clicked", "lon": "1", "lat": 0, "button": "left", "modifiers": "", "zoom": 1}',
        '{"type": "clicked", "lon": 1, "lat": 0, "button": "fourth", "modifiers": "", "zoom": 1}',
        '{"type": "cursor", "lon": NaN, "lat": 0}',
        '{"type": "cursor", "lon": true, "lat": 0}',
        '{"type": "moved", "bounds": [1, 2, 3], "zoom": 1, "lon": 1, "lat": 1}',
        '{"type": "tool", "name": "format"}',
        "[" * 5000,
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(messages.Unreadable):
        parse(text)


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_no_text_makes_it_fail_otherwise(text):
    with pytest.raises(messages.Unreadable):
        parse(text)


def test_a_tool_brings_its_own_message(monkeypatch):
    monkeypatch.setattr(messages, "_READERS", dict(messages._READERS))
    messages.know("measured", lambda raw: ("measured", messages.number(raw["metres"])))
    assert parse('{"type": "measured", "metres": 2}') == ("measured", 2.0)
    with pytest.raises(messages.Unreadable):
        parse('{"type": "measured", "metres": "2"}')
