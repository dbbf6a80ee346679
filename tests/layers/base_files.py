"""Makes base maps in code: MBTiles, PMTiles and georeferenced images whose colours tell where one is."""

import gzip
import io
import json
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image, TiffImagePlugin

Colour = tuple[int, int, int]
RED, BLUE = (200, 40, 40), (40, 80, 200)
STREET = (121.215, 31.0, 121.255, 31.03)  # a box of degrees in the demonstration street


def world(lon: float, lat: float) -> tuple[float, float]:
    """Return the place in the unit square of the web-mercator world, y down; written out independently."""
    return lon / 360 + 0.5, 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)


def tiles_of(box: tuple[float, float, float, float], z: int) -> list[tuple[int, int]]:
    """Return (x, y) of every tile of a zoom that a box of degrees touches."""
    west, north = world(box[0], box[3])
    east, south = world(box[2], box[1])
    n = 2**z
    return [(x, y) for x in range(int(west * n), int(east * n) + 1) for y in range(int(north * n), int(south * n) + 1)]


def flat(colour: Colour, kind: str = "PNG", side: int = 256) -> bytes:
    """Return a picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, kind)
    return out.getvalue()


def painted(z: int, x: int, y: int, colour_at: Callable[..., np.ndarray], kind: str = "PNG") -> bytes:
    """Return a tile painted by a function of longitudes and latitudes (arrays of 256 x 256) to RGB bytes."""
    steps = (np.arange(256) + 0.5) / 256
    lon = (x + steps) / 2**z * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + steps) / 2**z))))
    out = io.BytesIO()
    Image.fromarray(colour_at(*np.meshgrid(lon, lat)).astype(np.uint8), "RGB").save(out, kind)
    return out.getvalue()


def mbtiles(
    path: Path, tiles: Iterable[tuple[int, int, int, bytes]], form: str = "png", shape: str = "plain", **metadata: str
) -> Path:
    """Write an MBTiles file; tiles are (z, x, y from the north, bytes); ``shape`` plain or deduplicated."""
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE metadata (name text, value text)")
    db.executemany("INSERT INTO metadata VALUES (?, ?)", {"name": path.stem, "format": form, **metadata}.items())
    rows = [(z, x, 2**z - 1 - y, data) for z, x, y, data in tiles]
    if shape == "plain":
        db.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        db.execute("CREATE UNIQUE INDEX tile_index on tiles (zoom_level, tile_column, tile_row)")
        db.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    else:
        db.execute("CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id TEXT)")
        db.execute("CREATE TABLE images (tile_data BLOB, tile_id TEXT)")
        db.execute("CREATE UNIQUE INDEX map_index ON map (zoom_level, tile_column, tile_row)")
        db.execute("CREATE UNIQUE INDEX images_id ON images (tile_id)")
        for z, x, y, data in rows:
            db.execute("INSERT OR IGNORE INTO images VALUES (?, ?)", (data, str(hash(data))))
            db.execute("INSERT INTO map VALUES (?, ?, ?, ?)", (z, x, y, str(hash(data))))
        db.execute(
            "CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column, "
            "map.tile_row AS tile_row, images.tile_data AS tile_data "
            "FROM map JOIN images ON images.tile_id = map.tile_id"
        )
    db.commit()
    db.close()
    return path


def street_tiles(colour: Colour = RED, levels: Iterable[int] = range(10, 17), kind: str = "PNG"):
    """Yield tiles of one colour over the demonstration street."""
    data = flat(colour, kind)
    for z in levels:
        for x, y in tiles_of(STREET, z):
            yield z, x, y, data


def hilbert(z: int, x: int, y: int) -> int:
    """Return the PMTiles number of a tile by walking the curve as the specification's picture shows it."""
    n, rx, ry, d = 1 << z, 0, 0, 0
    s = n // 2
    tx, ty = x, y
    while s > 0:
        rx, ry = int((tx & s) > 0), int((ty & s) > 0)
        d += s * s * ((3 * rx) ^ ry)
        if ry == 0:
            if rx == 1:
                tx, ty = n - 1 - tx, n - 1 - ty
            tx, ty = ty, tx
        s //= 2
    return sum(4**i for i in range(z)) + d


