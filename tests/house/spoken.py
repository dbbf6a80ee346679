"""Which words the code asks for: keys written out, keys put together, and what is given for their placeholders."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from layers import errors
from tests.house.rooms import files, short, texts, tree

SPEAKERS = ("t", "both")
CODE = ("app", "layers", "data")


@dataclass(frozen=True)
class Asked:
    """One place that asks for a text: a whole key, or the pattern of a key put together there."""

    where: str
    key: str | None
    pattern: re.Pattern[str] | None
    given: frozenset[str] | None  # None where values are handed on with **


def placeholders(text: str) -> set[str]:
    """Return the names in braces of one text."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def failures() -> set[str]:
    """Return the names of the error classes whose first argument is the key of a sentence."""
    found = {errors.Known}
    while more := {kind for parent in found for kind in parent.__subclasses__()} - found:
        found |= more
    return {kind.__name__ for kind in found}


def pattern_of(joined: ast.JoinedStr, head: str = "") -> re.Pattern[str]:
    """Return what keys an f-string may become; every computed part is one group."""
    parts = [re.escape(part.value) if isinstance(part, ast.Constant) else r"([\w.]+?)" for part in joined.values]
    return re.compile(re.escape(head) + "".join(parts))


def asked() -> Iterator[Asked]:
    """Yield every place in the product that asks for a text by `t`, `both` or by raising an error."""
    kinds = failures()
    for path in files(CODE, ".py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                head = "" if name in SPEAKERS else "errors." if name in kinds else None
                if head is not None:
                    yield from _asked(path, node, head)


def put_together(tables: set[str]) -> Iterator[Asked]:
    """Yield every f-string that begins with the name of a table: a key made in one place and said in another."""
    for path in files(CODE, ".py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                table, dot, _ = str(node.values[0].value).partition(".")
                if dot and table in tables:
                    yield Asked(f"{short(path)}:{node.lineno}", None, pattern_of(node), None)


def _asked(path: Path, call: ast.Call, head: str) -> Iterator[Asked]:
    where = f"{short(path)}:{call.lineno}"
    names = {keyword.arg for keyword in call.keywords}
    given = None if None in names else frozenset(name for name in names if name is not None)
    branches = [call.args[0]]
    while branches:  # t("a.x" if ... else "a.y") asks for both
        first = branches.pop()
        if isinstance(first, ast.IfExp):
            branches += [first.body, first.orelse]
        elif isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield Asked(where, head + first.value, None, given)
        elif isinstance(first, ast.JoinedStr):
            yield Asked(where, None, pattern_of(first, head), given)


@cache
def vocabulary() -> frozenset[str]:
    """Return every text in the product's code and every word inside those texts: what a computed part may be."""
    known = set()
    for path in files(CODE, ".py"):
        for _, text in texts(path):
            known.add(text)
            known.update(re.findall(r"\w+", text))
            known.add(re.sub(r"\W+", "_", text).strip("_").lower())  # EPSG:4490 as a part of a key
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                known.add(node.target.id)  # the field of a dataclass names a column, a tool, a setting
            elif isinstance(node, ast.keyword) and node.arg:
                known.add(node.arg)
    for path in [*files(("resources",), ".js"), *files(("resources",), ".json")]:
        known.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return frozenset(known)
