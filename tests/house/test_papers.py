"""The papers of the house agree with it: README, licence, changelog, version, lock."""

import re
import tomllib

import layers
from installers import environment
from tests.house import module_map
from tests.house.rooms import PRODUCT, ROOT, docstring, files, first_sentence, listed, short

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_map_in_the_readme_is_the_house_as_it_stands():
    assert module_map.written(README) == README, "run `make map`"


def test_the_map_names_every_module():
    made = module_map.made()
    absent = [short(path) for path in files(PRODUCT, ".py") if first_sentence(docstring(path)) not in made]
    assert absent == [], listed(absent)


def test_the_readme_points_at_what_is_there():
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", README) + re.findall(r'src="(?!https?:)([^"]+)"', README)
    absent = [name for name in targets if not (ROOT / name).exists()]
    assert len(targets) >= 4
    assert absent == [], listed(absent)


def test_the_readme_names_the_commands_that_the_makefile_has():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "setup", "quick", "bench", "lock"} <= targets
    assert set(re.findall(r"\bmake ([a-z]+)", README)) <= targets


def test_the_licence_is_the_one_that_is_declared():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_one_version_everywhere():
    version = layers.__version__
    assert PROJECT["project"]["version"] == version
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE)


def test_the_changelog_uses_the_six_headings():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^### (.+)$", changelog, re.MULTILINE))
    assert headings <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_lock_pins_every_dependency_with_its_hash():
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9-]", line)[0].lower() for line in wanted}
    pinned = re.findall(r"^([a-z0-9-]+)==\S+.*\\\n    --hash=sha256:", LOCK, re.MULTILINE)
    assert names <= set(pinned)
    assert len(pinned) == len(re.findall(r"^\S+==", LOCK, re.MULTILINE))
    assert "://" not in LOCK


def test_the_lock_has_one_version_of_each_for_every_python():
    names = re.findall(r"^([a-z0-9-]+)==", LOCK, re.MULTILINE)
    assert len(names) == len(set(names))
    (oldest, newest) = re.findall(r"3\.(\d+)", PROJECT["project"]["requires-python"])
    assert ((3, int(oldest)), (3, int(newest) - 1)) == (environment.OLDEST, environment.NEWEST)
