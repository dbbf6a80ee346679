"""The R-tree of a feature table written whole: packed from boxes with numpy instead of row by row.

SQLite keeps an R-tree in three plain tables (https://sqlite.org/rtree.html §6): `_node` with blobs of 24-byte
cells, `_rowid` (row -> leaf) and `_parent` (node -> its parent). Inserting a million boxes one by one costs more than
everything else in an import; packing them (sort-tile-recursive, Leutenegger 1997) costs a second.
"""

import sqlite3
from typing import Any

import numpy as np

from layers.store import many
from layers.store.schema import table

Array = Any  # numpy arrays: of float64 (N, 4) boxes west, east, south, north; of int64 ids

MOST_CELLS = 51  # SQLite's own limit for 4096-byte pages: 4 + 51 * 24 = 1228 bytes
_NODE_BYTES = 4 + MOST_CELLS * 24
_CELL = np.dtype([("id", ">i8"), ("box", ">f4", (4,))])
# Room is left in each leaf of a file that will be edited; a full node would be split by the next insertion.
FILL_EDITED, FILL_FINAL = 40, MOST_CELLS


def boxes_of(bounds: Array) -> Array:
    """Return (N, 4) west, east, south, north from shapely's bounds (west, south, east, north)."""
    return np.ascontiguousarray(np.asarray(bounds, dtype="f8").reshape(-1, 4)[:, [0, 2, 1, 3]])


def refill(db: sqlite3.Connection, name: str, ids: Array, boxes: Array, fill: int = FILL_EDITED) -> None:
    """Write the R-tree of a feature table anew from N ``ids`` (fid) and ``boxes`` (degrees, NaN: left out).

    ``name`` is the name of a table of ours or of an export's layer; the caller is in a transaction.
    """
    tree = f"rtree_{name}_geom"
    kept = ~np.isnan(boxes).any(axis=1)
    ids, boxes = np.asarray(ids, dtype="i8")[kept], boxes[kept]
    for part in ("node", "rowid", "parent"):
        db.execute(f'DELETE FROM "{tree}_{part}"')
    nodes, leaves, parents = pack(ids, _outwards(boxes), fill)
    db.executemany(f'INSERT INTO "{tree}_node" VALUES (?,?)', enumerate(nodes, 1))
    if len(ids) and (np.diff(ids) < 0).any():
        order = np.argsort(ids, kind="stable")
        ids, leaves = ids[order], leaves[order]
    many.insert(db, f"{tree}_rowid", ("rowid", "nodeno"), zip(ids.tolist(), leaves.tolist(), strict=True))
    db.executemany(f'INSERT INTO "{tree}_parent" VALUES (?,?)', parents)


def append(db: sqlite3.Connection, name: str, ids: Array, boxes: Array) -> None:
    """Add N boxes to a feature table's R-tree: packed anew when they are many beside what is there."""
    item = table(name)
    tree = f'"rtree_{item.name}_geom"'
    there = int(db.execute(f'SELECT count(*) FROM "rtree_{item.name}_geom_rowid"').fetchone()[0])
    if len(ids) * 8 < there:
        kept = ~np.isnan(boxes).any(axis=1)
        rows = zip(np.asarray(ids)[kept].tolist(), *boxes[kept].T.tolist(), strict=True)
        db.executemany(f"INSERT INTO {tree} VALUES (?,?,?,?,?)", rows)
        return
    old_ids, old_boxes = read(db, name)
    refill(db, name, np.concatenate([old_ids, ids]), np.concatenate([old_boxes, boxes]))


def read(db: sqlite3.Connection, name: str, schema: str = "main", where: str = "1") -> tuple[Array, Array]:
    """Return (ids, boxes) of a feature table's R-tree; ``where`` is SQL of this room on ``id``."""
    found = db.cursor()
    found.row_factory = None
    rows = found.execute(
        f'SELECT id, minx, maxx, miny, maxy FROM {schema}."rtree_{name}_geom" WHERE {where}'
    ).fetchall()
    if not rows:
        return np.empty(0, dtype="i8"), np.empty((0, 4))
    columns = np.array(rows, dtype="f8")
    return columns[:, 0].astype("i8"), columns[:, 1:]


