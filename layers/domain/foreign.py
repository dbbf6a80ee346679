"""What a file from outside may be: kinds, limits, archive names and text encodings; judges bytes, opens nothing."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from layers.domain.tables import Encoding
from layers.errors import SourceError

MB = 1 << 20

# kind -> (extensions, most bytes). A kind is what the content is; the extension must say the same.
KINDS: dict[str, tuple[tuple[str, ...], int]] = {
    "gpkg": ((".gpkg",), 32_000 * MB),
    "geojson": ((".geojson", ".json"), 4_000 * MB),
    "shp": ((".shp",), 4_000 * MB),
    "dbf": ((".dbf",), 4_000 * MB),
    "zip": ((".zip",), 2_000 * MB),
    "csv": ((".csv", ".tsv", ".txt"), 2_000 * MB),
    "xlsx": ((".xlsx", ".xlsm"), 200 * MB),
}
KIND_OF = {extension: kind for kind, (extensions, _) in KINDS.items() for extension in extensions}

MAX_ENTRIES = 5_000
MAX_UNPACKED = 4_000 * MB
MAX_RATIO = 250  # a file of spaces packs 1000 : 1; real sheets and shapes stay below 60 : 1
RATIO_FROM = 32 * MB  # below this a high ratio harms nobody

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
_MARKUP = re.compile(rb"\s*<(\?xml|!|[A-Za-z][\w:.-]*[\s/>])", re.ASCII)


def refuse_path(text: str) -> None:
    """Refuse what is not the name of a plain file: URLs, ``/vsi`` paths, ``DRIVER:`` prefixes, devices.

    Raises ``SourceError``.
    """
    plain = text.replace("\\", "/")
    if (
        (plain.lower().lstrip("/").startswith("vsi") and plain.startswith("/"))
        or _SCHEME.match(plain)
        or plain.startswith(("//./", "//?/GLOBALROOT"))
        or any(unicodedata.category(c) == "Cc" for c in text)
    ):
        raise SourceError("source_not_a_path", path=shown_name(text))


def shown_name(text: str) -> str:
    """Return a path or name fit for a message: no control characters, at most 120 characters."""
    kept = "".join(c for c in text if c.isprintable())
    return kept if len(kept) <= 120 else "…" + kept[-119:]


def expected_kind(name: str) -> str:
    """Return the kind that the extension promises; raises ``SourceError`` for one that is not read."""
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if extension == ".xls":
        raise SourceError("source_old_excel", path=shown_name(name))
    kind = KIND_OF.get(extension)
    if kind is None:
        raise SourceError("source_unknown_kind", path=shown_name(name), extension=extension or "—")
    return kind


def check_head(name: str, kind: str, head: bytes, size: int) -> None:
    """Check that the first bytes of a file (512 suffice) are of the kind its extension promises.

    Raises ``SourceError``: empty, too big, or of another kind than it says.
    """
    shown = shown_name(name)
    if size == 0:
        raise SourceError("empty", path=shown)
    if size > KINDS[kind][1]:
        raise SourceError("source_too_big", path=shown, size=size // MB, limit=KINDS[kind][1] // MB)
    if kind == "gpkg":
        # GP10 and GP11 are the application ids of GeoPackage 1.0 and 1.1; GPKG since 1.2.
        good = head[:16] == b"SQLite format 3\0" and head[68:72] in (b"GPKG", b"GP10", b"GP11")
        if head[:16] == b"SQLite format 3\0" and not good:
            raise SourceError("source_other_database", path=shown)
    elif kind == "shp":
        good = len(head) >= 100 and head[:4] == b"\0\0\x27\x0a" and head[28:32] == b"\xe8\x03\0\0"
    elif kind == "dbf":
        good = len(head) >= 33 and head[0] in (0x02, 0x03, 0x30, 0x31, 0x32, 0x83, 0x8B, 0x8E, 0xF5)
    elif kind in ("zip", "xlsx"):
        good = head[:4] in (b"PK\3\4", b"PK\5\6")
        if kind == "xlsx" and head[:4] == b"\xd0\xcf\x11\xe0":
            raise SourceError("source_old_excel", path=shown)
    else:
        text = head
        for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
            text = text.removeprefix(mark)
        text = text.replace(b"\0", b"") if text is not head else text
        if _MARKUP.match(text):
            raise SourceError("source_is_markup", path=shown)
        if kind == "geojson":
            good = text.lstrip()[:1] in (b"{", b"[")
        else:
            good = b"\0" not in text and not head.startswith((b"PK\3\4", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG"))
    if not good:
        raise SourceError("source_other_content", path=shown, kind=kind)


def check_entries(name: str, entries: Iterable[tuple[str, int, int]]) -> None:
    """Check an archive's entries (name, unpacked size, packed size) before anything is unpacked.

    Raises ``SourceError`` for names that climb out of the folder, too many entries, and bombs.
    """
    total = 0
    for number, (entry, size, packed) in enumerate(entries, 1):
        path = entry.replace("\\", "/")
        if path.startswith("/") or re.match(r"^[A-Za-z]:", path) or ".." in path.split("/") or "\0" in path:
            raise SourceError("archive_climbs", path=shown_name(name), entry=shown_name(entry))
        total += size
        if number > MAX_ENTRIES or total > MAX_UNPACKED or (size > RATIO_FROM and size > MAX_RATIO * packed):
            raise SourceError("archive_bomb", path=shown_name(name))


# --- text ---------------------------------------------------------------------------------------------

_FEW = 0.02
DAMAGED = "sources.encoding_damaged"  # the reason of an encoding that fits but for a few characters

# GBK and GB2312 are read as GB18030, which contains both. Keys are lower case without blanks, - and _.
_NAMES = {
    "utf8": "utf-8", "65001": "utf-8", "cp65001": "utf-8", "utf8sig": "utf-8-sig", "utf16": "utf-16",
    "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "936": "gb18030", "cp936": "gb18030",
    "ansi936": "gb18030", "ms936": "gb18030", "54936": "gb18030", "euccn": "gb18030", "windows936": "gb18030",
    "big5": "big5hkscs", "950": "cp950", "cp950": "cp950", "ansi950": "cp950", "big5hkscs": "big5hkscs",
    "ascii": "ascii", "usascii": "ascii", "iso88591": "iso-8859-1", "88591": "iso-8859-1", "latin1": "iso-8859-1",
    "1252": "cp1252", "cp1252": "cp1252", "ansi1252": "cp1252", "windows1252": "cp1252",
}  # fmt: skip


def codec(name: str) -> str | None:
    """Return the Python codec for an encoding's name as files and people write it, None if unknown."""
    known = _NAMES.get(re.sub(r"[\s_-]", "", name.strip().lower()))
    if known:
        return known
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return None
    return found.name if found._is_text_encoding else None


