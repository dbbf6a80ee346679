"""`gewu restore FILE.gpkg [BACKUP]`: lists the automatic backups, or puts one in the file's place."""

import argparse
from pathlib import Path

from app.commands import speaking
from layers.domain import measures
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace"))
    parser.add_argument("backup", type=Path, nargs="?", metavar="BACKUP", help=t("cli.arg_backup"))


def run(given: argparse.Namespace) -> int:
    """List the backups, newest first; with one of them, bring it back and say where what was there is now."""
    from layers import workspace

    if given.backup is None:
        saved = workspace.saved_states(given.file)
        if speaking.wants_json(given):
            rows = [{"path": str(s.path), "made": f"{s.made:%Y-%m-%d %H:%M:%S}", "bytes": s.size} for s in saved]
            speaking.emit({"file": str(given.file), "backups": rows})
        elif saved:
            heads = [t(f"cli.head_{name}") for name in ("made", "size", "backup")]
            speaking.table(heads, [(f"{s.made:%Y-%m-%d %H:%M:%S}", measures.size(s.size), s.path.name) for s in saved])
        else:
            print(t("cli.no_backups", path=given.file))
        return 0
    # A name alone is one of those that were listed.
    named = next((s.path for s in workspace.saved_states(given.file) if s.path.name == str(given.backup)), given.backup)
    kept = workspace.restore(named, given.file)
    if speaking.wants_json(given):
        speaking.emit({"file": str(given.file), "restored": str(named), "kept": kept and str(kept)})
    else:
        print(t("cli.restored", path=given.file, backup=named.name))
        if kept:
            print(t("cli.restored_kept", path=kept))
    return 0
