"""The uuids of imported rows: what the source brought if it is one of ours and free, else new ones in rising order."""

import os
import re
import time
from collections.abc import Iterator

import numpy as np

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HEX = np.frombuffer(b"0123456789abcdef", dtype="u1")
_PLACES = [i for i in range(36) if i not in (8, 13, 18, 23)]


def brought(text: str | None) -> str | None:
    """Return a source's uuid in our form, None for what is none."""
    bare = (text or "").strip().strip("{}").lower()
    return bare if _UUID.fullmatch(bare) else None


def fresh(count: int) -> Iterator[str]:
    """Yield new uuids (version 7, RFC 9562 §5.7) without end, the first ``count`` in rising order.

    They begin with the time, so they are greater than those of earlier imports too: rising ones are appended to
    the unique index, while random ones would touch every page of a large index again and again.
    """
    while True:
        raw = np.frombuffer(os.urandom(16 * max(count, 1)), dtype="u1").reshape(-1, 16).copy()
        raw[:, :6] = np.frombuffer((time.time_ns() // 1_000_000).to_bytes(6, "big"), dtype="u1")
        raw[:, 6] = raw[:, 6] & 0x0F | 0x70
        raw[:, 8] = raw[:, 8] & 0x3F | 0x80
        raw = raw[np.argsort(raw[:, 6:14].copy().view(">u8").ravel(), kind="stable")]
        letters = np.full((len(raw), 36), ord("-"), dtype="u1")
        letters[:, _PLACES] = np.stack([_HEX[raw >> 4], _HEX[raw & 15]], axis=2).reshape(-1, 32)
        yield from letters.view("S36").ravel().astype("U36").tolist()
        count = 1000
