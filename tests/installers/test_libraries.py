"""Which package is asked for where: by what the system's own catalogue offers, recorded from real systems."""

import ctypes
import os
import sys
from pathlib import Path

import pytest

from installers import libraries

# `apt-cache policy libasound2 libasound2t64 …` as each system answered it (versions shortened).
BOOKWORM = """\
libasound2:
  Installed: (none)
  Candidate: 1.2.8-1+b1
  Version table:
     1.2.8-1+b1 500
        500 http://mirror.example/debian bookworm/main amd64 Packages
libglib2.0-0:
  Installed: 2.74.6-2+deb12u6
  Candidate: 2.74.6-2+deb12u6
  Version table:
 *** 2.74.6-2+deb12u6 500
        500 http://mirror.example/debian bookworm/main amd64 Packages
        100 /var/lib/dpkg/status
libcups2:
  Installed: (none)
  Candidate: 2.4.2-3+deb12u8
  Version table:
     2.4.2-3+deb12u8 500
        500 http://mirror.example/debian bookworm/main amd64 Packages
"""
TRIXIE = """\
libasound2:
  Installed: (none)
  Candidate: (none)
  Version table:
libasound2t64:
  Installed: (none)
  Candidate: 1.2.14-1
  Version table:
     1.2.14-1 500
        500 http://mirror.example/debian trixie/main amd64 Packages
libglib2.0-0:
  Installed: (none)
  Candidate: (none)
  Version table:
libglib2.0-0t64:
  Installed: (none)
  Candidate: 2.84.4-3~deb13u1
  Version table:
     2.84.4-3~deb13u1 500
        500 http://mirror.example/debian trixie/main amd64 Packages
libcups2t64:
  Installed: (none)
  Candidate: 2.4.10-3
  Version table:
     2.4.10-3 500
python3.13-venv:
  Installed: (none)
  Candidate: 3.13.5-2
  Version table:
     3.13.5-2 500
"""
NOBLE = """\
libasound2t64:
  Installed: (none)
  Candidate: 1.2.11-1build2
  Version table:
     1.2.11-1build2 500
        500 http://archive.ubuntu.com/ubuntu noble/main amd64 Packages
libglib2.0-0t64:
  Installed: 2.80.0-6ubuntu3.4
  Candidate: 2.80.0-6ubuntu3.4
  Version table:
 *** 2.80.0-6ubuntu3.4 500
libcups2t64:
  Installed: (none)
  Candidate: 2.4.7-1.2ubuntu7
  Version table:
     2.4.7-1.2ubuntu7 500
libglib2.0-0:
  Installed: (none)
  Candidate: (none)
  Version table:
"""
WISHES = libraries.wanted(["libasound.so.2", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libcups.so.2"], font=False)


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        (BOOKWORM, ["libasound2", "libglib2.0-0", "libcups2"]),
        (TRIXIE, ["libasound2t64", "libglib2.0-0t64", "libcups2t64"]),
        (NOBLE, ["libasound2t64", "libglib2.0-0t64", "libcups2t64"]),
    ],
    ids=["Debian 12", "Debian 13", "Ubuntu 24.04"],
)
@pytest.mark.parametrize("after_2024", [True, False])
def test_the_catalogue_decides_the_name(policy, names, after_2024):
    assert libraries.chosen(WISHES, libraries.offered(policy), after_2024) == names


def test_a_name_without_a_candidate_is_not_offered():
    assert libraries.offered(TRIXIE) == {"libasound2t64", "libglib2.0-0t64", "libcups2t64", "python3.13-venv"}


@pytest.mark.parametrize(
    ("after_2024", "name"), [(True, "libasound2t64"), (False, "libasound2")], ids=["after 2024", "before"]
)
def test_without_a_catalogue_the_installed_packages_tell_the_age(after_2024, name):
    assert libraries.chosen([libraries.LIBRARIES["libasound.so.2"]], set(), after_2024) == [name]


def test_venv_comes_in_the_version_of_the_python_in_use():
    wishes = libraries.wanted([], font=False, venv_for="3.13")
    assert libraries.chosen(wishes, libraries.offered(TRIXIE), True) == ["python3.13-venv"]
    assert libraries.chosen(wishes, {"python3-venv"}, True) == ["python3-venv"]


def test_a_package_with_two_libraries_is_asked_for_once():
    assert libraries.wanted(["libglib-2.0.so.0", "libgthread-2.0.so.0"], font=True) == [
        ("libglib2.0-0t64", "libglib2.0-0"),
        ("fonts-noto-cjk", "fonts-wqy-microhei"),
    ]


def test_only_what_is_missing_is_asked_for():
    assert libraries.missing_libraries(lambda name: True) == []
    assert libraries.missing_libraries(lambda name: name != "libnss3.so") == ["libnss3.so"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the loader of Linux is asked")
def test_the_loader_itself_is_asked():
    assert libraries.loads("libc.so.6")
    assert not libraries.loads("libnot-there.so.9")
    assert ctypes.CDLL("libc.so.6") is not None


def test_the_list_covers_what_the_wheels_ask_for():
    """Every library that PySide6's own files name and do not bring is in the list or part of the C library."""
    binding = Path(pytest.importorskip("PySide6").__file__).parent
    if not sys.platform.startswith("linux"):
        assert not (binding / "Qt" / "libexec" / "QtWebEngineProcess").exists()
        return
    library, plugin = binding / "Qt" / "lib", binding / "Qt" / "plugins" / "platforms"
    ours = [library / f"libQt6{name}.so.6" for name in ("Core", "Gui", "Widgets", "WebEngineCore", "XcbQpa")]
    ours += [plugin / "libqxcb.so", plugin / "libqoffscreen.so", plugin / "libqwayland.so"]
    text = b"".join(path.read_bytes() for path in ours)
    unknown = {name for name in libraries.LIBRARIES if name.encode() + b"\0" not in text}
    # glx: of the plug-in that draws OpenGL under X; cups: of the one that prints
    assert unknown <= {"libxcb-glx.so.0", "libcups.so.2"}


def test_a_cjk_font_is_known_by_its_file(tmp_path):
    assert not libraries.has_cjk_font([tmp_path], lambda command: (0, ""))
    (tmp_path / "DejaVuSans.ttf").touch()
    assert not libraries.has_cjk_font([tmp_path], lambda command: (0, ""))
    (tmp_path / "opentype").mkdir()
    (tmp_path / "opentype" / "NotoSansCJK-Regular.ttc").touch()
    assert libraries.has_cjk_font([tmp_path], lambda command: (0, ""))


def test_root_installs_without_sudo_and_others_only_if_it_asks_nothing(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert libraries.privilege() == []
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert libraries.privilege(lambda command: (0, "")) == ["sudo", "-n"]
    assert libraries.privilege(lambda command: (1, "a password is required")) is None
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert libraries.privilege(lambda command: (0, "")) is None


def test_the_line_to_type_is_complete():
    assert libraries.by_hand(["libnss3"], fetched=True) == "sudo apt-get install -y --no-install-recommends libnss3"
    assert libraries.by_hand(["libnss3"], fetched=False).startswith("sudo sh -c 'apt-get update && apt-get install")
