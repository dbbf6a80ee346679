"""What the map says of the picture in sight, so that the legend explains that and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.map import messages

LAYERS = ("task", "grid", "functions", "road", "place", "facility")


@dataclass(frozen=True)
class Holds:
    """Layer -> what of it is in the picture (statuses, styles, classes, kinds), and whether a task is overdue."""

    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    overdue: bool = False

    def shows(self, layer: str, key: str) -> bool:
        """Whether something is in sight."""
        return key in self.kinds.get(layer, frozenset())


@dataclass(frozen=True)
class OverviewFolded:
    """Somebody opened or folded the overview."""

    open: bool


def _holds(raw: Mapping[str, Any]) -> Holds:
    kinds = {layer: frozenset(str(key) for key in list(raw[layer])) for layer in LAYERS}
    return Holds(kinds, bool(raw["overdue"]))


messages.know("holds", _holds)
messages.know("overview", lambda raw: OverviewFolded(bool(raw["open"])))
