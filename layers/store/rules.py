"""The rules that live in the file itself: triggers in built-in SQL only, so that QGIS obeys them too.

A refusal says why and what to do in both languages. Rules on `ver` hold by one idea: the statement of a person
or program leaves `ver` alone, and the nested statement of a trigger raises it; so `NEW.ver = OLD.ver`
tells the one from the other, and GDAL rewriting unchanged columns changes nothing.
"""

from layers.domain import flow
from layers.store.schema import Table

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ','now')"
V4 = (
    "lower(hex(randomblob(4)))||'-'||lower(hex(randomblob(2)))||'-4'||substr(lower(hex(randomblob(2))),2)"
    "||'-'||substr('89ab',1+(random()&3),1)||substr(lower(hex(randomblob(2))),2)||'-'||lower(hex(randomblob(6)))"
)
_MS = "CAST((julianday('now')-2440587.5)*86400000 AS INTEGER)"


def rising(number: str) -> str:
    """Return SQL for a new uuid that is greater than all before it (version 7, RFC 9562 §5.7).

    ``number`` is SQL for what rises within a millisecond. Random ones would be written all over a large unique index,
    rising ones at its end.
    """
    parts = f"{_MS}>>16, {_MS}&65535, ({number}>>14)&4095, 32768|({number}&16383)"
    return f"printf('%08x-%04x-7%03x-%04x-', {parts})||lower(hex(randomblob(6)))"


_TX = "(SELECT CAST(value AS INTEGER) FROM gewu_meta WHERE key='tx')"
_BY = "(SELECT value FROM gewu_meta WHERE key='actor')"
_BARE = "trim(coalesce(NEW.uuid,''),'{} ')"
_BAD_UUID = "(NEW.uuid IS NULL OR length(NEW.uuid)<>36 OR NEW.uuid<>lower(NEW.uuid))"
# What somebody did to a task's status, told from GDAL rewriting what was there.
_STEPPED = "(NEW.ver=OLD.ver AND (NEW.status IS NOT OLD.status OR NEW.last_at IS NOT OLD.last_at))"
_FLOW = "SELECT 1 FROM gewu_flow WHERE from_status=OLD.status AND to_status=NEW.status AND step IS NEW.last_step"

TEXTS = {
    "ver": "这条记录已被别处修改，请刷新后重做。/ The row was changed elsewhere meanwhile: refresh and try again.",
    "uuid": "唯一标识不能修改。/ The uuid of a row never changes.",
    "flow": "流程不允许这一步：请按办理流程操作，并填写 last_step、last_by。"
    "/ The flow does not allow this step: take an allowed one and fill last_step and last_by.",
    "reason": "这一步必须填写理由 (last_reason)。/ This step needs a reason in last_reason.",
    "assignee": "派遣前请先选定承办方。/ Choose who is to do it before dispatching.",
    "history": "任务已有办理记录，不能删除，请改为作废。/ The task has a record and cannot be deleted: void it.",
    "log": "办理记录只由系统写入，不能增删改。/ The record is written by the program alone and never changed.",
}


def triggers(item: Table) -> dict[str, str]:
    """Return name -> SQL of all triggers of a table in the workspace, R-tree triggers included."""
    found: dict[str, str] = {}
    if item.geometry:
        found.update(rtree(item.name))
    if item.name == "task_log":
        found.update(_log())
    elif not item.plain:
        found.update(_row(item.name))
    if item.name == "task":
        found.update(_task())
    return found


