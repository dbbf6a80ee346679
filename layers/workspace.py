"""The open workspace: make, open, close, back up, verify one file; everything else takes it first."""

import glob
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from layers.domain import keeping
from layers.domain.things import Bounds, Finding
from layers.errors import Refused, WorkspaceError
from layers.store import connection, guard, queries_grids, queries_map, rows
from layers.store.desk import Desk, Holder
from layers.store.geopackage import Store
from layers.store.geopackage import create as create_file
from layers.store.journal import extent as table_extent
from layers.store.schema import features, registered

Progress = Callable[[int, int, str], None]
SUFFIX = ".gpkg"
_STAMP = "%Y%m%d-%H%M%S-%f"
AREA_DIGITS = 9


@dataclass(frozen=True)
class Status:
    """What the status bar says of a workspace."""

    name: str
    path: Path
    read_only: bool
    holder: Holder | None
    synthetic: bool
    tasks: int


class Workspace:
    """An open workspace (网格库); lives until `close`. Its methods say what it is; the work is in the modules."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.store = Store(path, read_only=read_only)
        meta = rows.settings(self.store.read())
        self.path = path
        self.name: str = meta.get("name") or path.stem
        self.area_code: str = meta.get("area_code") or ""
        self.zone: str = meta.get("time_zone") or "Asia/Shanghai"
        self.desk: str = meta.get("desk") or "A"
        self.synthetic: bool = meta.get("synthetic") == "1"

    @property
    def read_only(self) -> bool:
        """Whether this desk can only look."""
        return self.store.read_only

    @property
    def holder(self) -> Holder | None:
        """Who else holds the workspace, None when nobody does."""
        return self.store.holder

    def close(self) -> None:
        """Close the file; it is one plain file again. Closing twice does no harm."""
        self.store.close()


def create(path: Path, *, name: str, area_code: str = "", **settings: str) -> Workspace:
    """Make an empty workspace and open it; ``area_code`` is a street's (`AREA_DIGITS` digits) or empty.

    Raises ``WorkspaceError`` if there is a file already, ``Refused`` for another area code or suffix.
    """
    from layers import boards, exchange_styles

    if path.suffix.lower() != SUFFIX:
        raise Refused("workspace_suffix", path=path)
    if not is_area_code(area_code):
        raise Refused("area_code", code=area_code)
    create_file(path, {"name": name, "area_code": area_code, **settings})
    ws = Workspace(path)
    with ws.store.step("styles", "", journal=False) as writing:
        exchange_styles.write(writing.db)  # QGIS opens it styled from the first row on
        boards.install(writing)
    return ws


def is_area_code(code: str) -> bool:
    """Say whether this is the code of a street (GB/T 10114-2003: county's six digits and three more), or empty."""
    return not code or (len(code) == AREA_DIGITS and code.isascii() and code.isdigit())


def open(path: Path) -> Workspace:
    """Open a workspace; read-only when another desk holds it (``holder`` says who).

    Raises ``SourceError`` for what is no workspace, ``ForeignContent`` for one that carries foreign triggers
    or views (offer `clean_copy`), ``WorkspaceError`` for a newer or damaged one.
    """
    return Workspace(Path(path))


def open_for_reading(path: Path) -> Workspace:
    """Open a workspace without taking the desk: another process of ours writes it. Raises as `open` does."""
    return Workspace(Path(path), read_only=True)


def is_workspace(path: Path) -> bool:
    """Say whether a file is a workspace of ours, whatever its version. Raises as `open` does."""
    return guard.look(path).version is not None


def clean_copy(path: Path, target: Path) -> None:
    """Write a copy of a workspace without anything that is not ours; nothing of the source runs."""
    guard.clean_copy(path, target)


def take_over(ws: Workspace) -> bool:
    """Become the writer when the other desk has left; returns whether we are now."""
    return ws.store.take_over()


def still_held(ws: Workspace) -> bool:
    """Ask anew who else holds the workspace (``holder`` says who); returns whether somebody does."""
    return ws.store.still_held()


def moved_on(ws: Workspace) -> bool:
    """Say whether another program (QGIS, another desk) committed something since this was last asked."""
    return ws.store.moved_on()


def status(ws: Workspace) -> Status:
    """Return what the status bar shows."""
    tasks = rows.count(ws.store.read(), "task")
    return Status(ws.name, ws.path, ws.read_only, ws.holder, ws.synthetic, tasks)


def counts(ws: Workspace) -> dict[str, int]:
    """Return table -> number of rows, of the tables that other programs see; grids: current ones only."""
    db = ws.store.read()
    found = {item.name: rows.count(db, item.name) for item in registered()}
    found["grid"] = rows.count(db, "grid", "valid_to IS NULL")
    return found


def extent(ws: Workspace) -> Bounds | None:
    """Return the box that the map opens on in degrees, None for an empty workspace.

    That of the current grids of the main system, or of all grids; only where there are none, of everything else:
    one stray coordinate must not make the street a dot.
    """
    db = ws.store.read()
    home = queries_grids.extent_of_main(db)
    if home is not None:
        return home
    boxes = [box for item in features() if (box := table_extent(db, item.name)) is not None]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def settings(ws: Workspace) -> dict[str, str]:
    """Return the settings kept in the workspace."""
    return rows.settings(ws.store.read())


def set_setting(ws: Workspace, key: str, value: str) -> None:
    """Keep a setting in the workspace; the keys of the program itself are refused."""
    if key in ("schema_version", "workspace", "tx", "actor", "created"):
        raise Refused("own_setting", key=key)
    with ws.store.step(key, "", journal=False) as writing:
        rows.set_setting(writing.db, key, value)


def backup(ws: Workspace, target: Path | None = None, *, thin: bool = True) -> Path:
    """Write a consistent copy and return its path.

    Without ``target`` it goes into the folder `<name>-backups` beside the file, and those that are too old leave it
    (`layers.domain.keeping`); with ``thin`` False that is left to the next one.
    """
    if target is not None:
        ws.store.backup(target)
        return target
    target = _backup_name(ws.path)
    try:
        target.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise WorkspaceError("folder_read_only", path=ws.path.parent) from error
    try:
        ws.store.backup(target)
    except WorkspaceError as error:
        # The name of the copy is ours, that of the workspace is known to the person.
        known = {**error.values, "path": ws.path} if error.values.get("path") == target else error.values
        raise WorkspaceError(error.key, **known) from error
    finally:
        _drop_empty(target.parent)
    if thin:
        thin_backups(ws.path)
    return target


def _backup_name(path: Path) -> Path:
    return _backup_folder(path) / f"{path.stem}-{datetime.now():{_STAMP}}{SUFFIX}"


def _backup_folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}-backups")


