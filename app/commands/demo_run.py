"""`gewu demo-run`: the demonstration street in the window; without a screen the same job off screen, into `out/`."""

import argparse
import os
import sys
from pathlib import Path

from app.commands import speaking
from layers.words import t

RESULTS = ("gewu.png", "demo.gpkg", "export.gpkg")


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help=t("cli.arg_out_dir"))
    parser.add_argument("--off-screen", action="store_true", help=t("cli.arg_off_screen"))


def has_screen() -> bool:
    """Say whether a window can be shown here."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if sys.platform.startswith(("win", "darwin")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(given: argparse.Namespace) -> int:
    """Open the window on the street, or do the day's journey off screen and say what it left."""
    out: Path = given.out
    _folder(out)
    file = out / "demo.gpkg"
    if has_screen() and not given.off_screen:
        from app import launch

        if not file.exists():
            _write(file, given)
        return launch.run(file)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # A fresh street each time: the journey changes it.
    for name in RESULTS:
        (out / name).unlink(missing_ok=True)
    _write(file, given)
    from app import journey

    journey.run(out)
    for name in RESULTS:
        print(t(f"cli.left_{name.partition('.')[0]}", path=out / name))
    return 0


def _folder(out: Path) -> None:
    from layers.errors import WorkspaceError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError("read_only", path=out) from error


def _write(file: Path, given: argparse.Namespace) -> None:
    from layers import demo

    print(t("cli.demo_writing", path=file), file=sys.stderr)
    demo.write(file, progress=speaking.progress(given))
