"""How things look: the one symbol table (`resources/symbols.json`) as typed, frozen values.

Map, legend, table chips, print and QGIS styles are all made from it; the page reads the same file.
Colours come in pairs for the light and the dark theme, widths and sizes in logical pixels by zoom.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil, sqrt
from types import MappingProxyType
from typing import Any

import resources
from layers.domain import ground

LIGHT, DARK = "light", "dark"
BOX = 16.0  # side of the square that the paths of glyphs and icons are drawn in

Stops = tuple[tuple[float, float], ...]
"""(zoom, pixels) pairs joined by straight lines, in rising zoom."""


@dataclass(frozen=True)
class Colour:
    """One token in both themes, as ``#RRGGBB`` or ``#RRGGBBAA``."""

    light: str
    dark: str

    def of(self, theme: str) -> str:
        """Return the colour in ``light`` or ``dark``."""
        return self.dark if theme == DARK else self.light


@dataclass(frozen=True)
class Part:
    """One stroke or area of a glyph: a path of absolute M, L, C, Z in a box of 16.

    ``fill`` and ``stroke`` are ``colour`` (the glyph's own), ``paper``, ``outline``, ``ink`` or ``none``.
    """

    path: str
    fill: str
    stroke: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Glyph:
    """A small drawn sign: a status, a lamp or a kind of facility."""

    key: str
    colour: Colour
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class LabelStyle:
    """How a name is written; where several want one place, the higher priority stands."""

    size: Stops
    weight: int
    priority: int
    minzoom: int
    maxzoom: int
    colour: Colour | None = None
    spacing: float = 0.0


@dataclass(frozen=True)
class GridStyle:
    """The border of a tier; a higher ``order`` is drawn later, ``glow`` is the opacity of a soft band along it.

    On paper, where colour may be lost, ``paper_dash`` tells it from the tier above.
    """

    key: str
    order: int
    colour: Colour
    width: Stops
    label: LabelStyle
    glow: float = 0.0
    paper_dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class RoadStyle:
    """A class of road section; ``kind`` is road, rail, water or dashed."""

    key: str
    order: int
    kind: str
    fill: Colour
    casing: Colour
    width: Stops
    minzoom: int
    dash: tuple[float, ...]
    label: LabelStyle


@dataclass(frozen=True)
class PlaceStyle:
    """A class of place."""

    key: str
    fill: Colour
    stroke: Colour
    opacity: float
    minzoom: int
    dash: tuple[float, ...]
    label: Colour
    label_minzoom: int


@dataclass(frozen=True)
class Ring:
    """The ring round what is overdue; pixels in the box of 16 (it reaches beyond it)."""

    colour: Colour
    radius: float
    width: float


