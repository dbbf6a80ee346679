"""What the search box looks through: the names and codes of everything, and task numbers."""

import sqlite3

NAMED = (
    ("grid", "code", "name", "valid_to IS NULL"),
    ("road_section", "code", "name", "name IS NOT NULL"),
    ("place", "code", "name", "name IS NOT NULL"),
    ("facility", "code", "name", "name IS NOT NULL"),
)


def names(db: sqlite3.Connection, limit: int) -> list[tuple[str, str, str, str, str]]:
    """Return (table, uuid, code, name, more words) of everything with a name, at most ``limit`` of a table."""
    found: list[tuple[str, str, str, str, str]] = []
    more = {"road_section": "coalesce(from_name,'')||'—'||coalesce(to_name,'')", "place": "coalesce(aliases,'')"}
    for name, code, title, where in NAMED:
        extra = more.get(name, "''")
        rows = db.execute(
            f"SELECT uuid, coalesce({code},''), coalesce({title},''), {extra} FROM {name} WHERE {where} LIMIT ?",
            (limit,),
        )
        found += [(name, row[0], row[1], row[2], row[3]) for row in rows]
    return found


def tasks(db: sqlite3.Connection, text: str, limit: int) -> list[sqlite3.Row]:
    """Return tasks whose number, source number, title or address holds the text, newest first."""
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return db.execute(
        "SELECT uuid, number, title, coalesce(address,'') AS address, status FROM task "
        "WHERE number LIKE ?1 ESCAPE '\\' OR source_number LIKE ?1 ESCAPE '\\' OR title LIKE ?1 ESCAPE '\\' "
        "OR address LIKE ?1 ESCAPE '\\' ORDER BY reported_at DESC LIMIT ?2",
        (like, limit),
    ).fetchall()
