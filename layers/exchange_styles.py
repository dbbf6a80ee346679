"""The styles that QGIS opens our layers with, put together from the symbol table, the schema's titles and our words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layers.store import intake, schema, styles
from layers.store.connection import Connection
from layers.words import t
from layers.words import table as texts

if TYPE_CHECKING:
    from layers.gis.qgis_style import Columns, Tier


def of_workspace(db: Connection) -> list[styles.Style]:
    """Return the styles of a workspace's own layers, current grids only."""
    names = [(name, name) for name in ("grid", "road_section", "place", "facility", "task")]
    return of_layers(db, [(layer, table, None, None) for layer, table in names])


def write(db: Connection) -> None:
    """Write the workspace's styles into its `layer_styles`, inside an open step: QGIS opens the file styled."""
    styles.write(db, of_workspace(db))


def of_layers(db: Connection, layers: Sequence[tuple[str, str, str | None, int | None]]) -> list[styles.Style]:
    """Return the styles of layers given as (name, table, grid system or None, tier or None)."""
    from layers.gis import qgis_style as qgis

    used = intake.used_words(db)
    found: list[styles.Style] = []
    for layer, table, system, tier in layers:
        if table == "grid":
            qml = qgis.grids(_tiers(db, system, tier), _columns(table), _name)
        elif table == "road_section":
            qml = qgis.roads(_columns(table), _name, used["road"] or None)
        elif table == "place":
            qml = qgis.places(_columns(table), _name, used["place"] or None)
        elif table == "facility":
            qml = qgis.facilities(_columns(table), _name, used["category"] or None)
        elif table == "task":
            qml = qgis.tasks(_columns(table), _name)
        else:
            continue
        found.append(styles.Style(layer, t("exchange.style_name"), qml))
    return found


def _tiers(db: Connection, system: str | None, tier: int | None) -> list["Tier"]:
    from layers.gis import qgis_style as qgis

    found = []
    for n, row in enumerate(intake.systems(db)):
        if system is not None and row.code != system:
            continue
        for number, name, _ in row.tiers:
            if tier is None or number == tier:
                functions = intake.functions(db, row.code, number)
                found.append(qgis.Tier(row.code, row.name, n == 0, number, name, len(row.tiers), functions))
    return found


def _columns(table: str) -> "Columns":
    from layers.gis.qgis_style import Columns

    columns = schema.table(table).columns
    words = {
        column.name: {word: _word(table, column.name, word) for word in column.choices}
        for column in columns
        if column.choices
    }
    return Columns({column.name: column.title for column in columns}, words)


def _word(table: str, column: str, word: str) -> str:
    return _name(f"{'place' if (table, column) == ('place', 'class') else column}_{word}")


def _name(key: str) -> str:
    """Return the words of a legend key; a word that has none of its own stays as it stands in the file."""
    known = texts()
    for room in ("exchange", "cards", "tasks"):
        if f"{room}.{key}" in known:
            return t(f"{room}.{key}")
    return key.partition("_")[2] or key
