"""Tables copied by SQL into a new GeoPackage: one plain file that any other program reads, without anything of ours.

The new file is written in full under another name beside its target and then takes its place.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from layers.domain import masking
from layers.errors import WorkspaceError
from layers.store import connection, ddl, journal, rtree, rules, styles
from layers.store.schema import Table, registered, table

Progress = Callable[[int, int, str], None]

# (table, column) -> how it is masked; `attrs` is masked everywhere.
_PERSONAL = {
    ("task", "reporter"): "gewu_name",
    ("task", "reporter_phone"): "gewu_phone",
    ("task", "title"): "gewu_prose",
    ("task", "description"): "gewu_prose",
    ("task", "address"): "gewu_prose",
    ("task", "last_reason"): "gewu_prose",
    ("task_log", "reason"): "gewu_prose",
    ("task_log", "detail"): "gewu_attrs",
    ("task_sketch", "label"): "gewu_prose",
    ("media", "name"): "gewu_prose",
    ("person", "phone"): "gewu_phone",
    ("person", "note"): "gewu_prose",
    ("suspension", "reason"): "gewu_prose",
}
# Pictures that may show people and number plates stay here unless personal data is asked for.
_PICTURES = {("media", "thumb")}
_INSTRUCTIONS = 200_000  # of SQLite's machine between two questions whether to go on


@dataclass(frozen=True)
class Layer:
    """A table of the new file: rows of ``table``, of grids the current ones (of one system and tier if given)."""

    name: str
    table: str
    identifier: str
    description: str
    system: str | None = None
    tier: int | None = None


def write(
    source: Path,
    target: Path,
    layers: Sequence[Layer],
    qml: Sequence[styles.Style] = (),
    *,
    personal: bool = False,
    replace: bool = False,
    progress: Progress | None = None,
) -> tuple[tuple[str, int], ...]:
    """Write layers of a workspace into a new GeoPackage at ``target`` and return (name, rows) of each.

    An earlier export that is there already is replaced in one move, and only when everything is written; any other
    file only if ``replace`` says so. ``personal`` False masks names, phones and identity numbers. Raises
    ``WorkspaceError`` (no room, no permission, in use, a workspace, somebody else's file).
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    _check_target(source, target, replace)
    try:
        _check_folder(partial, target, source, layers)
        with connection.plainly(target), closing(connection.connect(partial)) as db:
            written = _fill(db, source, layers, qml, personal, progress)
        _to_disk(partial)
        _take_place(partial, target)
    except OSError as error:
        raise WorkspaceError("disk_full" if error.errno == errno.ENOSPC else "read_only", path=target) from error
    finally:
        _remove(partial)
    return written


def _check_target(source: Path, target: Path, replace: bool) -> None:
    if not target.parent.is_dir():
        raise WorkspaceError("no_folder", path=target.parent)
    if target.is_dir():
        raise WorkspaceError("not_a_file", path=target)
    if target.exists():
        if target.resolve() == source.resolve() or _is_workspace(target):
            raise WorkspaceError("export_onto_workspace", path=target)
        if any(target.with_name(target.name + end).exists() for end in ("-wal", "-journal")):
            # Beside a new file the old one's journal would be taken for its own.
            raise WorkspaceError("target_in_use", path=target)
        if not replace and not _is_export(target):
            raise WorkspaceError("export_would_replace", path=target)


def _check_folder(partial: Path, target: Path, source: Path, layers: Sequence[Layer]) -> None:
    """Make the empty partial file: a folder that takes none is something else than a full disk."""
    folder = partial.parent
    try:
        _remove(partial)
        partial.touch()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise WorkspaceError("disk_full", path=target) from error
        raise WorkspaceError("folder_read_only", path=folder) from error
    free = shutil.disk_usage(folder).free
    if free >= source.stat().st_size:
        return  # a part of it needs no more than the whole
    needed = _needed(source, layers)
    if free < needed:
        mb = 1_000_000
        raise WorkspaceError("no_room", path=target, needed=-(-needed // mb), free=free // mb)


def _needed(source: Path, layers: Sequence[Layer]) -> int:
    """Return about how many bytes the layers will take: their rows, by the length of some, and as much for indexes."""
    found = 0
    with connection.plainly(source), closing(connection.connect(source, read_only=True, trusted=False)) as db:
        for layer in layers:
            item = table(layer.table)
            length = " + ".join(f'coalesce(length(CAST("{name}" AS BLOB)), 0) + 2' for name in item.names)
            where, args = _where(layer)
            some = f'SELECT {length} AS n FROM "{item.name}" WHERE {where} LIMIT 1000'
            each = db.execute(f"SELECT avg(n) FROM ({some})", args).fetchone()[0] or 0
            found += round(each * db.execute(f'SELECT count(*) FROM "{item.name}" WHERE {where}', args).fetchone()[0])
    return found * 3 // 2 + 500_000


def _is_workspace(path: Path) -> bool:
    return _seen(path, lambda db: bool(db.execute("SELECT 1 FROM sqlite_master WHERE name='gewu_meta'").fetchone()))


def _is_export(path: Path) -> bool:
    """Say whether a file holds nothing but tables as we write them (an empty file holds nothing at all)."""
    ours = {item.names for item in registered()}

    def look(db: sqlite3.Connection) -> bool:
        names = [row[0] for row in db.execute("SELECT table_name FROM gpkg_contents")]
        found = {
            tuple(row["name"] for row in db.execute("SELECT name FROM pragma_table_info(?)", (n,)))
            for n in names
            if n != "layer_styles"
        }
        return bool(found) and found <= ours

    return path.stat().st_size == 0 or _seen(path, look)


def _seen(path: Path, look: Callable[[sqlite3.Connection], bool]) -> bool:
    """Ask a file that may be anything; False for what is no database."""
    if path.stat().st_size < 100 or not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return False
    try:
        with closing(connection.connect(path, read_only=True, trusted=False)) as db:
            return look(db)
    except sqlite3.DatabaseError:
        return False


def _fill(
    db: sqlite3.Connection,
    source: Path,
    layers: Sequence[Layer],
    qml: Sequence[styles.Style],
    personal: bool,
    progress: Progress | None,
) -> tuple[tuple[str, int], ...]:
    # A crash leaves only the partial file, so nothing has to be undone in it.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -65536")
    for name in ("name", "phone", "prose", "attrs"):
        db.create_function(f"gewu_{name}", 1, getattr(masking, name), deterministic=True)
    _attach(db, source)
    written: list[tuple[str, int]] = []
    stop: list[BaseException] = []

    def ask() -> int:
        try:
            if progress is not None:
                progress(len(written), len(layers), layers[min(len(written), len(layers) - 1)].identifier)
        except BaseException as error:
            stop.append(error)
            return 1
        return 0

    db.set_progress_handler(ask, _INSTRUCTIONS)
    try:
        with connection.atomic(db):
            ddl.create_core(db)
            for layer in layers:
                ask()
                if stop:
                    raise stop[0]
                written.append((layer.name, _copy(db, layer, personal)))
            words = {
                f"{layer.table}_{column}": choices
                for layer in layers
                for column, choices in ddl.column_words(layer.table).items()
            }
            ddl.add_words(db, words)
            if qml:
                styles.write(db, qml)
    except sqlite3.OperationalError:
        if stop:
            raise stop[0] from None
        raise
    finally:
        db.set_progress_handler(None, 0)
    db.execute("DETACH source")
    db.execute("PRAGMA journal_mode = DELETE")
    return tuple(written)


def _attach(db: sqlite3.Connection, source: Path) -> None:
    uri = source.resolve().as_uri()
    try:
        db.execute("ATTACH ? AS source", (f"{uri}?mode=ro",))
        db.execute("SELECT 1 FROM source.sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        # A workspace in WAL mode on a medium that cannot be written; nobody else can write it either.
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CANTOPEN or source.with_name(source.name + "-wal").exists():
            raise
        if any(row["name"] == "source" for row in db.execute("PRAGMA database_list")):
            db.execute("DETACH source")
        db.execute("ATTACH ? AS source", (f"{uri}?immutable=1",))


def _copy(db: sqlite3.Connection, layer: Layer, personal: bool) -> int:
    item = table(layer.table)
    ddl.create_table(db, item, layer.name)
    db.execute(
        "UPDATE gpkg_contents SET identifier=?, description=? WHERE table_name=?",
        (layer.identifier, layer.description, layer.name),
    )
    where, args = _where(layer)
    columns = ", ".join(f'"{name}"' for name in item.names)
    values = ", ".join(_value(item, name, personal) for name in item.names)
    count = db.execute(
        f'INSERT INTO main."{layer.name}" ({columns}) SELECT {values} FROM source."{item.name}" WHERE {where}', args
    ).rowcount
    if item.geometry:
        _copy_tree(db, layer, item, count)
        for sql in rules.rtree(layer.name).values():
            db.execute(sql)
    return count


def _where(layer: Layer) -> tuple[str, list[object]]:
    terms, args = ["1"], list[object]()
    if layer.table == "grid":
        terms.append("valid_to IS NULL")
    for column, value in (("system", layer.system), ("tier", layer.tier)):
        if value is not None:
            terms.append(f"{column}=?")
            args.append(value)
    return " AND ".join(terms), args


def _value(item: Table, name: str, personal: bool) -> str:
    if not personal and (item.name, name) in _PICTURES:
        return "NULL"
    mask = "gewu_attrs" if name == "attrs" else _PERSONAL.get((item.name, name))
    return f'"{name}"' if personal or mask is None else f'{mask}("{name}")'


def _copy_tree(db: sqlite3.Connection, layer: Layer, item: Table, count: int) -> None:
    whole = int(db.execute(f'SELECT count(*) FROM source."{item.name}"').fetchone()[0]) == count
    if whole and layer.name == item.name:
        for part in ("node", "rowid", "parent"):
            tree = f'"rtree_{layer.name}_geom_{part}"'
            db.execute(f"DELETE FROM main.{tree}")
            db.execute(f"INSERT INTO main.{tree} SELECT * FROM source.{tree}")
        box = journal.extent(db, layer.name)
    else:
        ids, boxes = rtree.read(db, item.name, "source", f'id IN (SELECT fid FROM main."{layer.name}")')
        rtree.refill(db, layer.name, ids, boxes, rtree.FILL_FINAL)
        box = (
            (float(boxes[:, 0].min()), float(boxes[:, 2].min()), float(boxes[:, 1].max()), float(boxes[:, 3].max()))
            if len(boxes)
            else None
        )
    db.execute(
        "UPDATE gpkg_contents SET min_x=?, min_y=?, max_x=?, max_y=? WHERE table_name=?",
        (*(box or (None,) * 4), layer.name),
    )


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _take_place(partial: Path, target: Path) -> None:
    try:
        os.replace(partial, target)
    except PermissionError as error:
        # Windows does not replace a file that another program has open.
        raise WorkspaceError("target_in_use" if target.exists() else "read_only", path=target) from error


def _remove(partial: Path) -> None:
    for end in ("", "-journal"):
        partial.with_name(partial.name + end).unlink(missing_ok=True)
