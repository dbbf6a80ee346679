"""Indicators: one number for every grid of a tier, and the classes in which the map shows them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from layers import people, tiles
from layers.domain import symbols
from layers.domain.classes import FEWEST, METHODS, MOST, Classes, classify
from layers.domain.clock import stamp
from layers.domain.things import TaskFilter
from layers.grids import systems
from layers.store import queries_indicators as ask
from layers.store import queries_tasks
from layers.workspace import Workspace

INDICATORS = ("open", "overdue", "density", "facilities", "coverage")
PLAIN_ZERO = frozenset(("open", "overdue", "density", "facilities"))  # of these, nothing is a class of its own
OF_TASKS = frozenset(("open", "overdue", "density"))  # these count the tasks that list and pins show


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see: ``tier`` 0 is the one that fits the zoom, ``indicator`` "" none."""

    indicator: str = ""
    method: str = "natural"
    count: int = 5
    tier: int = 0

    def __post_init__(self) -> None:
        known = self.indicator in ("", *INDICATORS) and self.method in METHODS
        if not known or not FEWEST <= self.count <= MOST or self.tier < 0:
            raise ValueError(f"{self.indicator} {self.method} {self.count} {self.tier}")


@dataclass(frozen=True)
class Shading:
    """A tier of grids in classes: ``grids[i]`` are the uuids of class ``i``, ``numbers[i]`` what is written in them.

    ``zero`` counts the grids with nothing (``zeros`` are their uuids, in a colour of their own), ``without`` those for
    which there is no such number: they are not coloured. ``only`` are the tasks that are counted, of whom ``who`` is
    the person; ``total`` adds up what is counted.
    """

    wish: Wish
    system: str
    tier: int
    tier_name: str
    classes: Classes
    grids: tuple[tuple[str, ...], ...]
    numbers: tuple[tuple[str, ...], ...]
    zero: int
    without: int
    zeros: tuple[str, ...] = ()
    only: TaskFilter = field(default_factory=TaskFilter)
    who: str = ""
    total: float | None = None
    tray: int = 0  # open tasks that are counted in no grid, because nobody has placed them yet
    too_small: str = ""  # the tier that was wished, where its grids are too small to be shaded

    @property
    def fills(self) -> dict[str, tuple[str, ...]]:
        """The uuids of the grids that are filled, by the key of their colour (`symbols.Table.shades`)."""
        return {"zero": self.zeros} | {str(i): uuids for i, uuids in enumerate(self.grids)}


def counted(indicator: str, wanted: TaskFilter) -> TaskFilter:
    """Return which tasks an indicator counts when the task list shows ``wanted``: the same, but of every grid.

    The list may be narrowed to one grid; shades compare grids, and the number in each is what the list then holds.
    That they are open goes without saying: only open tasks are counted at all.
    """
    return replace(wanted, grid="", open_only=False) if indicator in OF_TASKS else TaskFilter()


def measure(
    ws: Workspace,
    indicator: str,
    system: str,
    tier: int,
    now: datetime | None = None,
    only: TaskFilter = TaskFilter(),  # noqa: B008 - frozen
) -> dict[str, float | None]:
    """Return uuid -> value of every current grid of a tier, what lies below it included; None: no such number.

    ``open`` and ``overdue`` count tasks; ``density`` is open tasks per km²; ``facilities`` counts those not removed;
    ``coverage`` is the share (0 to 100) of the metres of street in a grid that somebody answers for by a duty in force,
    its section chief above all (路段责任覆盖率); None without a street. ``only`` narrows the tasks that are counted.
    Raises ``ValueError`` for another indicator.
    """
    if indicator not in INDICATORS:
        raise ValueError(indicator)
    db, now = ws.store.read(), now or datetime.now(UTC)
    sizes = ask.areas(db, system, tier)
    found: dict[str, float | None] = dict.fromkeys(sizes, 0.0)
    if indicator == "facilities":
        found |= {uuid: float(n) for uuid, n in ask.facilities(db, system, tier).items()}
    elif indicator == "coverage":
        today = f"{now.astimezone(ZoneInfo(ws.zone)):%Y-%m-%d}"
        metres = ask.sections(db, system, tier, today)
        found = {uuid: _share(*metres[uuid]) if uuid in metres else None for uuid in sizes}
    else:
        counts = ask.tasks(db, system, tier, stamp(now), None if only == TaskFilter() else only)
        found |= {uuid: float(pair[indicator == "overdue"]) for uuid, pair in counts.items()}
        if indicator == "density":
            known = _areas(ws, sizes)
            found = {
                uuid: n * 1e6 / known[uuid] if n is not None and known[uuid] else None for uuid, n in found.items()
            }
    return found


