"""Base maps below the workspace: look at a file, open it, and hand out its tiles; the workspace never holds any of it.

A base map is a file of the person's own (MBTiles, PMTiles, a georeferenced image or a scan placed by points); which
ones a workspace uses is remembered by the client. Nothing here changes a workspace.
"""

import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from layers.basemap_layers import (
    NOTHING,
    Layer,
    Picture,
    Unplaced,
    check,
    file_kind,
    is_cut,
    open_layer,
    open_picture,
    place,
    pyramid,
)
from layers.domain import base_maps
from layers.domain.base_maps import IMAGE, MOST_POINTS, Base, ControlPoint, moved, read, suggests_gcj02, written
from layers.domain.foreign import shown_name

__all__ = [
    "MOST_POINTS",
    "NOTHING",
    "Base",
    "ControlPoint",
    "Fitted",
    "Found",
    "Layer",
    "Picture",
    "Unplaced",
    "changed",
    "fit",
    "is_base_map",
    "is_cut",
    "look",
    "moved",
    "open_layer",
    "open_picture",
    "read",
    "scan",
    "sounds_shifted",
    "written",
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a file turned out to be: the base map made of it, and whether its name sounds like GCJ-02."""

    base: Base
    mars: bool


@dataclass(frozen=True)
class Fitted:
    """How well control points fit: metres that each lies off, and their root mean square; empty if too few."""

    residuals: tuple[float, ...]
    mean: float


def is_base_map(path: Path) -> bool:
    """Say whether a file that comes without a word is a base map: by its name, and for photographs by a world file.

    A picture without one may be a photo of a task as well as a scan.
    """
    from layers.gis import sidecars

    suffix = path.suffix.lower()
    kind = base_maps.EXTENSIONS.get(suffix)
    if kind != IMAGE or suffix in (".tif", ".tiff"):
        return kind is not None
    return sidecars.world_file(path) is not None


def look(path: Path, *, near_lon: float | None = None, crs: str = "") -> Found:
    """Look into a file that somebody wants as a base map; nothing of it is kept.

    ``near_lon`` tells which zone plain metres are in, ``crs`` what the person says of an image. Raises
    ``Unplaced`` for an image without a place, ``SourceError`` for anything that cannot be one.
    """
    kind = file_kind(path)
    base = Base(uuid.uuid4().hex[:12], path, kind, shown_name(path.stem), crs=crs)
    said = [path.stem]
    if kind == IMAGE:
        where = place(base, near_lon)
        base = replace(base, crs=where.crs)
    else:
        tiles = pyramid(base)
        try:
            said += [tiles.about.get(key, "") for key in ("name", "description", "attribution")]
            check(tiles.any_tile(), tiles.about.get("format", ""), path)
        finally:
            tiles.close()
    return Found(base, suggests_gcj02(*said))


def changed(base: Base, **values: Any) -> Base:
    """Return a base map with some of its fields changed."""
    return replace(base, **values)


def sounds_shifted(base: Base) -> bool:
    """Say whether the names of a base map and its file sound like GCJ-02; only ever a suggestion."""
    return suggests_gcj02(base.name, base.path.stem)


def scan(path: Path) -> Base:
    """Return the base map of an image that is to be placed by points; raises ``SourceError`` if it is no image."""
    from layers.gis import image_head

    if file_kind(path) != IMAGE:
        raise AssertionError(f"{path} is no image")
    image_head.head(path)
    return Base(uuid.uuid4().hex[:12], path, IMAGE, shown_name(path.stem))


def fit(base: Base) -> Fitted:
    """Return how well a scan's points fit; raises ``SourceError`` when they are too few or on one line."""
    from layers.gis import placement

    found = placement.fitted(base.points, base.fit, shown_name(base.path.name))
    return Fitted(found.residuals, found.mean)
