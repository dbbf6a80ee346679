"""Checks an .xlsx before a reader sees it: a zip of plain XML, no bomb, no document type, nothing that climbs."""

import re
import zipfile
import zlib
from pathlib import Path

from layers.domain.foreign import check_entries
from layers.errors import SourceError

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_BLOCK = 1 << 20


def check(path: Path) -> None:
    """Raise ``SourceError`` unless the file is a workbook that can be read safely.

    Every XML part is searched for a document type: workbooks have none, and it is what entity bombs and
    readers of local files need.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            check_entries(path.name, ((info.filename, info.file_size, info.compress_size) for info in infos))
            if any(info.flag_bits & 1 for info in infos):
                raise SourceError("archive_locked", path=path.name)
            names = {info.filename.lower() for info in infos}
            if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
                raise SourceError("source_other_content", path=path.name, kind="xlsx")
            for info in infos:
                if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_part(archive, info, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise SourceError("archive_damaged", path=path.name) from None


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    tail = b""
    with archive.open(info) as part:
        first = part.read(4)
        # UTF-16 and UTF-32 would hide the words from the search; Excel writes UTF-8 only.
        if first[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in first:
            raise SourceError("source_runs_code", path=name, name=info.filename)
        block = first
        while block:
            if _DOCTYPE.search(tail + block):
                raise SourceError("source_runs_code", path=name, name=info.filename)
            tail = block[-32:]
            block = part.read(_BLOCK)
