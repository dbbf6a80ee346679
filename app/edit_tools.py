"""Which tools for shapes fit what is selected, and for every other one the sentence that says why it does not."""

from collections.abc import Sequence

from app.selection import Picked
from layers import editing
from layers.domain.things import Card
from layers.words import t

TOOLS = ("edit_shape", "split", "merge", "reshape", "cut", "move_shape")
MERGED = ("place", "road_section")


def fitting(card: Card | None) -> tuple[str, ...]:
    """Return the actions that fit a thing, the first one its own button; none for what has no shape of its own."""
    if card is None or card.geometry is None or card.table not in editing.TABLES:
        return ()
    if card.table == "facility":
        return ("edit_shape",)
    if card.table == "task":
        # A pin is moved in one way only, whether it is asked for here, in the menu or in the details.
        return tuple(name for name in TOOLS if name != "merge") if _sketched(card) else ("move",)
    return TOOLS


def _sketched(card: Card) -> bool:
    return card.geometry is not None and card.geometry["type"] == "GeometryCollection"


def refusals(picks: Sequence[Picked], card: Card | None) -> dict[str, str]:
    """Return for every tool why it does not fit what is selected, an empty text where it does.

    ``card`` is that of the selected thing, None as long as it is not known: then its table decides.
    """
    return {tool: _refusal(tool, picks, card) for tool in TOOLS}


def _refusal(tool: str, picks: Sequence[Picked], card: Card | None) -> str:
    tables = {one.table for one in picks}
    if not picks:
        return t("drawing.why_no_shape")
    if "grid" in tables:
        return t("edit3.why_grid")
    if len(picks) > 1:
        if tool != "merge":
            return t("edit3.why_single")
        return "" if len(tables) == 1 and tables <= set(MERGED) else t("edit3.why_merge")
    table = picks[0].table
    if table not in editing.TABLES:
        return t("drawing.why_no_shape")
    if tool == "merge" and table not in MERGED:
        return t("edit3.why_merge")
    if table == "facility" and tool != "edit_shape":
        return t("edit3.why_point")
    known = card is not None and (card.table, card.uuid) == (table, picks[0].uuid)
    if not known or card is None:
        return ""
    if card.geometry is None:
        return t("edit3.why_nowhere")
    if table == "task" and not _sketched(card):
        return t("edit3.why_pin") if tool in ("edit_shape", "move_shape") else t("edit3.why_point")
    return ""
