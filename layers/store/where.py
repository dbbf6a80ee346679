"""Whether a file lies on this machine: WAL needs shared memory, which a network share has not (design §3)."""

import sys
from pathlib import Path, PureWindowsPath

_REMOTE = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs", "davfs", "fuse.davfs2")
)
_DRIVE_REMOTE = 4  # GetDriveTypeW, https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getdrivetypew


def is_remote(path: Path) -> bool:
    """Say whether a file lies on a network share, as far as the system tells."""
    if sys.platform == "win32":
        return _windows(path)
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return False
    return remote_mount(path.resolve(), mounts.read_text(encoding="utf-8", errors="replace"))


def remote_mount(path: Path, mounts: str) -> bool:
    """Say whether the mount that holds an absolute path is a share; ``mounts`` is `/proc/self/mounts`."""
    best, kind = "", ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = parts[1].encode().decode("unicode_escape").encode("latin-1").decode("utf-8", errors="replace")
        inside = path == Path(point) or Path(point) in path.parents
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind in _REMOTE


def _windows(path: Path) -> bool:
    import ctypes

    drive = PureWindowsPath(path.resolve()).drive
    if drive.startswith("\\\\"):
        return True
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows, mypy looks from Linux
    return bool(kernel.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE)
