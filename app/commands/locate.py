"""`gewu locate FILE.gpkg POINTS --out OUT`: says for every point in which grids it lies."""

import argparse
from pathlib import Path

from app.commands import speaking
from app.commands.import_source import _pair
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))
    parser.add_argument("points", metavar="POINTS", help=t("cli.arg_points"))
    parser.add_argument("--out", type=Path, metavar="OUT", help=t("cli.arg_out"))
    parser.add_argument("--layer", help=t("cli.arg_layer"))
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help=t("cli.arg_map_points"))
    parser.add_argument("--crs", help=t("cli.arg_crs"))
    parser.add_argument("--encoding", help=t("cli.arg_encoding"))


def run(given: argparse.Namespace) -> int:
    """Locate, write the answers, and say how many lie nowhere."""
    from layers import exchange_points, workspace

    if given.out is not None:
        exchange_points.check_target(given.points, given.out)
    ws = workspace.open(given.file)
    try:
        found = exchange_points.locate_file(
            ws,
            given.points,
            layer=given.layer,
            mapping=dict(_pair(text, "--map") for text in given.map) if given.map else None,
            crs=given.crs,
            encoding=given.encoding,
            progress=speaking.progress(given),
        )
    finally:
        ws.close()
    if given.out is not None:
        exchange_points.write_answers(found, given.out)
    counts = {"located": found.located, "outside": found.outside, "unplaced": found.unplaced}
    if speaking.wants_json(given):
        rows = [] if given.out else [dict(zip(found.headings, row, strict=True)) for row in found.rows]
        speaking.emit({"file": str(given.file), "out": given.out and str(given.out), **counts, "rows": rows})
        return 0
    if given.out is None:
        speaking.table(found.headings[-8:], [row[-8:] for row in found.rows])
    print(t("cli.located", **counts, out=given.out or "—"))
    return 0
