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

Level = tuple[Any, Any, Any, Any]  # members, their boxes, where each node starts, the order of the leaves' members
Array = Any  # numpy arrays: of float64 (N, 4) boxes west, east, south, north; of int64 ids

MOST_CELLS = 51  # SQLite's own limit for 4096-byte pages: 4 + 51 * 24 = 1228 bytes
_NODE_BYTES = 4 + MOST_CELLS * 24
_CELL = np.dtype([("id", ">i8"), ("box", ">f4", (4,))])
# Room is left in each leaf of a file that will be edited; a full node would be split by the next insertion.
FILL_EDITED, FILL_FINAL = 40, MOST_CELLS
WORTH_PACKING = 2_000  # boxes: fewer go in one by one, which keeps a tree in better order


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
    """Add N boxes to a feature table's R-tree: one by one when few, else packed: beside what is there, or all anew."""
    item = table(name)
    tree = f"rtree_{item.name}_geom"
    kept = ~np.isnan(boxes).any(axis=1)
    ids, boxes = np.asarray(ids, dtype="i8")[kept], boxes[kept]
    there = int(db.execute(f'SELECT count(*) FROM "{tree}_rowid"').fetchone()[0])
    if len(ids) * 8 >= there:
        old_ids, old_boxes = read(db, name)
        refill(db, name, np.concatenate([old_ids, ids]), np.concatenate([old_boxes, boxes]))
    elif len(ids) < WORTH_PACKING or not _graft(db, tree, ids, _outwards(boxes)):
        rows = zip(ids.tolist(), *boxes.T.tolist(), strict=True)
        db.executemany(f'INSERT INTO "{tree}" VALUES (?,?,?,?,?)', rows)


def _graft(db: sqlite3.Connection, tree: str, ids: Array, boxes: Array) -> bool:
    """Hang new branches, packed by themselves, below the root; returns False when they do not fit there.

    All leaves of an R-tree are equally deep, so the branches are as high as those that the root has.
    """
    root: bytes = db.execute(f'SELECT data FROM "{tree}_node" WHERE nodeno=1').fetchone()[0]
    depth, used = np.frombuffer(root[:4], dtype=">u2").tolist()
    levels = _levels(ids, boxes, FILL_EDITED, depth) if depth else []
    if not levels or used + len(levels[-1][2]) - 1 > MOST_CELLS:
        return False
    first = int(db.execute(f'SELECT max(nodeno) FROM "{tree}_node"').fetchone()[0]) + 1
    nodes, leaves, parents, top = _written(levels, first)
    cells = np.frombuffer(root[4:], dtype=_CELL).copy()
    _, top_boxes = _above(levels[-1])
    cells["id"][used : used + len(top)] = top
    cells["box"][used : used + len(top)] = top_boxes
    head = np.array([depth, used + len(top)], dtype=">u2").tobytes()
    db.execute(f'UPDATE "{tree}_node" SET data=? WHERE nodeno=1', (head + cells.tobytes(),))
    db.executemany(f'INSERT INTO "{tree}_node" VALUES (?,?)', enumerate(nodes, first))
    order = np.argsort(ids, kind="stable")
    rows = zip(ids[order].tolist(), leaves[order].tolist(), strict=True)
    many.insert(db, f"{tree}_rowid", ("rowid", "nodeno"), rows)
    db.executemany(f'INSERT INTO "{tree}_parent" VALUES (?,?)', [*((node, 1) for node in top), *parents])
    return True


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


def boxes(db: sqlite3.Connection, name: str, fids: Array) -> Array:
    """Return (n, 4) boxes of features: west, south, east, north; zeros for one without a shape."""
    found = db.cursor()
    found.row_factory = None
    found.execute(f'SELECT id, minx, miny, maxx, maxy FROM "rtree_{table(name).name}_geom"')
    kind = np.dtype([("fid", "i8"), ("west", "f8"), ("south", "f8"), ("east", "f8"), ("north", "f8")])
    known = np.fromiter(found, dtype=kind)
    known = known[np.argsort(known["fid"])]  # sorting whole rows would hold Python's lock for a tenth of a second
    made = np.zeros((len(fids), 4))
    if len(known):
        at = np.minimum(np.searchsorted(known["fid"], fids), len(known) - 1)
        there = known["fid"][at] == fids
        for i, side in enumerate(("west", "south", "east", "north")):
            made[there, i] = known[side][at[there]]
    return made


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
    levels = _levels(ids, boxes, fill)
    blobs, leaves, parents, _ = _written(levels, 1)
    blobs[0] = np.array([len(levels) - 1], dtype=">u2").tobytes() + blobs[0][2:]
    return blobs, leaves, parents


def _levels(ids: Array, boxes: Array, fill: int, height: int = 0) -> list[Level]:
    """Return the levels of a packed tree, leaves first: up to a single root, or ``height`` of them."""
    order = _tiled(boxes, fill)
    members, member_boxes = ids[order], boxes[order]
    levels: list[Level] = []
    while True:
        levels.append((members, member_boxes, _starts(len(members), fill), order))
        if len(levels) == height or (not height and len(levels[-1][2]) <= 2):
            return levels
        members, member_boxes = _above(levels[-1])


def _above(level: Level) -> tuple[Array, Array]:
    """Return (place, box) of every node of a level: the members of the level above."""
    _, boxes, starts, _ = level
    low, high = np.minimum.reduceat(boxes, starts[:-1]), np.maximum.reduceat(boxes, starts[:-1])
    return np.arange(len(starts) - 1), np.stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]], axis=1)


def _written(levels: list[Level], number: int) -> tuple[list[bytes], Array, list[tuple[int, int]], list[int]]:
    """Return (node blobs, the leaf of every id, (node, parent) pairs, nodes of the top level), numbered from the top.

    ``number`` is that of the first blob; the others follow it, level by level downwards.
    """
    first = [0] * len(levels)
    start = number
    for level in range(len(levels) - 1, -1, -1):
        first[level] = number
        number += len(levels[level][2]) - 1
    blobs: list[bytes] = []
    parents: list[tuple[int, int]] = []
    leaves = np.empty(len(levels[0][0]), dtype="i8")
    for level in range(len(levels) - 1, -1, -1):
        members, boxes, starts, order = levels[level]
        numbers = members if level == 0 else members + first[level - 1]
        blobs += _blobs(numbers, boxes, starts)
        node_of = np.repeat(np.arange(len(starts) - 1) + first[level], np.diff(starts))
        if level == 0:
            leaves[order] = node_of
        else:
            parents += zip(numbers.tolist(), node_of.tolist(), strict=True)
    parents.sort()
    return blobs, leaves, parents, list(range(start, start + len(levels[-1][2]) - 1))


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


def _blobs(numbers: Array, boxes: Array, starts: Array) -> list[bytes]:
    nodes = len(starts) - 1
    sizes = np.diff(starts)
    cells = np.zeros((nodes, MOST_CELLS), dtype=_CELL)
    node = np.repeat(np.arange(nodes), sizes)
    place = np.arange(len(numbers)) - np.repeat(starts[:-1], sizes)
    cells["id"][node, place] = numbers
    cells["box"][node, place] = boxes
    heads = np.zeros((nodes, 2), dtype=">u2")
    heads[:, 1] = sizes
    whole = np.concatenate([heads.view("u1").reshape(nodes, 4), cells.view("u1").reshape(nodes, -1)], axis=1)
    data = whole.tobytes()
    return [data[i : i + _NODE_BYTES] for i in range(0, len(data), _NODE_BYTES)]
