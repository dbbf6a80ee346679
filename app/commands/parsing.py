"""How arguments are read and explained: argparse, speaking the language in use in all it says itself."""

import argparse
import gettext
from collections.abc import Sequence
from typing import NoReturn

from app.commands import speaking
from layers import words
from layers.words import t

# What argparse says -> our key. What it may say only to a programmer stays as it is.
_SAID = {
    "usage: ": "usage",
    "positional arguments": "positional",
    "options": "options",
    "show this help message and exit": "show_help",
    "argument %(argument_name)s: %(message)s": "argument",
    "the following arguments are required: %s": "required",
    "unrecognized arguments: %s": "unrecognized",
    "invalid choice: %(value)r (choose from %(choices)s)": "choice",
    "invalid %(type)s value: %(value)r": "value",
    "expected one argument": "one",
    "expected at most one argument": "at_most_one",
    "expected at least one argument": "at_least_one",
    "not allowed with argument %s": "not_with",
    "ignored explicit argument %r": "explicit",
}


def _spoken(text: str) -> str:
    key = _SAID.get(text)
    return gettext.gettext(text) if key is None else t(f"cli.parsing_{key}")


# argparse asks gettext by this one name, and knows no other way to other languages.
vars(argparse)["_"] = _spoken


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one sentence, in the language in use."""

    def error(self, message: str) -> NoReturn:
        speaking.complain(t("cli.bad_arguments", message=message, program=self.prog))
        raise SystemExit(2)


def command(argv: Sequence[str], commands: Sequence[str]) -> str | None:
    """Return the first argument that is neither an option of all commands nor its value; None if there is none."""
    left = list(argv)
    while left:
        word = left.pop(0)
        if word == "--lang":
            del left[:1]
        elif not word.startswith("-") or word in commands:
            return word
    return None


def common(parser: argparse.ArgumentParser) -> None:
    """Add the options of all commands."""
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=t("cli.json"))
    parser.add_argument("--lang", choices=words.LANGUAGES, default=argparse.SUPPRESS, help=t("cli.lang"))
    parser.add_argument("--quiet", action="store_true", default=argparse.SUPPRESS, help=t("cli.quiet"))


def whole(text: str) -> int:
    """Read a number of things: 0, 1, 2 …; anything else is refused in the language in use."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(t("cli.parsing_whole", text=text))
    return int(text)
