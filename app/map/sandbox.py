"""How Chromium is started: offline, and in its sandbox wherever the system allows one."""

import logging
import os
import subprocess
import sys

from layers.words import t

log = logging.getLogger(__name__)

# No name and no number resolves; together with the page's policy and the interceptor nothing gets out.
FLAGS = (
    '--host-resolver-rules="MAP * ~NOTFOUND"',
    "--disable-background-networking",
    "--disable-domain-reliability",
    "--log-level=3",  # its complaints of a machine without bus or graphics card; the page's own reach our log
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)

# Chromium's sandbox needs a user namespace in which it is allowed to make further ones.
_PROBE = "import ctypes,sys; sys.exit(ctypes.CDLL(None).unshare(0x10000000 | 0x20000000) != 0)"


def prepare() -> None:
    """Set Chromium's flags and its sandbox in the environment; call before `QApplication` is made.

    The sandbox is off only for root or where the kernel refuses it, and that is logged.
    """
    given = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    missing = [flag for flag in FLAGS if flag not in given]
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join([*filter(None, [given]), *missing])
    reason = refused()
    if reason:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
        log.warning(t(f"map.no_sandbox_{reason}"))


def refused() -> str | None:
    """Return why the sandbox cannot be used here (``root`` or ``kernel``), None where it can."""
    if not sys.platform.startswith("linux"):
        return None
    if os.geteuid() == 0:
        return "root"
    probe = subprocess.run([sys.executable, "-I", "-S", "-c", _PROBE], check=False, capture_output=True)
    return "kernel" if probe.returncode else None
