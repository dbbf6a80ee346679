"""Checks one grid system: counts, codes and parents, nesting, gaps, overlaps and slivers between its tiers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain.tables import Progress
from layers.domain.things import Finding
from layers.gis import faults
from layers.gis.faults import Geometries, Shapes
from layers.words import t

TOLERANCE_M = 0.01  # a fault narrower than this is the noise of drawing and projecting
SLIVER_M = 0.5  # a gap narrower than this is a sliver, left by drawing rather than by forgetting


@dataclass(frozen=True)
class TierGrids:
    """The current grids of one tier: parallel sequences, geometries in EPSG:4490 (areas or None).

    ``parents`` holds the uuid of each grid's parent or None; ``letter`` begins the number in a local code
    ("" for a tier without one); ``covering`` says that the grids fill their parents exactly.
    """

    tier: int
    uuids: Sequence[str]
    codes: Sequence[str]
    parents: Sequence[str | None]
    geometries: Geometries
    covering: bool = True
    expected: int | None = None
    letter: str = ""
    name: str = ""
    unit_codes: Sequence[str | None] | None = None


def check(
    tiers: Sequence[TierGrids],
    *,
    system: str = "",
    area_code: str = "",
    outline: shapely.Geometry | None = None,
    tolerance_m: float = TOLERANCE_M,
    sliver_m: float = SLIVER_M,
    progress: Progress | None = None,
) -> list[Finding]:
    """Return every fault of a system, the upper tiers first; none for a clean one.

    ``tiers`` run from the top down. ``outline`` (EPSG:4490) is what the top tier must fill; without it only
    holes and narrow inlets can be seen, of the top tier and of the one below it (from which it may have been
    dissolved). Whether borders agree is decided on the stored
    coordinates; areas and widths are measured in metres in the local Gauss-Krüger zone, and a fault counts
    only if it is wider than ``tolerance_m`` both as stored and in metres (an edge that is straight in one is
    bent by up to 11 mm in the other, which is nobody's fault). Kinds and their values:

    * ``count`` expected, found · ``duplicate_code`` · ``code_form`` code · ``unit_code`` code
    * ``no_parent``, ``unknown_parent``, ``parent_tier``, ``wrong_parent`` parent, better · ``childless``
    * ``no_shape`` · ``invalid`` · ``fragment`` area_m2
    * ``outside`` area_m2, parent · ``overlap`` area_m2, width_m · ``gap``, ``sliver`` area_m2, width_m, parents

    ``progress`` is told between the steps and may raise ``Cancelled``.
    """
    steps = 3 * len(tiers) + 1
    said = 0

    def tell() -> None:
        nonlocal said
        if progress:
            progress(said, steps, t("checks.checking"))
        said += 1

    tell()
    found = list(_texts(tiers, area_code))
    above: tuple[TierGrids, Shapes] | None = None
    top: TierGrids | None = None
    for grids in tiers:
        shapes = faults.Shapes.of(grids.uuids, grids.codes, grids.geometries)
        found += shapes.broken
        tell()
        alone = above is None and outline is None and grids.covering
        found += faults.overlaps(shapes, tolerance_m, sliver_m if alone else 0.0)
        tell()
        if above is not None:
            found += faults.nesting(shapes, above[1], _places(grids, above[0]), tolerance_m)
        if grids.covering:
            highest = above is None or above[0] is top
            told = [finding for finding in found if finding.kind in ("gap", "sliver")] if highest else []
            gaps = _gaps(grids, shapes, above, outline, tolerance_m, sliver_m, highest)
            found += [finding for finding in gaps if not any(_same_spot(finding, other) for other in told)]
            top = top or grids
            above = (grids, shapes)
        tell()
    return [_of(system, finding) for finding in found]


def _same_spot(one: Finding, other: Finding) -> bool:
    """Say whether two gaps lie within some metres: a slit is seen in its tier and again in the one below."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return False
    return abs(one.lon - other.lon) < _NEAR and abs(one.lat - other.lat) < _NEAR


_NEAR = 2e-5  # degrees, about two metres


def _gaps(
    grids: TierGrids,
    shapes: Shapes,
    above: tuple[TierGrids, Shapes] | None,
    outline: shapely.Geometry | None,
    tolerance_m: float,
    sliver_m: float,
    highest: bool,
) -> list[Finding]:
    if above is None:
        return faults.gaps(shapes, outline, None, tolerance_m, sliver_m)
    used = {parent for parent in grids.parents if parent}
    upper, upper_shapes = above
    kept = np.array([uuid in used for uuid in upper.uuids], dtype=bool)
    region = upper_shapes.union(kept)
    found = faults.gaps(shapes, region, upper_shapes, tolerance_m, sliver_m)
    if outline is None and highest and len(shapes.there):
        found += faults.inherited(shapes, upper_shapes, region, tolerance_m, sliver_m)
    return found


def _places(grids: TierGrids, above: TierGrids) -> NDArray[np.intp]:
    """Return for every grid where its parent stands in the tier above, -1 for nowhere."""
    place = {uuid: i for i, uuid in enumerate(above.uuids)}
    return np.array([place.get(parent or "", -1) for parent in grids.parents], dtype=np.intp)


def _of(system: str, finding: Finding) -> Finding:
    return Finding(
        finding.kind,
        finding.table,
        finding.uuids,
        finding.codes,
        finding.lon,
        finding.lat,
        finding.values,
        system,
    )


# --- what needs no shape ------------------------------------------------------------------------------


def _texts(tiers: Sequence[TierGrids], area_code: str) -> Iterator[Finding]:
    for grids in tiers:
        if grids.expected is not None and grids.expected != len(grids.uuids):
            values = {"tier": grids.name or str(grids.tier), "expected": grids.expected, "found": len(grids.uuids)}
            yield Finding("count", "grid_tier", (), (), None, None, values)
    yield from _codes(tiers, area_code)
    yield from _parents(tiers)


def _codes(tiers: Sequence[TierGrids], area_code: str) -> Iterator[Finding]:
    counted = Counter(code for grids in tiers for code in grids.codes)
    doubled: dict[str, list[tuple[str, Geometries, int]]] = {}
    for grids in tiers:
        form = _form(grids.letter, area_code)
        for i, code in enumerate(grids.codes):
            if counted[code] > 1:
                doubled.setdefault(code, []).append((grids.uuids[i], grids.geometries, i))
            if not form.fullmatch(code or ""):
                yield _about("code_form", grids, i, code=code)
            unit = grids.unit_codes[i] if grids.unit_codes is not None else None
            if unit and not re.fullmatch(r"[0-9]{15}", unit):
                yield _about("unit_code", grids, i, code=unit)
    for code, places in sorted(doubled.items()):
        lon, lat = faults.place(places[0][1][places[0][2]])
        uuids = tuple(uuid for uuid, _, _ in places)
        yield Finding("duplicate_code", "grid", uuids, (code,), lon, lat, {"code": code, "times": len(places)})


def _form(letter: str, area_code: str) -> re.Pattern[str]:
    """Return what a code must look like: ``310117004-W138`` for letter W, else anything without blanks."""
    if letter and area_code:
        return re.compile(rf"{re.escape(area_code)}-{re.escape(letter)}[0-9]+")
    return re.compile(r"[^\s\x00-\x1f]{1,64}")


def _parents(tiers: Sequence[TierGrids]) -> Iterator[Finding]:
    home = {uuid: grids.tier for grids in tiers for uuid in grids.uuids}
    codes = {uuid: code for grids in tiers for uuid, code in zip(grids.uuids, grids.codes, strict=True)}
    for i, parent in enumerate(tiers[0].parents if tiers else ()):
        if parent:
            yield _about("parent_tier", tiers[0], i, parent=codes.get(parent, parent))
    for upper, grids in _with_upper(tiers):
        for i, parent in enumerate(grids.parents):
            if not parent:
                yield _about("no_parent", grids, i)
            elif parent not in home:
                yield _about("unknown_parent", grids, i, parent=parent)
            elif home[parent] != upper.tier:
                yield _about("parent_tier", grids, i, parent=codes[parent])
        if grids.covering:
            used = set(grids.parents)
            for i, uuid in enumerate(upper.uuids):
                if uuid not in used:
                    yield _about("childless", upper, i)


def _with_upper(tiers: Sequence[TierGrids]) -> Iterator[tuple[TierGrids, TierGrids]]:
    """Yield each tier with the covering tier above it (buildings inside a micro grid have no tier below)."""
    covering = [grids for grids in tiers if grids.covering]
    yield from pairwise(covering)
    for grids in tiers:
        upper = [other for other in covering if other.tier < grids.tier]
        if not grids.covering and upper:
            yield upper[-1], grids


def _about(kind: str, grids: TierGrids, index: int, **values: object) -> Finding:
    lon, lat = faults.place(grids.geometries[index])
    return Finding(kind, "grid", (grids.uuids[index],), (grids.codes[index],), lon, lat, values)
