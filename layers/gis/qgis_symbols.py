"""QGIS symbols as XML, in the form that QGIS 3.22 and later write themselves: fills, lines, signs, their labels.

Sizes come in logical pixels of 1/96 inch, as in the symbol table, and are written in millimetres, so that
a print looks like the screen.
"""

import base64
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from layers.domain.symbols import BOX, Glyph, table

MM = 25.4 / 96


def rgba(colour: str, opacity: float = 1.0) -> str:
    """Return a colour ``#RRGGBB`` or ``#RRGGBBAA`` as QGIS writes it: ``r,g,b,a``."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    alpha = int(colour[7:9], 16) / 255 if len(colour) == 9 else 1.0
    return f"{red},{green},{blue},{round(255 * alpha * opacity)}"


def scale(zoom: float) -> int:
    """Return the scale denominator of a web-mercator zoom at 96 dpi, on the equator's scale."""
    return round(559082264.03 / 2**zoom)


def options(parent: ET.Element, values: Mapping[str, object], name: str | None = None) -> ET.Element:
    """Append an ``<Option type="Map">`` of plain values."""
    made = ET.SubElement(parent, "Option", {"type": "Map", **({"name": name} if name else {})})
    for key, value in values.items():
        kind = {bool: "bool", int: "int", float: "double"}.get(type(value), "QString")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        ET.SubElement(made, "Option", {"name": key, "type": kind, "value": text})
    return made


def defined(parent: ET.Element, expressions: Mapping[str, str]) -> None:
    """Append data-defined properties (name -> QGIS expression) to a symbol layer or label setting."""
    holder = ET.SubElement(parent, "data_defined_properties")
    whole = ET.SubElement(holder, "Option", {"type": "Map"})
    ET.SubElement(whole, "Option", {"name": "name", "type": "QString", "value": ""})
    listed = ET.SubElement(whole, "Option", {"name": "properties", "type": "Map"})
    for name, expression in expressions.items():
        options(listed, {"active": True, "expression": expression, "type": 3}, name)
    ET.SubElement(whole, "Option", {"name": "type", "type": "QString", "value": "collection"})


def symbol(kind: str, name: str, layers: Sequence[ET.Element], opacity: float = 1.0) -> ET.Element:
    """Return a symbol (``fill``, ``line`` or ``marker``) of layers, the lowest first."""
    made = ET.Element(
        "symbol",
        {"type": kind, "name": name, "alpha": f"{opacity:g}", "clip_to_extent": "1", "force_rhr": "0"},
    )
    made.extend(layers)
    return made


def _layer(
    kind: str, values: Mapping[str, object], level: int = 0, expressions: Mapping[str, str] | None = None
) -> ET.Element:
    made = ET.Element("layer", {"class": kind, "enabled": "1", "locked": "0", "pass": str(level)})
    options(made, values)
    if expressions:
        defined(made, expressions)
    return made


def fill(colour: str, opacity: float, level: int = 0, hatched: bool = False) -> ET.Element:
    """Return a plain fill without a border."""
    return _layer(
        "SimpleFill",
        {
            "color": rgba(colour, opacity),
            "style": "b_diagonal" if hatched else "solid",
            "outline_style": "no",
            "offset": "0,0",
        },
        level,
    )


def border(colour: str, pixels: float, level: int = 0, dash: Sequence[float] = (), opacity: float = 1.0) -> ET.Element:
    """Return the border of an area, drawn as a line so that its level counts."""
    return _layer("SimpleLine", _line(colour, pixels, dash, "round", opacity), level)


def stroke(colour: str, pixels: float, level: int = 0, dash: Sequence[float] = (), cap: str = "round") -> ET.Element:
    """Return a line; ``dash`` are pixels on, off …"""
    return _layer("SimpleLine", _line(colour, pixels, dash, cap), level)


def _line(colour: str, pixels: float, dash: Sequence[float], cap: str, opacity: float = 1.0) -> dict[str, object]:
    values: dict[str, object] = {
        "line_color": rgba(colour, opacity),
        "line_width": f"{pixels * MM:.3f}",
        "line_width_unit": "MM",
        "line_style": "solid",
        "capstyle": cap,
        "joinstyle": "round",
    }
    if dash:
        values |= {
            "use_custom_dash": "1",
            "customdash": ";".join(f"{d * MM:.3f}" for d in dash),
            "customdash_unit": "MM",
        }
    return values