def rtree(name: str, geom: str = "geom", fid: str = "fid") -> dict[str, str]:
    """Return the six R-tree triggers of GeoPackage 1.3 (OGC 12-128r17, annex F.3) for a feature table."""
    tree, new, old = f'"rtree_{name}_{geom}"', f'NEW."{geom}"', f'OLD."{fid}"'
    box = f'(NEW."{fid}",ST_MinX({new}), ST_MaxX({new}),ST_MinY({new}), ST_MaxY({new}))'
    there = f"({new} NOTNULL AND NOT ST_IsEmpty({new}))"
    gone = f"({new} ISNULL OR ST_IsEmpty({new}))"
    put = f"INSERT OR REPLACE INTO {tree} VALUES {box}"
    heads = {
        "insert": f'AFTER INSERT ON "{name}" WHEN (new."{geom}" NOT NULL AND NOT ST_IsEmpty({new})) BEGIN {put}; END',
        "update1": f'AFTER UPDATE OF "{geom}" ON "{name}" WHEN {old} = NEW."{fid}" AND {there} BEGIN {put}; END',
        "update2": f'AFTER UPDATE OF "{geom}" ON "{name}" WHEN {old} = NEW."{fid}" AND {gone} '
        f"BEGIN DELETE FROM {tree} WHERE id = {old}; END",
        "update3": f'AFTER UPDATE ON "{name}" WHEN {old} != NEW."{fid}" AND {there} '
        f"BEGIN DELETE FROM {tree} WHERE id = {old}; {put}; END",
        "update4": f'AFTER UPDATE ON "{name}" WHEN {old} != NEW."{fid}" AND {gone} '
        f'BEGIN DELETE FROM {tree} WHERE id IN ({old}, NEW."{fid}"); END',
        "delete": f'AFTER DELETE ON "{name}" WHEN old."{geom}" NOT NULL BEGIN DELETE FROM {tree} WHERE id = {old}; END',
    }
    return {f"rtree_{name}_{geom}_{k}": f'CREATE TRIGGER "rtree_{name}_{geom}_{k}" {v}' for k, v in heads.items()}


def _named(name: str, when: str, *statements: str) -> dict[str, str]:
    return {name: f'CREATE TRIGGER "{name}" {when}\nBEGIN\n  ' + ";\n  ".join(statements) + ";\nEND"}


def _refuse(text: str) -> str:
    return f"SELECT RAISE(ABORT, '{TEXTS[text]}')"


def _feed(name: str, op: str, source: str) -> str:
    return (
        "INSERT INTO gewu_feed (tx, tbl, uuid, ver, op, at, by) "
        f"SELECT {_TX}, '{name}', {source.format('uuid')}, {source.format('ver')}, '{op}', {NOW}, {_BY}"
    )


def _row(name: str) -> dict[str, str]:
    """The rules of every versioned row: a clean uuid that stays, a version that only rises, one line in the feed."""
    wrong, extra = _BAD_UUID, ""
    if name == "task":
        # A new task's record begins with its creation or, whatever its status, with its import.
        wrong += (
            " OR NEW.last_at IS NULL OR NEW.last_step IS NULL OR NEW.last_step NOT IN ('report','imported')"
            " OR (NEW.last_step='report' AND NEW.status<>'reported')"
        )
        extra = (
            ", last_step=CASE WHEN NEW.last_step='report' AND NEW.status='reported' THEN 'report' ELSE 'imported' END"
            f", last_at=coalesce(NEW.last_at, NEW.reported_at, {NOW})"
        )
    raised = "NEW.ver=OLD.ver" + (f" AND NOT {_STEPPED}" if name == "task" else "")
    return {
        **_named(
            f"gewu_{name}_new",
            f'AFTER INSERT ON "{name}"',
            f'UPDATE "{name}" SET ver=NEW.ver+1, uuid=CASE WHEN length({_BARE})=36 THEN lower({_BARE}) ELSE {V4} END'
            f"{extra} WHERE fid=NEW.fid AND ({wrong})",
            _feed(name, "insert", "{}") + f' FROM "{name}" WHERE fid=NEW.fid',
            # In the same trigger, because SQLite does not say in which order several of them run.
            *([_record("NULL")] if name == "task" else ()),
        ),
        **_named(f"gewu_{name}_kept", f'BEFORE UPDATE ON "{name}" WHEN NEW.ver < OLD.ver', _refuse("ver")),
        **_named(
            f"gewu_{name}_same",
            f'BEFORE UPDATE ON "{name}" WHEN NEW.uuid IS NOT OLD.uuid AND length(OLD.uuid)=36 '
            "AND OLD.uuid=lower(OLD.uuid)",
            _refuse("uuid"),
        ),
        **_named(
            f"gewu_{name}_ver",
            f'AFTER UPDATE ON "{name}" WHEN {raised}',
            f'UPDATE "{name}" SET ver=OLD.ver+1 WHERE fid=NEW.fid',
        ),
        **_named(
            f"gewu_{name}_feed",
            f'AFTER UPDATE ON "{name}" WHEN NEW.ver > OLD.ver AND NEW.uuid IS OLD.uuid',
            _feed(name, "update", "NEW.{}"),
        ),
        **_named(f"gewu_{name}_gone", f'AFTER DELETE ON "{name}"', _feed(name, "delete", "OLD.{}")),
    }


