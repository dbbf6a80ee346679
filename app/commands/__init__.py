"""The command line: the same engine as the window, one file per command, loaded only when it is called.

Exit codes: 0 done or clean, 1 faults found, 2 could not run. An error is one sentence on stderr.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

from app.commands import speaking
from layers import words
from layers.errors import Cancelled, Known
from layers.words import t

# command -> its module; the order is that of the help.
COMMANDS = {
    "demo": "demo",
    "import": "import_source",
    "check": "check",
    "locate": "locate",
    "tasks": "tasks",
    "export": "export",
    "verify": "verify",
    "bench": "bench",
    "demo-run": "demo_run",
}
OPTIONS = ("--version", "--help", "-h")
DONE, FAULTS, COULD_NOT = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one sentence, in the language in use."""

    def error(self, message: str) -> NoReturn:
        speaking.complain(t("cli.bad_arguments", message=message, program=self.prog))
        raise SystemExit(COULD_NOT)


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
    # The language may stand anywhere; what follows it is not the command.
    words_ = [word for n, word in enumerate(argv) if n == 0 or argv[n - 1] != "--lang"]
    first = next((word for word in words_ if not word.startswith("-")), None)
    if first is not None and first not in COMMANDS:
        speaking.complain(t("cli.no_command", command=first[:60], commands=", ".join(COMMANDS)))
        return COULD_NOT
    parser = _Parser(prog="gewu", description=t("cli.about"), formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="store_true", help=t("cli.version"))
    _common(parser)
    parser.epilog = t("cli.window") + "\n\n" + t("cli.exits")
    commands = parser.add_subparsers(dest="command", metavar=t("cli.command"), parser_class=_Parser)
    chosen = None
    for name, module in COMMANDS.items():
        about = t(f"cli.{name.replace('-', '_')}")
        sub = commands.add_parser(name, help=about, description=about, epilog=t("cli.exits"))
        if name == first:
            chosen = importlib.import_module(f"app.commands.{module}")
            chosen.add(sub)
            _common(sub)
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


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=t("cli.json"))
    parser.add_argument("--lang", choices=words.LANGUAGES, default=argparse.SUPPRESS, help=t("cli.lang"))
    parser.add_argument("--quiet", action="store_true", default=argparse.SUPPRESS, help=t("cli.quiet"))
