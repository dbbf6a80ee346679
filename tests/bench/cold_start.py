"""The cold start beside QGIS (design §8): both open and draw the same street, in turns, from the process's start."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from layers import demo, words

LAUNCHES = 3  # the first one warms the disk and makes QGIS' profile; the better of the others counts
BUDGET = 0.5
SECONDS = 120


def cold_start(bench: Any) -> None:
    """``cold_start`` is the time until tree, table and map answer, ``cold_start_drawn`` until the map is at rest.

    The reference is QGIS with its default plugins and a profile that was used once, until its canvas is drawn. The
    rows are left out, and why is said, where there is no QGIS or no screen for it.
    """
    street = bench.folder / "cold.gpkg"
    street.unlink(missing_ok=True)
    demo.write(street)
    program = shutil.which("qgis")
    if program is None:
        return _left_out("没有安装 QGIS", "QGIS is not installed")
    with screen() as display:
        if display is None:
            return _left_out("没有显示器，也没有 Xvfb", "there is neither a display nor Xvfb")
        ours, theirs = [], []
        for _ in range(LAUNCHES):
            ours.append(_ours(bench.folder, street, display))
            theirs.append(_qgis(program, bench.folder, street, display))
    reference = min(theirs[1:])
    for row, name in (("cold_start", "usable"), ("cold_start_drawn", "drawn")):
        bench.note(row, min(one[name] for one in ours[1:]), reference, BUDGET)


@contextmanager
def screen() -> Iterator[str | None]:
    """Give the name of an X screen: the one there is, else one of our own for as long as it is needed, else None."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    server = shutil.which("Xvfb")
    if server is None:
        yield None
        return
    told, tell = os.pipe()
    words = [server, "-displayfd", str(tell), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(words, pass_fds=(tell,), stderr=subprocess.DEVNULL) as process:
        os.close(tell)
        try:
            with os.fdopen(told) as said:
                number = said.readline().strip()
            yield f":{number}" if number else None
        finally:
            process.terminate()


def _left_out(zh: str, en: str) -> None:
    head, why = ("没有测量冷启动：", zh) if words.language() == "zh" else ("The cold start was not measured: ", en)
    sys.stderr.write(f"{head}{why}\n")


def _ours(folder: Path, street: Path, display: str) -> dict[str, float]:
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench.first_moment", str(street), str(folder / "cold-ours.png"),
         str(time.time())],
        capture_output=True, text=True, check=True, timeout=SECONDS, env=_on(display),
    )  # fmt: skip
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


def _qgis(program: str, folder: Path, street: Path, display: str) -> float:
    drawn = folder / "cold-qgis.txt"
    drawn.unlink(missing_ok=True)
    picture = folder / "cold-qgis.png"
    told = {"GEWU_BENCH_OPEN": str(street), "GEWU_BENCH_DRAWN": str(drawn), "GEWU_BENCH_PICTURE": str(picture)}
    code = Path(__file__).with_name("qgis_open.py")
    started = time.time()
    subprocess.run(
        [program, "--nologo", "--noversioncheck", "--profiles-path", str(folder / "qgis"), "--code", str(code)],
        capture_output=True, check=True, timeout=SECONDS, env={**_on(display), **told},
    )  # fmt: skip
    return float(drawn.read_text("ascii")) - started


def _on(display: str) -> dict[str, str]:
    return {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
