"""`gewu check FILE.gpkg`: counts, nesting, gaps, overlaps and codes of the grid systems."""

import argparse
from pathlib import Path

from app.commands import speaking
from layers.errors import Refused
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))
    parser.add_argument("--system", metavar="NAME", help=t("cli.arg_check_system"))


def run(given: argparse.Namespace) -> int:
    """Print what is wrong; 1 when anything is."""
    from layers import grids, workspace

    ws = workspace.open(given.file)
    try:
        systems = grids.systems(ws)
        if given.system:
            systems = [s for s in systems if given.system in (s.code, s.name)]
            if not systems:
                raise Refused("cli_no_system", system=given.system, path=given.file)
        show = speaking.progress(given)
        found = [finding for s in systems for finding in grids.check(ws, s.code, progress=show)]
    finally:
        ws.close()
    if speaking.wants_json(given):
        rows = [
            {
                "kind": f.kind, "system": f.system, "codes": f.codes, "uuids": f.uuids, "lon": f.lon, "lat": f.lat,
                "values": dict(f.values), "text": grids.sentence(f),
            }
            for f in found
        ]  # fmt: skip
        summary = [{"code": s.code, "name": s.name, "counts": s.summary, "as_planned": s.as_planned} for s in systems]
        speaking.emit({"file": str(given.file), "systems": summary, "findings": rows})
    else:
        for system in systems:
            print(f"{system.name}  {system.summary}  {system.mark}".rstrip())
        for f in found:
            at = f"  @ {f.lon:.6f}, {f.lat:.6f}" if f.lon is not None and f.lat is not None else ""
            print(f"{t('cli.and').join(f.codes[:4])}  {grids.sentence(f)}{at}")
        print(t("cli.check_clean") if not found else t("cli.check_found", count=len(found)))
    return 1 if found else 0
