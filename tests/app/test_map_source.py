"""What feeds the map of the real window: which changes touch which tiles, and the process that makes them."""

import os
import sqlite3
from contextlib import closing

import pytest

from layers import history, places, tasks
from layers.store.connection import connect

pytestmark = pytest.mark.window


def micro(hand):
    """Return (uuid, bounds, its name's tile) of a micro grid in the middle of the street."""
    hit = places.pick(hand.window.session.ws, 121.2481, 31.0201, 16, "four", {"grid"})
    assert hit is not None
    return hit.uuid, hit.bounds


def heard(hand):
    found = []
    hand.window.map.source.touched.connect(found.append)
    return found


def edit(hand, uuid, name):
    hand.window.session.work(places.edit, "grid", uuid, {"name": name}, label="")
    hand.rest()
    hand.map_still()


def names(hand):
    return set(
        hand.ask(
            "[...gewu.state.tiles.views.get('').tileCache.cache.values()]"
            ".flatMap(e => e.data.get('grid_label') || []).map(f => f.props.name)"
        )
    )


def test_an_edit_and_its_undo_touch_what_they_changed(desk):
    uuid, box = micro(desk)
    touched = heard(desk)
    desk.window.map.view.fit(box)
    desk.map_still()
    edit(desk, uuid, "崭新的名字")
    assert "崭新的名字" in names(desk)
    desk.window.session.work(history.undo, label="")
    desk.rest()
    desk.map_still()
    assert "崭新的名字" not in names(desk)
    assert len(touched) == 2
    for west, south, east, north in touched:
        assert (west, south, east, north) == pytest.approx(box, abs=1e-6)


def test_a_task_touches_no_tile(desk):
    touched = heard(desk)
    desk.window.session.work(tasks.draw, kind="case", title="x", lon=121.2481, lat=31.0201, label="")
    desk.rest()
    desk.map_still()
    assert touched == []


def test_what_another_program_changed_is_seen(desk):
    uuid, box = micro(desk)
    desk.window.map.view.fit(box)
    desk.map_still()
    touched = heard(desk)
    with closing(connect(desk.window.session.ws.path)) as db:
        db.execute("UPDATE grid SET name='别处改的' WHERE uuid=?", (uuid,))
    desk.until(lambda: touched, "the change of another program")
    desk.until(lambda: "别处改的" in names(desk), "its name on the map")
    assert touched == [None]


def test_what_another_program_added_touches_only_its_place(desk):
    touched = heard(desk)
    path = desk.window.session.ws.path
    with closing(connect(path)) as db:
        db.execute(
            "INSERT INTO facility (code, name, category, geom) SELECT 'Q1', '新设施', category, geom FROM facility "
            "WHERE geom IS NOT NULL LIMIT 1"
        )
        box = db.execute("SELECT ST_MinX(geom), ST_MinY(geom) FROM facility WHERE code='Q1'").fetchone()
    desk.until(lambda: touched, "the addition of another program")
    assert touched == [(box[0], box[1], box[0], box[1])]


def test_tiles_come_from_the_process_and_survive_its_death(desk):
    source = desk.window.map.source
    desk.until(lambda: source.encoder.ready, "the process")
    first = source.encoder.pid
    os.kill(first, 9)
    view = desk.window.map.view
    west, south, east, north = view.bounds
    view.fit((west, south, west + (east - west) / 8, south + (north - south) / 8))
    desk.map_still()
    assert source.encoder.pid not in (None, first)
    assert desk.ask("gewu.state.tiles.views.get('').tileCache.cache.size") > 0


def test_closing_leaves_one_plain_file_and_no_process(desk):
    source, path = desk.window.map.source, desk.window.session.ws.path
    desk.until(lambda: source.encoder.ready, "the process")
    pid = source.encoder.pid
    desk.window.session.leave()
    desk.until(lambda: not path.with_name(path.name + "-wal").exists(), "one plain file")
    assert source.encoder.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
