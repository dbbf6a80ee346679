"""The QML made from the symbol table: well formed, complete, with words for every sign."""

from xml.etree import ElementTree as ET

import pytest

from layers import words
from layers.domain import flow, symbols
from layers.gis import qgis_style, qgis_symbols

COLUMNS = qgis_style.Columns({"name": "名称", "status": "状态"}, {"status": {"closed": "已结案"}})
TIERS = [
    qgis_style.Tier("four", "四级", True, 1, "街道", 2),
    qgis_style.Tier("four", "四级", True, 2, "微网格", 2, ("green", "water")),
    qgis_style.Tier("base", "责任网格", False, 1, "责任网格", 1, ("green",)),
]


def name(key: str) -> str:
    return f"«{key}»"


def parsed(qml: str) -> ET.Element:
    assert qml.startswith("<!DOCTYPE qgis")
    root = ET.fromstring(qml)
    assert root.get("styleCategories") == "AllStyleCategories"
    symbols_ = {symbol.get("name") for symbol in root.iter("symbol")}
    used = {rule.get("symbol") for rule in root.find("renderer-v2").iter("rule") if rule.get("symbol")}  # type: ignore[union-attr]
    assert used == symbols_
    return root


def rules(root: ET.Element) -> list[tuple[str | None, str | None]]:
    return [(rule.get("label"), rule.get("filter")) for rule in root.find("renderer-v2").iter("rule")]  # type: ignore[union-attr]


def test_grids_by_tier_and_function_the_main_system_shown() -> None:
    root = parsed(qgis_style.grids(TIERS, COLUMNS, name))
    found = dict(rules(root))
    assert found["四级"] == '"valid_to" IS NULL AND "system" = \'four\''
    assert found["微网格"] == '"tier" = 2'
    assert found["«function_water»"] == "\"function\" = 'water'"
    unticked = [rule.get("label") for rule in root.iter("rule") if rule.get("checkstate") == "0"]
    assert unticked == ["责任网格"]
    assert root.get("labelsEnabled") == "1"


def test_one_tier_alone_needs_no_choice() -> None:
    root = parsed(qgis_style.grids(TIERS[1:2], COLUMNS, name))
    (label, filter_), *_ = rules(root)
    assert label == "微网格"
    assert filter_ is not None
    assert filter_.startswith('"valid_to" IS NULL')


def test_an_empty_workspace_has_a_style_too() -> None:
    assert rules(parsed(qgis_style.grids([], COLUMNS, name)))[0][0] == "«layer_grid»"


def test_every_class_and_status_has_its_rule() -> None:
    table = symbols.table()
    roads = {label for label, _ in rules(parsed(qgis_style.roads(COLUMNS, name)))}
    assert roads == {f"«class_{key}»" for key in table.roads} | {"«rest»"}
    places = {label for label, _ in rules(parsed(qgis_style.places(COLUMNS, name)))}
    assert places == {f"«place_{key}»" for key in table.places}
    statuses = [label for label, _ in rules(parsed(qgis_style.tasks(COLUMNS, name)))]
    assert statuses == [f"«status_{status}»" for status in flow.STATUSES]
    only = {label for label, _ in rules(parsed(qgis_style.roads(COLUMNS, name, ["main"])))}
    assert only == {"«class_main»", "«rest»"}


def matches(filter_: str, category: str) -> bool:
    """Evaluate a rule's filter: the little of QGIS's language that we write."""
    text = filter_.replace(" OR ", " or ").replace(" AND ", " and ").replace(" NOT IN ", " not in ")
    text = text.replace(" IN ", " in ").replace(" = ", " == ").replace('"category"', "category")
    names = {"left": lambda s, n: s[:n], "category": category, "_": lambda *listed: listed}
    return bool(eval(text.replace("in (", "in _("), names))


@pytest.mark.parametrize("category", ["01001", "01037", "01054", "02034", "03001", "03099", "04002", "05001", "99"])
def test_a_facility_gets_the_icon_that_the_map_gives_it(category: str) -> None:
    table = symbols.table()
    found = rules(parsed(qgis_style.facilities(COLUMNS, name)))
    hits = [label for label, filter_ in found if filter_ and filter_ != "ELSE" and matches(filter_, category)]
    wanted = table.facility(category).key
    assert hits == ([] if wanted == "default" else [f"«icon_{wanted}»"])


def test_words_for_every_sign_in_both_languages() -> None:
    known = words.table()
    for key in symbols.table().facilities:
        assert key == "default" or f"exchange.icon_{key}" in known, key


def test_signs_are_drawn_from_the_table() -> None:
    for glyph in (*symbols.table().statuses.values(), *symbols.table().facilities.values()):
        drawn = ET.fromstring(qgis_symbols.svg(glyph, halo=True))
        assert len(drawn) == len(glyph.parts) + 1


def test_colours_and_scales() -> None:
    assert qgis_symbols.rgba("#0F6CBD") == "15,108,189,255"
    assert qgis_symbols.rgba("#0F6CBD80", 0.5) == "15,108,189,64"
    assert qgis_symbols.scale(0) == 559082264
    assert qgis_symbols.scale(15) == 17062


def test_names_with_quotes_stay_names() -> None:
    tier = qgis_style.Tier("o'x", "<&>", True, 1, '"</rule>', 1)
    root = parsed(qgis_style.grids([tier], COLUMNS, name))
    assert rules(root)[0] == ('"</rule>', "\"valid_to\" IS NULL AND \"system\" = 'o''x'")