def _task() -> dict[str, str]:
    """The flow: a step is checked, stamped, counted and written into the record."""
    at = f"CASE WHEN NEW.last_at IS NOT OLD.last_at AND NEW.last_at IS NOT NULL THEN NEW.last_at ELSE {NOW} END"
    moved = "NEW.status IS NOT OLD.status AND NEW.last_step<>'withdraw'"
    stamps = [
        f"{column}=CASE WHEN NEW.status='{status}' AND {moved} THEN {at} ELSE {column} END"
        for status, column in flow.STAMPS.items()
    ]
    counters = [f"{column}={column}+(NEW.last_step='{step}')" for step, column in flow.COUNTERS.items()] + [
        "supervised=CASE WHEN NEW.last_step='supervise' THEN 1 ELSE supervised END"
    ]
    return {
        **_named(
            "gewu_task_flow",
            f"BEFORE UPDATE ON task WHEN ({_STEPPED} OR NEW.status IS NOT OLD.status) AND (NEW.ver<>OLD.ver "
            f"OR NOT EXISTS ({_FLOW} AND instr(','||kinds||',', ','||NEW.kind||',')>0))",
            _refuse("flow"),
        ),
        **_named(
            "gewu_task_reason",
            f"BEFORE UPDATE ON task WHEN {_STEPPED} AND trim(coalesce(NEW.last_reason,''))='' "
            f"AND EXISTS ({_FLOW} AND needs_reason)",
            _refuse("reason"),
        ),
        **_named(
            "gewu_task_assignee",
            f"BEFORE UPDATE ON task WHEN {_STEPPED} AND NEW.last_step='dispatch' "
            "AND NEW.assignee_uuid IS NULL AND NEW.lead_uuid IS NULL",
            _refuse("assignee"),
        ),
        **_named(
            "gewu_task_step",
            f"AFTER UPDATE ON task WHEN {_STEPPED}",
            f"UPDATE task SET ver=OLD.ver+1, last_at={at}, {', '.join(stamps + counters)} WHERE fid=NEW.fid",
            _record("OLD.status"),
        ),
        **_named(
            "gewu_task_history",
            "BEFORE DELETE ON task WHEN EXISTS (SELECT 1 FROM task_log WHERE task_uuid=OLD.uuid "
            "AND step NOT IN ('report','imported'))",
            _refuse("history"),
        ),
        **_named("gewu_task_unlog", "AFTER DELETE ON task", "DELETE FROM task_log WHERE task_uuid=OLD.uuid"),
    }


def _record(from_status: str) -> str:
    return (
        "INSERT INTO task_log (uuid, task_uuid, seq, at, actor_uuid, step, from_status, to_status, reason) "
        f"SELECT {rising('fid')}, uuid, (SELECT coalesce(max(seq),0)+1 FROM task_log WHERE task_uuid=task.uuid), "
        f"last_at, last_by, last_step, {from_status}, status, last_reason FROM task WHERE fid=NEW.fid"
    )


def _log() -> dict[str, str]:
    """The record is append-only: an entry must be the task's last step, and only its hash may be filled in."""
    kept = " AND ".join(
        f"NEW.{column} IS OLD.{column}"
        for column in (
            "uuid", "task_uuid", "seq", "at", "actor_uuid", "step", "from_status", "to_status", "reason", "detail"
        )
    )  # fmt: skip
    return {
        **_named(
            "gewu_task_log_new",
            "BEFORE INSERT ON task_log WHEN NOT EXISTS (SELECT 1 FROM task WHERE uuid=NEW.task_uuid "
            "AND last_step IS NEW.step AND last_at IS NEW.at AND status=NEW.to_status) "
            "OR EXISTS (SELECT 1 FROM task_log WHERE task_uuid=NEW.task_uuid AND at=NEW.at "
            "AND step=NEW.step AND to_status=NEW.to_status)",
            _refuse("log"),
        ),
        **_named(
            "gewu_task_log_kept",
            f"BEFORE UPDATE ON task_log WHEN OLD.hash IS NOT NULL OR NOT ({kept})",
            _refuse("log"),
        ),
        **_named(
            "gewu_task_log_stays",
            "BEFORE DELETE ON task_log WHEN EXISTS (SELECT 1 FROM task WHERE uuid=OLD.task_uuid)",
            _refuse("log"),
        ),
    }
