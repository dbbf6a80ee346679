"""What the line at the bottom says of work under way: every kind of work has words in both languages."""

import ast
from pathlib import Path

import app
from layers import words


def labels() -> set[str]:
    """Return the kinds of work that the client names anywhere."""
    found = set()
    for file in Path(app.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "label" and isinstance(node.value, ast.Constant):
                found.add(node.value.value)
    return {one for one in found if isinstance(one, str) and one}


def test_every_kind_of_work_that_takes_long_enough_to_be_told_has_words():
    assert {"shape", "import", "undo"} <= labels()
    for label in labels():
        assert all(words.both(f"window.work_{label}"))
