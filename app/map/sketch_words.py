"""What is said of a drawing under way: what to do next, which keys help, how far the pointer is."""

from collections.abc import Sequence

from layers import snapping
from layers.domain import measures
from layers.domain.sketching import Place, Sketch
from layers.words import t

NEW = "new"  # the tool that draws something new
HINTED = ("edit_shape", "split", "reshape", "cut", "merge", "move_shape")


def hint(sketch: Sketch, picking: bool, tracing: bool) -> str:
    """Return what to do next, and in a second line which keys help."""
    if sketch.tool == NEW or sketch.tool not in HINTED:
        key = f"drawing.hint_{sketch.kind}"
        more = "" if sketch.kind == "point" else t("drawing.hint_keys")
    else:
        key, more = f"drawing.hint_{sketch.tool}", "" if picking else t("drawing.hint_keys")
    if not sketch.drawing:
        more = t("drawing.hint_corners") if sketch.kind != "point" else ""
    if tracing:
        more = t("drawing.hint_tracing")
    return "\n".join(part for part in (t(key), more) if part)


def measured(start: Place, end: Place) -> str:
    """Return how far and in which direction one place lies from another."""
    if start == end:
        return ""
    way = snapping.measure(start, end)
    return f"{measures.length(way.length, finer=True)}  ·  {measures.bearing(way.bearing)}"


def sized(corners: Sequence[Place]) -> str:
    """Return how long and how high a rectangle is."""
    sides = (snapping.measure(corners[i], corners[i + 1]).length for i in (0, 1))
    return "  ×  ".join(measures.length(side, finer=True) for side in sides)