def _drop_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def drop_backup(saved: Path) -> None:
    """Remove a backup of something that was not done after all."""
    connection.erase(saved)
    _drop_empty(saved.parent)


def thin_backups(path: Path) -> None:
    """Remove the backups of a workspace that are neither among the newest nor the last of a recent day or week."""
    made = {saved.made: saved.path for saved in saved_states(path)}
    for at in made.keys() - keeping.kept(made, datetime.now()):
        connection.erase(made[at])


@dataclass(frozen=True)
class Saved:
    """An automatic backup: its file, when it was made (local time), how many bytes it has."""

    path: Path
    made: datetime
    size: int


def saved_states(path: Path) -> list[Saved]:
    """Return the automatic backups of a workspace, the newest first; files of other names are not ours."""
    found = []
    for file in _backup_folder(path).glob(f"{glob.escape(path.stem)}-*{SUFFIX}"):
        with suppress(ValueError, OSError):  # another name, or gone meanwhile
            made = datetime.strptime(file.stem.removeprefix(f"{path.stem}-"), _STAMP)
            found.append(Saved(file, made, file.stat().st_size))
    return sorted(found, key=lambda saved: saved.made, reverse=True)


def backups(path: Path) -> list[Path]:
    """Return the files of the automatic backups of a workspace, the newest first."""
    return [saved.path for saved in saved_states(path)]


def backup_if_due(ws: Workspace, hours: float = 20.0) -> Path | None:
    """Make the day's backup when something changed since the last one and that is old enough; None otherwise."""
    if ws.read_only:
        return None
    known = saved_states(ws.path)
    now = str(queries_map.last_change(ws.store.read()))
    if known:
        fresh = datetime.now() - known[0].made < timedelta(hours=hours)
        if fresh or settings(ws).get("backed_up") == now:
            return None
    made = backup(ws)
    set_setting(ws, "backed_up", now)
    return made


def restore(saved: Path, path: Path) -> Path | None:
    """Put a backup in the place of a closed workspace; what stood there becomes a backup itself and is returned.

    Raises ``SourceError`` or ``WorkspaceError`` when the backup is no workspace or ``path`` is open somewhere.
    """
    if guard.look(saved).version is None:
        raise WorkspaceError("not_a_workspace", path=saved)
    desk = Desk(path)
    holder = desk.take()
    if holder is not None:
        raise WorkspaceError("held", path=path, who=f"{holder.who}@{holder.host}")
    partial = path.with_name(path.name + ".part")
    try:
        if not desk.held:
            raise WorkspaceError("read_only", path=path)
        # Whole beside it first, so that a full disk leaves what there was in its place.
        shutil.copyfile(saved, partial)
        kept = _set_aside(path) if path.exists() else None
        partial.replace(path)
    except OSError as error:
        raise WorkspaceError(connection.because(error), path=path) from error
    finally:
        partial.unlink(missing_ok=True)
        desk.leave()
    return kept


def _set_aside(path: Path) -> Path:
    """Move a file and what a crash left beside it among its backups.

    A write-ahead log holds the newest changes of its own file, and would be replayed into any other of that name.
    """
    kept = _backup_name(path)
    kept.parent.mkdir(exist_ok=True)
    for side in ("-wal", "-journal"):
        log = path.with_name(path.name + side)
        if log.exists():
            log.rename(kept.with_name(kept.name + side))
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    return path.rename(kept)


def verify(ws: Workspace, *, rebuild: bool = False, progress: Progress | None = None) -> list[Finding]:
    """Verify the file: integrity, R-trees, references to grids, the record's hash chain, placements.

    ``rebuild`` computes the placements afresh first. Returns what is wrong; an empty list is a sound file.
    """
    from layers import placing
    from layers.store import verifying

    if rebuild:
        placing.rebuild(ws, progress=progress)
    found = verifying.faults(ws.store.read())
    return [Finding(kind, name, uuids, (), None, None, values) for kind, name, uuids, values in found]


def has_systems(ws: Workspace) -> bool:
    """Say whether the workspace has any grid system yet."""
    return bool(queries_grids.systems(ws.store.read()))
