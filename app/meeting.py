"""Where a gesture of somebody who draws means to be in the workspace: at what it snaps to, or along a way there."""

from typing import Any

from app.map.gestures import Gesture
from app.map.met import Met
from layers import snapping
from layers.domain import sketching
from layers.domain.sketching import Place, Sketch
from layers.words import t


def meet(ws: Any, gesture: Gesture, sketch: Sketch, tracing: bool, scene: snapping.Scene) -> Met | None:
    """Return where a gesture means to be in a workspace, None for just where it is."""
    ring = sketch.kind in ("polygon", "rectangle")
    path = sketch.path if sketch.drawing else around(gesture, sketch)
    snap = snapping.find(ws, gesture.place, gesture.reach, scene, path, ring and sketch.drawing)
    place = (snap.lon, snap.lat) if snap else gesture.place
    if tracing and sketch.drawing and sketch.path:
        way = snapping.trace(ws, sketch.path[-1], place, gesture.reach, scene)
        if way is None:
            return Met(place, words=t("drawing.no_way"))
        return Met(way[-1], snap.kind if snap else "", way=tuple(way[1:]))
    return Met(place, snap.kind, snap.guides) if snap else None


def around(gesture: Gesture, sketch: Sketch) -> tuple[Place, ...]:
    """Return the two corners before the one that is held: right angles and extensions are counted from them."""
    if gesture.corner is None or gesture.corner[0] >= len(sketch.now.paths):
        return ()
    path, at = sketch.now.paths[gesture.corner[0]], gesture.corner[1] + (1 if gesture.mid else 0)
    if sketch.now.closed and len(path) > 3:
        return path[at - 2], path[at - 1]
    return path[max(0, at - 2) : at] if at >= 2 else ()


def own_lines(gesture: Gesture, sketch: Sketch) -> tuple[sketching.Path, ...]:
    """Return the paths of the shape that is edited without the corner that is held, as open lines."""
    if sketch.drawing:
        return ()
    lines: list[sketching.Path] = []
    for number, path in enumerate(sketch.now.paths):
        whole = (*path, path[0]) if sketch.now.closed and path else path
        if gesture.corner is None or gesture.corner[0] != number:
            lines.append(whole)
            continue
        at = gesture.corner[1]
        if gesture.mid:
            lines += [whole[: at + 1], whole[at + 1 :]]
        elif sketch.now.closed:
            lines.append((*path[at + 1 :], *path[:at]))
        else:
            lines += [path[:at], path[at + 1 :]]
    return tuple(line for line in lines if line)