def boxes(db: sqlite3.Connection, name: str) -> dict[int, tuple[float, float, float, float]]:
    """Return fid -> (west, south, east, north) of all features of a table."""
    found = db.execute(f'SELECT id, minx, miny, maxx, maxy FROM "rtree_{table(name).name}_geom"').fetchall()
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in found}


def _outwards(boxes: Array) -> Array:
    """Round to 32-bit floats away from the middle, as SQLite does, so that a box never loses its border."""
    rounded = boxes.astype("f4")
    for column in (0, 2):
        high = rounded[:, column] > boxes[:, column]
        rounded[high, column] = np.nextafter(rounded[high, column], np.float32(-np.inf))
    for column in (1, 3):
        low = rounded[:, column] < boxes[:, column]
        rounded[low, column] = np.nextafter(rounded[low, column], np.float32(np.inf))
    return rounded


def pack(ids: Array, boxes: Array, fill: int) -> tuple[list[bytes], Array, list[tuple[int, int]]]:
    """Return (node blobs from node 1 on, the leaf of every id, (node, parent) pairs) of a packed tree.

    ``boxes`` are float32 (N, 4) west, east, south, north. Node 1 is the root, its first two bytes the depth.
    """
    levels: list[tuple[Array, Array, Array]] = []  # per level, leaves first: ids, boxes, start of each node
    order = _tiled(boxes, fill)
    leaf_order = order
    level_ids, level_boxes = ids[order], boxes[order]
    while True:
        starts = _starts(len(level_ids), fill)
        levels.append((level_ids, level_boxes, starts))
        if len(starts) <= 2:
            break
        low = np.minimum.reduceat(level_boxes, starts[:-1])
        high = np.maximum.reduceat(level_boxes, starts[:-1])
        above = np.stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]], axis=1)
        level_ids, level_boxes = np.arange(len(starts) - 1), above  # places within the level below
    depth = len(levels) - 1
    # Node numbers: the root is 1, then level by level downwards.
    first = [0] * len(levels)
    number = 1
    for level in range(depth, -1, -1):
        first[level] = number
        number += len(levels[level][2]) - 1
    blobs: list[bytes] = []
    parents: list[tuple[int, int]] = []
    leaves = np.empty(len(ids), dtype="i8")
    for level in range(depth, -1, -1):
        members, member_boxes, starts = levels[level]
        numbers = members if level == 0 else members + first[level - 1]
        blobs += _blobs(numbers, member_boxes, starts, depth if level == depth else 0)
        node_of = np.repeat(np.arange(len(starts) - 1) + first[level], np.diff(starts))
        if level == 0:
            leaves[leaf_order] = node_of
        else:
            parents += zip(numbers.tolist(), node_of.tolist(), strict=True)
    parents.sort()
    return blobs, leaves, parents


def _tiled(boxes: Array, fill: int) -> Array:
    """Return the order that puts near boxes together: strips by longitude, within a strip by latitude."""
    count = len(boxes)
    strips = max(1, round(float(np.sqrt(count / fill))))
    by_x = np.argsort(boxes[:, 0] + boxes[:, 1], kind="stable")
    strip = np.empty(count, dtype="i8")
    strip[by_x] = np.arange(count) * strips // max(count, 1)
    return np.lexsort((boxes[:, 2] + boxes[:, 3], strip))


def _starts(count: int, fill: int) -> Array:
    """Return where each node's members start, and the end: even shares, so that no node is nearly empty."""
    nodes = max(1, -(-count // fill))
    return np.arange(nodes + 1, dtype="i8") * count // nodes


def _blobs(numbers: Array, boxes: Array, starts: Array, depth: int) -> list[bytes]:
    nodes = len(starts) - 1
    sizes = np.diff(starts)
    cells = np.zeros((nodes, MOST_CELLS), dtype=_CELL)
    node = np.repeat(np.arange(nodes), sizes)
    place = np.arange(len(numbers)) - np.repeat(starts[:-1], sizes)
    cells["id"][node, place] = numbers
    cells["box"][node, place] = boxes
    heads = np.zeros((nodes, 2), dtype=">u2")
    heads[:, 0] = depth
    heads[:, 1] = sizes
    whole = np.concatenate([heads.view("u1").reshape(nodes, 4), cells.view("u1").reshape(nodes, -1)], axis=1)
    data = whole.tobytes()
    return [data[i : i + _NODE_BYTES] for i in range(0, len(data), _NODE_BYTES)]
