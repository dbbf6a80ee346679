"""Shares are told from disks by the system's own list of mounts."""

from pathlib import Path

import pytest

from layers.store import geopackage, where
from layers.store.geopackage import Store

MOUNTS = """/dev/sda1 / ext4 rw 0 0
//server/share /mnt/share cifs rw 0 0
host:/export /home/office nfs4 rw 0 0
/dev/sdb1 /home/office/local ext4 rw 0 0
//server/b /mnt/\\346\\234\\215\\345\\212\\241\\040\\345\\231\\250 cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("/data/库.gpkg", False),
        ("/mnt/share/库.gpkg", True),
        ("/mnt/sharebox/库.gpkg", False),
        ("/home/office/a/库.gpkg", True),
        ("/home/office/local/库.gpkg", False),
        ("/mnt/服务 器/库.gpkg", True),
    ],
)
def test_the_innermost_mount_decides(path: str, remote: bool) -> None:
    assert where.remote_mount(Path(path), MOUNTS) is remote


def test_on_a_share_there_is_no_wal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geopackage, "is_remote", lambda _path: True)
    store = Store(path)
    assert store.read().execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    with store.step("x", "x") as writing:
        writing.insert("place", {"name": "x"})
    assert not path.with_name(path.name + "-wal").exists()
    store.close()
