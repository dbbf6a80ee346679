"""In and out: what a foreign file holds, bringing it into the workspace, handing a clean GeoPackage to others."""

import errno
import gc
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from layers import exchange_grids, exchange_people, exchange_rows, exchange_styles, placing
from layers import workspace as workspaces
from layers.domain import mapping as mappings
from layers.domain.changes import Changes
from layers.domain.foreign import expected_kind
from layers.domain.tables import Problem, Progress, Source, SourceLayer
from layers.errors import Refused, SourceError, WorkspaceError
from layers.exchange_reading import SHEETS, Plan, Reading, Tally
from layers.exchange_tiers import Wish
from layers.store import export as exporting
from layers.store import intake, schema
from layers.words import stored, t
from layers.workspace import Workspace

KINDS = mappings.KINDS
EXPORTED = (
    "grid", "road_section", "place", "facility", "task", "task_sketch", "task_log", "media", "grid_system",
    "grid_tier", "department", "person", "team", "team_member", "duty",
)  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """What an import did: rows added, rows skipped because they are here already or have no usable shape.

    ``unplaced`` rows went in without a place (tasks: the tray). ``problems`` are the first thousand,
    ``counted`` how often each kind came; ``system`` is the code of the grid system that grids went into.
    """

    changes: Changes
    added: int
    skipped: int
    unplaced: int
    problems: tuple[Problem, ...]
    counted: Mapping[str, int]
    backup: Path | None
    system: str = ""


@dataclass(frozen=True)
class Exported:
    """The written file, its layers as (name, rows), and the tables left out because they are empty."""

    path: Path
    layers: tuple[tuple[str, int], ...]
    empty: tuple[str, ...] = ()


def preview(
    path: Path | str,
    *,
    encoding: str | None = None,
    crs: str | None = None,
    near_lon: float | None = None,
    progress: Progress | None = None,
) -> Source:
    """Say what a foreign file holds, with its encoding and CRS and the reasons; writes nothing.

    Raises ``SourceError`` for what is missing, empty, hostile, of another kind than it says, or not readable.
    """
    from layers.domain.foreign import refuse_path

    refuse_path(str(path))
    if Path(path).is_dir():
        raise SourceError("not_a_file", path=path)
    if expected_kind(Path(path).name) in SHEETS:
        from layers.documents import sheets

        return sheets.inspect(path, encoding=encoding, progress=progress)
    from layers.gis import sources

    return sources.inspect(path, encoding=encoding, crs=crs, near_lon=near_lon, progress=progress)


def guess_mapping(layer: SourceLayer, as_: str) -> dict[str, str]:
    """Return field -> column for the fields of a layer whose meaning is plain."""
    return mappings.guess(layer, as_)


def choices(as_: str) -> tuple[tuple[str, str], ...]:
    """Return the (column, title) pairs that the fields of things of a kind may be mapped to."""
    return tuple((target.column, t(f"exchange.column_{target.column}")) for target in mappings.targets(as_))


def crs_name(crs: str) -> str:
    """Return what a person calls a coordinate system that a preview named."""
    from layers.gis import crs as systems

    return systems.name(crs)


def guess_kind(layer: SourceLayer) -> str:
    """Return what a layer most likely is (one of ``KINDS``): by its shapes, then by how many headings fit."""
    fitting = {
        "polygon": ("grids", "places"),
        "line": ("roads",),
        "point": ("facilities", "tasks"),
        "mixed": ("facilities", "tasks", "places"),
        "": ("tasks", "people", "facilities"),
    }[layer.geometry_kind]
    scores = [len(mappings.guess(layer, as_)) for as_ in fitting]
    return fitting[scores.index(max(scores))]


def choose_layer(source: Source, name: str | None, as_: str) -> SourceLayer:
    """Return the layer of that name, or the only one that fits. Raises ``Refused`` when several do."""
    if name is not None:
        try:
            return source.layer(name)
        except KeyError:
            raise Refused("import_no_layer", path=source.path.name, layer=name) from None
    wanted = mappings.GEOMETRY.get(as_)
    fitting = [layer for layer in source.layers if layer.geometry_kind in (wanted, "mixed")]
    if not fitting:
        fitting = [layer for layer in source.layers if layer.count] or list(source.layers)
    if len(fitting) > 1:
        raise Refused("import_which_layer", path=source.path.name, layers=", ".join(each.name for each in fitting[:10]))
    return fitting[0]


