"""What somebody draws or reshapes by hand, corner by corner, with every state it went through: undo while drawing.

A shape is a tuple of paths, a path a tuple of places (lon, lat) in EPSG:4490 degrees; an area's ring does not repeat
its first corner. Corners that nobody touches keep their very numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

Place = tuple[float, float]
Path = tuple[Place, ...]
Paths = tuple[Path, ...]

KINDS = ("point", "line", "polygon", "rectangle")
LEAST = {"point": 1, "line": 2, "polygon": 3, "rectangle": 3}
MOST = 20_000  # corners that can be handled one by one; beyond, the picture would stutter
DEPTH = 500  # states that are kept
_OF_GEOJSON = {
    "Point": "point", "LineString": "line", "MultiLineString": "line", "Polygon": "polygon", "MultiPolygon": "polygon",
}  # fmt: skip


class TooFew(ValueError):
    """A path would be left with fewer corners than it needs."""


@dataclass(frozen=True)
class Shape:
    """Paths of one kind; ``parts`` says how many of them belong to each part: an area's outline and its holes."""

    kind: str
    paths: Paths
    parts: tuple[int, ...]
    multi: bool = False

    @property
    def closed(self) -> bool:
        """Whether the paths are rings."""
        return self.kind in ("polygon", "rectangle")

    @property
    def corners(self) -> int:
        """How many corners there are in all."""
        return sum(len(path) for path in self.paths)


def shape_of(geometry: Mapping[str, Any]) -> Shape:
    """Return the shape of a GeoJSON geometry. Raises ``ValueError`` for a kind that is not edited by corners."""
    kind = _OF_GEOJSON.get(str(geometry["type"]))
    if kind is None:
        raise ValueError(str(geometry["type"]))
    given = geometry["coordinates"]
    multi = str(geometry["type"]).startswith("Multi")
    if kind == "point":
        return Shape(kind, ((_place(given),),), (1,))
    if kind == "line":
        lines = given if multi else [given]
        return Shape(kind, tuple(tuple(map(_place, line)) for line in lines), (1,) * len(lines), multi)
    areas = given if multi else [given]
    rings = tuple(tuple(map(_place, ring[:-1])) for area in areas for ring in area)
    return Shape(kind, rings, tuple(len(area) for area in areas), multi)


def geojson(shape: Shape) -> dict[str, Any]:
    """Return a shape as GeoJSON; rings are closed again."""
    if shape.kind == "point":
        return {"type": "Point", "coordinates": list(shape.paths[0][0])}
    paths = [[list(place) for place in path] for path in shape.paths]
    if shape.kind == "line":
        if shape.multi:
            return {"type": "MultiLineString", "coordinates": paths}
        return {"type": "LineString", "coordinates": paths[0]}
    rings = [[*ring, ring[0]] for ring in paths]
    areas, at = [], 0
    for count in shape.parts:
        areas.append(rings[at : at + count])
        at += count
    if shape.multi:
        return {"type": "MultiPolygon", "coordinates": areas}
    return {"type": "Polygon", "coordinates": areas[0]}


def _place(pair: Sequence[float]) -> Place:
    lon, lat = float(pair[0]), float(pair[1])
    if not (isfinite(lon) and isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"not a place on earth: {lon}, {lat}")
    return lon, lat


# -- single corners ----------------------------------------------------------------------------------------


def move_corner(shape: Shape, path: int, at: int, place: Place) -> Shape:
    """Return the shape with one corner elsewhere. Raises ``IndexError`` for a corner that is not there."""
    return _with(shape, path, (*shape.paths[path][:at], place, *shape.paths[path][_there(shape, path, at) + 1 :]))


def insert_corner(shape: Shape, path: int, at: int, place: Place) -> Shape:
    """Return the shape with a new corner after corner ``at``; ``IndexError`` as in `move_corner`, and for a point."""
    _there(shape, path, at)
    if shape.kind == "point":
        raise IndexError("a point has one place")
    return _with(shape, path, (*shape.paths[path][: at + 1], place, *shape.paths[path][at + 1 :]))


def delete_corner(shape: Shape, path: int, at: int) -> Shape:
    """Return the shape without a corner. Raises ``TooFew`` when its path needs it, ``IndexError`` as `move_corner`."""
    _there(shape, path, at)
    if len(shape.paths[path]) <= LEAST[shape.kind]:
        raise TooFew(str(LEAST[shape.kind]))
    return _with(shape, path, (*shape.paths[path][:at], *shape.paths[path][at + 1 :]))