def _share(whole: float, part: float) -> float:
    return round(100.0 * part / whole, 6)  # sums of the same metres in another order differ in the last digits


def _areas(ws: Workspace, sizes: dict[str, float | None]) -> dict[str, float]:
    """Fill in the areas that the file does not say, from the outlines."""
    unknown = [uuid for uuid, size in sizes.items() if not size]
    known = {uuid: size for uuid, size in sizes.items() if size}
    if unknown:
        from layers.gis.crs import area_m2

        shapes = np.empty(len(unknown), dtype=object)
        shapes[:] = ask.shapes_of(ws.store.read(), unknown)
        known |= dict(zip(unknown, map(float, np.nan_to_num(area_m2(shapes))), strict=True))
    return known


def tier_at(ws: Workspace, system: str, zoom: float, wanted: int = 0) -> int:
    """Return the tier whose grids are shaded at a zoom: the deepest with room for a number, or the one wanted.

    A wanted tier that is too small to be drawn at all gives way to the deepest that is drawn; 0 without grids.
    """
    drawn = tiles.tiers_at(ws, system, zoom)
    if wanted:
        return max((tier for tier in drawn if tier <= wanted), default=0)
    roomy = tiles.tiers_at(ws, system, zoom, symbols.table().number_pixels)
    return roomy[-1] if roomy else 0


def shade(
    ws: Workspace,
    system: str,
    zoom: float,
    wish: Wish,
    now: datetime | None = None,
    wanted: TaskFilter = TaskFilter(),  # noqa: B008 - frozen
) -> Shading | None:
    """Return a tier of a system in classes as wished, None without a wish or without grids.

    ``wanted`` is what the task list shows: tasks are counted as `counted` says.
    """
    only = counted(wish.indicator, wanted)
    tier = tier_at(ws, system, zoom, wish.tier) if wish.indicator else 0
    if not tier:
        return None
    values = measure(ws, wish.indicator, system, tier, now, only)
    apart = wish.indicator in PLAIN_ZERO
    told = {uuid: value for uuid, value in values.items() if value is not None and (value or not apart)}
    classes = classify(told.values(), wish.method, wish.count)
    grids: list[list[str]] = [[] for _ in range(len(classes))]
    numbers: list[list[str]] = [[] for _ in range(len(classes))]
    for uuid, value in told.items():
        i = classes.of(value)
        grids[i].append(uuid)
        numbers[i].append(written(wish.indicator, value))
    names = {one.tier: one.name for item in systems(ws) if item.code == system for one in item.tiers}
    without = sum(value is None for value in values.values())
    zeros = tuple(uuid for uuid, value in values.items() if value is not None and uuid not in told)
    return Shading(
        wish, system, tier, names.get(tier, ""), classes,
        tuple(map(tuple, grids)), tuple(map(tuple, numbers)),
        zero=len(zeros), without=without, zeros=zeros, only=only,
        who=people.name_of(ws, only.assignee) if only.assignee else "",
        total=sum(told.values()) if wish.indicator in ("open", "overdue", "facilities") else None,
        tray=queries_tasks.counts(ws.store.read(), only, stamp(now))["tray"] if wish.indicator == "open" else 0,
        too_small=names.get(wish.tier, "") if wish.tier > tier else "",
    )  # fmt: skip


def written(indicator: str, value: float) -> str:
    """Return a value as it is written on the map and in the legend: counts whole, shares in per cent."""
    if indicator == "coverage":
        return f"{value:.0f}%"
    if indicator == "density" and value < 9.95:
        return f"{value:.1f}"
    return f"{value:.0f}"
