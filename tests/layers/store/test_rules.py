"""The rules in the file: every transition, allowed and refused, by SQL as another program would write it."""

import sqlite3
from pathlib import Path

import pytest

from layers.domain import flow
from layers.store.connection import connect
from layers.store.geopackage import Store

INSERT = (
    "INSERT INTO task (title, kind, status, placed, assignee_kind, assignee_uuid) "
    "VALUES ('x', ?, ?, 'none', 'team', 'somebody')"
)
TAKE = "UPDATE task SET status=?, last_step=?, last_by='qgis', last_reason=? WHERE fid=?"


@pytest.fixture
def db(path: Path):
    """A connection like that of any other program, beside no desk of ours."""
    connection = connect(path)
    yield connection
    connection.close()


@pytest.mark.parametrize("rule", flow.RULES, ids=lambda r: f"{r.from_status}-{r.step}-{r.to_status}")
def test_every_rule_is_obeyed_for_each_of_its_kinds(db: sqlite3.Connection, rule: flow.Rule) -> None:
    for kind in rule.kinds.split(","):
        fid = db.execute(INSERT, (kind, rule.from_status)).lastrowid
        before = db.execute("SELECT ver FROM task WHERE fid=?", (fid,)).fetchone()[0]
        if rule.needs_reason:
            with pytest.raises(sqlite3.IntegrityError, match="last_reason"):
                db.execute(
                    "UPDATE task SET status=?, last_step=?, last_at='2026-01-01T00:00:00.000Z' WHERE fid=?",
                    (rule.to_status, rule.step, fid),
                )
        # A step that keeps the status is told by its instant.
        db.execute(
            "UPDATE task SET status=?, last_step=?, last_by='qgis', last_reason='理由', "
            "last_at='2026-01-01T00:00:00.000Z' WHERE fid=?",
            (rule.to_status, rule.step, fid),
        )
        row = db.execute("SELECT * FROM task WHERE fid=?", (fid,)).fetchone()
        assert row["status"] == rule.to_status
        assert row["ver"] == before + 1
        log = db.execute("SELECT * FROM task_log WHERE task_uuid=? ORDER BY seq", (row["uuid"],)).fetchall()
        assert [entry["step"] for entry in log] == ["imported", rule.step]
        assert (log[1]["from_status"], log[1]["to_status"]) == (rule.from_status, rule.to_status)
        if rule.step in flow.COUNTERS:
            assert row[flow.COUNTERS[rule.step]] == 1


def test_every_other_pair_of_statuses_is_refused(db: sqlite3.Connection) -> None:
    allowed = {(r.from_status, r.to_status, r.step) for r in flow.RULES if "case" in r.kinds.split(",")}
    steps = sorted({r.step for r in flow.RULES})
    refused = 0
    for from_status in flow.STATUSES:
        fid = db.execute(INSERT, ("case", from_status)).lastrowid
        for to_status in flow.STATUSES:
            for step in steps:
                if from_status == to_status or (from_status, to_status, step) in allowed:
                    continue
                with pytest.raises(sqlite3.IntegrityError, match="流程"):
                    db.execute(TAKE, (to_status, step, "理由", fid))
                refused += 1
        assert db.execute("SELECT status FROM task WHERE fid=?", (fid,)).fetchone()[0] == from_status
    assert refused > 1000


def test_patrols_have_their_own_path(db: sqlite3.Connection) -> None:
    fid = db.execute(INSERT, ("patrol", "dispatched")).lastrowid
    with pytest.raises(sqlite3.IntegrityError, match="流程"):
        db.execute(TAKE, ("handling", "start", None, fid))
    db.execute(TAKE, ("closed", "walk", None, fid))
    assert db.execute("SELECT closed_at IS NOT NULL FROM task WHERE fid=?", (fid,)).fetchone()[0] == 1


def test_dispatch_needs_somebody(db: sqlite3.Connection) -> None:
    fid = db.execute("INSERT INTO task (title, status) VALUES ('x', 'filed')").lastrowid
    with pytest.raises(sqlite3.IntegrityError, match="承办方"):
        db.execute(TAKE, ("dispatched", "dispatch", None, fid))


def test_a_status_cannot_be_smuggled_in_with_a_version(db: sqlite3.Connection) -> None:
    fid = db.execute(INSERT, ("case", "reported")).lastrowid
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("UPDATE task SET status='filed', last_step='file', ver=ver+1 WHERE fid=?", (fid,))


def test_an_unknown_word_is_refused_by_name(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="状态"):
        db.execute("INSERT INTO task (title, status) VALUES ('x', 'finished')")


