"""Which system libraries Qt WebEngine needs here, which packages have them, and how to get those."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

# Shared object -> the package that has it; where a name has changed, the newer name first.
# (The time_t transition of 2024 gave some Debian and Ubuntu packages the ending t64.)
# The list is what the libraries inside PySide6's wheels ask for and do not bring themselves.
LIBRARIES: dict[str, tuple[str, ...]] = {
    "libEGL.so.1": ("libegl1",),
    "libGL.so.1": ("libgl1",),
    "libX11-xcb.so.1": ("libx11-xcb1",),
    "libX11.so.6": ("libx11-6",),
    "libXcomposite.so.1": ("libxcomposite1",),
    "libXdamage.so.1": ("libxdamage1",),
    "libXext.so.6": ("libxext6",),
    "libXfixes.so.3": ("libxfixes3",),
    "libXrandr.so.2": ("libxrandr2",),
    "libXtst.so.6": ("libxtst6",),
    "libasound.so.2": ("libasound2t64", "libasound2"),
    "libcups.so.2": ("libcups2t64", "libcups2"),  # without it no printer is found
    "libdbus-1.so.3": ("libdbus-1-3",),
    "libexpat.so.1": ("libexpat1",),
    "libfontconfig.so.1": ("libfontconfig1",),
    "libfreetype.so.6": ("libfreetype6",),
    "libgbm.so.1": ("libgbm1",),
    "libglib-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libgthread-2.0.so.0": ("libglib2.0-0t64", "libglib2.0-0"),
    "libnspr4.so": ("libnspr4",),
    "libnss3.so": ("libnss3",),
    "libstdc++.so.6": ("libstdc++6",),
    "libudev.so.1": ("libudev1",),
    "libwayland-client.so.0": ("libwayland-client0",),
    "libwayland-cursor.so.0": ("libwayland-cursor0",),
    "libxcb-cursor.so.0": ("libxcb-cursor0",),
    "libxcb-dri3.so.0": ("libxcb-dri3-0",),
    "libxcb-glx.so.0": ("libxcb-glx0",),
    "libxcb-icccm.so.4": ("libxcb-icccm4",),
    "libxcb-image.so.0": ("libxcb-image0",),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1",),
    "libxcb-randr.so.0": ("libxcb-randr0",),
    "libxcb-render-util.so.0": ("libxcb-render-util0",),
    "libxcb-shape.so.0": ("libxcb-shape0",),
    "libxcb-sync.so.1": ("libxcb-sync1",),
    "libxcb-util.so.1": ("libxcb-util1",),
    "libxcb-xkb.so.1": ("libxcb-xkb1",),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0",),
    "libxkbcommon.so.0": ("libxkbcommon0",),
    "libxkbfile.so.1": ("libxkbfile1",),
    "libz.so.1": ("zlib1g",),
}
CJK_FONT = ("fonts-noto-cjk", "fonts-wqy-microhei")

FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
CJK_FONT_NAMES = re.compile(
    r"cjk|sourcehan|notosanss[ct]|notoserifs[ct]|wqy|droidsansfallback|uming|ukai|simsun|simhei|msyh|"
    r"harmonyos|misans|puhuiti|fzht|pingfang|unifont",
    re.IGNORECASE,
)

Runner = Callable[[Sequence[str]], tuple[int, str]]


def quiet(command: Sequence[str]) -> tuple[int, str]:
    """Run ``command`` without a terminal; return its exit code and what it wrote, in English."""
    done = subprocess.run(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def loads(name: str) -> bool:
    """Return whether the system's own loader finds shared object ``name`` and all it asks for."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_libraries(found: Callable[[str], bool] = loads) -> list[str]:
    """Return the shared objects that Qt WebEngine needs and this system lacks."""
    return [name for name in LIBRARIES if not found(name)]


def has_cjk_font(folders: Iterable[Path] = FONT_FOLDERS, run: Runner = quiet) -> bool:
    """Return whether Chinese would be drawn as Chinese: by file name, else by asking fontconfig."""
    for folder in folders:
        for _, _, files in os.walk(folder):
            if any(CJK_FONT_NAMES.search(file) for file in files):
                return True
    if shutil.which("fc-list") is None:
        return False
    code, text = run(["fc-list", ":lang=zh-cn", "family"])
    return code == 0 and bool(text.strip())


def wanted(missing: Iterable[str], font: bool, venv_for: str = "") -> list[tuple[str, ...]]:
    """Return what to install as possible names, best first.

    ``missing`` are shared objects, ``font`` says that a CJK font is wanted, ``venv_for`` is the version
    ("3.13") of the system's Python that came without ensurepip, or empty.
    """
    names = [LIBRARIES[name] for name in missing]
    if venv_for:
        names.append((f"python{venv_for}-venv", "python3-venv"))
    if font:
        names.append(CJK_FONT)
    return list(dict.fromkeys(names))


def offered(policy: str) -> set[str]:
    """Return the packages that can really be installed, from the text of ``apt-cache policy``.

    A name that only other packages provide (libasound2 since 2024) is listed with no candidate; it must not be
    chosen, because apt refuses to guess among its providers.
    """
    names: set[str] = set()
    name = ""
    for line in policy.splitlines():
        if line and not line[0].isspace() and line.endswith(":"):
            name = line[:-1].split(":")[0]
        elif line.strip().startswith("Candidate:") and "(none)" not in line:
            names.add(name)
    return names


def chosen(wishes: Iterable[Sequence[str]], catalogue: set[str], after_2024: bool) -> list[str]:
    """Return one package name per wish: the first the catalogue offers.

    Where the catalogue knows none of the names (it was never fetched, and this user may not fetch it) the
    guess is by ``after_2024``, whether packages ending in t64 are installed already.
    """
    names = []
    for wish in wishes:
        known = [name for name in wish if name in catalogue]
        guess = [name for name in wish if after_2024 or not name.endswith("t64")]
        names.append((known or guess)[0])
    return list(dict.fromkeys(names))


def catalogue_of(wishes: Iterable[Sequence[str]], run: Runner = quiet) -> set[str]:
    """Ask apt which of all the possible names it offers; empty when its lists were never fetched."""
    names = sorted({name for wish in wishes for name in wish})
    code, text = run(["apt-cache", "policy", *names])
    return offered(text) if code == 0 else set()


def after_2024(run: Runner = quiet) -> bool:
    """Return whether this system is past the time_t transition: some installed package ends in t64."""
    code, text = run(["dpkg-query", "-W", "-f", "${Package}\n", "*t64"])
    return code == 0 and bool(text.strip())


def privilege(run: Runner = quiet) -> list[str] | None:
    """Return what to put before apt-get: nothing for root, ``sudo -n`` if it asks nothing, None if neither."""
    effective = getattr(os, "geteuid", None)  # absent on Windows
    if effective is not None and effective() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"])[0] == 0:
        return ["sudo", "-n"]
    return None


def by_hand(names: Sequence[str], fetched: bool) -> str:
    """Return the one line somebody with the right to do so has to type."""
    install = "apt-get install -y --no-install-recommends " + " ".join(names)
    return f"sudo {install}" if fetched else f"sudo sh -c 'apt-get update && {install}'"
