"""`gewu demo FILE.gpkg`: writes the demonstration street."""

import argparse
from pathlib import Path

from app.commands import speaking
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_new"))


def run(given: argparse.Namespace) -> int:
    """Write the street and say what is in it."""
    from layers import demo, grids, workspace

    demo.write(given.file, progress=speaking.progress(given))
    ws = workspace.open(given.file)
    try:
        counts = workspace.counts(ws)
        systems = [(system.code, system.name, system.summary) for system in grids.systems(ws)]
    finally:
        ws.close()
    if speaking.wants_json(given):
        found = {
            "file": str(given.file),
            "systems": [dict(zip(("code", "name", "counts"), s, strict=True)) for s in systems],
        }
        speaking.emit({**found, "rows": {name: n for name, n in counts.items() if n}})
    else:
        said = t("cli.between").join(f"{name} {count}" for _, name, count in systems)
        print(t("cli.demo_done", path=given.file, systems=said))
    return 0
