"""`gewu import FILE.gpkg SOURCE…`: brings foreign files into a workspace, which is made if there is none."""

import argparse
from pathlib import Path
from typing import Any

from app.commands import speaking
from layers import exchange
from layers.errors import Refused
from layers.words import t

_SHOWN = 20


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE.gpkg", help=t("cli.arg_workspace_new"))
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=t("cli.arg_sources"))
    parser.add_argument("--as", dest="as_", choices=exchange.KINDS, required=True, help=t("cli.arg_as"))
    parser.add_argument("--layer", help=t("cli.arg_layer"))
    parser.add_argument("--system", metavar="NAME", help=t("cli.arg_system"))
    parser.add_argument("--tier", action="append", default=[], metavar="TIER", help=t("cli.arg_tier"))
    parser.add_argument("--dissolve", action="append", default=[], metavar="FIELD|NAME", help=t("cli.arg_dissolve"))
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help=t("cli.arg_map"))
    parser.add_argument("--set", action="append", default=[], metavar="COLUMN=VALUE", help=t("cli.arg_set"))
    parser.add_argument("--crs", help=t("cli.arg_crs"))
    parser.add_argument("--encoding", help=t("cli.arg_encoding"))
    parser.add_argument("--name", help=t("cli.arg_name"))
    parser.add_argument("--area-code", default="", metavar="CODE", help=t("cli.arg_area"))
    parser.add_argument("--preview", action="store_true", help=t("cli.arg_preview"))


def run(given: argparse.Namespace) -> int:
    """Import every source in turn, each in one step of its own."""
    if given.preview:
        return _preview(given)
    from layers import workspace

    made = not given.file.exists()
    if made:
        # Nothing is made for a source that cannot be read at all.
        for source in given.sources:
            exchange.preview(source, encoding=given.encoding, crs=given.crs)
        ws = workspace.create(given.file, name=given.name or given.file.stem, area_code=given.area_code)
    else:
        ws = workspace.open(given.file)
    results: list[dict[str, Any]] = []
    try:
        for source in given.sources:
            results.append(_one(given, ws, source))
    finally:
        ws.close()
        if made and not results:
            given.file.unlink(missing_ok=True)
    if speaking.wants_json(given):
        speaking.emit({"file": str(given.file), "imports": results})
    return 0


def _one(given: argparse.Namespace, ws: Any, source: str) -> dict[str, Any]:
    mapping = None
    if given.map:
        known = exchange.preview(source, encoding=given.encoding, crs=given.crs)
        guessed = exchange.guess_mapping(exchange.choose_layer(known, given.layer, given.as_), given.as_)
        said = dict(_pair(text, "--map") for text in given.map)
        mapping = {field: column for field, column in guessed.items() if column not in said.values()} | said
    done = exchange.import_file(
        ws,
        source,
        as_=given.as_,
        layer=given.layer,
        mapping=mapping,
        constants=dict(_pair(text, "--set") for text in given.set),
        system=given.system,
        tier=given.tier or None,
        dissolve=given.dissolve,
        crs=given.crs,
        encoding=given.encoding,
        actor="dispatcher",
        progress=speaking.progress(given),
    )
    if not speaking.wants_json(given):
        key = "cli.imported_tasks" if given.as_ == "tasks" else "cli.imported"
        kind = t(f"exchange.as_{given.as_}")
        print(t(key, path=source, kind=kind, added=done.added, skipped=done.skipped, unplaced=done.unplaced))
        for problem in done.problems[:_SHOWN]:
            print("  " + str(problem))
        more = sum(done.counted.values()) - min(len(done.problems), _SHOWN)
        if more > 0:
            print("  " + t("cli.more_problems", count=more))
        if done.backup:
            print("  " + t("cli.backup", path=done.backup))
    return {
        "source": source,
        "as": given.as_,
        "added": done.added,
        "skipped": done.skipped,
        "unplaced": done.unplaced,
        "problems": [{"row": p.row, "key": p.key, "text": str(p)} for p in done.problems],
        "counted": dict(done.counted),
        "backup": str(done.backup) if done.backup else None,
    }


def _pair(text: str, option: str) -> tuple[str, str]:
    left, sign, right = text.rpartition("=") if option == "--map" else text.partition("=")
    if not sign or not left:
        raise Refused("cli_pair", option=option, text=text)
    return left, right


def _preview(given: argparse.Namespace) -> int:
    from layers.words import t as word

    found = []
    for path in given.sources:
        source = exchange.preview(path, encoding=given.encoding, crs=given.crs)
        for layer in source.layers:
            mapping = exchange.guess_mapping(layer, given.as_)
            found.append({"source": path, "layer": layer, "mapping": mapping})
            if speaking.wants_json(given):
                continue
            print(t("cli.layer", path=path, name=layer.name, count=layer.count, kind=layer.geometry_kind or "—"))
            if layer.crs_reason:
                print("  " + t("cli.crs", crs=layer.crs or "?", reason=word(layer.crs_reason)))
            if layer.encoding_reason:
                print("  " + t("cli.encoding", encoding=layer.encoding, reason=word(layer.encoding_reason)))
            sample = layer.sample[0] if layer.sample else {}
            headings = [t("cli.head_field"), t("cli.head_type"), t("cli.head_column"), t("cli.head_first")]
            speaking.table(
                headings, [(f.name, f.type, mapping.get(f.name, "attrs"), sample.get(f.name)) for f in layer.fields]
            )
    if speaking.wants_json(given):
        speaking.emit(found)
    return 0
