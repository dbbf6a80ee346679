"""Who may import whom: the contracts of pyproject.toml, and which room a database or a file format lives in."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.house.rooms import ROOT, files, imports, listed, short, texts

# library -> the only rooms that may name it
AT_HOME = {
    "sqlite3": ("layers/store/",),
    "sqlite_utils": ("layers/store/",),
    "psycopg": ("layers/store/",),
    "pyogrio": ("layers/gis/drivers.py",),
    "pyproj": ("layers/gis/proj.py",),
    "geopandas": ("layers/gis/", "layers/documents/"),
    "folium": ("layers/documents/",),
    "openpyxl": ("layers/documents/",),
    "docx": ("layers/documents/",),
    "PySide6": ("app/",),
}
SQL = re.compile(
    r"\s*(SELECT\s[\s\S]+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|"
    r"(CREATE|DROP|ALTER)\s+(TABLE|VIEW|TRIGGER|INDEX|VIRTUAL)\s|PRAGMA\s+\w|ATTACH\s+|VACUUM\b)"
)


def test_the_import_contracts_hold():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    done = subprocess.run(
        [*command, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_have_no_exceptions():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert len(contracts) >= 6
    assert [rule["id"] for rule in contracts if "ignore_imports" in rule or "exhaustive_ignores" in rule] == []


@pytest.mark.parametrize("library", AT_HOME)
def test_a_library_is_named_only_where_it_lives(library):
    strangers = [
        f"{short(path)}:{line}"
        for path in files(("app", "layers"), ".py")
        for line, module in imports(path)
        if module.split(".")[0] == library and not short(path).startswith(AT_HOME[library])
    ]
    assert strangers == [], f"{library} belongs in {AT_HOME[library]}:{listed(strangers)}"


def test_sql_is_written_only_in_the_store():
    strangers = [
        f"{short(path)}:{line}: {text.strip()[:60]}"
        for path in files(("app", "layers"), ".py")
        if not short(path).startswith("layers/store/")
        for line, text in texts(path)
        if SQL.match(text)
    ]
    assert strangers == [], listed(strangers)


def test_importing_the_front_desk_loads_no_qt_and_nothing_heavy():
    """What start-up does not need is not imported then: these cost seconds on an old office PC."""
    heavy = ("PySide6", "pyogrio", "pyproj", "geopandas", "pandas", "openpyxl", "docx", "folium")
    desk = [path.stem for path in sorted((ROOT / "layers").glob("*.py")) if path.stem != "__init__"]
    code = "import sys\n" + "\n".join(f"import layers.{name}" for name in desk)
    code += f"\nprint(*[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
