"""`gewu picture FILE.gpkg OUT.(pdf|png|html)`: the map as a sheet to print or a page to send, without a window."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.commands import parsing, speaking
from layers.domain.things import Bounds
from layers.errors import Refused
from layers.words import t

SHADES = ("open", "overdue", "density", "facilities", "coverage")
MARGIN = 0.02  # of the whole extent


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))
    parser.add_argument("out", type=Path, metavar="OUT", help=t("pictures.arg_out"))
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--bounds", type=_bounds, metavar="W,S,E,N", help=t("pictures.arg_bounds"))
    where.add_argument("--grid", metavar="CODE", help=t("pictures.arg_grid"))
    parser.add_argument("--system", default="", help=t("pictures.arg_system"))
    parser.add_argument("--title", help=t("pictures.arg_title"))
    parser.add_argument("--paper", choices=("A4", "A3"), default="A4", help=t("pictures.arg_paper"))
    parser.add_argument("--portrait", action="store_true", help=t("pictures.arg_portrait"))
    parser.add_argument("--scale", type=parsing.whole, default=0, metavar="N", help=t("pictures.arg_scale"))
    parser.add_argument("--width", type=parsing.whole, default=0, metavar="PX", help=t("pictures.arg_width"))
    parser.add_argument("--layers", metavar="A,B", help=t("pictures.arg_layers"))
    parser.add_argument("--shade", choices=SHADES, default="", metavar="INDICATOR", help=t("boards3.arg_shade"))
    parser.add_argument("--no-legend", action="store_true", help=t("pictures.arg_no_legend"))
    parser.add_argument("--personal", action="store_true", help=t("pictures.arg_personal"))


def _bounds(said: str) -> Bounds:
    """Read west,south,east,north in degrees."""
    parts = said.replace("，", ",").split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise argparse.ArgumentTypeError(t("pictures.bad_bounds", text=said)) from None
    return west, south, east, north


def run(given: argparse.Namespace) -> int:
    """Make the picture and say where it is. Raises ``Refused``, ``SourceError``, ``WorkspaceError``."""
    from layers import indicators, map_page, map_picture, workspace

    if given.out.suffix.lower() not in (".pdf", ".png", ".html"):
        raise Refused("picture_suffix", path=given.out.name)
    layers = _layers(given.layers) if given.layers else map_picture.LAYERS
    ws = workspace.open(given.file)
    try:
        system = map_picture.choose_system(ws, given.system)
        code = system.code if system else ""
        bounds = given.bounds
        if given.grid:
            bounds = map_picture.bounds_of_grid(ws, given.grid, code if given.system else "")
        bounds = bounds or _whole(workspace.extent(ws))
        title = ws.name if given.title is None else given.title
        told = speaking.progress(given)
        if given.out.suffix.lower() == ".html":
            map_page.write(
                ws,
                given.out,
                bounds,
                title,
                system=code,
                layers=layers,
                personal=given.personal,
                progress=told,
                shade=indicators.Wish(given.shade),
            )
        else:
            _sheet(given, ws, bounds, title, code, layers)
    finally:
        ws.close()
    if speaking.wants_json(given):
        speaking.emit({"file": str(given.out), "bytes": given.out.stat().st_size, "bounds": bounds})
    else:
        print(t("boards3.made", name=given.out, size=f"{given.out.stat().st_size / 1e6:.1f}"))
    return 0


def _layers(said: str) -> tuple[str, ...]:
    from layers.map_picture import LAYERS

    names = tuple(name.strip() for name in said.split(",") if name.strip())
    for name in names:
        if name not in LAYERS:
            raise Refused("picture_no_layer", layer=name, known=", ".join(LAYERS))
    return names


def _whole(box: Bounds | None) -> Bounds:
    if box is None:
        raise Refused("picture_empty")
    x, y = (box[2] - box[0]) * MARGIN, (box[3] - box[1]) * MARGIN
    return box[0] - x, box[1] - y, box[2] + x, box[3] + y


def _sheet(
    given: argparse.Namespace, ws: object, bounds: Bounds, title: str, system: str, layers: tuple[str, ...]
) -> None:
    """Paint a sheet: Qt's painter is needed for it, a screen is not."""
    from layers.workspace import Workspace

    assert isinstance(ws, Workspace)
    keep = _qt()
    from app.chart import output
    from app.chart.layout import Wish
    from layers import indicators

    wish = Wish(
        bounds=bounds,
        title=title,
        date=datetime.now(UTC).astimezone(ZoneInfo(ws.zone)).strftime("%Y-%m-%d"),
        system=system,
        paper=given.paper,
        lying=not given.portrait,
        scale=given.scale,
        legend=not given.no_legend,
        layers=layers,
        shade=indicators.Wish(given.shade),
    )
    output.write(ws, given.out, wish, given.width, speaking.progress(given))
    del keep


def _qt() -> object:
    """Return Qt's application, the one there is or one that needs no screen."""
    from PySide6.QtGui import QGuiApplication

    running = QGuiApplication.instance()
    if running is not None:
        return running
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QGuiApplication([])
