"""The front of foreign geographic files: what is in this file (``inspect``), and its rows in slices (``read``)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.domain.foreign import chosen as chosen_encoding
from layers.domain.foreign import guess_encoding, strictness
from layers.domain.tables import Encoding, Progress, Slice, Source, SourceField, SourceLayer, shown
from layers.domain.things import Bounds
from layers.errors import SourceError
from layers.gis import crs as systems
from layers.gis import geojson, geopackage, shapefile, unpack
from layers.gis.layer_head import Head, Raw, kinds_in
from layers.gis.repair import Want, usable
from layers.gis.sniff import identify
from layers.words import t

KINDS = frozenset({"gpkg", "geojson", "shp", "dbf", "zip"})
SAMPLE = 20
_LOOK = 500  # rows whose coordinates speak for the CRS


class _File:
    """The bytes of a text file, from the start each time they are walked."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while block := file.read(1 << 20):
                yield block


@dataclass(frozen=True)
class _Member:
    """A plain file to read: the file itself, or one that a zip holds."""

    prefix: str
    kind: str
    packed: unpack.Packed | None = None


def inspect(
    path: Path | str,
    *,
    encoding: str | None = None,
    crs: str | None = None,
    near_lon: float | None = None,
    progress: Progress | None = None,
) -> Source:
    """Say what a foreign geographic file holds; writes nothing, not even beside the file.

    ``encoding`` and ``crs`` are what a person has chosen instead of the guesses; ``near_lon`` is a
    longitude in the workspace, to tell the zone of plain metres. Raises ``SourceError`` in one sentence.
    """
    path = Path(path)
    kind = identify(path)
    if kind not in KINDS:
        raise SourceError("source_is_sheet", path=path.name)
    layers: list[SourceLayer] = []
    members = _members(path, kind)
    for number, member in enumerate(members):
        if progress:
            progress(number, len(members), t("sources.looking", name=path.name))
        with _opened(path, member) as file:
            for head in _heads(file, member.kind, encoding, progress):
                layers.append(_preview(file, member, head, crs, near_lon, path.name))
    return Source(path, kind, tuple(layers))


def read(
    source: Source,
    layer: str | None = None,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    want: Want | None = None,
    slice_size: int = 20_000,
    progress: Progress | None = None,
) -> Iterator[Slice]:
    """Yield the rows of a layer (the first, if none is named) in slices, geometries in EPSG:4490.

    ``want`` keeps the parts of one dimension only. ``crs`` and ``encoding`` overrule the preview.
    Raises ``SourceError``, also when the CRS is neither known nor given; ``progress`` may raise
    ``Cancelled`` between slices. Problems of single rows come with their slice.
    """
    try:
        chosen = source.layer(layer)
    except KeyError:
        raise SourceError("source_no_such_layer", path=source.path.name, layer=str(layer)) from None
    system = systems.normal(crs, source.path.name) if crs else chosen.crs
    if system is None and chosen.geometry_kind:
        raise SourceError("crs_needed", path=source.path.name, layer=chosen.name)
    codec = chosen_encoding(source.path.name, encoding).name if encoding else chosen.encoding
    for member in _members(source.path, source.kind):
        if not chosen.name.startswith(member.prefix):
            continue
        inner = chosen.name.removeprefix(member.prefix)
        if member.packed is not None and member.kind != "gpkg" and inner:
            continue
        done = 0
        with _opened(source.path, member) as file:
            for raw in _rows(file, member.kind, inner, chosen, codec, slice_size):
                yield _finished(raw, system, want)
                done += len(raw.rows)
                if progress:
                    progress(min(done, chosen.count), chosen.count, t("sources.reading", name=chosen.name))
        return
    raise SourceError("source_no_such_layer", path=source.path.name, layer=chosen.name)


def _finished(raw: Raw, system: str | None, want: Want | None) -> Slice:
    geometry, problems = None, list(raw.problems)
    if raw.geometry is not None and system is not None:
        broken = {p.row for p in problems if p.key == "sources.broken_geometry"}
        geometry, more = usable(raw.geometry, raw.rows, system, want)
        problems += [p for p in more if not (p.key == "sources.no_geometry" and p.row in broken)]
    return Slice(raw.columns, geometry, raw.rows, tuple(sorted(problems, key=lambda p: p.row)))


# --- members ------------------------------------------------------------------------------------------


def _members(path: Path, kind: str) -> list[_Member]:
    if kind != "zip":
        return [_Member("", kind)]
    packed = unpack.contents(path)
    names: set[str] = set()
    members = []
    for item in packed:
        name = Path(item.name).name if Path(item.name).name not in names else item.name
        names.add(name)
        kind = {".shp": "shp", ".gpkg": "gpkg"}.get(item.extension, "geojson")
        members.append(_Member(f"{name}/" if kind == "gpkg" else name, kind, item))
    return members


@contextmanager
def _opened(path: Path, member: _Member) -> Iterator[Path]:
    try:
        if member.packed is None:
            yield path
        else:
            with unpack.unpacked(path, member.packed) as file:
                identify(file)
                yield file
    except OSError:
        raise SourceError("source_unreadable", path=path.name) from None


def _heads(file: Path, kind: str, encoding: str | None, progress: Progress | None) -> list[Head]:
    if kind == "gpkg":
        return geopackage.layers(file)
    if kind == "shp":
        return shapefile.layers(file, encoding)
    if kind == "dbf":
        return shapefile.attributes(file, encoding)
    written = chosen_encoding(file.name, encoding) if encoding else guess_encoding(file.name, _File(file))
    return [_geojson_head(file, written, progress)]


