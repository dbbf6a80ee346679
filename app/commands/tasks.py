"""`gewu tasks FILE.gpkg`: the task table, filtered."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.commands import parsing, speaking
from layers.domain import flow
from layers.domain.things import TaskFilter
from layers.errors import Refused
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))
    parser.add_argument("--status", action="append", default=[], choices=flow.STATUSES, help=t("cli.arg_status"))
    parser.add_argument("--kind", action="append", default=[], choices=flow.KINDS, help=t("cli.arg_kind"))
    parser.add_argument("--due", choices=("overdue", "soon", "none"), default="", help=t("cli.arg_due"))
    parser.add_argument("--grid", default="", metavar="CODE", help=t("cli.arg_grid"))
    parser.add_argument("--text", default="", help=t("cli.arg_text"))
    parser.add_argument("--open", action="store_true", help=t("cli.arg_open"))
    parser.add_argument("--tray", action="store_true", help=t("cli.arg_tray"))
    parser.add_argument("--limit", type=parsing.whole, default=500, help=t("cli.arg_limit"))


def run(given: argparse.Namespace) -> int:
    """Print the tasks that the filter lets through."""
    from layers import grids, tasks, workspace
    from layers.domain.clock import local

    ws = workspace.open(given.file)
    try:
        grid = ""
        if given.grid:
            every = [node for system in grids.systems(ws) for node in grids.tree(ws, system.code)]
            grid = next((node.uuid for node in every if given.grid in (node.code, node.uuid, node.name)), "")
            if not grid:
                raise Refused("cli_no_grid", grid=given.grid, path=given.file)
        wanted = TaskFilter(
            statuses=tuple(given.status),
            kinds=tuple(given.kind),
            due=given.due,
            grid=grid,
            text=given.text,
            tray=given.tray,
            open_only=given.open,
        )
        lines = tasks.table(ws, wanted, limit=given.limit)
        counts = tasks.counts(ws, wanted)
        zone = ws.zone
    finally:
        ws.close()
    if speaking.wants_json(given):
        speaking.emit({"file": str(given.file), "counts": counts, "tasks": [asdict(line) for line in lines]})
        return 0
    heads = [t(f"cli.head_{name}") for name in ("number", "status", "title", "grid", "assignee", "reported", "due")]
    speaking.table(
        heads,
        [
            (
                line.number, tasks.status_label(line.status, line.kind), line.title, line.grid_name or line.grid_code,
                line.assignee, local(line.reported_at, zone) if line.reported_at else "",
                local(line.due_at, zone) if line.due_at else "",
            )
            for line in lines
        ],
    )  # fmt: skip
    print(t("cli.tasks_shown", shown=len(lines), all=counts.get("all", len(lines)), overdue=counts.get("overdue", 0)))
    return 0
