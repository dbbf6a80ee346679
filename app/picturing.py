"""What the window's map shows now, as the wish for a picture of it: for paper, for a file, for the clipboard."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtGui import QGuiApplication, QImage

from app import report
from layers.words import said, t

if TYPE_CHECKING:
    from app.chart.layout import Wish
    from app.window import Window
    from layers.domain.things import Bounds

ROUND, NEAR = 0.03, 0.0004  # of the size of what is shown; degrees
FINE = 2.0  # how much finer than the screen a copied picture is


def wish(window: "Window") -> "Wish | None":
    """Return the view as a wish for a sheet: where it looks, which layers, tasks, system and selection; None before."""
    from app.chart import backdrop
    from app.chart.layout import Wish

    ws, view = window.session.ws, window.map.view
    if ws is None or view.bounds is None:
        return None
    picked, board = window.selection.picked, window.boards.board
    layers = window.left.layers
    return Wish(
        bounds=view.bounds,
        title=t("boards3.title", name=ws.name, board=said(board.name)) if board else t("pictures.title", name=ws.name),
        date=datetime.now(UTC).astimezone(ZoneInfo(ws.zone)).strftime("%Y-%m-%d"),
        system=window.map.system,
        lying=view.width() >= view.height(),
        layers=tuple(name for name, switch in layers.switches.items() if switch.isChecked()),
        filter=window.map.source.filter,
        picked=(picked.table, picked.uuid) if picked else None,
        kinds=window.map.kinds,
        shade=window.shades.wish,
        bases=backdrop.shown(window.bases),
    )


def start(window: "Window") -> None:
    """Open the dialog that makes a picture of the view."""
    from app.picture_dialog import PictureDialog

    now = wish(window)
    if now is not None:
        areas = {"whole": window.map.home, "picked": window.map.picked_bounds}
        known = {name: _roomy(box) for name, box in areas.items() if box is not None}
        PictureDialog(window.session, now, window.settings, window, known).open()


def _roomy(box: "Bounds") -> "Bounds":
    """Return bounds with some ground round them; a point gets some hundred metres."""
    x, y = max((box[2] - box[0]) * ROUND, NEAR), max((box[3] - box[1]) * ROUND, NEAR)
    return box[0] - x, box[1] - y, box[2] + x, box[3] + y


def copy(window: "Window") -> None:
    """Put the view on the clipboard as a picture: the map alone, light, twice as fine as the screen."""
    from app.chart import output

    now, view = wish(window), window.map.view
    if now is None:
        return

    def done(picture: QImage) -> None:
        QGuiApplication.clipboard().setImage(picture)
        report.say(t("pictures.copied", width=picture.width(), height=picture.height()))

    window.session.look(
        output.view, now.bounds, view.width(), view.height(), FINE, now, key="copy-map", aside=True, done=done
    )
