"""The set-up: what it says when it cannot go on, and when it has nothing to do."""

import queue
import subprocess
import sys
from pathlib import Path

import pytest

from installers import environment, progress, sentences
from tests.house.rooms import ROOT
from tests.house.spoken import placeholders


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


# What pip and apt really wrote, shortened.
WROTE = {
    "no network": "WARNING: Retrying (Retry(total=2)) after connection broken by 'NewConnectionError: Failed to "
    "establish a new connection: [Errno -3] Temporary failure in name resolution'\n"
    "ERROR: Could not find a version that satisfies the requirement numpy==2.4.6\n"
    "ERROR: No matching distribution found for numpy==2.4.6\n",
    "no network for apt": "E: Failed to fetch http://mirror.example/pool/x.deb  Could not resolve 'mirror.example'\n",
    "own root certificate": "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
    "failed: self-signed certificate in certificate chain'))\nERROR: No matching distribution found for numpy==2.4.6\n",
    "full disk": "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
    "full disk for apt": "E: You don't have enough free space in /var/cache/apt/archives/.\n",
    "no wheel": "ERROR: Could not find a version that satisfies the requirement pyside6==6.11.3 (from versions: none)\n"
    "ERROR: No matching distribution found for pyside6==6.11.3\n",
    "changed on the way": "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have "
    "updated the package versions, please update the hashes.\n    idna==3.20 from https://x/idna.whl (from -r x):\n",
    "apt is busy": "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 41 (unattended-upgr)\n",
    "something else": "Traceback (most recent call last):\n",
}


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        ("no network", "The package source cannot be reached, so downloading numpy==2.4.6 failed"),
        ("no network for apt", "The package source cannot be reached, so downloading requirements.lock failed"),
        ("own root certificate", "does not trust the package source's certificate"),
        ("full disk", "The disk became full while requirements.lock was being installed"),
        ("full disk for apt", "The disk became full"),
        ("no wheel", "There is no ready-made pyside6==6.11.3 for this machine"),
        ("changed on the way", "The downloaded idna==3.20 does not match"),
        ("apt is busy", "Another program is installing packages"),
        ("something else", "did not succeed. The whole record is in"),
    ],
)
def test_a_failure_is_one_clear_sentence(wrote, said, tmp_path):
    sentence = environment.reason(WROTE[wrote], "requirements.lock", tmp_path)
    assert said in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("key", sentences.SENTENCES)
def test_each_sentence_is_there_in_both_languages(key):
    zh, en = sentences.SENTENCES[key]
    assert zh
    assert en
    assert placeholders(zh) == placeholders(en)


@pytest.mark.parametrize(("language", "chinese"), [("zh_CN.UTF-8", True), ("en_US.UTF-8", False), ("C.UTF-8", False)])
def test_the_terminal_decides_the_language(monkeypatch, language, chinese):
    monkeypatch.setenv("LC_ALL", language)
    assert sentences.chinese() is chinese


def test_no_python_that_fits_is_said_with_what_was_found(monkeypatch):
    monkeypatch.setattr(environment, "version_of", lambda python: (3, 9))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{Path(name).name}" if name else None)
    with pytest.raises(environment.SetUpError, match=r"Python 3\.11 to 3\.14 is needed, found here: .*python3 3\.9"):
        environment.find_python()


def test_a_python_that_can_make_environments_is_preferred(monkeypatch):
    monkeypatch.setenv("PYTHON", "python3.12")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{Path(name).name}" if name else None)
    monkeypatch.setattr(environment, "version_of", lambda python: (3, 13 if python.endswith("13") else 12))
    monkeypatch.setattr(environment, "can_make_environments", lambda python: python.endswith("3.13"))
    assert environment.find_python() == ("/usr/bin/python3.13", (3, 13))


