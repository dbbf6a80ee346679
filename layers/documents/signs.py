"""The signs of the symbol table as SVG for pages: statuses, facilities, and the swatches of a legend."""

from layers.domain import symbols
from layers.domain.symbols import Glyph, Part

LIGHT = symbols.LIGHT
QUIET = "#59626d"


def status(key: str, overdue: bool = False) -> str:
    """Return the pin of a task: its status with a light rim, ringed when overdue; 25.6 units square."""
    table = symbols.table()
    glyph, paper = table.statuses[key], table.tokens["paper"].of(LIGHT)
    size = 0.78 if key in table.quiet and not overdue else 1.0
    ring = ""
    if overdue:
        ring = (
            f'<circle cx="12.8" cy="12.8" r="{table.ring.radius}" fill="{paper}" fill-opacity="0.55" '
            f'stroke="{table.ring.colour.of(LIGHT)}" stroke-width="{table.ring.width}"/>'
        )
    rim = "".join(
        f'<path d="{part.path}" fill="none" stroke="{paper}" stroke-width="3"/>'
        for part in glyph.parts
        if part.stroke in ("outline", "colour")
    )
    move = f'<g transform="translate(12.8 12.8) scale({size}) translate(-8 -8)">'
    return _svg(25.6, f"{ring}{move}{rim}{_parts(glyph)}</g>")


def facility(key: str) -> str:
    """Return the icon of a facility on its plate, 20 units square."""
    table = symbols.table()
    glyph = table.facilities[key]
    plate = (
        f'<circle cx="10" cy="10" r="9.5" fill="{table.tokens["panel"].of(LIGHT)}" '
        f'stroke="{glyph.colour.of(LIGHT)}" stroke-opacity="0.45"/>'
    )
    return _svg(20, f'{plate}<g transform="translate(2 2)">{_parts(glyph)}</g>')


def swatch(layer: str, key: str) -> str:
    """Return the sign that explains one thing of the map in a legend, 26 by 18 pixels."""
    table = symbols.table()
    if layer == "task" and key == "overdue":
        ring = table.ring
        inner = (
            f'<circle cx="13" cy="9" r="7" fill="none" stroke="{ring.colour.of(LIGHT)}" stroke-width="{ring.width}"/>'
        )
    elif layer == "task":
        inner = f'<g transform="translate(6 2) scale(0.875)">{_parts(table.statuses[key])}</g>'
    elif layer == "shade":
        if key == "note":
            return ""  # a line of words
        number, _, count = key.partition("/")
        ground = table.shades(int(count))[number] if count else table.tokens["paper"]
        inner = _plate(f'fill="{ground.of(LIGHT)}" stroke="{QUIET}" stroke-width="0.7"')
        inner += f'<path d="M3 14L23 4" stroke="{QUIET}" stroke-width="0.7"/>' if key == "struck" else ""
    elif layer == "facility":
        inner = f'<g transform="translate(5 1)">{_parts(table.facilities[key])}</g>'
    elif layer == "functions":
        colour, share = table.function_fill(key, LIGHT)
        inner = _plate(f'fill="{colour}" fill-opacity="{share}" stroke="#00000022"')
    elif layer == "place":
        place = table.places[key]
        dash = f' stroke-dasharray="{" ".join(f"{one:g}" for one in place.dash)}"' if place.dash else ""
        look = f'fill="{place.fill.of(LIGHT)}" fill-opacity="{place.opacity}" stroke="{place.stroke.of(LIGHT)}"{dash}'
        inner = _plate(look)
    elif layer == "grid":
        grid = table.grids[key]
        inner = _line(grid.colour.of(LIGHT), grid.width[-1][1])
    else:
        road = table.roads[key]
        casing = "" if road.kind == "dashed" else _line(road.casing.of(LIGHT), 7)
        inner = casing + _line(road.fill.of(LIGHT), 2 if road.kind == "dashed" else 5, road.dash)
    return f'<svg width="26" height="18" viewBox="0 0 26 18" aria-hidden="true">{inner}</svg>'


def _svg(side: float, inner: str) -> str:
    return f'<svg width="100%" height="100%" viewBox="0 0 {side:g} {side:g}">{inner}</svg>'


def _plate(look: str) -> str:
    return f'<rect x="2" y="3" width="22" height="12" rx="2" {look}/>'


def _line(colour: str, width: float, dash: tuple[float, ...] = ()) -> str:
    dashes = f' stroke-dasharray="{" ".join(f"{one:g}" for one in dash)}"' if dash else ""
    return f'<path d="M1 9H25" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def _parts(glyph: Glyph) -> str:
    return "".join(_part(part, glyph) for part in glyph.parts)


def _part(part: Part, glyph: Glyph) -> str:
    dash = f' stroke-dasharray="{" ".join(f"{one:g}" for one in part.dash)}"' if part.dash else ""
    cap = "butt" if part.dash else "round"
    return (
        f'<path d="{part.path}" fill="{_role(part.fill, glyph)}" stroke="{_role(part.stroke, glyph)}" '
        f'stroke-width="{part.width:g}" stroke-linejoin="round" stroke-linecap="{cap}"{dash}/>'
    )


def _role(role: str, glyph: Glyph) -> str:
    tokens = symbols.table().tokens
    named = {"paper": tokens["glyph_paper"].of(LIGHT), "outline": tokens["outline"].of(LIGHT), "none": "none"}
    return named.get(role, glyph.colour.of(LIGHT))
