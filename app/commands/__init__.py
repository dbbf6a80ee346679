"""The command line: the same engine as the window, one file per command, loaded only when it is called.

Exit codes: 0 done or clean, 1 faults found, 2 could not run. An error is one sentence on stderr.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence

from app.commands import parsing, speaking
from layers import words
from layers.errors import Cancelled, Known
from layers.words import t

# command -> its module; the order is that of the help.
COMMANDS = {
    "open": "open_window",
    "demo": "demo",
    "import": "import_source",
    "check": "check",
    "locate": "locate",
    "tasks": "tasks",
    "export": "export",
    "picture": "picture",
    "verify": "verify",
    "restore": "restore",
    "bench": "bench",
    "demo-run": "demo_run",
}
OPTIONS = ("--version", "--help", "-h")
DONE, FAULTS, COULD_NOT = 0, 1, 2


def known(argument: str) -> bool:
    """Say whether a first argument belongs to the command line and not to the window."""
    return argument in COMMANDS or argument in OPTIONS


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; whatever happens, no traceback reaches the person."""
    speaking.prepare()
    words.use(speaking.language(argv))
    try:
        return _run(list(argv))
    except Known as error:
        speaking.complain(str(error))
    except (Cancelled, KeyboardInterrupt):
        speaking.complain(t("cli.cancelled"))
    except BrokenPipeError:
        # Somebody reads only the first lines (`gewu tasks … | head`): nothing went wrong.
        speaking.forget_output()
        return DONE
    except MemoryError:
        speaking.complain(t("cli.memory"))
    except Exception:
        speaking.complain(t("cli.crash", path=speaking.crash_report(argv)))
    return COULD_NOT


def _run(argv: list[str]) -> int:
    first = parsing.command(argv, tuple(COMMANDS))
    if first is not None and first not in COMMANDS:
        speaking.complain(t("cli.no_command", command=first[:60], commands=", ".join(COMMANDS)))
        return COULD_NOT
    plain = argparse.RawDescriptionHelpFormatter
    # Nothing is guessed from half an option: its language would not be known in time.
    parser = parsing.Parser(prog="gewu", description=t("cli.about"), formatter_class=plain, allow_abbrev=False)
    parser.add_argument("--version", action="store_true", help=t("cli.version"))
    parsing.common(parser)
    parser.epilog = t("cli.window") + "\n\n" + t("cli.exits")
    commands = parser.add_subparsers(dest="command", metavar=t("cli.command"), parser_class=parsing.Parser)
    chosen = None
    for name, module in COMMANDS.items():
        about = t(f"cli.{name.replace('-', '_')}")
        sub = commands.add_parser(name, help=about, description=about, epilog=t("cli.exits"), allow_abbrev=False)
        if name == first:
            chosen = importlib.import_module(f"app.commands.{module}")
            chosen.add(sub)
            parsing.common(sub)
    given = parser.parse_args(argv)
    if given.version:
        from app.commands import version

        return version.run(given)
    if chosen is None:
        parser.print_help()
        return DONE
    code = int(chosen.run(given))
    sys.stdout.flush()
    return code
