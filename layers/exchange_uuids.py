"""The uuids of imported rows: what the source brought if it is one of ours and free, else new ones in rising order."""

import os
import re
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
    """Yield random uuids (version 4) without end, the first ``count`` in rising order.

    Rows go into the unique index in the order of their uuids: rising ones are appended to it, while random
    ones would touch every page of a large index again and again.
    """
    while True:
        raw = np.frombuffer(os.urandom(16 * max(count, 1)), dtype="u1").reshape(-1, 16).copy()
        raw[:, 6] = raw[:, 6] & 0x0F | 0x40
        raw[:, 8] = raw[:, 8] & 0x3F | 0x80
        raw = raw[np.argsort(raw[:, :8].copy().view(">u8").ravel(), kind="stable")]
        letters = np.full((len(raw), 36), ord("-"), dtype="u1")
        letters[:, _PLACES] = np.stack([_HEX[raw >> 4], _HEX[raw & 15]], axis=2).reshape(-1, 32)
        text = letters.tobytes().decode("ascii")
        yield from (text[at : at + 36] for at in range(0, len(text), 36))
        count = 1000
