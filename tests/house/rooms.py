"""The files of the house, and what Python itself says about them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app", "layers", "data", "resources", "installers")
VENDORED = ("resources", "map", "vendor")


def files(rooms: tuple[str, ...], *endings: str) -> list[Path]:
    """Return the hand-written files of the rooms with one of the endings, sorted; vendored ones are left out."""
    found = []
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*")):
            parts = path.relative_to(ROOT).parts
            if path.suffix in endings and parts[:3] != VENDORED and "__pycache__" not in parts:
                found.append(path)
    return found


def short(path: Path) -> str:
    """Return a path as it is written in a report: relative to the checkout, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed module, read once."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """Return the dotted name: ``layers/gis/mvt.py`` -> ``layers.gis.mvt``, a package by its folder's name."""
    dotted = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    return dotted.removesuffix(".__init__")


def docstring(path: Path) -> str:
    """Return the module's docstring, empty if there is none."""
    return ast.get_docstring(tree(path)) or ""


def first_sentence(text: str) -> str:
    """Return the first sentence of a docstring on one line, without its full stop."""
    paragraph = " ".join(text.split("\n\n")[0].split())
    return paragraph.split(". ")[0].removesuffix(".")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of every import, those inside functions and under TYPE_CHECKING included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def prose(path: Path) -> set[int]:
    """Return the identities of the nodes that are docstrings: text for people, not values."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string in the code that is a value, not a docstring."""
    skip = prose(path)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skip:
            yield node.lineno, node.value


def listed(found: list[str]) -> str:
    """Return what was found, one to a line, for a failing test to show."""
    return "\n" + "\n".join(found)