def varint(value: int) -> bytes:
    """Return a number as LEB128."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """Return a PMTiles directory of (id, run, length, offset), unpacked."""
    out = [varint(len(entries))]
    out += [varint(e[0] - (entries[i - 1][0] if i else 0)) for i, e in enumerate(entries)]
    out += [varint(e[1]) for e in entries]
    out += [varint(e[2]) for e in entries]
    for i, e in enumerate(entries):
        follows = i and e[3] == entries[i - 1][3] + entries[i - 1][2]
        out.append(varint(0 if follows else e[3] + 1))
    return b"".join(out)


def pmtiles(
    path: Path,
    tiles: Iterable[tuple[int, int, int, bytes]],
    *,
    kind: int = 2,
    packed: bool = True,
    leaves: int = 0,
    box: tuple[float, float, float, float] = STREET,
    about: dict | None = None,
) -> Path:
    """Write a PMTiles 3 archive; ``leaves`` entries go into each leaf directory, 0 makes a root only."""
    pack = gzip.compress if packed else bytes
    data, seen, entries = bytearray(), {}, []
    levels = set()
    for number, z, body in sorted((hilbert(z, x, y), z, body) for z, x, y, body in tiles):
        levels.add(z)
        if body not in seen:
            seen[body] = len(data)
            data += body
        if entries and entries[-1][0] + entries[-1][1] == number and entries[-1][3] == seen[body]:
            entries[-1] = (entries[-1][0], entries[-1][1] + 1, len(body), seen[body])
        else:
            entries.append((number, 1, len(body), seen[body]))
    below = bytearray()
    if leaves:
        root = []
        for i in range(0, len(entries), leaves):
            leaf = pack(directory(entries[i : i + leaves]))
            root.append((entries[i][0], 0, len(leaf), len(below)))
            below += leaf
        entries = root
    top = pack(directory(entries))
    meta = pack(json.dumps(about or {"name": path.stem}).encode())
    starts = [127, 127 + len(top), 127 + len(top) + len(meta), 127 + len(top) + len(meta) + len(below)]
    sizes = [len(top), len(meta), len(below), len(data)]
    head = b"PMTiles\x03" + b"".join(n.to_bytes(8, "little") for pair in zip(starts, sizes, strict=True) for n in pair)
    head += b"".join(n.to_bytes(8, "little") for n in (0, 0, 0))
    head += bytes([1, 2 if packed else 1, 1, kind, min(levels), max(levels)])
    head += b"".join(round(v * 1e7).to_bytes(4, "little", signed=True) for v in box)
    head += bytes([min(levels)]) + b"".join(round(v * 1e7).to_bytes(4, "little", signed=True) for v in box[:2])
    path.write_bytes(head + top + meta + bytes(below) + bytes(data))
    return path


def quarters(width: int, height: int) -> Image.Image:
    """Return an image of four colours: red and green above, blue and white below."""
    image = Image.new("RGB", (width, height), (240, 240, 240))
    image.paste((200, 40, 40), (0, 0, width // 2, height // 2))
    image.paste((40, 160, 60), (width // 2, 0, width, height // 2))
    image.paste((40, 80, 200), (0, height // 2, width // 2, height))
    return image


def geotiff(
    path: Path, image: Image.Image, origin: tuple[float, float], pixel: tuple[float, float], epsg: int | None = 4490,
    *, point: bool = False, projected: bool = False, **saving,
) -> Path:  # fmt: skip
    """Write a GeoTIFF: ``origin`` is the upper left corner (or the middle of the first pixel with ``point``)."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33550] = (pixel[0], pixel[1], 0.0)
    tags.tagtype[33550] = 12
    tags[33922] = (0.0, 0.0, 0.0, origin[0], origin[1], 0.0)
    tags.tagtype[33922] = 12
    keys = [(1024, 0, 1, 1 if projected else 2), (1025, 0, 1, 2 if point else 1)]
    if epsg is not None:
        keys.append((3072 if projected else 2048, 0, 1, epsg))
    tags[34735] = tuple(n for row in [(1, 1, 0, len(keys)), *keys] for n in row)
    tags.tagtype[34735] = 3
    image.save(path, "TIFF", tiffinfo=tags, **saving)
    return path
