"""Takes geographic files out of a zip into a folder of our own, by our own code and under our own names."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.domain.foreign import check_entries, shown_name
from layers.errors import SourceError

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_WHOLE = (".gpkg", ".geojson", ".json")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Packed:
    """A geographic file inside a zip: its name as people know it, and its entries by extension."""

    name: str
    extension: str
    entries: dict[str, zipfile.ZipInfo]


def contents(path: Path) -> list[Packed]:
    """Return the shapefiles in a zip, else its other geographic files, in the order of their names.

    Raises ``SourceError`` for a damaged or hostile archive, an encrypted one, and one with nothing to read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        raise SourceError("archive_damaged", path=path.name) from None
    check_entries(path.name, ((readable_name(i), i.file_size, i.compress_size) for i in infos))
    stems: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for info in infos:
        entry = PurePosixPath(readable_name(info).replace("\\", "/"))
        if not info.is_dir() and "__MACOSX" not in entry.parts and not entry.name.startswith("."):
            stems.setdefault(str(entry.with_suffix("")), {})[entry.suffix.lower()] = info
    shapes = [Packed(stem, ".shp", parts) for stem, parts in sorted(stems.items()) if ".shp" in parts]
    others = [Packed(s, e, parts) for s, parts in sorted(stems.items()) for e in _WHOLE if e in parts]
    found = shapes or others
    if not found:
        raise SourceError("archive_nothing", path=path.name)
    wanted = [
        p.entries[e] for p in found for e in (_PARTS if p.extension == ".shp" else (p.extension,)) if e in p.entries
    ]
    if any(info.flag_bits & 1 for info in wanted):
        raise SourceError("archive_locked", path=path.name)
    return found


def readable_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; without the UTF-8 mark it is read as UTF-8, then GB18030, as Chinese tools write."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


@contextmanager
def unpacked(path: Path, packed: Packed) -> Iterator[Path]:
    """Unpack one of ``contents`` and give its main file; the folder is gone after the ``with`` block.

    The names on disk are ours (``layer.shp`` …): nothing in the archive decides where bytes go.
    Raises ``SourceError`` for damage and for an entry that is longer than it says.
    """
    with tempfile.TemporaryDirectory(prefix="gewu-", ignore_cleanup_errors=True) as folder:
        extensions = _PARTS if packed.extension == ".shp" else (packed.extension,)
        with zipfile.ZipFile(path) as archive:
            for extension in extensions:
                if extension in packed.entries:
                    _copy(archive, packed.entries[extension], Path(folder) / f"layer{extension}", path.name)
        yield Path(folder) / f"layer{packed.extension}"


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, name: str) -> None:
    left = info.file_size
    try:
        with archive.open(info) as packed, target.open("xb") as file:
            while block := packed.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise SourceError("archive_bomb", path=shown_name(name))
                file.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise SourceError("archive_damaged", path=shown_name(name)) from None
    if left:
        raise SourceError("archive_damaged", path=shown_name(name))
