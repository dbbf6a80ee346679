"""How an older workspace becomes one of today: a list of named steps, each applied once.

Each step is applied in one transaction together with the new version number. A frozen sample of every
version stands in `tests/layers/store/samples`; the tests open each of them.
"""

import sqlite3
from collections.abc import Callable

from layers.store.connection import atomic

# version it leads to -> what it does to the open file. Version 1 is the first: nothing older exists.
STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {}


def migrate(db: sqlite3.Connection, version: int) -> None:
    """Bring an open file from ``version`` to today's; the caller has made a backup."""
    for target in sorted(v for v in STEPS if v > version):
        with atomic(db):
            STEPS[target](db)
            db.execute("UPDATE gewu_meta SET value=? WHERE key='schema_version'", (str(target),))
