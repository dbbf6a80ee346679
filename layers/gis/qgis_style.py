"""QGIS styles (QML) of our layers, made from the one symbol table; knows names of columns, no store.

Every function returns a whole QML document that QGIS 3.22 and later load from `layer_styles`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from layers.domain import flow, symbols
from layers.domain.symbols import at
from layers.gis import qgis_symbols as draw

_ZOOM = 15.0  # widths and sizes are those of a street seen whole on an office screen
Name = Callable[[str], str]
"""Gives the words of a key for the legend: ``class_main``, ``status_filed``, ``function_green`` …"""


@dataclass(frozen=True)
class Tier:
    """A tier as a style draws it; ``tiers`` is how many its system has."""

    system: str
    system_name: str
    main: bool
    tier: int
    name: str
    tiers: int
    functions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """What the form shows: titles of columns, the words of those that hold one of a list, and hidden ones."""

    titles: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]  # column -> word in the file -> word on screen
    hidden: tuple[str, ...] = ("fid", "ver")


class _Rules:
    """Builds a rule-based renderer: symbols are numbered as rules name them; lives for one document."""

    def __init__(self) -> None:
        self.renderer = ET.Element(
            "renderer-v2", {"type": "RuleRenderer", "symbollevels": "1", "enableorderby": "0", "forceraster": "0"}
        )
        self.root = ET.SubElement(self.renderer, "rules", {"key": "{gewu-root}"})
        self.symbols = ET.Element("symbols")
        self._count = 0

    def add(
        self,
        parent: ET.Element,
        text: str,
        filter_: str = "",
        symbol: ET.Element | None = None,
        *,
        shown: bool = True,
        from_zoom: float | None = None,
    ) -> ET.Element:
        self._count += 1
        made = ET.SubElement(parent, "rule", {"key": f"{{gewu-{self._count}}}", "label": text})
        if filter_:
            made.set("filter", filter_)
        if not shown:
            made.set("checkstate", "0")
        if from_zoom is not None:
            made.set("scalemaxdenom", str(draw.scale(from_zoom)))
        if symbol is not None:
            symbol.set("name", str(len(self.symbols)))
            made.set("symbol", symbol.get("name") or "")
            self.symbols.append(symbol)
        return made

    def done(self) -> ET.Element:
        self.renderer.append(self.symbols)
        return self.renderer


def grids(tiers: Sequence[Tier], columns: Columns, name: Name) -> str:
    """Return the style of a layer of grids: soft fills by function, borders by tier, names; current grids only.

    With several systems in one layer the main one is shown and the others stand in the legend, unticked.
    """
    rules, labels = _Rules(), ET.Element("rules", {"key": "{gewu-labels}"})
    systems = list(dict.fromkeys((tier.system, tier.system_name, tier.main) for tier in tiers))
    shown = next((code for code, _, main in systems if main), systems[0][0] if systems else "")
    for code, system_name, _ in systems:
        own = [tier for tier in tiers if tier.system == code]
        parent, text_parent, system_filter = rules.root, labels, f'"valid_to" IS NULL AND "system" = {_text(code)}'
        if len(systems) > 1:
            parent = rules.add(parent, system_name, system_filter, shown=code == shown)
            text_parent = _label_rule(labels, system_name, system_filter, shown=code == shown)
            system_filter = ""
        for tier in sorted(own, key=lambda tier: tier.tier):
            _tier(rules, parent, text_parent, tier, system_filter, name)
    if not systems:
        _tier(rules, rules.root, labels, Tier("", "", True, 1, name("layer_grid"), 1), '"valid_to" IS NULL', name)
    return _document(rules.done(), _labeling(labels), columns, "polygon")


def _tier(rules: _Rules, parent: ET.Element, labels: ET.Element, tier: Tier, system_filter: str, name: Name) -> None:
    look = symbols.table().grids[symbols.grid_style(tier.tier, tier.tiers)]
    whole = " AND ".join(part for part in (system_filter, f'"tier" = {tier.tier}' if tier.tiers > 1 else "") if part)
    width = at(look.width, _ZOOM)
    parts = [draw.border(look.colour.light, width, 10 + look.order)]
    if look.glow:  # seen on both sides of a road that runs along the border
        parts.insert(0, draw.border(look.colour.light, width * 3 + 4, 5, opacity=look.glow))
    outline = draw.symbol("fill", "", parts)
    drawn = rules.add(parent, tier.name, whole, outline)
    if tier.tier == tier.tiers:
        table = symbols.table()
        for function in tier.functions:
            colour, opacity = table.function_fill(function, symbols.LIGHT)
            soft = draw.symbol("fill", "", [draw.fill(colour, opacity)])
            rules.add(drawn, name(f"function_{function}"), f'"function" = {_text(function)}', soft)
    style = look.label
    deepest = tier.tier == tier.tiers
    settings = draw.label(
        'coalesce("name", "code")',
        (style.colour or look.colour).light,
        at(style.size, _ZOOM),
        bold=style.weight >= 600,
        priority=max(1, min(10, style.priority // 10)),
        from_zoom=style.minzoom or None,
        to_zoom=None if deepest else style.maxzoom,
    )
    _label_rule(labels, tier.name, whole, settings)


def roads(columns: Columns, name: Name, classes: Iterable[str] | None = None) -> str:
    """Return the style of road sections by class: white with a grey casing, rails, rivers; names along them."""
    rules, labels = _Rules(), ET.Element("rules", {"key": "{gewu-labels}"})
    table = symbols.table()
    wanted = None if classes is None else set(classes)
    for key, look in sorted(table.roads.items(), key=lambda item: -item[1].order):
        if wanted is not None and key not in wanted:
            continue
        width = at(look.width, _ZOOM)
        fill, casing, level = look.fill.light, look.casing.light, look.order
        if look.kind == "rail":
            parts = [draw.stroke(casing, width, level), draw.stroke(fill, width * 0.6, level, look.dash, "flat")]
        elif look.kind == "water":
            parts = [draw.stroke(casing, width + 1, 0), draw.stroke(fill, width, 1)]
        elif look.kind == "dashed":
            parts = [draw.stroke(casing, width, level, look.dash or (4, 3), "flat")]
        else:
            # All casings lie under all surfaces, so that crossings open into each other.
            parts = [draw.stroke(casing, width + 1.6, 1 + level // 2), draw.stroke(fill, width, 10 + level)]
        filter_ = f'"class" = {_text(key)}'
        rules.add(rules.root, name(f"class_{key}"), filter_, draw.symbol("line", "", parts), from_zoom=look.minzoom)
        text = draw.label(
            '"name"',
            (look.label.colour or table.road_label).light,
            at(look.label.size, _ZOOM),
            placement="line",
            priority=max(1, look.label.priority // 10),
            from_zoom=look.label.minzoom or None,
        )
        _label_rule(labels, name(f"class_{key}"), filter_, text)
    rest = draw.symbol("line", "", [draw.stroke(table.roads["internal"].casing.light, 1.5, 5)])
    rules.add(rules.root, name("rest"), "ELSE", rest)
    return _document(rules.done(), _labeling(labels), columns, "line")


def places(columns: Columns, name: Name, classes: Iterable[str] | None = None) -> str:
    """Return the style of places by class."""
    rules, labels = _Rules(), ET.Element("rules", {"key": "{gewu-labels}"})
    wanted = None if classes is None else set(classes)
    for key, look in symbols.table().places.items():
        if wanted is not None and key not in wanted:
            continue
        parts = [draw.fill(look.fill.light, look.opacity), draw.border(look.stroke.light, 1.0, 1, look.dash)]
        filter_ = f'"class" = {_text(key)}'
        rules.add(rules.root, name(f"place_{key}"), filter_, draw.symbol("fill", "", parts), from_zoom=look.minzoom - 1)
        text = draw.label('"name"', look.label.light, 11.5, from_zoom=look.label_minzoom, priority=4)
        _label_rule(labels, name(f"place_{key}"), filter_, text)
    return _document(rules.done(), _labeling(labels), columns, "polygon")


def facilities(columns: Columns, name: Name, categories: Iterable[str] | None = None) -> str:
    """Return the style of facilities by category: a dot from afar, the icon of its kind from 1:10,000 on."""
    rules, table = _Rules(), symbols.table()
    prefixes: dict[str, list[str]] = {}
    for code, key in table.categories.items():
        prefixes.setdefault(key, []).append(code)
    used = None if categories is None else {_icon(code, table) for code in categories}
    for key, glyph in table.facilities.items():
        if key == "default" or (used is not None and key not in used):
            continue
        rules.add(
            rules.root, name(f"icon_{key}"), _categories(prefixes[key], table.categories), _facility(glyph, table)
        )
    rules.add(rules.root, name("rest"), "ELSE", _facility(table.facilities["default"], table))
    labels = ET.Element("rules", {"key": "{gewu-labels}"})
    text = draw.label('"name"', table.tokens["quiet"].light, 10.5, placement="point", from_zoom=17.5, priority=3)
    _label_rule(labels, name("layer_facility"), "", text)
    return _document(rules.done(), _labeling(labels), columns, "point")


def _icon(category: str, table: symbols.Symbols) -> str:
    return table.facility(category).key


def _facility(glyph: symbols.Glyph, table: symbols.Symbols) -> ET.Element:
    near = "@map_scale <= 12000"
    far = f"NOT ({near})"
    small = draw.dot(glyph.colour.light, 4.5, table.tokens["paper"].light, 1.0, {"enabled": far})
    return draw.symbol("marker", "", [small, draw.sign(glyph, 17, {"enabled": near}, halo=True)])


def _categories(codes: Sequence[str], all_codes: Mapping[str, str]) -> str:
    """Return the filter of categories that begin with one of ``codes``; a longer known beginning wins."""
    terms = []
    for code in codes:
        longer = sorted({other for other in all_codes if other.startswith(code) and other != code} - set(codes))
        term = f"left(\"category\", {len(code)}) = '{code}'"
        if longer:
            size = len(longer[0])
            listed = ",".join(f"'{other}'" for other in longer)
            term = f'({term} AND left("category", {size}) NOT IN ({listed}))'
        terms.append((len(code), code, term))
    exact = [code for _, code, term in terms if not term.startswith("(")]
    parts = [term for _, _, term in terms if term.startswith("(")]
    for size in sorted({len(code) for code in exact}):
        listed = ",".join(f"'{code}'" for code in exact if len(code) == size)
        parts.append(f'left("category", {size}) IN ({listed})')
    return " OR ".join(parts)


def tasks(columns: Columns, name: Name) -> str:
    """Return the style of tasks: shape and colour by status, a ring round what is overdue."""
    rules, table = _Rules(), symbols.table()
    running = ",".join(f"'{status}'" for status in flow.CLOCK_RUNS)
    overdue = f'"status" IN ({running}) AND "due_at" IS NOT NULL AND to_datetime("due_at") < now()'
    for status in flow.STATUSES:
        ring = draw.dot("none", 2 * table.ring.radius, table.ring.colour.light, table.ring.width, {"enabled": overdue})
        marker = draw.symbol("marker", "", [ring, draw.sign(table.statuses[status], 16)])
        rules.add(rules.root, name(f"status_{status}"), f'"status" = {_text(status)}', marker)
    labels = ET.Element("rules", {"key": "{gewu-labels}"})
    text = draw.label('"title"', table.tokens["ink"].light, 11, placement="point", from_zoom=16.5, priority=8)
    _label_rule(labels, name("layer_task"), "", text)
    return _document(rules.done(), _labeling(labels), columns, "point")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _label_rule(
    parent: ET.Element, text: str, filter_: str, settings: ET.Element | None = None, *, shown: bool = True
) -> ET.Element:
    made = ET.SubElement(parent, "rule", {"key": f"{{gewu-label-{text}}}", "description": text})
    if filter_:
        made.set("filter", filter_)
    if not shown:
        made.set("active", "0")
    if settings is not None:
        made.append(settings)
    return made


def _labeling(rules: ET.Element) -> ET.Element:
    made = ET.Element("labeling", {"type": "rule-based"})
    made.append(rules)
    return made


def _document(renderer: ET.Element, labeling: ET.Element, columns: Columns, kind: str) -> str:
    root = ET.Element(
        "qgis", {"version": "3.22.0", "styleCategories": "AllStyleCategories", "labelsEnabled": "1", "readOnly": "0"}
    )
    root.append(renderer)
    root.append(labeling)
    ET.SubElement(root, "blendMode").text = "0"
    ET.SubElement(root, "featureBlendMode").text = "0"
    ET.SubElement(root, "layerOpacity").text = "1"
    fields = ET.SubElement(root, "fieldConfiguration")
    for column in (*columns.hidden, *columns.titles):
        field = ET.SubElement(fields, "field", {"name": column, "configurationFlags": "None"})
        words = columns.words.get(column)
        widget = "Hidden" if column in columns.hidden else "ValueMap" if words else "TextEdit"
        config = ET.SubElement(ET.SubElement(field, "editWidget", {"type": widget}), "config")
        if words and widget == "ValueMap":
            whole = ET.SubElement(config, "Option", {"type": "Map"})
            listed = ET.SubElement(whole, "Option", {"name": "map", "type": "List"})
            for word, shown in words.items():
                draw.options(listed, {shown: word})
        else:
            ET.SubElement(config, "Option")
    aliases = ET.SubElement(root, "aliases")
    for index, (column, title) in enumerate(columns.titles.items()):
        ET.SubElement(aliases, "alias", {"field": column, "index": str(index), "name": title})
    ET.SubElement(root, "layerGeometryType").text = {"point": "0", "line": "1", "polygon": "2"}[kind]
    ET.indent(root, " ")
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + ET.tostring(root, encoding="unicode")