def svg(glyph: Glyph, halo: bool = False) -> str:
    """Return a glyph of the symbol table as an SVG of 16 × 16 with its light colours."""
    tokens = table().tokens
    colours = {
        "colour": glyph.colour.light,
        "ink": glyph.colour.light,
        "paper": tokens["glyph_paper"].light,
        "outline": tokens["outline"].light,
        "none": "none",
    }
    drawn = [f'<circle cx="8" cy="8" r="7.6" fill="{tokens["paper"].light}" fill-opacity="0.85"/>'] if halo else []
    for part in glyph.parts:
        dash = f' stroke-dasharray="{",".join(f"{d:g}" for d in part.dash)}"' if part.dash else ""
        drawn.append(
            f'<path d="{part.path}" fill="{colours[part.fill]}" stroke="{colours[part.stroke]}" '
            f'stroke-width="{part.width:g}" stroke-linecap="round" stroke-linejoin="round"{dash}/>'
        )
    size = f"{BOX:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}">'
        f"{''.join(drawn)}</svg>"
    )


def sign(
    glyph: Glyph, pixels: float, expressions: Mapping[str, str] | None = None, *, halo: bool = False
) -> ET.Element:
    """Return a glyph as a marker, embedded: the file needs nothing beside it."""
    data = base64.b64encode(svg(glyph, halo).encode()).decode()
    values = {"name": f"base64:{data}", "size": f"{pixels * MM:.3f}", "size_unit": "MM", "outline_width": "0"}
    return _layer("SvgMarker", values, 0, expressions)


def dot(
    colour: str, pixels: float, outline: str, outline_pixels: float, expressions: Mapping[str, str] | None = None
) -> ET.Element:
    """Return a round marker; ``colour`` ``none`` is a ring."""
    values = {
        "name": "circle",
        "color": "0,0,0,0" if colour == "none" else rgba(colour),
        "size": f"{pixels * MM:.3f}",
        "size_unit": "MM",
        "outline_color": rgba(outline),
        "outline_width": f"{outline_pixels * MM:.3f}",
        "outline_width_unit": "MM",
        "outline_style": "no" if outline_pixels == 0 else "solid",
    }
    return _layer("SimpleMarker", values, 0, expressions)


def label(
    expression: str,
    colour: str,
    pixels: float,
    *,
    bold: bool = False,
    placement: str = "area",
    priority: int = 5,
    from_zoom: float | None = None,
    to_zoom: float | None = None,
) -> ET.Element:
    """Return label settings; ``placement`` is area, line or point; the halo is 2 px of paper."""
    made = ET.Element("settings", {"calloutType": "simple"})
    style = ET.SubElement(
        made,
        "text-style",
        {
            "fieldName": expression,
            "isExpression": "1",
            "fontFamily": "Noto Sans CJK SC",
            "fontSize": f"{pixels * 0.75:g}",
            "fontSizeUnit": "Point",
            "fontWeight": "63" if bold else "50",
            "textColor": rgba(colour),
            "textOpacity": "1",
            "namedStyle": "",
        },
    )
    families = ET.SubElement(style, "families")
    for family in ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans"):
        ET.SubElement(families, "family", {"name": family})
    ET.SubElement(
        style,
        "text-buffer",
        {
            "bufferDraw": "1",
            "bufferSize": f"{2 * MM:.3f}",
            "bufferSizeUnits": "MM",
            "bufferColor": rgba(table().tokens["paper"].light),
            "bufferOpacity": "0.9",
            "bufferJoinStyle": "128",
        },
    )
    # QgsPalLayerSettings::Placement: 1 over the point, 3 curved, 8 outside/inside of areas, 6 around the point.
    number = {"area": "1", "line": "3", "point": "6"}[placement]
    ET.SubElement(
        made,
        "placement",
        {
            "placement": number,
            "placementFlags": "10",
            "priority": str(priority),
            "dist": "1" if placement == "point" else "0",
            "distUnits": "MM",
            "centroidInside": "1",
            "centroidWhole": "1",
            "fitInPolygonOnly": "0",
            "repeatDistance": "110" if placement == "line" else "0",
            "repeatDistanceUnits": "MM",
            "polygonPlacementFlags": "2",
            "offsetType": "1" if placement == "point" else "0",
        },
    )
    limited = from_zoom is not None or to_zoom is not None
    ET.SubElement(
        made,
        "rendering",
        {
            "drawLabels": "1",
            "obstacle": "0",
            "mergeLines": "1" if placement == "line" else "0",
            "scaleVisibility": "1" if limited else "0",
            # QGIS calls the smaller denominator "scaleMax" since 3.0.
            "scaleMin": str(scale(to_zoom + 1) if to_zoom is not None else 0),
            "scaleMax": str(scale(from_zoom) if from_zoom is not None else 0),
            "displayAll": "0",
        },
    )
    return made
