"""Long commands run so that somebody watching sees them move, with the whole text kept in a record."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from installers.sentences import say

HEARTBEAT = 10.0  # seconds of silence after which somebody starts to wonder


def run(
    command: Sequence[str],
    record: Path,
    tell: Callable[[str], str | None],
    extra: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run ``command`` with no stdin, print what ``tell`` makes of its lines, append all of them to ``record``.

    ``tell`` gets one line and returns what to show, or None. Returns the exit code and the whole text.
    """
    lines: queue.Queue[str | None] = queue.Queue()
    with subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "LC_ALL": "C.UTF-8", **(extra or {})},
    ) as process:

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                lines.put(line)
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        text = []
        with record.open("a", encoding="utf-8") as kept:
            kept.write("$ " + " ".join(command) + "\n")
            for line in with_heartbeat(lines):
                kept.write(line)
                text.append(line)
                shown = tell(line.rstrip())
                if shown:
                    print("  " + shown, flush=True)
        return process.wait(), "".join(text)


def with_heartbeat(lines: queue.Queue[str | None]) -> Iterator[str]:
    """Yield lines as they come until None; say so when nothing was heard for a while."""
    started = time.monotonic()
    while True:
        try:
            line = lines.get(timeout=HEARTBEAT)
        except queue.Empty:
            print("  " + say("still", seconds=round(time.monotonic() - started)), flush=True)
            continue
        if line is None:
            return
        yield line


class Pip:
    """Counts pip's lines and shows the large packages: which of how many is being fetched, and its size."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0

    def __call__(self, line: str) -> str | None:
        """Return what to show of one line of pip's, or None."""
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            self.done += 1
            return None
        size = re.match(r"\s+(?:Downloading|Using cached) (\S+?)-(\d\S*?)-\S+ \((.+)\)", line)
        if size and "MB" in size[3]:
            name = size[1].rsplit("/", 1)[-1]
            return f"{self.done:>3}/{self.total}  {name} {size[2]}  ({size[3]})"
        return say("unpacking") if line.startswith("Installing collected packages") else None


class Apt:
    """Shows how much apt will fetch, then every tenth package that it has set up."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0

    def __call__(self, line: str) -> str | None:
        """Return what to show of one line of apt's, or None."""
        planned = re.match(r"\d+ upgraded, (\d+) newly installed", line)
        if planned:
            self.total = int(planned[1])
        if line.startswith(("Need to get ", "After this operation")):
            return line
        if line.startswith("Setting up "):
            self.done += 1
            if self.done % 10 == 0 or self.done == self.total:
                return f"{self.done:>3}/{self.total}"
        return None