def chosen(name: str, encoding: str) -> Encoding:
    """Return the encoding that somebody chose by hand; ``SourceError`` when there is no such one."""
    found = codec(encoding)
    if found is None:
        raise SourceError("encoding_no_such", path=shown_name(name), encoding=shown_name(encoding))
    return Encoding(found, "sources.encoding_chosen")


def _decodes(chunks: Iterable[bytes], encoding: str, errors: str = "strict") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def fits(chunks: Iterable[bytes], encoding: str) -> bool:
    """Say whether all the bytes are text of that encoding."""
    try:
        for _ in _decodes(chunks, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _unreadable(chunks: Iterable[bytes], encoding: str) -> float:
    """Return the share of characters beyond ASCII that cannot be read."""
    foreign = bad = 0
    for text in _decodes(chunks, encoding, "replace"):
        foreign += len(text) - len(text.encode("ascii", "ignore"))
        bad += text.count("\ufffd")
    return bad / max(1, foreign)


def strictness(encoding_reason: str) -> str:
    """Return how a text is decoded: a choice that does not fit must fail, a guess has been tried already."""
    return "replace" if encoding_reason == DAMAGED else "strict"


class _Again:
    """Chunks of a text that can be walked several times: a tuple, or anything that starts afresh."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self.source = source

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.source)


def guess_encoding(name: str, chunks: Iterable[bytes]) -> Encoding:
    """Guess how a text is written: by its mark, then ASCII, UTF-8, GB18030, in this order.

    ``chunks`` must be walkable more than once (a list, or an object whose ``__iter__`` opens the file
    anew). Big5 cannot be told from GB18030 by its bytes: only a .cpg or a person says so. Where fewer than
    two in a hundred characters beyond ASCII are unreadable, the text is still taken, and the reason says so.
    Raises ``SourceError`` when nothing fits.
    """
    chunks = _Again(chunks)
    head = next(iter(chunks), b"")[:4]
    if head.startswith(b"\xef\xbb\xbf"):
        if fits(chunks, "utf-8-sig"):
            return Encoding("utf-8-sig", "sources.encoding_mark")
    elif head.startswith((b"\xff\xfe", b"\xfe\xff")) and fits(chunks, "utf-16"):
        return Encoding("utf-16", "sources.encoding_mark")
    if all(chunk.isascii() for chunk in chunks):
        return Encoding("ascii", "sources.encoding_ascii")
    if fits(chunks, "utf-8"):
        return Encoding("utf-8", "sources.encoding_utf8")
    # A damaged UTF-8 text may happen to be GB18030 from end to end, and would be nonsense; the other way round
    # hardly any character fits. So the few that do not fit are counted among those beyond ASCII.
    if _unreadable(chunks, "utf-8") < _FEW:
        return Encoding("utf-8", DAMAGED)
    if fits(chunks, "gb18030"):
        return Encoding("gb18030", "sources.encoding_gb")
    if _unreadable(chunks, "gb18030") < _FEW:
        return Encoding("gb18030", DAMAGED)
    raise SourceError("encoding_unknown", path=shown_name(name))
