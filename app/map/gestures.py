"""What the page says while somebody draws: one small typed message for every gesture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.map import messages

WHATS = ("hover", "press", "drop", "delete", "finish", "back", "again", "give_up", "leave", "trace", "type")


@dataclass(frozen=True)
class Gesture:
    """One gesture at a place (degrees).

    ``reach`` is how far things are met, in metres; ``free`` says that nothing shall be met; ``corner`` is (path, at) of
    the corner that is held, and ``mid`` that it is the middle of the edge behind it; ``text`` is what was typed.
    """

    what: str
    lon: float
    lat: float
    reach: float
    free: bool = False
    corner: tuple[int, int] | None = None
    mid: bool = False
    text: str = ""

    @property
    def place(self) -> tuple[float, float]:
        """The place as (lon, lat)."""
        return self.lon, self.lat


def _read(raw: Mapping[str, Any]) -> Gesture:
    what = messages.choice(raw["what"], WHATS)
    lon, lat = messages.degrees((raw["lon"], raw["lat"]))
    corner = raw["corner"]
    if corner is not None:
        corner = _index(corner[0]), _index(corner[1])
    return Gesture(
        what,
        lon,
        lat,
        messages.number(raw["reach"]),
        bool(raw["free"]),
        corner,
        bool(raw["mid"]),
        str(raw["text"])[:200],
    )


def _index(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"not a number of a corner: {value!r}")
    return value


messages.know("gesture", _read)
