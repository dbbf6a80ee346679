"""`gewu`: the window, or one of the commands of the command line."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run with the arguments behind the program's name; return the exit code.

    Nothing shows the window, a file name the window with it; anything else is a command of `app.commands`.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    if not given:
        from app import launch

        return launch.run()
    from app import commands

    alone = len(given) == 1 and given[0].lower().endswith(".gpkg")
    return commands.run(["open", *given] if alone else given)


if __name__ == "__main__":
    raise SystemExit(main())