@dataclass(frozen=True)
class Symbols:
    """The whole table."""

    tokens: Mapping[str, Colour]
    statuses: Mapping[str, Glyph]
    lamps: Mapping[str, Glyph]
    ring: Ring
    selection: Colour
    selection_width: float
    selection_fill: float
    grids: Mapping[str, GridStyle]
    functions: Mapping[str, Colour]
    function_opacity: tuple[float, float]
    roads: Mapping[str, RoadStyle]
    road_label: Colour
    places: Mapping[str, PlaceStyle]
    facilities: Mapping[str, Glyph]
    facility_minzoom: int
    facility_zooms: Mapping[str, int]
    categories: Mapping[str, str]
    tier_pixels: float
    pin_size: Stops
    pin_halo: float
    icon_size: Stops
    dot_size: Stops
    dots_before: int
    place_label: LabelStyle
    road_repeat: float
    selection_hatch: tuple[float, float, float]
    selection_casing: Colour
    quiet: frozenset[str]
    zero: Colour
    ramp: tuple[Colour, ...]
    number_pixels: float
    number: LabelStyle
    shaded_places: frozenset[str]
    shaded_street: float
    mark_size: Stops

    def function_fill(self, function: str, theme: str) -> tuple[str, float]:
        """Return (colour, opacity 0–1) of a base grid's function; an unknown one looks like ``other``."""
        colour = self.functions.get(function, self.functions["other"])
        return colour.of(theme), self.function_opacity[theme == DARK]

    def facility(self, category: str | None) -> Glyph:
        """Return the icon of a facility by its five-digit category; the longest known beginning wins."""
        code = category or ""
        for length in range(len(code), 0, -1):
            key = self.categories.get(code[:length])
            if key:
                return self.facilities[key]
        return self.facilities["default"]

    def classes(self, count: int) -> tuple[Colour, ...]:
        """Return the colours of a choropleth's classes, the least first: evenly chosen from the ramp."""
        last = len(self.ramp) - 1
        if count <= 1:
            return (self.ramp[last // 2],) * count
        return tuple(self.ramp[int(i * last / (count - 1) + 0.5)] for i in range(count))

    def shades(self, count: int) -> dict[str, Colour]:
        """Return the fills of shaded grids by key: ``zero`` for nothing, then the classes from ``0``, the least."""
        return {"zero": self.zero} | {str(i): one for i, one in enumerate(self.classes(count))}

    def facility_from(self, category: str | None) -> int:
        """Return the first zoom at which a facility of this category is drawn, if only as a dot."""
        return max(self.facility_minzoom, self.facility_zooms[self.facility(category).key])

    def facility_dots_only(self, zoom: float) -> frozenset[str]:
        """Return the kinds of facility that are no more than dots at a zoom."""
        return frozenset(key for key in self.facilities if zoom < self.facility_icon_from(key))

    def facility_icon_from(self, key: str) -> int:
        """Return the first zoom at which a facility (by its key here) is drawn as its icon instead of a dot."""
        return self.facility_zooms[key] + self.dots_before


def at(stops: Stops, zoom: float) -> float:
    """Return the value of stops at a zoom: straight between them, level beyond the ends."""
    if zoom <= stops[0][0]:
        return stops[0][1]
    for (z0, v0), (z1, v1) in pairwise(stops):
        if zoom <= z1:
            return v0 + (v1 - v0) * (zoom - z0) / (z1 - z0)
    return stops[-1][1]


def grid_style(tier: int, tiers: int) -> str:
    """Return the style of a tier (1 = top) in a system of so many tiers: counted from the bottom up.

    The deepest tier is always drawn as micro grids, whatever the system; with more than four tiers the
    ones in the middle look like districts.
    """
    above = tiers - tier  # tiers below this one
    if above <= 0:
        return "micro"
    if above == 1:
        return "small"
    return "street" if tier == 1 and tiers >= 4 else "district"


def tier_minzoom(mean_area_m2: float, latitude: float, pixels: float | None = None) -> int:
    """Return the first zoom at which grids of this mean area are worth drawing at a latitude.

    That is where the side of a square of the area is at least ``tier_pixels`` long on the screen; at
    lower zooms a tile should leave the tier out.
    """
    wanted = table().tier_pixels if pixels is None else pixels
    zoom = ground.zoom_of(latitude, sqrt(max(mean_area_m2, 1.0)) / wanted)
    return max(0, min(22, ceil(zoom)))


@cache
def table() -> Symbols:
    """Return the symbol table, read once."""
    raw: dict[str, Any] = json.loads(resources.text("symbols.json"))
    selection, ring, facilities = raw["selection"], raw["overdue_ring"], raw["facilities"]
    return Symbols(
        tokens=_each(raw["themes"], lambda _, v: Colour(*v)),
        statuses=_each(raw["statuses"], _glyph),
        lamps=_each(raw["lamps"], _glyph),
        ring=Ring(Colour(*ring["colour"]), ring["radius"], ring["width"]),
        selection=Colour(*selection["colour"]),
        selection_width=selection["width"],
        selection_fill=selection["fill"],
        grids=_each(raw["grid_styles"], _grid),
        functions=_each(raw["functions"], lambda _, v: Colour(*v)),
        function_opacity=(raw["function_opacity"][0], raw["function_opacity"][1]),
        roads=_each(raw["roads"], _road),
        road_label=Colour(*raw["road_label"]["colour"]),
        places=_each(raw["places"], _place),
        facilities=_each(facilities["icons"], _glyph),
        facility_minzoom=facilities["minzoom"],
        facility_zooms=_each(
            facilities["icons"],
            lambda _, v: v.get("minzoom", facilities["icon_minzoom"]) - facilities["dots_before"],
        ),
        categories=MappingProxyType(dict(facilities["categories"])),
        tier_pixels=raw["tier_pixels"],
        pin_size=_stops(raw["pins"]["size"]),
        pin_halo=raw["pins"]["halo"],
        icon_size=_stops(facilities["icon_size"]),
        dot_size=_stops(facilities["dot"]),
        dots_before=facilities["dots_before"],
        place_label=_label(raw["place_label"]),
        road_repeat=raw["road_label"]["repeat"],
        selection_hatch=(selection["hatch_gap"], selection["hatch_width"], selection["hatch"]),
        selection_casing=Colour(*selection["casing"]),
        quiet=frozenset(key for key, value in raw["statuses"].items() if value.get("quiet")),
        zero=Colour(*raw["choropleth"]["zero"]),
        ramp=tuple(Colour(*pair) for pair in raw["choropleth"]["ramp"]),
        number_pixels=float(raw["choropleth"]["number_pixels"]),
        number=_label({"priority": 105, **raw["choropleth"]["number"]}),
        shaded_places=frozenset(raw["choropleth"]["places"]),
        shaded_street=float(raw["choropleth"]["street_opacity"]),
        mark_size=_stops(raw["choropleth"]["mark_size"]),
    )


def _each(raw: Mapping[str, Any], make: Any) -> Mapping[str, Any]:
    return MappingProxyType({key: make(key, value) for key, value in raw.items()})


def _stops(raw: Sequence[Sequence[float]]) -> Stops:
    return tuple((float(zoom), float(value)) for zoom, value in raw)


def _glyph(key: str, raw: Mapping[str, Any]) -> Glyph:
    parts = (Part(p["path"], p["fill"], p["stroke"], float(p["width"]), tuple(p.get("dash", ()))) for p in raw["parts"])
    return Glyph(key, Colour(*raw["colour"]), tuple(parts))


def _label(raw: Mapping[str, Any]) -> LabelStyle:
    return LabelStyle(
        size=_stops(raw["size"]),
        weight=int(raw.get("weight", 400)),
        priority=int(raw["priority"]),
        minzoom=int(raw.get("minzoom", 0)),
        maxzoom=int(raw.get("maxzoom", 24)),
        colour=Colour(*raw["colour"]) if "colour" in raw else None,
        spacing=float(raw.get("spacing", 0.0)),
    )


def _grid(key: str, raw: Mapping[str, Any]) -> GridStyle:
    return GridStyle(
        key,
        raw["order"],
        Colour(*raw["colour"]),
        _stops(raw["width"]),
        _label(raw["label"]),
        float(raw.get("glow", 0.0)),
        tuple(raw.get("paper_dash", ())),
    )


def _road(key: str, raw: Mapping[str, Any]) -> RoadStyle:
    return RoadStyle(
        key=key,
        order=raw["order"],
        kind=raw["kind"],
        fill=Colour(*raw["fill"]),
        casing=Colour(*raw["casing"]),
        width=_stops(raw["width"]),
        minzoom=raw["minzoom"],
        dash=tuple(raw.get("dash", ())),
        label=_label(raw["label"]),
    )


def _place(key: str, raw: Mapping[str, Any]) -> PlaceStyle:
    return PlaceStyle(
        key=key,
        fill=Colour(*raw["fill"]),
        stroke=Colour(*raw["stroke"]),
        opacity=raw["opacity"],
        minzoom=raw["minzoom"],
        dash=tuple(raw.get("dash", ())),
        label=Colour(*raw["label"]),
        label_minzoom=raw["label_minzoom"],
    )
