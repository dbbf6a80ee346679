"""The process that encodes the map's tiles: reads requests from its input, answers on its output, holds nothing else.

A frame is its length (4 bytes, little endian, of what follows), one letter, and a body. Requests: ``T`` with the JSON
``[path, system, z, x, y]``. Answers: ``R`` once when it is ready, then for each request ``T`` with the tile or ``E``
with a sentence. It ends when its input does, and so with the program that started it, however that ends.
"""

import json
import os
import signal
import struct
import sys
from pathlib import Path
from typing import IO

READY, TILE, ERROR = b"R", b"T", b"E"
_LENGTH = struct.Struct("<I")
MOST = 1 << 28  # bytes of a frame; a longer one is no frame of ours


def command() -> tuple[list[str], dict[str, str]]:
    """Return how the process is started: its arguments and its environment."""
    root = str(Path(__file__).parents[1])
    known = os.environ.get("PYTHONPATH", "")
    return [sys.executable, "-m", __name__], {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, known]))}


def send(pipe: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    """Write one frame. Raises ``OSError`` when nobody reads any more."""
    pipe.write(_LENGTH.pack(len(body) + 1) + kind + body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[bytes, bytes]:
    """Read one frame as (letter, body). Raises ``EOFError`` at the end and for what is no frame."""
    head = pipe.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    if not 1 <= length <= MOST:
        raise EOFError
    found = pipe.read(length)
    if len(found) < length:
        raise EOFError
    return found[:1], found[1:]


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until there are no more; the workspace asked for last is kept open, read-only."""
    from layers import tiles, workspace

    ws: workspace.Workspace | None = None
    send(answers, READY)
    try:
        while True:
            try:
                _, body = receive(requests)
            except EOFError:
                return
            try:
                name, system, z, x, y = json.loads(body)
                path = Path(name)
                if ws is None or ws.path != path:
                    if ws is not None:
                        ws.close()
                    ws = None
                    ws = workspace.open_for_reading(path)
                answer, kind = tiles.tile(ws, system, z, x, y), TILE
            except Exception as error:
                # One tile that cannot be made must not cost the others; whoever asked says it to the log.
                answer, kind = f"{type(error).__name__}: {error}".encode(), ERROR
            send(answers, kind, answer)
    finally:
        if ws is not None:
            ws.close()


def main() -> None:
    """Serve on standard input and output; whatever else is printed goes to the error output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the program, which then lets us go
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, answers)
    except BrokenPipeError:
        os._exit(0)  # the program is gone: nothing is left to flush


if __name__ == "__main__":
    main()