def test_gdal_rewriting_unchanged_columns_changes_one_version_and_no_record(db: sqlite3.Connection) -> None:
    fid = db.execute(INSERT, ("case", "reported")).lastrowid
    row = dict(db.execute("SELECT * FROM task WHERE fid=?", (fid,)).fetchone())
    row["title"] = "改名"
    sets = ", ".join(f'"{name}"=?' for name in row if name != "fid")
    db.execute(f"UPDATE task SET {sets} WHERE fid=?", (*[v for k, v in row.items() if k != "fid"], fid))
    after = db.execute("SELECT * FROM task WHERE fid=?", (fid,)).fetchone()
    assert (after["title"], after["ver"]) == ("改名", row["ver"] + 1)
    assert db.execute("SELECT count(*) FROM task_log").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        (None, None),
        ("7", None),
    ],
)
def test_uuids_are_filled_and_made_plain(db: sqlite3.Connection, written: str | None, kept: str | None) -> None:
    fid = db.execute("INSERT INTO place (uuid, name) VALUES (?, 'x')", (written,)).lastrowid
    uuid = db.execute("SELECT uuid FROM place WHERE fid=?", (fid,)).fetchone()[0]
    assert len(uuid) == 36
    assert uuid == uuid.lower()
    assert kept in (None, uuid)
    feed = db.execute("SELECT op, uuid FROM gewu_feed").fetchall()
    assert [tuple(line) for line in feed] == [("insert", uuid)]


def test_a_uuid_never_changes_and_a_version_never_falls(db: sqlite3.Connection) -> None:
    fid = db.execute("INSERT INTO place (name) VALUES ('x')").lastrowid
    with pytest.raises(sqlite3.IntegrityError, match="uuid"):
        db.execute("UPDATE place SET uuid='6ba7b810-9dad-11d1-80b4-00c04fd430c8' WHERE fid=?", (fid,))
    db.execute("UPDATE place SET name='y' WHERE fid=?", (fid,))
    with pytest.raises(sqlite3.IntegrityError, match="refresh"):
        db.execute("UPDATE place SET name='z', ver=1 WHERE fid=?", (fid,))


def test_the_record_cannot_be_forged(db: sqlite3.Connection) -> None:
    fid = db.execute(INSERT, ("case", "reported")).lastrowid
    uuid = db.execute("SELECT uuid FROM task WHERE fid=?", (fid,)).fetchone()[0]
    forged = "INSERT INTO task_log (uuid, task_uuid, seq, at, step, to_status) VALUES ('u', ?, 9, '2026-01-01', ?, ?)"
    for statement, args in (
        (forged, (uuid, "close", "closed")),
        ("INSERT INTO task_log SELECT NULL, 'v', task_uuid, 9, at, actor_uuid, step, from_status, to_status, reason, "
         "detail, NULL, NULL FROM task_log WHERE task_uuid=?", (uuid,)),
        ("UPDATE task_log SET reason='x' WHERE task_uuid=?", (uuid,)),
        ("DELETE FROM task_log WHERE task_uuid=?", (uuid,)),
    ):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="记录"):
            db.execute(statement, args)


def test_only_a_task_without_history_is_deleted(db: sqlite3.Connection) -> None:
    kept = db.execute(INSERT, ("case", "reported")).lastrowid
    gone = db.execute(INSERT, ("case", "closed")).lastrowid
    db.execute(TAKE, ("filed", "file", None, kept))
    with pytest.raises(sqlite3.IntegrityError, match="作废"):
        db.execute("DELETE FROM task WHERE fid=?", (kept,))
    db.execute("DELETE FROM task WHERE fid=?", (gone,))
    assert db.execute("SELECT count(DISTINCT task_uuid) FROM task_log").fetchone()[0] == 1


def test_the_feed_has_one_line_per_change(db: sqlite3.Connection) -> None:
    fid = db.execute(INSERT, ("case", "reported")).lastrowid
    db.execute(TAKE, ("filed", "file", None, fid))
    db.execute("UPDATE task SET title='y' WHERE fid=?", (fid,))
    other = db.execute("INSERT INTO place (name) VALUES ('x')").lastrowid
    db.execute("DELETE FROM place WHERE fid=?", (other,))
    feed = db.execute("SELECT tbl, op, ver FROM gewu_feed ORDER BY seq").fetchall()
    assert [(line["tbl"], line["op"]) for line in feed] == [
        ("task", "insert"), ("task", "update"), ("task", "update"), ("place", "insert"), ("place", "delete"),
    ]  # fmt: skip
    assert feed[1]["ver"] < feed[2]["ver"]


@pytest.mark.parametrize("kind", flow.KINDS)
def test_what_is_offered_is_what_the_file_allows(kind: str) -> None:
    for status in flow.STATUSES:
        for rule in flow.allowed(kind, status):
            assert flow.find(kind, status, rule.step) == rule
    assert flow.allowed(kind, "closed") == ()


def test_rules_use_built_in_sql_only(store: Store) -> None:
    import re

    ours = {"st_isempty", "st_minx", "st_maxx", "st_miny", "st_maxy"}
    builtin = {row[0] for row in store.read().execute("SELECT name FROM pragma_function_list WHERE builtin")}
    for row in store.read().execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'"):
        bare = re.sub(r"'(?:[^']|'')*'", "''", row["sql"])
        called = {name.lower() for name in re.findall(r"\b([A-Za-z_]\w*)\(", bare)}
        words = {
            *["values", "exists", "raise", "in", "on", "and", "or", "not", "gewu_feed", "task_log", "when", "cast"]
        }
        foreign = called - builtin - words - (ours if row["name"].startswith("rtree_") else set())
        assert foreign == set(), row["name"]
