"""What a test of the house looks like: it can fail, it does not sleep, its name is its own."""

import ast
import re
from collections import Counter

from tests.house.rooms import ROOT, files, listed, short, tree

TESTS = files(("tests",), ".py")
CASES = [
    (path, node)
    for path in TESTS
    if path.name.startswith("test_")
    for node in ast.walk(tree(path))
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]
ASSERTS = re.compile(
    r"\bassert\b|\braises\(|\bwarns\(|\bwaitSignals?\(|\bwaitUntil\(|\buntil\(|\bcheck_\w+\(|\bassert_\w+\(|\bfail\("
)
SLEEPS = ("time.sleep", "sleep", "QThread.sleep", "QTest.qSleep", "QTest.qWait", "qtbot.wait")


def test_every_test_can_fail():
    assert len(CASES) > 100
    idle = [f"{short(path)}:{node.lineno} {node.name}" for path, node in CASES if not ASSERTS.search(ast.unparse(node))]
    assert idle == [], listed(idle)


def test_no_test_sleeps():
    sleeping = [
        f"{short(path)}:{node.lineno}"
        for path in TESTS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SLEEPS
    ]
    assert sleeping == [], listed(sleeping)


def test_no_test_is_switched_off_for_good():
    off = [
        f"{short(path)}:{node.lineno}"
        for path, node in CASES
        for mark in node.decorator_list
        if re.match(r"pytest\.mark\.(skip\b|xfail)", ast.unparse(mark))
    ]
    assert off == [], listed(off)


def test_the_names_of_test_files_are_their_own():
    names = Counter(path.name for path in TESTS if path.name.startswith("test_"))
    assert [name for name, times in names.items() if times > 1] == []
    assert [short(path) for path in (ROOT / "tests").rglob("__init__.py")] == []