def import_file(
    ws: Workspace,
    path: Path | str,
    *,
    as_: str,
    layer: str | None = None,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    system: str | None = None,
    tier: int | str | Sequence[str] | None = None,
    dissolve: Sequence[str] = (),
    crs: str | None = None,
    encoding: str | None = None,
    actor: str,
    progress: Progress | None = None,
) -> Imported:
    """Bring a layer of a foreign file into the workspace, in one step: all of it, or nothing at all.

    ``mapping`` is field -> column (None: as guessed), ``constants`` column -> text for every row. For grids
    ``system`` names their system, ``tier`` is a number, a name, or names from the top (those above the last
    are made by dissolving), ``dissolve`` fields or names that make the tiers above. A workspace that is not
    empty is backed up first; the backup is kept if anything came in. Raises ``SourceError``, ``Refused``,
    ``WorkspaceError``, ``Cancelled``.
    """
    if as_ not in KINDS:
        raise Refused("import_kind", kind=as_)
    if ws.read_only:
        raise WorkspaceError("held" if ws.holder else "read_only", path=ws.path, who=ws.store.who())
    box = workspaces.extent(ws)
    near_lon = (box[0] + box[2]) / 2 if box else None
    source = preview(path, encoding=encoding, crs=crs, near_lon=near_lon, progress=progress)
    chosen = choose_layer(source, layer, as_)
    fields = [field.name for field in chosen.fields]
    try:
        columns = mappings.reading(mapping if mapping is not None else mappings.guess(chosen, as_), as_, fields)
        for column in constants or {}:
            mappings.target(as_, column)
    except KeyError as error:
        raise Refused("import_no_field", path=source.path.name, field=error.args[0]) from None
    except ValueError as error:
        raise Refused("import_twice", column=error.args[0]) from None
    given = dict(constants or {})
    if as_ == "grids" and isinstance(system, str):
        columns = {column: field for column, field in columns.items() if column != "system"}
    plan = Plan(source, chosen, as_, columns, given, crs, encoding, ws.zone, actor, progress, near_lon)
    Reading(plan, Tally(), {}).check_constants()
    _room(ws, source)
    backup = None if intake.is_empty(ws.store.read()) else workspaces.backup(ws, thin=False)
    try:
        tally, changes = _run(ws, plan, _wish(ws, system, tier, dissolve))
    except BaseException:
        if backup is not None:
            workspaces.drop_backup(backup)
        raise
    if backup is not None:
        if tally.added:
            workspaces.thin_backups(ws.path)
        else:
            workspaces.drop_backup(backup)
            backup = None
    return _imported(changes, tally, backup)


def _run(ws: Workspace, plan: Plan, wish: Wish) -> tuple[Tally, Changes]:
    source, as_ = plan.source, plan.as_
    label = stored("exchange.label_import", name=source.path.name, kind=stored(f"exchange.as_{as_}"))
    with _old_at_rest(), ws.store.step(label, plan.actor) as writing:
        if as_ == "grids":
            tally = exchange_grids.run(plan, wish, writing, ws.area_code)
            for name in placing.PLACED:
                if intake.counted(writing.db, name):
                    placing.place(writing, name)
        elif as_ == "people":
            tally = exchange_people.run(plan, writing)
        else:
            tally = exchange_rows.run(plan, writing, ws.desk)
        if not tally.added and not tally.skipped:
            raise Refused("import_nothing", path=source.path.name)
        exchange_styles.write(writing.db)
    return tally, writing.changes


@contextmanager
def _old_at_rest() -> Iterator[None]:
    """Spare the collector of cycles what was there before: it would look through all of it every few slices."""
    lasting = gc.get_freeze_count()
    gc.freeze()
    try:
        yield
    finally:
        if not lasting:  # the window's own parts stay at rest (`app.launch.settle`)
            gc.unfreeze()


def _imported(changes: Changes, tally: Tally, backup: Path | None) -> Imported:
    return Imported(
        changes,
        tally.added,
        tally.skipped,
        tally.unplaced,
        tuple(tally.problems),
        dict(tally.counted),
        backup,
        tally.system,
    )


