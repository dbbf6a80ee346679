"""Where a gesture was found to mean, and what the page shows of it: the corner, why, how far it is, the way there."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from app.map import sketch_words
from app.map.gestures import Gesture
from layers import snapping
from layers.domain import ground
from layers.domain.sketching import Place, Sketch
from layers.errors import Refused
from layers.words import t


@dataclass(frozen=True)
class Met:
    """Where a gesture means to be, and why; ``way`` are the corners that lead there along roads and borders."""

    place: Place
    kind: str = ""
    guides: tuple[tuple[Place, Place], ...] = ()
    way: tuple[Place, ...] = ()
    words: str = ""


def shown(sketch: Sketch, gesture: Gesture, met: Met, picking: bool) -> dict[str, Any]:
    """Return what the page is told of where a gesture means to be."""
    start = before(sketch, gesture)
    preview: Sequence[Place] = met.way
    whole = False
    if sketch.kind == "rectangle" and sketch.drawing and len(sketch.path) == 2:
        try:
            preview, whole = snapping.rectangle(*sketch.path, met.place), True
        except Refused:
            preview = ()  # the pointer is still on the base: there is nothing to show yet
    away = sketch_words.measured(start, met.place) if start and not picking else ""
    return {
        "lon": met.place[0],
        "lat": met.place[1],
        "kind": met.kind,
        "words": met.words or (t(f"drawing.met_{met.kind}") if met.kind else ""),
        "text": sketch_words.sized(preview) if whole else away,
        "guides": met.guides,
        "preview": list(preview),
        "whole": whole,
    }


def before(sketch: Sketch, gesture: Gesture) -> Place | None:
    """Return the corner that a stretch to the pointer begins at."""
    if sketch.drawing:
        return sketch.path[-1] if sketch.path else None
    if gesture.corner is None or sketch.kind == "point":
        return None
    path, at = gesture.corner
    if path >= len(sketch.now.paths) or at >= len(sketch.now.paths[path]):
        return None
    corners = sketch.now.paths[path]
    if gesture.mid:
        return corners[at]
    return corners[at - 1] if at > 0 or sketch.now.closed else corners[min(1, len(corners) - 1)]


def near(place: Place, gesture: Gesture) -> bool:
    """Whether a place is within the reach of a gesture."""
    across, along = ground.degree_m(place[1])
    return hypot((place[0] - gesture.lon) * across, (place[1] - gesture.lat) * along) <= gesture.reach
