"""The process beside the window: asked, killed, started again, let go."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from app.map import encoder
from app.map.encoder import Encoder, Failed
from layers import tile_worker, tiles, workspace

Z, X, Y = 13, 6855, 3352  # over the demonstration street


@pytest.fixture
def asked():
    made = Encoder()
    yield made
    made.let_go()


@pytest.fixture
def street_file(written_street, tmp_path):
    path = tmp_path / "街道 一.gpkg"
    shutil.copy(written_street, path)
    return path


@pytest.fixture(scope="session")
def written_street(tmp_path_factory):
    from layers import demo

    path = tmp_path_factory.mktemp("encoder") / "street.gpkg"
    demo.write(path)
    return path


def begun(one):
    one.start()
    assert one._ready.wait(20)


def test_it_makes_the_tiles_that_the_window_would_make(asked, street_file):
    begun(asked)
    made = asked.tile(street_file, "four", Z, X, Y)
    ws = workspace.open(street_file)
    assert made == tiles.tile(ws, "four", Z, X, Y) != b""
    ws.close()


@pytest.mark.parametrize("times", [1, 3])
def test_a_process_that_died_is_started_again(asked, street_file, times):
    begun(asked)
    whole = asked.tile(street_file, "four", Z, X, Y)
    for _ in range(times):
        first = asked.pid
        os.kill(first, 9)
        assert asked.tile(street_file, "four", Z, X, Y) == whole
        assert asked.pid not in (None, first)


def test_a_tile_that_kills_it_twice_is_given_up(asked, street_file, monkeypatch):
    begun(asked)
    monkeypatch.setattr(encoder.tile_worker, "receive", _dying(tile_worker.receive))
    with pytest.raises(Failed, match="dies of four"):
        asked.tile(street_file, "four", Z, X, Y)
    monkeypatch.undo()
    begun(asked)
    assert asked.tile(street_file, "four", Z, X, Y)


def _dying(receive):
    def dead(pipe):
        kind, body = receive(pipe)
        if kind == tile_worker.TILE:
            raise EOFError
        return kind, body

    return dead


def test_what_the_process_says_is_passed_on(asked, tmp_path):
    begun(asked)
    with pytest.raises(Failed, match=r"SourceError|WorkspaceError"):
        asked.tile(tmp_path / "none.gpkg", "four", Z, X, Y)


def test_letting_go_frees_the_file_and_whoever_waits(asked, street_file):
    begun(asked)
    assert asked.tile(street_file, "four", Z, X, Y)
    got = []
    waiting = threading.Thread(
        target=lambda: got.extend(asked.tile(street_file, "four", 8, 214, 104) for _ in range(9))
    )
    waiting.start()
    asked.let_go()
    waiting.join(20)
    assert len(got) == 9
    assert got[-1] == b""
    assert asked.pid is None
    assert not asked.ready
    begun(asked)
    assert asked.tile(street_file, "four", Z, X, Y)


@pytest.mark.logs_errors
def test_where_no_process_can_be_started_nobody_waits_for_one(asked, monkeypatch, caplog):
    monkeypatch.setattr(tile_worker, "command", lambda: ([str(Path("/no/such/program"))], dict(os.environ)))
    asked.start()
    assert not asked.ready
    assert "cannot be started" in caplog.text
