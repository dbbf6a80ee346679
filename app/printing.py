"""Printing what is in front of somebody: the task table, the map, the figures or the lists of today."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import cos, radians
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from app import paper, report, saving, theme
from app.list_export import Progress, task_lines
from app.map_desk import EARTH
from app.paper import MapPaper, Paper, Table
from app.sheet import write_whole
from app.tasks_model import COLUMNS, KEYS, SHOWN
from app.today import LISTS
from layers import tasks
from layers.domain.things import TaskFilter, TaskLine
from layers.errors import Known
from layers.words import t
from layers.workspace import Workspace

if TYPE_CHECKING:
    from app.window import Window

Deliver = Callable[[Paper], None]
LOOK, PATIENCE = 150, 20  # ms between two looks at a map that is being redrawn; how many at most


def start(window: "Window") -> None:
    """Ask for a printer, or where there is none for a PDF file, and put there what has the focus."""
    if window.session.ws is None:
        return
    deliver = _ask_printer(window) if printers() else _ask_file(window)
    if deliver is not None:
        gather(window, deliver)


def printers() -> list[str]:
    """Return the names of the printers of this machine."""
    return list(QPrinterInfo.availablePrinterNames())


def _ask_printer(window: "Window") -> Deliver | None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(paper.landscape())
    dialog = QPrintDialog(printer, window)
    wanted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not wanted:
        return None

    def deliver(made: Paper) -> None:
        printer.setDocName(made.title)
        try:
            paper.put(printer, made)
        except Known as error:
            report.show(error)

    return deliver


def _ask_file(window: "Window") -> Deliver | None:
    assert window.session.ws is not None
    name = window.session.ws.path.with_suffix(".pdf")
    path = saving.ask(window, t("window.print_to_file"), name, "PDF (*.pdf)", ".pdf")
    if path is None:
        return None

    def deliver(made: Paper) -> None:
        try:
            write_whole(path, paper.pdf(made))
        except Known as error:
            report.show(error)
        else:
            report.say(t("window.saved_to", path=path))

    return deliver


# -- what is printed -------------------------------------------------------------------------------------


def gather(window: "Window", done: Deliver) -> None:
    """Bring together what is in front of somebody and hand it to ``done``, at once or when it is read."""
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
    elif window.layouts.full or window.docks["tasks"].isAncestorOf(window.focusWidget() or window):
        _gather_tasks(window, done)
    else:
        _gather_map(window, done)


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
    said = _said(window, " · ".join(parts))
    model = panel.model
    columns = [KEYS[i] for i in panel.table.visible_columns()]
    sort = COLUMNS[KEYS.index(model.sort_key)].sort
    lists = [("", model.filter, sort, model.descending, columns)]
    window.session.work(read, lists, label="print", done=lambda tables: done(replace(said, tables=tables)))


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
        tuple(tuple(column.text(line, zone) for column in shown) for line in lines),
        f"{caption} {len(lines)}" if caption else "",
        statuses=tuple(line.status for line in lines),
        sign=columns.index("status") if "status" in columns else -1,
    )


def _gather_map(window: "Window", done: Deliver) -> None:
    view = window.map.view
    said = _said(window, t("window.place_map"))

    def hand_over(picture: QImage) -> None:
        seen = view.bounds
        ground = 0.0
        if seen is not None:
            ground = (seen[2] - seen[0]) / 360 * EARTH * cos(radians((seen[1] + seen[3]) / 2))
        legend = tuple(
            (key, t("window.legend_overdue") if key == "overdue" else tasks.status_label(key))
            for key in window.map.legend.explained
        )
        done(MapPaper(said.title, said.date, said.mark, picture=picture, legend=legend, ground=ground))

    if theme.tokens().name == "light":
        hand_over(view.grab().toImage())
        return

    def lit(picture: QImage) -> None:
        window.map.tint()
        hand_over(picture)

    # Paper is light: the picture is drawn so for a moment.
    view.set_theme("light")
    _when_light(view, lit)


def _when_light(view: QWidget, done: Callable[[QImage], None]) -> None:
    """Hand over the picture of the map once it is light and no longer changes, or after `PATIENCE` looks as it is."""
    looks = [QImage()]
    timer = QTimer(view, interval=LOOK)

    def look() -> None:
        picture = view.grab().toImage()
        light = picture.pixelColor(2, 2).lightness() > 127
        if (light and picture == looks[-1]) or len(looks) > PATIENCE:
            timer.stop()
            timer.deleteLater()
            done(picture)
        else:
            looks.append(picture)

    timer.timeout.connect(look)
    timer.start()
