"""`gewu export FILE.gpkg OUT.gpkg`: hands a clean, styled GeoPackage to any other program."""

import argparse
from pathlib import Path

from app.commands import speaking
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))
    parser.add_argument("out", type=Path, metavar="OUT.gpkg", help=t("cli.arg_export"))
    parser.add_argument("--per-tier", action="store_true", help=t("cli.arg_per_tier"))
    parser.add_argument("--personal", action="store_true", help=t("cli.arg_personal"))
    parser.add_argument("--force", action="store_true", help=t("cli.arg_force"))
    parser.add_argument("--tables", metavar="A,B", help=t("cli.arg_tables"))


def run(given: argparse.Namespace) -> int:
    """Write the file and list its layers."""
    from layers import exchange, workspace

    tables = [name.strip() for name in given.tables.split(",") if name.strip()] if given.tables else None
    ws = workspace.open(given.file)
    try:
        done = exchange.export(
            ws,
            given.out,
            tables=tables,
            per_tier=given.per_tier,
            personal=given.personal,
            replace=given.force,
            progress=speaking.progress(given),
        )
    finally:
        ws.close()
    if speaking.wants_json(given):
        speaking.emit(
            {"file": str(done.path), "layers": [{"name": n, "rows": c} for n, c in done.layers], "empty": done.empty}
        )
    else:
        speaking.table([t("cli.head_layer"), t("cli.head_rows")], done.layers)
        if done.empty:
            print(t("cli.export_empty", names=t("cli.and").join(done.empty)))
        print(t("cli.exported" if given.personal else "cli.exported_masked", path=done.path))
    return 0
