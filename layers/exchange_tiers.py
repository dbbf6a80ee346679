"""Which tiers an import of grids brings: those in the file, and those made above them by dissolving."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.domain import cells
from layers.errors import Refused
from layers.store import intake
from layers.words import t


@dataclass(frozen=True)
class Wish:
    """Where the grids belong: the system's name or code, the tiers' names from the top (the last is the layer's).

    ``dissolve`` makes the tiers above, from the top: a field whose values group the rows, or the name of one
    grid over all. ``number`` places the layer's tier in a system that has tiers already.
    """

    system: str | None = None
    tiers: tuple[str, ...] = ()
    number: int | None = None
    dissolve: tuple[str, ...] = ()
    whole: str = ""  # the name of a grid over all that nobody named


@dataclass
class Grids:
    """The grids of one tier on their way in; all lists and arrays have one entry per grid."""

    tier: int
    shapes: Any
    columns: dict[str, list[Any]]
    rows: list[int]
    attrs: list[str | None]
    groups: dict[str, list[str | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)


def some(grids: Grids, chosen: Any) -> Grids:
    """Return those grids that a boolean array chooses."""
    at = np.flatnonzero(chosen).tolist()
    return Grids(
        grids.tier,
        grids.shapes[chosen],
        {name: [values[i] for i in at] for name, values in grids.columns.items()},
        [grids.rows[i] for i in at],
        [grids.attrs[i] for i in at],
        {name: [values[i] for i in at] for name, values in grids.groups.items()},
    )


@dataclass(frozen=True)
class Tiers:
    """Tier number -> name, and the incoming grids of each tier from the top."""

    names: Mapping[int, str]
    layers: list[Grids]


def plan_tiers(wish: Wish, known: intake.SystemRow | None, grids: Grids) -> Tiers:
    """Return the tiers that come in, from the top: those above are made, the layer's own may be several."""
    numbers = grids.columns.pop("tier", None)
    if numbers is not None and any(numbers):
        numbers = [int(number) if number and 1 <= number <= 6 else None for number in numbers]
        lowest = max(number for number in numbers if number)
        each = [number or lowest for number in numbers]
        present = sorted(set(each))
        named = dict(zip(present, wish.tiers, strict=False))
        mask = np.array(each)
        layers = []
        for number in present:
            level = some(grids, mask == number)
            level.tier = number
            layers.append(level)
        return Tiers({n: named.get(n) or t("exchange.tier_number", number=n) for n in present}, layers)
    uppers = max(len(wish.dissolve), len(wish.tiers) - 1)
    existing = {name: number for number, name, _ in known.tiers} if known else {}
    name = wish.tiers[-1] if wish.tiers else t("exchange.tier_own")
    number = wish.number or existing.get(name) or max(existing.values(), default=0) + uppers + 1
    if not 1 <= number <= 6 or number - uppers < 1:
        raise Refused("import_tier", number=number)
    if wish.number and not wish.tiers:
        name = next((n for n, at in existing.items() if at == number), t("exchange.tier_number", number=number))
    grids.tier = number
    names = {number: name}
    layers = [grids]
    for step in range(1, uppers + 1):
        by = wish.dissolve[-step] if step <= len(wish.dissolve) else None
        given = wish.tiers[-1 - step] if step < len(wish.tiers) else None
        upper = _dissolve(layers[0], grids, by, wish.whole)
        upper.tier = number - step
        names[upper.tier] = given or (by if by in grids.groups else None) or t("exchange.tier_whole")
        layers.insert(0, upper)
    return Tiers(names, layers)


def _dissolve(lower: Grids, grids: Grids, by: str | None, whole: str) -> Grids:
    """Return the tier above ``lower``: one grid per value of a field or of the parents' names, or one over all."""
    from layers.gis.weaving import dissolved

    if by is not None and by in lower.groups:
        groups = lower.groups[by]
    elif by is None and lower is grids and any(grids.columns.get("parent", ())):
        groups = [group_name(value) for value in grids.columns["parent"]]
    else:
        groups = [by or whole or grids.columns["system"][0]] * len(lower)
    names = list(dict.fromkeys(group for group in groups if group))
    place = {name: i for i, name in enumerate(names)}
    owner = np.array([place.get(group or "", -1) for group in groups])
    shapes = np.empty(len(names), dtype=object)
    for i in range(len(names)):
        shapes[i] = _multi(dissolved(lower.shapes[owner == i]))
    lower.columns["parent"] = [names[i] if i >= 0 else None for i in owner]
    first = [int(np.flatnonzero(owner == i)[0]) for i in range(len(names))]
    columns: dict[str, list[Any]] = {"name": list(names), "system": [grids.columns["system"][0]] * len(names)}
    upper = Grids(0, shapes, columns, [lower.rows[i] for i in first], [None] * len(names))
    # Fields that group the tiers above are carried up by the first grid of each group.
    upper.groups = {name: [values[i] for i in first] for name, values in lower.groups.items()}
    return upper


def _multi(shape: Any) -> Any:
    parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) == 3]
    return shapely.multipolygons(parts)


def group_name(value: Any) -> str | None:
    """Return the name of the group that a cell says, None for none."""
    text = "" if value is None else cells.plain(str(value))
    return text or None
