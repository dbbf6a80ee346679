"""What shaded grids say, in words: title, which tasks are counted, a row for every class."""

from dataclasses import dataclass

from layers import indicators, task_columns
from layers.domain.things import ColumnFilter, TaskFilter
from layers.indicators import Shading
from layers.tasks import status_label
from layers.words import t

FEW = 3  # values of a heading that are said one by one


@dataclass(frozen=True)
class Row:
    """One line: ``key`` is that of its colour, "" for no colour: there is no number."""

    key: str
    words: str
    grids: int


def title(shading: Shading) -> str:
    """Return the name of the tier and what is counted in its grids."""
    return f"{shading.tier_name} · {t(f'cartography.title_{shading.wish.indicator}')}"


def rows(shading: Shading) -> tuple[Row, ...]:
    """Return every class with its range and number of grids, the least first; before them no number, and nothing."""
    name, classes = shading.wish.indicator, shading.classes
    found = [Row("", t("cartography.without"), shading.without)] if shading.without else []
    found += [Row("zero", t("cartography.zero"), shading.zero)] if shading.zero else []
    spans = zip(classes.ranges, classes.counts, strict=True)
    return (*found, *(Row(str(i), _span(name, low, high), n) for i, ((low, high), n) in enumerate(spans)))


def grids(count: int) -> str:
    """Return a number of grids in words."""
    return t("cartography.grids" if count != 1 else "cartography.grid_one", count=_number(count))


def notes(shading: Shading) -> tuple[str, ...]:
    """Return how much is counted altogether, and which tasks only; nothing where that goes without saying."""
    found = []
    if shading.total is not None:
        found.append(t(f"boards3.total_{shading.wish.indicator}", count=_number(round(shading.total))))
    if shading.tray:
        found.append(t("boards3.tray", count=_number(shading.tray)))
    if shading.too_small:
        found.append(t("boards3.too_small", tier=shading.too_small))
    only = filter_words(shading.only, shading.who)
    return (*found, *([t("boards3.only", what=only)] if only else []))


def filter_words(wanted: TaskFilter, who: str = "") -> str:
    """Return what a filter of tasks lets through, part by part; "" for everything. ``who`` is its person."""
    found = [t(f"tasks.kind_{one}") for one in wanted.kinds]
    found += [t("boards3.or").join(status_label(one) for one in wanted.statuses)] if wanted.statuses else []
    found += [t(f"boards3.due_{wanted.due}")] if wanted.due else []
    found += [t("tasks.placed_none")] if wanted.tray else []
    found += [who] if who else []
    found += [_column(one) for one in wanted.columns]
    found += [t("boards3.holds", text=wanted.text)] if wanted.text else []
    return t("boards3.comma").join(found)


def _column(one: ColumnFilter) -> str:
    if one.values:
        said = [task_columns.word(one.column, value) for value in one.values[:FEW]]
        more = len(one.values) - FEW
        words = t("boards3.or").join(said)
        return t("boards3.and_more", words=words, count=more) if more > 0 else words
    name = t(f"window.column_{one.column}")
    return t("boards3.column", column=name, text=one.text) if one.text else name


def _span(indicator: str, low: float, high: float) -> str:
    first, last = indicators.written(indicator, low), indicators.written(indicator, high)
    return first if first == last else t("cartography.range", low=first.rstrip("%"), high=last)


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u2009")
