"""Printing what is in front of somebody: the task table, the map, the figures or the lists of today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog

from app import paper, picturing, report, saving, text
from app.chart import output
from app.list_export import Progress, task_lines
from app.paper import Paper, Table
from app.tasks_model import COLUMNS, KEYS, SHOWN, Column
from app.today import LISTS
from layers.domain.things import TaskFilter, TaskLine
from layers.errors import Known
from layers.whole_files import write_whole
from layers.words import t
from layers.workspace import Workspace

if TYPE_CHECKING:
    from app.window import Window

Deliver = Callable[[Paper], None]


@dataclass(frozen=True)
class Target:
    """Where it goes: a printer, or a PDF file."""

    printer: QPrinter | None = None
    path: Path | None = None


def start(window: "Window") -> None:
    """Ask for a printer, or where there is none for a PDF file, and put there what has the focus."""
    if window.session.ws is None:
        return
    target = _ask_printer(window) if printers() else _ask_file(window)
    if target is None:
        return
    if map_in_front(window):
        print_map(window, target)
    else:
        gather(window, lambda made: _deliver(target, made))


def printers() -> list[str]:
    """Return the names of the printers of this machine."""
    return list(QPrinterInfo.availablePrinterNames())


def _ask_printer(window: "Window") -> Target | None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(paper.landscape())
    dialog = QPrintDialog(printer, window)
    wanted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return Target(printer) if wanted else None


def _ask_file(window: "Window") -> Target | None:
    assert window.session.ws is not None
    name = window.session.ws.path.with_suffix(".pdf")
    path = saving.ask(window, t("window.print_to_file"), name, "PDF (*.pdf)", ".pdf")
    return Target(path=path) if path is not None else None


def _deliver(target: Target, made: Paper) -> None:
    try:
        if target.printer is not None:
            target.printer.setDocName(made.title)
            paper.put(target.printer, made)
        elif target.path is not None:
            write_whole(target.path, paper.pdf(made))
            report.say(t("window.saved_to", path=target.path))
    except Known as error:
        report.show(error)


# -- the map -----------------------------------------------------------------------------------------------


def map_in_front(window: "Window") -> bool:
    """Say whether the map is what somebody would print now."""
    if window.layouts.full or window.place in ("today", "reports"):
        return False
    return not window.docks["tasks"].isAncestorOf(window.focusWidget() or window)


def print_map(window: "Window", target: Target) -> None:
    """Draw the view anew for paper, as the map shows it but without its buttons and at the printer's fineness."""
    wish = picturing.wish(window)
    if wish is None:
        return
    if target.path is not None:
        window.session.work(
            output.write, target.path, wish, label="print",
            done=lambda path: report.say(t("window.saved_to", path=path)),
        )  # fmt: skip
    elif target.printer is not None:
        target.printer.setDocName(wish.title)
        window.session.work(output.print_on, target.printer, wish, label="print")


# -- what is printed -------------------------------------------------------------------------------------


def gather(window: "Window", done: Deliver) -> None:
    """Bring together the tables in front of somebody and hand them to ``done``, at once or when they are read."""
    if window.place == "reports" and not window.layouts.full:
        head, *rows = (tuple(row) for row in window.reports.rows())
        figures = Table(head, tuple(rows), numbers=True)
        done(replace(_said(window, t("window.reports_title")), tables=(figures,)))
    elif window.place == "today":
        said = _said(window, t("window.place_today"))
        lists = [(t(f"window.today_{name}"), *one, SHOWN) for name, one in LISTS.items()]
        window.session.work(
            read, lists, label="print", done=lambda tables: done(replace(said, tables=tables))
        )  # fmt: skip
    else:
        _gather_tasks(window, done)


def _said(window: "Window", what: str) -> Paper:
    ws = window.session.ws
    assert ws is not None
    now = datetime.now(UTC).astimezone(ZoneInfo(ws.zone))
    mark = t("window.synthetic") if ws.synthetic else ""
    return Paper(f"{ws.name} · {what}", now.strftime("%Y-%m-%d %H:%M"), mark)


def _gather_tasks(window: "Window", done: Deliver) -> None:
    panel = window.tasks
    parts = [t(f"window.view_{panel.view}", count="").rstrip()]
    parts += [panel.scope[1]] if panel.scope else []
    parts += [t(f"window.column_{key}") for key in panel.headings.set]
    said = _said(window, " · ".join(parts))
    model = panel.model
    columns = [KEYS[i] for i in panel.table.visible_columns()]
    sort = COLUMNS[KEYS.index(model.sort_key)].sort
    lists = [("", model.filter, sort, model.descending, columns)]
    window.session.work(read, lists, label="print", done=lambda tables: done(replace(said, tables=tables)))


def _cell(column: Column, line: TaskLine, zone: str) -> str:
    """Return what stands in a cell on paper: a lamp has no colour there, so its glyph goes before the words."""
    words = column.text(line, zone)
    return f"{text.LAMP_GLYPHS[line.lamp]} {words}".strip() if column.key == "left" else words


def read(
    ws: Workspace, lists: Sequence[tuple[str, TaskFilter, str, bool, Sequence[str]]], progress: Progress
) -> tuple[Table, ...]:
    """Return a table for every (caption, filter, order, descending, columns), with all rows of its filter."""
    return tuple(
        table_of(list(task_lines(ws, wanted, sort, down, progress, caption)), columns, ws.zone, caption)
        for caption, wanted, sort, down, columns in lists
    )


def table_of(lines: Sequence[TaskLine], columns: Sequence[str], zone: str, caption: str = "") -> Table:
    """Return tasks as a table of some columns, with the shape of each status before its words."""
    shown = [COLUMNS[KEYS.index(key)] for key in columns]
    return Table(
        tuple(t(f"window.column_{column.key}") for column in shown),
        tuple(tuple(_cell(column, line, zone) for column in shown) for line in lines),
        f"{caption} {len(lines)}" if caption else "",
        statuses=tuple(line.status for line in lines),
        sign=columns.index("status") if "status" in columns else -1,
    )
