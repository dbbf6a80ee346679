"""A map as one HTML page (folium) that opens without a network: everything it needs is in it, every name is text."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import resources
from layers.documents import signs
from layers.domain import symbols

Json = Any
_CLASS = {"note": ' class="gewu-note"'}
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NEEDED = (
    "themes", "grid_styles", "functions", "function_opacity", "roads", "road_label", "places", "place_label", "pins",
    "selection", "choropleth",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What the page says and shows; every text is plain, ``groups`` and the rest are what `page.js` reads.

    ``legend`` has (layer, its heading, ((key, words), …)); bounds are west, south, east, north in degrees.
    """

    language: str
    title: str
    subtitle: str
    mark: str
    source: str
    legend_title: str
    bounds: tuple[float, float, float, float]
    legend: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]
    groups: Sequence[Json]
    facilities: Sequence[Json]
    pins: Sequence[Json]
    names: Sequence[Json]
    shades: Mapping[str, str] = field(default_factory=dict)  # colours of shaded grids by key


def html(page: Page) -> str:
    """Return the whole page: no address of any resource in it, and a policy that lets nothing be fetched."""
    import folium
    from branca.element import Element, MacroElement
    from folium.template import Template

    class OfflineMap(folium.Map):
        """folium's map without what it would fetch from the web."""

        default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own shape
        default_css: list[tuple[str, str]] = []  # noqa: RUF012

    west, south, east, north = page.bounds
    made = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2], tiles=None, prefer_canvas=True,
        zoom_start=14, attribution_control=False, zoom_snap=0.5, max_zoom=19,
    )  # fmt: skip
    figure: Any = made.get_root()
    figure.title = escape(page.title)
    head, body = figure.header, figure.html
    head.add_child(Element(f"<style>{_stylesheet()}</style>"), name="looks")
    head.add_child(Element(f"<script>{_leaflet()}</script>"), name="leaflet")
    head.add_child(Element(f"<script>{resources.text('map', 'shared.js')}</script>"), name="shared")
    for name in ("along", "page"):
        head.add_child(Element(f"<script>{resources.text('page', f'{name}.js')}</script>"), name=name)
    body.add_child(Element(_cards(page)), name="cards")
    macro: Any = MacroElement()  # type: ignore[no-untyped-call]
    macro._template = Template(
        "{% macro script(this, kwargs) %}gewuPage({{ this._parent.get_name() }}, {{ this.data }});{% endmacro %}"
    )
    macro.data = safe_json(_data(page))
    made.add_child(macro)
    whole = str(figure.render()).replace("<html>", f'<html lang="{"zh-CN" if page.language == "zh" else "en"}">', 1)
    return whole.replace("<head>", f"<head>\n{_policy(whole)}", 1)


def safe_json(value: Json) -> str:
    """Return JSON that may stand in a script of a page: nothing in it can end the script or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _data(page: Page) -> Mapping[str, Json]:
    raw = json.loads(resources.text("symbols.json"))
    kept = {name: raw[name] for name in _NEEDED}
    icons = raw["facilities"]["icons"]
    used = {one["key"] for one in page.facilities}
    kept["facilities"] = {
        **{name: value for name, value in raw["facilities"].items() if name not in ("icons", "categories")},
        "icons": {key: {k: v for k, v in icons[key].items() if k != "parts"} for key in used},
    }
    pictures = {key: signs.facility(key) for key in used}
    for key in symbols.table().statuses:
        pictures |= {key: signs.status(key), f"{key} overdue": signs.status(key, overdue=True)}
    west, south, east, north = page.bounds
    return {
        "symbols": kept, "icons": pictures, "bounds": [[south, west], [north, east]], "groups": page.groups,
        "facilities": page.facilities, "pins": page.pins, "names": page.names,
        "shades": page.shades,
    }  # fmt: skip


def _script() -> str:
    return resources.text("map", "shared.js") + resources.text("page", "page.js")


def _leaflet() -> str:
    script = resources.text("map", "vendor", "leaflet.js")
    # Its map of sources and its advertisement would be addresses; the licence stays, the name of its site goes.
    return re.sub(r"//# sourceMappingURL=\S+", "", script).replace("https://leafletjs.com", "leafletjs.com")


def _stylesheet() -> str:
    sheet = re.sub(r"/\*.*?\*/", "", resources.text("map", "vendor", "leaflet.css"), flags=re.DOTALL)
    # Its pictures (layer switch, default marker) are not used here, and would be looked for beside the file.
    return re.sub(r"[\w-]+\s*:\s*url\([^)]*\)\s*;", "", sheet) + resources.text("page", "page.css")


def _cards(page: Page) -> str:
    mark = f"<mark>{escape(page.mark)}</mark>" if page.mark else ""
    groups = "".join(
        f'<label><input type="checkbox" name="{escape(layer)}" checked>{escape(title)}</label><ul>'
        + "".join(f"<li{_CLASS.get(key, '')}>{signs.swatch(layer, key)}{escape(words)}</li>" for key, words in entries)
        + "</ul>"
        for layer, title, entries in page.legend
    )
    return (
        f'<header class="gewu-title"><h1>{escape(page.title)}</h1><p>{mark}{escape(page.subtitle)}</p></header>'
        f'<details class="gewu-legend" open><summary>{escape(page.legend_title)}</summary>{groups}</details>'
        f'<footer class="gewu-source">{escape(page.source)}</footer>'
    )


def _policy(whole: str) -> str:
    """Return the page's own rule: only the scripts that are in it now may run, and nothing may be fetched."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _SCRIPT.findall(whole)
    )
    rule = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{rule}">'
