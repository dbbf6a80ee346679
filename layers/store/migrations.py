"""How an older workspace becomes one of today: a list of named steps, each applied once.

A frozen sample of every version stands in `tests/layers/store/samples`; the tests open each of them. The SQL of a
step is written out and never changed again, whatever the schema becomes; the rules are made anew at the end.
"""

import sqlite3
from collections.abc import Callable

from layers.store import rules
from layers.store.connection import atomic
from layers.store.schema import tables

# version -> table -> what it was made with up to that version: `guard` knows an older file by it.
TABLES: dict[int, dict[str, str]] = {
    1: {
        "placement": """CREATE TABLE "placement" (
  "owner_table" TEXT NOT NULL,
  "owner_uuid" TEXT NOT NULL,
  "system" TEXT NOT NULL,
  "grid_uuid" TEXT NOT NULL,
  "length_m" REAL
)""",
        "gewu_touched": """CREATE TABLE "gewu_touched" (
  "tbl" TEXT NOT NULL,
  "uuid" TEXT NOT NULL,
  "ver" INTEGER
)""",
    }
}

# version -> trigger -> SHA-256 of its text, blanks made one, up to that version.
RULES: dict[int, dict[str, str]] = {
    1: {
        "gewu_task_new": "6cc34a651f5b7e7a98263e8078f0ed6c0a37e55053053fa6093bb3e2150f0372",
        "gewu_task_step": "e5f5aaf37fd6b508e45d4f61695ca35fe3bee92fde3cbc2459f0c0282ee00eb0",
    }
}


def rules_of(version: int) -> dict[str, str]:
    """Return trigger -> digest of a file of some version, of the triggers that were others than today."""
    return _up_to(RULES, version)


def tables_of(version: int) -> dict[str, str]:
    """Return table -> SQL of a file of some version, of the tables that were made otherwise than today."""
    return _up_to(TABLES, version)


def _up_to(known: dict[int, dict[str, str]], version: int) -> dict[str, str]:
    newer = [texts for until, texts in sorted(known.items(), reverse=True) if until >= version]
    return {name: text for texts in newer for name, text in texts.items()}


def lean(db: sqlite3.Connection) -> None:
    """Placements and touched versions as one tree each, and no index that every step of a task rewrites."""
    db.execute("ALTER TABLE placement RENAME TO gewu_old_placement")
    db.execute("ALTER TABLE gewu_touched RENAME TO gewu_old_touched")
    db.execute(
        """CREATE TABLE "placement" (
  "owner_table" TEXT NOT NULL,
  "owner_uuid" TEXT NOT NULL,
  "system" TEXT NOT NULL,
  "grid_uuid" TEXT NOT NULL,
  "length_m" REAL,
  PRIMARY KEY ("owner_table", "owner_uuid", "system", "grid_uuid")
) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE "gewu_touched" (
  "tbl" TEXT NOT NULL,
  "uuid" TEXT NOT NULL,
  "ver" INTEGER,
  PRIMARY KEY ("tbl", "uuid")
) WITHOUT ROWID"""
    )
    db.execute(
        "INSERT INTO placement SELECT owner_table, owner_uuid, system, grid_uuid, length_m FROM gewu_old_placement "
        "ORDER BY owner_table, owner_uuid, system, grid_uuid"
    )
    db.execute("INSERT INTO gewu_touched SELECT tbl, uuid, ver FROM gewu_old_touched ORDER BY tbl, uuid")
    db.execute("DROP TABLE gewu_old_placement")
    db.execute("DROP TABLE gewu_old_touched")
    db.execute('CREATE INDEX "ix_placement__grid_uuid_owner_table" ON "placement" ("grid_uuid", "owner_table")')
    db.execute('DROP INDEX IF EXISTS "ix_task__status"')
    db.execute('CREATE INDEX "ix_task__number" ON "task" ("number") WHERE geom IS NULL')
    db.execute('DROP INDEX IF EXISTS "ix_task_log__task_uuid_seq"')
    db.execute('CREATE INDEX "ix_gewu_journal__undone" ON "gewu_journal" ("undone") WHERE undone=1')


# version it leads to -> what it does to the open file. Version 1 is the first: nothing older exists.
STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {2: lean}


def migrate(db: sqlite3.Connection, version: int) -> None:
    """Bring an open file from ``version`` to today's; the caller has made a backup.

    One transaction for all of it: a file that holds half of two versions would open in neither.
    """
    todo = sorted(target for target in STEPS if target > version)
    if not todo:
        return
    with atomic(db):
        for target in todo:
            STEPS[target](db)
        for name, sql in [pair for item in tables().values() for pair in rules.triggers(item).items()]:
            db.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            db.execute(sql)
        db.execute("UPDATE gewu_meta SET value=? WHERE key='schema_version'", (str(todo[-1]),))
