"""Names as they may stand beside others: in one line, without signs that turn their neighbours about, not too long."""

import re

# Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX 9): invisible, and they reach further
# than the name they came with. The letters themselves, of whatever direction, stay.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BROKEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
LABEL = 24  # characters of a name on the map


def line(said: str) -> str:
    """Return a text as one line: controls and line ends become one blank, what turns the direction is left out."""
    return _BROKEN.sub(" ", _TURNING.sub("", said)).strip()


def shortened(said: str, most: int) -> str:
    """Return a text of at most so many characters: its beginning and its end stay readable."""
    if len(said) <= most:
        return said
    tail = (most - 1) * 2 // 5
    return f"{said[: most - 1 - tail]}…{said[-tail:]}"


def label(said: str) -> str:
    """Return a name as it is written on the map."""
    return shortened(line(said), LABEL)
