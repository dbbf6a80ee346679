"""Which column a foreign heading means."""

import pytest

from layers.domain import mapping
from layers.domain.tables import SourceField, SourceLayer


def layer(rows: list[dict[str, str]], kind: str = "") -> SourceLayer:
    names = list(rows[0])
    return SourceLayer("x", kind, len(rows), tuple(SourceField(n, "text") for n in names), sample=tuple(rows))


def test_chinese_headings_of_a_hotline_list() -> None:
    sheet = layer(
        [{"工单编号": "SH20231201", "诉求内容": "路灯不亮", "来电号码": "13812345678", "经度": "121.5", "纬度": "31.2",
          "受理时间": "2023/6/1 8:00", "办理状态": "办理中", "备用列": "x"}]
    )  # fmt: skip
    assert mapping.guess(sheet, "tasks") == {
        "工单编号": "source_number", "诉求内容": "description", "来电号码": "reporter_phone", "经度": "lon",
        "纬度": "lat", "受理时间": "reported_at", "办理状态": "status",
    }  # fmt: skip


def test_the_contents_may_contradict_a_heading() -> None:
    assert "状态" not in mapping.guess(layer([{"标题": "a", "状态": "blue"}, {"标题": "b", "状态": "red"}]), "tasks")
    assert "创建时间" not in mapping.guess(layer([{"标题": "a", "创建时间": "张三"}]), "tasks")


def test_row_numbers_are_no_source_numbers() -> None:
    assert "编号" not in mapping.guess(layer([{"编号": str(i), "标题": "x"} for i in range(1, 9)]), "tasks")


def test_coordinates_without_headings_are_found_by_their_size() -> None:
    sheet = layer([{"名称": "甲", "A": "121.4821", "B": "31.1702"}, {"名称": "乙", "A": "121.5011", "B": "31.2204"}])
    assert mapping.guess(sheet, "facilities") == {"名称": "name", "A": "lon", "B": "lat"}


def test_both_coordinates_in_one_column() -> None:
    assert mapping.guess(layer([{"名称": "甲", "坐标": "121.4821,31.1702"}]), "facilities")["坐标"] == "lonlat"


def test_a_layer_with_shapes_needs_no_coordinates() -> None:
    found = mapping.guess(layer([{"name": "甲", "lon": "121.48", "lat": "31.17"}], "point"), "facilities")
    assert found == {"name": "name"}


def test_each_column_is_used_once() -> None:
    found = mapping.guess(layer([{"名称": "甲", "name": "b", "NAME ": "c"}]), "places")
    assert list(found.values()).count("name") == 1


def test_a_mapping_by_hand_is_checked() -> None:
    assert mapping.reading({"a": "title", "b": ""}, "tasks", ["a", "b"]) == {"title": "a"}
    with pytest.raises(KeyError, match="c"):
        mapping.reading({"c": "title"}, "tasks", ["a"])
    with pytest.raises(KeyError, match="colour"):
        mapping.reading({"a": "colour"}, "tasks", ["a"])
    with pytest.raises(ValueError, match="title"):
        mapping.reading({"a": "title", "b": "title"}, "tasks", ["a", "b"])


@pytest.mark.parametrize("as_", mapping.KINDS)
def test_every_target_finds_itself(as_: str) -> None:
    for target in mapping.targets(as_):
        for heading in (target.column, *target.names):
            assert mapping.bare(heading), (as_, target.column, heading)
