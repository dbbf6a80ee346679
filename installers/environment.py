"""Set-up from a checkout: sees to the system libraries and makes ``.venv`` from the pinned versions.

Run as ``python3 -m installers.environment`` in the checkout (``make setup``). Needs nothing but Python;
is written for older Pythons too, so that it can look for a newer one. Exit code 0 ready, 2 could not.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

from installers import libraries, progress
from installers.sentences import say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "gewu.stamp"
RECORD = ROOT / "out" / "setup.log"
OLDEST, NEWEST = (3, 11), (3, 14)  # NEWEST: the last for which every pinned package has a wheel
NEEDED_MB = 2000  # the environment itself and the wheels while they are unpacked


class SetUpError(Exception):
    """The set-up cannot go on; ``str()`` is the one sentence to show."""


def python_of(venv: Path) -> Path:
    """Return the interpreter inside ``venv`` on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_of(python: str) -> tuple[int, int] | None:
    """Return (major, minor) of an interpreter, or None if it does not run."""
    try:
        code, text = libraries.quiet([python, "-c", "import sys; print(*sys.version_info[:2])"])
    except OSError:
        return None
    parts = text.split()
    return (int(parts[0]), int(parts[1])) if code == 0 and len(parts) == 2 else None


def find_python() -> tuple[str, tuple[int, int]]:
    """Return the interpreter to build on and its version: one that can make environments if there is one.

    Raises SetUpError where there is none between OLDEST and NEWEST.
    """
    names = [os.environ.get("PYTHON", ""), sys.executable, "python3"]
    names += [f"python3.{minor}" for minor in (13, 12, 11, 14)]
    seen: dict[str, tuple[int, int]] = {}
    for name in names:
        place = shutil.which(name) if name else None
        version = version_of(place) if place and place not in seen else None
        if place and version:
            seen[place] = version
    good = [(place, version) for place, version in seen.items() if OLDEST <= version <= NEWEST]
    if not good:
        found = ", ".join(f"{place} {dotted(version)}" for place, version in seen.items()) or "–"
        raise SetUpError(say("no_python", oldest=dotted(OLDEST), newest=dotted(NEWEST), found=found))
    return next((choice for choice in good if can_make_environments(choice[0])), good[0])


def dotted(version: tuple[int, int]) -> str:
    """Return (3, 11) as 3.11."""
    return f"{version[0]}.{version[1]}"


def can_make_environments(python: str) -> bool:
    """Return whether ``python`` came with venv and ensurepip (Debian keeps them in a package of their own)."""
    return libraries.quiet([python, "-c", "import venv, ensurepip"])[0] == 0


def see_to_system(python: str, version: tuple[int, int], need_venv: bool) -> None:
    """Install what the system lacks, or raise SetUpError with the one line that somebody else must type.

    Nothing is asked of apt when nothing is missing. Only Linux keeps these libraries apart from the wheels.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = libraries.missing_libraries()
    venv_for = dotted(version) if need_venv and not can_make_environments(python) else ""
    wishes = libraries.wanted(missing, not libraries.has_cjk_font(), venv_for)
    if not wishes:
        return
    if shutil.which("apt-get") is None:
        raise SetUpError(say("ask_other", names=" ".join(wish[-1] for wish in wishes)))
    before = libraries.privilege()
    catalogue = libraries.catalogue_of(wishes)
    if before is not None and not all(any(name in catalogue for name in wish) for wish in wishes):
        refresh_catalogue(before)
        catalogue = libraries.catalogue_of(wishes)
    names = libraries.chosen(wishes, catalogue, libraries.after_2024())
    if before is None:
        raise SetUpError(say("ask", line=libraries.by_hand(names, bool(catalogue))))
    install(before, names)
    still = libraries.missing_libraries()
    if still:
        raise SetUpError(say("still_missing", names=" ".join(still), log=RECORD))


def apt(before: list[str], *arguments: str) -> tuple[int, str]:
    """Run apt-get without questions; return its exit code and text."""
    quietly = ["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2"]
    command = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *quietly, *arguments]
    return progress.run(command, RECORD, progress.Apt())


def refresh_catalogue(before: list[str]) -> None:
    """Fetch apt's lists; a source that cannot be reached is reported by the install that follows."""
    print(say("catalogue"), flush=True)
    apt(before, "update")


def install(before: list[str], names: list[str]) -> None:
    """Install the packages; a list gone stale is fetched anew once. Raises SetUpError."""
    print(say("installing_system", count=len(names), names=" ".join(names)), flush=True)
    command = ("install", "-y", "--no-install-recommends", *names)
    code, text = apt(before, *command)
    if code != 0 and re.search(r"404 |Unable to locate package|Failed to fetch", text):
        refresh_catalogue(before)
        code, text = apt(before, *command)
    if code != 0:
        raise SetUpError(reason(text, say("system_packages"), Path("/")))