def _wish(ws: Workspace, system: str | None, tier: int | str | Sequence[str] | None, dissolve: Sequence[str]) -> Wish:
    names = [tier] if isinstance(tier, int | str) else list(tier or ())
    if len(names) == 1 and str(names[0]).strip().isdigit():
        return Wish(system, (), int(names[0]), tuple(dissolve), ws.name)
    return Wish(system, tuple(str(name) for name in names), None, tuple(dissolve), ws.name)


def _room(ws: Workspace, source: Source) -> None:
    """Refuse an import that the disk has hardly room for: the rows are written twice, log and file, besides indexes."""
    try:
        needed, free = 3 * source.path.stat().st_size, shutil.disk_usage(ws.path.parent).free
        if needed > 50_000_000 and free < needed:
            mb = 1_000_000
            raise WorkspaceError("no_room", path=source.path.name, needed=needed // mb, free=free // mb)
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise WorkspaceError("io", path=ws.path) from error


def export(
    ws: Workspace,
    path: Path | str,
    *,
    tables: Sequence[str] | None = None,
    per_tier: bool = False,
    personal: bool = False,
    replace: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write a clean GeoPackage: current grids, Chinese titles, styles for QGIS, nothing of the program's own.

    ``tables`` are names of the schema (None: what others need); those without rows are left out and told.
    ``per_tier`` makes one layer per grid system and tier, ``personal`` leaves names and phones of
    residents readable. Photos stay in the workspace. An earlier export at ``path`` is replaced in one move once
    everything is written, any other file only with ``replace``. Raises ``Refused`` (unknown table, nothing to
    write), ``WorkspaceError`` (`export_would_replace` for somebody else's file), ``Cancelled``.
    """
    target = Path(path)
    if target.suffix.lower() != ".gpkg":
        raise Refused("export_suffix", path=target.name)
    known = {item.name for item in schema.registered()}
    for name in tables or ():
        if name not in known:
            raise Refused("export_no_table", table=name)
    filled = [name for name in tables or EXPORTED if intake.counted(ws.store.read(), name)]
    empty = tuple(name for name in tables or EXPORTED if name not in filled)
    if not filled:
        raise Refused("export_nothing", path=target)
    layers, bare = _layers(ws, filled, per_tier)
    empty += bare
    if not layers:
        raise Refused("export_nothing", path=target)
    wanted = [(layer.name, layer.table, layer.system, layer.tier) for layer in layers]
    qml = exchange_styles.of_layers(ws.store.read(), wanted)
    written = exporting.write(ws.path, target, layers, qml, personal=personal, replace=replace, progress=progress)
    return Exported(target, written, empty)


def _layers(ws: Workspace, tables: Sequence[str], per_tier: bool) -> tuple[list[exporting.Layer], tuple[str, ...]]:
    """Return the layers to write and the names of those that would be empty."""
    from layers.exchange_names import ascii_name

    db = ws.store.read()
    found: list[exporting.Layer] = []
    empty: list[str] = []
    current = intake.current_counts(db)
    origin = ws.name + (f" · {t('exchange.synthetic')}" if ws.synthetic else "")
    for name in tables:
        item = schema.table(name)
        if name == "grid" and per_tier:
            taken: set[str] = set()
            for system in intake.systems(db):
                for number, tier_name, _ in system.tiers:
                    base = layer = f"grid_{ascii_name(system.code) or 'system'}_{number}"
                    while layer in taken:
                        layer += "_"
                    taken.add(layer)
                    if (system.code, number) not in current:
                        empty.append(layer)
                        continue
                    words = {"system": system.name, "tier": tier_name}
                    about = t("exchange.about_tier", origin=origin, **words)
                    identifier = f"{system.name} · {number} {tier_name}" + (layer[len(base) :])
                    found.append(exporting.Layer(layer, "grid", identifier, about, system.code, number))
        else:
            found.append(exporting.Layer(name, name, item.title, t("exchange.about", origin=origin, title=item.title)))
    return found, tuple(empty)


__all__ = [
    "EXPORTED",
    "KINDS",
    "Exported",
    "Imported",
    "choices",
    "choose_layer",
    "crs_name",
    "export",
    "guess_kind",
    "guess_mapping",
    "import_file",
    "preview",
]
