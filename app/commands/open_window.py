"""`gewu open FILE.gpkg`: the window with a workspace in it."""

import argparse
import sys
from pathlib import Path

from layers.errors import SourceError
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))


def run(given: argparse.Namespace) -> int:
    """Show the window until it is closed. Raises ``SourceError`` when there is no such file."""
    # Started without a console there is nobody to read a sentence: the window says it then.
    if sys.stderr is not None:
        if given.file.is_dir():
            raise SourceError("not_a_file", path=given.file)
        if not given.file.exists():
            raise SourceError("missing", path=given.file)
    from app import launch

    return launch.run(given.file)
