"""What the finding tools of the page say is read strictly too."""

import json

import pytest

from app.map import finding
from app.map.messages import Unreadable, parse

RING = [[121.0, 31.0], [121.1, 31.0], [121.1, 31.1], [121.0, 31.0]]


def say(**values):
    return parse(json.dumps(values))


def test_each_message_becomes_its_type():
    ring = tuple(tuple(corner) for corner in RING)
    assert say(type="swept", ring=RING, how="add", kind="facility", zoom=15) == (
        finding.Swept(ring, "add", "facility", 15.0)
    )
    assert say(type="escape") == finding.Escaped()
    assert say(type="here", lon=121, lat=31) == finding.AskedHere(121.0, 31.0)
    assert say(type="measure", path=RING, closed=True, turn=7) == finding.Path(ring, True, 7)
    assert say(type="copy_measure", path=RING[:2], closed=False) == finding.CopyPath(ring[:2], False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "swept", "ring": RING[:3], "how": "new", "kind": "task", "zoom": 1},
        {"type": "swept", "ring": RING, "how": "all", "kind": "task", "zoom": 1},
        {"type": "swept", "ring": RING, "how": "new", "kind": "task_log", "zoom": 1},
        {"type": "swept", "ring": RING * 2501, "how": "new", "kind": "task", "zoom": 1},
        {"type": "swept", "ring": "abcd", "how": "new", "kind": "task", "zoom": 1},
        {"type": "swept", "ring": [[200, 31]] * 4, "how": "new", "kind": "task", "zoom": 1},
        {"type": "here", "lon": 121, "lat": None},
        {"type": "measure", "path": RING[:1], "closed": False, "turn": 1},
        {"type": "measure", "path": RING, "closed": False, "turn": "x"},
        {"type": "copy_measure", "path": [[1]], "closed": False},
    ],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(Unreadable):
        say(**wrong)
