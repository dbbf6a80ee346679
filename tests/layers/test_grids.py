"""What the check says of a fault: areas in the unit people read, no empty brackets."""

import pytest

from layers import grids, words
from layers.domain.things import Finding


@pytest.mark.parametrize(
    ("kind", "values", "zh", "en"),
    [
        ("gap", {"area_m2": 5118455.993, "width_m": 508.625, "parents": ""},
         "空缺 5.12 km²，平均宽 508.62 m", "A gap of 5.12 km², 508.62 m wide on average"),
        ("sliver", {"area_m2": 12.5, "width_m": 0.25, "parents": "X01"},
         "细缝 12 m²，平均宽 0.25 m（上级 X01）", "A sliver of 12 m², 0.25 m wide on average (in X01)"),
        ("overlap", {"area_m2": 45_000.0, "width_m": 3.0}, "重叠 4.5 ha，平均宽 3.00 m",
         "They overlap by 4.5 ha, 3.00 m wide on average"),
        ("childless", {}, "没有下级网格", "It has no grids below it"),
    ],
)  # fmt: skip
def test_a_fault_is_said_in_the_units_of_people(kind: str, values: dict[str, object], zh: str, en: str) -> None:
    finding = Finding(kind, "grid", (), (), None, None, values)
    assert grids.sentence(finding) == zh
    words.use("en")
    assert grids.sentence(finding) == en
