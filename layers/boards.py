"""Themed boards (专题图): what a map shows, saved under a name: layers, tasks, shading, kinds of facility, place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from typing import Any

import shapely

from layers.domain import flow, symbols
from layers.domain.changes import Changes
from layers.domain.things import Bounds, ColumnFilter, TaskFilter
from layers.errors import Refused
from layers.indicators import Wish
from layers.store import columns_tasks, views
from layers.store import queries_map as ask
from layers.store.journal import Writing
from layers.words import said, stored
from layers.workspace import Workspace

TABLE = views.TABLE  # named in `Changes`
KIND = "map"  # what these views are views of
LONGEST = 40  # characters of a name
LAYERS = ("task", "grid", "functions", "road", "place", "facility")  # as people switch them
MARKS = 3000  # facilities that a board marks at once


@dataclass(frozen=True)
class Board:
    """One board. ``kinds`` are facility kinds of the symbol table that it marks at every zoom, none: as usual.

    ``bounds`` is where it goes, None to the whole area; ``tasks`` which tasks have a pin, without grid and person;
    ``system`` the code of the grid system that it shows, "" for whichever is shown.
    """

    name: str
    layers: tuple[str, ...]
    tasks: TaskFilter = field(default_factory=lambda: TaskFilter(open_only=True))
    wish: Wish = field(default_factory=Wish)
    kinds: tuple[str, ...] = ()
    bounds: Bounds | None = None
    uuid: str = ""
    system: str = ""


def all_of(ws: Workspace) -> list[Board]:
    """Return the boards of a workspace in the order they were saved; a row that makes no sense is left out."""
    return [board for row in views.named(ws.store.read(), KIND) if (board := _read(row)) is not None]


def save(ws: Workspace, board: Board, actor: str) -> Changes:
    """Keep a board under its name as one step; ``uuids("gewu_view")[0]`` is its uuid.

    Raises ``Refused`` without a name, or when another board has it.
    """
    name = _free_name(ws, board.name, "")
    with ws.store.step(stored("cartography.label_save", what=name), actor) as writing:
        writing.insert(views.TABLE, {"name": name, "owner_table": KIND, "filter": _text(board)})
    return writing.changes


def update(ws: Workspace, uuid: str, board: Board, actor: str) -> Changes:
    """Let a board show something else; its name stays. Raises ``Refused`` if it is gone."""
    with ws.store.step(stored("cartography.label_update", what=_name(ws, uuid)), actor) as writing:
        writing.update(views.TABLE, uuid, {"filter": _text(board)})
    return writing.changes


def rename(ws: Workspace, uuid: str, name: str, actor: str) -> Changes:
    """Give a board another name. Raises ``Refused`` as `save` does, or if it is gone."""
    old, name = _name(ws, uuid), _free_name(ws, name, uuid)
    with ws.store.step(stored("cartography.label_rename", old=old, what=name), actor) as writing:
        writing.update(views.TABLE, uuid, {"name": name})
    return writing.changes


def delete(ws: Workspace, uuid: str, actor: str) -> Changes:
    """Delete a board. Raises ``Refused`` if it is gone."""
    with ws.store.step(stored("cartography.label_delete", what=_name(ws, uuid)), actor) as writing:
        writing.delete(views.TABLE, uuid)
    return writing.changes


def shipped() -> tuple[Board, ...]:
    """Return the boards that every new workspace has: 风险一张图 and 应急一张图, named in both languages."""
    hazards = TaskFilter(open_only=True, columns=(ColumnFilter("kind", values=("hazard",)),))
    pressing = TaskFilter(open_only=True, columns=(ColumnFilter("priority", values=("urgent", "key")),))
    return (
        Board(stored("cartography.risk"), ("task", "grid", "road", "place"), hazards, Wish("overdue")),
        Board(
            stored("cartography.emergency"),
            ("task", "grid", "road", "place", "facility"),
            pressing,
            kinds=("shelter", "fire", "help", "water", "fuel"),
        ),
    )


def install(writing: Writing) -> None:
    """Put the shipped boards into a new workspace."""
    for board in shipped():
        writing.insert(views.TABLE, {"name": board.name, "owner_table": KIND, "filter": _text(board)})


def marks(ws: Workspace, kinds: Sequence[str], box: Bounds) -> list[tuple[str, float, float]]:
    """Return (kind, lon, lat) of the facilities of some kinds in a box of degrees, 3000 at most."""
    table = symbols.table()
    found, columns = ask.facilities_of(ws.store.read(), box, _categories(ws, kinds), MARKS)
    xs, ys = shapely.get_x(found), shapely.get_y(found)
    return [
        (table.facility(category).key, float(x), float(y))
        for category, x, y in zip(columns["category"], xs, ys, strict=True)
    ]


def _categories(ws: Workspace, kinds: Sequence[str]) -> list[str]:
    table = symbols.table()
    return [one for one in ask.facility_categories(ws.store.read()) if table.facility(one).key in kinds]


def _free_name(ws: Workspace, name: str, uuid: str) -> str:
    name = " ".join(name.split())[:LONGEST]
    if not name:
        raise Refused("board_without_name")
    if any(said(board.name) == name and board.uuid != uuid for board in all_of(ws)):
        raise Refused("board_name_taken", name=name)
    return name


def _name(ws: Workspace, uuid: str) -> str:
    row = views.raw(ws.store.read(), uuid)
    if row is None:
        raise Refused("board_gone")
    return str(row["name"])


def _text(board: Board) -> str:
    kept = asdict(replace(board, tasks=replace(board.tasks, grid="", assignee="")))
    del kept["name"], kept["uuid"]
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _read(row: Mapping[str, Any]) -> Board | None:
    """Read a stored board; None for one that no version of ours can have written."""
    try:
        raw = json.loads(row["filter"])
        bounds = None if raw["bounds"] is None else tuple(float(value) for value in raw["bounds"])
        if bounds is not None and (len(bounds) != 4 or not all(map(isfinite, bounds))):
            return None
        known = symbols.table().facilities
        return Board(
            name=str(row["name"]),
            layers=tuple(name for name in LAYERS if name in raw["layers"]),
            tasks=_tasks(raw["tasks"]),
            wish=Wish(**raw["wish"]),
            kinds=tuple(kind for kind in raw["kinds"] if kind in known),
            bounds=bounds,
            uuid=str(row["uuid"]),
            system=str(raw.get("system", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _tasks(raw: Mapping[str, Any]) -> TaskFilter:
    return TaskFilter(
        statuses=tuple(one for one in flow.STATUSES if one in raw["statuses"]),
        kinds=tuple(one for one in flow.KINDS if one in raw["kinds"]),
        due=raw["due"] if raw["due"] in ("overdue", "soon", "none") else "",
        text=str(raw["text"]),
        tray=bool(raw["tray"]),
        open_only=bool(raw["open_only"]),
        columns=tuple(map(_column, raw["columns"])),
    )


def _column(raw: Mapping[str, Any]) -> ColumnFilter:
    """Raises ``ValueError`` for a column that cannot be narrowed like that."""
    made = ColumnFilter(
        str(raw["column"]), tuple(map(str, raw["values"])), str(raw["text"]), str(raw["since"]), str(raw["until"])
    )
    can = (
        (made.values, columns_tasks.VALUES),
        (made.text, columns_tasks.TEXTS),
        (made.since or made.until, columns_tasks.DAYS),
    )
    if any(part and made.column not in known for part, known in can):
        raise ValueError(made.column)
    return made
