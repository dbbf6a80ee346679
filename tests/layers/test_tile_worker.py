"""The process that encodes tiles, spoken to over its pipes."""

import io
import json
import os
import select
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from layers import tile_worker, tiles
from layers.gis import tiles as pyramid
from layers.workspace import Workspace


def asked(*requests):
    pipe = io.BytesIO()
    for request in requests:
        tile_worker.send(pipe, tile_worker.TILE, json.dumps(request).encode())
    pipe.seek(0)
    return pipe


def answered(pipe):
    pipe.seek(0)
    found = []
    while True:
        try:
            found.append(tile_worker.receive(pipe))
        except EOFError:
            return found


@pytest.fixture
def process():
    arguments, environment = tile_worker.command()
    made = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    yield made
    made.kill()
    made.wait()
    made.stdin.close()
    made.stdout.close()


def test_it_gives_the_same_tiles_as_the_front_desk(street: Workspace, process) -> None:
    assert tile_worker.receive(process.stdout) == (tile_worker.READY, b"")
    x, y = pyramid.tile_at(121.25, 31.02, 13)
    for z, tx, ty in ((13, x, y), (15, x * 4 + 1, y * 4 + 1)):
        tile_worker.send(process.stdin, tile_worker.TILE, json.dumps([str(street.path), "four", z, tx, ty]).encode())
        assert tile_worker.receive(process.stdout) == (tile_worker.TILE, tiles.tile(street, "four", z, tx, ty))


def test_it_sees_what_was_committed_since(ws: Workspace) -> None:
    from layers import grids, places

    node = next(node for node in grids.tree(ws, "four") if node.tier == 4)
    box = places.card(ws, "grid", node.uuid).bounds
    assert box is not None
    x, y = pyramid.tile_at((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 15)
    request = [str(ws.path), "four", 15, x, y]
    before, after = io.BytesIO(), io.BytesIO()
    tile_worker.serve(asked(request), before)
    places.edit(ws, "grid", node.uuid, {"name": "新名字"}, "dispatcher")
    tile_worker.serve(asked(request), after)
    assert "新名字".encode() not in answered(before)[1][1]
    assert "新名字".encode() in answered(after)[1][1]


def test_a_tile_that_cannot_be_made_is_said_and_the_next_is_made(street: Workspace, tmp_path: Path) -> None:
    x, y = pyramid.tile_at(121.25, 31.02, 13)
    out = io.BytesIO()
    requests = asked([str(tmp_path / "no.gpkg"), "four", 1, 0, 0], [1], [str(street.path), "four", 13, x, y])
    tile_worker.serve(requests, out)
    kinds = [kind for kind, _ in answered(out)]
    assert kinds == [tile_worker.READY, tile_worker.ERROR, tile_worker.ERROR, tile_worker.TILE]


@pytest.mark.parametrize("bytes_", [b"", b"\x01", struct.pack("<I", 0), struct.pack("<I", 9) + b"T", b"\xff" * 40])
def test_what_is_no_frame_is_the_end(bytes_: bytes) -> None:
    with pytest.raises(EOFError):
        tile_worker.receive(io.BytesIO(bytes_))


def test_it_ends_with_its_input(process) -> None:
    tile_worker.receive(process.stdout)
    process.stdin.close()
    assert process.wait(20) == 0


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watched by a Linux call")
def test_it_does_not_outlive_a_killed_parent() -> None:
    code = (
        "import subprocess, sys\nfrom layers import tile_worker\na, e = tile_worker.command()\n"
        "p = subprocess.Popen(a, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=e)\n"
        "tile_worker.receive(p.stdout)\nprint(p.pid, flush=True)\nsys.stdin.read()"
    )
    _, environment = tile_worker.command()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, **pipes) as parent:
        child = int(parent.stdout.readline())
        fd = os.pidfd_open(child)
        os.kill(parent.pid, signal.SIGKILL)
    assert select.select([fd], [], [], 20)[0] == [fd]  # it has ended
    os.close(fd)
