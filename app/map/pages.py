"""What lies behind each ``app:`` address, as bytes; knows no Qt.

The addresses: ``app://map/<file of resources/map>``, ``app://map/symbols.json``, ``app://map/icons/<name>.svg``,
``app://map/tiles/<revision>/<system>/<z>/<x>/<y>``, ``app://map/base/<key>/<z>/<x>/<y>`` and
``app://map/pins?<query>``. Nothing else exists.
"""

from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import resources

HOST = "map"
START = f"app://{HOST}/index.html"

_MIME = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
}
TILE, PINS = "application/vnd.mapbox-vector-tile", "application/geo+json"

# Said with every answer: nothing from elsewhere, no inline script, no frames, no forms.
POLICY = (
    "default-src 'none'; script-src app:; style-src app:; img-src app: data: blob:; font-src app: data:; "
    "connect-src app:; base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'"
)


class NotHere(LookupError):
    """There is nothing at this address."""


class MapSource(Protocol):
    """Where the map's things come from; called on worker threads, several at a time."""

    def tile(self, revision: int, system: str, z: int, x: int, y: int) -> bytes:
        """Return the vector tile of a grid system, b"" for an empty one."""
        ...

    def base(self, key: str, z: int, x: int, y: int) -> tuple[str, bytes]:
        """Return (MIME type, bytes) of a base map's tile, a see-through picture where there is nothing."""
        ...

    def pins(self, query: dict[str, str]) -> bytes:
        """Return the task pins as a GeoJSON FeatureCollection of points, UTF-8.

        Features carry ``id`` (uuid) and the properties ``status`` and ``lamp`` (none, green, amber, red).
        The query is what `MapView.set_pins` was given, with ``bounds`` (west,south,east,north) and ``zoom``
        of the picture. A collection with ``"complete": false`` is asked for again when the map has moved.
        """
        ...


def content(url: str, source: MapSource) -> tuple[str, bytes]:
    """Return (MIME type, bytes) of an address; raises `NotHere`. What the source raises passes through."""
    parts = urlsplit(url)
    if parts.scheme != "app" or parts.netloc != HOST:
        raise NotHere(url)
    path = unquote(parts.path).removeprefix("/")
    if path.startswith("tiles/"):
        return TILE, _tile(path, source)
    if path.startswith("base/"):
        return _base(path, source)
    if path == "pins":
        return PINS, source.pins(dict(parse_qsl(parts.query, keep_blank_values=True)))
    file = shelf().get(path)
    if file is None:
        raise NotHere(url)
    return _MIME[file.suffix], file.read_bytes()


@cache
def shelf() -> dict[str, Path]:
    """Return every file the page may ask for by its path; what is not listed here cannot be reached."""
    root = resources.path("map")
    files = {f.relative_to(root).as_posix(): f for f in sorted(root.rglob("*")) if f.suffix in _MIME}
    files |= {f"icons/{f.name}": f for f in sorted(resources.path("icons").glob("*.svg"))}
    return files | {"symbols.json": resources.path("symbols.json")}


def _tile(path: str, source: MapSource) -> bytes:
    _, *parts = path.split("/")
    if len(parts) != 5:
        raise NotHere(path)
    revision, system, z, x, y = parts
    if not _number(revision):
        raise NotHere(path)
    return source.tile(int(revision), system, *_place(path, z, x, y))


def _base(path: str, source: MapSource) -> tuple[str, bytes]:
    _, *parts = path.split("/")
    if len(parts) != 4 or not (parts[0].isascii() and parts[0].isalnum()):
        raise NotHere(path)
    return source.base(parts[0], *_place(path, *parts[1:]))


def _number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 12


def _place(path: str, z: str, x: str, y: str) -> tuple[int, int, int]:
    """Return zoom, column and row of a tile that the pyramid has."""
    if not all(map(_number, (z, x, y))) or int(z) > 22 or max(int(x), int(y)) >= 2 ** int(z):
        raise NotHere(path)
    return int(z), int(x), int(y)
