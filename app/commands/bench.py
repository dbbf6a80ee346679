"""`gewu bench`: the measurements that the budgets speak of, each beside what it is compared with, in one run."""

import argparse
import importlib
import importlib.util
from pathlib import Path
from typing import Any

from app.commands import speaking
from layers.errors import Refused
from layers.words import t


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--scale", type=float, default=1.0, help=t("cli.arg_scale"))
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help=t("cli.arg_only"))
    parser.add_argument("--dir", type=Path, metavar="DIR", help=t("cli.arg_bench_dir"))


def run(given: argparse.Namespace) -> int:
    """Measure and print; 1 when a budget is exceeded."""
    if importlib.util.find_spec("tests") is None or importlib.util.find_spec("tests.bench.measures") is None:
        raise Refused("cli_no_bench")
    if not 0.001 <= given.scale <= 10:
        raise Refused("cli_scale", scale=given.scale)
    # The measurements live beside the tests: they compare with bare libraries that the program itself never calls.
    measures = importlib.import_module("tests.bench.measures")
    unknown = [name for name in given.only if name not in measures.NAMES]
    if unknown:
        raise Refused("cli_no_measure", name=unknown[0], names=", ".join(measures.NAMES))
    rows: list[dict[str, Any]] = measures.run(
        scale=given.scale, only=given.only or None, folder=given.dir, progress=speaking.progress(given)
    )
    if speaking.wants_json(given):
        speaking.emit(rows)
    else:
        heads = [t(f"cli.head_{name}") for name in ("measure", "value", "unit", "reference", "ratio", "budget", "kept")]
        speaking.table(heads, [_line(row) for row in rows])
    return 1 if any(row["ratio"] is not None and row["ratio"] > row["budget"] for row in rows) else 0


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    kept = "" if row["ratio"] is None else "✓" if row["ratio"] <= row["budget"] else "✗"
    numbers = [None if row[k] is None else f"{row[k]:.3g}" for k in ("value", "reference", "ratio", "budget")]
    return row["name"], numbers[0], row["unit"], numbers[1], numbers[2], numbers[3], kept
