"""`gewu verify FILE.gpkg`: is the file sound, is the record unbroken."""

import argparse
from pathlib import Path

from app.commands import speaking
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))
    parser.add_argument("--rebuild", action="store_true", help=t("cli.arg_rebuild"))


def run(given: argparse.Namespace) -> int:
    """Print what is wrong; 1 when anything is."""
    from layers import workspace

    ws = workspace.open(given.file)
    try:
        found = workspace.verify(ws, rebuild=given.rebuild, progress=speaking.progress(given))
    finally:
        ws.close()
    texts = [t(f"cli.verify_{f.kind}", table=f.table, **dict(f.values)) for f in found]
    if speaking.wants_json(given):
        rows = [
            {"kind": f.kind, "table": f.table, "uuids": f.uuids, "values": dict(f.values), "text": text}
            for f, text in zip(found, texts, strict=True)
        ]
        speaking.emit({"file": str(given.file), "findings": rows})
    else:
        for text in texts:
            print(text)
        print(t("cli.verify_clean") if not found else t("cli.verify_found", count=len(found)))
    return 1 if found else 0
