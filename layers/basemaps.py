"""Base maps below the workspace: look at a file, open it, and hand out its tiles; the workspace never holds any of it.

A base map is a file of the person's own (MBTiles, PMTiles, a georeferenced image or a scan placed by points); which
ones a workspace uses is remembered by the client. Nothing here changes a workspace.
"""

import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from layers.basemap_layers import NOTHING, Layer, Picture, check, file_kind, is_cut, open_layer, open_picture, pyramid
from layers.basemap_places import Landing, Systems, Undecided, Unplaced, box_of, landing, meets, place, systems
from layers.domain import base_maps
from layers.domain.base_maps import (
    GCJ02,
    IMAGE,
    MOST_POINTS,
    SHIFTED,
    Base,
    ControlPoint,
    moved,
    read,
    suggests_gcj02,
    written,
)
from layers.domain.foreign import shown_name
from layers.domain.things import Bounds
from layers.errors import SourceError
from layers.words import t

__all__ = [
    "MOST_POINTS",
    "NOTHING",
    "Base",
    "ControlPoint",
    "Fitted",
    "Found",
    "Landing",
    "Layer",
    "Picture",
    "Systems",
    "Undecided",
    "Unplaced",
    "at",
    "changed",
    "fit",
    "is_base_map",
    "is_cut",
    "landing",
    "look",
    "meets",
    "moved",
    "open_layer",
    "open_picture",
    "read",
    "recalled",
    "scan",
    "sorted_out",
    "sought",
    "sounds_shifted",
    "system_name",
    "systems",
    "written",
]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a file turned out to be: the base map made of it, and whether its name sounds like GCJ-02.

    ``guessed`` is the key of why its coordinate system was told from its numbers, "" where the file names it.
    """

    base: Base
    mars: bool
    guessed: str = ""


@dataclass(frozen=True)
class Fitted:
    """How well control points fit: metres that each lies off, and their root mean square.

    ``wrong`` is the point without which the others fit far better (``mean_without``), -1 for none; ``known`` says
    whether there are so many points that a wrong one would show: as many as are needed always fit.
    """

    residuals: tuple[float, ...]
    mean: float
    known: bool = True
    wrong: int = -1
    mean_without: float = 0.0


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


def look(path: Path, *, street: Bounds | None = None, crs: str = "", origin: str = "") -> Found:
    """Look into a file that somebody wants as a base map; nothing of it is kept.

    ``street`` is the workspace's box in degrees: it tells which zone plain metres are in, and a system told from
    numbers counts only if the image then meets it. ``crs`` and ``origin`` are what the person says of an image.
    Raises ``Unplaced`` for an image without a place, ``Undecided`` for one whose system must be chosen,
    ``SourceError`` for anything that cannot be a base map.
    """
    kind = file_kind(path)
    base = Base(uuid.uuid4().hex[:12], path, kind, shown_name(path.stem), crs=crs, origin=origin)
    said, guessed = [path.stem], ""
    if kind == IMAGE:
        where, guessed = place(base, (street[0] + street[2]) / 2 if street else None)
        if guessed and street is not None and not meets(box_of(where, path), street):
            raise Undecided("base_which_crs", path=shown_name(str(path)))
        base = replace(base, crs=where.crs)
    else:
        tiles = pyramid(base)
        try:
            said += [tiles.about.get(key, "") for key in ("name", "description", "attribution")]
            check(tiles, path)
        finally:
            tiles.close()
    return Found(base, not origin and suggests_gcj02(*said), guessed)


def recalled(raw: Any, folder: Path) -> tuple[Base, ...]:
    """Return the base maps in JSON values that `written` made, each with the place where its file is now.

    One that is not where it was is looked for on its old way from the workspace's folder, then in that folder: they
    may have been moved together. Asks the disk.
    """
    found = []
    for base in read(raw):
        places = [base.path, *([folder / base.beside] if base.beside else []), folder / base.path.name]
        there = next((one for one in places if _exists(one)), None)
        found.append(base if there is None else at(base, there, folder))
    return tuple(found)


def at(base: Base, path: Path, folder: Path) -> Base:
    """Return a base map whose file is at a path, and the way there from the workspace's folder."""
    whole = os.path.normpath(path)
    try:
        beside = Path(os.path.relpath(whole, folder)).as_posix()
    except ValueError:  # another drive
        beside = ""
    return replace(base, path=Path(whole), beside=beside)


def sought(maps: Iterable[Base], base: Base, path: Path, folder: Path) -> tuple[Base, ...]:
    """Return ``base`` with its file at the path that a person found, and others whose lost files are in that place.

    Raises ``SourceError`` when the file is no base map of the same kind.
    """
    if file_kind(path) != base.kind:
        raise SourceError("base_other_kind", path=shown_name(str(path)), name=base.name)
    lost = [one for one in maps if one.id != base.id and not _exists(one.path)]
    beside = [(one, path.with_name(one.path.name)) for one in lost]
    return (at(base, path, folder), *(at(one, new, folder) for one, new in beside if _exists(new)))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that this system cannot have, a share that does not answer
        return False


def sorted_out(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return (base maps, the rest) of files that come together; what only says where a base map lies is neither."""
    files = tuple(paths)
    maps = tuple(one for one in files if is_base_map(one))
    rest = (one for one in files if one not in maps)
    return maps, tuple(one for one in rest if not any(_belongs(one, to) for to in maps))


def _belongs(path: Path, to: Path) -> bool:
    from layers.gis import sidecars

    return sidecars.belongs(path, to)


def changed(base: Base, **values: Any) -> Base:
    """Return a base map with some of its fields changed."""
    return replace(base, **values)


def system_name(crs: str, origin: str = "") -> str:
    """Return what people call a coordinate system, and that it is shifted where it is."""
    from layers import coordinates

    name = {"EPSG:4326": t("base3.wgs84")}.get(crs) or coordinates.name(crs)
    if origin not in SHIFTED:
        return name
    shifted = coordinates.name("GCJ-02" if origin == GCJ02 else "BD-09")
    return shifted if crs == "EPSG:4490" else t("base3.shifted_system", name=name, shifted=shifted)


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
    wrong, mean = placement.outlier(base.points, base.fit, found.mean)
    return Fitted(found.residuals, found.mean, len(base.points) > placement.NEEDED[base.fit], wrong, mean)