def _geojson_head(file: Path, written: Encoding, progress: Progress | None) -> Head:
    """Walk a GeoJSON file once for its columns, count, kind and bounds: it does not say them anywhere."""
    types: dict[str, str] = {}
    count, kinds, given = 0, set(), ""
    box = np.array([np.inf, np.inf, -np.inf, -np.inf])
    for part in geojson.slices(file, written.name, 20_000, strictness(written.reason)):
        if isinstance(part, str):
            given = part
            continue
        geometry = part.geometry()
        kinds.add(kinds_in(geometry))
        count += len(part.rows)
        for values in part.values:
            for name, value in values.items():
                types[name] = _merged(types.get(name), value)
        edges = shapely.bounds(geometry)
        edges = edges[np.isfinite(edges).all(axis=1)]
        if len(edges):
            box = np.concatenate([np.minimum(box[:2], edges[:, :2].min(0)), np.maximum(box[2:], edges[:, 2:].max(0))])
        if progress:
            progress(0, 0, t("sources.counting", count=count))
    kinds.discard("")
    kind = (kinds.pop() if len(kinds) == 1 else "mixed") if count else ""
    fields = tuple(SourceField(name, type_ or "text") for name, type_ in types.items())
    bounds = tuple(float(b) for b in box) if np.isfinite(box).all() else None
    return Head(file.stem, kind, count, fields, given, written.name, written.reason, bounds)  # type: ignore[arg-type]


def _merged(known: str | None, value: object) -> str:
    """Return the type of a column that has held ``known`` and now holds ``value`` ("" for nothing yet)."""
    if value is None:
        return known or ""
    kind = {bool: "boolean", int: "integer", float: "real"}.get(type(value), "text")
    if not known or known == kind:
        return kind
    return "real" if {known, kind} == {"integer", "real"} else "text"


def _rows(file: Path, kind: str, inner: str, layer: SourceLayer, codec: str, size: int) -> Iterator[Raw]:
    if kind == "gpkg":
        yield from geopackage.read(file, inner, size)
    elif kind == "shp":
        yield from shapefile.read(file, codec, size)
    elif kind == "dbf":
        yield from shapefile.read_table(file, codec, size)
    else:
        names = [field.name for field in layer.fields]
        errors = strictness(layer.encoding_reason) if codec == layer.encoding else "strict"
        for part in geojson.slices(file, codec, size, errors):
            if not isinstance(part, str):
                yield Raw(part.rows, part.columns(names), part.geometry(), part.problems)


# --- preview ------------------------------------------------------------------------------------------


def _preview(
    file: Path, member: _Member, head: Head, crs: str | None, near_lon: float | None, path: str
) -> SourceLayer:
    name = member.prefix if member.packed and member.kind != "gpkg" else member.prefix + head.name
    plain = SourceLayer(
        name,
        head.geometry_kind,
        head.count,
        head.fields,
        encoding=head.encoding,
        encoding_reason=head.encoding_reason,
    )
    first = next(_rows(file, member.kind, head.name, plain, head.encoding, _LOOK), None)
    sample = []
    for i in range(min(SAMPLE, len(first.rows)) if first else 0):
        sample.append({column: shown(values[i]) for column, values in first.columns.items()})  # type: ignore[union-attr]
    kind, guess, bounds = head.geometry_kind, systems.Guess(None, ""), None
    if first is not None and first.geometry is not None:
        kind = kinds_in(first.geometry) if kind == "mixed" and head.count <= _LOOK else kind
    if kind or (first is not None and first.geometry is not None):
        edges = shapely.bounds(first.geometry) if first is not None and first.geometry is not None else np.empty((0, 4))
        middle = np.column_stack([edges[:, [0, 2]].mean(1), edges[:, [1, 3]].mean(1)])
        kind = kind or "mixed"
        if crs:
            own = systems.normal(crs, path)
            guess = systems.Guess(own, "sources.crs_chosen", rough=systems.rough(own))
        else:
            guess = systems.guess(
                head.crs,
                middle[:, 0],
                middle[:, 1],
                near_lon=near_lon,
                by_format="EPSG:4326" if member.kind == "geojson" else None,  # RFC 7946, §4
                path=path,
            )
        bounds = _degrees(head.bounds, edges, guess.crs)
    return replace(
        plain,
        geometry_kind=kind,
        crs=guess.crs,
        crs_reason=guess.reason,
        crs_sure=guess.sure,
        rough=guess.rough,
        sample=tuple(sample),
        bounds=bounds,
    )


def _degrees(said: Bounds | None, edges: NDArray[np.float64], crs: str | None) -> Bounds | None:
    """Return bounds in EPSG:4490: what the file says if it lies on the earth, else those of the first rows."""
    if crs is None:
        return None
    along = np.linspace(0, 1, 9)  # a straight edge of the box is bent on the ground
    for boxes in (np.array([said], dtype=float) if said else np.empty((0, 4)), edges):
        x = boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * along
        y = boxes[:, 1:2] + (boxes[:, 3:4] - boxes[:, 1:2]) * along
        sides = [(x, boxes[:, 1:2]), (x, boxes[:, 3:4]), (boxes[:, :1], y), (boxes[:, 2:3], y)]
        pairs = [np.broadcast_arrays(*side) for side in sides]
        lon, lat = systems.storage_xy(
            np.concatenate([p[0].ravel() for p in pairs]), np.concatenate([p[1].ravel() for p in pairs]), crs
        )
        with np.errstate(invalid="ignore"):
            good = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        if good.all() if len(boxes) == 1 and said else good.any():
            return float(lon[good].min()), float(lat[good].min()), float(lon[good].max()), float(lat[good].max())
    return None


__all__ = ["KINDS", "SAMPLE", "inspect", "read"]