def reason(text: str, what: str, place: Path) -> str:
    """Return the one sentence for what apt or pip wrote before it gave up on ``what``."""
    wheel = re.search(r"No matching distribution found for (\S+)", text)
    hashed = re.search(r"DO NOT MATCH THE HASHES[\s\S]*?\n\s+(\S+)", text)
    if re.search(r"No space left on device|Errno 28|enough free space", text):
        return say("disk_full", what=what, path=place, temporary=tempfile.gettempdir())
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return say("no_trust", what=wheel[1] if wheel else what)
    if re.search(
        r"Temporary failure|Could not resolve|Name or service not known|Failed to establish a new connection|"
        r"Network is unreachable|Connection (refused|timed out|broken)|Max retries|ProxyError|ConnectTimeout|"
        r"Unable to locate package|Failed to fetch|Read timed out",
        text,
    ):
        return say("no_network", what=wheel[1] if wheel else what)
    if re.search(r"Could not get lock|is another process using it", text):
        return say("held")
    if hashed:
        return say("bad_hash", what=hashed[1])
    if wheel:
        machine = f"{platform.system()} {platform.machine()}, {' '.join(platform.libc_ver())}".rstrip(", ")
        return say("no_wheel", what=wheel[1], machine=machine, version=dotted(sys.version_info[:2]))
    if re.search(r"Permission denied|Errno 13", text):
        return say("not_ours", path=place)
    return say("failed", what=what, log=RECORD)


def state(python: Path) -> str:
    """Return what the stamp must say for the environment to be good: the lock's hash and the Python in it."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    version = version_of(str(python)) if python.exists() else None
    return f"{digest} {dotted(version)}" if version else ""


def is_ready() -> bool:
    """Return whether ``.venv`` was finished from this very lock and its Python still runs."""
    wanted = state(python_of(VENV))
    return bool(wanted) and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted


def usable(venv: Path) -> bool:
    """Return whether an environment left by an earlier run can be gone on with: right Python, and pip in it."""
    version = version_of(str(python_of(venv))) if python_of(venv).exists() else None
    if version is None or not OLDEST <= version <= NEWEST:
        return False
    return libraries.quiet([str(python_of(venv)), "-m", "pip", "--version"])[0] == 0


def make_environment(python: str, version: tuple[int, int]) -> None:
    """Make ``.venv`` and install the lock into it, every file checked against its hash. Raises SetUpError."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if not usable(VENV):
        if free < NEEDED_MB:
            raise SetUpError(say("no_disk", path=VENV, need=NEEDED_MB, free=free))
        print(say("making", path=VENV, version=dotted(version)), flush=True)
        if VENV.exists():
            shutil.rmtree(VENV)
        code, text = progress.run([python, "-m", "venv", str(VENV)], RECORD, lambda line: None)
        if code != 0:
            raise SetUpError(reason(text, ".venv", ROOT))
    STAMP.unlink(missing_ok=True)
    total = len(pinned(LOCK.read_text(encoding="utf-8")))
    print(say("fetching", count=total), flush=True)
    command = [str(python_of(VENV)), "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-deps"]
    # No build, no resolver: the lock is complete, and pip check below says so.
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "3"]
    code, text = progress.run([*command, "-r", str(LOCK)], RECORD, progress.Pip(total))
    if code != 0:
        raise SetUpError(reason(text, LOCK.name, ROOT))
    link_checkout()
    load_qt()
    STAMP.write_text(state(python_of(VENV)), encoding="utf-8")


def pinned(lock: str) -> set[str]:
    """Return the names of the packages in a lock that are meant for this system."""
    rows = re.findall(r"^([A-Za-z0-9][\w.-]*)==[^;\n]*(.*)$", lock, re.MULTILINE)
    return {name for name, marker in rows if os.name == "nt" or "win32" not in marker}


def link_checkout() -> None:
    """Make the checkout importable in ``.venv`` and give it the command ``gewu``; nothing is built.

    The path is written relative to site-packages: it is plain ASCII whatever the folder is called, and the
    checkout may be moved.
    """
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    code, text = libraries.quiet([str(python_of(VENV)), "-c", ask])
    if code != 0:
        raise SetUpError(say("failed", what=".venv", log=RECORD))
    packages = Path(text.strip())
    (packages / "gewu.pth").write_text(os.path.relpath(ROOT, packages) + "\n", encoding="ascii")
    if os.name == "nt":
        script, body = VENV / "Scripts" / "gewu.cmd", '@"%~dp0python.exe" -P -m app %*\r\n'
    else:
        script, body = VENV / "bin" / "gewu", '#!/bin/sh\nexec "$(dirname "$0")/python" -P -m app "$@"\n'
    script.write_text(body, encoding="ascii", newline="")
    script.chmod(0o755)


def load_qt() -> None:
    """Load Qt WebEngine once in the new environment. Raises SetUpError naming the file that is missing."""
    probe = "from PySide6 import QtWebEngineWidgets, QtWebChannel, QtPrintSupport, QtSvg"
    code, text = libraries.quiet([str(python_of(VENV)), "-c", probe])
    if code != 0:
        last = text.strip().splitlines()[-1] if text.strip() else f"exit code {code}"
        raise SetUpError(say("qt_misses", reason=last.replace("ImportError: ", "")))


def main() -> int:
    """Bring the environment up to date; return the exit code."""
    os.environ.pop("PYTHONHOME", None)
    os.environ.pop("PYTHONPATH", None)
    try:
        RECORD.parent.mkdir(exist_ok=True)
        ready = is_ready()
        if not ready:
            RECORD.unlink(missing_ok=True)
        python, version = (str(python_of(VENV)), OLDEST) if ready else find_python()
        see_to_system(python, version, need_venv=not ready and not usable(VENV))
        if not ready:
            make_environment(python, version)
            print(say("complete", path=VENV), flush=True)
    except SetUpError as stop:
        print(stop, file=sys.stderr)
        return 2
    except PermissionError as refused:
        print(say("not_ours", path=refused.filename or ROOT), file=sys.stderr)
        return 2
    except OSError as failed:
        if failed.errno != 28:  # ENOSPC
            raise
        print(reason("No space left on device", LOCK.name, ROOT), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(say("stopped"), file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
