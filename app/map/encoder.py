"""The other end of the process that encodes tiles: starts it, asks it, starts it again when it dies."""

import json
import logging
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from layers import tile_worker

log = logging.getLogger(__name__)

PATIENCE = 20.0  # s: a tile that takes longer is given up, and the process with it
LIVES = 5  # deaths in a row after which it is left alone: something is wrong with this machine
_HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)

Process = subprocess.Popen[bytes]


class Failed(RuntimeError):
    """A tile could not be made; says why."""


class Encoder:
    """The process, from the first workspace that is opened to `let_go`; asked from several threads, one at a time.

    It starts beside the window and is asked only once it is `ready`. Whoever waits for a tile while it dies gets
    it from the next one; a tile that kills two of them is given up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._deaths = 0
        self._ready = threading.Event()

    def start(self) -> None:
        """Start the process unless it runs; returns at once."""
        if self._deaths >= LIVES or (self._process is not None and self._process.poll() is None):
            return
        arguments, environment = tile_worker.command()
        self._ready.clear()
        try:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, creationflags=_HIDDEN
            )
        except OSError:
            log.exception("The process for map tiles cannot be started; the window makes them itself")
            self._deaths = LIVES
            return
        threading.Thread(target=self._greet, args=(self._process,), name="gewu-encoder", daemon=True).start()

    def _greet(self, process: Process) -> None:
        """Wait until the process says that it is ready; nobody else reads from it before."""
        assert process.stdout is not None
        try:
            kind, _ = tile_worker.receive(process.stdout)
        except (EOFError, OSError, ValueError):
            return  # it died, or was let go, before its first word: whoever asks next starts another
        if kind == tile_worker.READY and process is self._process:
            self._ready.set()

    @property
    def ready(self) -> bool:
        """Whether it can be asked now."""
        return self._ready.is_set()

    @property
    def pid(self) -> int | None:
        """The number of the process, None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def tile(self, path: Path, system: str, z: int, x: int, y: int) -> bytes:
        """Return a tile as `layers.tiles.tile` makes it, b"" if the process was let go meanwhile. Raises `Failed`."""
        asked = json.dumps([str(path), system, z, x, y]).encode()
        with self._lock:
            for _ in range(2):
                process = self._process
                if process is None:
                    return b""
                try:
                    kind, body = _ask(process, asked)
                except (EOFError, OSError, ValueError):
                    if self._process is not process:
                        return b""
                    log.warning("The process for map tiles ended at %s %s/%s/%s and is started again", system, z, x, y)
                    self._deaths += 1
                    self._process = None
                    self._ready.clear()
                    _end(process)
                    self.start()
                    if not self._ready.wait(PATIENCE):
                        break
                    continue
                self._deaths = 0
                if kind == tile_worker.TILE:
                    return body
                raise Failed(body.decode(errors="replace"))
        raise Failed(f"the process for map tiles dies of {system} {z}/{x}/{y}")

    def let_go(self) -> None:
        """End the process: the workspace is being closed and nobody may hold it open. `start` begins anew."""
        process, self._process = self._process, None
        self._ready.clear()
        self._deaths = 0
        if process is not None:
            process.kill()  # whoever waits for its answer holds the lock until he hears of this
            with self._lock:
                _end(process)


def _ask(process: Process, asked: bytes) -> tuple[bytes, bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Timer(PATIENCE, process.kill)
    late.start()
    try:
        tile_worker.send(process.stdin, tile_worker.TILE, asked)
        return tile_worker.receive(process.stdout)
    finally:
        late.cancel()


def _end(process: Process) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what could not be sent to it any more
            if pipe is not None:
                pipe.close()
