"""Which version of the database is beneath."""

import sqlite3


def versions() -> dict[str, str]:
    """Return name -> version of SQLite."""
    return {"SQLite": sqlite3.sqlite_version}
