"""The door for files from outside: what kind a file is by its content, which must be what its name says."""

from pathlib import Path

from layers.domain.foreign import check_head, expected_kind, refuse_path, shown_name
from layers.errors import SourceError
from layers.gis.sqlite_pages import Pages


def identify(path: Path | str) -> str:
    """Return the kind of a foreign file (a key of ``layers.domain.foreign.KINDS``).

    Raises ``SourceError`` in one sentence for what is not a plain file, is missing, empty, too big, cannot
    be read, of an unknown kind, or of another kind than its extension says. Opens the file for reading only
    and reads its first bytes, of a GeoPackage also the list of its tables.
    """
    refuse_path(str(path))
    path = Path(path)
    shown = shown_name(path.name or str(path))
    try:
        if path.is_dir():
            raise SourceError("not_a_file", path=shown)
        if not path.exists():
            raise SourceError("missing", path=shown_name(str(path)))
        if not path.is_file():
            raise SourceError("source_not_a_path", path=shown)
        kind = expected_kind(path.name)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except (OSError, ValueError):
        raise SourceError("source_unreadable", path=shown) from None
    check_head(path.name, kind, head, size)
    if kind == "gpkg":
        _check_tables(path)
    return kind


def _check_tables(path: Path) -> None:
    try:
        with Pages(path) as pages:
            names = {entry.name.lower() for entry in pages.schema()}
    except (ValueError, IndexError, RecursionError):
        raise SourceError("source_damaged", path=path.name) from None
    if "gpkg_contents" not in names:
        raise SourceError("source_other_database", path=path.name)