def _there(shape: Shape, path: int, at: int) -> int:
    if not (0 <= path < len(shape.paths) and 0 <= at < len(shape.paths[path])):
        raise IndexError(f"no corner {at} in path {path}")
    return at


def _with(shape: Shape, path: int, new: Path) -> Shape:
    return replace(shape, paths=(*shape.paths[:path], new, *shape.paths[path + 1 :]))


# -- the drawing and its states ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Sketch:
    """A drawing under way: the states it went through and which of them is now.

    ``tool`` names what it is for, ``target`` the (table, uuid) it changes, ("", "") for something new. While drawing
    (``drawing``) the corners are the only path; while editing they are those of the target.
    """

    tool: str
    kind: str
    states: tuple[Shape, ...] = field(default=())
    at: int = 0
    target: tuple[str, str] = ("", "")
    drawing: bool = True

    @property
    def now(self) -> Shape:
        """The shape as it is now."""
        return self.states[self.at]

    @property
    def path(self) -> Path:
        """The corners drawn so far."""
        return self.now.paths[0] if self.now.paths else ()

    @property
    def changed(self) -> bool:
        """Whether anything was done that could be taken back."""
        return self.at > 0

    @property
    def complete(self) -> bool:
        """Whether there are enough corners to finish."""
        return not self.drawing or len(self.path) >= LEAST[self.kind]


def begin(tool: str, kind: str, target: tuple[str, str] = ("", "")) -> Sketch:
    """Return a drawing without corners. Raises ``ValueError`` for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(kind)
    return Sketch(tool, kind, (Shape(kind, ((),), (1,)),), 0, target)


def edit(tool: str, shape: Shape, target: tuple[str, str]) -> Sketch:
    """Return the editing of a shape that is there already."""
    return Sketch(tool, shape.kind, (shape,), 0, target, drawing=False)


def step(sketch: Sketch, shape: Shape) -> Sketch:
    """Return the sketch with a new state; what was taken back before is forgotten. The same state is no step."""
    if shape == sketch.now:
        return sketch
    states = (*sketch.states[: sketch.at + 1], shape)
    # The beginning is kept, so that giving back everything leads to what was there.
    if len(states) > DEPTH:
        states = (states[0], *states[2:])
    return replace(sketch, states=states, at=len(states) - 1)


def add(sketch: Sketch, *places: Place) -> Sketch:
    """Return the drawing with more corners as one step; one that repeats the last corner is left out."""
    path = list(sketch.path)
    for place in places:
        if not path or place != path[-1]:
            path.append(place)
    return step(sketch, Shape(sketch.kind, (tuple(path),), (1,)))


def back(sketch: Sketch) -> Sketch:
    """Return the sketch one step back; at its beginning it stays as it is."""
    return replace(sketch, at=max(sketch.at - 1, 0))


def again(sketch: Sketch) -> Sketch:
    """Return the sketch with the step that was taken back last done again."""
    return replace(sketch, at=min(sketch.at + 1, len(sketch.states) - 1))


# -- kept for another day ----------------------------------------------------------------------------------


def kept(sketch: Sketch) -> dict[str, Any]:
    """Return what is needed to go on with a sketch later, as JSON; of its states only the first and the present."""
    states = sketch.states[:1] if sketch.at == 0 else (sketch.states[0], sketch.now)
    return {
        "tool": sketch.tool,
        "kind": sketch.kind,
        "target": list(sketch.target),
        "drawing": sketch.drawing,
        "states": [
            {"paths": [[list(p) for p in path] for path in s.paths], "parts": list(s.parts), "multi": s.multi}
            for s in states
        ],
    }


def revived(found: Mapping[str, Any]) -> Sketch:
    """Return the sketch that `kept` wrote. Raises ``ValueError`` for anything else."""
    try:
        kind, table, uuid = str(found["kind"]), str(found["target"][0]), str(found["target"][1])
        if kind not in KINDS or not found["states"]:
            raise ValueError(kind)
        states = tuple(_state(kind, one) for one in found["states"])
        return Sketch(str(found["tool"]), kind, states, len(states) - 1, (table, uuid), bool(found["drawing"]))
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("not a kept sketch") from error


def _state(kind: str, found: Mapping[str, Any]) -> Shape:
    paths = tuple(tuple(_place(pair) for pair in path) for path in found["paths"])
    parts = tuple(int(count) for count in found["parts"])
    if sum(parts) != len(paths) or min(parts, default=1) < 1:
        raise ValueError("not a kept sketch")
    return Shape(kind, paths, parts, bool(found["multi"]))