@pytest.fixture
def lacking(monkeypatch):
    """A system with apt, no catalogue, no NSS and no font, seen by an ordinary user."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(environment.libraries, "missing_libraries", lambda: ["libnss3.so"])
    monkeypatch.setattr(environment.libraries, "has_cjk_font", lambda: False)
    monkeypatch.setattr(environment.libraries, "catalogue_of", lambda wishes: set())
    monkeypatch.setattr(environment.libraries, "after_2024", lambda: True)
    monkeypatch.setattr(environment.libraries, "privilege", lambda: None)
    monkeypatch.setattr(environment, "can_make_environments", lambda python: False)


@pytest.mark.usefixtures("lacking")
def test_who_may_not_install_gets_the_one_line_to_type():
    with pytest.raises(environment.SetUpError) as stop:
        environment.see_to_system("/usr/bin/python3", (3, 13), need_venv=True)
    line = str(stop.value).splitlines()[-1]
    assert line.startswith("sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends libnss3 ")
    assert line.endswith("python3.13-venv fonts-noto-cjk'")


@pytest.mark.usefixtures("lacking")
def test_who_may_install_refreshes_an_empty_catalogue_once_and_installs(monkeypatch):
    asked = []
    monkeypatch.setattr(environment.libraries, "privilege", lambda: [])
    monkeypatch.setattr(environment, "apt", lambda before, *arguments: asked.append(arguments) or (0, ""))
    monkeypatch.setattr(environment.libraries, "missing_libraries", iter([["libnss3.so"], []]).__next__)
    environment.see_to_system("/usr/bin/python3", (3, 13), need_venv=False)
    assert asked == [("update",), ("install", "-y", "--no-install-recommends", "libnss3", "fonts-noto-cjk")]


def test_apt_is_not_asked_when_nothing_is_missing(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(environment.libraries, "missing_libraries", lambda: [])
    monkeypatch.setattr(environment.libraries, "has_cjk_font", lambda: True)
    monkeypatch.setattr(environment.libraries, "quiet", lambda command: pytest.fail(f"ran {command}"))
    assert environment.see_to_system("/usr/bin/python3", (3, 13), need_venv=False) is None


def test_a_finished_environment_is_known_by_its_stamp(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "gewu.stamp")
    monkeypatch.setattr(environment, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(environment, "python_of", lambda venv: Path(sys.executable))
    environment.LOCK.write_text("idna==3.20\n", encoding="utf-8")
    assert not environment.is_ready()
    environment.STAMP.write_text(environment.state(Path(sys.executable)), encoding="utf-8")
    assert environment.is_ready()
    environment.LOCK.write_text("idna==3.21\n", encoding="utf-8")
    assert not environment.is_ready()


def test_the_lock_is_counted_for_this_system():
    names = environment.pinned((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert {"pyside6", "numpy", "setuptools"} - names == {"setuptools"}
    assert ("colorama" in names) is (sys.platform == "win32")


def test_long_work_is_heard_line_by_line_and_kept(tmp_path, capsys):
    record = tmp_path / "set-up.log"
    lines = ["Collecting pyside6-addons", "  Downloading PySide6_Addons-6.11.3-cp310.whl (175.3 MB)"]
    code = f"print({lines[0]!r}); print({lines[1]!r}); raise SystemExit(3)"
    tell = progress.Pip(2)
    done, text = progress.run([sys.executable, "-c", code], record, tell)
    assert done == 3
    assert lines[0] in text
    assert lines[0] in record.read_text(encoding="utf-8")
    assert "1/2  PySide6_Addons 6.11.3  (175.3 MB)" in capsys.readouterr().out


def test_silence_is_filled(capsys):
    silent = iter([queue.Empty, "at last\n", queue.Empty, None])

    class Slow(queue.Queue):
        def get(self, block=True, timeout=None):
            heard = next(silent)
            if heard is queue.Empty:
                raise queue.Empty
            return heard

    assert list(progress.with_heartbeat(Slow())) == ["at last\n"]
    assert capsys.readouterr().out.count("still at it") == 2


def test_apt_is_shown_every_tenth_package():
    tell = progress.Apt()
    assert tell("0 upgraded, 12 newly installed, 0 to remove and 0 not upgraded.") is None
    shown = [tell(f"Setting up package{number} (1.0) ...") for number in range(12)]
    assert [line for line in shown if line] == [" 10/12", " 12/12"]


def test_the_set_up_runs_from_the_checkout_with_nothing_installed():
    """Its modules import nothing but the standard library, whatever else is there."""
    code = (
        "import sys, installers.environment; print([m for m in sys.modules if 'site-packages' in str(sys.modules[m])])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
