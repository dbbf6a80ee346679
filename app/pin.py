"""Where the pin of a drawn shape stands: on a line half way along it, in an area well inside it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

Place = tuple[float, float]


def pin_of(geometry: Mapping[str, Any]) -> Place:
    """Return (lon, lat) in degrees for a GeoJSON Point, LineString or Polygon as it was drawn."""
    coordinates = geometry["coordinates"]
    match geometry["type"]:
        case "Point":
            return float(coordinates[0]), float(coordinates[1])
        case "LineString":
            return _half_way(coordinates)
        case "Polygon":
            return _inside(coordinates)
    raise ValueError(str(geometry["type"]))


def _half_way(line: Sequence[Sequence[float]]) -> Place:
    squeeze = cos(radians(line[0][1]))
    lengths = [hypot((b[0] - a[0]) * squeeze, b[1] - a[1]) for a, b in pairwise(line)]
    rest = sum(lengths) / 2
    for (a, b), length in zip(pairwise(line), lengths, strict=True):
        if rest <= length and length > 0:
            part = rest / length
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        rest -= length
    return line[0][0], line[0][1]


def _inside(rings: Sequence[Sequence[Sequence[float]]]) -> Place:
    """Return the middle of the widest piece of a horizontal cut: inside the area even if it is bent or has holes.

    The cut runs half way between the two corners next to the middle, so it never meets a corner.
    """
    heights = sorted({point[1] for ring in rings for point in ring})
    if len(heights) < 2:
        return rings[0][0][0], rings[0][0][1]
    middle = (heights[0] + heights[-1]) / 2
    gaps = [(low, high) for low, high in pairwise(heights) if high > low]
    low, high = min(gaps, key=lambda gap: abs((gap[0] + gap[1]) / 2 - middle))
    y = (low + high) / 2
    cuts = sorted(
        a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for ring in rings
        for a, b in pairwise(ring)
        if (a[1] < y) != (b[1] < y)
    )
    left, right = max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda cut: cut[1] - cut[0])
    return (left + right) / 2, y
