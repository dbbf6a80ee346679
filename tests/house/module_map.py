"""The map of the house in README.md, made from the docstrings: ``python -m tests.house.module_map --write``."""

import sys
from pathlib import Path

from tests.house.rooms import PRODUCT, ROOT, docstring, files, first_sentence

README = ROOT / "README.md"
BEGIN, END = "<!-- module map: made by `make map` -->", "<!-- end of the module map -->"
COLUMN = 24


def row(path: Path) -> str:
    """Return the line of one module or package: indented name, then its first sentence."""
    package = path.name == "__init__.py"
    inner = path.parent if package else path
    depth = len(inner.relative_to(ROOT).parts) - 1
    name = "  " * depth + (inner.name + "/" if package else inner.stem)
    return f"{name:<{COLUMN}} {first_sentence(docstring(path))}"


def walk(folder: Path) -> list[str]:
    """Return the lines of a package: itself, its modules, then the packages inside it."""
    inside = [path for path in files((folder.relative_to(ROOT).as_posix(),), ".py") if path.parent == folder]
    lines = [row(path) for path in sorted(inside, key=lambda path: (path.name != "__init__.py", path.name))]
    for inner in sorted(path for path in folder.iterdir() if (path / "__init__.py").exists()):
        lines += walk(inner)
    return lines


def made() -> str:
    """Return the whole map as it stands between its two markers."""
    rooms = ["\n".join(walk(ROOT / room)) for room in PRODUCT]
    return f"{BEGIN}\n```text\n" + "\n\n".join(rooms) + f"\n```\n{END}"


def written(readme: str) -> str:
    """Return the README with the map made anew. Raises ValueError where the markers are gone."""
    before, _, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError("README.md has lost the markers of the module map")
    return before + made() + after


if __name__ == "__main__":
    if "--write" in sys.argv:
        README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(made() + "\n")
