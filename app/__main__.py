"""`gewu`: the window, or one of the commands of the command line."""

import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run with the arguments behind the program's name; return the exit code.

    Nothing, ``open FILE`` or a file name shows the window; anything else is a command of `app.commands`.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["open"] and len(given) == 2:
        given = given[1:]
    elif given and not (len(given) == 1 and given[0].lower().endswith(".gpkg")):
        from app import commands

        return commands.run(given)
    from app import launch

    return launch.run(Path(given[0]) if given else None)


if __name__ == "__main__":
    raise SystemExit(main())
