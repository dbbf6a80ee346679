"""What a file of the house looks like: short, named for what it holds, introduced in one sentence, finished."""

import ast
import re

import pytest

from tests.house.rooms import PRODUCT, docstring, files, first_sentence, imports, listed, short, tree

LONGEST = 350
SAYS_NOTHING = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc)(_|$)")
UNFINISHED = re.compile(
    r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "raise Not" + "ImplementedError")) + r")\b"
)
POSIX_ONLY = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}

EVERYWHERE = files((*PRODUCT, "tests"), ".py", ".js", ".css", ".html")
PYTHON = files((*PRODUCT, "tests"), ".py")
SHIPPED = files(PRODUCT, ".py")


def test_no_file_is_longer_than_can_be_kept_in_mind():
    sizes = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in EVERYWHERE}
    long = [f"{name}: {lines} lines" for name, lines in sizes.items() if lines > LONGEST]
    assert long == [], listed(long)


def test_a_name_says_what_belongs_there():
    paths = [short(path) for path in EVERYWHERE if any(map(SAYS_NOTHING.search, [*path.parent.parts, path.stem]))]
    classes = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in PYTHON
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and re.search(r"(Utils?|Helpers?|Manager|Common|Misc)$", node.name)
    ]
    assert paths + classes == [], listed(paths + classes)


def test_a_module_is_introduced_by_one_sentence():
    wrong = []
    for path in PYTHON:
        opening = docstring(path).split("\n\n")[0]
        if not opening.endswith((".", "。")) or not first_sentence(opening):
            wrong.append(f"{short(path)}: {opening or 'no docstring'}")
    assert wrong == [], listed(wrong)


def test_nothing_is_left_half_done():
    left = [
        f"{short(path)}:{number}: {line.strip()[:80]}"
        for path in EVERYWHERE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert left == [], listed(left)


def test_no_error_is_swallowed():
    silent = [
        f"{short(path)}:{node.lineno}"
        for path in SHIPPED
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and all(isinstance(part, ast.Pass | ast.Continue) for part in node.body)
    ]
    assert silent == [], listed(silent)


def test_the_product_runs_on_windows_too():
    posix = [
        f"{short(path)}:{line}: {module}"
        for path in SHIPPED
        for line, module in imports(path)
        if module.split(".")[0] in POSIX_ONLY
    ]
    assert posix == [], listed(posix)


def _opens_text_without_encoding(node: ast.Call) -> bool:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name not in ("open", "read_text", "write_text"):
        return False
    if isinstance(node.func, ast.Attribute) and name == "open" and ast.unparse(node.func.value) in ("os", "Image"):
        return False
    given = {keyword.arg for keyword in node.keywords}
    if name == "read_text":
        return "encoding" not in given and not node.args
    if name == "write_text":
        return "encoding" not in given and len(node.args) < 2
    place = 1 if isinstance(node.func, ast.Name) else 0
    modes = [node.args[place]] if len(node.args) > place else []
    modes += [keyword.value for keyword in node.keywords if keyword.arg == "mode"]
    written = [str(mode.value) for mode in modes if isinstance(mode, ast.Constant)]
    is_file = isinstance(node.func, ast.Name) or bool(written)  # x.open() of something that is no file takes no mode
    return is_file and "encoding" not in given and not any("b" in mode for mode in written)


def test_a_text_file_is_opened_with_its_encoding():
    """Without one a Chinese Windows reads and writes GBK."""
    wrong = [
        f"{short(path)}:{node.lineno}: {ast.unparse(node)[:80]}"
        for path in PYTHON
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and _opens_text_without_encoding(node)
    ]
    assert wrong == [], listed(wrong)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("open(path)", True),
        ("open(path, 'rb')", False),
        ("open(path, encoding='utf-8')", False),
        ("path.read_text()", True),
        ("path.write_text(text, 'utf-8')", False),
        ("path.open('w')", True),
        ("gzip.open(path, 'rb')", False),
        ("dialog.open()", False),
    ],
)
def test_the_check_of_encodings_sees_what_it_should(code, wrong):
    call = ast.parse(code).body[0].value
    assert _opens_text_without_encoding(call) is wrong
