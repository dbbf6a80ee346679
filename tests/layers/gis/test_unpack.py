"""Archives are looked through before anything is unpacked, and nothing in them decides where bytes go."""

import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from layers.domain import foreign
from layers.errors import SourceError
from layers.gis import unpack


def unpack_all(path: Path) -> int:
    total = 0
    for found in unpack.contents(path):
        with unpack.unpacked(path, found) as file:
            total += file.stat().st_size
    return total


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        unpack_all(path)
    return caught.value.key


def packed(path: Path, *entries: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def test_the_sample_that_climbs(shared_data: Callable[[str], Path]) -> None:
    target = Path(tempfile.gettempdir()) / "holdout_pwned.txt"
    before = target.exists()
    assert refused(shared_data("hostile/zip_slip.zip")) == "archive_climbs"
    assert target.exists() == before


@pytest.mark.parametrize(
    "name", ["../a.shp", "/etc/a.shp", "x/../../a.shp", "..\\a.shp", "C:\\a.shp", "c:a.shp", "x/..\\..\\a.shp"]
)
def test_names_that_climb(tmp_path: Path, name: str) -> None:
    assert refused(packed(tmp_path / "a.zip", ("网格.shp", b"x"), (name, b"x"))) == "archive_climbs"


def test_only_wanted_parts_land_and_under_our_names(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        ("x/网格.SHP", b"1"),
        ("x/网格.dbf", b"22"),
        ("x/网格.exe", b"3"),
        ("__MACOSX/x/._网格.shp", b"4"),
    )
    (found,) = unpack.contents(path)
    assert found.name == "x/网格"
    with unpack.unpacked(path, found) as file:
        folder = file.parent
        assert {p.name: p.read_bytes() for p in folder.iterdir()} == {"layer.shp": b"1", "layer.dbf": b"22"}
    assert not folder.exists()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    assert refused(packed(tmp_path / "a.zip", ("a.geojson", bytes(64 << 20)))) == "archive_bomb"


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MAX_ENTRIES", 10)
    assert refused(packed(tmp_path / "a.zip", *((f"{i}.geojson", b"{}") for i in range(11)))) == "archive_bomb"


def test_too_much_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MAX_UNPACKED", 1000)
    assert refused(packed(tmp_path / "a.zip", *((f"{i}.geojson", b"{" * 300) for i in range(4)))) == "archive_bomb"


def test_a_length_that_lies(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("a.geojson", b"{}" * 5000))
    content = path.read_bytes()
    true, said = struct.pack("<I", 10_000), struct.pack("<I", 10)
    path.write_bytes(content.replace(true, said))
    assert refused(path) in ("archive_damaged", "archive_bomb")


@pytest.mark.parametrize("damage", ["cut", "noise", "not"])
def test_damage(tmp_path: Path, damage: str) -> None:
    path = packed(tmp_path / "a.zip", ("a.geojson", bytes(range(256)) * 50))
    content = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(content[:60])
    elif damage == "noise":
        content[50:60] = b"\xff" * 10
        path.write_bytes(content)
    else:
        path.write_bytes(b"PK\3\4 and nothing else")
    assert refused(path) == "archive_damaged"


def test_a_password_and_nothing_to_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("a.geojson", b"{}"))
    content = (
        path.read_bytes()
        .replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0\1\0")
        .replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0")
    )
    path.write_bytes(content)
    assert refused(path) == "archive_locked"
    assert refused(packed(tmp_path / "b.zip", ("读我.txt", b"x"))) == "archive_nothing"
    assert refused(packed(tmp_path / "c.zip")) == "archive_nothing"
