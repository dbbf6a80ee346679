"""What the front desk hands out: frozen pictures of things, made to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layers.domain.clock import Lamp

Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees, EPSG:4490


@dataclass(frozen=True)
class Tier:
    """A level of a grid system: 1 is the top; ``expected`` is the planned number of grids or None."""

    tier: int
    name: str
    letter: str
    expected: int | None
    covering: bool
    count: int


@dataclass(frozen=True)
class System:
    """One named way to divide the area."""

    code: str
    name: str
    kind: str
    main: bool
    tiers: tuple[Tier, ...]

    @property
    def summary(self) -> str:
        """The counts from the top down: ``1+3+22+138``."""
        return "+".join(str(tier.count) for tier in self.tiers)

    @property
    def as_planned(self) -> bool | None:
        """Whether every tier has the planned number of grids; None where nothing is planned."""
        planned = [tier for tier in self.tiers if tier.expected is not None]
        return all(tier.expected == tier.count for tier in planned) if planned else None

    @property
    def mark(self) -> str:
        """The sign behind the counts: ✓ as planned, ✗ not so, nothing where nothing is planned."""
        return {True: "✓", False: "✗", None: ""}[self.as_planned]


@dataclass(frozen=True)
class GridNode:
    """A current grid in its tree; ``open_tasks`` and ``overdue`` include everything below it."""

    uuid: str
    code: str
    name: str
    tier: int
    parent_uuid: str | None
    function: str | None
    open_tasks: int
    overdue: int
    bounds: Bounds


@dataclass(frozen=True)
class Party:
    """Somebody who can be responsible: kind is person, team or department."""

    kind: str
    uuid: str
    name: str
    post: str = ""
    open_tasks: int = 0


@dataclass(frozen=True)
class Duty:
    """A party answering for a grid or section; ``where`` says which, ``category`` narrows it."""

    party: Party
    role: str
    where: str
    category: str | None = None


@dataclass(frozen=True)
class Located:
    """Where a point lies: the chain of current grids per system (deepest first), section, place, duties."""

    lon: float
    lat: float
    chains: Mapping[str, tuple[GridNode, ...]]
    road: tuple[str, str, float] | None  # uuid, name with from–to, metres
    place: tuple[str, str] | None  # uuid, name
    duties: tuple[Duty, ...]


@dataclass(frozen=True)
class Suggestion:
    """Who should get a task and why, in words; never applied by itself."""

    party: Party
    reason: str


@dataclass(frozen=True)
class TaskLine:
    """One row of the task table."""

    uuid: str
    number: str
    kind: str
    title: str
    category_name: str
    address: str
    grid_code: str
    grid_name: str
    assignee: str
    status: str
    priority: str
    lamp: Lamp
    minutes_left: int | None
    reported_at: str
    due_at: str | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class LogLine:
    """One entry of a task's record (办理记录); instants are UTC text."""

    seq: int
    at: str
    actor: str
    step: str
    from_status: str | None
    to_status: str
    reason: str


@dataclass(frozen=True)
class Photo:
    """A photo of a task or facility; ``thumb`` is JPEG bytes, the whole is fetched by ``sha256``."""

    uuid: str
    stage: str
    name: str
    sha256: str
    thumb: bytes
    taken_at: str | None


@dataclass(frozen=True)
class Field:
    """One labelled fact of the inspector: the label is a key of the translations."""

    label: str
    value: str
    link: tuple[str, str] | None = None  # table, uuid to go to
    note: str = ""


@dataclass(frozen=True)
class Card:
    """Everything the inspector shows of one selected thing, whatever its kind.

    For a task ``values`` holds its row; for others the row as well, for editing. ``geometry`` is GeoJSON.
    """

    table: str
    uuid: str
    title: str
    code: str
    fields: tuple[Field, ...]
    values: Mapping[str, Any]
    geometry: Mapping[str, Any] | None
    bounds: Bounds | None
    lines: tuple[LogLine, ...] = ()
    photos: tuple[Photo, ...] = ()
    related: tuple[tuple[str, str, str], ...] = field(default=())  # table, uuid, text


@dataclass(frozen=True)
class Hit:
    """A thing under the cursor, inside a lasso or found by the search box."""

    table: str
    uuid: str
    title: str
    hint: str
    bounds: Bounds | None


@dataclass(frozen=True)
class Finding:
    """One fault the check found, with its place; ``values`` fill the sentence ``checks.<kind>``."""

    kind: str
    table: str
    uuids: tuple[str, ...]
    codes: tuple[str, ...]
    lon: float | None
    lat: float | None
    values: Mapping[str, Any]
    system: str = ""


@dataclass(frozen=True)
class ColumnFilter:
    """What the heading of one column of the task table lets through; an empty part lets everything through.

    ``values`` are those of the column as ``task_columns.values`` gives them ("" where it is empty), ``text`` words
    that all must stand in it, ``since`` and ``until`` stored instants, the latter just past the end.
    """

    column: str
    values: tuple[str, ...] = ()
    text: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class TaskFilter:
    """What the table shows: every part narrows; an empty part does not. Also the scope of bulk and export.

    ``due`` is "" | "overdue" | "soon" | "none"; ``grid`` a grid uuid meaning it and everything below.
    ``tray`` True keeps only what has no place yet; ``columns`` is what the headings are narrowed to.
    """

    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    due: str = ""
    grid: str = ""
    assignee: str = ""
    text: str = ""
    tray: bool = False
    open_only: bool = False
    columns: tuple[ColumnFilter, ...] = ()
