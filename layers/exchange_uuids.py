"""The uuids of imported rows: what the source brought if it is one of ours and free, else new ones in rising order."""

import os
import re
from collections.abc import Iterator

import numpy as np

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


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
        text = raw[np.argsort(raw[:, :8].copy().view(">u8").ravel(), kind="stable")].tobytes().hex()
        for at in range(0, len(text), 32):
            h = text[at : at + 32]
            yield f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
        count = 1000
