"""What leaves the house carries no phones and no names of residents."""

import json

import pytest

from layers.domain import masking


def test_names_and_phones() -> None:
    assert masking.name("张三丰") == "张**"
    assert masking.name(None) is None
    assert masking.phone("13812345678") == "138****5678"
    assert masking.phone("021-57812345") == "021****2345"
    assert masking.phone("110") == "****"
    assert masking.phone("") == ""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请回电 13812345678 谢谢", "请回电 138****5678 谢谢"),
        ("138 1234 5678", "138****5678"),
        ("身份证 310117199001011234", "身份证 310****1234"),
        ("电话 021-57812345。", "电话 021****2345。"),
        ("编号 20231201 和 310117004001001", "编号 20231201 和 310117004001001"),
        ("无号码", "无号码"),
    ],
)
def test_numbers_inside_a_text(text: str, masked: str) -> None:
    assert masking.prose(text) == masked


def test_other_attributes_by_their_key_and_by_what_stands_in_them() -> None:
    text = json.dumps(
        {"联系电话": "x", "contact_name": "Li", "类型": "投诉", "说明": {"深": ["13812345678"]}, "n": 13812345678}
    )
    assert json.loads(masking.attrs(text) or "") == {
        "联系电话": "****", "contact_name": "****", "类型": "投诉", "说明": {"深": ["138****5678"]}, "n": "138****5678",
    }  # fmt: skip
    assert masking.attrs(None) is None
    assert masking.attrs("{broken") is None
