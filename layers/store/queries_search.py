"""What the search box looks through: the names and codes of everything, and task numbers."""

import json
import sqlite3
from collections.abc import Iterator

from layers.store import text_sieve
from layers.store.schema import table

# table -> (which rows, what else they may be found by)
_NAMED = {
    "grid": ("valid_to IS NULL", "''"),
    "place": ("name IS NOT NULL", "coalesce(aliases,'')"),
    "road_section": ("name IS NOT NULL", "coalesce(from_name,'')||'—'||coalesce(to_name,'')"),
    "facility": ("name IS NOT NULL", "''"),
}
NAMED = tuple(_NAMED)
_SLICE = 5_000


PART, LINE = "\x01", "\x02"  # between the parts of a line, and between lines: no blanks, and nobody types them


def names(db: sqlite3.Connection, name: str) -> Iterator[tuple[list[int], str]]:
    """Yield (fids, text) of everything with a name in a table, some thousands at a time.

    The text has a line for each fid, with `LINE` between them: code, name, more words, with `PART` between them.
    """
    where, more = _NAMED[name]
    found = db.cursor()
    found.row_factory = None
    clean = "replace(replace({}, char(1), ' '), char(2), ' ')".format
    parts = "||char(1)||".join(map(clean, ("coalesce(code,'')", "coalesce(name,'')", more)))
    found.execute(f"SELECT fid, {parts} FROM {name} WHERE {where} ORDER BY fid")
    while rows := found.fetchmany(_SLICE):
        fids, lines = zip(*rows, strict=True)
        yield list(fids), LINE.join(lines)


def uuid_of(db: sqlite3.Connection, name: str, fid: int) -> str | None:
    """Return the uuid of a row, None if it is gone."""
    found = db.execute(f'SELECT uuid FROM "{table(name).name}" WHERE fid=?', (fid,)).fetchone()
    return None if found is None else str(found[0])


def tasks(db: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Return the uuids of tasks whose number, source number, title or address holds the text, newest first.

    What is the beginning of a number is looked for nowhere else.
    """
    if text.replace("-", "").isdigit():
        begun = db.execute(
            "SELECT uuid FROM task WHERE number >= ? AND number < ? ORDER BY number DESC LIMIT ?",
            (text, text + "~", limit),
        ).fetchall()
        if begun:
            return [row[0] for row in begun]
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    sieved = text_sieve.fids(db, (text,), names=False)
    # The plus: few tasks are looked at where they lie, not on the way through all by their time.
    among, order = ("1", "") if sieved is None else ("fid IN (SELECT value FROM json_each(?3))", "+")
    found = db.execute(
        f"SELECT uuid FROM task WHERE {among} AND (number LIKE ?1 ESCAPE '\\' OR source_number LIKE ?1 ESCAPE '\\' "
        f"OR title LIKE ?1 ESCAPE '\\' OR address LIKE ?1 ESCAPE '\\') ORDER BY {order}reported_at DESC LIMIT ?2",
        (like, limit) if sieved is None else (like, limit, json.dumps(sieved)),
    ).fetchall()
    return [row[0] for row in found]
