"""How commands speak: results on stdout as text or JSON, progress and one sentence of trouble on stderr."""

import argparse
import contextlib
import json
import locale
import os
import sys
import tempfile
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, TextIO

Progress = Callable[[int, int, str], None]


def prepare() -> None:
    """Make the streams fit for Chinese: UTF-8 into files and pipes, on a console whatever it can show."""
    for stream in (sys.stdout, sys.stderr):
        change = getattr(stream, "reconfigure", None)
        if change is None:
            continue
        if stream.isatty():
            change(errors="replace")
        else:
            change(encoding="utf-8", errors="replace")


def language(argv: Sequence[str]) -> str:
    """Return the language to speak: what ``--lang`` says, else the system's."""
    for at, argument in enumerate(argv):
        if argument == "--lang" and at + 1 < len(argv):
            return argv[at + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def complain(sentence: str) -> None:
    """Say in one line on stderr what could not be done."""
    print(" ".join(sentence.split()), file=sys.stderr)


def forget_output() -> None:
    """Send what is still to be written nowhere: the reader has gone."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def crash_report(argv: Sequence[str]) -> Path:
    """Keep the traceback of the exception being handled in a file of its own and return its path."""
    from app.commands import version

    path = Path(tempfile.gettempdir()) / f"gewu-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    lines = [version.header(), "gewu " + " ".join(argv), "", traceback.format_exc()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def wants_json(given: argparse.Namespace) -> bool:
    """Say whether the result is to be JSON."""
    return bool(getattr(given, "json", False))


def emit(value: Any) -> None:
    """Print a result as JSON: dataclasses as objects, paths as text, Chinese as it is."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict | frozenset | set):
        return list(value)
    return str(value)


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as aligned columns; Chinese characters take two places."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max([_width(h), *(_width(row[i]) for row in texts)]) for i, h in enumerate(headings)]
    for row in ([*headings], *texts):
        line = "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True))
        print(line.rstrip())


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    # One row is one line, and no character may steer the terminal.
    clean = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return clean if len(clean) <= 60 else clean[:59] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def progress(given: argparse.Namespace, stream: TextIO | None = None) -> Progress:
    """Return a progress callable that keeps one line of stderr up to date; silent when nobody watches."""
    out = stream or sys.stderr
    if getattr(given, "quiet", False) or not out.isatty():
        return lambda done, total, text: None
    last = [0.0]

    def show(done: int, total: int, text: str) -> None:
        now = time.monotonic()
        if now - last[0] < 0.1 and done < total:
            return
        last[0] = now
        share = f"{100 * done // total:3d} % " if total > 0 else ""
        end = "\n" if total > 0 and done >= total else ""
        out.write(f"\r\x1b[K{share}{_cell(text)}{end}")
        out.flush()

    return show
